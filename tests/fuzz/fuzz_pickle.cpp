// libFuzzer: the pickle machine, and the naming of what it finds.
#include "core/weights/error.hpp"
#include "core/weights/pickle.hpp"
#include "core/weights/torch_tree.hpp"
#include "tests/fuzz/properties.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace relievo;
  const std::span pickle(reinterpret_cast<const std::byte*>(data), size);
  try {
    const auto tree = weights::read_pickle(pickle);
    fuzz::require(tree.root != nullptr, "a pickle that was read has a value");
    for (const auto* root : {"", "state_dict", "a.b"}) try {
        const auto named = weights::name_tensors(*tree.root, root);
        for (const auto& one : named.tensors) {
          fuzz::require(one.tensor->shape.size() == one.tensor->strides.size(),
                        "one stride for each size");
          fuzz::require(one.name.size() <= 4096, "names have a limit");
        }
      } catch (const weights::TreeFault& fault) {
        fuzz::check_line(fault.what());
      }
  } catch (const weights::PickleFault& fault) {
    fuzz::check_line(fault.what());
  }
  return 0;
}

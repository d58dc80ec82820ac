// libFuzzer: safetensors. The header's length is put right in half of the inputs, so that the JSON
// behind it is reached.
#include <cstring>
#include <vector>

#include "core/weights/contents.hpp"
#include "tests/fuzz/properties.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace relievo;
  if (size == 0) return 0;
  std::vector<std::byte> file(size - 1);
  if (size > 1) std::memcpy(file.data(), data + 1, size - 1);
  if (data[0] % 2 == 1 && file.size() >= 8) {
    // The header ends with its last brace.
    std::size_t end = file.size();
    while (end > 8 && file[end - 1] != std::byte{'}'}) --end;
    const std::uint64_t length = end - 8;
    std::memcpy(file.data(), &length, sizeof length);
  }
  try {
    const auto contents = weights::read_safetensors(file, "file");
    for (const auto& tensor : contents.tensors) fuzz::check_tensor(tensor, file);
  } catch (const weights::WeightsError& error) {
    fuzz::check_line(error.what());
  }
  fuzz::check_checkpoint(file);
  return 0;
}

// Damaged checkpoints: 500 of each kind give either a checkpoint whose tensors lie in the file or
// one clear line that ends in what to do. The same property is what the fuzz targets look for
// (tests/fuzz).
#include <algorithm>
#include <random>
#include <regex>

#include <gtest/gtest.h>

#include "tests/fuzz/properties.hpp"
#include "tests/unit/weights/build_files.hpp"

namespace relievo::test {
namespace {

// Something between a bit that flipped and a writer that got a number wrong.
std::string damaged(std::string file, std::mt19937_64& random) {
  const auto below = [&](std::size_t limit) {
    return static_cast<std::size_t>(random() % limit);
  };
  const auto times = 1 + below(3);
  for (std::size_t i = 0; i < times && !file.empty(); ++i) {
    const auto at = below(file.size());
    const auto size = std::min(file.size() - at, 1 + below(32));
    switch (below(8)) {
      case 0: file[at] = static_cast<char>(file[at] ^ (1 << below(8))); break;
      case 1: file[at] = static_cast<char>(below(256)); break;
      case 2: file.resize(at); break;
      case 3: file.erase(at, size); break;
      case 4: file.insert(at, file.substr(below(file.size()), size)); break;
      case 5: std::fill_n(file.begin() + static_cast<std::ptrdiff_t>(at), size, '\0'); break;
      case 6:
        std::fill_n(file.begin() + static_cast<std::ptrdiff_t>(at), std::min<std::size_t>(size, 8),
                    '\xff');
        break;
      default: {
        const std::uint64_t numbers[] = {0,         1,          0x7FFFFFFF,  0xFFFFFFFF,
                                         INT64_MAX, UINT64_MAX, file.size(), file.size() + 1};
        const auto bytes = little(numbers[below(8)]).substr(0, below(2) == 0 ? 4 : 8);
        file.replace(at, std::min(bytes.size(), file.size() - at), bytes);
      }
    }
  }
  return file;
}

struct Kind {
  std::string name;
  std::string file;
};

class Mutated : public ::testing::TestWithParam<Kind> {};

TEST_P(Mutated, FiveHundredGiveACheckpointOrOneLineWithAWayOut) {
  static const std::regex kWayOut(
      "(fetch|save|Save|unpack|convert|write|Take|take the|leave|name the|can be read)");
  std::mt19937_64 random(std::hash<std::string>{}(GetParam().name) % 1000);
  int refused = 0;
  for (int i = 0; i < 500; ++i) {
    const auto text = damaged(GetParam().file, random);
    // Of exactly this size on the heap, so that AddressSanitizer sees a read past the end.
    const std::vector<std::byte> file(as_bytes(text).begin(), as_bytes(text).end());
    if (fuzz::check_checkpoint(file)) continue;
    ++refused;
    const auto error = error_of(text);
    EXPECT_TRUE(std::regex_search(error, kWayOut)) << error;
    EXPECT_LT(error.size(), 600U) << error;
  }
  // Damage to a tensor's numbers cannot be seen; that of the structure must be.
  EXPECT_GT(refused, 250);
}

std::string state_dict(int tensors) {
  auto pickle = Pickle().op('}').text("state_dict").ordered_dict().op('(');
  for (int i = 0; i < tensors; ++i)
    pickle.text("blocks." + std::to_string(i) + ".weight")
        .tensor("FloatStorage", std::to_string(i), 6, 0, {2, 3}, {1, 2});
  return pickle.raw("us").text("epoch").number(3).op('s').done();
}

const std::vector<std::string> kStorages(4, bytes_of<float>({1, 2, 3, 4, 5, 6}));

INSTANTIATE_TEST_SUITE_P(
    Weights, Mutated,
    ::testing::Values(
        Kind{"Safetensors",
             safetensors_file(R"({"__metadata__":{"format":"pt"},)" +
                                  header_entry("blocks.0.weight", "F32", "[2,3]", 0, 24) + "," +
                                  header_entry("blocks.1.weight", "BF16", "[3]", 24, 30) + "," +
                                  header_entry("step", "I64", "[]", 30, 38) + "}",
                              std::string(38, 'x'))},
        Kind{"TorchZip", torch_file(state_dict(4), kStorages)},
        Kind{"TorchZip64", zip_file(torch_items(state_dict(4), kStorages), {.zip64 = true})},
        Kind{"TorchZipPacked", zip_file(torch_items(state_dict(1), {kStorages[0]}),
                                        {.descriptors = false, .alignment = 1})}),
    [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace relievo::test

// Opening files: by content whatever the name, and a way out for everything that is no checkpoint.
#include <cstring>
#include <filesystem>
#include <type_traits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/weights/error.hpp"
#include "core/weights/utf8.hpp"
#include "tests/support/paths.hpp"
#include "tests/unit/weights/build_files.hpp"

namespace relievo::test {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using weights::Checkpoint;

std::string small_file() {
  return safetensors_file("{" + header_entry("a", "F32", "[2]", 0, 8) + "}",
                          bytes_of<float>({1, 2}));
}

std::string open_error(const fs::path& path) {
  try {
    (void)Checkpoint::open(path);
  } catch (const weights::WeightsError& error) {
    return error.what();
  }
  return {};
}

TEST(Checkpoints, TheContentDecidesNotTheName) {
  EXPECT_EQ(Checkpoint::open(written("model.pth", small_file())).format(),
            weights::Format::safetensors);
  const auto torch = torch_file(Pickle().op('}').done(), {});
  EXPECT_EQ(Checkpoint::open(written("model.safetensors", torch)).format(),
            weights::Format::torch_zip);
}

TEST(Checkpoints, TheMappingOutlivesTheCheckpointWhileItIsKept) {
  const auto path = written("model.safetensors", small_file());
  std::shared_ptr<const void> kept;
  std::span<const std::byte> bytes;
  {
    auto opened = Checkpoint::open(path);
    const Checkpoint moved = std::move(opened);
    EXPECT_EQ(moved.path(), path);
    kept = moved.keep_alive();
    bytes = moved.find("a")->bytes;
  }
  ASSERT_NE(kept, nullptr);
  fs::remove(path);
  float second = 0.0F;  // copied out: in this file the numbers lie at any address
  std::memcpy(&second, bytes.data() + sizeof second, sizeof second);
  EXPECT_EQ(second, 2.0F);
}

TEST(Checkpoints, WritingToTheMappingNeverChangesTheFile) {
  const auto path = written("model.safetensors", small_file());
  {
    const auto checkpoint = Checkpoint::open(path);
    const auto bytes = checkpoint.find("a")->bytes;
    const_cast<std::byte&>(bytes[0]) = std::byte{0xFF};
  }
  EXPECT_THAT(values<float>(*Checkpoint::open(path).find("a")), ElementsAre(1, 2));
}

TEST(Checkpoints, ReleasedPagesCanBeReadAgain) {
  const std::string data(1 << 20, 'x');
  const auto path =
      written("model.safetensors",
              safetensors_file("{" + header_entry("a", "U8", "[1048576]", 0, 1 << 20) + "}", data));
  const auto checkpoint = Checkpoint::open(path);
  const auto& tensor = checkpoint.tensors()[0];
  EXPECT_EQ(packed(tensor), data);
  checkpoint.release(tensor);
  EXPECT_EQ(packed(tensor), data);
}

TEST(Checkpoints, CannotBeCopied) {
  EXPECT_FALSE(std::is_copy_constructible_v<Checkpoint>);
  EXPECT_TRUE(std::is_nothrow_move_constructible_v<Checkpoint>);
}

TEST(Checkpoints, PathsThatAreNoFilesSaySo) {
  const auto folder = temporary_dir();
  EXPECT_EQ(
      open_error(folder / "none.pth"),
      (folder / "none.pth").string() + ": there is no such file; check the path of the weights");
  EXPECT_THAT(open_error(folder), EndsWith(": is a folder; name the checkpoint file in it"));
  EXPECT_THAT(open_error("/dev/null"),
              EndsWith("is not a regular file; copy the weights to one first"));
}

struct Content {
  std::string name;
  std::string file;
  std::string message;
};

class OtherFiles : public ::testing::TestWithParam<Content> {};

TEST_P(OtherFiles, AreToldApartWithAWayOut) {
  const auto error = open_error(written("weights.pth", GetParam().file));
  EXPECT_THAT(error, HasSubstr(GetParam().message));
  EXPECT_EQ(error.find('\n'), std::string::npos);
}

std::string tar() {
  std::string file(1024, 'x');
  file.replace(257, 5, "ustar");
  return file;
}

INSTANTIATE_TEST_SUITE_P(
    Files, OtherFiles,
    ::testing::Values(
        Content{"Empty", "", "is empty; fetch it again"},
        Content{"OldTorch",
                "\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.\x80\x02M\xe9\x03.",
                "is in PyTorch's format from before 1.6, a chain of pickles; convert it in Python: "
                "torch.save(torch.load(file, weights_only=True), 'new.pth')"},
        Content{"Pickle", Pickle(4).raw("N").done(), "is a bare pickle"},
        Content{"LfsPointer", "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 3\n",
                "is a Git LFS pointer that stands for the weights"},
        Content{"WebPage", "<!DOCTYPE html><html>", "is a web page saved in place of the weights"},
        Content{"Gguf", "GGUF\x03", "is a GGUF file"},
        Content{"Hdf5", "\x89HDF\r\n\x1a\n rest", "is an HDF5 file"},
        Content{"Gzip", "\x1f\x8b\x08 rest", "is compressed with gzip; unpack it first"},
        Content{"Tar", tar(), "is a tar archive; unpack it first"},
        Content{"Zeros", std::string(5000, '\0'), "has nothing but zeros"},
        Content{"HeaderTooLong", little<std::uint64_t>(1ULL << 40) + "{\"a\":",
                "looks like a safetensors file whose header has 1099511627776 bytes, past the "
                "format's limit"},
        Content{"Words", "hello world, this is text",
                "is no checkpoint that can be read (it begins with 'hello wo'); .safetensors and "
                "torch's .pth, .pt are"}),
    [](const auto& test) { return test.param.name; });

TEST(Utf8, FollowsTheTableOfTheStandard) {
  using weights::first_invalid_utf8;
  EXPECT_EQ(first_invalid_utf8("a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\xf4\x8f\xbf\xbf"),
            std::string_view::npos);
  for (const auto* wrong : {"\x80", "\xc1\x81", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xf0\x8f\xbf\xbf",
                            "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xe2\x82", "\xc3"})
    EXPECT_EQ(first_invalid_utf8(std::string("ok") + wrong), 2U);
}

TEST(Messages, NeverCarryControlCharacters) {
  using weights::printable;
  EXPECT_EQ(printable("a\x1b[0m\xc2\x9b\x7f\n"), "a\\x1b[0m\\xc2\\x9b\\x7f\\x0a");
  EXPECT_EQ(printable("\xc3\xa9"), "\xc3\xa9");
  EXPECT_EQ(printable(std::string(1000, 'x')).size(), 96U + 3);
}

}  // namespace
}  // namespace relievo::test

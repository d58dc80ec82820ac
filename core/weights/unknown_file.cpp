#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/weights/contents.hpp"
#include "core/weights/layout.hpp"

namespace relievo::weights {
namespace {

using namespace std::string_view_literals;

struct Known {
  std::string_view start;
  std::string_view explanation;
};

// The magic number with which torch.save began before PyTorch 1.6, a pickled integer of ten bytes,
// by pickle protocol.
constexpr auto kOldTorch =
    "is in PyTorch's format from before 1.6, a chain of pickles; convert it in Python: "
    "torch.save(torch.load(file, weights_only=True), 'new.pth')"sv;
constexpr auto kPickle =
    "is a bare pickle, which can hold any program and is not read; save its tensors from Python "
    "with torch.save or safetensors"sv;

constexpr std::array<Known, 18> kKnown{{
    {"\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19"sv, kOldTorch},
    {"\x80\x03\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19"sv, kOldTorch},
    {"\x80\x04\x95\x0d\x00\x00\x00\x00\x00\x00\x00\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19"sv,
     kOldTorch},
    {"\x80\x04\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19"sv, kOldTorch},
    {"\x80\x02"sv, kPickle},
    {"\x80\x03"sv, kPickle},
    {"\x80\x04"sv, kPickle},
    {"\x80\x05"sv, kPickle},
    {"version https://git-lfs.github.com/"sv,
     "is a Git LFS pointer that stands for the weights, not the weights; fetch the file itself "
     "(git "
     "lfs pull, or download it from the repository's page)"sv},
    {"<!DOCTYPE"sv,
     "is a web page saved in place of the weights; fetch the file again from its download link"sv},
    {"<html"sv,
     "is a web page saved in place of the weights; fetch the file again from its download link"sv},
    {"GGUF"sv, "is a GGUF file; take the weights as .safetensors or .pth"sv},
    {"\x89HDF\r\n\x1a\n"sv, "is an HDF5 file (Keras); take the weights as .safetensors or .pth"sv},
    {"\x1f\x8b"sv, "is compressed with gzip; unpack it first"sv},
    {"\xfd"
     "7zXZ"sv,
     "is compressed with xz; unpack it first"sv},
    {"7z\xbc\xaf\x27\x1c"sv, "is a 7z archive; unpack it first"sv},
    {"\x93NUMPY"sv, "is a single NumPy array; save the weights as .safetensors"sv},
    {"\x08\x01\x12"sv, "looks like an ONNX model; take the weights as .safetensors or .pth"sv},
}};

// torch.save wrote tar archives before PyTorch 0.2; the mark is that of POSIX.
bool is_tar(std::string_view text) {
  return text.size() > 262 && text.substr(257, 5) == "ustar";
}

}  // namespace

std::string explain_unknown(std::span<const std::byte> file) {
  if (file.empty()) return "is empty; fetch it again";
  const std::string_view text(reinterpret_cast<const char*>(file.data()), file.size());
  for (const auto& known : kKnown)
    if (text.starts_with(known.start)) return std::string(known.explanation);
  if (is_tar(text)) return "is a tar archive; unpack it first";
  if (text.size() > 8 && text[8] == '{')
    return "looks like a safetensors file whose header has " +
           std::to_string(read_little<std::uint64_t>(file, 0)) +
           " bytes, past the format's limit; the file is damaged: fetch it again";
  if (text.find_first_not_of('\0') == std::string_view::npos)
    return "has nothing but zeros, as a download that was broken off; fetch it again";
  return "is no checkpoint that can be read (it begins with '" + printable(text.substr(0, 8)) +
         "'); .safetensors and torch's .pth, .pt are";
}

}  // namespace relievo::weights

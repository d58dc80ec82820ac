// What a reader of one format makes of a file; inside core/weights only.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "core/weights/checkpoint.hpp"

namespace relievo::weights {

// In the order of Checkpoint::tensors(); names are unique.
struct Contents {
  std::vector<Tensor> tensors;
  std::map<std::string, std::string> metadata;
};

// The format as github.com/huggingface/safetensors describes it (README, "Format"), with every
// check that its reference reader makes. Tensors point into `file`.
[[nodiscard]] Contents read_safetensors(std::span<const std::byte> file,
                                        const std::filesystem::path& path);

// torch.save since PyTorch 1.6: a zip of stored entries, a pickle and one entry for each storage.
[[nodiscard]] Contents read_torch_zip(std::span<const std::byte> file,
                                      const std::filesystem::path& path, const std::string& root);

// True if the file starts as a zip archive does (also an empty or a spanned one).
[[nodiscard]] bool looks_like_zip(std::span<const std::byte> file) noexcept;

// True if the first bytes can be a safetensors file: a header length that is allowed and a '{'
// after it.
[[nodiscard]] bool looks_like_safetensors(std::span<const std::byte> file) noexcept;

// Why a file that is neither cannot be read, and what to do: old torch files, other frameworks, web
// pages and Git LFS pointers saved in place of the file, empty files.
[[nodiscard]] std::string explain_unknown(std::span<const std::byte> file);

}  // namespace relievo::weights

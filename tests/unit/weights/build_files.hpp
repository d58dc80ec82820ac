// Checkpoint files made byte by byte, right ones and wrong ones. Bytes are kept in std::string.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/weights/checkpoint.hpp"

namespace relievo::test {

template <typename T>
[[nodiscard]] std::string little(T value) {
  std::string bytes;
  for (std::size_t i = 0; i < sizeof(T); ++i)
    bytes += static_cast<char>(static_cast<std::uint64_t>(value) >> (8 * i));
  return bytes;
}

// The bytes of numbers as they lie in memory.
template <typename T>
[[nodiscard]] std::string bytes_of(const std::vector<T>& numbers) {
  return {reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(T)};
}

[[nodiscard]] std::span<const std::byte> as_bytes(const std::string& text);

// CRC-32 as zip and zlib have it.
[[nodiscard]] std::uint32_t crc32(std::string_view bytes);

// ---- safetensors

// Length, header, data.
[[nodiscard]] std::string safetensors_file(const std::string& header, const std::string& data);
// {"name":{"dtype":...,"shape":...,"data_offsets":[begin,end]}} without the outer braces.
[[nodiscard]] std::string header_entry(const std::string& name, const std::string& dtype,
                                       const std::string& shape, std::uint64_t begin,
                                       std::uint64_t end);

// ---- zip

struct ZipOptions {
  bool zip64 = false;       // all sizes and places as 64-bit extra fields, with the zip64 records
  bool descriptors = true;  // sizes and checksum behind the data, as torch.save writes them
  std::size_t alignment = 64;  // of the data, by padding in the local extra field
  std::string comment = {};
};

struct ZipItem {
  std::string name;
  std::string data = {};
  std::uint16_t method = 0;
  std::uint16_t flags = 0;
};

[[nodiscard]] std::string zip_file(const std::vector<ZipItem>& items,
                                   const ZipOptions& options = {});

// ---- pickle and torch

// Opcodes in the order of the calls. Returns itself, so that a pickle reads as one sentence.
class Pickle {
 public:
  explicit Pickle(int protocol = 2) { op('\x80').raw(std::string(1, static_cast<char>(protocol))); }

  Pickle& raw(const std::string& bytes) {
    bytes_ += bytes;
    return *this;
  }
  Pickle& op(char opcode) { return raw(std::string(1, opcode)); }
  Pickle& global(const std::string& module, const std::string& name) {
    return op('c').raw(module + "\n" + name + "\n");
  }
  Pickle& text(const std::string& text) {
    return op('X').raw(little(static_cast<std::uint32_t>(text.size())) + text);
  }
  Pickle& number(std::int64_t number);
  Pickle& numbers(const std::vector<std::int64_t>& numbers);  // a tuple
  Pickle& ordered_dict() { return global("collections", "OrderedDict").raw(")R"); }
  // The reference to data/<key>, as torch.save writes it.
  Pickle& storage(const std::string& type, const std::string& key, std::int64_t elements);
  // A whole _rebuild_tensor_v2.
  Pickle& tensor(const std::string& type, const std::string& key, std::int64_t elements,
                 std::int64_t offset, const std::vector<std::int64_t>& shape,
                 const std::vector<std::int64_t>& strides);

  [[nodiscard]] std::string done() const { return bytes_ + "."; }

 private:
  std::string bytes_;
};

// The archive torch.save would write around a pickle and storages "0", "1", ...
[[nodiscard]] std::vector<ZipItem> torch_items(const std::string& pickle,
                                               const std::vector<std::string>& storages);
[[nodiscard]] std::string torch_file(const std::string& pickle,
                                     const std::vector<std::string>& storages);

// ---- Reading

// What reading the bytes fails with; empty if it does not. Anything but a WeightsError gets
// through.
[[nodiscard]] std::string error_of(const std::string& file,
                                   const weights::OpenOptions& options = {});

// The elements in C order, whatever the strides.
[[nodiscard]] std::string packed(const weights::Tensor& tensor);

template <typename T>
[[nodiscard]] std::vector<T> values(const weights::Tensor& tensor) {
  const auto bytes = packed(tensor);
  std::vector<T> result(bytes.size() / sizeof(T));
  bytes.copy(reinterpret_cast<char*>(result.data()), bytes.size());
  return result;
}

// A file with these contents in a folder that the test program removes.
[[nodiscard]] std::filesystem::path written(const std::string& name, const std::string& contents);

}  // namespace relievo::test

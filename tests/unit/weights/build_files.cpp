#include "tests/unit/weights/build_files.hpp"

#include <array>
#include <fstream>

#include "tests/support/paths.hpp"

namespace relievo::test {

std::span<const std::byte> as_bytes(const std::string& text) {
  return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}

std::uint32_t crc32(std::string_view bytes) {
  static const auto kTable = [] {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t i = 0; i < 256; ++i) {
      table[i] = i;
      for (int bit = 0; bit < 8; ++bit)
        table[i] = (table[i] & 1U) != 0 ? 0xEDB88320U ^ (table[i] >> 1U) : table[i] >> 1U;
    }
    return table;
  }();
  std::uint32_t sum = 0xFFFFFFFFU;
  for (const char c : bytes)
    sum = kTable[(sum ^ static_cast<unsigned char>(c)) & 255U] ^ (sum >> 8U);
  return ~sum;
}

std::string safetensors_file(const std::string& header, const std::string& data) {
  return little(static_cast<std::uint64_t>(header.size())) + header + data;
}

std::string header_entry(const std::string& name, const std::string& dtype,
                         const std::string& shape, std::uint64_t begin, std::uint64_t end) {
  return "\"" + name + "\":{\"dtype\":\"" + dtype + "\",\"shape\":" + shape +
         ",\"data_offsets\":[" + std::to_string(begin) + "," + std::to_string(end) + "]}";
}

std::string zip_file(const std::vector<ZipItem>& items, const ZipOptions& options) {
  constexpr std::uint32_t kAll32 = 0xFFFFFFFFU;
  std::string file;
  std::string directory;
  for (const auto& item : items) {
    const std::uint64_t offset = file.size();
    const auto size = static_cast<std::uint64_t>(item.data.size());
    const auto flags =
        static_cast<std::uint16_t>(item.flags | (options.descriptors ? 0x0808U : 0x0800U));
    const auto sum = crc32(item.data);
    const auto small = static_cast<std::uint32_t>(size);
    const auto name_size = static_cast<std::uint16_t>(item.name.size());

    std::string local_extra;
    if (options.zip64)
      local_extra =
          little<std::uint16_t>(1) + little<std::uint16_t>(16) + little(size) + little(size);
    // Padding as torch does it: an extra field "FB" that fills up to the alignment.
    const auto unpadded = offset + 30 + item.name.size() + local_extra.size() + 4;
    const auto padding = (options.alignment - unpadded % options.alignment) % options.alignment;
    local_extra += "FB" + little(static_cast<std::uint16_t>(padding)) + std::string(padding, 'Z');
    file += little<std::uint32_t>(0x04034b50) + little<std::uint16_t>(45) + little(flags) +
            little(item.method) + little<std::uint32_t>(0);
    file += little<std::uint32_t>(options.descriptors ? 0 : sum);
    const auto local_size = options.zip64 ? kAll32 : options.descriptors ? 0 : small;
    file += little(local_size) + little(local_size) + little(name_size) +
            little(static_cast<std::uint16_t>(local_extra.size())) + item.name + local_extra +
            item.data;
    if (options.descriptors) {
      file += little<std::uint32_t>(0x08074b50) + little(sum);
      file += options.zip64 ? little(size) + little(size) : little(small) + little(small);
    }

    std::string extra;
    if (options.zip64)
      extra = little<std::uint16_t>(1) + little<std::uint16_t>(24) + little(size) + little(size) +
              little(offset);
    directory += little<std::uint32_t>(0x02014b50) + little<std::uint16_t>(45) +
                 little<std::uint16_t>(45) + little(flags) + little(item.method) +
                 little<std::uint32_t>(0) + little(sum);
    directory += little(options.zip64 ? kAll32 : small) + little(options.zip64 ? kAll32 : small) +
                 little(name_size) + little(static_cast<std::uint16_t>(extra.size())) +
                 little<std::uint16_t>(0) + little<std::uint16_t>(0) + little<std::uint16_t>(0) +
                 little<std::uint32_t>(0);
    directory +=
        little(options.zip64 ? kAll32 : static_cast<std::uint32_t>(offset)) + item.name + extra;
  }
  const std::uint64_t at = file.size();
  const std::uint64_t count = items.size();
  file += directory;
  if (options.zip64) {
    const std::uint64_t record = file.size();
    file += little<std::uint32_t>(0x06064b50) + little<std::uint64_t>(44) +
            little<std::uint16_t>(45) + little<std::uint16_t>(45) + little<std::uint32_t>(0) +
            little<std::uint32_t>(0) + little(count) + little(count) +
            little<std::uint64_t>(directory.size()) + little(at);
    file += little<std::uint32_t>(0x07064b50) + little<std::uint32_t>(0) + little(record) +
            little<std::uint32_t>(1);
  }
  const auto count16 = static_cast<std::uint16_t>(options.zip64 ? 0xFFFFU : count);
  file += little<std::uint32_t>(0x06054b50) + little<std::uint16_t>(0) + little<std::uint16_t>(0) +
          little(count16) + little(count16);
  file += little(options.zip64 ? kAll32 : static_cast<std::uint32_t>(directory.size())) +
          little(options.zip64 ? kAll32 : static_cast<std::uint32_t>(at)) +
          little(static_cast<std::uint16_t>(options.comment.size())) + options.comment;
  return file;
}

Pickle& Pickle::number(std::int64_t number) {
  if (number >= 0 && number < 256) return op('K').raw(little(static_cast<std::uint8_t>(number)));
  if (number >= INT32_MIN && number <= INT32_MAX)
    return op('J').raw(little(static_cast<std::uint32_t>(number)));
  return op('\x8a').raw(little<std::uint8_t>(8) + little(static_cast<std::uint64_t>(number)));
}

Pickle& Pickle::numbers(const std::vector<std::int64_t>& numbers) {
  op('(');
  for (const auto one : numbers) number(one);
  return op('t');
}

Pickle& Pickle::storage(const std::string& type, const std::string& key, std::int64_t elements) {
  return op('(')
      .text("storage")
      .global("torch", type)
      .text(key)
      .text("cpu")
      .number(elements)
      .raw("tQ");
}

Pickle& Pickle::tensor(const std::string& type, const std::string& key, std::int64_t elements,
                       std::int64_t offset, const std::vector<std::int64_t>& shape,
                       const std::vector<std::int64_t>& strides) {
  global("torch._utils", "_rebuild_tensor_v2").op('(').storage(type, key, elements);
  return number(offset).numbers(shape).numbers(strides).op('\x89').ordered_dict().raw("tR");
}

std::vector<ZipItem> torch_items(const std::string& pickle,
                                 const std::vector<std::string>& storages) {
  std::vector<ZipItem> items{{"model/data.pkl", pickle},
                             {"model/.format_version", "1"},
                             {"model/.storage_alignment", "64"},
                             {"model/byteorder", "little"}};
  for (std::size_t i = 0; i < storages.size(); ++i)
    items.push_back({"model/data/" + std::to_string(i), storages[i]});
  items.push_back({"model/version", "3\n"});
  items.push_back({"model/.data/serialization_id", "0123456789"});
  return items;
}

std::string torch_file(const std::string& pickle, const std::vector<std::string>& storages) {
  return zip_file(torch_items(pickle, storages));
}

std::string error_of(const std::string& file, const weights::OpenOptions& options) {
  try {
    (void)weights::Checkpoint::from_memory(as_bytes(file), "file", options);
  } catch (const weights::WeightsError& error) {
    return error.what();
  }
  return {};
}

std::string packed(const weights::Tensor& tensor) {
  const std::size_t each = weights::bits_of(tensor.dtype) / 8;
  if (each == 0 || tensor.contiguous())
    return {reinterpret_cast<const char*>(tensor.bytes.data()), tensor.bytes.size()};
  std::string result;
  std::vector<std::int64_t> index(tensor.shape.size());
  for (std::int64_t n = tensor.element_count(); n-- > 0;) {
    std::int64_t at = 0;
    for (std::size_t d = 0; d < index.size(); ++d) at += index[d] * tensor.strides[d];
    const auto part = tensor.bytes.subspan(static_cast<std::size_t>(at) * each, each);
    result.append(reinterpret_cast<const char*>(part.data()), each);
    for (std::size_t d = index.size(); d-- > 0;) {
      if (++index[d] < tensor.shape[d]) break;
      index[d] = 0;
    }
  }
  return result;
}

std::filesystem::path written(const std::string& name, const std::string& contents) {
  auto path = temporary_dir() / name;
  std::ofstream(path, std::ios::binary) << contents;
  return path;
}

}  // namespace relievo::test

// libFuzzer: zip archives, and the checkpoints in them.
#include "core/weights/zip_archive.hpp"
#include "tests/fuzz/properties.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace relievo;
  const std::span file(reinterpret_cast<const std::byte*>(data), size);
  try {
    const weights::ZipArchive zip(file, "file");
    const std::byte* end = file.data();
    std::size_t bytes = 0;
    for (const auto& entry : zip.entries()) {
      fuzz::require(entry.data.data() >= end &&
                        entry.data.data() + entry.data.size() <= file.data() + file.size(),
                    "an entry lies in the file");
      fuzz::require(zip.find(entry.name) == &entry, "an entry is found by its name");
      bytes += entry.data.size();
    }
    fuzz::require(bytes <= file.size(), "entries share no bytes");
  } catch (const weights::WeightsError& error) {
    fuzz::check_line(error.what());
  }
  fuzz::check_checkpoint(file);
  return 0;
}

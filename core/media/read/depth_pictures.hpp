// Pictures of depth that another program made, one after the other: a picture, a folder of them,
// numbered ones, or a film.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/media/read/decode.hpp"
#include "core/media/read/packets.hpp"
#include "core/media/read/pfm.hpp"

namespace relievo::media {

// One picture with its values as they are stored.
struct DepthPicture {
  FloatMap map;
  bool is_float = false;  // else whole numbers
  int bits = 0;           // of a whole number: 8 to 16
  std::string file;       // for messages
};

// One thread at a time.
class DepthPictures {
 public:
  // path names a picture (PNG, TIFF, PFM ...), a film, a folder whose pictures are taken in the
  // order of their names (numbers in them count as numbers), or numbered pictures as in
  // "depth_%05d.png" from the first number between 0 and 4 that is there. Throws RLV_E_IO or
  // RLV_E_CONFIG if nothing is there. is_cancelled is kept and asked during reads that block.
  DepthPictures(std::string path, IsCancelled is_cancelled);

  // Pictures that there are; nothing for a film, which is not counted.
  [[nodiscard]] std::optional<std::size_t> count() const;
  // The next picture; nothing behind the last. Grey pictures of 8 to 16 bits and of floats are read
  // as they are, of others with a luma plane the luma. Throws RLV_E_IO or RLV_E_UNSUPPORTED.
  [[nodiscard]] std::optional<DepthPicture> next();
  // The first picture is next again.
  void rewind();
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  // A file that libav reads.
  struct Opened {
    std::unique_ptr<PacketReader> reader;
    std::unique_ptr<Decoder> decoder;
  };
  [[nodiscard]] Opened open(const std::string& file) const;

  const std::string path_;
  const IsCancelled is_cancelled_;
  std::vector<std::string> files_;
  bool is_film_ = false;  // files_ is one file of many pictures
  std::size_t at_ = 0;    // the file that comes next
  Opened film_;
};

}  // namespace relievo::media

// One film file being written.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include <relievo/sdk/host.hpp>

#include "core/media/av.hpp"
#include "core/media/write/containers.hpp"
#include "core/media/write/file_writer.hpp"

namespace relievo::media {

// Microseconds before zero at which a stream of codec may begin although the container holds no
// such times: Matroska subtracts a decoder's delay (CodecDelay) from what it stores.
[[nodiscard]] std::int64_t absorbed_delay(const Container& container,
                                          const AVCodecParameters& codec);

struct MuxerDeleter {
  void operator()(AVFormatContext* context) const { avformat_free_context(context); }
};
using MuxerPtr = std::unique_ptr<AVFormatContext, MuxerDeleter>;

// Order of calls: add_stream() and whatever context() needs, write_header(), write(), close(). All
// on one thread. Packets must come in the order in which they are to lie in the file: nothing is
// held back.
class Muxer {
 public:
  // Opens the file; throws RLV_E_IO. Long writes call host.progress().
  Muxer(const Host& host, const Container& container, const std::filesystem::path& file);
  Muxer(const Muxer&) = delete;
  Muxer& operator=(const Muxer&) = delete;
  ~Muxer() = default;

  [[nodiscard]] AVFormatContext& context() { return *context_; }
  [[nodiscard]] const Container& container() const { return container_; }
  [[nodiscard]] AVStream& add_stream();

  // Fixes the streams. expected: packets that each stream is likely to get, by its index, 0
  // unknown: in MP4 and MOV room for the index is kept accordingly. Throws RLV_E_UNSUPPORTED or
  // RLV_E_IO.
  void write_header(const std::vector<std::int64_t>& expected);

  // Writes packet to stream; its times are in timebase. Times that do not rise are nudged. Throws
  // RLV_E_IO, with what to do about a full disk.
  void write(AVPacket& packet, int stream, AVRational timebase);

  // That have been written to a stream so far.
  [[nodiscard]] std::int64_t packets(int stream) const {
    return packets_.at(static_cast<std::size_t>(stream));
  }

  // Writes the index and closes the file. complete: everything was written; the index goes to the
  // front even if that takes a rewrite, and failures throw RLV_E_IO. Otherwise quick, and as much
  // is saved as can be, also after a failed write. Does nothing the second time.
  void close(bool complete);

 private:
  void reserve_index_room();
  void place_index(bool complete);
  [[noreturn]] void fail_io(int result, const char* doing);

  const Container& container_;
  std::filesystem::path file_;
  FileWriter writer_;
  MuxerPtr context_;
  bool header_written_ = false;
  bool failed_ = false;
  bool closed_ = false;
  std::int64_t index_room_ = 0;
  std::vector<std::int64_t> packets_;
  std::vector<std::int64_t> last_dts_;
};

}  // namespace relievo::media

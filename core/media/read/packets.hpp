// The packets of one stream, in the order of the file, from where one wants to begin.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "core/media/av.hpp"
#include "core/media/read/open_input.hpp"

namespace relievo::media {

// One thread at a time.
class PacketReader {
 public:
  explicit PacketReader(OpenedInput input) : input_(std::move(input)) {}

  [[nodiscard]] AVFormatContext& format() const { return *input_.format; }
  [[nodiscard]] AVStream& stream() const { return *input_.format->streams[input_.video_stream]; }
  [[nodiscard]] const OpenedInput& input() const { return input_; }

  // The next packet; empty at the end, or where the file cannot be read further (read_error says
  // which).
  [[nodiscard]] PacketPtr read();
  // These come again, before what read() would give.
  void put_back(std::deque<PacketPtr> packets);
  // Goes to a key frame from which every picture at or after pts (in the stream's timebase) can be
  // decoded. False: the input cannot be sought, or not reliably; where it then stands is unknown.
  [[nodiscard]] bool seek_before(std::int64_t pts);

  // Why the last read() ended; 0 for the plain end of the file.
  [[nodiscard]] int read_error() const { return read_error_; }

 private:
  OpenedInput input_;
  std::deque<PacketPtr> waiting_;
  int read_error_ = 0;
};

}  // namespace relievo::media

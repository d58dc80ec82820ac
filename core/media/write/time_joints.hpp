// Files glued together (recordings, DVD cells) begin their times anew in the middle. The pictures
// are put one after the other by the source node; this moves every other track by as much.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace relievo::media {

// Times in microseconds of the container. Not thread-safe.
class TimeJoints {
 public:
  TimeJoints(std::size_t streams, int video_stream);

  // Of the next packet of a stream, in file order: which part of the file it belongs to. duration
  // may be 0.
  std::size_t arrive(int stream, std::int64_t dts, std::int64_t pts, std::int64_t duration);
  // What to add to the times of a part; nothing as long as the pictures have not reached it.
  [[nodiscard]] std::optional<std::int64_t> shift(std::size_t part) const;
  // For packets that wait in vain: as if the pictures had begun anew together with this stream.
  void guess(int stream);

 private:
  struct Stream {
    std::size_t part = 0;           // how many times it has begun anew
    std::int64_t last = INT64_MIN;  // highest time in this part
    std::int64_t end = INT64_MIN;   // where it ends
    std::int64_t joint_end = 0;     // end of the part before, moved
    std::int64_t joint_begin = 0;   // first time of this part, as stated
  };

  std::vector<Stream> streams_;
  int video_;
  std::vector<std::int64_t> shifts_{0};  // of each part
};

}  // namespace relievo::media

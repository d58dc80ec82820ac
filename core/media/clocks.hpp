// What belongs to a clock beside its frames: where it comes from, and side data (HDR10+, captions,
// time code) by index. Source, scale and sink all live in this library and meet here by clock id;
// plugins in between never see any of it.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "core/media/av.hpp"

namespace relievo::media {

// The file behind a clock, as the sink needs it to bring over sound, subtitles, chapters and
// metadata. Times are in AV_TIME_BASE units (microseconds) of the container's own time line.
struct SourceFile {
  std::string path;
  int video_stream = -1;
  bool is_still = false;                // one picture: JPEG, PNG
  bool can_reopen = true;               // false for pipes: tracks beside the picture are lost then
  std::int64_t container_start = 0;     // AVFormatContext::start_time, 0 if unknown
  std::int64_t trim_start = INT64_MIN;  // first wanted time; INT64_MIN: from the beginning
  std::int64_t trim_end = INT64_MAX;    // end of what is wanted
  // HDR10 static metadata (AVMasteringDisplayMetadata, AVContentLightMetadata), shared with the
  // sink by reference.
  std::shared_ptr<AVBufferRef> mastering_display;
  std::shared_ptr<AVBufferRef> content_light;
};

// Side data of one frame that survives a change of geometry.
struct FrameSideData {
  struct Item {
    AVFrameSideDataType type;
    std::shared_ptr<AVBufferRef> data;
  };
  std::vector<Item> items;
};

class SideDataReader;

// One per clock. Any thread.
class ClockRecord {
 public:
  explicit ClockRecord(SourceFile source) : source_(std::move(source)) {}

  [[nodiscard]] SourceFile source() const;
  void set_hdr(std::shared_ptr<AVBufferRef> mastering, std::shared_ptr<AVBufferRef> light);

  // What no reader wants any more goes; so the entries are those of frames on their way, which the
  // host bounds. Without a reader the newest kKept are kept.
  void put(std::int64_t index, FrameSideData data);
  [[nodiscard]] FrameSideData get(std::int64_t index) const;

 private:
  friend class SideDataReader;
  static constexpr std::size_t kKept = 1024;
  mutable std::mutex mutex_;
  SourceFile source_;
  std::map<std::int64_t, FrameSideData> side_data_;
  std::map<const SideDataReader*, std::int64_t> wanted_;  // of each reader, from this index on
};

// One node's way through the side data of a clock. A node that wants some has its reader before the
// first frame flows, that is, from plan() on. One thread at a time.
class SideDataReader {
 public:
  // record: nullptr for a clock without one.
  explicit SideDataReader(std::shared_ptr<ClockRecord> record);
  SideDataReader(const SideDataReader&) = delete;
  SideDataReader& operator=(const SideDataReader&) = delete;
  ~SideDataReader();

  // That of the frame of this index; indices do not fall, and what is before is not wanted again.
  [[nodiscard]] FrameSideData take(std::int64_t index);
  // The frames come again from the beginning.
  void restart();

 private:
  void want(std::int64_t from);
  std::shared_ptr<ClockRecord> record_;
};

// Makes or replaces the record of a clock; a node that starts a clock calls it in plan().
std::shared_ptr<ClockRecord> register_clock(std::uint64_t clock, SourceFile source);
// nullptr for a clock that no node of this library has started.
std::shared_ptr<ClockRecord> find_clock(std::uint64_t clock);
void forget_clock(std::uint64_t clock);

}  // namespace relievo::media

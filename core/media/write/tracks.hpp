// The source's other tracks, read from its file a second time, beside the frames, and written
// between them.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <relievo/sdk/host.hpp>

#include "core/media/av.hpp"
#include "core/media/clocks.hpp"
#include "core/media/read/open_input.hpp"
#include "core/media/write/muxer.hpp"
#include "core/media/write/time_joints.hpp"
#include "core/media/write/timeline.hpp"
#include "core/media/write/track.hpp"
#include "core/media/write/track_plan.hpp"

namespace relievo::media {

// Order of calls: begin(), earliest(), set_timeline(), add_streams(), write_until() ...,
// write_rest(). Not thread-safe. What is read ahead is limited in time and in bytes, whatever the
// film's length. A source that stalls is waited for, with signs of life to the host, until the run
// is cancelled.
class Tracks {
 public:
  // Opens the file and decides what becomes of its tracks; wanted as in plan_tracks(). A file that
  // cannot be opened again is no failure: the notes say what is lost.
  Tracks(const Host& host, const SourceFile& source, const Container& container,
         const std::string& wanted, const std::string& audio);
  // libav calls back into this object.
  Tracks(const Tracks&) = delete;
  Tracks& operator=(const Tracks&) = delete;
  ~Tracks() = default;

  // What is converted, left out or lost, one line each.
  [[nodiscard]] const std::vector<std::string>& notes() const { return notes_; }
  // Seconds of the source's video track, 0 if unknown.
  [[nodiscard]] double duration() const;

  // Goes to the first wanted packet of every track.
  void begin(const Timeline& timeline);
  // Output time of the earliest packet in microseconds, as the container counts it (see
  // absorbed_delay()): below 0 where sound starts before the origin. INT64_MAX without tracks.
  [[nodiscard]] std::int64_t earliest() const;
  // With another origin than at begin().
  void set_timeline(const Timeline& timeline) { timeline_ = timeline; }

  // Makes the output's streams, with metadata, chapters and attachments; video is the new film's
  // stream, whose title and language are the old one's. Appends to expected (see
  // Muxer::write_header) the packets of each new stream.
  void add_streams(Muxer& muxer, AVStream& video, std::vector<std::int64_t>& expected);
  // After the header: pictures that are metadata.
  void write_covers(Muxer& muxer);

  // Writes every packet whose dts on the output's line is at most limit microseconds.
  void write_until(Muxer& muxer, std::int64_t limit);
  // Writes all that is left.
  void write_rest(Muxer& muxer);

 private:
  // For the pictures to pass a joint of the file.
  struct Waiting {
    PacketPtr packet;
    std::size_t part;
  };
  struct Line {
    int source = -1;
    int target = -1;
    bool is_sound = false;
    bool ended = false;
    std::unique_ptr<Track> track;
    PacketQueue queue;
    std::deque<Waiting> waiting;
    std::size_t part = 0;          // that the last packet belonged to
    std::int64_t end = INT64_MIN;  // of the last packet, in the source's timebase
    bool overlaps = false;         // a new part has begun before the end of the one before
  };

  void open(const SourceFile& source);
  [[nodiscard]] bool gives_up() const;
  void make_lines();
  void seek_to(std::int64_t microseconds);
  void read_one();
  [[nodiscard]] std::size_t part_of(const AVPacket& packet);
  // False if the packet has to wait.
  bool join(AVPacket& packet, std::size_t part) const;
  void offer_waiting(bool at_all_costs);
  void take(Line& line, AVPacket& packet, std::size_t part);
  static bool is_heard_already(Line& line, const AVPacket& packet, std::size_t part);
  bool cut(const Line& line, AVPacket& packet, AVRational timebase) const;
  void end_all();
  void fill(std::int64_t limit);
  void write_queued(Muxer& muxer, std::int64_t limit);
  [[nodiscard]] std::int64_t due(const Line& line) const;
  [[nodiscard]] std::int64_t expected_packets(const Line& line) const;

  Host host_;
  const Container& container_;
  bool with_chapters_;
  std::vector<std::string> notes_;
  std::unique_ptr<IsCancelled> interrupt_;  // outlives input_, which asks it
  InputPtr input_;
  std::chrono::steady_clock::time_point read_begin_;  // of the call that reads now
  int video_stream_ = -1;
  TracksPlan plan_;
  std::vector<Line> lines_;
  PacketPtr packet_ = make_packet();
  std::optional<TimeJoints> joints_;  // of formats that may have them
  Timeline timeline_;
  bool at_end_ = true;                 // nothing (more) to read
  std::int64_t position_ = INT64_MIN;  // how far the file has been read, on the output's line
  std::size_t queued_bytes_ = 0;
};

}  // namespace relievo::media

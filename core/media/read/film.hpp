// A film as a row of pictures: opened, looked at, trimmed, upright, with times that run forward.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <relievo/sdk/host.hpp>

#include "core/media/clocks.hpp"
#include "core/media/read/decode.hpp"
#include "core/media/read/film_facts.hpp"
#include "core/media/read/packets.hpp"
#include "core/media/read/timestamps.hpp"
#include "core/media/read/upright.hpp"

namespace relievo::media {

struct FilmPicture {
  AvFramePtr picture;  // as FilmFacts::promise says
  std::int64_t pts = 0;
  std::int64_t duration = 0;
  FrameSideData side_data;
};

// Between examine() and open() any one thread at a time; then the thread that called open().
class Film {
 public:
  Film(FilmOptions options, Host host);

  // Opens the file and decodes its first picture, in software. Again: the same answer. Throws as
  // open_input() does, and RLV_E_IO if no picture can be decoded.
  const FilmFacts& examine();
  // Sets up the decoder and goes to the beginning of what is wanted. After the first time the file
  // is opened anew; throws RLV_E_IO for a pipe, which is gone then.
  void open();
  // The next picture; nothing at the end. Tells then, once, of what was lost.
  std::optional<FilmPicture> next();
  // Closes what open() opened.
  void close();

 private:
  struct Waiting {
    std::int64_t pts;
    std::int64_t duration;
    FrameSideData side_data;
  };
  // The file, its first picture, and the packets that were read on the way to it.
  struct Look {
    std::unique_ptr<PacketReader> reader;
    AvFramePtr picture;
    PacketPtr packet;
  };
  [[nodiscard]] Look look() const;
  void go_to_start();
  bool decode_one();
  [[nodiscard]] bool is_wanted(std::int64_t pts);
  void finish();
  void report();
  void check_cancelled() const;
  [[nodiscard]] std::string name() const { return "'" + options_.path + "'"; }

  const FilmOptions options_;
  const Host host_;
  std::optional<FilmFacts> facts_;
  std::unique_ptr<PacketReader> reader_;
  std::unique_ptr<Decoder> decoder_;
  std::unique_ptr<Upright> upright_;
  std::optional<TimeRepair> times_;
  std::deque<Waiting> waiting_;
  bool was_opened_ = false;
  bool finished_ = false;
  std::int64_t given_ = 0;
  std::int64_t end_ = 0;  // end of the last picture, in the stream's timebase
  bool passed_end_ = false;
};

}  // namespace relievo::media

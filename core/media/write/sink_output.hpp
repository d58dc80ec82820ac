// What a sink does with its frames: a film, one picture, or nothing.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <relievo/plugin.h>
#include <relievo/sdk/frame.hpp>
#include <relievo/sdk/host.hpp>

#include "core/media/clocks.hpp"
#include "core/media/write/encoder_choice.hpp"
#include "core/media/write/painter.hpp"

namespace relievo::media {

// What a whole film must be found to hold when it is opened again.
struct WrittenFilm {
  double seconds = 0;       // from its first picture to the end of its last
  double last_picture = 0;  // of these how long the last one is seen
  int sounds = 0;           // tracks that got packets
  int subtitles = 0;
  // FFmpeg's words ("bt709", "tv").
  std::string primaries, transfer, matrix, range;
};

// What finish() of the extension says.
struct SinkReport {
  std::string path;                     // where the result lies; "" if nothing was written
  std::vector<std::string> more_paths;  // of two_files: the right view's
  std::int64_t frames = 0;
  std::uint64_t bytes = 0;
  bool complete = false;
  std::vector<WrittenFilm> films;  // at path and more_paths; none of pictures
  std::vector<std::string> notes;
  // When frames came, if that was asked for: s on the steady clock, and s of processor time that
  // the process had spent by then.
  std::vector<double> moments;
  std::vector<double> cpu_moments;
};

// As JSON text of at most capacity bytes with its NUL; notes are dropped from the end if they do
// not fit. Throws RLV_E_ARGUMENT if even the rest does not.
void write_report(const SinkReport& report, char* text, std::size_t capacity);

// The parameters of the manifest, checked.
struct SinkSettings {
  std::filesystem::path path;
  EncoderWish encoder;
  std::string tracks = "all";
  std::string audio = "auto";
  bool overwrite = false;
  double depth_step = 0.0;  // of pictures of depth: metres for each step; 0: shown to the eye
};

// [worker] open, put ..., drain, finish; drain may be left out before finish(false).
class SinkOutput {
 public:
  SinkOutput() = default;
  SinkOutput(const SinkOutput&) = delete;
  SinkOutput& operator=(const SinkOutput&) = delete;
  virtual ~SinkOutput() = default;

  virtual void open() = 0;
  // What the layout shows of one moment, in its order.
  virtual void put(std::span<const Frame> views) = 0;
  virtual void drain() = 0;
  // Once. complete: throws if the result is not whole. Otherwise saves what can be saved within
  // some seconds (longer only for the first packet of a film) and does not throw.
  virtual SinkReport finish(bool complete) = 0;
};

// side_data: of the input's clock; outlives the output.
[[nodiscard]] std::unique_ptr<SinkOutput> make_film_output(const Host& host,
                                                           const SinkSettings& settings,
                                                           const SinkInput& input,
                                                           SideDataReader& side_data);
[[nodiscard]] std::unique_ptr<SinkOutput> make_picture_output(const Host& host,
                                                              const SinkSettings& settings,
                                                              const SinkInput& input,
                                                              SideDataReader& side_data);
// One depth map as numbers, and what they are as JSON beside it, at depth_facts_path().
[[nodiscard]] std::unique_ptr<SinkOutput> make_depth_output(const Host& host,
                                                            const SinkSettings& settings,
                                                            const SinkInput& input);
[[nodiscard]] std::filesystem::path depth_facts_path(const std::filesystem::path& depth);
// The left view to one output, the right one to the other.
[[nodiscard]] std::unique_ptr<SinkOutput> make_two_outputs(std::unique_ptr<SinkOutput> left,
                                                           std::unique_ptr<SinkOutput> right);
// Counts frames.
[[nodiscard]] std::unique_ptr<SinkOutput> make_null_output();

}  // namespace relievo::media

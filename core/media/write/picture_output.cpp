#include <algorithm>
#include <optional>

#include <relievo/sdk/error.hpp>

#include "core/media/clocks.hpp"
#include "core/media/write/containers.hpp"
#include "core/media/write/frame_side_data.hpp"
#include "core/media/write/output_file.hpp"
#include "core/media/write/sink_output.hpp"
#include "core/media/write/still_writer.hpp"

namespace relievo::media {
namespace {

class PictureOutput final : public SinkOutput {
 public:
  PictureOutput(const Host& host, const SinkSettings& settings, const SinkInput& input,
                SideDataReader& side_data)
      : host_(host),
        settings_(settings),
        input_(input),
        container_(container_of(settings.path)),
        file_(settings.path, settings.overwrite),
        record_(find_clock(input.format.clock)),
        side_data_(side_data) {
    report_.path = settings.path.string();
  }

  void open() override {
    file_.prepare(record_ ? record_->source().path : "");
    threads_ = std::max(1U, host_.cpu_threads());
  }

  void put(std::span<const Frame> views) override {
    if (report_.frames > 0)
      fail(RLV_E_CONFIG, "'", settings_.path.string(),
           "' holds one picture and the source has "
           "more; name a film (.mp4, .mov, .mkv), or limit the source to one frame");
    const auto info = views[0].info();
    input_.format.sar_num = info.sar_num;
    input_.format.sar_den = info.sar_den;
    // The picture stays in the samples that came; the file's own are the writer's business.
    Painter painter(input_, info.colour, input_.still_format(), false, threads_);
    const auto picture = painter.paint(views);
    attach_side_data(side_data_.take(info.index), {}, true, *picture);
    tell_hdr(info.colour);
    write_still(*picture, container_, file_.claim(), settings_.encoder.quality, threads_);
    ++report_.frames;
  }

  void drain() override {}

  SinkReport finish(bool complete) override {
    if (!complete || report_.frames == 0) {
      // A picture is whole or not there.
      if (report_.frames == 0) file_.discard();
      if (complete)
        fail(RLV_E_CONFIG, "no frame arrived, so '", settings_.path.string(),
             "' was not written; does the source begin where it is told to start?");
      report_.path = report_.frames == 0 ? "" : file_.partial().string();
      report_.bytes = report_.frames == 0 ? 0 : file_.bytes();
      return report_;
    }
    file_.publish();
    report_.bytes = file_.bytes();
    report_.complete = true;
    return report_;
  }

 private:
  void tell_hdr(const rlv_colour& colour) {
    if (input_.is_depth || (colour.transfer != 16 && colour.transfer != 18)) return;
    const std::string line =
        "the picture is HDR; most viewers of picture files show its values flat and grey (put a "
        "convert node with colour: srgb before the sink)";
    host_.warn(line);
    report_.notes.push_back(line);
  }

  Host host_;
  SinkSettings settings_;
  SinkInput input_;
  const Container& container_;
  OutputFile file_;
  std::shared_ptr<ClockRecord> record_;
  SideDataReader& side_data_;
  unsigned threads_ = 1;
  SinkReport report_;
};

}  // namespace

std::unique_ptr<SinkOutput> make_picture_output(const Host& host, const SinkSettings& settings,
                                                const SinkInput& input, SideDataReader& side_data) {
  return std::make_unique<PictureOutput>(host, settings, input, side_data);
}

}  // namespace relievo::media

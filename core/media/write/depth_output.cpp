// One depth map as a file of numbers and the JSON file beside it.
#include <algorithm>
#include <cmath>

#include <relievo/sdk/error.hpp>

#include "core/media/clocks.hpp"
#include "core/media/write/containers.hpp"
#include "core/media/write/depth_picture.hpp"
#include "core/media/write/depth_values.hpp"
#include "core/media/write/output_file.hpp"
#include "core/media/write/sink_output.hpp"

namespace relievo::media {
namespace {

class DepthOutput final : public SinkOutput {
 public:
  DepthOutput(const Host& host, const SinkSettings& settings, const SinkInput& input)
      : host_(host),
        settings_(settings),
        container_(container_of(settings.path)),
        file_(settings.path, settings.overwrite),
        facts_file_(depth_facts_path(settings.path), settings.overwrite),
        record_(find_clock(input.format.clock)) {
    report_.path = settings.path.string();
  }

  void open() override {
    const auto source = record_ ? record_->source().path : "";
    file_.prepare(source);
    facts_file_.prepare(source);
    threads_ = std::max(1U, host_.cpu_threads());
  }

  void put(std::span<const Frame> views) override {
    if (report_.frames > 0)
      fail(RLV_E_CONFIG, "'", settings_.path.string(),
           "' holds one map and the source has more; limit the source to one frame with its "
           "parameters start and seconds");
    const auto info = views[0].info();
    DepthFacts facts;
    facts.file = settings_.path.filename();
    facts.semantic = info.semantic;
    facts.width = info.width;
    facts.height = info.height;
    facts.focal_px = info.focal_px;
    std::vector<float> values;
    map_values(views[0], values);
    if (container_.holds_floats()) {
      facts.unknown =
          std::count_if(values.begin(), values.end(), [](float v) { return !std::isfinite(v); });
      write_pfm(values, info.width, info.height, file_.claim());
    } else {
      facts.step = settings_.depth_step;
      facts.semantic = RLV_SEM_METRES;
      if (info.semantic == RLV_SEM_INVERSE_METRES)
        for (auto& value : values) value = 1.0F / value;
      write_depth_steps(values, facts, container_, file_.claim(), threads_);
    }
    write_depth_facts(facts, facts_file_.claim());
    ++report_.frames;
  }

  void drain() override {}

  SinkReport finish(bool complete) override {
    if (report_.frames == 0) {
      file_.discard();
      facts_file_.discard();
      report_.path = "";
      if (complete)
        fail(RLV_E_CONFIG, "no frame arrived, so '", settings_.path.string(),
             "' was not written; does the source begin where it is told to start?");
      return report_;
    }
    if (!complete) {
      report_.path = file_.partial().string();
      report_.bytes = file_.bytes();
      return report_;
    }
    file_.publish();
    facts_file_.publish();
    report_.bytes = file_.bytes();
    report_.complete = true;
    return report_;
  }

 private:
  Host host_;
  SinkSettings settings_;
  const Container& container_;
  OutputFile file_;
  OutputFile facts_file_;
  std::shared_ptr<ClockRecord> record_;
  unsigned threads_ = 1;
  SinkReport report_;
};

}  // namespace

std::filesystem::path depth_facts_path(const std::filesystem::path& depth) {
  auto path = depth;
  path += ".json";
  return path;
}

std::unique_ptr<SinkOutput> make_depth_output(const Host& host, const SinkSettings& settings,
                                              const SinkInput& input) {
  return std::make_unique<DepthOutput>(host, settings, input);
}

}  // namespace relievo::media

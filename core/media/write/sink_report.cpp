#include <nlohmann/json.hpp>

#include "core/media/report_text.hpp"
#include "core/media/write/sink_output.hpp"

namespace relievo::media {

void write_report(const SinkReport& report, char* text, std::size_t capacity) {
  nlohmann::json json{{"path", report.path},
                      {"frames", report.frames},
                      {"bytes", report.bytes},
                      {"complete", report.complete},
                      {"notes", report.notes}};
  if (!report.more_paths.empty()) json["more_paths"] = report.more_paths;
  for (const auto& film : report.films)
    json["films"].push_back({{"seconds", film.seconds},
                             {"last_picture_s", film.last_picture},
                             {"sounds", film.sounds},
                             {"subtitles", film.subtitles},
                             {"colour",
                              {{"primaries", film.primaries},
                               {"transfer", film.transfer},
                               {"matrix", film.matrix},
                               {"range", film.range}}}});
  if (!report.moments.empty()) {
    json["moments_s"] = report.moments;
    json["cpu_moments_s"] = report.cpu_moments;
  }
  for (;;) {
    // A file name need not be UTF-8.
    const auto out = json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    auto& notes = json["notes"];
    if (out.size() < capacity || notes.empty()) {
      hand_over_report(out, text, capacity);
      return;
    }
    notes.erase(notes.size() - 1);
  }
}

namespace {

class NullOutput final : public SinkOutput {
 public:
  void open() override {}
  void put(std::span<const Frame> /*views*/) override { ++report_.frames; }
  void drain() override {}
  SinkReport finish(bool complete) override {
    report_.complete = complete;
    return report_;
  }

 private:
  SinkReport report_;
};

}  // namespace

std::unique_ptr<SinkOutput> make_null_output() {
  return std::make_unique<NullOutput>();
}

}  // namespace relievo::media

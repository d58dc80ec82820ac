// Each view in a film of its own.
#include <algorithm>
#include <array>

#include "core/media/write/sink_output.hpp"

namespace relievo::media {
namespace {

class TwoOutputs final : public SinkOutput {
 public:
  TwoOutputs(std::unique_ptr<SinkOutput> left, std::unique_ptr<SinkOutput> right)
      : outputs_{std::move(left), std::move(right)} {}

  void open() override {
    for (auto& output : outputs_) output->open();
  }

  void put(std::span<const Frame> views) override {
    outputs_[0]->put(views.first(1));
    outputs_[1]->put(views.last(1));
  }

  void drain() override {
    for (auto& output : outputs_) output->drain();
  }

  SinkReport finish(bool complete) override {
    // Both are written to their end before either gets its name.
    if (complete) drain();
    auto report = outputs_[0]->finish(complete);
    const auto other = outputs_[1]->finish(complete);
    if (!other.path.empty()) report.more_paths.push_back(other.path);
    report.films.insert(report.films.end(), other.films.begin(), other.films.end());
    report.bytes += other.bytes;
    report.complete = report.complete && other.complete;
    for (const auto& line : other.notes)
      if (std::find(report.notes.begin(), report.notes.end(), line) == report.notes.end())
        report.notes.push_back(line);
    return report;
  }

 private:
  std::array<std::unique_ptr<SinkOutput>, 2> outputs_;
};

}  // namespace

std::unique_ptr<SinkOutput> make_two_outputs(std::unique_ptr<SinkOutput> left,
                                             std::unique_ptr<SinkOutput> right) {
  return std::make_unique<TwoOutputs>(std::move(left), std::move(right));
}

}  // namespace relievo::media

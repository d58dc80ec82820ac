// The node 'quality.measure'.
#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>
#include <opencv2/imgproc.hpp>

#include <relievo/sdk/error.hpp>
#include <relievo/sdk/node_type.hpp>

#include "core/metrics/depth_agreement.hpp"
#include "core/quality/column_code.hpp"
#include "core/quality/depth_quality.hpp"
#include "core/quality/nodes.hpp"
#include "core/quality/report_extension.hpp"
#include "core/quality/view_quality.hpp"

namespace relievo::quality {
namespace {

enum Port : std::size_t { kColour, kDepth, kTruth, kLeft, kRight };

// Truth that is no distance has no usual floor: only what is 0 is unknown.
constexpr float kAnyFloor = 1e-6F;

// Near is large.
cv::Mat1f inverse_depth(const Frame& frame) {
  const auto plane = frame.plane<const float>(0);
  const bool metres = frame.info().semantic == RLV_SEM_METRES;
  cv::Mat1f map(plane.height, plane.width);
  for (int y = 0; y < map.rows; ++y)
    for (int x = 0; x < map.cols; ++x) {
      const float value = plane.at(x, y);
      map(y, x) = metres ? (value > 0 ? 1 / value : 0) : value;
    }
  return map;
}

cv::Mat1b luma_of(const Frame& frame) {
  const auto plane = frame.plane<const std::uint8_t>(0);
  const auto info = frame.info();
  const cv::Mat1b view(info.height, info.width, const_cast<std::uint8_t*>(plane.data),
                       static_cast<std::size_t>(plane.row_stride));
  cv::Mat1b luma;
  if (info.colour.full_range != 0)
    view.copyTo(luma);
  else
    view.convertTo(luma, CV_8U, 255.0 / 219, -16 * 255.0 / 219);
  return luma;
}

// Both cover the same picture; reduced by areas, enlarged by straight lines.
template <class Map>
Map resized(const Map& map, cv::Size size) {
  if (map.size() == size) return map;
  const bool smaller = size.width < map.cols && size.height < map.rows;
  Map result;
  cv::resize(map, result, size, 0, 0, smaller ? cv::INTER_AREA : cv::INTER_LINEAR);
  return result;
}

// Rows of a view that are looked at: shares and percentiles of evenly spread ones are those of all.
constexpr int kRowsOfView = 240;

int row_step(int height) {
  return std::max(1, height / kRowsOfView);
}

std::vector<float> columns_of(const Frame& view) {
  const auto info = view.info();
  const int step = row_step(info.height);
  const auto plane = view.plane<const std::uint16_t>(0);
  const ColumnCode code(info.width);
  std::vector<float> columns;
  for (int y = 0; y < info.height; y += step)
    for (int x = 0; x < info.width; ++x) columns.push_back(code.column(plane.at(x, y)));
  return columns;
}

nlohmann::json or_null(const std::optional<double>& value) {
  return value ? nlohmann::json(*value) : nlohmann::json();
}

nlohmann::json comfort_json(const metrics::Comfort& comfort) {
  auto bins = nlohmann::json::array();
  for (std::size_t i = 0; i < comfort.histogram.size(); ++i) {
    const double from = metrics::Comfort::kFrom + static_cast<double>(i) * metrics::Comfort::kStep;
    bins.push_back(
        {{"from", from}, {"to", from + metrics::Comfort::kStep}, {"share", comfort.histogram[i]}});
  }
  return {{"unit", "% of width"},       {"low", comfort.nearest}, {"high", comfort.farthest},
          {"outside", comfort.outside}, {"below", comfort.below}, {"above", comfort.above},
          {"bins", std::move(bins)}};
}

class Measure final : public Node {
 public:
  Measure(Host /*host*/, const Config& config) : width_(config.get<int>("working_width")) {}

  NodePlan plan(InputFormats in, OutputFormats /*out*/) override {
    if ((in[kLeft] == nullptr) != (in[kRight] == nullptr))
      fail(RLV_E_CONFIG, "views are judged together; connect left and right, or neither");
    NodePlan plan;
    plan.host_bytes = 64 * static_cast<std::uint64_t>(std::max(in[kColour]->width, 1)) *
                      static_cast<std::uint64_t>(std::max(in[kColour]->height, 1));
    return plan;
  }

  void open() override { reset(); }

  Flow push(std::span<Frame> in) override {
    const auto info = in[kColour].info();
    const int width = std::min(width_, info.width);
    const cv::Size size(
        width, std::max(1, static_cast<int>(std::lround(static_cast<double>(info.height) * width /
                                                        info.width))));
    const auto depth = inverse_depth(in[kDepth]);
    depth_->add(resized(luma_of(in[kColour]), size), resized(depth, size), info.shot_id);
    if (in[kTruth]) judge_truth(depth, in[kTruth]);
    if (in[kLeft] && in[kRight]) judge_views(in[kLeft], in[kRight]);
    ++frames_;
    return Flow::kDone;
  }

  Flow pull(std::span<Frame> /*out*/) override { return drained_ ? Flow::kEnd : Flow::kAgain; }
  void drain() override { drained_ = true; }
  void reset() override {
    depth_ = std::make_unique<DepthQuality>();
    views_ = {};
    frames_ = 0;
    drained_ = false;
  }
  const void* extension(const char* id) override;

  [[nodiscard]] nlohmann::json report(bool complete) const {
    nlohmann::json quality = nlohmann::json::object();
    if (depth_) {
      quality["flicker"] = or_null(depth_->flicker());
      quality["edge_sharpness"] = or_null(depth_->edge_sharpness());
      quality["abs_rel"] = or_null(depth_->abs_rel());
      quality["within_125"] = or_null(depth_->within_125());
    }
    if (!views_.is_empty()) {
      quality["hole_share"] = views_.hole_share();
      quality["stretched_share"] = views_.stretched_share();
      quality["comfort"] = comfort_json(views_.comfort());
    }
    return {{"path", ""}, {"frames", frames_}, {"complete", complete}, {"quality", quality}};
  }

 private:
  void judge_views(const Frame& left, const Frame& right) {
    const auto columns = columns_of(left);
    const int width = left.info().width;
    views_.add(columns, columns_of(right), width, static_cast<int>(columns.size()) / width);
  }

  void judge_truth(const cv::Mat1f& depth, const Frame& frame) {
    const auto semantic = frame.info().semantic;
    const bool distance = semantic == RLV_SEM_METRES || semantic == RLV_SEM_INVERSE_METRES;
    const auto truth = inverse_depth(frame);
    const auto fitted = resized(depth, truth.size());
    depth_->add_truth({fitted[0], fitted.total()}, {truth[0], truth.total()},
                      distance ? metrics::kDefaultFloor : kAnyFloor);
  }

  const int width_;
  std::unique_ptr<DepthQuality> depth_;
  ViewQuality views_;
  std::int64_t frames_ = 0;
  bool drained_ = false;
};

const void* Measure::extension(const char* id) {
  return report_extension<Measure>(id);
}

}  // namespace

rlv_node_type measure_type() {
  return make_node_type<Measure>("quality.measure", "sink");
}

}  // namespace relievo::quality

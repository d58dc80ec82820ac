#include "plugins/stereo/hidden_motion.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <vector>

namespace relievo::stereo {
namespace {

// Columns beside an edge whose flow is mixed, those that count behind them, and rows on either
// side.
constexpr int kMixed = 5;
constexpr int kDeep = 12;
constexpr int kRows = 4;

// In all; less says nothing.
constexpr float kLeastTrust = 4.0F;

// What the farther side of an edge says.
struct Side {
  cv::Vec2f flow;
  float inverse = 0.0F;
  float sure = 0.0F;
};

// Where a row steps in depth: the last column of the farther side, and the direction (1, -1) in
// which the nearer one lies.
struct Edge {
  int far;
  int direction;
};

void find_edges(const float* inverse, int width, float tear, std::vector<Edge>& edges) {
  edges.clear();
  for (int x = 0; x + 1 < width; ++x) {
    const float step = inverse[x + 1] - inverse[x];
    if (std::abs(step) <= tear) continue;
    // A ramp of steps in one direction is one edge.
    int end = x + 1;
    while (end + 1 < width) {
      const float next = inverse[end + 1] - inverse[end];
      if (std::abs(next) <= tear || (next > 0) != (step > 0)) break;
      ++end;
    }
    edges.push_back(step > 0 ? Edge{x, 1} : Edge{end, -1});
    x = end - 1;
  }
}

class Carrier {
 public:
  Carrier(const cv::Mat2f& flow, const cv::Mat1f& trust, const cv::Mat1f& inverse, float tear,
          int reach)
      : flow_(flow),
        trust_(trust),
        inverse_(inverse),
        tear_(tear),
        reach_(reach),
        ways_{std::vector<Way>(static_cast<std::size_t>(flow.cols)),
              std::vector<Way>(static_cast<std::size_t>(flow.cols))} {}

  void carry_row(int y, HiddenMotion& out) {
    for (auto& way : ways_) std::fill(way.begin(), way.end(), Way{});
    find_edges(inverse_[y], flow_.cols, tear_, edges_);
    for (const auto& edge : edges_) carry(edge, y);
    for (int x = 0; x < flow_.cols; ++x) write(x, y, out);
  }

 private:
  // A side that reached a column, and from how far.
  struct Way {
    Side side;
    int distance = 0;  // 0: none
  };

  [[nodiscard]] Side look(const Edge& edge, int y) const {
    Side side;
    side.inverse = inverse_(y, std::clamp(edge.far - edge.direction, 0, flow_.cols - 1));
    // Where the farther side is narrow, what is beside the edge must do.
    if (!gather(edge, y, kMixed, side)) gather(edge, y, 1, side);
    return side;
  }

  // Joins what the columns from `from` on say; false if that is next to nothing.
  bool gather(const Edge& edge, int y, int from, Side& side) const {
    cv::Vec2f sum{0, 0};
    float trusts = 0.0F;
    float count = 0.0F;
    for (int j = std::max(0, y - kRows); j <= std::min(flow_.rows - 1, y + kRows); ++j) {
      for (int i = from; i < from + kDeep; ++i) {
        const int x = edge.far - edge.direction * i;
        if (x < 0 || x >= flow_.cols) break;
        if (std::abs(inverse_(j, x) - side.inverse) > 2 * tear_) break;
        sum += trust_(j, x) * flow_(j, x);
        trusts += trust_(j, x);
        count += 1.0F;
      }
    }
    if (trusts < kLeastTrust) return false;
    side.flow = sum * (1.0F / trusts);
    // What few places say is not sure either.
    side.sure = trusts / std::max(count, 1.0F * kDeep);
    return true;
  }

  void carry(const Edge& edge, int y) {
    const Side side = look(edge, y);
    auto& ways = ways_[edge.direction > 0 ? 0 : 1];
    bool is_behind = false;
    for (int i = 1 - kMixed; i <= reach_; ++i) {
      const int x = edge.far + edge.direction * i;
      if (x < 0 || x >= flow_.cols) continue;
      const float nearer = inverse_(y, x) - side.inverse;
      if (i <= 0 && nearer < -tear_) continue;  // something farther still
      is_behind = is_behind || nearer > tear_;
      if (is_behind && nearer <= tear_) break;  // in sight again
      auto& way = ways[static_cast<std::size_t>(x)];
      const int distance = std::max(i, 0) + 1;
      if (way.distance == 0 || distance < way.distance) way = {side, distance};
    }
  }

  void write(int x, int y, HiddenMotion& out) const {
    const Way& a = ways_[0][static_cast<std::size_t>(x)];
    const Way& b = ways_[1][static_cast<std::size_t>(x)];
    Side side{flow_(y, x), inverse_(y, x), trust_(y, x)};
    if (a.distance > 0 && b.distance > 0 &&
        std::abs(a.side.inverse - b.side.inverse) <= 2 * tear_) {
      // The farther from a side, the less it says.
      const float t = static_cast<float>(a.distance) / static_cast<float>(a.distance + b.distance);
      side.flow = (1 - t) * a.side.flow + t * b.side.flow;
      side.inverse = (1 - t) * a.side.inverse + t * b.side.inverse;
      side.sure = (1 - t) * a.side.sure + t * b.side.sure;
    } else if (a.distance > 0 && (b.distance == 0 || a.distance <= b.distance)) {
      side = a.side;
    } else if (b.distance > 0) {
      side = b.side;
    }
    out.flow(y, x) = side.flow;
    out.inverse(y, x) = side.inverse;
    out.sure(y, x) = side.sure;
  }

  const cv::Mat2f& flow_;
  const cv::Mat1f& trust_;
  const cv::Mat1f& inverse_;
  float tear_;
  int reach_;
  std::vector<Edge> edges_;
  std::vector<Way> ways_[2];  // from the left, from the right
};

}  // namespace

HiddenMotion hidden_motion(const cv::Mat2f& flow, const cv::Mat1f& trust, const cv::Mat1f& inverse,
                           float tear, int reach) {
  HiddenMotion out{cv::Mat2f(flow.size()), cv::Mat1f(flow.size()), cv::Mat1f(flow.size())};
  Carrier carrier(flow, trust, inverse, tear, reach);
  for (int y = 0; y < flow.rows; ++y) carrier.carry_row(y, out);
  return out;
}

}  // namespace relievo::stereo

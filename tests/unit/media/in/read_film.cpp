#include "tests/unit/media/in/read_film.hpp"

#include <array>

#include <relievo/sdk/pixel_format.hpp>

#include "core/media/nodes.hpp"

namespace relievo::test {
namespace {

const rlv_node_type& source() {
  static const auto type = media::source_type();
  return type;
}

std::string json_text(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "\"";
}

}  // namespace

std::string source_params(const std::string& path, const std::string& params) {
  // The defaults of the manifest; what stands later in the text wins.
  return R"({"start": 0.0, "seconds": 0.0, "hwaccel": "none", "deinterlace": "auto", "track": -1)"
         R"(, "unpack": "refuse")"
         R"(, "path": )" +
         json_text(path) + (params.empty() ? "" : ", " + params) + "}";
}

FilmRun::FilmRun(const std::string& path, const std::string& params)
    : node(source(), run.context, "source", "media", config_json(source_params(path, params))) {}

void FilmRun::plan() {
  auto preset = host::make_format();
  preset.clock = 7;
  const auto planned = node.plan({}, {preset});
  format = planned.outputs.at(0);
  needs = planned.needs;
}

void FilmRun::read_all(std::size_t most) {
  plan();
  node.open();
  while (frames.size() < most) {
    std::array<Frame, 1> out;
    if (node.pull(out) != Flow::kDone) return;
    frames.push_back(std::move(out[0]));
  }
}

std::vector<std::int64_t> FilmRun::times() const {
  std::vector<std::int64_t> all;
  for (const auto& frame : frames) all.push_back(frame.info().pts);
  return all;
}

std::vector<std::string> FilmRun::warnings() const {
  std::vector<std::string> found;
  for (const auto& line : run.lines)
    if (line.find("warning") != std::string::npos || line.find("error") != std::string::npos)
      found.push_back(line);
  return found;
}

std::string failure_of(const std::string& path, const std::string& params) {
  try {
    FilmRun film(path, params);
    film.read_all();
  } catch (const host::NodeFailure& failure) {
    return failure.what();
  }
  return "";
}

std::uint64_t fingerprint(const Frame& frame) {
  std::uint64_t hash = 14695981039346656037ULL;
  const auto info = frame.info();
  const auto layout = picture_layout(info.pixel_format, info.width, info.height);
  for (std::uint32_t p = 0; p < layout.plane_count; ++p) {
    const auto& t = frame.tensor(p)->dl_tensor;
    const auto& plane = layout.planes.at(p);
    const auto* data = static_cast<const std::uint8_t*>(t.data) + t.byte_offset;
    for (std::int32_t y = 0; y < plane.height; ++y) {
      const auto* row = data + t.strides[0] * (t.dtype.bits / 8) * y;
      for (std::int64_t x = 0; x < plane.row_bytes(); ++x)
        hash = (hash ^ row[x]) * 1099511628211ULL;
    }
  }
  return hash;
}

int sample(const Frame& frame, std::uint32_t plane, int x, int y, int component) {
  const auto format = frame.info().pixel_format;
  if (RLV_PIXEL_BITS(format) <= 8)
    return frame.plane<const std::uint8_t>(plane).at(x, y, component);
  const int value = frame.plane<const std::uint16_t>(plane).at(x, y, component);
  return RLV_PIXEL_HIGH(format) != 0 ? value >> (16 - RLV_PIXEL_BITS(format)) : value;
}

}  // namespace relievo::test

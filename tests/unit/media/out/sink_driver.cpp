#include "tests/unit/media/out/sink_driver.hpp"

#include <algorithm>
#include <fstream>

#include <relievo/sdk/host.hpp>
#include <relievo/sdk/pixel_format.hpp>

#include "core/media/sink_extension.hpp"
#include "tests/support/paths.hpp"

namespace relievo::test {
namespace {

rlv_error make_error() {
  rlv_error error{};
  error.struct_size = sizeof(error);
  return error;
}

nlohmann::json media_node(const std::string& id) {
  std::ifstream file(source_dir() / "core/media/plugin.json");
  const auto manifest = nlohmann::json::parse(file);
  for (const auto& entry : manifest["nodes"])
    if (entry["id"] == id) return entry;
  throw std::runtime_error("media has no node " + id);
}

std::size_t port_count(const std::string& id) {
  return media_node(id)["inputs"].size();
}

}  // namespace

std::string media_params(const std::string& node, const std::string& params) {
  auto result = nlohmann::json::object();
  const auto manifest = media_node(node);
  for (const auto& [name, schema] : manifest["params"].items())
    if (schema.contains("default")) result[name] = schema["default"];
  result.update(nlohmann::json::parse(params));
  return result.dump();
}

SinkDriver::SinkDriver(const rlv_node_type& type, const std::string& params)
    : services_(run_.context, "sink", "media"), type_(type), ports_(port_count(type.id)) {
  auto error = make_error();
  const auto config = config_json(media_params(type.id, params), "sink");
  check(type_.create(services_.host(), config.c_str(), &node_, &error), error);
}

SinkDriver::~SinkDriver() {
  if (node_ != nullptr) type_.destroy(node_);
}

void SinkDriver::check(rlv_status status, const rlv_error& error) const {
  if (status < 0) throw NodeError(status, error.message);
}

rlv_plan SinkDriver::plan(const std::vector<std::optional<rlv_format>>& inputs) {
  std::vector<const rlv_format*> in;
  for (const auto& format : inputs) in.push_back(format ? &*format : nullptr);
  in.resize(std::max(in.size(), ports_), nullptr);
  rlv_plan plan{};
  plan.struct_size = sizeof(plan);
  auto error = make_error();
  check(type_.plan(node_, in.data(), static_cast<std::uint32_t>(in.size()), nullptr, 0, &plan,
                   &error),
        error);
  return plan;
}

void SinkDriver::open() {
  auto error = make_error();
  check(type_.open(node_, &error), error);
}

void SinkDriver::push(std::vector<Frame> frames) {
  std::vector<const rlv_frame*> in;
  for (auto& frame : frames) in.push_back(frame.get());
  in.resize(std::max(in.size(), ports_), nullptr);
  auto error = make_error();
  check(type_.push(node_, in.data(), static_cast<std::uint32_t>(in.size()), &error), error);
  for (auto& frame : frames) static_cast<void>(frame.release());  // taken
}

void SinkDriver::drain() {
  auto error = make_error();
  check(type_.drain(node_, &error), error);
  if (type_.pull(node_, nullptr, 0, &error) != RLV_EOS)
    throw NodeError(RLV_E_INTERNAL, "after drain pull does not say that all is written");
}

void SinkDriver::reset() {
  auto error = make_error();
  check(type_.reset(node_, &error), error);
}

nlohmann::json SinkDriver::finish(bool complete) {
  const auto* extension =
      static_cast<const media::SinkExtension*>(type_.extension(node_, media::kSinkExtension));
  if (extension == nullptr) throw NodeError(RLV_E_INTERNAL, "the node has no rlv.sink/1");
  std::string report(8192, '\0');
  auto error = make_error();
  check(extension->finish(node_, complete ? 1 : 0, report.data(), report.size(), &error), error);
  return nlohmann::json::parse(report.c_str());
}

Frame painted_frame(const rlv_host* host, const rlv_frame_info& info, const Painting& paint) {
  auto frame = Host(host).new_frame(info);
  const int shift = RLV_PIXEL_HIGH(info.pixel_format) != 0
                        ? 16 - static_cast<int>(RLV_PIXEL_BITS(info.pixel_format))
                        : 0;
  const auto layout = picture_layout(info.pixel_format, info.width, info.height);
  int component = 0;
  for (std::uint32_t p = 0; p < layout.plane_count; ++p) {
    const auto& plane = layout.planes.at(p);
    for (int c = 0; c < plane.components; ++c, ++component)
      for (std::int32_t y = 0; y < plane.height; ++y)
        for (std::int32_t x = 0; x < plane.width; ++x) {
          const int value = paint(component, x, y) << shift;
          if (plane.type.bits == 8)
            frame.plane<std::uint8_t>(p).at(x, y, c) = static_cast<std::uint8_t>(value);
          else
            frame.plane<std::uint16_t>(p).at(x, y, c) = static_cast<std::uint16_t>(value);
        }
  }
  return frame;
}

Frame depth_frame(const rlv_host* host, const rlv_format& format, std::int64_t index,
                  const std::function<float(int x, int y)>& value) {
  auto frame = Host(host).new_frame(frame_info(format, index));
  const auto plane = frame.plane<float>(0);
  for (std::int32_t y = 0; y < plane.height; ++y)
    for (std::int32_t x = 0; x < plane.width; ++x) plane.at(x, y) = value(x, y);
  return frame;
}

rlv_format depth_format(std::int32_t width, std::int32_t height, std::uint32_t semantic) {
  auto format = colour_format(RLV_PF_MAP_F32, width, height);
  format.semantic = semantic;
  return format;
}

}  // namespace relievo::test

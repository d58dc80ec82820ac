#include "core/host/services.hpp"

#include <cstring>
#include <system_error>
#include <utility>

#include <relievo/sdk/frame.hpp>

#include "core/host/frame.hpp"

namespace relievo::host {

NodeServices::NodeServices(RunContext& run, std::string node_name, const std::string& plugin_name)
    : run_(run),
      node_name_(std::move(node_name)),
      cache_folder_((run.cache_root / plugin_name).string()) {
  note_sign_of_life();
  host_.struct_size = sizeof(host_);
  host_.abi_minor = RLV_ABI_MINOR;
  host_.ctx = this;
  host_.log = [](void* ctx, std::int32_t level, const char* message) {
    auto& self = *static_cast<NodeServices*>(ctx);
    self.run_.log.write(level, "node '" + self.node_name_ + "': " + message);
  };
  host_.progress = [](void* ctx, double /*fraction*/, const char* /*activity*/) {
    static_cast<NodeServices*>(ctx)->note_sign_of_life();
  };
  host_.is_cancelled = [](void* ctx) -> std::int32_t {
    return static_cast<NodeServices*>(ctx)->run_.cancelled.load() ? 1 : 0;
  };
  host_.cpu_threads = [](void* ctx) {
    return static_cast<NodeServices*>(ctx)->run_.cpu_threads;
  };
  host_.cache_folder = [](void* ctx) {
    const auto& folder = static_cast<NodeServices*>(ctx)->cache_folder_;
    std::error_code
        ignored;  // a folder that cannot be made shows when the plugin opens a file in it
    std::filesystem::create_directories(folder, ignored);
    return folder.c_str();
  };
  host_.memory_budget = [](void* ctx, std::int32_t device_type, std::int32_t /*device_id*/) {
    return device_type == RLV_DEV_CPU ? static_cast<NodeServices*>(ctx)->run_.memory_limit
                                      : std::uint64_t{0};
  };
  host_.frame_new = &frame_new;
  host_.frame_wrap = &frame_wrap;
  host_.frame_retain = &frame_retain;
  host_.frame_release = &frame_release;
  host_.frame_info = &frame_info;
  host_.frame_plane_count = &frame_plane_count;
  host_.frame_plane = &frame_plane;
  host_.extension = [](void* /*ctx*/, const char* /*id*/) -> const void* {
    return nullptr;
  };
}

}  // namespace relievo::host

// How the sinks of this plugin, which write no file, hand their findings to the host.
#pragma once

#include <string_view>

#include <relievo/sdk/error.hpp>
#include <relievo/sdk/node_type.hpp>

#include "core/media/report_text.hpp"
#include "core/media/sink_extension.hpp"

namespace relievo::quality {

// For Sink::extension(): what finish() says is the JSON of Sink::report(complete).
template <class Sink>
[[nodiscard]] const void* report_extension(std::string_view id) {
  static constexpr media::SinkExtension kExtension{
      sizeof(media::SinkExtension), 0,
      [](rlv_node* node, std::int32_t complete, char* report, std::size_t capacity,
         rlv_error* error) noexcept -> rlv_status {
        try {
          const auto text = static_cast<Sink&>(node_of(node)).report(complete != 0).dump();
          media::hand_over_report(text, report, capacity);
          return RLV_OK;
        } catch (...) {
          return report_exception(error);
        }
      }};
  return id == media::kSinkExtension ? &kExtension : nullptr;
}

}  // namespace relievo::quality

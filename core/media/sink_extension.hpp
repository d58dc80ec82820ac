// The one thing that the contract cannot say of a node without outputs: that its file is to be
// kept, or closed early.
#pragma once

#include <cstddef>
#include <cstdint>

#include <relievo/plugin.h>

namespace relievo::media {

inline constexpr const char* kSinkExtension = "rlv.sink/1";
// Room for a report with the moments of an hour of film.
inline constexpr std::size_t kSinkReportBytes = std::size_t{2} << 20U;

// From rlv_node_type.extension of nodes that write files.
struct SinkExtension {
  std::uint32_t struct_size;
  std::uint32_t reserved;
  // [worker], after the last push, instead of or after drain. complete != 0: everything was
  // written, give the file its name. 0: the run was cancelled or failed: close the partial file so
  // that it plays, with the frames that the encoder still holds as far as eight seconds allow, or
  // remove it if no frame came. Writes a JSON object of at most capacity bytes to report:
  // {"path", "frames", "bytes", "complete", "notes": [..]}, and "more_paths": [..] if there are
  // any, "films":
  // [{"seconds", "last_picture_s", "sounds", "subtitles", "colour"}] of whole films in the order of
  // the paths, "moments_s" and "cpu_moments_s": [..] if they were asked for.
  rlv_status (*finish)(rlv_node* node, std::int32_t complete, char* report, std::size_t capacity,
                       rlv_error* error);
};

}  // namespace relievo::media

// What libav says by itself.
#pragma once

namespace relievo::media {

// libav writes its own lines to stderr, many for one damaged film, in words for its developers.
// This turns them off for the process; what matters of them comes back as errors and warnings of
// the nodes. RELIEVO_LIBAV_LOG=1 in the environment leaves them on. For the program to call once,
// before the first node; a node must not change what the whole process shares.
void keep_libav_quiet();

}  // namespace relievo::media

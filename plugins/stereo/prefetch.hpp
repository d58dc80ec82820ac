// What is needed in a moment, asked for now: holes and edges lie far apart, and nothing that the
// processor could guess leads from one to the next.
#pragma once

namespace relievo::stereo {

// Any address, a wrong one too.
inline void prefetch([[maybe_unused]] const void* address) {
#if defined(__GNUC__) || defined(__clang__)
  __builtin_prefetch(address);
#endif
}

}  // namespace relievo::stereo

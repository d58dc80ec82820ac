#include "core/media/av_log.hpp"

#include <cstdlib>

extern "C" {
#include <libavutil/log.h>
}

namespace relievo::media {

void keep_libav_quiet() {
  if (std::getenv("RELIEVO_LIBAV_LOG") == nullptr) av_log_set_level(AV_LOG_QUIET);
}

}  // namespace relievo::media

#include "core/media/read/dolby_vision.hpp"

#include <cstring>

extern "C" {
#include <libavutil/dovi_meta.h>
}

#include "core/media/read/side_data.hpp"

namespace relievo::media {

std::string DolbyVision::name() const {
  return concat(profile, ".", compatibility);
}

std::string DolbyVision::base() const {
  switch (compatibility) {
    case 1:
    case 6: return "HDR10";
    case 2: return "SDR";
    case 4: return "HLG";
    default: return "";
  }
}

std::optional<DolbyVision> dolby_vision(const AVStream& stream) {
  AVDOVIDecoderConfigurationRecord record{};
  const auto data = stream_side_data(stream, AV_PKT_DATA_DOVI_CONF);
  if (data.data == nullptr || data.size < sizeof(record)) return std::nullopt;
  std::memcpy(&record, data.data, sizeof(record));
  return DolbyVision{record.dv_profile, record.dv_bl_signal_compatibility_id};
}

std::string check_dolby_vision(const AVStream& stream, const std::string& path) {
  const auto found = dolby_vision(stream);
  if (!found) return "";
  const auto base = found->base();
  if (base.empty())
    fail(
        RLV_E_UNSUPPORTED, "'", path, "' is Dolby Vision of profile ", found->name(),
        ", whose colours nothing but a Dolby Vision decoder can show; export it anew as HDR10, HLG "
        "or SDR");
  return concat("the film is Dolby Vision of profile ", found->name(), ": its base layer (", base,
                ") is used, what Dolby Vision adds to it is left out");
}

}  // namespace relievo::media

#include "core/media/read/hw_device.hpp"

#include <filesystem>
#include <system_error>

extern "C" {
#include <libavutil/pixdesc.h>
}

namespace relievo::media {
namespace {

bool exists(const char* path) {
  std::error_code ignored;
  return std::filesystem::exists(path, ignored);
}

}  // namespace

bool is_plausible(AVHWDeviceType type) {
  switch (type) {
#if defined(__APPLE__)
    case AV_HWDEVICE_TYPE_VIDEOTOOLBOX: return true;
#elif defined(__linux__)
    case AV_HWDEVICE_TYPE_CUDA: return exists("/dev/nvidiactl") || exists("/dev/dxg");
    case AV_HWDEVICE_TYPE_VAAPI: return exists("/dev/dri/renderD128");
#endif
    default: return false;
  }
}

std::vector<AVHWDeviceType> hardware_candidates(const std::string& wish) {
  if (wish == "none") return {};
  if (wish != "auto") {
    const auto type = av_hwdevice_find_type_by_name(wish.c_str());
    return type == AV_HWDEVICE_TYPE_NONE ? std::vector<AVHWDeviceType>{}
                                         : std::vector<AVHWDeviceType>{type};
  }
  std::vector<AVHWDeviceType> found;
  for (const auto type :
       {AV_HWDEVICE_TYPE_VIDEOTOOLBOX, AV_HWDEVICE_TYPE_CUDA, AV_HWDEVICE_TYPE_VAAPI})
    if (is_plausible(type)) found.push_back(type);
  return found;
}

HardwareCodec find_hardware_codec(AVCodecID id, AVHWDeviceType type) {
  void* position = nullptr;
  while (const auto* codec = av_codec_iterate(&position)) {
    // The wrappers of vendors' own decoders have other rules; libavcodec's decoders fall back by
    // themselves.
    if (av_codec_is_decoder(codec) == 0 || codec->id != id || codec->wrapper_name != nullptr)
      continue;
    for (int i = 0; const auto* config = avcodec_get_hw_config(codec, i); ++i)
      if ((config->methods & AV_CODEC_HW_CONFIG_METHOD_HW_DEVICE_CTX) != 0 &&
          config->device_type == type)
        return {codec, config->pix_fmt};
  }
  return {};
}

AVPixelFormat downloaded_format(AVPixelFormat software) {
  const auto* descriptor = av_pix_fmt_desc_get(software);
  if (descriptor == nullptr || descriptor->nb_components != 3 || descriptor->log2_chroma_w != 1 ||
      descriptor->log2_chroma_h != 1 || (descriptor->flags & AV_PIX_FMT_FLAG_RGB) != 0)
    return software;
  if (descriptor->comp[0].depth == 8) return AV_PIX_FMT_NV12;
  return descriptor->comp[0].depth == 10 ? AV_PIX_FMT_P010LE : software;
}

BufferPtr open_hardware(AVHWDeviceType type, std::string& why_not) {
  AVBufferRef* device = nullptr;
  const int result = av_hwdevice_ctx_create(&device, type, nullptr, nullptr, 0);
  if (result < 0) why_not = av_error_text(result);
  return BufferPtr(device);
}

bool download(AvFramePtr& picture) {
  const auto* descriptor = av_pix_fmt_desc_get(static_cast<AVPixelFormat>(picture->format));
  if (descriptor == nullptr || (descriptor->flags & AV_PIX_FMT_FLAG_HWACCEL) == 0) return true;
  auto copy = make_av_frame();
  if (av_hwframe_transfer_data(copy.get(), picture.get(), 0) < 0 ||
      av_frame_copy_props(copy.get(), picture.get()) < 0)
    return false;
  // Surfaces may be larger than the picture.
  copy->width = picture->width;
  copy->height = picture->height;
  picture = std::move(copy);
  return true;
}

}  // namespace relievo::media

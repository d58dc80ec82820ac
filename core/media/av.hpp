// Owners for libav* objects and its errors as exceptions. Only files of core/media include this
// header.
#pragma once

#include <memory>
#include <string>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavcodec/bsf.h>
#include <libavfilter/avfilter.h>
#include <libavformat/avformat.h>
#include <libavutil/avutil.h>
#include <libavutil/dict.h>
#include <libavutil/frame.h>
#include <libswresample/swresample.h>
#include <libswscale/swscale.h>
}

#include <relievo/sdk/error.hpp>

namespace relievo::media {

struct AvDeleter {
  void operator()(AVFormatContext* p) const { avformat_close_input(&p); }
  void operator()(AVCodecContext* p) const { avcodec_free_context(&p); }
  void operator()(AVCodecParameters* p) const { avcodec_parameters_free(&p); }
  void operator()(AVFrame* p) const { av_frame_free(&p); }
  void operator()(AVPacket* p) const { av_packet_free(&p); }
  void operator()(AVFilterGraph* p) const { avfilter_graph_free(&p); }
  void operator()(AVBSFContext* p) const { av_bsf_free(&p); }
  void operator()(AVBufferRef* p) const { av_buffer_unref(&p); }
  void operator()(SwsContext* p) const { sws_freeContext(p); }
  void operator()(SwrContext* p) const { swr_free(&p); }
};

using InputPtr = std::unique_ptr<AVFormatContext, AvDeleter>;
using CodecPtr = std::unique_ptr<AVCodecContext, AvDeleter>;
using CodecParametersPtr = std::unique_ptr<AVCodecParameters, AvDeleter>;
using AvFramePtr = std::unique_ptr<AVFrame, AvDeleter>;
using PacketPtr = std::unique_ptr<AVPacket, AvDeleter>;
using FilterGraphPtr = std::unique_ptr<AVFilterGraph, AvDeleter>;
using BsfPtr = std::unique_ptr<AVBSFContext, AvDeleter>;
using BufferPtr = std::unique_ptr<AVBufferRef, AvDeleter>;
using SwsPtr = std::unique_ptr<SwsContext, AvDeleter>;
using SwrPtr = std::unique_ptr<SwrContext, AvDeleter>;

// The dictionaries of libav are handed in and out by address; this owns one.
class Dictionary {
 public:
  Dictionary() = default;
  Dictionary(const Dictionary&) = delete;
  Dictionary& operator=(const Dictionary&) = delete;
  ~Dictionary() { av_dict_free(&dict_); }
  void set(const std::string& key, const std::string& value) {
    av_dict_set(&dict_, key.c_str(), value.c_str(), 0);
  }
  [[nodiscard]] AVDictionary** address() { return &dict_; }
  [[nodiscard]] const AVDictionary* get() const { return dict_; }

 private:
  AVDictionary* dict_ = nullptr;
};

// libav's own words for an error code.
[[nodiscard]] std::string av_error_text(int code);

// Throws Error(code, "<what>: <libav's words>") if result is negative; returns it otherwise.
template <class... Parts>
int check_av(int result, rlv_status code, const Parts&... what) {
  if (result < 0) fail(code, what..., ": ", av_error_text(result));
  return result;
}

// Throws RLV_E_MEMORY if p is null.
template <class T>
T* check_alloc(T* p) {
  if (p == nullptr) fail(RLV_E_MEMORY, "out of memory");
  return p;
}

[[nodiscard]] inline AvFramePtr make_av_frame() {
  return AvFramePtr(check_alloc(av_frame_alloc()));
}
[[nodiscard]] inline PacketPtr make_packet() {
  return PacketPtr(check_alloc(av_packet_alloc()));
}
// What an opened encoder writes.
[[nodiscard]] inline CodecParametersPtr make_codec_parameters(const AVCodecContext& context) {
  CodecParametersPtr parameters(check_alloc(avcodec_parameters_alloc()));
  check_av(avcodec_parameters_from_context(parameters.get(), &context), RLV_E_MEMORY,
           "describing a track");
  return parameters;
}

}  // namespace relievo::media

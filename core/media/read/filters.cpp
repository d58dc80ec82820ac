#include "core/media/read/filters.hpp"

extern "C" {
#include <libavfilter/buffersink.h>
#include <libavfilter/buffersrc.h>
}

namespace relievo::media {
namespace {

struct InOut {
  AVFilterInOut* p = check_alloc(avfilter_inout_alloc());
  InOut() = default;
  InOut(const InOut&) = delete;
  InOut& operator=(const InOut&) = delete;
  ~InOut() { avfilter_inout_free(&p); }
};

AVFilterContext* add_filter(AVFilterGraph& graph, const char* type, const char* name) {
  return check_alloc(avfilter_graph_alloc_filter(&graph, avfilter_get_by_name(type), name));
}

void set_input(AVFilterContext& source, const AVFrame& like) {
  auto* parameters = check_alloc(av_buffersrc_parameters_alloc());
  parameters->format = like.format;
  parameters->width = like.width;
  parameters->height = like.height;
  parameters->sample_aspect_ratio = like.sample_aspect_ratio;
  parameters->time_base = {1, 1000};  // one picture a second; only their order counts
#if LIBAVFILTER_VERSION_INT >= AV_VERSION_INT(9, 16, 100)
  parameters->color_space = like.colorspace;
  parameters->color_range = like.color_range;
#endif
  const int set = av_buffersrc_parameters_set(&source, parameters);
  av_free(parameters);
  check_av(set, RLV_E_INTERNAL, "setting up a filter");
}

}  // namespace

FilterChain::FilterChain(const std::string& filters, const AVFrame& like, std::uint32_t threads)
    : graph_(check_alloc(avfilter_graph_alloc())),
      format_(like.format),
      width_(like.width),
      height_(like.height) {
  graph_->nb_threads = static_cast<int>(threads);
  source_ = add_filter(*graph_, "buffer", "in");
  set_input(*source_, like);
  check_av(avfilter_init_str(source_, nullptr), RLV_E_INTERNAL, "setting up a filter");
  sink_ = add_filter(*graph_, "buffersink", "out");
  check_av(avfilter_init_str(sink_, nullptr), RLV_E_INTERNAL, "setting up a filter");

  InOut from;
  from.p->name = check_alloc(av_strdup("in"));
  from.p->filter_ctx = source_;
  InOut to;
  to.p->name = check_alloc(av_strdup("out"));
  to.p->filter_ctx = sink_;
  // Where a filter needs another format, the way there is the careful one.
  graph_->scale_sws_opts =
      check_alloc(av_strdup("flags=bicubic+accurate_rnd+full_chroma_int+full_chroma_inp"));
  check_av(avfilter_graph_parse_ptr(graph_.get(), filters.c_str(), &to.p, &from.p, nullptr),
           RLV_E_UNSUPPORTED, "this FFmpeg cannot filter with '", filters, "'");
  check_av(avfilter_graph_config(graph_.get(), nullptr), RLV_E_UNSUPPORTED, "filtering ", width_,
           "x", height_, " pictures with '", filters, "'");
}

bool FilterChain::fits(const AVFrame& picture) const {
  return picture.format == format_ && picture.width == width_ && picture.height == height_;
}

void FilterChain::push(const AVFrame& picture) {
  AvFramePtr own(check_alloc(av_frame_clone(&picture)));
  own->pts = 1000 * count_++;
  check_av(av_buffersrc_add_frame(source_, own.get()), RLV_E_INTERNAL, "filtering a picture");
}

void FilterChain::finish() {
  check_av(av_buffersrc_add_frame(source_, nullptr), RLV_E_INTERNAL, "filtering the last picture");
}

AvFramePtr FilterChain::pull() {
  auto picture = make_av_frame();
  const int result = av_buffersink_get_frame(sink_, picture.get());
  if (result == AVERROR(EAGAIN) || result == AVERROR_EOF) return nullptr;
  check_av(result, RLV_E_INTERNAL, "filtering a picture");
  return picture;
}

}  // namespace relievo::media

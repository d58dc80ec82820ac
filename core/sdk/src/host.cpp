#include <relievo/sdk/host.hpp>

#include <relievo/sdk/error.hpp>

namespace relievo {
namespace {

void check(rlv_status status, const rlv_error& error) {
  if (status != RLV_OK) throw Error(status, error.message);
}

rlv_error make_error() {
  rlv_error error{};
  error.struct_size = sizeof(error);
  return error;
}

}  // namespace

Frame Host::new_frame(const rlv_frame_info& info) const {
  rlv_frame* frame = nullptr;
  auto error = make_error();
  check(host_->frame_new(host_->ctx, &info, &frame, &error), error);
  return Frame::adopt(host_, frame);
}

Frame Host::wrap_frame(const rlv_frame_info& info,
                       std::span<DLManagedTensorVersioned* const> planes) const {
  rlv_frame* frame = nullptr;
  auto error = make_error();
  check(host_->frame_wrap(host_->ctx, &info, planes.data(),
                          static_cast<std::uint32_t>(planes.size()), &frame, &error),
        error);
  return Frame::adopt(host_, frame);
}

}  // namespace relievo

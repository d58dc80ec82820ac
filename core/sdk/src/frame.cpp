#include <relievo/sdk/frame.hpp>

#include <relievo/sdk/error.hpp>

namespace relievo {

rlv_frame_info make_frame_info() {
  rlv_frame_info info{};
  info.struct_size = sizeof(info);
  info.pts = RLV_NO_PTS;
  info.duration = RLV_NO_PTS;
  info.timebase_num = 1;
  info.timebase_den = 1;
  info.sar_den = 1;
  info.colour = {2, 2, 2, 0, 255, {0, 0, 0}};
  return info;
}

Frame Frame::share(const rlv_host* host, const rlv_frame* frame) {
  if (frame != nullptr) host->frame_retain(frame);
  return {host, frame};
}

Frame::~Frame() {
  if (frame_ != nullptr) host_->frame_release(frame_);
}

rlv_frame_info Frame::info() const {
  auto info = make_frame_info();
  host_->frame_info(frame_, &info);
  return info;
}

std::uint32_t Frame::plane_count() const {
  return frame_ == nullptr ? 0 : host_->frame_plane_count(frame_);
}

DLManagedTensorVersioned* Frame::tensor(std::uint32_t plane) const {
  return frame_ == nullptr ? nullptr : host_->frame_plane(frame_, plane);
}

bool Frame::is_read_only() const {
  for (std::uint32_t i = 0; i < plane_count(); ++i)
    if ((tensor(i)->flags & DLPACK_FLAG_BITMASK_READ_ONLY) != 0) return true;
  return false;
}

Frame::RawPlane Frame::raw_plane(std::uint32_t index, DLDataTypeCode code, std::size_t bits,
                                 bool writable) const {
  const auto* managed = tensor(index);
  if (managed == nullptr)
    fail(RLV_E_UNSUPPORTED, "the frame has no plane ", index, " (it has ", plane_count(), ")");
  const auto& t = managed->dl_tensor;
  if (t.device.device_type != kDLCPU)
    fail(RLV_E_UNSUPPORTED, "plane ", index, " lies on device type ",
         static_cast<int>(t.device.device_type), ", not in CPU memory");
  if (t.dtype.code != code || t.dtype.bits != bits || t.dtype.lanes != 1)
    fail(RLV_E_UNSUPPORTED, "plane ", index, " has samples of DLPack type ", int{t.dtype.code},
         " with ", int{t.dtype.bits}, " bits; type ", static_cast<int>(code), " with ", bits,
         " was expected");
  if (t.ndim != 2 && t.ndim != 3)
    fail(RLV_E_UNSUPPORTED, "plane ", index, " has ", t.ndim, " dimensions instead of 2 or 3");
  if (writable && (managed->flags & DLPACK_FLAG_BITMASK_READ_ONLY) != 0)
    fail(RLV_E_ARGUMENT, "plane ", index, " is shared and must not be written");
  return {static_cast<char*>(t.data) + t.byte_offset,
          static_cast<std::int32_t>(t.shape[1]),
          static_cast<std::int32_t>(t.shape[0]),
          t.ndim == 3 ? static_cast<std::int32_t>(t.shape[2]) : 1,
          static_cast<std::ptrdiff_t>(t.strides[0]),
          static_cast<std::ptrdiff_t>(t.strides[1])};
}

}  // namespace relievo

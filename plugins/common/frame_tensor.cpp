#include "plugins/common/frame_tensor.hpp"

#include <array>
#include <memory>
#include <vector>

#include <relievo/dlpack.h>
#include <relievo/sdk/error.hpp>

#include "plugins/common/device.hpp"

namespace relievo::nets {
namespace {

at::ScalarType scalar_type_of(const DLDataType& type) {
  if (type.lanes == 1 && type.code == kDLUInt && type.bits == 8) return at::kByte;
  if (type.lanes == 1 && type.code == kDLFloat && type.bits == 32) return at::kFloat;
  if (type.lanes == 1 && type.code == kDLFloat && type.bits == 16) return at::kHalf;
  fail(RLV_E_UNSUPPORTED, "a frame has samples of DLPack type ", int{type.code}, " with ",
       int{type.bits}, " bits; networks read 8-bit and floating-point samples");
}

at::Device device_of(const DLDevice& device) {
  const auto index = static_cast<c10::DeviceIndex>(device.device_id);
  switch (device.device_type) {
    case kDLCPU:
    case kDLCUDAHost: return at::kCPU;
    case kDLCUDA: return {at::kCUDA, index};
    case kDLMetal: return {at::kMPS, index};
    default:
      fail(RLV_E_UNSUPPORTED, "a frame lies on DLPack device type ",
           static_cast<int>(device.device_type), "; networks read frames on cpu, cuda and mps");
  }
}

// A tensor in the clothes of DLPack.
struct WrappedMap {
  at::Tensor map;
  std::array<std::int64_t, 2> shape;
  std::array<std::int64_t, 2> strides;
  DLManagedTensorVersioned managed;
};

}  // namespace

at::Tensor tensor_of(const Frame& frame, std::uint32_t plane) {
  const auto* managed = frame.tensor(plane);
  if (managed == nullptr)
    fail(RLV_E_UNSUPPORTED, "the frame has no plane ", plane, " (it has ", frame.plane_count(),
         ")");
  const auto& t = managed->dl_tensor;
  const at::IntArrayRef shape(t.shape, static_cast<std::size_t>(t.ndim));
  const at::IntArrayRef strides(t.strides, static_cast<std::size_t>(t.ndim));
  auto* data = static_cast<char*>(t.data) + t.byte_offset;
  auto keeper = std::make_shared<Frame>(frame);
  const auto device = device_of(t.device);
  const auto options = at::TensorOptions(scalar_type_of(t.dtype)).device(device);
  const auto whole = at::from_blob(
      data, shape, strides, [keeper](void*) mutable { keeper.reset(); }, options, device);
  const auto info = frame.info();
  return whole.narrow(0, 0, info.height).narrow(1, 0, info.width);
}

Frame frame_of(const Host& host, const rlv_frame_info& info, const at::Tensor& map) {
  auto wrapped = std::make_unique<WrappedMap>();
  wrapped->map = map;
  wrapped->shape = {map.size(0), map.size(1)};
  wrapped->strides = {map.stride(0), map.stride(1)};
  auto& managed = wrapped->managed;
  managed = {};
  managed.version = {DLPACK_MAJOR_VERSION, DLPACK_MINOR_VERSION};
  managed.manager_ctx = wrapped.get();
  managed.deleter = [](DLManagedTensorVersioned* self) {
    delete static_cast<WrappedMap*>(self->manager_ctx);
  };
  auto& t = managed.dl_tensor;
  t.data = map.data_ptr();
  t.device = {static_cast<DLDeviceType>(device_type_of(map.device())),
              map.is_cpu() ? 0 : map.get_device()};
  t.ndim = 2;
  t.dtype = {kDLFloat, 32, 1};
  t.shape = wrapped->shape.data();
  t.strides = wrapped->strides.data();
  DLManagedTensorVersioned* const planes[] = {&managed};
  auto frame = host.wrap_frame(info, planes);
  static_cast<void>(wrapped.release());
  return frame;
}

}  // namespace relievo::nets

// Frames as a plugin handles them: counted references with typed access to their planes.
#pragma once

#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>

#include <relievo/dlpack.h>
#include <relievo/plugin.h>
#include <relievo/sdk/plane.hpp>

namespace relievo {

// rlv_frame_info with struct_size set and the unknowns said to be unknown.
[[nodiscard]] rlv_frame_info make_frame_info();

// One counted reference to a frame of the host. Copying retains. Any thread, as long as each object
// stays on one.
class Frame {
 public:
  Frame() = default;
  // Takes over the reference that the caller owns.
  static Frame adopt(const rlv_host* host, const rlv_frame* frame) { return {host, frame}; }
  // Adds a reference of its own.
  static Frame share(const rlv_host* host, const rlv_frame* frame);

  Frame(const Frame& other) : Frame(share(other.host_, other.frame_)) {}
  Frame(Frame&& other) noexcept
      : host_(other.host_), frame_(std::exchange(other.frame_, nullptr)) {}
  Frame& operator=(Frame other) noexcept {
    std::swap(host_, other.host_);
    std::swap(frame_, other.frame_);
    return *this;
  }
  ~Frame();

  [[nodiscard]] explicit operator bool() const { return frame_ != nullptr; }
  [[nodiscard]] const rlv_frame* get() const { return frame_; }
  // Gives the reference up to the caller.
  [[nodiscard]] rlv_frame* release() {
    return const_cast<rlv_frame*>(std::exchange(frame_, nullptr));
  }

  [[nodiscard]] rlv_frame_info info() const;
  [[nodiscard]] std::uint32_t plane_count() const;
  // Borrowed while this reference lives; nullptr if there is no such plane.
  [[nodiscard]] DLManagedTensorVersioned* tensor(std::uint32_t plane) const;
  [[nodiscard]] bool is_read_only() const;

  // The plane as samples of T (uint8_t, uint16_t, float; const for reading). Throws
  // RLV_E_UNSUPPORTED if the plane is missing, not on the CPU or of another type, RLV_E_ARGUMENT if
  // T is mutable and the plane is read-only.
  template <class T>
  [[nodiscard]] Plane<T> plane(std::uint32_t index) const {
    using Sample = std::remove_const_t<T>;
    static_assert(std::is_same_v<Sample, std::uint8_t> || std::is_same_v<Sample, std::uint16_t> ||
                  std::is_same_v<Sample, float>);
    const auto raw = raw_plane(index, std::is_same_v<Sample, float> ? kDLFloat : kDLUInt,
                               sizeof(Sample) * 8, !std::is_const_v<T>);
    return {static_cast<T*>(raw.data), raw.width, raw.height, raw.components, raw.row_stride,
            raw.pixel_stride};
  }

 private:
  struct RawPlane {
    void* data;
    std::int32_t width, height, components;
    std::ptrdiff_t row_stride, pixel_stride;
  };
  Frame(const rlv_host* host, const rlv_frame* frame) : host_(host), frame_(frame) {}
  [[nodiscard]] RawPlane raw_plane(std::uint32_t index, DLDataTypeCode code, std::size_t bits,
                                   bool writable) const;

  const rlv_host* host_ = nullptr;
  const rlv_frame* frame_ = nullptr;
};

}  // namespace relievo

// What a sample description says of two views in one picture, or of two coded views.
//
// vexu: "video extended usage", Apple's "Stereo Video ISOBMFF Extensions", with the view packing
// (pack, pkin) of the 2025 systems. st3d, sv3d: Google's Spherical Video V2
// (https://github.com/google/spatial-media/blob/master/docs/spherical-video-v2-rfc.md).
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/media/boxes/box.hpp"
#include "core/media/boxes/sample_entries.hpp"

namespace relievo::media {

// Bounds of a projection count whole turns in 2^-32: what a view of 180 degrees leaves out on
// either side.
inline constexpr std::uint32_t kQuarterTurn = 0x40000000;

enum class Packing {
  kSideBySide,
  kOverUnder,
  kRows  // of both views in turn; no box says that
};

// The place of the eyes in a picture that holds both; the left one comes first (left, above) unless
// right_first.
struct PackedViews {
  Packing packing = Packing::kSideBySide;
  bool right_first = false;
  bool half_equirect = false;  // each view spans 180 by 180 degrees of a sphere (VR180)
};

// vexu{eyes{stri}, pack{pkin}}; of side by side and over and under only. Of half-equirectangular
// views with proj{prji} between the two.
[[nodiscard]] Box make_vexu(const PackedViews& views);
// Nothing if the right eye comes first: st3d cannot say that.
[[nodiscard]] std::optional<Box> make_st3d(const PackedViews& views);
// sv3d{svhd, proj{prhd, equi}}: each view is the middle half of an equirectangular picture, looking
// straight ahead.
[[nodiscard]] Box make_half_equirect_sv3d();

// Puts these boxes into the sample entries of the film's first picture track, in the place of any
// that are there. Throws RLV_E_UNSUPPORTED if the index has no such track.
void mark_packed_views(Box& moov, const PackedViews& views);

// Bits of stri.
constexpr std::uint8_t kHasLeftEye = 1;
constexpr std::uint8_t kHasRightEye = 2;
constexpr std::uint8_t kHasMoreViews = 4;
constexpr std::uint8_t kEyesReversed = 8;

// What the boxes of one sample entry say; nothing where they are silent.
struct StereoFacts {
  std::uint32_t track = 0;
  bool has_second_layer = false;               // lhvC: HEVC of two coded views
  std::optional<std::uint8_t> eyes;            // stri's bits
  std::optional<std::uint8_t> hero;            // 0 none, 1 left, 2 right
  std::optional<std::uint32_t> baseline;       // blin, micrometres
  std::optional<std::int32_t> adjustment;      // dadj, 1/10000 of the width
  std::optional<FourCc> projection;            // prji
  std::optional<FourCc> packing;               // pkin
  std::optional<std::uint32_t> field_of_view;  // hfov, 1/1000 degree
  std::optional<std::uint8_t> st3d;            // 0 mono, 1 top-bottom, 2 left-right
  bool is_spherical = false;                   // sv3d
  // What part of a sphere sv3d says that a view shows, degrees; of equirectangular ones only.
  struct Span {
    double across = 360.0;
    double upright = 180.0;
  };
  std::optional<Span> span;

  // Both eyes are there, in whatever form.
  [[nodiscard]] bool is_stereo() const;
  // By either box.
  [[nodiscard]] bool is_half_equirect() const;
};

[[nodiscard]] StereoFacts stereo_facts(const VideoEntry& entry);
// Of every sample entry of every picture track of an MP4 or MOV file; nothing for other files and
// for damaged ones. Does not throw.
[[nodiscard]] std::vector<StereoFacts> read_stereo_facts(const std::filesystem::path& file);

}  // namespace relievo::media

// One colour format to another.
#pragma once

#include <cstdint>
#include <memory>

#include <relievo/sdk/host.hpp>
#include <relievo/sdk/thread_team.hpp>

#include "core/media/change/rgb_rows.hpp"
#include "core/media/change/swscale.hpp"
#include "core/media/change/tone_map.hpp"

namespace relievo::media {

// What is to be made of frames of one format.
struct ColourTask {
  std::uint32_t from_format = RLV_PF_NONE;
  std::uint32_t to_format = RLV_PF_NONE;
  rlv_colour from{};        // complete, see assumed_colour()
  rlv_colour to{};          // what the result says of itself, complete
  bool to_display = false;  // display-referred BT.709, see ToneMap
};

// What the colours of a result are.
enum class ColourTarget {
  kSame,
  kSrgb,  // BT.709 with sRGB's curve, of full range: for networks
  kSdr    // BT.709 as films have it
};

// The description of a result in to_format made from frames that say `from`. RGB and grey are of
// full range; YCbCr made from RGB has the matrix that goes with its primaries and limited range.
[[nodiscard]] rlv_colour result_colour(const rlv_colour& from, std::uint32_t from_format,
                                       std::uint32_t to_format, ColourTarget target);

// One thread at a time; splits each picture among threads of its own.
class ColourConverter {
 public:
  // Throws RLV_E_UNSUPPORTED if there is no way from one to the other.
  ColourConverter(const Host& host, const ColourTask& task);

  // A frame of task.to_format, of the same size, whose info says task.to where `info` does not.
  [[nodiscard]] Frame convert(const Frame& frame, const rlv_frame_info& info);

 private:
  void convert_rows(const Frame& frame, const Frame& out);

  const Host host_;
  const ColourTask task_;
  bool by_rows_ = false;  // by our own code, not by libswscale
  ToneMap tone_map_;
  std::unique_ptr<ThreadTeam> team_;  // started with the first picture
  PictureScaler scaler_;
};

}  // namespace relievo::media

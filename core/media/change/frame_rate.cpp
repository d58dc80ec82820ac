#include "core/media/change/frame_rate.hpp"

#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>

namespace relievo::media {

AVRational frame_rate_of(double fps) {
  const double whole = std::round(fps);
  if (whole >= 1.0 && std::abs(fps - whole) < 1e-6) return {static_cast<int>(whole), 1};
  // Television's rates lie a thousandth below whole ones; people write two or three decimals.
  const double above = std::round(fps * 1.001);
  if (above >= 1.0 && std::abs(fps - above / 1.001) < 0.005)
    return {static_cast<int>(above) * 1000, 1001};
  return av_d2q(fps, 100000);
}

AVRational common_timebase(AVRational timebase, AVRational rate) {
  constexpr std::int64_t kMax = std::numeric_limits<std::int32_t>::max();
  // gcd(a/b, c/d) = gcd(a d, c b) / (b d), the period being rate.den / rate.num.
  const std::int64_t a = timebase.num;
  const std::int64_t b = timebase.den;
  const std::int64_t c = rate.den;
  const std::int64_t d = rate.num;
  const std::int64_t top = std::gcd(a * d, c * b);
  const std::int64_t bottom = b * d;
  const std::int64_t common = std::gcd(top, bottom);
  if (top / common <= kMax && bottom / common <= kMax)
    return {static_cast<int>(top / common), static_cast<int>(bottom / common)};
  AVRational fine{1, 1};
  av_reduce(&fine.num, &fine.den, c, d * 1024, kMax);
  return fine;
}

}  // namespace relievo::media

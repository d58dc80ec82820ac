// Vectors, rotations and random numbers of the scene generator. World and camera axes: x right,
// y down, z forward; metres.
#pragma once

#include <array>
#include <cmath>
#include <cstdint>

namespace relievo::scenes {

struct Vec3 {
  double x = 0;
  double y = 0;
  double z = 0;
};

inline Vec3 operator+(const Vec3& a, const Vec3& b) {
  return {a.x + b.x, a.y + b.y, a.z + b.z};
}
inline Vec3 operator-(const Vec3& a, const Vec3& b) {
  return {a.x - b.x, a.y - b.y, a.z - b.z};
}
inline Vec3 operator*(double s, const Vec3& a) {
  return {s * a.x, s * a.y, s * a.z};
}
inline double dot(const Vec3& a, const Vec3& b) {
  return a.x * b.x + a.y * b.y + a.z * b.z;
}
inline Vec3 cross(const Vec3& a, const Vec3& b) {
  return {a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x};
}
inline Vec3 normalised(const Vec3& a) {
  return (1.0 / std::sqrt(dot(a, a))) * a;
}

// Rows are the axes of a camera in the world: rotate() takes a world direction to the camera's.
struct Mat3 {
  Vec3 right{1, 0, 0};
  Vec3 down{0, 1, 0};
  Vec3 forward{0, 0, 1};

  [[nodiscard]] Vec3 rotate(const Vec3& v) const {
    return {dot(right, v), dot(down, v), dot(forward, v)};
  }
  [[nodiscard]] Vec3 rotate_back(const Vec3& v) const {
    return v.x * right + v.y * down + v.z * forward;
  }
};

// Angles in radians: yaw turns to the right, pitch upwards, roll clockwise as the viewer sees it.
inline Mat3 looking(double yaw, double pitch = 0, double roll = 0) {
  const Vec3 forward{std::sin(yaw) * std::cos(pitch), -std::sin(pitch),
                     std::cos(yaw) * std::cos(pitch)};
  const Vec3 level{std::cos(yaw), 0, -std::sin(yaw)};
  const Vec3 below = cross(forward, level);
  return {std::cos(roll) * level + std::sin(roll) * below,
          -std::sin(roll) * level + std::cos(roll) * below, forward};
}

// The same numbers from the same seed with every compiler and library (SplitMix64, Steele et al.
// 2014).
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() {
    state_ += 0x9E3779B97F4A7C15ULL;
    auto z = state_;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
  }
  double uniform(double low, double high) {
    return low + (high - low) * static_cast<double>(next() >> 11) * 0x1p-53;
  }
  int integer(int low, int high) {  // both included
    return low + static_cast<int>(next() % static_cast<std::uint64_t>(high - low + 1));
  }
  bool chance(double probability) { return uniform(0, 1) < probability; }
  double sign() { return chance(0.5) ? 1.0 : -1.0; }

 private:
  std::uint64_t state_;
};

}  // namespace relievo::scenes

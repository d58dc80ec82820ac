// The right view of a left one and its true disparity, made by the node.
#pragma once

#include <string>

#include "tests/unit/stereo/picture_io.hpp"

namespace relievo::test {

// disparity: pixels * 256. params: JSON text, as for ViewRun.
[[nodiscard]] Picture right_view(const Picture& left, const Picture& disparity,
                                 const std::string& params = "{}");

}  // namespace relievo::test

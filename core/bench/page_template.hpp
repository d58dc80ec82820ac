// bench/page, put together and embedded when this was built (cmake/RelievoPage.cmake).
#pragma once

#include <string_view>

namespace relievo::bench {

// UTF-8, for the life of the program; the report goes in place of @REPORT@.
[[nodiscard]] std::string_view page_template();

}  // namespace relievo::bench

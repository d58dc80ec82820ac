// What to tell a person when the hub says no: what failed, why, and the way out.
#pragma once

#include <string>

#include "core/hub/environment.hpp"
#include "core/hub/error.hpp"
#include "core/hub/http.hpp"
#include "core/hub/names.hpp"

namespace relievo::hub {

// "the hub answers 503", "the connection broke (...)": a few words.
[[nodiscard]] std::string fault_text(const HttpResult& result);

// For a result that is neither a success nor worth another try. url: what was asked.
[[nodiscard]] Error failure(const HttpResult& result, const FileId& id,
                            const Environment& environment, const std::string& url);

}  // namespace relievo::hub

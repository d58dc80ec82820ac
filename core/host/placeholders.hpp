// {dir}, {stem} and {ext} in the names of outputs.
#pragma once

#include <filesystem>
#include <string>

#include "core/host/setting.hpp"

namespace relievo::host {

// text with {dir} (the source's folder), {stem} (its name without ending; of numbered pictures
// their folder's name) and {ext} (mp4, or png for a picture) filled in, in one pass, so that a
// folder called {stem} stays what it is. Throws Failure(kUsage) at place, with what ("node 'sink'")
// as its subject, for a '{' that begins none of them.
[[nodiscard]] std::string fill_placeholders(const std::string& text,
                                            const std::filesystem::path& source, const Place& place,
                                            const std::string& what);

}  // namespace relievo::host

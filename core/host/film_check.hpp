// Whether a film that a sink has written says of itself what the pipeline meant.
#pragma once

#include <string>
#include <vector>

#include "core/host/parameters.hpp"
#include "core/host/resolve.hpp"

namespace relievo::host {

struct FilmCheck {
  std::vector<std::string> faults;  // the film is not what it should be
  std::vector<std::string> doubts;  // it plays, and some player may show it wrongly
};

// Whether a file of the sink is a film by its name: pictures and depth maps are not.
[[nodiscard]] bool is_film_name(const std::string& path);

// sink wrote it; frames is how many pictures it says that it wrote; film is what inspect_film()
// says of the file. Looks at the number of pictures, where the index counts them, and at the marks
// of two views: all there, of the right packing, the eyes in the right order; none on a flat film.
// written, of the sink's report, is what the film was given: its length (where the index tells that
// of the pictures), its tracks of sound and subtitles, its colours; null: not known.
[[nodiscard]] FilmCheck check_film(const ResolvedNode& sink, std::int64_t frames, const Json& film,
                                   const Json& written = {});

}  // namespace relievo::host

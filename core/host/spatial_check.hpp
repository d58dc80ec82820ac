// Whether what the tool wrote is the film that was asked for.
#pragma once

#include <string>
#include <vector>

#include "core/host/parameters.hpp"
#include "core/host/spatial_job.hpp"

namespace relievo::host {

// film and made are what inspect_film() says of the film that the tool read and of the one that it
// wrote: two coded views, both eyes, one eye's size, the same length and number of pictures,
// and the camera of the job's kind. Throws Failure(kRunFailed) with the first of them that does not
// hold. Returns what is odd and no fault (a camera that nobody asked for, no sound), a line each.
[[nodiscard]] std::vector<std::string> check_spatial(const SpatialJob& job, const Json& film,
                                                     const Json& made);

}  // namespace relievo::host

// "did you mean": the nearest of the words that would have been right.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace relievo::host {

// " (did you mean 'precision'?)" for the candidate within a third of its length in edits
// (insertion, deletion, replacement or swap of neighbours); empty if none is that near.
[[nodiscard]] std::string did_you_mean(std::string_view word,
                                       const std::vector<std::string>& candidates);

// "a, b and c"; "none" for an empty list.
[[nodiscard]] std::string listed(const std::vector<std::string>& words);

}  // namespace relievo::host

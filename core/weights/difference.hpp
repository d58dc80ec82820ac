// A checkpoint against the tensors that a model wants: what does not fit, in a line that a person
// can act on.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/weights/checkpoint.hpp"

namespace relievo::weights {

struct Wanted {
  std::string name;
  std::vector<std::int64_t> shape;
};

struct Mismatch {
  std::vector<std::string> missing;     // wanted, not in the file
  std::vector<std::string> unexpected;  // in the file, not wanted
  struct Shape {
    std::string name;
    std::vector<std::int64_t> wanted;
    std::vector<std::int64_t> found;
  };
  std::vector<Shape> shapes;

  [[nodiscard]] bool none() const noexcept {
    return missing.empty() && unexpected.empty() && shapes.empty();
  }
};

// Both ways. unneeded: names that may be in the file and are left there; one that ends in '.'
// stands for all that begin with it. All lists come sorted by name.
[[nodiscard]] Mismatch compare(std::span<const Tensor> file, std::span<const Wanted> wanted,
                               std::span<const std::string> unneeded = {});

// One line of at most 900 bytes, without the file's name, with at most 3 names of each kind and how
// many more there are:
//   "does not fit the model: 2 of 300 tensors missing ('a.weight': is it 'b.weight'?, 'a.bias'), 1
//   unexpected
//   ('b.weight'), 1 of another shape ('c' is [3], wanted [4])"
// A prefix that all names of the file have and the model's have not ("module.") is named instead of
// the single names. Empty if nothing differs.
[[nodiscard]] std::string describe(const Mismatch& mismatch, std::size_t wanted_count);

// The candidate with the fewest edits (Levenshtein 1966) from the name, if they are fewer than a
// third of its length; else empty.
[[nodiscard]] std::string_view nearest_name(std::string_view name,
                                            std::span<const std::string> candidates);

}  // namespace relievo::weights

#include "core/weights/difference.hpp"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <utility>

#include "core/weights/layout.hpp"

namespace relievo::weights {
namespace {

constexpr std::size_t kShown = 3;
constexpr std::size_t kNameLength =
    64;  // of one shown; nine of them and the shapes fit into 900 bytes
constexpr std::size_t kMaxLine = 900;

bool is_unneeded(const std::string& name, std::span<const std::string> unneeded) {
  return std::any_of(unneeded.begin(), unneeded.end(), [&](const std::string& one) {
    return name == one || (one.ends_with('.') && name.starts_with(one));
  });
}

// Number of edits, or `limit` if there are as many or more. One row of the table at a time.
std::size_t edits(std::string_view a, std::string_view b, std::size_t limit) {
  // Checkpoints' names agree at their ends for the most part.
  while (!a.empty() && !b.empty() && a.front() == b.front()) a.remove_prefix(1), b.remove_prefix(1);
  while (!a.empty() && !b.empty() && a.back() == b.back()) a.remove_suffix(1), b.remove_suffix(1);
  const auto apart = a.size() > b.size() ? a.size() - b.size() : b.size() - a.size();
  if (apart >= limit) return limit;
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    auto diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const auto replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({row[j] + 1, row[j + 1] + 1, replaced});
    }
    if (*std::min_element(row.begin(), row.end()) >= limit) return limit;
  }
  return std::min(row.back(), limit);
}

// What stands before every missing name in the file: "module.". Empty if there is no such thing.
std::string common_prefix(const Mismatch& mismatch) {
  if (mismatch.missing.size() < 2) return {};
  const auto& first = mismatch.missing.front();
  for (const auto& name : mismatch.unexpected) {
    if (!name.ends_with("." + first)) continue;
    const auto prefix = name.substr(0, name.size() - first.size());
    const auto is_there = [&](const std::string& missing) {
      return std::binary_search(mismatch.unexpected.begin(), mismatch.unexpected.end(),
                                prefix + missing);
    };
    if (std::all_of(mismatch.missing.begin(), mismatch.missing.end(), is_there)) return prefix;
  }
  return {};
}

// "(a, b, c and 5 more)"
template <typename Item, typename Show>
std::string listed(const std::vector<Item>& items, Show show) {
  std::string text = " (";
  for (std::size_t i = 0; i < items.size() && i < kShown; ++i)
    text += (i == 0 ? "" : ", ") + show(items[i]);
  if (items.size() > kShown) text += " and " + std::to_string(items.size() - kShown) + " more";
  return text + ")";
}

}  // namespace

Mismatch compare(std::span<const Tensor> file, std::span<const Wanted> wanted,
                 std::span<const std::string> unneeded) {
  std::vector<const Tensor*> found;
  found.reserve(file.size());
  for (const auto& tensor : file) found.push_back(&tensor);
  std::sort(found.begin(), found.end(), [](auto* a, auto* b) { return a->name < b->name; });
  std::vector<const Wanted*> sought;
  sought.reserve(wanted.size());
  for (const auto& one : wanted) sought.push_back(&one);
  std::sort(sought.begin(), sought.end(), [](auto* a, auto* b) { return a->name < b->name; });

  Mismatch mismatch;
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < found.size() || j < sought.size()) {
    if (j == sought.size() || (i < found.size() && found[i]->name < sought[j]->name)) {
      if (!is_unneeded(found[i]->name, unneeded)) mismatch.unexpected.push_back(found[i]->name);
      ++i;
    } else if (i == found.size() || sought[j]->name < found[i]->name) {
      mismatch.missing.push_back(sought[j++]->name);
    } else {
      if (found[i]->shape != sought[j]->shape)
        mismatch.shapes.push_back({sought[j]->name, sought[j]->shape, found[i]->shape});
      ++i;
      ++j;
    }
  }
  return mismatch;
}

std::string describe(const Mismatch& mismatch, std::size_t wanted_count) {
  if (mismatch.none()) return {};
  std::string line = "does not fit the model: ";
  if (const auto prefix = common_prefix(mismatch); !prefix.empty())
    return line + "all names that the model misses are there with " +
           in_quotes(prefix, kNameLength) + " before them; save the weights without it";
  const char* comma = "";
  if (!mismatch.missing.empty()) {
    line += std::to_string(mismatch.missing.size()) + " of " + std::to_string(wanted_count) +
            " tensors missing" + listed(mismatch.missing, [&](const std::string& name) {
              const auto nearest = nearest_name(name, mismatch.unexpected);
              return in_quotes(name, kNameLength) +
                     (nearest.empty() ? "" : ": is it " + in_quotes(nearest, kNameLength) + "?");
            });
    comma = ", ";
  }
  if (!mismatch.unexpected.empty()) {
    line += comma + std::to_string(mismatch.unexpected.size()) + " unexpected" +
            listed(mismatch.unexpected,
                   [](const std::string& name) { return in_quotes(name, kNameLength); });
    comma = ", ";
  }
  if (!mismatch.shapes.empty())
    line += comma + std::to_string(mismatch.shapes.size()) + " of another shape" +
            listed(mismatch.shapes, [](const Mismatch::Shape& one) {
              return in_quotes(one.name, kNameLength) + " is " + shape_text(one.found) +
                     ", wanted " + shape_text(one.wanted);
            });
  // Shapes of 64 dimensions are legal.
  return line.size() <= kMaxLine ? line : printable(line, kMaxLine - 32);
}

std::string_view nearest_name(std::string_view name, std::span<const std::string> candidates) {
  std::string_view best;
  auto limit = std::max<std::size_t>(name.size() / 3, 2);
  for (const auto& candidate : candidates) {
    const auto distance = edits(name, candidate, limit);
    if (distance >= limit) continue;
    limit = distance;
    best = candidate;
  }
  return best;
}

}  // namespace relievo::weights

#include "core/weights/torch_tree.hpp"

#include <algorithm>
#include <cstddef>
#include <locale>
#include <optional>
#include <sstream>
#include <string_view>
#include <utility>

#include "core/weights/error.hpp"

namespace relievo::weights {
namespace {

using Kind = PickleValue::Kind;

constexpr int kMaxDepth = 32;
// Values looked at: one that stands in many places counts in each of them, or a few kilobytes of
// dicts that hold each other twice would take for ever.
constexpr std::size_t kMaxVisits = 4'000'000;
constexpr std::size_t kMaxNameBytes = std::size_t{64} << 20;  // of all names together

bool is_container(const PickleValue& value) {
  return value.kind == Kind::dict || value.kind == Kind::list || value.kind == Kind::tuple;
}

std::string joined(const std::string& prefix, std::string_view key) {
  return prefix.empty() ? std::string(key) : prefix + "." + std::string(key);
}

// A key as part of a name: text or a whole number.
std::optional<std::string> key_text(const PickleValue& key) {
  if (key.kind == Kind::text) return std::string(key.text);
  if (key.kind == Kind::integer) return std::to_string(key.integer);
  return std::nullopt;
}

class Collector {
 public:
  std::vector<NamedTensor> collect(const PickleValue& value, const std::string& name) {
    found_.clear();
    name_bytes_ = 0;
    visit(value, name, 0);
    return std::move(found_);
  }

  [[nodiscard]] bool any(const PickleValue& value) { return !collect(value, "").empty(); }

 private:
  void visit(const PickleValue& value, const std::string& name, int depth) {
    if (value.kind == Kind::tensor) name_bytes_ += name.size() + sizeof(NamedTensor);
    if (++visits_ > kMaxVisits || name_bytes_ > kMaxNameBytes)
      throw TreeFault(
          "its dicts hold each other so often that there is no end to them; this is no state dict");
    if (value.kind == Kind::tensor) {
      found_.push_back({name, value.tensor});
      return;
    }
    if (!is_container(value)) return;
    if (depth == kMaxDepth)
      throw TreeFault("dicts nest more than " + std::to_string(kMaxDepth) + " deep at '" +
                      printable(name) + "'; save the state dict itself");
    if (value.kind == Kind::dict) {
      visit_dict(value, name, depth);
      return;
    }
    for (std::size_t i = 0; i < value.items.size(); ++i)
      visit_below(*value.items[i], name, std::to_string(i), depth);
  }

  void visit_dict(const PickleValue& dict, const std::string& name, int depth) {
    for (std::size_t i = 0; i < dict.items.size(); i += 2) {
      const auto key = key_text(*dict.items[i]);
      const auto before = found_.size();
      visit_below(*dict.items[i + 1], name, key.value_or("?"), depth);
      if (!key && found_.size() != before)
        throw TreeFault(
            "a tensor in '" + printable(name) +
            "' has a key that is neither text nor a whole number; save it under a name");
    }
  }

  // Names are put together only where a tensor can follow: most values are plain.
  void visit_below(const PickleValue& value, const std::string& name, std::string_view key,
                   int depth) {
    if (value.kind == Kind::tensor || is_container(value)) {
      if (name.size() + key.size() > 4096)
        throw TreeFault("the name " + in_quotes(joined(name, key)) + " has more than 4096 bytes");
      visit(value, joined(name, key), depth + 1);
    }
  }

  std::vector<NamedTensor> found_;
  std::size_t visits_ = 0;
  std::size_t name_bytes_ = 0;
};

std::string number_text(double value) {
  std::ostringstream text;
  text.imbue(std::locale::classic());
  text.precision(17);
  text << value;
  return text.str();
}

std::map<std::string, std::string> plain_values(const PickleValue& top) {
  std::map<std::string, std::string> plain;
  for (std::size_t i = 0; i + 1 < top.items.size(); i += 2) {
    const auto key = key_text(*top.items[i]);
    const auto& value = *top.items[i + 1];
    if (!key || key->empty()) continue;
    if (value.kind == Kind::text) plain[*key] = std::string(value.text);
    if (value.kind == Kind::integer) plain[*key] = std::to_string(value.integer);
    if (value.kind == Kind::boolean) plain[*key] = value.integer != 0 ? "true" : "false";
    if (value.kind == Kind::real) plain[*key] = number_text(value.real);
  }
  return plain;
}

struct Branch {
  std::string key;
  const PickleValue* value;
};

// The entries of a dict that hold tensors somewhere below.
std::vector<Branch> branches(const PickleValue& dict, Collector& collector) {
  std::vector<Branch> result;
  for (std::size_t i = 0; i < dict.items.size(); i += 2) {
    const auto key = key_text(*dict.items[i]);
    const auto& value = *dict.items[i + 1];
    if (key && (value.kind == Kind::tensor || is_container(value)) && collector.any(value))
      result.push_back({*key, &value});
  }
  return result;
}

std::string listed(const std::vector<Branch>& all) {
  constexpr std::size_t kShown = 8;
  std::string text;
  for (std::size_t i = 0; i < all.size() && i < kShown; ++i)
    text += (i == 0 ? "'" : ", '") + printable(all[i].key) + "'";
  if (all.size() > kShown) text += " and " + std::to_string(all.size() - kShown) + " more";
  return all.empty() ? "none" : text;
}

// Follows "a.b": a key may contain dots itself, so the longest key that fits is taken first.
const PickleValue& find_root(const PickleValue& top, const std::string& root,
                             Collector& collector) {
  const PickleValue* at = &top;
  std::string_view rest = root;
  while (!rest.empty()) {
    const PickleValue* next = nullptr;
    std::size_t used = 0;
    if (at->kind == Kind::dict)
      for (std::size_t i = 0; i < at->items.size(); i += 2) {
        const auto key = key_text(*at->items[i]);
        if (!key || key->empty() || key->size() <= used || !rest.starts_with(*key)) continue;
        if (rest.size() != key->size() && rest[key->size()] != '.') continue;
        used = key->size();
        next = at->items[i + 1];
      }
    if (next == nullptr || !collector.any(*next))
      throw TreeFault(
          "has no tensors under " + in_quotes(root) + "; the keys there that hold some: " +
          listed(at->kind == Kind::dict ? branches(*at, collector) : std::vector<Branch>{}));
    at = next;
    rest.remove_prefix(std::min(rest.size(), used + 1));
  }
  return *at;
}

}  // namespace

NamedTensors name_tensors(const PickleValue& top, const std::string& root) {
  NamedTensors result;
  Collector collector;
  const PickleValue* chosen = &top;
  std::string chosen_name = root;
  if (top.kind == Kind::dict) result.metadata = plain_values(top);
  if (!root.empty()) {
    chosen = &find_root(top, root, collector);
  } else if (top.kind == Kind::dict) {
    const auto all = branches(top, collector);
    const Branch* wrapped = nullptr;
    bool bare = false;
    for (const auto& branch : all) {
      bare = bare || branch.value->kind == Kind::tensor;
      if (branch.key == "state_dict" && branch.value->kind == Kind::dict) wrapped = &branch;
    }
    if (wrapped == nullptr && all.size() == 1 && all[0].value->kind == Kind::dict)
      wrapped = all.data();
    if (wrapped != nullptr && !bare) {
      chosen = wrapped->value;
      chosen_name = wrapped->key;
    }
  }
  result.tensors = collector.collect(*chosen, "");
  if (!chosen_name.empty()) result.metadata[""] = chosen_name;
  return result;
}

}  // namespace relievo::weights

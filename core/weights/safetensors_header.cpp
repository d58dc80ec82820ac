#include "core/weights/safetensors_header.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <limits>
#include <optional>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/weights/error.hpp"
#include "core/weights/layout.hpp"

namespace relievo::weights {
namespace {

constexpr std::string_view kMetadata = "__metadata__";

// Names of safetensors' Dtype (safetensors/src/tensor.rs).
constexpr std::array<std::pair<std::string_view, DType>, 22> kTypes{{
    {"F64", DType::f64},
    {"F32", DType::f32},
    {"F16", DType::f16},
    {"BF16", DType::bf16},
    {"F8_E5M2", DType::f8_e5m2},
    {"F8_E4M3", DType::f8_e4m3},
    {"F8_E5M2FNUZ", DType::f8_e5m2fnuz},
    {"F8_E4M3FNUZ", DType::f8_e4m3fnuz},
    {"F8_E8M0", DType::f8_e8m0},
    {"F6_E2M3", DType::f6_e2m3},
    {"F6_E3M2", DType::f6_e3m2},
    {"F4", DType::f4},
    {"I64", DType::i64},
    {"I32", DType::i32},
    {"I16", DType::i16},
    {"I8", DType::i8},
    {"U64", DType::u64},
    {"U32", DType::u32},
    {"U16", DType::u16},
    {"U8", DType::u8},
    {"BOOL", DType::boolean},
    {"C64", DType::c64},
}};

// Receives the parser's events one by one, so that nothing is kept that the format has no place
// for, however the text nests. Where the text stands:
//   { "__metadata__": { "key": "text" },  "name": { "dtype": "F32", "shape": [1], "data_offsets":
//   [0, 4] } }
class HeaderEvents : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit HeaderEvents(SafetensorsHeader& header) : header_(header) {}

  bool start_object(std::size_t) override {
    if (skipping()) return enter_skipped();
    switch (place_) {
      case Place::before: place_ = Place::top; return true;
      case Place::top:
        place_ = key_ == kMetadata ? Place::metadata : Place::entry;
        if (place_ == Place::entry) begin_entry();
        return true;
      case Place::entry:
        if (field_ == Field::other) return enter_skipped();
        [[fallthrough]];
      default: return wrong("an object");
    }
  }

  bool end_object() override {
    if (skipping()) return leave_skipped();
    if (place_ == Place::entry) end_entry();
    place_ = place_ == Place::top ? Place::after : Place::top;
    return true;
  }

  bool start_array(std::size_t) override {
    if (skipping()) return enter_skipped();
    if (place_ == Place::entry && field_ == Field::other) return enter_skipped();
    if (place_ != Place::entry || (field_ != Field::shape && field_ != Field::offsets))
      return wrong("an array");
    place_ = Place::numbers;
    return true;
  }

  bool end_array() override {
    if (skipping()) return leave_skipped();
    place_ = Place::entry;
    if (field_ == Field::offsets && offsets_.size() != 2)
      throw HeaderFault("'data_offsets' of tensor " + in_quotes(key_) + " has " +
                        std::to_string(offsets_.size()) + " numbers; it must have 2");
    return true;
  }

  bool key(string_t& text) override {
    if (skipping()) return true;
    if (place_ == Place::top) {
      key_ = std::move(text);
      if (key_ == kMetadata && std::exchange(metadata_seen_, true))
        throw HeaderFault("'__metadata__' stands there twice");
    } else if (place_ == Place::metadata) {
      metadata_key_ = std::move(text);
    } else {
      field_ = field_of(text);
      if (field_ != Field::other && std::exchange(seen_[static_cast<std::size_t>(field_)], true))
        throw HeaderFault(in_quotes(text) + " of tensor " + in_quotes(key_) +
                          " stands there twice");
    }
    return true;
  }

  bool string(string_t& text) override {
    if (skipping()) return true;
    if (place_ == Place::metadata) {
      if (!header_.metadata.emplace(metadata_key_, std::move(text)).second)
        throw HeaderFault("the key " + in_quotes(metadata_key_) +
                          " of '__metadata__' stands there twice");
      return true;
    }
    if (place_ != Place::entry || (field_ != Field::dtype && field_ != Field::other))
      return wrong("text");
    if (field_ == Field::dtype) set_type(text);
    return true;
  }

  bool number_unsigned(number_unsigned_t value) override {
    if (skipping()) return true;
    if (place_ != Place::numbers) return scalar("a number");
    if (field_ == Field::shape) {
      if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
        return wrong("the size " + std::to_string(value));
      if (entry_.shape.size() == kMaxRank)
        throw HeaderFault("tensor " + in_quotes(key_) + " has more than " +
                          std::to_string(kMaxRank) + " dimensions");
      entry_.shape.push_back(static_cast<std::int64_t>(value));
    } else {
      if (offsets_.size() > 2) return true;  // end_array says so
      offsets_.push_back(value);
    }
    return true;
  }

  bool number_integer(number_integer_t value) override {
    return scalar("the negative number " + std::to_string(value));
  }
  bool number_float(number_float_t, const string_t& text) override {
    return scalar("the number " + printable(text) + " (whole numbers below 2^64 are meant)");
  }
  bool boolean(bool) override { return scalar("a truth value"); }
  bool null() override {
    // The reference reader takes a null for absent metadata.
    if (place_ == Place::top && key_ == kMetadata) return true;
    return scalar("null");
  }
  bool binary(binary_t&) override { return scalar("binary data"); }

  bool parse_error(std::size_t position, const std::string&,
                   const nlohmann::json::exception&) override {
    throw HeaderFault("not valid JSON at byte " + std::to_string(position + 7));
  }

 private:
  enum class Place { before, top, metadata, entry, numbers, after };
  enum class Field : std::size_t { dtype, shape, offsets, other };

  static Field field_of(std::string_view name) {
    if (name == "dtype") return Field::dtype;
    if (name == "shape") return Field::shape;
    if (name == "data_offsets") return Field::offsets;
    return Field::other;
  }

  // Values of fields that are not known: ignored, as the reference reader does.
  [[nodiscard]] bool skipping() const { return skipped_ > 0; }
  bool enter_skipped() {
    if (++skipped_ > 16) throw HeaderFault("nested too deep in tensor " + in_quotes(key_));
    return true;
  }
  bool leave_skipped() {
    --skipped_;
    return true;
  }

  bool scalar(const std::string& what) {
    if (skipping() || (place_ == Place::entry && field_ == Field::other)) return true;
    return wrong(what);
  }

  [[noreturn]] bool wrong(const std::string& found) const {
    std::string where = "at the top";
    if (place_ == Place::metadata) {
      where = "in '__metadata__' at " + in_quotes(metadata_key_) + ", where only text may stand";
    } else if (place_ == Place::top) {
      where = "in place of the description of " + in_quotes(key_);
    } else if (place_ == Place::entry || place_ == Place::numbers) {
      constexpr std::array<std::string_view, 4> kNames{"dtype", "shape", "data_offsets", "?"};
      where = "in '" + std::string(kNames[static_cast<std::size_t>(field_)]) + "' of tensor " +
              in_quotes(key_);
    }
    throw HeaderFault(found + " " + where);
  }

  void begin_entry() {
    entry_ = {};
    entry_.name = key_;
    offsets_.clear();
    seen_ = {};
    field_ = Field::other;
  }

  void end_entry() {
    constexpr std::array<std::string_view, 3> kNeeded{"dtype", "shape", "data_offsets"};
    for (std::size_t i = 0; i < kNeeded.size(); ++i)
      if (!seen_[i])
        throw HeaderFault("tensor " + in_quotes(key_) + " has no '" + std::string(kNeeded[i]) +
                          "'");
    entry_.begin = offsets_[0];
    entry_.end = offsets_[1];
    header_.entries.push_back(std::move(entry_));
  }

  void set_type(std::string_view text) {
    const auto* const found =
        std::find_if(kTypes.begin(), kTypes.end(), [&](const auto& t) { return t.first == text; });
    if (found == kTypes.end())
      throw HeaderFault("tensor " + in_quotes(key_) + " has the unknown dtype " + in_quotes(text));
    entry_.dtype = found->second;
  }

  SafetensorsHeader& header_;
  Place place_ = Place::before;
  Field field_ = Field::other;
  std::string key_;
  std::string metadata_key_;
  SafetensorsEntry entry_;
  std::vector<std::uint64_t> offsets_;
  std::array<bool, 4> seen_{};
  bool metadata_seen_ = false;
  int skipped_ = 0;
};

void refuse_duplicates(const SafetensorsHeader& header) {
  std::vector<std::string_view> names;
  names.reserve(header.entries.size());
  for (const auto& entry : header.entries) names.push_back(entry.name);
  std::sort(names.begin(), names.end());
  const auto twice = std::adjacent_find(names.begin(), names.end());
  if (twice != names.end())
    throw HeaderFault("tensor " + in_quotes(*twice) + " is described twice");
}

}  // namespace

SafetensorsHeader parse_safetensors_header(std::string_view text) {
  SafetensorsHeader header;
  HeaderEvents events(header);
  nlohmann::json::sax_parse(text.begin(), text.end(), &events);
  refuse_duplicates(header);
  return header;
}

}  // namespace relievo::weights

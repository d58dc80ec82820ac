#include "core/media/boxes/index_edit.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <vector>

#include "core/media/boxes/file_boxes.hpp"
#include "core/media/boxes/offsets.hpp"

namespace relievo::media {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMost32 = std::numeric_limits<std::uint32_t>::max();
constexpr std::uint64_t kBlock = 4096;
constexpr std::uint64_t kHeader = 8;

bool is_space(const FileBox& box) {
  return box.type == four_cc("free") || box.type == four_cc("skip") || box.type == four_cc("wide");
}

Bytes free_header(std::uint64_t size) {
  Bytes bytes;
  add_number(bytes, 4, size);
  add_number(bytes, 4, four_cc("free"));
  return bytes;
}

// What is written where readers do not look, and the eight bytes that make them look there.
struct Swap {
  IndexEdit kind = IndexEdit::kSwapped;
  std::uint64_t at = 0;
  Bytes hidden;
  std::uint64_t commit_at = 0;
  Bytes commit;
  std::uint64_t stale = 0;  // what is free afterwards: of no use to anyone
  std::uint64_t stale_size = 0;
};

// The new index, and what is left of the space behind it as a box of its own.
std::optional<Bytes> fill_space(const Bytes& index, std::uint64_t space, std::uint64_t swallowed) {
  if (space < index.size()) return std::nullopt;
  const auto rest = space - index.size() + swallowed;
  if (rest != 0 && (space - index.size() < kHeader || rest > kMost32)) return std::nullopt;
  auto bytes = index;
  if (rest != 0) {
    const auto header = free_header(rest);
    bytes.insert(bytes.end(), header.begin(), header.end());
  }
  return bytes;
}

// [moov][free ...] becomes [free      ][moov][free]: the old index swallows the header of the
// space.
std::optional<Swap> swap_into_space_behind(const FileBox& moov, const FileBox* next,
                                           const Bytes& index) {
  if (next == nullptr || !is_space(*next) || moov.size + next->header > kMost32)
    return std::nullopt;
  auto hidden = fill_space(index, next->size - next->header, 0);
  if (!hidden) return std::nullopt;
  Swap swap;
  swap.at = next->position + next->header;
  swap.hidden = std::move(*hidden);
  swap.commit_at = moov.position;
  swap.commit = free_header(moov.size + next->header);
  swap.stale = moov.position + kHeader;
  swap.stale_size = moov.size - kHeader;
  return swap;
}

// [free ...][moov] becomes [free][moov][free   ]: the space shrinks, and what is behind the new
// index covers the old one.
std::optional<Swap> swap_into_space_before(const FileBox& moov, const FileBox* before,
                                           const Bytes& index) {
  if (before == nullptr || !is_space(*before)) return std::nullopt;
  // The new index directly in front of the old one, with a header between.
  const auto room = before->size - before->header;
  if (room < index.size() + kHeader) return std::nullopt;
  const auto start = before->size - kHeader - index.size();  // from the space's beginning
  auto hidden = fill_space(index, index.size() + kHeader, moov.size);
  if (!hidden || start > kMost32) return std::nullopt;
  Swap swap;
  swap.at = before->position + start;
  swap.hidden = std::move(*hidden);
  swap.commit_at = before->position;
  swap.commit = free_header(start);
  swap.stale = moov.position;
  swap.stale_size = moov.size;
  return swap;
}

// Behind the end: the old index, which is last but for free space, swallows all up to the new one.
std::optional<Swap> swap_at_end(const FileBox& moov, std::uint64_t end, const Bytes& index) {
  const auto covered = end - moov.position + kHeader;
  if (covered > kMost32 || index.size() + kHeader > kMost32) return std::nullopt;
  Swap swap;
  swap.kind = IndexEdit::kAppended;
  swap.at = end;
  swap.hidden = free_header(kHeader + index.size());
  swap.hidden.insert(swap.hidden.end(), index.begin(), index.end());
  swap.commit_at = moov.position;
  swap.commit = free_header(covered);
  swap.stale = moov.position + kHeader;
  swap.stale_size = moov.size - kHeader;
  return swap;
}

void perform(EditFile& file, const Swap& swap, std::uint64_t end) {
  const bool grows = swap.at + swap.hidden.size() > end;
  try {
    // Zeros at the end are a box "up to the end of the file" of no type, which readers pass over.
    if (grows) file.resize(swap.at + swap.hidden.size());
    file.write(swap.at, swap.hidden);
    file.sync();
  } catch (const Error&) {
    if (grows) file.resize(end);
    throw;
  }
  file.write_at_once(swap.commit_at, swap.commit);
  file.sync();
  // So that no one who looks for an index byte by byte finds the old one.
  file.write(swap.stale, Bytes(static_cast<std::size_t>(swap.stale_size)));
}

class Editor {
 public:
  Editor(const fs::path& path, const IndexEditOptions& options)
      : path_(fs::canonical(path)),
        options_(options),
        file_(path_, EditFile::Mode::kChange, options.before_change) {
    if (!file_.lock())
      fail(RLV_E_IO, "'", path.string(), "' is being changed by another process; wait for it");
    file_.set_step(options.step);
    boxes_ = file_boxes(file_);
    find_index();
  }

  IndexEdit edit(const std::function<void(Box& moov)>& change) {
    const auto old = file_.read(moov().position, moov().size);
    auto box = parse_box(old);
    if (box.find(four_cc("cmov")) != nullptr)
      fail(RLV_E_UNSUPPORTED, "'", path_.string(),
           "' has a compressed index; write it anew with another program first");
    change(box);
    const auto index = bytes_of(box);
    if (index == old) return IndexEdit::kUnchanged;
    if (const auto swap = find_swap(index)) {
      perform(file_, *swap, file_.size());
      return swap->kind;
    }
    if (!options_.may_rewrite)
      fail(RLV_E_UNSUPPORTED, "'", path_.string(),
           "' has no space beside its index, and is not to be written anew");
    rewrite(std::move(box));
    return IndexEdit::kRewritten;
  }

 private:
  [[nodiscard]] const FileBox& moov() const { return boxes_[moov_]; }

  void find_index() {
    std::size_t count = 0;
    for (std::size_t i = 0; i < boxes_.size(); ++i)
      if (boxes_[i].type == four_cc("moov")) {
        moov_ = i;
        ++count;
      }
    if (count != 1)
      fail(RLV_E_UNSUPPORTED, "'", path_.string(), "' has ",
           count == 0 ? "no index" : "several indexes",
           " (moov); is it an MP4 or MOV film that was finished?");
    if (moov().size > kLargestIndex)
      fail(RLV_E_IO, "'", path_.string(), "' has an index of ", moov().size,
           " bytes; it is damaged");
  }

  [[nodiscard]] std::optional<Swap> find_swap(const Bytes& index) const {
    const auto* next = moov_ + 1 < boxes_.size() ? &boxes_[moov_ + 1] : nullptr;
    const auto* before = moov_ > 0 ? &boxes_[moov_ - 1] : nullptr;
    if (auto swap = swap_into_space_behind(moov(), next, index)) return swap;
    if (auto swap = swap_into_space_before(moov(), before, index)) return swap;
    const bool is_last = std::all_of(boxes_.begin() + static_cast<std::ptrdiff_t>(moov_) + 1,
                                     boxes_.end(), is_space);
    return is_last ? swap_at_end(moov(), boxes_.back().end(), index) : std::nullopt;
  }

  // What follows moves by whole blocks; the space that this leaves is room for the next edit.
  static std::uint64_t space_for(std::uint64_t old_size, std::uint64_t new_size) {
    auto shift = new_size > old_size ? (new_size - old_size + kBlock - 1) / kBlock * kBlock : 0;
    while (old_size + shift != new_size && old_size + shift < new_size + kHeader) shift += kBlock;
    return old_size + shift - new_size;
  }

  void rewrite(Box index) {
    // Offsets that outgrow 32 bits make the index larger, which moves them further.
    const auto original = index;
    std::uint64_t space = space_for(moov().size, index.size());
    Move move{moov().end(), index.size() + space - moov().size};
    for (;;) {
      index = original;
      move_offsets(index, move);
      const auto next = space_for(moov().size, index.size());
      const auto by = index.size() + next - moov().size;
      space = next;
      if (by == move.by) break;
      move.by = by;
    }
    const auto aside = aside_name();
    try {
      write_aside(aside, index, space, move);
    } catch (const Error&) {
      std::error_code ignored;
      fs::remove(aside, ignored);
      throw;
    }
    replace_file(aside, path_, options_.before_change);
  }

  // Always the same: what an interrupted edit has left is replaced by the next one.
  [[nodiscard]] fs::path aside_name() const {
    auto name = path_;
    name.replace_filename(path_.stem().string() + ".edit" + path_.extension().string());
    return name;
  }

  void write_aside(const fs::path& aside, const Box& index, std::uint64_t space, const Move& move) {
    EditFile out(aside, EditFile::Mode::kCreate, options_.before_change, path_);
    out.set_step(options_.step);
    for (const auto& box : boxes_) {
      const auto at = box.position >= move.from ? box.position + move.by : box.position;
      if (box.position == moov().position) {
        auto bytes = bytes_of(index);
        if (space > 0) {
          const auto header = free_header(space);
          bytes.insert(bytes.end(), header.begin(), header.end());
          bytes.resize(bytes.size() + static_cast<std::size_t>(space - kHeader));
        }
        out.write(at, bytes);
      } else if (names_places(box)) {
        out.write(at, moved(box, move));
      } else {
        out.copy_from(file_, box.position, box.size, at);
      }
    }
    out.sync();
  }

  static bool names_places(const FileBox& box) {
    return box.type == four_cc("moof") || box.type == four_cc("mfra") ||
           box.type == four_cc("sidx") || box.type == four_cc("meta");
  }

  [[nodiscard]] Bytes moved(const FileBox& place, const Move& move) const {
    if (place.size > kLargestIndex)
      fail(RLV_E_IO, "'", path_.string(), "': the box '", text_of(place.type), "' is damaged");
    auto box = parse_box(file_.read(place.position, place.size));
    if (box.type == four_cc("sidx"))
      move_segment_index(box, place.position, move);
    else
      move_offsets(box, move);
    auto bytes = bytes_of(box);
    if (bytes.size() != place.size)
      fail(RLV_E_UNSUPPORTED, "'", path_.string(), "': the box '", text_of(place.type),
           "' would change its size");
    return bytes;
  }

  fs::path path_;
  const IndexEditOptions& options_;
  EditFile file_;
  std::vector<FileBox> boxes_;
  std::size_t moov_ = 0;
};

}  // namespace

IndexEdit edit_index(const fs::path& file, const std::function<void(Box& moov)>& edit,
                     const IndexEditOptions& options) {
  std::error_code error;
  if (!fs::exists(file, error)) fail(RLV_E_IO, "there is no file '", file.string(), "'");
  return Editor(file, options).edit(edit);
}

}  // namespace relievo::media

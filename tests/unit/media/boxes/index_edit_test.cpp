// Changing the index of a finished file: where the new one goes, what stays where it is, and what a
// kill leaves.
#include "core/media/boxes/index_edit.hpp"

#include <csignal>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/media/boxes/file_boxes.hpp"
#include "core/media/boxes/offsets.hpp"
#include "core/media/boxes/stereo_boxes.hpp"
#include "tests/support/film_tools.hpp"
#include "tests/support/media_file.hpp"
#include "tests/support/paths.hpp"
#include "tests/unit/media/boxes/box_files.hpp"

namespace relievo::test {
namespace {

namespace fs = std::filesystem;
using namespace media;
using ::testing::HasSubstr;

const Bytes kType = box_bytes("ftyp", Bytes(8));

void mark(Box& moov) {
  mark_packed_views(moov, {});
}

bool is_marked(const fs::path& file) {
  const auto facts = read_stereo_facts(file);
  return !facts.empty() && facts[0].is_stereo();
}

Bytes space(std::size_t size) {
  return box_bytes("free", Bytes(size - 8));
}

// A chunk of "DATA0123" at the place that the index of files below names.
const Bytes kData{'D', 'A', 'T', 'A', '0', '1', '2', '3'};

// The parts with an index among them whose one chunk is the payload of the mdat.
fs::path small_file(const std::function<Bytes(const Bytes& moov, const Bytes& mdat)>& arrange) {
  const auto mdat = box_bytes("mdat", kData);
  auto bytes = arrange(moov_bytes({0}), mdat);
  const auto at = std::search(bytes.begin(), bytes.end(), kData.begin(), kData.end());
  bytes = arrange(moov_bytes({static_cast<std::uint64_t>(at - bytes.begin())}), mdat);
  const auto path = temporary_dir() / "film.mp4";
  put_bytes(path, bytes);
  return path;
}

void expect_data_where_the_index_says(const fs::path& file) {
  const EditFile read(file, EditFile::Mode::kRead);
  EXPECT_EQ(read.read(chunk_offsets(file).at(0), kData.size()), kData);
}

TEST(IndexEdit, GoesIntoTheSpaceBehindAndMovesNothing) {
  const auto path = small_file([](const Bytes& moov, const Bytes& mdat) {
    return joined({kType, moov, space(4096), mdat});
  });
  const auto before = file_bytes(path);
  EXPECT_EQ(edit_index(path, mark), IndexEdit::kSwapped);
  EXPECT_EQ(outline(path), "ftyp free moov free mdat");
  EXPECT_TRUE(is_marked(path));
  expect_data_where_the_index_says(path);
  EXPECT_EQ(file_bytes(path).size(), before.size());
}

TEST(IndexEdit, UsesTheSpaceUpToItsLastByteAndNoLess) {
  const auto grown = moov_bytes({0}).size() + 13 + 53;
  for (const int more : {0, 8, 20}) {
    const auto path = small_file([&](const Bytes& moov, const Bytes& mdat) {
      return joined({kType, moov, space(8 + grown + static_cast<std::size_t>(more)), mdat});
    });
    EXPECT_EQ(edit_index(path, mark), IndexEdit::kSwapped) << more;
    EXPECT_EQ(outline(path), more == 0 ? "ftyp free moov mdat" : "ftyp free moov free mdat");
    expect_data_where_the_index_says(path);
  }
  // A rest that no box fits into, or too little.
  for (const int more : {-1, 1, 7}) {
    const auto path = small_file([&](const Bytes& moov, const Bytes& mdat) {
      return joined({kType, moov, space(8 + grown + static_cast<std::size_t>(more)), mdat});
    });
    EXPECT_EQ(edit_index(path, mark), IndexEdit::kRewritten) << more;
    expect_data_where_the_index_says(path);
  }
}

TEST(IndexEdit, GoesIntoTheSpaceInFront) {
  const auto path = small_file([](const Bytes& moov, const Bytes& mdat) {
    return joined({kType, space(4096), moov, mdat});
  });
  EXPECT_EQ(edit_index(path, mark), IndexEdit::kSwapped);
  EXPECT_EQ(outline(path), "ftyp free moov free mdat");
  EXPECT_TRUE(is_marked(path));
  expect_data_where_the_index_says(path);
}

TEST(IndexEdit, GoesBehindTheEndIfTheOldOneIsLast) {
  const auto path = small_file([](const Bytes& moov, const Bytes& mdat) {
    return joined({kType, mdat, moov, space(16)});
  });
  EXPECT_EQ(edit_index(path, mark), IndexEdit::kAppended);
  EXPECT_EQ(outline(path), "ftyp mdat free moov");
  EXPECT_TRUE(is_marked(path));
  expect_data_where_the_index_says(path);
}

TEST(IndexEdit, WithoutSpaceWritesTheFileAnewWithItsDataMovedByWholeBlocks) {
  const auto path = small_file([](const Bytes& moov, const Bytes& mdat) {
    return joined({kType, moov, mdat});
  });
  fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write | fs::perms::group_read);
  const auto link = path.parent_path() / "link.mp4";
  fs::create_symlink(path, link);
  const auto before = chunk_offsets(path).at(0);
  EXPECT_EQ(edit_index(link, mark), IndexEdit::kRewritten);
  EXPECT_TRUE(fs::is_symlink(link));
  EXPECT_EQ(outline(path), "ftyp moov free mdat");
  EXPECT_EQ(chunk_offsets(path).at(0), before + 4096);
  EXPECT_TRUE(is_marked(path));
  expect_data_where_the_index_says(path);
  EXPECT_EQ(fs::status(path).permissions(),
            fs::perms::owner_read | fs::perms::owner_write | fs::perms::group_read);
  EXPECT_FALSE(fs::exists(path.parent_path() / "film.edit.mp4"));
  // The room that this has left takes the next one.
  EXPECT_EQ(edit_index(path,
                       [](Box& moov) {
                         mark_packed_views(moov, {Packing::kOverUnder, true});
                       }),
            IndexEdit::kSwapped);
}

TEST(IndexEdit, LeavesTheFileAsItIsIfNothingChangesOrTheChangeFails) {
  const auto path = small_file([](const Bytes& moov, const Bytes& mdat) {
    return joined({kType, moov, mdat});
  });
  const auto before = file_bytes(path);
  EXPECT_EQ(edit_index(path, [](Box&) {}), IndexEdit::kUnchanged);
  EXPECT_THROW(edit_index(path, [](Box&) { fail(RLV_E_CONFIG, "no"); }), Error);
  IndexEditOptions options;
  options.may_rewrite = false;
  try {
    edit_index(path, mark, options);
    FAIL();
  } catch (const Error& e) {
    EXPECT_THAT(e.what(), HasSubstr("no space beside its index"));
  }
  EXPECT_EQ(file_bytes(path), before);
}

std::string refusal(const fs::path& path) {
  try {
    edit_index(path, mark);
    return "not refused";
  } catch (const Error& e) {
    return e.what();
  }
}

TEST(IndexEdit, RefusesWhatItCannotChangeSafely) {
  const auto path = temporary_dir() / "film.mp4";
  EXPECT_THAT(refusal(path), HasSubstr("there is no file"));
  const auto moov = moov_bytes({0});
  put_bytes(path, kType);
  EXPECT_THAT(refusal(path),
              HasSubstr("has no index (moov); is it an MP4 or MOV film that was finished?"));
  put_bytes(path, joined({kType, moov, moov}));
  EXPECT_THAT(refusal(path), HasSubstr("several indexes"));
  put_bytes(path, joined({kType, box_bytes("moov", box_bytes("cmov", Bytes(20)))}));
  EXPECT_THAT(refusal(path), HasSubstr("compressed index"));
  auto cut = joined({kType, moov, box_bytes("mdat", Bytes(100))});
  cut.resize(cut.size() - 1);
  put_bytes(path, cut);
  EXPECT_THAT(refusal(path),
              HasSubstr("damaged at byte " + std::to_string(kType.size() + moov.size())));
  EXPECT_EQ(file_bytes(path), cut);
  put_bytes(path, joined({kType, moov}));
  EditFile other(path, EditFile::Mode::kChange);
  ASSERT_TRUE(other.lock());
  EXPECT_THAT(refusal(path), HasSubstr("being changed by another process"));
}

// Five gigabytes of which nearly all are holes.
class LargeFile : public ::testing::Test {
 protected:
  static constexpr std::uint64_t kLarge = 5'000'000'000;

  // [ftyp][moov][mdat of 5 GB] with chunks at both ends of the mdat, or the index last.
  fs::path make(bool index_first, std::uint64_t data_size = kLarge) const {
    const auto path = temporary_dir() / "large.mp4";
    const bool wide = data_size > UINT32_MAX;
    const auto index_size = moov_bytes({0, 0}, wide).size();
    const auto mdat = kType.size() + (index_first ? index_size : 0);
    first_ = mdat + 16;
    last_ = mdat + data_size - kData.size();
    const auto index = moov_bytes({first_, last_}, wide);
    EditFile file(path, EditFile::Mode::kCreate);
    file.resize(mdat + data_size + (index_first ? 0 : index_size));
    file.write(0, kType);
    file.write(index_first ? kType.size() : mdat + data_size, index);
    file.write(mdat, joined({numbers(4, {1, four_cc("mdat")}), numbers(8, {data_size})}));
    file.write(first_, kData);
    file.write(last_, kData);
    return path;
  }
  static void expect_data_at_both_ends(const fs::path& path) {
    const EditFile file(path, EditFile::Mode::kRead);
    for (const auto place : chunk_offsets(path)) EXPECT_EQ(file.read(place, kData.size()), kData);
  }
  static std::uint64_t bytes_on_disk(const fs::path& path) {
    struct stat status {};
    EXPECT_EQ(stat(path.c_str(), &status), 0);
    return static_cast<std::uint64_t>(status.st_blocks) * 512;
  }
  mutable std::uint64_t first_ = 0;
  mutable std::uint64_t last_ = 0;
};

TEST_F(LargeFile, WithItsIndexLastIsNotMovedAtAll) {
  const auto path = make(false);
  EXPECT_EQ(edit_index(path, mark), IndexEdit::kAppended);
  EXPECT_TRUE(is_marked(path));
  EXPECT_EQ(chunk_offsets(path), (std::vector<std::uint64_t>{first_, last_}));
  expect_data_at_both_ends(path);
  EXPECT_LT(bytes_on_disk(path), 1U << 20U);
}

TEST_F(LargeFile, WithItsIndexFirstIsWrittenAnewWithTheRightOffsetsAndItsHoles) {
  const auto path = make(true);
  EXPECT_EQ(edit_index(path, mark), IndexEdit::kRewritten);
  EXPECT_TRUE(is_marked(path));
  EXPECT_EQ(chunk_offsets(path), (std::vector<std::uint64_t>{first_ + 4096, last_ + 4096}));
  expect_data_at_both_ends(path);
  EXPECT_EQ(fs::file_size(path), kType.size() + moov_bytes({0, 0}, true).size() + kLarge + 4096);
  EXPECT_LT(bytes_on_disk(path), 1U << 20U);
}

TEST_F(LargeFile, WhoseLastChunkPasses4GbByTheMoveGets64BitOffsets) {
  const auto path = make(true, UINT32_MAX - 700);
  ASSERT_LT(last_, UINT32_MAX);
  EXPECT_EQ(edit_index(path, mark), IndexEdit::kRewritten);
  EXPECT_EQ(chunk_offsets(path), (std::vector<std::uint64_t>{first_ + 4096, last_ + 4096}));
  EXPECT_GT(last_ + 4096, UINT32_MAX);
  expect_data_at_both_ends(path);
}

std::vector<std::size_t> packet_hashes(const fs::path& file) {
  std::vector<std::size_t> hashes;
  for (const auto& stream : read_file(file).streams)
    for (const auto& packet : stream.packets) hashes.push_back(packet.hash);
  return hashes;
}

fs::path bunny() {
  return source_dir() / "tests/data/big_buck_bunny.mp4";
}

// A real film whose media data lie behind a hole of 5 GB: libav finds every packet of it.
TEST_F(LargeFile, OfARealFilmIsReadByLibavPacketByPacket) {
  const auto wanted = packet_hashes(bunny());
  ASSERT_GT(wanted.size(), 100U);
  const auto path = temporary_dir() / "film.mp4";
  const EditFile from(bunny(), EditFile::Mode::kRead);
  EditFile to(path, EditFile::Mode::kCreate);
  auto index = read_index(bunny());
  std::uint64_t at = 0;
  Move move{0, kLarge};
  for (const auto& box : file_boxes(from)) {
    if (box.type == four_cc("moov")) continue;
    if (box.type == four_cc("mdat")) move.by = kLarge - box.position;
    const auto place = box.type == four_cc("mdat") ? kLarge : at;
    to.copy_from(from, box.position, box.size, place);
    if (box.type != four_cc("mdat")) at += box.size;
  }
  move_offsets(*index, move);
  const auto bytes = bytes_of(*index);
  to.write(at, bytes);
  at += bytes.size();
  to.write(at, joined({numbers(4, {1, four_cc("skip")}), numbers(8, {kLarge - at})}));
  ASSERT_EQ(packet_hashes(path), wanted);
  EXPECT_EQ(edit_index(path, mark), IndexEdit::kRewritten) << "the rest of the space needs 64 bits";
  EXPECT_TRUE(is_marked(path));
  EXPECT_EQ(packet_hashes(path), wanted);
  EXPECT_LT(bytes_on_disk(path), 2 * fs::file_size(bunny()) + (1U << 20U));
}

class Killed : public ::testing::TestWithParam<const char*> {
 protected:
  // The film with its index where the case wants it.
  static fs::path film(const std::string& kind) {
    const EditFile from(bunny(), EditFile::Mode::kRead);
    const auto boxes = file_boxes(from);
    Bytes type;
    Bytes rest;
    std::uint64_t rest_at = 0;
    auto index = read_index(bunny());
    for (const auto& box : boxes) {
      const auto bytes = from.read(box.position, box.size);
      if (box.type == four_cc("ftyp")) type = bytes;
      if (box.type != four_cc("mdat")) continue;
      rest = bytes;
      rest_at = box.position;
    }
    const auto size = index->size();
    const auto room = static_cast<std::size_t>(2 * size);
    const auto lead = kind == "first" ? size : kind == "last" ? 0 : size + room;
    const auto new_place = type.size() + lead;
    // Towards the file's beginning is a move, too: by a number that wraps.
    move_offsets(*index, {0, new_place - rest_at});
    const auto moov = bytes_of(*index);
    const auto path = temporary_dir() / "film.mp4";
    if (kind == "first") put_bytes(path, joined({type, moov, rest}));
    if (kind == "last") put_bytes(path, joined({type, rest, moov}));
    if (kind == "behind") put_bytes(path, joined({type, moov, space(room), rest}));
    if (kind == "before") put_bytes(path, joined({type, space(room), moov, rest}));
    return path;
  }

  // Edits in a process of its own, which is killed before change number `last`; false if it came to
  // its end.
  static bool edit_and_kill(const fs::path& path, int last) {
    const auto child = fork();
    if (child == 0) {
      IndexEditOptions options;
      options.step = 1000;
      int count = 0;
      options.before_change = [&] {
        if (count++ == last) static_cast<void>(kill(getpid(), SIGKILL));
      };
      try {
        edit_index(path, mark, options);
      } catch (...) {
        _exit(1);
      }
      _exit(0);
    }
    int status = 0;
    EXPECT_EQ(waitpid(child, &status, 0), child);
    if (WIFSIGNALED(status)) return true;
    EXPECT_EQ(WEXITSTATUS(status), 0);
    return false;
  }
};

TEST_P(Killed, AtAnyChangeLeavesTheOldFileOrTheNewOne) {
  const auto wanted = packet_hashes(bunny());
  const auto original = film(GetParam());
  ASSERT_EQ(packet_hashes(original), wanted);
  int kills = 0;
  int old_ones = 0;
  int new_ones = 0;
  for (bool was_killed = true; was_killed; ++kills) {
    const auto path = film(GetParam());
    was_killed = edit_and_kill(path, kills);
    const auto marked = is_marked(path);
    EXPECT_EQ(packet_hashes(path), wanted) << "killed before change " << kills;
    const auto types = outline(path);
    EXPECT_EQ(types.find("moov"), types.rfind("moov")) << types;
    EXPECT_FALSE(!marked && new_ones > 0) << "new, then old again at change " << kills;
    ++(marked ? new_ones : old_ones);
    // An interrupted edit is no obstacle for the next.
    edit_index(path, mark);
    EXPECT_TRUE(is_marked(path));
    EXPECT_FALSE(fs::exists(path.parent_path() / "film.edit.mp4"));
    EXPECT_EQ(packet_hashes(path), wanted) << "after the second edit";
  }
  std::printf("  %d kills: %d times the old file, %d times the new one\n", kills - 1, old_ones,
              new_ones);
  EXPECT_GT(old_ones, 4);
  EXPECT_GT(new_ones, 0);
}

INSTANTIATE_TEST_SUITE_P(Index, Killed, ::testing::Values("behind", "before", "last", "first"),
                         [](const auto& kind) { return std::string(kind.param); });

// Fragments name places as well: their bases, their table of random access, their segment index.
TEST(IndexEdit, OfAFragmentedFilmKeepsEveryPacketAndTheWayToIt) {
  RLV_FFMPEG_OR_SKIP();
  for (const char* flags :
       {"frag_keyframe+empty_moov", "frag_keyframe+empty_moov+default_base_moof",
        "frag_keyframe+empty_moov+default_base_moof+global_sidx"}) {
    const auto path = make_film(
        std::string("-f lavfi -i testsrc=s=64x48:r=24:d=3 -c:v libx264 -g 12 -preset ultrafast "
                    "-movflags ") +
            flags,
        "film.mp4");
    const auto before = read_file(path);
    EXPECT_EQ(edit_index(path, mark), IndexEdit::kRewritten);
    EXPECT_TRUE(is_marked(path));
    const auto after = read_file(path);
    ASSERT_EQ(after.video().packets.size(), 72U);
    for (std::size_t i = 0; i < 72; ++i) {
      EXPECT_EQ(after.video().packets[i].hash, before.video().packets[i].hash);
      EXPECT_EQ(after.video().packets[i].pts, before.video().packets[i].pts);
    }
    // Seeking goes by the random access table at the end, or by the segment index.
    ffmpeg("-xerror -ss 2 -i \"" + path.string() + "\" -frames:v 1 -f null -");
  }
}

}  // namespace
}  // namespace relievo::test

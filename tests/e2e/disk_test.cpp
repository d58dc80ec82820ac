// Disks that are full and folders that cannot be written: told clearly, and what was there stays.
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>
#if defined(__linux__)
#include <sys/mount.h>
#endif

#include "tests/e2e/host_run.hpp"
#include "tests/support/film_tools.hpp"
#include "tests/support/media_file.hpp"
#include "tests/support/paths.hpp"

namespace relievo::test {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

#if defined(__linux__)
// A small disk of its own, if this user may have one.
class SmallDisk {
 public:
  explicit SmallDisk(const char* options, unsigned long flags = 0) : folder_(temporary_dir()) {
    mounted_ = mount("tmpfs", folder_.c_str(), "tmpfs", flags, options) == 0;
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  ~SmallDisk() {
    if (mounted_) umount2(folder_.c_str(), MNT_DETACH);
  }
  [[nodiscard]] bool is_there() const { return mounted_; }
  [[nodiscard]] const fs::path& folder() const { return folder_; }

 private:
  fs::path folder_;
  bool mounted_ = false;
};

TEST(FullDisk, IsToldAndNoUnfinishedFilmHasItsName) {
  RLV_FFMPEG_OR_SKIP();
  const SmallDisk disk("size=64k");
  if (!disk.is_there()) GTEST_SKIP() << "only an administrator may mount a small disk";
  const auto end = run_host(convert(small_film(240, "320x180"), disk.folder() / "out.mp4"));
  expect_refusal(end, 1, "No space left on device");
  EXPECT_THAT(end.err, HasSubstr("free some space, or write to another disk"));
  EXPECT_FALSE(fs::exists(disk.folder() / "out.mp4"));
}

TEST(FullDisk, KeepsTheFilmThatWasToBeReplaced) {
  RLV_FFMPEG_OR_SKIP();
  const SmallDisk disk("size=64k");
  if (!disk.is_there()) GTEST_SKIP() << "only an administrator may mount a small disk";
  std::ofstream(disk.folder() / "out.mp4") << "precious";
  const auto end =
      run_host(convert(small_film(240, "320x180"), disk.folder() / "out.mp4", {"--overwrite"}));
  expect_refusal(end, 1, "No space left on device");
  std::string kept;
  std::getline(std::ifstream(disk.folder() / "out.mp4"), kept);
  EXPECT_EQ(kept, "precious");
}

// For those who may not mount: the partial file leads to a device that is always full.
TEST(FullDisk, IsToldByADeviceThatIsAlwaysFull) {
  RLV_FFMPEG_OR_SKIP();
  const auto folder = temporary_dir();
  fs::create_symlink("/dev/full", folder / "out.partial.mp4");
  const auto end =
      run_host(convert(small_film(120, "320x180"), folder / "out.mp4", {"--overwrite"}));
  expect_refusal(end, 1, "No space left on device");
  EXPECT_FALSE(fs::exists(folder / "out.mp4"));
}

TEST(UnwritableFolder, AReadOnlyDiskIsTold) {
  RLV_FFMPEG_OR_SKIP();
  const SmallDisk disk("size=64k", MS_RDONLY);
  if (!disk.is_there()) GTEST_SKIP() << "only an administrator may mount a small disk";
  const auto end = run_host(convert(small_film(12), disk.folder() / "out.mp4"));
  EXPECT_THAT(end.exit_code, ::testing::AnyOf(1, 2));
  expect_refusal(end, end.exit_code, "out.mp4");
}
#endif

TEST(FullDisk, AFileThatMayGrowNoFurtherIsTold) {
  RLV_FFMPEG_OR_SKIP();
  const auto folder = temporary_dir();
  auto setup = host_setup();
  setup.largest_file = 30000;
  const auto end = run_host(convert(small_film(240, "320x180"), folder / "out.mp4"), setup);
  expect_refusal(end, 1, "File too large");
  EXPECT_FALSE(fs::exists(folder / "out.mp4"));
}

TEST(UnwritableFolder, IsToldBeforeTheFirstFrame) {
  RLV_FFMPEG_OR_SKIP();
  constexpr auto kReadable = static_cast<fs::perms>(0555);
  const auto folder = temporary_dir();
  fs::create_directory(folder / "locked");
  fs::copy_file(small_film(12), folder / "film.mp4");
  fs::permissions(folder / "film.mp4", kReadable);
  fs::permissions(folder / "locked", kReadable);
  fs::permissions(folder, kReadable);
  auto setup = host_setup();
  setup.folder = folder;
  // An administrator may write everywhere: as nobody, then.
  constexpr uid_t kNobody = 65534;
  if (geteuid() == 0) setup.user = kNobody;
  const auto end = run_host(convert(folder / "film.mp4", folder / "locked/out.mp4"), setup);
  fs::permissions(folder, fs::perms::owner_all);
  fs::permissions(folder / "locked", fs::perms::owner_all);
  if (end.exit_code == 126 || end.exit_code == 127)
    GTEST_SKIP() << "no other user may run the program where it lies";
  EXPECT_THAT(end.exit_code, ::testing::AnyOf(1, 2));
  expect_refusal(end, end.exit_code, "no permission to write");
  EXPECT_THAT(names_in(folder / "locked"), IsEmpty());
}

TEST(UnwritableFolder, AFileInPlaceOfAFolderIsTold) {
  RLV_FFMPEG_OR_SKIP();
  const auto folder = temporary_dir();
  std::ofstream(folder / "file") << "x";
  const auto end = run_host(convert(small_film(12), folder / "file/out.mp4"));
  EXPECT_THAT(end.exit_code, ::testing::AnyOf(1, 2));
  expect_refusal(end, end.exit_code, "is not a folder");
  EXPECT_THAT(names_in(folder), ElementsAre("file"));
}

TEST(UnwritableFolder, AFolderAsOutputIsTold) {
  RLV_FFMPEG_OR_SKIP();
  const auto folder = temporary_dir();
  fs::create_directory(folder / "out.mp4");
  expect_refusal(run_host(convert(small_film(12), folder / "out.mp4", {"--overwrite"})), 2,
                 "is a folder");
}

}  // namespace
}  // namespace relievo::test

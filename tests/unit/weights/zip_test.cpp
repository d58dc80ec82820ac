// The zip layer alone: every way in which directory and entries can disagree.
#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/weights/zip_archive.hpp"
#include "tests/unit/weights/build_files.hpp"

namespace relievo::test {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using weights::ZipArchive;

std::string text_of(const weights::ZipEntry* entry) {
  if (entry == nullptr) return "(none)";
  return {reinterpret_cast<const char*>(entry->data.data()), entry->data.size()};
}

std::string zip_error(const std::string& file) {
  try {
    (void)ZipArchive(as_bytes(file), "file");
  } catch (const weights::WeightsError& error) {
    return error.what();
  }
  return {};
}

const std::vector<ZipItem> kItems{{"a/one", "first"}, {"a/two", ""}, {"a/three", "third one"}};

TEST(Zip, EntriesAreFoundByNameWithTheirBytes) {
  for (const bool zip64 : {false, true})
    for (const bool descriptors : {false, true}) {
      const auto file = zip_file(
          kItems, {.zip64 = zip64, .descriptors = descriptors, .alignment = 64, .comment = ""});
      const ZipArchive zip(as_bytes(file), "file");
      EXPECT_EQ(zip.entries().size(), 3U);
      EXPECT_EQ(text_of(zip.find("a/one")), "first");
      EXPECT_EQ(text_of(zip.find("a/two")), "");
      EXPECT_EQ(text_of(zip.find("a/three")), "third one");
      EXPECT_EQ(zip.find("a"), nullptr);
      EXPECT_EQ((zip.find("a/three")->data.data() - as_bytes(file).data()) % 64, 0);
    }
}

TEST(Zip, ACommentAtTheEndIsSkippedAlsoIfItLooksLikeAnEnd) {
  const auto end = little<std::uint32_t>(0x06054b50) + std::string(14, '\0');
  for (const auto& comment : {std::string("hello"), end + "x", std::string(65535, 'c')}) {
    const auto file = zip_file(kItems, {.comment = comment});
    EXPECT_EQ(text_of(ZipArchive(as_bytes(file), "file").find("a/one")), "first");
  }
}

TEST(Zip, AnEmptyArchiveIsOne) {
  EXPECT_THAT(zip_error(zip_file({})), IsEmpty());
}

// Where things lie in an archive of one entry "name" with data "data", unaligned and without
// descriptor.
struct Parts {
  std::string file = zip_file({{"name", "data"}}, {.descriptors = false, .alignment = 1});
  std::size_t directory = file.find(little<std::uint32_t>(0x02014b50));
  std::size_t end = file.find(little<std::uint32_t>(0x06054b50));
};

struct Damage {
  std::string name;
  std::function<void(Parts&)> change;
  std::string message;
};

template <typename T>
void put(std::string& file, std::size_t at, T value) {
  file.replace(at, sizeof(T), little(value));
}

class ZipFaults : public ::testing::TestWithParam<Damage> {};

TEST_P(ZipFaults, GiveTheirOwnLine) {
  Parts parts;
  GetParam().change(parts);
  const auto error = zip_error(parts.file);
  EXPECT_THAT(error, HasSubstr(GetParam().message));
  EXPECT_EQ(error.find('\n'), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(
    Zip, ZipFaults,
    ::testing::Values(
        Damage{"CutShort", [](Parts& p) { p.file.resize(p.file.size() - 1); },
               "has no zip directory at its end"},
        Damage{"BytesBehind", [](Parts& p) { p.file += "x"; }, "has no zip directory at its end"},
        Damage{"BytesBefore", [](Parts& p) { p.file.insert(0, "xxxx"); },
               "which is not where it ends"},
        Damage{"OneByteMissing", [](Parts& p) { p.file.erase(40, 1); },
               "which is not where it ends"},
        Damage{"TooManyEntries", [](Parts& p) { put<std::uint16_t>(p.file, p.end + 10, 60000); },
               "counts 60000 entries, more than fit"},
        Damage{"TooFewEntries", [](Parts& p) { put<std::uint16_t>(p.file, p.end + 10, 0); },
               "has bytes behind its last entry"},
        Damage{"EntrySignature", [](Parts& p) { p.file[p.directory] = 'X'; },
               "there is no zip directory entry at byte"},
        Damage{"NamePastTheEnd",
               [](Parts& p) { put<std::uint16_t>(p.file, p.directory + 28, 5000); },
               "does not end inside the directory"},
        Damage{"Compressed", [](Parts& p) { put<std::uint16_t>(p.file, p.directory + 10, 8); },
               "entry 'name' is compressed; checkpoints are stored uncompressed: unpack it"},
        Damage{"Encrypted", [](Parts& p) { put<std::uint16_t>(p.file, p.directory + 8, 1); },
               "entry 'name' is encrypted"},
        Damage{"TwoSizes", [](Parts& p) { put<std::uint32_t>(p.file, p.directory + 20, 3); },
               "has two sizes, 3 and 4 bytes"},
        Damage{"SizesTooLarge",
               [](Parts& p) {
                 put<std::uint32_t>(p.file, p.directory + 20, 5);
                 put<std::uint32_t>(p.file, p.directory + 24, 5);
               },
               "reaches past the entries' end"},
        Damage{"No64BitField",
               [](Parts& p) {
                 put<std::uint32_t>(p.file, p.directory + 20, UINT32_MAX);
                 put<std::uint32_t>(p.file, p.directory + 24, UINT32_MAX);
               },
               "lacks its 64-bit size or place"},
        Damage{"LocalElsewhere", [](Parts& p) { put<std::uint32_t>(p.file, p.directory + 42, 7); },
               "entry 'name' is not at byte 7"},
        Damage{"LocalPastTheEnd",
               [](Parts& p) { put<std::uint32_t>(p.file, p.directory + 42, 0xFFFFFF00U); },
               "entry 'name' is not at byte 4294967040"},
        Damage{"LocalNameDiffers", [](Parts& p) { p.file[30] = 'N'; },
               "is described otherwise at byte 0"},
        Damage{"NameWithNul", [](Parts& p) { p.file[p.directory + 46] = '\0'; },
               "has the broken name"},
        Damage{"NameNotUtf8", [](Parts& p) { p.file[p.directory + 46] = '\xff'; },
               "has the broken name '\\xffame'"},
        Damage{"SecondDisk", [](Parts& p) { put<std::uint16_t>(p.file, p.directory + 34, 1); },
               "lies in another part of the archive"},
        Damage{"PartOfSeveral", [](Parts& p) { put<std::uint16_t>(p.file, p.end + 4, 1); },
               "is one part of a zip archive in several parts"},
        Damage{"DirectoryOffset",
               [](Parts& p) { put<std::uint32_t>(p.file, p.end + 16, 0xFFFFFFF0U); },
               "which is not where it ends"}),
    [](const auto& test) { return test.param.name; });

TEST(Zip, TwoEntriesOfOneNameAreRefused) {
  EXPECT_THAT(zip_error(zip_file({{"a", "1"}, {"a", "2"}})), HasSubstr("two entries named 'a'"));
}

TEST(Zip, EntriesThatShareBytesAreRefused) {
  // The directory's second entry is told to lie where the first lies.
  auto file = zip_file({{"a", "1"}, {"b", "2"}}, {.descriptors = false, .alignment = 1});
  const auto second = file.rfind(little<std::uint32_t>(0x02014b50));
  put<std::uint32_t>(file, second + 42, 0);
  file[second + 46] = 'a';
  EXPECT_THAT(zip_error(file),
              HasSubstr("entries 'a' and 'a' of the zip archive share bytes at byte 0"));
}

TEST(Zip, ABroken64BitDirectoryIsRefused) {
  const auto good = zip_file(kItems, {.zip64 = true});
  const auto locator = good.rfind(little<std::uint32_t>(0x07064b50));
  const auto record = good.rfind(little<std::uint32_t>(0x06064b50));
  auto bad = good;
  put<std::uint64_t>(bad, locator + 8, UINT64_MAX);
  EXPECT_THAT(zip_error(bad),
              HasSubstr("the zip64 directory record is not at byte 18446744073709551615"));
  bad = good;
  put<std::uint64_t>(bad, record + 48, UINT64_MAX - 2);
  EXPECT_THAT(zip_error(bad), HasSubstr("which is not where it ends"));
  bad = good;
  put<std::uint64_t>(bad, record + 32, UINT64_MAX);
  EXPECT_THAT(zip_error(bad), HasSubstr("more than fit into"));
}

}  // namespace
}  // namespace relievo::test

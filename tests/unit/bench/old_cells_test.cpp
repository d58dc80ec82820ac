// A new report takes the place of an older one, and of nothing else.
#include "core/bench/old_cells.hpp"

#include <fstream>

#include <gtest/gtest.h>

#include "tests/support/paths.hpp"

namespace relievo::bench {
namespace {

namespace fs = std::filesystem;

void put(const fs::path& file, const std::string& text = "x") {
  fs::create_directories(file.parent_path());
  std::ofstream(file) << text;
}

TEST(OldCells, GoWithTheirReportAndLeaveWhatIsTheUsers) {
  const auto folder = test::temporary_dir();
  put(folder / "report.json",
      R"({"relievo_bench": 1, "cells": [{"slug": "old"}, {"slug": "again"}, {"slug": "noted"}]})");
  for (const auto* cell : {"old", "again", "noted", "foreign"})
    for (const auto* file : {"depth.mkv", "sbs.mp4", "log.txt", "timed.json"})
      put(folder / "cells" / cell / file);
  put(folder / "cells" / "noted" / "my_notes.txt");
  remove_old_cells(folder, {"again", "new"});
  EXPECT_FALSE(fs::exists(folder / "cells" / "old"));
  EXPECT_TRUE(fs::exists(folder / "cells" / "again" / "depth.mkv"));
  EXPECT_TRUE(fs::exists(folder / "cells" / "noted" / "my_notes.txt"));
  EXPECT_FALSE(fs::exists(folder / "cells" / "noted" / "sbs.mp4"));
  EXPECT_TRUE(fs::exists(folder / "cells" / "foreign" / "sbs.mp4")) << "no report lists it";
  EXPECT_TRUE(fs::exists(folder / "report.json"));
}

TEST(OldCells, AReportCannotLeadOutOfItsFolder) {
  const auto folder = test::temporary_dir() / "report";
  put(folder / "report.json",
      R"({"relievo_bench": 1, "cells": [{"slug": "../.."}, {"slug": ".."}, {"slug": ""}, {"slug": 3}, 7]})");
  put(folder / "log.txt");
  put(folder.parent_path() / "log.txt");
  put(folder / "cells" / "log.txt");
  remove_old_cells(folder, {});
  EXPECT_TRUE(fs::exists(folder / "log.txt"));
  EXPECT_TRUE(fs::exists(folder.parent_path() / "log.txt"));
  EXPECT_TRUE(fs::exists(folder / "cells" / "log.txt"));
}

TEST(OldCells, WithoutAReportOrWithADamagedOneNothingGoes) {
  const auto folder = test::temporary_dir();
  put(folder / "cells" / "old" / "sbs.mp4");
  remove_old_cells(folder, {});
  for (const auto* text : {"", "{", "[]", R"({"cells": [{"slug": "old"}]})"}) {
    put(folder / "report.json", text);
    remove_old_cells(folder, {});
    EXPECT_TRUE(fs::exists(folder / "cells" / "old" / "sbs.mp4")) << text;
  }
}

}  // namespace
}  // namespace relievo::bench

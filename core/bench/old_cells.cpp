#include "core/bench/old_cells.hpp"

#include <array>
#include <fstream>
#include <system_error>

#include <nlohmann/json.hpp>

#include "core/bench/pipeline.hpp"

namespace relievo::bench {
namespace {

namespace fs = std::filesystem;

// A name of one folder: a report from elsewhere must not lead out of this one.
bool is_plain(const std::string& slug) {
  return !slug.empty() && fs::path(slug).filename() == slug && slug != "." && slug != "..";
}

void remove_cell(const CellFiles& files) {
  std::error_code ignored;
  for (const auto& file :
       std::array{files.depth_lossless(), files.depth_video(), files.sbs(), files.anaglyph(),
                  files.sheet(), files.log(), files.saving(), files.timed()})
    fs::remove(file, ignored);
  fs::remove(files.folder, ignored);  // only if it is empty
}

}  // namespace

void remove_old_cells(const fs::path& output, const std::set<std::string>& kept) {
  std::ifstream in(output / "report.json");
  const auto report = nlohmann::json::parse(in, nullptr, /*allow_exceptions=*/false);
  if (!report.is_object() || !report.contains("relievo_bench") || !report.contains("cells")) return;
  for (const auto& cell : report["cells"]) {
    if (!cell.is_object() || !cell.contains("slug") || !cell["slug"].is_string()) continue;
    const auto slug = cell["slug"].get<std::string>();
    if (is_plain(slug) && !kept.contains(slug)) remove_cell({output / "cells" / slug});
  }
}

}  // namespace relievo::bench

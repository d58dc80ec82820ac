#include "core/host/licences.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include "core/host/parameters.hpp"
#include "core/hub/error.hpp"
#include "core/hub/file_lock.hpp"
#include "core/hub/whole_file.hpp"

namespace relievo::host {
namespace {

// SPDX identifiers, in lower case as the hub writes them.
constexpr std::array<std::string_view, 14> kFree{
    "apache-2.0", "mit",     "bsd-2-clause", "bsd-3-clause", "isc",     "0bsd",    "zlib",
    "unlicense",  "cc0-1.0", "cc-by-4.0",    "cc-by-3.0",    "bsl-1.0", "mpl-2.0", "ncsa"};

Json read(const std::filesystem::path& file) {
  const auto text = hub::read_whole(file);
  if (!text) return Json::array();
  try {
    auto accepted = Json::parse(*text).at("accepted");
    for (const auto& entry : accepted) {
      static_cast<void>(entry.at("repo").get<std::string>());
      static_cast<void>(entry.at("licence").get<std::string>());
    }
    return accepted;
  } catch (const std::exception&) {
    throw hub::Error(
        hub::ErrorKind::kSetup,
        file.string() + " is not understood; mend it, or remove it to be asked for licences again");
  }
}

bool contains(const Json& accepted, const std::string& repo, const std::string& licence) {
  return std::any_of(accepted.begin(), accepted.end(), [&](const Json& entry) {
    return entry.at("repo") == repo && entry.at("licence") == licence;
  });
}

}  // namespace

bool needs_consent(const std::string& licence) {
  auto name = licence;
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return !name.empty() && std::find(kFree.begin(), kFree.end(), name) == kFree.end();
}

bool Consents::has(const std::string& repo, const std::string& licence) const {
  return contains(read(file_), repo, licence);
}

void Consents::give(const std::string& repo, const std::string& licence) const {
  auto guard = file_;
  guard += ".guard";
  const auto lock = hub::FileLock::take(guard, {});
  auto accepted = read(file_);
  if (contains(accepted, repo, licence)) return;
  accepted.push_back({{"repo", repo}, {"licence", licence}});
  hub::write_whole(file_, Json{{"version", 1}, {"accepted", accepted}}.dump(2) + "\n");
}

}  // namespace relievo::host

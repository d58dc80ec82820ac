#include "core/hub/checked_files.hpp"

#include <cerrno>
#include <cstring>

#include <sys/stat.h>

#include <nlohmann/json.hpp>

#include "core/hub/digest.hpp"
#include "core/hub/error.hpp"
#include "core/hub/file_lock.hpp"
#include "core/hub/whole_file.hpp"

namespace relievo::hub {
namespace fs = std::filesystem;
namespace {

using Json = nlohmann::json;

// What changes when a file's content does.
std::string mark_of(const fs::path& file) {
  struct stat facts {};
  if (stat(file.c_str(), &facts) != 0)
    throw Error(ErrorKind::kDisk, "cannot read " + file.string() + ": " + std::strerror(errno));
#if defined(__APPLE__)
  const auto time = facts.st_mtimespec;
#else
  const auto time = facts.st_mtim;
#endif
  return std::to_string(facts.st_size) + " " + std::to_string(time.tv_sec) + "." +
         std::to_string(time.tv_nsec) + " " + std::to_string(facts.st_dev) + ":" +
         std::to_string(facts.st_ino);
}

// A memory that cannot be read is an empty one.
Json known(const fs::path& file) {
  try {
    if (const auto text = read_whole(file)) {
      auto json = Json::parse(*text);
      if (json.is_object()) return json;
    }
  } catch (const std::exception&) {
    return Json::object();
  }
  return Json::object();
}

}  // namespace

std::string CheckedFiles::sha256_of(const fs::path& path, const Session& session) const {
  const auto real = fs::canonical(path).string();
  const auto memory = known(file_);
  const auto found = memory.find(real);
  if (found != memory.end() && found->is_object() && found->value("mark", "") == mark_of(real))
    return found->value("sha256", "");
  return hash_again(path, session);
}

std::string CheckedFiles::hash_again(const fs::path& path, const Session& session) const {
  const auto real = fs::canonical(path);
  const auto mark = mark_of(real);
  Meter meter(session, Phase::kChecking, path.filename().string(), fs::file_size(real));
  const auto digests = digests_of(real, false, [&](std::uint64_t done) {
    session.check_cancelled();
    meter.show(done);
  });
  meter.show_last(digests.size);
  // A file that changed meanwhile is not remembered as what it was.
  if (mark_of(real) == mark) remember(real, digests.sha256);
  return digests.sha256;
}

void CheckedFiles::remember(const fs::path& path, const std::string& sha256) const {
  try {
    const auto real = fs::canonical(path).string();
    auto guard = file_;
    guard += ".guard";
    const auto lock = FileLock::take(guard, {});
    auto memory = known(file_);
    memory[real] = {{"mark", mark_of(real)}, {"sha256", sha256}};
    write_whole(file_, memory.dump(1) + "\n");
  } catch (const Error&) {
    return;
  }
}

}  // namespace relievo::hub

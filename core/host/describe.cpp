#include "core/host/describe.hpp"

#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <system_error>

#include <unistd.h>

#include "core/host/child_process.hpp"
#include "core/host/failure.hpp"
#include "core/host/plugin_library.hpp"

namespace relievo::host {
namespace {

constexpr std::chrono::seconds kDescribeLimit{20};

std::string read_file(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

// FNV-1a, 64 bits (Fowler, Noll, Vo): tells builds of a library apart; nothing is trusted because
// of it.
std::string content_key(const std::filesystem::path& file) {
  std::uint64_t hash = 14695981039346656037ULL;
  const auto content = read_file(file);
  for (const char c : content) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 1099511628211ULL;
  }
  char text[64];
  std::snprintf(text, sizeof text, "%016llx-%zu", static_cast<unsigned long long>(hash),
                content.size());
  return text;
}

// The child's last line is the host's own report of what went wrong.
std::string last_line(const std::string& text) {
  auto end = text.find_last_not_of('\n');
  if (end == std::string::npos) return "";
  const auto begin = text.rfind('\n', end);
  return text.substr(begin == std::string::npos ? 0 : begin + 1, end - (begin + 1) + 1);
}

std::string without_prefix(const std::string& line) {
  const auto at = line.find("error: ");
  return at == std::string::npos ? line : line.substr(at + 7);
}

std::string describe_in_child(const std::filesystem::path& library) {
  const auto child =
      run_child(own_executable(), {kPrintManifestOption, library.string()}, kDescribeLimit);
  if (child.timed_out)
    throw Failure(ExitCode::kPlugin, "plugin '" + library.string() + "' did not answer within " +
                                         std::to_string(kDescribeLimit.count()) + " s");
  if (child.exit_code == 0) return child.out;
  const auto reason = without_prefix(last_line(child.err));
  throw Failure(ExitCode::kPlugin, reason.empty() ? "plugin '" + library.string() +
                                                        "' cannot be described (exit code " +
                                                        std::to_string(child.exit_code) + ")"
                                                  : reason);
}

// Written beside and renamed, so that no reader ever sees half of it; a cache that cannot be
// written is no fault.
void keep(const std::filesystem::path& file, const std::string& text) {
  std::error_code ignored;
  std::filesystem::create_directories(file.parent_path(), ignored);
  auto temporary = file;
  temporary += "." + std::to_string(getpid());
  std::ofstream(temporary, std::ios::binary) << text;
  std::filesystem::rename(temporary, file, ignored);
  std::filesystem::remove(temporary, ignored);
}

struct FoundManifest {
  std::string text;
  std::filesystem::path file;  // that holds it: the one beside the library, or the library
};

FoundManifest find_manifest(const std::filesystem::path& library,
                            const std::filesystem::path& cache_root) {
  const auto sidecar = sidecar_of(library);
  if (std::filesystem::exists(sidecar)) return {read_file(sidecar), sidecar};
  const auto kept = cache_root / "manifests" / (content_key(library) + ".json");
  std::error_code unreadable;
  if (std::filesystem::exists(kept, unreadable)) return {read_file(kept), library};
  auto text = describe_in_child(library);
  keep(kept, text);
  return {std::move(text), library};
}

}  // namespace

std::filesystem::path sidecar_of(const std::filesystem::path& library) {
  auto sidecar = library;
  return sidecar.replace_extension(".json");
}

std::string manifest_text(const std::filesystem::path& library,
                          const std::filesystem::path& cache_root) {
  return find_manifest(library, cache_root).text;
}

Manifest read_manifest(const std::filesystem::path& library,
                       const std::filesystem::path& cache_root) {
  const auto found = find_manifest(library, cache_root);
  return parse_manifest(found.text, found.file.string());
}

void print_manifest(const std::filesystem::path& library) {
  std::cout << PluginLibrary::load(library).manifest_json() << std::flush;
}

}  // namespace relievo::host

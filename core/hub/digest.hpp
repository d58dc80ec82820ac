// Hashes of whole files, by which the hub names their content.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

namespace relievo::hub {

struct Digests {
  std::string sha256;    // 64 hexadecimal digits; the ETag of a large file
  std::string git_blob;  // 40: SHA-1 of "blob SIZE\0" and the content, as git names a small file;
                         // empty if not wanted
  std::uint64_t size = 0;
};

// Reads the file once, in pieces. on_bytes(done) is called after each; what it throws comes out.
// Throws Error(kDisk) if the file cannot be read.
//
// The hashes are libcrypto's (OpenSSL): it uses the SHA instructions of the CPU, is the same on
// every system, and is there anyway wherever libcurl is.
[[nodiscard]] Digests digests_of(const std::filesystem::path& file, bool with_git_blob,
                                 const std::function<void(std::uint64_t)>& on_bytes = {});

// Whether content with these digests is what an ETag promises: true also for ETags that are no hash
// of the content.
[[nodiscard]] bool matches(const std::string& etag, const Digests& digests);

}  // namespace relievo::hub

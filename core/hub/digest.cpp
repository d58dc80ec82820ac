#include "core/hub/digest.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <new>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/evp.h>

#include "core/hub/error.hpp"
#include "core/hub/names.hpp"
#include "core/hub/unique_fd.hpp"

namespace relievo::hub {
namespace {

constexpr std::size_t kPiece = std::size_t{1} << 20;  // bytes; stays in the second-level cache

class Hash {
 public:
  explicit Hash(const EVP_MD* kind) : context_(EVP_MD_CTX_new(), &EVP_MD_CTX_free) {
    if (!context_) throw std::bad_alloc();
    if (EVP_DigestInit_ex(context_.get(), kind, nullptr) != 1)
      throw Error(ErrorKind::kSetup,
                  "OpenSSL refuses to compute a hash; is it set to a restricted mode?");
  }

  void add(const void* data, std::size_t size) { EVP_DigestUpdate(context_.get(), data, size); }

  std::string hex() {
    std::array<unsigned char, EVP_MAX_MD_SIZE> raw{};
    unsigned size = 0;
    EVP_DigestFinal_ex(context_.get(), raw.data(), &size);
    static constexpr char kDigits[] = "0123456789abcdef";
    std::string text;
    for (unsigned i = 0; i < size; ++i) {
      text += kDigits[raw[i] >> 4U];
      text += kDigits[raw[i] & 15U];
    }
    return text;
  }

 private:
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
};

[[noreturn]] void cannot_read(const std::filesystem::path& file) {
  throw Error(ErrorKind::kDisk, "cannot read " + file.string() + ": " + std::strerror(errno));
}

}  // namespace

Digests digests_of(const std::filesystem::path& file, bool with_git_blob,
                   const std::function<void(std::uint64_t)>& on_bytes) {
  const UniqueFd fd(open(file.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat facts {};
  if (!fd || fstat(fd.get(), &facts) != 0) cannot_read(file);
  Digests digests;
  Hash sha256(EVP_sha256());
  Hash git(EVP_sha1());
  const auto header = "blob " + std::to_string(facts.st_size);
  git.add(header.c_str(), header.size() + 1);  // with its NUL
  std::vector<char> piece(kPiece);
  while (true) {
    const auto got = read(fd.get(), piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) cannot_read(file);
    if (got == 0) break;
    const auto size = static_cast<std::size_t>(got);
    sha256.add(piece.data(), size);
    if (with_git_blob) git.add(piece.data(), size);
    digests.size += size;
    if (on_bytes) on_bytes(digests.size);
  }
  digests.sha256 = sha256.hex();
  if (with_git_blob) digests.git_blob = git.hex();
  return digests;
}

bool matches(const std::string& etag, const Digests& digests) {
  if (is_sha256(etag)) return etag == digests.sha256;
  if (is_commit(etag)) return etag == digests.git_blob;
  return true;
}

}  // namespace relievo::hub

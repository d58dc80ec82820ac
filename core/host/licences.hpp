// Licences of weights: which ones are to be agreed to first, and who has agreed.
#pragma once

#include <filesystem>
#include <string>

namespace relievo::host {

// Whether a licence lets anybody use the weights for anything (Apache-2.0, MIT, ...). All others
// are shown and asked for once: non-commercial and research-only ones, and those that nobody here
// knows. An empty text is no licence that could be shown: false.
[[nodiscard]] bool needs_consent(const std::string& licence);

// The answers of this user, kept in a file.
class Consents {
 public:
  explicit Consents(std::filesystem::path file) : file_(std::move(file)) {}

  // Consent is for one repository under one licence: if either changes, it is asked for again.
  // Throw hub::Error for a file that cannot be read or written.
  [[nodiscard]] bool has(const std::string& repo, const std::string& licence) const;
  void give(const std::string& repo, const std::string& licence) const;
  [[nodiscard]] const std::filesystem::path& file() const { return file_; }

 private:
  std::filesystem::path file_;
};

}  // namespace relievo::host

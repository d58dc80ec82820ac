// The settings of Hugging Face's own client, read from the same variables, so that both share one
// cache and one login.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

namespace relievo::hub {

struct Environment {
  std::filesystem::path cache;  // holds models--organisation--name
  std::string endpoint;         // without a slash at the end
  std::string token;            // empty: none
  std::string token_origin;     // for messages: "HF_TOKEN" or the file's path
  std::string ca_bundle;  // certificates to trust instead of the system's; empty: the system's
  bool offline = false;
  bool symlinks = true;
  std::chrono::milliseconds metadata_timeout{10000};  // silence of the server, before a download
  std::chrono::milliseconds download_timeout{10000};  // silence of the server, during one

  using Getenv = std::function<std::optional<std::string>(const char* name)>;

  // HF_HOME, HF_HUB_CACHE (HUGGINGFACE_HUB_CACHE), XDG_CACHE_HOME; HF_ENDPOINT; HF_TOKEN
  // (HUGGING_FACE_HUB_TOKEN), HF_TOKEN_PATH, HF_HUB_DISABLE_IMPLICIT_TOKEN; HF_HUB_OFFLINE
  // (TRANSFORMERS_OFFLINE); HF_HUB_DISABLE_SYMLINKS; HF_HUB_ETAG_TIMEOUT, HF_HUB_DOWNLOAD_TIMEOUT
  // in seconds; SSL_CERT_FILE, REQUESTS_CA_BUNDLE, CURL_CA_BUNDLE. Proxies are libcurl's business.
  // Reads the token's file. Throws Error(kSetup) for a value that cannot be meant.
  [[nodiscard]] static Environment read(const Getenv& get);
  // Of this process.
  [[nodiscard]] static Environment current();
};

// Where the user's own choices are kept: $XDG_CONFIG_HOME/relievo, ~/Library/Application
// Support/relievo on a Mac, else
// ~/.config/relievo.
[[nodiscard]] std::filesystem::path config_folder(const Environment::Getenv& get);

// The process's environment; a variable set to nothing counts as not set.
[[nodiscard]] std::optional<std::string> process_variable(const char* name);

}  // namespace relievo::hub

#include "core/hub/environment.hpp"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "core/hub/error.hpp"
#include "core/hub/names.hpp"

namespace relievo::hub {
namespace fs = std::filesystem;
namespace {

constexpr const char* kDefaultEndpoint = "https://huggingface.co";

class Reader {
 public:
  explicit Reader(const Environment::Getenv& get) : get_(get) {}

  // The first of the names that has a value.
  template <class... Names>
  std::optional<std::string> first(Names... names) const {
    std::optional<std::string> value;
    (void)((value = get_(names), value && !value->empty()) || ...);
    if (value && value->empty()) return std::nullopt;
    return value;
  }

  template <class... Names>
  bool is_on(Names... names) const {
    auto value = first(names...).value_or("");
    std::transform(value.begin(), value.end(), value.begin(),
                   [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return value == "1" || value == "ON" || value == "YES" || value == "TRUE";
  }

  // ~ and $NAME or ${NAME}, as Python's expanduser and expandvars write them out; unknown variables
  // stay.
  fs::path path(const std::string& text) const {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] != '$' || i + 1 == text.size()) {
        out += text[i];
        continue;
      }
      const bool braces = text[i + 1] == '{';
      const auto begin = i + (braces ? 2 : 1);
      auto end = begin;
      while (end < text.size() &&
             (std::isalnum(static_cast<unsigned char>(text[end])) != 0 || text[end] == '_'))
        ++end;
      const auto value =
          end == begin ? std::nullopt : get_(text.substr(begin, end - begin).c_str());
      if (!value || (braces && (end == text.size() || text[end] != '}'))) {
        out += text[i];
        continue;
      }
      out += *value;
      i = braces ? end : end - 1;
    }
    if (out == "~" || out.starts_with("~/")) out = home().string() + out.substr(1);
    return fs::absolute(out).lexically_normal();
  }

  fs::path home() const { return first("HOME").value_or("/"); }

  std::chrono::milliseconds seconds(const char* name, std::chrono::milliseconds otherwise) const {
    const auto text = first(name);
    if (!text) return otherwise;
    char* end = nullptr;
    const double value = std::strtod(text->c_str(), &end);
    if (end == text->c_str() || *end != '\0' || !(value > 0) || value > 86400)
      throw Error(ErrorKind::kSetup, std::string(name) + " is '" + shown(*text) +
                                         "'; it must be seconds, from 1 to 86400");
    return std::chrono::milliseconds(static_cast<std::int64_t>(value * 1000));
  }

 private:
  const Environment::Getenv& get_;
};

std::string trimmed(const std::string& text) {
  const auto is_space = [](unsigned char c) {
    return std::isspace(c) != 0;
  };
  const auto begin = std::find_if_not(text.begin(), text.end(), is_space);
  const auto end =
      std::find_if_not(text.rbegin(), std::make_reverse_iterator(begin), is_space).base();
  return {begin, end};
}

// A token goes into a header: a newline inside it would end the header and begin another.
void check_token(const Environment& environment) {
  const auto& token = environment.token;
  if (std::any_of(token.begin(), token.end(), [](char c) {
        return c <= ' ' || c == 0x7f || static_cast<unsigned char>(c) > 0x7f;
      }))
    throw Error(ErrorKind::kSetup,
                "the token from " + environment.token_origin +
                    " has blanks or other characters in it that no token has; set HF_TOKEN again");
}

void read_token(const Reader& reader, const fs::path& hf_home, Environment& environment) {
  if (reader.is_on("HF_HUB_DISABLE_IMPLICIT_TOKEN")) return;
  if (const auto token = reader.first("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN")) {
    environment.token = trimmed(*token);
    environment.token_origin = reader.first("HF_TOKEN") ? "HF_TOKEN" : "HUGGING_FACE_HUB_TOKEN";
  } else {
    const auto named = reader.first("HF_TOKEN_PATH");
    const auto file = named ? reader.path(*named) : hf_home / "token";
    std::ifstream in(file, std::ios::binary);
    if (!in) return;
    environment.token =
        trimmed({std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()});
    environment.token_origin = file.string();
  }
  check_token(environment);
}

std::string endpoint_of(const Reader& reader) {
  auto endpoint = reader.first("HF_ENDPOINT").value_or(kDefaultEndpoint);
  while (endpoint.ends_with('/')) endpoint.pop_back();
  if (!endpoint.starts_with("https://") && !endpoint.starts_with("http://"))
    throw Error(ErrorKind::kSetup,
                "HF_ENDPOINT is '" + shown(endpoint) + "'; it must begin with https:// or http://");
  return endpoint;
}

}  // namespace

Environment Environment::read(const Getenv& get) {
  const Reader reader(get);
  Environment environment;
  const auto hf_home_text = reader.first("HF_HOME");
  const auto xdg_cache = reader.first("XDG_CACHE_HOME");
  const auto caches = xdg_cache ? reader.path(*xdg_cache) : reader.home() / ".cache";
  const auto hf_home = hf_home_text ? reader.path(*hf_home_text) : caches / "huggingface";
  const auto cache = reader.first("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE");
  environment.cache = cache ? reader.path(*cache) : hf_home / "hub";
  environment.endpoint = endpoint_of(reader);
  read_token(reader, hf_home, environment);
  environment.ca_bundle =
      reader.first("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE").value_or("");
  environment.offline = reader.first("HF_HUB_OFFLINE") ? reader.is_on("HF_HUB_OFFLINE")
                                                       : reader.is_on("TRANSFORMERS_OFFLINE");
  environment.symlinks = !reader.is_on("HF_HUB_DISABLE_SYMLINKS");
  environment.metadata_timeout =
      reader.seconds("HF_HUB_ETAG_TIMEOUT", environment.metadata_timeout);
  environment.download_timeout =
      reader.seconds("HF_HUB_DOWNLOAD_TIMEOUT", environment.download_timeout);
  return environment;
}

Environment Environment::current() {
  return read(process_variable);
}

fs::path config_folder(const Environment::Getenv& get) {
  const Reader reader(get);
  if (const auto xdg = reader.first("XDG_CONFIG_HOME")) return reader.path(*xdg) / "relievo";
#if defined(__APPLE__)
  return reader.home() / "Library/Application Support/relievo";
#else
  return reader.home() / ".config/relievo";
#endif
}

std::optional<std::string> process_variable(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr || *value == '\0') return std::nullopt;
  return value;
}

}  // namespace relievo::hub

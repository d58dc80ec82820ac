#include "core/hub/curl_library.hpp"

#include <array>
#include <string>

#include <dlfcn.h>

#include "core/hub/error.hpp"

namespace relievo::hub {
namespace {

// Version 4 is the only ABI that libcurl has had since 2006.
#if defined(__APPLE__)
constexpr std::array kNames{"libcurl.4.dylib", "/usr/lib/libcurl.4.dylib"};
#else
constexpr std::array kNames{"libcurl.so.4", "libcurl-gnutls.so.4"};
#endif

template <class Function>
void look_up(void* library, const char* name, Function& function) {
  function = reinterpret_cast<Function>(dlsym(library, name));
  if (function == nullptr)
    throw Error(ErrorKind::kSetup,
                std::string("libcurl has no '") + name + "'; version 7.88 or newer is needed");
}

CurlLibrary load() {
  void* library = nullptr;
  for (const auto* name : kNames) {
    library = dlopen(name, RTLD_NOW | RTLD_LOCAL);
    if (library != nullptr) break;
  }
  if (library == nullptr)
    throw Error(ErrorKind::kSetup, std::string("fetching needs libcurl, which cannot be loaded (") +
                                       kNames[0] + "); install it (Debian and Ubuntu: libcurl4)");
  CurlLibrary curl;
  look_up(library, "curl_global_init", curl.global_init);
  look_up(library, "curl_easy_init", curl.easy_init);
  look_up(library, "curl_easy_setopt", curl.easy_setopt);
  look_up(library, "curl_easy_perform", curl.easy_perform);
  look_up(library, "curl_easy_getinfo", curl.easy_getinfo);
  look_up(library, "curl_easy_cleanup", curl.easy_cleanup);
  look_up(library, "curl_easy_strerror", curl.easy_strerror);
  look_up(library, "curl_slist_append", curl.slist_append);
  look_up(library, "curl_slist_free_all", curl.slist_free_all);
  look_up(library, "curl_url", curl.url);
  look_up(library, "curl_url_set", curl.url_set);
  look_up(library, "curl_url_get", curl.url_get);
  look_up(library, "curl_url_cleanup", curl.url_cleanup);
  look_up(library, "curl_free", curl.free);
  look_up(library, "curl_getdate", curl.getdate);
  if (curl.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
    throw Error(ErrorKind::kSetup, "libcurl cannot be initialised");
  return curl;
}

}  // namespace

const CurlLibrary& curl_library() {
  static const CurlLibrary curl = load();
  return curl;
}

}  // namespace relievo::hub

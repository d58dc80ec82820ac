// libcurl, loaded when the first request is made. Linked, it and the thirty libraries behind it
// would cost every start of the program three times what the start itself takes, though few runs
// fetch anything.
#pragma once

#include <curl/curl.h>

namespace relievo::hub {

// The functions that are used, under their own names without "curl_".
struct CurlLibrary {
  decltype(&::curl_global_init) global_init = nullptr;
  decltype(&::curl_easy_init) easy_init = nullptr;
  decltype(&::curl_easy_setopt) easy_setopt = nullptr;
  decltype(&::curl_easy_perform) easy_perform = nullptr;
  decltype(&::curl_easy_getinfo) easy_getinfo = nullptr;
  decltype(&::curl_easy_cleanup) easy_cleanup = nullptr;
  decltype(&::curl_easy_strerror) easy_strerror = nullptr;
  decltype(&::curl_slist_append) slist_append = nullptr;
  decltype(&::curl_slist_free_all) slist_free_all = nullptr;
  decltype(&::curl_url) url = nullptr;
  decltype(&::curl_url_set) url_set = nullptr;
  decltype(&::curl_url_get) url_get = nullptr;
  decltype(&::curl_url_cleanup) url_cleanup = nullptr;
  decltype(&::curl_free) free = nullptr;
  decltype(&::curl_getdate) getdate = nullptr;
};

// [any] Loads and initialises it once; it is never unloaded. Throws Error(kSetup) if it is not
// there.
[[nodiscard]] const CurlLibrary& curl_library();

}  // namespace relievo::hub

// Parts of URLs, by libcurl's own parser, so that what is checked is what is connected to.
#pragma once

#include <string>

namespace relievo::hub {

// "https://host:444": scheme, host in lower case, and the port if it is not the scheme's own.
// Throws Error(kServer) for what is no http or https URL.
[[nodiscard]] std::string origin_of(const std::string& url);

// Where a Location header of a response to base leads. Throws Error(kServer) if that is no http or
// https URL, or if it leads from https to http.
[[nodiscard]] std::string redirected(const std::string& base, const std::string& location);

// Without the query, which holds signatures: for messages.
[[nodiscard]] std::string without_query(const std::string& url);

}  // namespace relievo::hub

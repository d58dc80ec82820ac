#include "core/bench/page.hpp"

#include <stdexcept>
#include <string_view>

#include <nlohmann/json.hpp>

#include "core/bench/page_template.hpp"

namespace relievo::bench {
namespace {

// Stands once in bench/page/page.html, inside a script element that holds data.
constexpr std::string_view kSlot = "@REPORT@";

// JSON that may stand in a script element: HTML looks there for "</script" and "<!--" only, and
// both begin with a character that JSON can spell otherwise.
std::string json_in_html(const nlohmann::json& report) {
  const auto plain = report.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  std::string text;
  text.reserve(plain.size() + plain.size() / 16);
  for (const char c : plain) {
    if (c == '<')
      text += "\\u003c";
    else if (c == '>')
      text += "\\u003e";
    else if (c == '&')
      text += "\\u0026";
    else
      text += c;
  }
  return text;
}

}  // namespace

std::string page_of(const nlohmann::json& report) {
  if (!report.is_object())
    throw std::invalid_argument(std::string("the benchmark's report is ") + report.type_name() +
                                ", not an object; give what report.json holds");
  std::string page(page_template());
  const auto slot = page.find(kSlot);
  if (slot == std::string::npos)
    throw std::logic_error("bench/page/page.html has no " + std::string(kSlot));
  return page.replace(slot, kSlot.size(), json_in_html(report));
}

}  // namespace relievo::bench

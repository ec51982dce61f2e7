#include "authoring/page.h"

#include <utf8proc.h>

namespace nearer::authoring {
namespace {

constexpr std::string_view kStyle = R"css(
:root{color-scheme:light dark;--text:#1d2329;--soft:#59636e;--page:#fbfaf8;--card:#fff;--line:#d9d6d0;--mark:#0f6b5c;--warn:#a3341f}
@media(prefers-color-scheme:dark){:root{--text:#e6e4df;--soft:#a3a8ad;--page:#16191c;--card:#1f2327;--line:#3a4046;--mark:#6cc9b6;--warn:#f0917c}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:60rem;padding:1rem;font:1rem/1.5 system-ui,sans-serif;color:var(--text);background:var(--page);overflow-wrap:anywhere}
h1{font-size:1.4rem;margin:.5rem 0}
p{margin:.5rem 0}
.soft{color:var(--soft)}
.card{background:var(--card);border:1px solid var(--line);border-radius:.5rem;padding:.6rem .9rem;margin:.6rem 0;break-inside:avoid}
summary{cursor:pointer}
:focus-visible{outline:3px solid var(--mark);outline-offset:2px}
)css";

}  // namespace

std::string Escaped(std::string_view text) {
  std::string html;
  while (!text.empty()) {
    utf8proc_int32_t c = 0;
    const auto taken =
        utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                         static_cast<utf8proc_ssize_t>(text.size()), &c);
    const std::size_t size =
        taken > 0 ? static_cast<std::size_t>(taken) : std::size_t{1};
    const bool control =
        (c < 0x20 && c != '\n' && c != '\t') || (c >= 0x7f && c < 0xa0);
    if (taken <= 0 || control) {
      html += "\xEF\xBF\xBD";
    } else if (c == '&') {
      html += "&amp;";
    } else if (c == '<') {
      html += "&lt;";
    } else if (c == '>') {
      html += "&gt;";
    } else if (c == '"') {
      html += "&quot;";
    } else if (c == '\'') {
      html += "&#39;";
    } else {
      html += text.substr(0, size);
    }
    text.remove_prefix(size);
  }
  return html;
}

std::string Page(std::string_view title, std::string_view body,
                 std::string_view style, std::string_view script) {
  std::string html =
      "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
      "\n<meta name=\"referrer\" content=\"no-referrer\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src "
      "'none'; style-src 'unsafe-inline'";
  if (!script.empty()) html += "; script-src 'unsafe-inline'";
  html.append("\">\n<title>").append(Escaped(title)).append("</title>\n");
  html.append("<style>").append(kStyle).append(style).append("</style>\n");
  html.append("<body>\n<main>\n<h1>").append(Escaped(title));
  html.append("</h1>\n").append(body).append("</main>\n");
  if (!script.empty())
    html.append("<script>").append(script).append("</script>\n");
  return html;
}

}  // namespace nearer::authoring

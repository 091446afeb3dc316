// Input: a robots.txt.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "khien/crawl/robots.hpp"

using namespace khien::crawl;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const Robots robots = Robots::parse(text);
  if (robots.sitemaps().size() > Robots::kMaxSitemaps) std::abort();
  if (robots.delay() < khien::Duration{} || robots.delay() > khien::minutes(1)) std::abort();

  // What comes last and forbids everything for us alone, does; and a longer rule that
  // allows one place opens that place and no other.
  std::string closed(text.substr(0, Robots::kMaxBytes - 200));
  std::size_t rules = 0;
  for (const char c : closed) rules += c == '\n' || c == '\r' ? 1 : 0;
  if (rules + 4 > Robots::kMaxRules) return 0;
  closed += "\nsitemap: x\nuser-agent: none\ndisallow: /\nuser-agent: khien\ndisallow: /closed-for-this-test\nallow: /closed-for-this-test/open\n";
  const Robots ours = Robots::parse(closed);
  if (text.find("losed-for") == text.npos && text.find('*') == text.npos) {
    if (ours.allows("/closed-for-this-test/x") || !ours.allows("/closed-for-this-test/open/y")) {
      // Only a longer rule of the input's own may say otherwise.
      if (text.find("/closed") == text.npos) std::abort();
    }
  }
  return 0;
}

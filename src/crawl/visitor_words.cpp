#include "khien/crawl/fetcher.hpp"

#include "khien/core/assert.hpp"

namespace khien::crawl {
namespace {

constexpr const char* kDesktop =
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36";
constexpr const char* kMobile =
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36";
constexpr const char* kGooglebot = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)";
constexpr const char* kGoogle = "https://www.google.com/";

}  // namespace

VisitorWords words_of(Visitor visitor) {
  switch (visitor) {
    case Visitor::desktop:
    case Visitor::rendered:
      return {kDesktop, ""};
    case Visitor::desktop_google:
      return {kDesktop, kGoogle};
    case Visitor::googlebot:
      return {kGooglebot, ""};
    case Visitor::mobile_google:
      return {kMobile, kGoogle};
  }
  khien_assert(false);
}

}  // namespace khien::crawl

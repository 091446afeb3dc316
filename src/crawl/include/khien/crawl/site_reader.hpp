#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/result.hpp"
#include "khien/crawl/robots.hpp"
#include "khien/crawl/sitemap.hpp"
#include "khien/model/page_view.hpp"

namespace khien::crawl {

// A form that searches: its action and the name of its field, as they stand there.
struct SearchForm {
  std::string action;
  std::string field;

  bool operator==(const SearchForm&) const = default;
};

// What a page says about where to go on. References as they stand in it; nothing
// here was checked.
struct PageReading {
  std::string next;  // meta refresh or a simple script; empty: it stays
  RedirectStep::How how = RedirectStep::How::refresh;
  std::vector<std::string> links;
  std::vector<SearchForm> searches;
  bool whole = true;  // false: a limit of the reader's was reached
};

// Reads what sites send. The port behind which hostile bytes are parsed: in
// production in khien-worker, never in the process that has the network.
//
// An error costs this answer's links only.
class SiteReader {
 public:
  virtual ~SiteReader() = default;

  virtual Result<PageReading> page(const PageView& view) = 0;
  virtual Result<Robots> robots(std::string_view body) = 0;
  virtual Result<Sitemap> sitemap(std::string_view body) = 0;
};

}  // namespace khien::crawl

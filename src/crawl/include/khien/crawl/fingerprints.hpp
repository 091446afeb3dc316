#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "khien/core/budget.hpp"
#include "khien/core/result.hpp"
#include "khien/model/page_view.hpp"

namespace khien::crawl {

// A product that a page was made with.
struct SiteProduct {
  std::string name;     // "joomla"; of fingerprints.yaml
  std::string title;    // "Joomla!"
  std::string version;  // "3.10.12"; empty: not told
  std::string mark;     // what gave it away: "body: /media/jui/"
  std::string cpe;      // CPE 2.3 name of this version; empty: it has none, or the version is not told

  bool operator==(const SiteProduct&) const = default;
};

// How products give themselves away (content/crawl/fingerprints.yaml). Immutable; safe from
// many threads.
class Fingerprints {
 public:
  // Code::invalid names the line, also where an example in it is not told right: every
  // product has a page that must hit and one that must miss.
  static Result<Fingerprints> parse(std::string_view yaml, Budget& budget);

  // In the order of the file, each product once. Pure; a plain search, nothing is parsed.
  std::vector<SiteProduct> match(const PageView& view) const;
  std::size_t size() const { return products_.size(); }

 private:
  friend struct FingerprintReader;
  enum class Where : unsigned char { body, header, cookie, generator };
  struct Mark {
    Where where = Where::body;
    std::string name;   // of the header
    std::string holds;  // in small letters
  };
  struct Product {
    std::string name;
    std::string title;
    std::string cpe;             // "wordpress:wordpress"
    std::vector<Mark> marks;     // one is enough
    std::vector<Mark> versions;  // the number stands right behind
  };
  struct Prepared;
  static const std::string* text_of(const Mark& mark, const Prepared& page);
  static std::string version_in(const std::vector<Mark>& marks, const Prepared& page);

  std::vector<Product> products_;
};

}  // namespace khien::crawl

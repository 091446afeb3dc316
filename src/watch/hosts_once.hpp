#pragma once

#include <cstddef>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace khien::watch {

// Addresses of the web, the first of each host: whoever judges them looks at hosts alone, so that
// any number of addresses of one host hides no other. What is no address of the web is left out.
class HostsOnce {
 public:
  // More than any page has that means well; the rest is not kept, and is_cut() says so.
  static constexpr std::size_t kMost = 10'000;
  // `kept`: borrowed.
  explicit HostsOnce(std::vector<std::string>& kept) : kept_(kept) {}

  // As it is written in a page: "//host/path" is one, and what stands on the page's own host is kept once.
  void add(std::string address);
  // As a script names it: see named_address().
  void add_named(std::string address);
  bool is_cut() const { return cut_; }

 private:
  void add(std::string key, std::string address);

  std::vector<std::string>& kept_;
  std::set<std::string, std::less<>> hosts_;
  bool cut_ = false;
};

}  // namespace khien::watch

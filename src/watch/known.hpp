#pragma once

#include <algorithm>
#include <string_view>

#include "khien/watch/judge.hpp"

namespace khien::watch {

// What was there before: on this page, and anywhere on its site. What another page of the site
// has is no news on this one.
class Known {
 public:
  // Both may be null; they outlive this.
  Known(const Baseline* page, const SiteMemory* site)
      : page_(page),
        approved_(site != nullptr ? site->baseline : nullptr),
        site_(approved_ != nullptr && approved_->looks() >= kPagesToKnowASite ? site : nullptr) {}

  bool anything() const { return page_ != nullptr || site_ != nullptr; }
  bool of_page() const { return page_ != nullptr; }
  bool link(std::string_view url, std::string_view text) const {
    return any([&](const Baseline& one) { return one.knows_link(url, text); });
  }
  bool domain(std::string_view registered) const {
    return any([&](const Baseline& one) { return one.knows_domain(registered); });
  }
  bool approves_link(std::string_view url, std::string_view text) const {
    return (page_ != nullptr && page_->approves_link(url, text)) || (approved_ != nullptr && approved_->approves_link(url, text));
  }
  bool approves_block(const Block& block) const {
    return (page_ != nullptr && page_->approves_block(block)) || (approved_ != nullptr && approved_->approves_block(block));
  }
  // Many pages lead there at once, and none did before.
  bool spreads(std::string_view registered) const {
    return site_ != nullptr && std::ranges::binary_search(site_->spreading, key_of_domain(registered));
  }
  // How alike the page's build is to what was there; 1 where nothing is known.
  double likeness(const Page& page) const {
    double most = anything() ? 0 : 1;
    if (page_ != nullptr) most = page_->empty() ? 1 : page_->likeness(page);
    if (site_ != nullptr) most = std::max(most, site_->baseline->likeness(page));
    return most;
  }

 private:
  template <class Has>
  bool any(Has has) const {
    return (page_ != nullptr && has(*page_)) || (site_ != nullptr && has(*site_->baseline));
  }

  const Baseline* page_;
  const Baseline* approved_;  // a person's word counts from the first page on
  const SiteMemory* site_;
};

}  // namespace khien::watch

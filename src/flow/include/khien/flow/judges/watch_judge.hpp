#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "khien/flow/judge.hpp"
#include "khien/model/page_seen.hpp"

namespace khien::flow {

// Pages of sites: what the judge of pages said of one, in the worker, becomes a
// claim: "watch:compromised", subject the page's address. A page that is clean is
// gone; one that was not seen well enough (unknown, or a view that is not whole)
// mends nothing.
std::shared_ptr<const Judge> make_watch_judge();

// "watch:compromised"; the page's class of such a rule, none for another.
std::string watch_rule(PageClass page_class);
std::optional<PageClass> class_of_watch_rule(std::string_view rule);

}  // namespace khien::flow

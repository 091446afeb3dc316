#pragma once

#include "khien/model/page_seen.hpp"
#include "khien/scan/rules.hpp"

namespace khien::api {

// What people are told about a page of this class: its name, what happened, what to do.
scan::RuleText words_for_page(PageClass page_class);

}  // namespace khien::api

#include "rule_words.hpp"

#include "khien/core/text.hpp"
#include "khien/flow/judges/watch_judge.hpp"
#include "dto_advisory.hpp"
#include "page_words.hpp"

namespace khien::api {
namespace {

constexpr std::size_t kMostIdBytes = 80;

// A check that is in content no more: its findings are withdrawn, but not forgotten.
scan::RuleText of_withdrawn(std::string_view rule) {
  const std::string id = printable(truncate(rule, kMostIdBytes));
  return {{"Mục kiểm tra cấu hình " + id, "Configuration check " + id},
          {"Mục kiểm tra này không còn trong bộ kiểm tra đang dùng.", "This check is no longer among those in use."},
          {{"Không cần làm gì thêm.", "Nothing more is to be done."}}};
}

}  // namespace

const check::Check* check_behind(const ApiOptions& options, std::string_view rule) {
  return options.checks == nullptr ? nullptr : options.checks->find(rule);
}

scan::RuleText words_for(const ApiOptions& options, std::string_view rule) {
  if (const auto page_class = flow::class_of_watch_rule(rule)) return words_for_page(*page_class);
  if (const auto name = flow::name_of_advisory_rule(rule)) {
    const auto book = options.advisories ? options.advisories->book() : nullptr;
    const auto known = book ? book->book.find(*name) : std::nullopt;
    return words_for_advisory(*name, known ? known->title : "");
  }
  if (!rule.starts_with(check::kRulePrefix)) return scan::text_for(options.packs, rule);
  const auto* found = check_behind(options, rule);
  if (found == nullptr) return of_withdrawn(rule.substr(check::kRulePrefix.size()));
  return {found->title, found->why, found->steps};
}

}  // namespace khien::api

#include "words.hpp"

#include <algorithm>
#include <utility>

#include "khien/core/text.hpp"

namespace khien::notice {
namespace {

constexpr std::size_t kMostName = 120;  // bytes, of whole code points

std::string one_line(std::string_view text) {
  const std::string valid = to_valid_utf8(text);
  std::string name(truncate(valid, kMostName));
  std::ranges::replace_if(name, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }, ' ');
  return name;
}

// Once, from left to right: what is filled in is not looked at again.
std::string filled(std::string_view pattern, std::string_view name, std::string_view value) {
  const std::string mark = "{" + std::string(name) + "}";
  std::string out;
  for (;;) {
    const auto found = pattern.find(mark);
    out += pattern.substr(0, found);
    if (found == pattern.npos) return out;
    out += value;
    pattern.remove_prefix(found + mark.size());
  }
}

}  // namespace

LocalText title_of(const Rules& rules, const Said& said) {
  const Rule* rule = rules.rule(said.kind);
  if (rule == nullptr) return {"Thông báo", "A message"};
  const LocalText& words = said.count == 1 ? rule->words.one : rule->words.many;
  const std::string units = std::to_string(said.units), count = std::to_string(said.count), name = one_line(said.unit_name);
  const bool single = said.units == 1;
  LocalText title{filled(filled(words.vi, "count", count), "place", single ? name : units + " cơ quan"),
                  filled(filled(words.en, "count", count), "place", single ? name : units + " bodies")};
  if (said.level == 0) return title;
  return {filled(rules.unanswered().vi, "title", title.vi), filled(rules.unanswered().en, "title", title.en)};
}

std::string path_of(const Said& said) {
  const std::string id = std::to_string(said.link);
  const std::string unit = said.units == 1 ? "?unit=" + std::to_string(said.unit.value) : "";
  switch (said.kind) {
    case CauseKind::malware: return said.link != 0 ? "/phat-hien?id=" + id : "/phat-hien" + unit;
    case CauseKind::site_case:
    case CauseKind::site_returned: return said.link != 0 ? "/website/vu-viec/" + id : "/website" + unit;
    case CauseKind::advisory:
    case CauseKind::advisory_soon:
    case CauseKind::advisory_overdue: return said.link != 0 ? "/canh-bao/" + id : "/canh-bao" + unit;
    case CauseKind::duty_soon:
    case CauseKind::duty_overdue: return said.units == 1 ? "/hom-nay" + unit : "/nghia-vu?overdue=true";
    case CauseKind::incident_opened:
    case CauseKind::incident_task:
    case CauseKind::incident_soon:
    case CauseKind::incident_late:
    case CauseKind::incident_unmet: return said.link != 0 ? "/su-co/" + id : "/su-co" + unit;
    case CauseKind::botnet_case: return said.link != 0 ? "/botnet/" + id : "/botnet" + unit;
    case CauseKind::request:
    case CauseKind::request_reminder: return said.link != 0 ? "/yeu-cau/" + id : "/yeu-cau" + unit;
    case CauseKind::help_asked:
    case CauseKind::help_answered: return said.link != 0 ? "/ho-tro/" + id : "/ho-tro";
    case CauseKind::duty_call:
    case CauseKind::roster_gap: return "/lich-truc" + unit;
    case CauseKind::test: break;
  }
  return "/thong-bao";
}

}  // namespace khien::notice

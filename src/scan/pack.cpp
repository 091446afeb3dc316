#include <algorithm>
#include <utility>

#include "khien/core/json.hpp"
#include "khien/core/text.hpp"
#include "khien/scan/rules.hpp"

namespace khien::scan {
namespace {

constexpr std::size_t kMaxNameBytes = 64;
constexpr std::size_t kMaxTextBytes = 2'000;
constexpr std::size_t kMaxSteps = 10;

// Names travel in findings, file names and log lines: no surprises in them.
bool is_plain_name(std::string_view name) {
  constexpr std::string_view kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";
  return !name.empty() && name.size() <= kMaxNameBytes && name.find_first_not_of(kPlain) == name.npos;
}

Result<std::string> plain_name_at(Json json, std::string_view field) {
  TRY(const std::string_view name, json.string_at(field));
  if (is_plain_name(name)) return std::string(name);
  return Error(Code::invalid, std::string(field) + ": 1 to 64 of a-z, A-Z, 0-9, '_', '.', '-' wanted");
}

Result<std::string> sentence_at(Json json, std::string_view field) {
  TRY(const std::string_view text, json.string_at(field));
  if (text.empty()) return Error(Code::invalid, std::string(field) + ": empty");
  if (text.size() > kMaxTextBytes) return Error(Code::exhausted, std::string(field) + ": over 2000 bytes");
  return nfc(text);
}

Result<LocalText> local_text(Json json) {
  LocalText text;
  TRY(text.vi, sentence_at(json, "vi"));
  TRY(text.en, sentence_at(json, "en"));
  return text;
}

Result<LocalText> local_text_at(Json json, std::string_view field) {
  TRY(const Json value, json.field(field));
  auto text = local_text(value);
  if (!text) return std::move(text).error().within(field);
  return text;
}

Result<RuleText> rule_text(Json json) {
  RuleText text;
  TRY(text.title, local_text_at(json, "title"));
  TRY(text.what_happened, local_text_at(json, "what_happened"));
  TRY(const Json steps, json.field("what_to_do"));
  if (!steps.is_array() || steps.size() == 0 || steps.size() > kMaxSteps) {
    return Error(Code::invalid, "what_to_do: a list of 1 to 10 steps wanted");
  }
  TRY_VOID(steps.each([&](Json step) -> Result<void> {
    TRY(LocalText words, local_text(step));
    text.what_to_do.push_back(std::move(words));
    return {};
  }));
  return text;
}

Result<void> read_texts(Json json, RulePack& pack, Budget& budget) {
  TRY(const Json texts, json.field("texts"));
  if (!texts.is_object()) return Error(Code::invalid, "texts: an object wanted");
  return texts.each_field([&](std::string_view rule, Json value) -> Result<void> {
    TRY_VOID(budget.take_entries());
    if (!is_plain_name(rule)) return Error(Code::invalid, "texts: a rule's name is not plain");
    auto text = rule_text(value);
    if (!text) return std::move(text).error().within("texts: " + std::string(rule));
    pack.texts.insert_or_assign(std::string(rule), std::move(text).value());
    return {};
  });
}

Result<void> read_description(std::string_view pack_json, RulePack& pack, Budget& budget) {
  JsonDocument document;
  TRY(const Json json, document.parse(pack_json, budget));
  TRY(pack.name, plain_name_at(json, "name"));
  TRY(pack.version, plain_name_at(json, "version"));
  return read_texts(json, pack, budget);
}

}  // namespace

Result<RulePack> parse_pack(std::string_view pack_json, std::string_view yara_source, std::string_view iocs,
                            Budget& budget) {
  RulePack pack;
  if (auto read = read_description(pack_json, pack, budget); !read) {
    return std::move(read).error().within("pack.json");
  }
  TRY_VOID(budget.take_in(yara_source.size()));
  // libyara would stop at a zero and leave out what follows without a word.
  if (yara_source.find('\0') != yara_source.npos) {
    return Error(Code::invalid, "pack '" + pack.name + "': a zero byte in the rules");
  }
  pack.yara_source = std::string(yara_source);
  auto set = IocSet::parse(iocs, budget);
  if (!set) return std::move(set).error().within("pack '" + pack.name + "': iocs.txt");
  pack.iocs = std::move(set).value();
  return pack;
}

}  // namespace khien::scan

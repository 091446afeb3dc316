#include <algorithm>

#include "commands/advisory_match.hpp"
#include "feed_reading.hpp"
#include "khien/core/text.hpp"

namespace khien::hub {
namespace {

constexpr std::size_t kMostLetterBytes = 10u << 20;

LocalText words_of(feed::Confidence confidence) {
  switch (confidence) {
    case feed::Confidence::certain: return {"chắc chắn", "certain"};
    case feed::Confidence::likely: return {"có thể", "likely"};
    case feed::Confidence::choice: break;
  }
  return {"cần chọn", "to be chosen"};
}

template <class Value, class Text>
void tell(std::string& text, const LocalText& name, const std::vector<feed::Found<Value>>& all, Language language, Text as_text_of) {
  for (const auto& one : all) {
    text += pick(name, language) + "\t" + printable(as_text_of(one.value)) + "\t" + pick(words_of(one.confidence), language) + "\t" +
            std::to_string(one.at.begin) + "-" + std::to_string(one.at.end) + "\n";
  }
}

std::string words_of(const feed::LetterProduct& product) {
  std::string text = product.name;
  for (const auto& range : product.affected) {
    text += " [" + range.introduced + " … " + (range.fixed.empty() ? range.last_affected + "]" : range.fixed + ")");
  }
  return product.fixed.empty() ? text : text + " → " + product.fixed;
}

std::string words_of(const feed::LetterDeadline& deadline, Language language) {
  std::string text = deadline.day ? to_string(*deadline.day) : "";
  if (deadline.days) text += (text.empty() ? "" : " ") + std::to_string(*deadline.days) + pick(deadline.working_days ? LocalText{" ngày làm việc", " working days"} : LocalText{" ngày", " days"}, language);
  return deadline.is_report ? text + pick({" (báo cáo)", " (report)"}, language) : text;
}

std::string text_of(const feed::LetterFacts& facts, Language language) {
  const auto as_is = [](const std::string& value) { return value; };
  std::string text;
  tell(text, {"số", "number"}, facts.numbers, language, as_is);
  tell(text, {"ngày", "date"}, facts.dates, language, [](Date day) { return to_string(day); });
  tell(text, {"cơ quan", "issuer"}, facts.issuers, language, as_is);
  tell(text, {"về việc", "subject"}, facts.subjects, language, as_is);
  tell(text, {"mã", "id"}, facts.cves, language, as_is);
  tell(text, {"sản phẩm", "product"}, facts.products, language, [](const feed::LetterProduct& product) { return words_of(product); });
  tell(text, {"thời hạn", "deadline"}, facts.deadlines, language, [&](const feed::LetterDeadline& deadline) { return words_of(deadline, language); });
  tell(text, {"mức độ", "severity"}, facts.severities, language, [](Severity severity) { return std::string(to_string(severity)); });
  tell(text, {"CVSS", "CVSS"}, facts.scores, language, [](double score) { return std::to_string(score).substr(0, 4); });
  tell(text, {"liên kết", "reference"}, facts.references, language, as_is);
  return text;
}

}  // namespace

int read_letter_file(const Arguments& arguments, Console& console) {
  if (arguments.positional().size() != 2) return console.misuse({"cần đúng một tệp", "exactly one file is needed"});
  const auto bytes = system_files().read(arguments.positional()[1], kMostLetterBytes);
  if (!bytes) return console.unreadable(bytes.error());
  if (bytes->empty()) return console.unreadable(Error(Code::invalid, arguments.positional()[1] + ": the file is empty"));
  const auto facts = read_letter_in_worker(as_bytes(*bytes));
  if (!facts) return console.unreadable(facts.error());
  const std::string told = arguments.has("json") ? to_json(*facts) + "\n" : text_of(*facts, console.language());
  if (told.empty()) console.say({"Không thấy số, ngày, mã lỗ hổng hay sản phẩm nào trong tệp này.", "No number, date, vulnerability or product is found in this file."});
  console.out(told);
  return 0;
}

}  // namespace khien::hub

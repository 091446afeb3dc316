#include "commands/site_judge.hpp"

#include <algorithm>
#include <utility>

#include "commands/site_cases.hpp"
#include "commands/site_figures.hpp"
#include "judge_pages.hpp"
#include "khien/core/text.hpp"
#include "khien/hub/installation.hpp"

namespace khien::hub {
namespace {

constexpr std::size_t kRowsAtOnce = 200;

Result<PageJudge> page_judge(const Arguments& arguments) {
  TRY(const auto installation, find_installation());
  TRY(const auto content, find_content());
  TRY(auto rules, read_web_rules(arguments.value_or("content", content)));
  return PageJudge::create(std::move(rules), installation.worker);
}

LocalText words_of(PageClass judged) {
  using enum PageClass;
  switch (judged) {
    case clean: return {"sạch", "clean"};
    case legitimate_mention: return {"có nhắc đến, hợp lệ", "a legitimate mention"};
    case compromised: return {"bị cài nội dung", "compromised"};
    case reflected: return {"trang tìm kiếm lặp lại từ khóa", "reflected search"};
    case user_content: return {"nội dung do người dùng đăng", "user content"};
    case dead_link: return {"liên kết cũ, tên miền đã đổi chủ", "dead link"};
    case defaced: return {"bị thay đổi giao diện", "defaced"};
    case redirected: return {"bị chuyển hướng", "redirected"};
    case cloaked: return {"chỉ hiện với máy tìm kiếm", "cloaked"};
    case unknown: return {"chưa xác định", "unknown"};
  }
  return {"chưa xác định", "unknown"};
}

void show(const watch::Case& one, const watch::Judgement& judgement, bool json, Console& console) {
  if (json) {
    console.out(to_json(judgement, to_valid_utf8(one.id)) + "\n");
    return;
  }
  std::string text = std::string(to_string(judgement.judged)) + "\t" + std::to_string(judgement.score) + "\t" + printable(one.id) + "\t" +
                     pick(words_of(judgement.judged), console.language()) + "\n";
  for (const watch::Reason& reason : judgement.reasons) {
    text += "  " + std::to_string(reason.weight) + "\t" + printable(reason.name) + "\t" + printable(reason.where) + "\n";
  }
  for (const watch::BadLink& link : judgement.links) {
    text += "  →\t" + printable(link.url) + "\t" + printable(link.text) + "\t@" + std::to_string(link.offset) + "\t" + printable(link.why) + "\n";
  }
  console.out(text);
}

// The worst of what was seen: 0 nothing, 1 found, 2 not read.
struct Outcome {
  bool found = false, unread = false;
  int code() const { return found ? 1 : unread ? 2 : 0; }
  void take(const watch::Judgement& judgement) {
    found = found || is_harmful(judgement.judged);
    unread = unread || judgement.judged == PageClass::unknown;
  }
};

int judge_batch(const Arguments& arguments, const PageJudge& judge, Console& console) {
  const auto rows = read_page_index(*arguments.value("batch"));
  if (!rows) return console.unreadable(rows.error());
  Outcome outcome;
  JudgeFigures figures;
  PageSitting sitting(judge);
  for (std::size_t from = 0; from < rows->size(); from += kRowsAtOnce) {
    std::vector<watch::Case> cases;
    std::vector<std::string> labels;
    for (std::size_t i = from; i < std::min(rows->size(), from + kRowsAtOnce); ++i) {
      auto one = case_of_row((*rows)[i]);
      if (!one) {
        console.unreadable(one.error());
        outcome.unread = true;
        continue;
      }
      cases.push_back(std::move(one).value());
      labels.push_back((*rows)[i].label);
    }
    std::size_t next = 0;
    sitting.judge(std::move(cases), [&](const watch::Case& one, const watch::Answer& answer) {
      show(one, answer.judgement, true, console);
      outcome.take(answer.judgement);
      const std::string& label = labels[next++];
      if (!label.empty()) figures.add(label, answer.judgement.judged);
    });
  }
  if (arguments.has("labels")) {
    for (const LocalText& line : figures.lines()) console.warn(line);
  }
  return outcome.code();
}

int judge_one(const Arguments& arguments, const PageJudge& judge, Console& console) {
  auto one = case_of_arguments(arguments);
  if (!one) return one.error().code() == Code::invalid ? misunderstood(one.error(), console) : console.unreadable(one.error());
  one->id = arguments.value_or("url", "");
  Outcome outcome;
  std::vector<watch::Case> cases;
  cases.push_back(std::move(one).value());
  PageSitting(judge).judge(std::move(cases), [&](const watch::Case& judged, const watch::Answer& answer) {
    show(judged, answer.judgement, arguments.has("json"), console);
    outcome.take(answer.judgement);
  });
  return outcome.code();
}

}  // namespace

int judge_pages(const Arguments& arguments, Console& console) {
  if (arguments.positional() != std::vector<std::string>{"judge"}) return console.misuse({"cần judge", "judge is needed"});
  const bool batch = arguments.has("batch");
  if (batch == arguments.has("view")) return console.misuse({"cần --view hoặc --batch", "either --view or --batch is needed"});
  const auto judge = page_judge(arguments);
  if (!judge) return console.unreadable(judge.error());
  return batch ? judge_batch(arguments, *judge, console) : judge_one(arguments, *judge, console);
}

std::vector<OptionSpec> page_judge_options() {
  return {{"view", "VISITOR=FILE", {"trang mà một loại khách nhận được; có thể lặp lại", "what one kind of visitor got; may stand several times"}},
          {"baseline", "FILE", {"trang khi còn đúng", "the page when it was right"}},
          {"url", "URL", {"địa chỉ của trang", "the page's address"}},
          {"batch", "INDEX", {"danh sách trang, mỗi dòng một JSON", "a list of pages, JSON a line"}},
          {"labels", "", {"so với nhãn trong danh sách", "compare with the list's labels"}},
          {"content", "DIR", {"thư mục nội dung, thay cho nội dung đã cài", "content folder, instead of the installed one"}},
          {"json", "", {"in JSON", "print JSON"}}};
}

}  // namespace khien::hub

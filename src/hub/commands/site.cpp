#include <algorithm>
#include <iterator>
#include <utility>

#include "command.hpp"
#include "commands/site_cases.hpp"
#include "commands/site_figures.hpp"
#include "commands/site_watch.hpp"
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

LocalText words_of(watch::Class judged) {
  using enum watch::Class;
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
    if (judgement.judged == watch::Class::unknown) unread = true;
    else if (is_flagged(judgement.judged)) found = true;
  }
};

int judge_batch(const Arguments& arguments, const PageJudge& judge, Console& console) {
  const auto rows = read_page_index(*arguments.value("batch"));
  if (!rows) return console.unreadable(rows.error());
  Outcome outcome;
  JudgeFigures figures;
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
    judge.judge(std::move(cases), [&](const watch::Case& one, const watch::Judgement& judgement) {
      show(one, judgement, true, console);
      outcome.take(judgement);
      const std::string& label = labels[next++];
      if (!label.empty()) figures.add(label, judgement.judged);
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
  judge.judge(std::move(cases), [&](const watch::Case& judged, const watch::Judgement& judgement) {
    show(judged, judgement, arguments.has("json"), console);
    outcome.take(judgement);
  });
  return outcome.code();
}

int run(const Arguments& arguments, Console& console) {
  if (arguments.positional() != std::vector<std::string>{"judge"}) return console.misuse({"cần judge", "judge is needed"});
  const bool batch = arguments.has("batch");
  if (batch == arguments.has("view")) return console.misuse({"cần --view hoặc --batch", "either --view or --batch is needed"});
  const auto judge = page_judge(arguments);
  if (!judge) return console.unreadable(judge.error());
  return batch ? judge_batch(arguments, *judge, console) : judge_one(arguments, *judge, console);
}

}  // namespace

Command site_command() {
  return {.name = "site",
          .synopsis = "site list [--status S] [--words W] [--json] | site show ID [--json] | site recheck ID --as USER [--json] | site judge --view VISITOR=FILE… [--baseline FILE] [--url URL] [--json] | site judge --batch INDEX [--labels]",
          .summary = {"trang web đang theo dõi, và xét trang đã lưu", "websites under watch, and saved pages judged"},
          .details = {"list, show, recheck: trang web đang theo dõi. Trạng thái: ill (bị chèn nội dung), silent (không trả lời), watching (đã sạch, quét\n"
                      "hằng ngày), clean, not_yet (chưa quét). recheck yêu cầu quét ngay.\n"
                      "judge: đọc trang đã lưu trong tiến trình cách ly (khien-worker) và cho biết kết luận, điểm, lý do, từng liên kết xấu.\n"
                      "VISITOR: desktop, desktop-google, googlebot, mobile-google. --baseline: trang khi còn đúng, hoặc đường cơ sở đã lưu.\n"
                      "--batch: mỗi dòng một trang {\"id\",\"file\",\"url\",\"baseline\",\"label\",\"kind\"}; in mỗi trang một dòng JSON. --labels: in thêm\n"
                      "độ phủ và độ chính xác so với nhãn. Tệp văn bản thường cũng là trang.\n"
                      "Mã kết thúc: 0 không có gì, 1 có phát hiện, 2 có trang không đọc được hoặc lỗi.\n"
                      "Ví dụ: khien site judge --view desktop=a.html --view googlebot=b.html --url https://xa.gov.vn/ --json",
                      "list, show, recheck: websites under watch. Status: ill (altered), silent (no answer), watching (mended, looked at daily),\n"
                      "clean, not_yet (never looked at). recheck asks for a look at once.\n"
                      "judge: saved pages are read in a sandboxed process (khien-worker); told are the class, the score, the reasons, each bad link.\n"
                      "VISITOR: desktop, desktop-google, googlebot, mobile-google. --baseline: the page when it was right, or a saved baseline.\n"
                      "--batch: a line a page {\"id\",\"file\",\"url\",\"baseline\",\"label\",\"kind\"}; printed is a JSON line a page. --labels: recall and\n"
                      "precision against the labels too. A plain text is a page as well.\n"
                      "Exit codes: 0 nothing, 1 found, 2 a page could not be read, or failed.\n"
                      "Example: khien site judge --view desktop=a.html --view googlebot=b.html --url https://xa.gov.vn/ --json"},
          .options = with_folder({{"view", "VISITOR=FILE", {"trang mà một loại khách nhận được; có thể lặp lại", "what one kind of visitor got; may stand several times"}},
                      {"baseline", "FILE", {"trang khi còn đúng", "the page when it was right"}},
                      {"url", "URL", {"địa chỉ của trang", "the page's address"}},
                      {"batch", "INDEX", {"danh sách trang, mỗi dòng một JSON", "a list of pages, JSON a line"}},
                      {"labels", "", {"so với nhãn trong danh sách", "compare with the list's labels"}},
                      {"content", "DIR", {"thư mục nội dung, thay cho nội dung đã cài", "content folder, instead of the installed one"}},
                      {"status", "S", {"chỉ trạng thái này", "only this status"}},
                      {"words", "W", {"chỉ trang có các từ này", "only sites that have these words"}},
                      {"as", "USER", {"theo lời của ai", "on whose word"}},
                      {"json", "", {"in JSON", "print JSON"}}}),
          .here = run,
          .office = run_watched_sites,
          .at_the_office = is_about_watched_sites};
}

}  // namespace khien::hub

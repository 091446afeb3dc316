#include "commands/law.hpp"

namespace khien::hub {
namespace {

int run(const Arguments& arguments, Console& console) {
  const auto& words = arguments.positional();
  if (!words.empty() && words[0] == "check") return check_law(arguments, console);
  if (words == std::vector<std::string>{"clauses"}) return list_clauses(arguments, console);
  if (words == std::vector<std::string>{"deadlines"}) return list_deadlines(arguments, console);
  return console.misuse({"cần check, clauses hoặc deadlines", "check, clauses or deadlines is needed"});
}

}  // namespace

Command law_command() {
  return {
      .name = "law",
      .synopsis =
          "law check [DIR] [--sources DIR] | law clauses [--json] | law deadlines [--from D --to D] [--json]",
      .summary = {"văn bản chỉ đạo, điều khoản, thời hạn", "directives, their clauses and deadlines"},
      .details = {"check: kiểm tra toàn bộ nội dung (không có DIR: nội dung đã cài). DIR là thư mục nội "
                  "dung, hoặc thư mục\n"
                  "chứa văn bản mới, khi đó chúng được kiểm tra cùng nội dung đã cài. --sources: mọi trích "
                  "dẫn phải có trong\n"
                  "tài liệu gốc; tài liệu được nhận ra theo nội dung, không theo tên tệp. Mã kết thúc: 0 "
                  "không lỗi, 1 có lỗi,\n"
                  "2 không đọc được.\n"
                  "clauses: mọi điều khoản, --json in mỗi điều khoản một dòng.\n"
                  "deadlines: nhiệm vụ đến hạn trong khoảng ngày (mặc định: từ hôm nay, 365 ngày). Hạn là "
                  "ngày cuối còn kịp.",
                  "check: checks all content (without DIR: what is installed). DIR is a content folder, or a "
                  "folder of new\n"
                  "directives, which are then checked together with what is installed. --sources: every "
                  "quote must stand in\n"
                  "its source document; documents are known by content, not by file name. Exit codes: 0 no "
                  "fault, 1 faults,\n"
                  "2 cannot be read.\n"
                  "clauses: every clause; --json prints one line each.\n"
                  "deadlines: duties due within the days (default: 365 days from today). Due is the last day "
                  "in time."},
      .options = {{"sources",
                   "DIR",
                   {"thư mục tài liệu gốc để đối chiếu trích dẫn",
                    "folder of source documents to find the quotes in"}},
                  {"from", "DATE", {"ngày đầu, NĂM-THÁNG-NGÀY", "first day, YYYY-MM-DD"}},
                  {"to", "DATE", {"ngày cuối", "last day"}},
                  {"json", "", {"in JSON, mỗi dòng một mục", "print JSON, one item a line"}}},
      .here = run};
}

}  // namespace khien::hub

#include "incident_clocks.hpp"
#include "incident_office.hpp"

#include "command.hpp"

namespace khien::hub {
namespace {

int run(const Arguments& arguments, Console& console) {
  const auto& words = arguments.positional();
  if (words.size() != 1 || words[0] != "clocks") {
    return console.misuse({"cần clocks, list, show SỐ, open, import TỆP, note SỐ hoặc close SỐ", "clocks, list, show ID, open, import FILE, note ID or close ID is needed"});
  }
  return incident_clocks(arguments, console);
}

}  // namespace

Command incident_command() {
  return {
      .name = "incident",
      .synopsis = "incident list [--late | --closed | --all] [--json] | incident show ID [--json] | "
                  "incident open --unit ID --title T --kind K --severity S --words W [--detected TIME] [--personal-data] --as USER [--json] | "
                  "incident import FILE --as USER [--json] | "
                  "incident note ID --words W --as USER [--json] | incident close ID --cause C [--lesson L] [--words W] --as USER [--json] | "
                  "incident clocks --detected TIME --severity S [--personal-data] [--json]",
      .summary = {"sự cố: danh sách, mở, ghi, đóng; phải báo ai, trước lúc nào", "incidents: list, open, note, close; by when whom one is reported to"},
      .details =
          {"list, show, open, note, close: sự cố tại trung tâm; nghi ngờ cũng mở được. Mọi dòng ghi vào đều giữ nguyên mãi mãi; sự cố đã "
           "đóng chỉ mở lại được trên giao diện. Đóng phải có nguyên nhân, còn báo cáo chưa gửi thì phải có --words nói vì sao.\n"
           "import: CSV hoặc XLSX, mỗi dòng một sự cố; cột: Đơn vị, Tên sự cố, Loại, Mức độ, Thời điểm phát hiện, Mô tả, và nếu có: Mã, Dữ liệu "
           "cá nhân. Có dòng sai thì không mở gì (mã kết thúc 1); nhập lại cùng tệp không mở thêm.\n"
           "KIND: malware, website, intrusion, data_breach, phishing, denial_of_service, other.\n"
           "clocks: thời hạn tính từ lúc phát hiện, theo quy định có hiệu lực ngày đó. Nơi luật không ghi thời hạn bằng số thì nói đúng như "
           "vậy.\nVí dụ: khien incident clocks --detected 2026-11-26T08:30:00+07:00 --severity high --personal-data",
           "list, show, open, note, close: incidents at the hub; a suspicion is enough to open one. What was written stays for ever; one "
           "that is closed is opened again in the interface only. Closing needs the cause, and --words why where a report was not sent.\n"
           "import: CSV or XLSX, a row each; columns: unit, title, kind, severity, detected at, description, and where there are: reference, "
           "personal data. With a wrong row nothing is opened (exit code 1); the same file again opens nothing again.\n"
           "KIND: malware, website, intrusion, data_breach, phishing, denial_of_service, other.\n"
           "clocks: they run from detection, by the rules in force on that day. Where the law names no number, it says so.\n"
           "Example: khien incident clocks --detected 2026-11-26T08:30:00+07:00 --severity high --personal-data"},
      .options = with_folder({{"detected", "TIME", {"lúc phát hiện, RFC 3339", "when it was detected, RFC 3339"}},
                  {"severity",
                   "S",
                   {"low, medium, high, critical: mức nội bộ của tỉnh; hoặc serious: nghiêm trọng theo lời luật",
                    "low, medium, high, critical: the province's own; or serious: in the law's words"}},
                  {"personal-data", "", {"có lộ, mất dữ liệu cá nhân", "personal data leaked or lost"}},
                  {"sensitive-data",
                   "",
                   {"trong đó có dữ liệu vị trí, sinh trắc học, tài chính", "among them location, biometric or financial data"}},
                  {"interrupted", "", {"hệ thống gián đoạn nghiêm trọng", "a serious interruption of the system"}},
                  {"national-security",
                   "",
                   {"có dấu hiệu xâm phạm an ninh quốc gia, trật tự", "signs of harm to national security or public order"}},
                  {"batch",
                   "FILE",
                   {"mỗi dòng TIME<TAB>S[<TAB>personal-data]; một dòng JSON cho mỗi dòng",
                    "lines TIME<TAB>S[<TAB>personal-data]; one line of JSON for each"}},
                  {"late", "", {"chỉ sự cố quá hạn báo cáo", "only those with a report overdue"}},
                  {"closed", "", {"chỉ sự cố đã đóng", "only closed ones"}},
                  {"all", "", {"mọi sự cố", "all"}},
                  {"unit", "ID", {"đơn vị xảy ra sự cố", "the unit concerned"}},
                  {"title", "T", {"tên sự cố", "its name"}},
                  {"kind", "K", {"loại sự cố", "what kind"}},
                  {"words", "W", {"nội dung ghi vào diễn biến", "what is written into the timeline"}},
                  {"cause", "C", {"nguyên nhân gốc", "the root cause"}},
                  {"lesson", "L", {"bài học", "what was learned"}},
                  {"as", "USER", {"theo lời của ai", "on whose word"}},
                  {"json", "", {"in JSON", "print JSON"}},
                  {.name = "content", .value = "BASE64", .help = {"nội dung tệp", "the file's content"}, .own = true}}),
      .here = run,
      .office = incident_office,
      .prepare = prepare_incident_import,
      .at_the_office = is_incident_office};
}

}  // namespace khien::hub

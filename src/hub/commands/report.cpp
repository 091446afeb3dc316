#include "commands/report.hpp"

#include <algorithm>
#include <charconv>

#include "khien/api/accounts.hpp"
#include "khien/core/json.hpp"
#include "khien/core/text.hpp"
#include "khien/duty/directives.hpp"
#include "khien/duty/refusal.hpp"
#include "khien/estate/units.hpp"
#include "khien/hub/installation.hpp"
#include "khien/hub/law_content.hpp"
#include "khien/reporting/gather.hpp"
#include "khien/reporting/reports.hpp"
#include "report_content.hpp"
#include "token_signing.hpp"

namespace khien::hub {
namespace {

LocalText words_of(reporting::ReportState state) {
  switch (state) {
    case reporting::ReportState::draft: return {"dự thảo", "draft"};
    case reporting::ReportState::frozen: return {"đã chốt", "frozen"};
    case reporting::ReportState::signed_: return {"đã ký số", "signed"};
    case reporting::ReportState::sent: return {"đã gửi", "sent"};
    case reporting::ReportState::received: break;
  }
  return {"đã có biên nhận", "received"};
}

std::string line_of(const reporting::Report& one) {
  JsonWriter json;
  json.begin_object().field("id", one.id.value).field("kind", one.kind).field("period", one.period).field("state", to_string(one.state));
  json.field("unit", one.unit.value).field("unit_name", one.unit_name).field("of_whole", one.of_whole).field("number", one.number_words());
  json.key("issued_on");
  one.issued_on ? json.string(to_string(*one.issued_on)) : json.null();
  json.field("cut_off", one.cut_off).field("digest", one.digest.hex()).end_object();
  return json.take() + "\n";
}

std::string text_of(const reporting::Report& one, Language language) {
  const std::string number = one.number ? printable(one.number_words()) : "-";
  const std::string unit = one.of_whole ? pick({"toàn địa bàn", "the whole"}, language) : printable(one.unit_name);
  return std::to_string(one.id.value) + "\t" + one.kind + "\t" + one.period + "\t" + pick(words_of(one.state), language) + "\t" + number + "\t" + unit + "\n";
}

int list(Office& office, const Arguments& arguments, Console& console) {
  if (arguments.positional().size() != 1) return console.misuse({"report list không có tham số", "report list takes no words"});
  std::string out;
  const auto done = office.hub.read([&](store::Connection& connection) -> Result<void> {
    TRY(const auto scope, api::owner_scope(connection, office.tenant));
    reporting::ReportQuery query;
    while (true) {
      TRY(const auto page, reporting::list_reports(connection, scope, query));
      for (const auto& one : page.items) out += arguments.has("json") ? line_of(one) : text_of(one, console.language());
      if (!page.next) return {};
      query.cursor = *page.next;
    }
  });
  if (!done) return console.fail(done.error());
  console.out(out);
  if (out.empty()) console.warn({"Chưa có văn bản nào.", "There is no document yet."});
  return 0;
}

Result<std::optional<UnitId>> unit_in(const Arguments& arguments) {
  const auto text = arguments.value("unit");
  if (!text) return std::optional<UnitId>();
  UnitId unit;
  const auto [end, problem] = std::from_chars(text->data(), text->data() + text->size(), unit.value);
  if (problem != std::errc() || end != text->data() + text->size() || unit.value < 1) return Error(Code::invalid, "--unit needs a unit's id");
  return std::optional(unit);
}

// The figures of a document as JSON; nothing is kept.
int count(Office& office, const Arguments& arguments, Console& console) {
  const auto& given = arguments.positional();
  const auto period = arguments.value("period");
  if (given.size() != 2 || !period) return console.misuse({"cần một LOẠI và --period KỲ", "a KIND and --period PERIOD are needed"});
  const auto unit = unit_in(arguments);
  if (!unit) return console.misuse({"--unit cần số hiệu đơn vị (xem: khien unit list)", "--unit needs a unit's id (see: khien unit list)"});
  const auto content = find_content();
  if (!content) return console.fail(content.error());
  const auto kinds = read_report_kinds(*content);
  if (!kinds) return console.fail(kinds.error());
  const auto now = office.env.clock.now();
  if (!office.law) {
    auto law = installed_catalogues();
    if (!law) return console.fail(law.error());
    office.law = *std::move(law);
    const auto adopted = office.hub.write([&](store::Connection& connection) -> Result<void> {
      TRY_VOID(duty::adopt_shipped(connection, *office.law, office.tenant, now));
      return {};
    });
    if (!adopted) return console.fail(adopted.error());
  }
  std::string json;
  const auto done = office.hub.read([&](store::Connection& connection) -> Result<void> {
    TRY(const auto scope, api::owner_scope(connection, office.tenant));
    TRY(const auto law, office.law->of(connection, office.tenant));
    TRY(const auto counting, reporting::count_report(connection, scope, **kinds, law, {given[1], *period, *unit}, now));
    json = report::to_json(counting.snapshot);
    return {};
  });
  if (!done) {
    if (const auto refusal = duty::refusal_of(done.error())) return console.fail(refusal->message);
    return console.fail(done.error());
  }
  console.out(json + "\n");
  return 0;
}

bool is_at_the_office(const Arguments& arguments) {
  return !arguments.positional().empty() && (arguments.positional()[0] == "list" || arguments.positional()[0] == "count");
}

int run_office(Office& office, const Arguments& arguments, Console& console) {
  return arguments.positional()[0] == "list" ? list(office, arguments, console) : count(office, arguments, console);
}

int run_here(const Arguments& arguments, Console& console) {
  const std::string verb = arguments.positional().empty() ? "" : arguments.positional()[0];
  if (verb == "make") return make_report(arguments, console);
  if (verb == "sign") return sign_report(arguments, console);
  return console.misuse({"cần list, make LOẠI, count LOẠI hoặc sign TỆP", "list, make KIND, count KIND or sign FILE is needed"});
}

}  // namespace

std::optional<std::string> output_of(const Arguments& arguments, std::vector<std::string>& given) {
  const auto flag = std::ranges::find(given, "-o");
  if (flag == given.end()) return arguments.value("output");
  if (flag + 1 == given.end()) return std::nullopt;
  const std::string file = *(flag + 1);
  given.erase(flag, flag + 2);
  return file;
}

Command report_command() {
  return {.name = "report",
          .synopsis = "report list [--json] | report make KIND --period PERIOD [--unit ID] [--from SNAPSHOT.json] --format docx|pdf|xlsx|json -o FILE | "
                      "report count KIND --period PERIOD [--unit ID] | report sign FILE [--module PATH --token LABEL --key LABEL] [--without-time-stamp] -o FILE",
          .summary = {"văn bản báo cáo: danh sách, lập, ký số", "documents: list, make, sign"},
          .details = {"make đếm số liệu của kỳ tại trung tâm rồi ghi ra tệp; bản này là dự thảo, mỗi trang đều ghi rõ, không lưu ở trung tâm. "
                      "Với --from thì lấy số liệu từ tệp JSON đã có: cùng số liệu cho ra đúng tệp đó.\n"
                      "KỲ: 2026-Q3, 2026-H1, 2026 hoặc 2026-11-26. Không có --unit là toàn địa bàn.\n"
                      "sign ký một tệp PDF bằng thiết bị ký số; mã PIN hỏi trên màn hình, không nhận qua tham số. Có signing_tsa_url thì chữ ký\n"
                      "có dấu thời gian của máy chủ đó.\n"
                      "Ví dụ: khien report make malware-index-quarter --period 2026-Q3 --format pdf -o bao-cao.pdf",
                      "make counts the figures of a period at the hub and writes a file here: a draft, which says so on every page and is not kept. "
                      "With --from the figures are those of a JSON file: the same figures give the same file.\n"
                      "PERIOD: 2026-Q3, 2026-H1, 2026 or 2026-11-26. Without --unit it is of the whole.\n"
                      "sign signs a PDF by a token; the PIN is asked on the terminal and never taken as an argument. With signing_tsa_url the\n"
                      "signature gets a time stamp of that server.\n"
                      "Example: khien report make malware-index-quarter --period 2026-Q3 --format pdf -o report.pdf"},
          .options = with_token(with_folder({{"period", "PERIOD", {"kỳ báo cáo", "the period"}},
                                  {"unit", "ID", {"chỉ đơn vị này và trực thuộc", "only this unit and what is below it"}},
                                  {"format", "FORMAT", {"docx, pdf, xlsx hoặc json (mặc định: theo đuôi tệp)", "docx, pdf, xlsx or json (default: by the file's name)"}},
                                  {"language", "LANGUAGE", {"vi hoặc en (mặc định: vi)", "vi or en (default: vi)"}},
                                  {"from", "FILE", {"tệp số liệu JSON", "a file of figures, JSON"}},
                                  {"output", "FILE", {"tệp ghi ra (cũng viết -o TỆP)", "the file to write (-o FILE as well)"}},
                                   {"without-time-stamp", "", {"lần này không xin dấu thời gian", "this time without a time stamp"}},
                                  {"json", "", {"in JSON, mỗi dòng một đối tượng", "print JSON, one object a line"}}})),
          .here = run_here,
          .office = run_office,
          .at_the_office = is_at_the_office};
}

}  // namespace khien::hub

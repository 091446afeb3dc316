#include <algorithm>
#include <functional>
#include <mutex>
#include <utility>

#include "call.hpp"
#include "dto.hpp"
#include "dto_report.hpp"
#include "duty_call.hpp"
#include "khien/core/bytes.hpp"
#include "khien/duty/refusal.hpp"
#include "khien/report/write.hpp"
#include "problem.hpp"
#include "scope_checks.hpp"

namespace khien::api {
namespace {

constexpr Words kNotOurs{"Tệp này không phải bản ký số của đúng văn bản đã chốt: nội dung trước chữ ký đã khác.",
                         "This is no signed copy of the frozen document: what stands before the signature differs."};
constexpr Words kMoreThanSigned{"Bản này có thêm nội dung ngoài chữ ký số (hình chữ ký hiện trên trang cũng tính). Hãy ký lại văn bản đã chốt bằng chữ ký không hiện hình.",
                                "More than signatures was added to the frozen document (a signature's picture counts). Sign it again, invisibly."};
constexpr Words kNameless{"Chứng thư của người ký không ghi tên ai.", "The signer's certificate names nobody."};

constexpr Words kOneAtATime{"Hệ thống đang lập một báo cáo khác, hãy thử lại sau.",
                            "Another document is being made; try again in a moment."};

Reply busy() {
  auto reply = problem(503, "unavailable", kOneAtATime);
  reply.retry_after = seconds(5);
  return reply;
}

std::unique_lock<std::mutex> turn_of(const Call& call) { return std::unique_lock(call.services.documents, std::try_to_lock); }

std::string report_object(reporting::ReportId id) { return "report:" + std::to_string(id.value); }

bool may_edit(const Call& call) {
  const auto role = call.who->role;
  return role == Role::province_admin || role == Role::soc_operator || role == Role::unit_officer;
}

const reporting::Kinds& kinds_of(const Call& call) { return *call.services.options.report_kinds; }

LocalText name_of(const Call& call, const std::string& kind) {
  const auto* entry = kinds_of(call).find(kind);
  return entry == nullptr ? LocalText{kind, kind} : entry->kind.name;
}

Result<Reply> one_report(const Call& call, store::Connection& connection, reporting::ReportId id) {
  TRY(const auto detail, reporting::get_report(connection, call.scope(), id));
  TRY(const auto law, law_of(call, connection));
  TRY(const auto names, account_names(connection, call.who->tenant()));
  JsonWriter json;
  TRY_VOID(write_report_detail(json, detail, law->catalogue(), may_edit(call), names));
  return call.json(json);
}

// Writes, and answers from a snapshot after the commit: composing a page for the preview takes a
// while, and the one writer has other things to do.
Reply written(const Call& call, reporting::ReportId id, const std::function<Result<void>(store::Connection&)>& work) {
  auto reply = call.write([&](store::Connection& connection) -> Result<Reply> {
    TRY_VOID(work(connection));
    return Reply{};
  });
  if (reply.status >= 400) return reply;
  return call.read([&](store::Connection& connection) { return one_report(call, connection, id); });
}

// Counts in a snapshot of its own: the one writer has other things to do.
template <class Count>
std::optional<Reply> counted(const Call& call, std::optional<reporting::Counting>& counting, Count count) {
  const auto turn = turn_of(call);
  if (!turn) return busy();
  auto reply = call.read([&](store::Connection& connection) -> Result<Reply> {
    TRY(const auto law, law_of(call, connection));
    TRY(counting, count(connection, law));
    return Reply{};
  });
  if (counting) return std::nullopt;
  return reply;
}

std::vector<std::string> strings_of(const Json& object, std::string_view name) {
  std::vector<std::string> texts;
  const auto list = object.field(name);
  if (!list) return texts;
  (void)list->each([&](Json one) -> Result<void> {
    TRY(const auto text, one.string());
    texts.emplace_back(text);
    return {};
  });
  return texts;
}

std::optional<report::Issuer> issuer_in(const Call& call) {
  const auto body = call.body->field("issuer");
  if (!body) return std::nullopt;
  const auto text = [&](std::string_view name) { return std::string(body->string_at(name).value()); };
  return report::Issuer{.parent_agency = text("parent_agency"), .agency = text("agency"), .place = text("place"), .symbol = text("symbol"),
                        .signer_mode = text("signer_mode"), .signer_mode_title = text("signer_mode_title"), .signer_title = text("signer_title"),
                        .signer_name = text("signer_name"), .recipients = strings_of(*body, "recipients")};
}

std::optional<std::map<std::string, std::string>> words_in(const Call& call) {
  const auto list = call.body->field("words");
  if (!list) return std::nullopt;
  std::map<std::string, std::string> words;
  (void)list->each([&](Json one) -> Result<void> {
    TRY(const auto field, one.string_at("field"));
    TRY(const auto text, one.string_at("text"));
    words[std::string(field)] = text;
    return {};
  });
  return words;
}

std::string file_name_of(const reporting::Report& report, std::string_view extension) {
  std::string name = report.kind + "-" + report.period;
  if (report.number) name += "-" + std::to_string(*report.number);
  return name + "." + std::string(extension);
}

struct Printed {
  Bytes bytes;
  std::string media_type;
};
Result<Printed> printed(const reporting::ReportDetail& detail, std::string_view format, report::Language language, bool sources, const report::Faces& faces) {
  if (format == "json") {
    const auto json = report::to_json(detail.snapshot);
    const auto bytes = as_bytes(json);
    return Printed{{bytes.begin(), bytes.end()}, "application/json"};
  }
  TRY(const auto document, composed(detail, language, sources));
  if (format == "docx") {
    TRY(auto bytes, report::write_docx(document));
    return Printed{std::move(bytes), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"};
  }
  if (format == "xlsx") {
    TRY(auto bytes, report::write_xlsx(detail.snapshot, document));
    return Printed{std::move(bytes), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"};
  }
  TRY(auto bytes, report::write_pdf(document, faces));
  return Printed{std::move(bytes), "application/pdf"};
}

struct Asked {
  std::optional<reporting::ReportDetail> detail;
  std::optional<Bytes> pdf;  // as it was issued, or came back signed
};

}  // namespace

namespace route {

Reply list_report_kinds(Call& call) {
  if (!call.services.options.report_kinds) return unavailable();
  return call.read([&](store::Connection& connection) -> Result<Reply> {
    TRY(const auto law, law_of(call, connection));
    JsonWriter json;
    json.begin_object().key("items").begin_array();
    for (const auto& entry : kinds_of(call).all()) write_report_kind(json, entry.kind, law->catalogue());
    json.end_array().end_object();
    return call.json(json);
  });
}

Reply list_report_calendar(Call& call) {
  if (!call.services.options.report_kinds) return unavailable();
  return call.read([&](store::Connection& connection) -> Result<Reply> {
    TRY(const auto law, law_of(call, connection));
    TRY(const auto unit, unit_in_query(call, connection));
    TRY(const auto items, reporting::read_calendar(connection, call.scope(), kinds_of(call), law, unit, call.now));
    JsonWriter json;
    json.begin_object().key("items").begin_array();
    for (const auto& item : items) write_calendar_item(json, item);
    json.end_array().end_object();
    return call.json(json);
  });
}

Reply list_reports(Call& call) {
  if (!call.services.options.report_kinds) return unavailable();
  return call.read([&](store::Connection& connection) -> Result<Reply> {
    TRY(const auto unit, unit_in_query(call, connection));
    reporting::ReportQuery query{.unit = unit, .kind = call.query_text("kind"), .state = {}, .cursor = call.query_text("cursor"), .limit = call.query_limit()};
    if (const auto state = call.query_text("state"); !state.empty()) {
      TRY(query.state, reporting::report_state_from_string(state));
    }
    TRY(const auto page, reporting::list_reports(connection, call.scope(), query));
    TRY(const auto names, account_names(connection, call.who->tenant()));
    JsonWriter json;
    json.begin_object().key("items").begin_array();
    for (const auto& report : page.items) write_report(json, report, name_of(call, report.kind), names);
    json.end_array();
    write_next(json, page.total, page.next);
    json.end_object();
    return call.json(json);
  });
}

Reply create_report(Call& call) {
  if (!call.services.options.report_kinds) return unavailable();
  const auto unit = call.integer("unit");
  const auto replaces = call.integer("replaces");
  const auto incident = call.integer("incident");
  const reporting::NewReport asked{.kind = call.text("kind").value_or(""), .period = call.text("period").value_or(""),
                                   .unit = unit ? std::optional(UnitId{*unit}) : std::nullopt,
                                   .replaces = replaces ? std::optional(reporting::ReportId{*replaces}) : std::nullopt,
                                   .reason = call.text("reason").value_or(""),
                                   .incident = incident ? std::optional(incident::IncidentId{*incident}) : std::nullopt};
  std::optional<reporting::Counting> counting;
  auto refused = counted(call, counting, [&](store::Connection& connection, const auto& law) {
    return reporting::count_report(connection, call.scope(), kinds_of(call), law, asked, call.now);
  });
  if (refused) return *std::move(refused);
  reporting::ReportId id;
  auto reply = call.write([&](store::Connection& connection) -> Result<Reply> {
    TRY(id, reporting::keep_report(connection, call.scope(), *counting, call.who->user, call.now));
    TRY_VOID(call.audit(connection, "report.make", report_object(id), asked.kind + " " + asked.period + (replaces ? " replaces " + report_object(*asked.replaces) : "") +
                            (incident ? " incident:" + std::to_string(*incident) : "")));
    return Reply{};
  });
  if (reply.status >= 400) return reply;
  return call.read([&](store::Connection& connection) { return one_report(call, connection, id); });
}

Reply get_report(Call& call) {
  return call.read([&](store::Connection& connection) { return one_report(call, connection, {call.object}); });
}

Reply update_report(Call& call) {
  if (!call.services.options.report_kinds) return unavailable();
  const reporting::ReportId id{call.object};
  reporting::ReportChange change{.words = words_in(call), .issuer = issuer_in(call), .anew = {}};
  if (call.flag("count_again").value_or(false)) {
    auto refused = counted(call, change.anew, [&](store::Connection& connection, const auto& law) {
      return reporting::count_again(connection, call.scope(), kinds_of(call), law, id, call.now);
    });
    if (refused) return *std::move(refused);
  }
  return written(call, id, [&](store::Connection& connection) -> Result<void> {
    TRY_VOID(reporting::update_report(connection, call.scope(), id, change, call.who->user, call.now));
    TRY_VOID(call.audit(connection, "report.change", report_object(id), change.anew ? "count_again" : ""));
    return {};
  });
}

Reply discard_report(Call& call) {
  const reporting::ReportId id{call.object};
  return call.write([&](store::Connection& connection) -> Result<Reply> {
    TRY_VOID(reporting::discard_report(connection, call.scope(), id));
    TRY_VOID(call.audit(connection, "report.discard", report_object(id)));
    return call.done();
  });
}

Reply freeze_report(Call& call) {
  const reporting::ReportId id{call.object};
  const auto day = Date::parse(call.text("issued_on").value_or(""));
  if (!day) return invalid("issued_on");
  const reporting::Freezing freezing{.number = static_cast<int>(call.integer("number").value_or(0)), .issued_on = *day};
  std::optional<reporting::ReportDetail> detail;
  auto read = call.read([&](store::Connection& connection) -> Result<Reply> {
    TRY(detail, reporting::get_report(connection, call.scope(), id));
    return Reply{};
  });
  if (!detail) return read;
  // Between a snapshot and a transaction: pages take a while, and nobody waits for them.
  std::optional<Bytes> pdf;
  if (detail->report.state == reporting::ReportState::draft) {
    const auto turn = turn_of(call);
    if (!turn) return busy();
    auto made = reporting::print(*detail, freezing, call.services.options.faces);
    if (!made) return refusal(made.error());
    pdf = std::move(made).value();
  }
  if (!pdf) return refusal(Error(Code::conflict, "frozen already"));
  return written(call, id, [&](store::Connection& connection) -> Result<void> {
    TRY_VOID(reporting::freeze_report(connection, call.scope(), id, freezing, detail->report.digest, *pdf, actor_of(call), call.now));
    TRY_VOID(call.audit(connection, "report.freeze", report_object(id),
                        std::to_string(freezing.number) + "/" + detail->report.symbol + " sha256:" + sha256(*pdf).hex()));
    return {};
  });
}

Reply upload_signed_report(Call& call) {
  const auto& verify = call.services.options.verify_file;
  if (!verify) return unavailable();
  const reporting::ReportId id{call.object};
  const auto copy = from_base64(call.text("content").value_or(""));
  if (!copy) return invalid("content");
  std::optional<Bytes> issued;
  auto read = call.read([&](store::Connection& connection) -> Result<Reply> {
    TRY(const auto detail, reporting::get_report(connection, call.scope(), id));
    if (detail.report.state == reporting::ReportState::draft) {
      return duty::refuse(Code::conflict, "", {"Văn bản chưa chốt.", "The document is not frozen yet."});
    }
    TRY(issued, reporting::issued_pdf(connection, call.scope(), id));
    return Reply{};
  });
  if (!issued) return read;
  // What is not ours goes no further: no foreign file is taken apart for this.
  if (!reporting::continues(*issued, *copy)) return problem(422, "invalid", kNotOurs, "content");
  const auto verified = verify(*copy, issued->size());
  if (!verified) return refusal(verified.error(), {.field = "content"});
  if (!verified->valid) return problem(422, "invalid", verified->words, "content");
  if (!verified->covers_first_revision_only_signatures) return problem(422, "invalid", kMoreThanSigned, "content");
  const std::string signer = seal::signers_of(*verified);
  if (signer.empty()) return problem(422, "invalid", kNameless, "content");
  return written(call, id, [&](store::Connection& connection) -> Result<void> {
    TRY_VOID(reporting::keep_signed(connection, call.scope(), id, *copy, signer, call.who->user, call.now));
    TRY_VOID(call.audit(connection, "report.sign", report_object(id), signer + " sha256:" + sha256(*copy).hex()));
    return {};
  });
}

Reply record_report_sent(Call& call) {
  const reporting::ReportId id{call.object};
  const auto day = Date::parse(call.text("sent_on").value_or(""));
  if (!day) return invalid("sent_on");
  std::optional<Timestamp> sent_at;
  if (const auto text = call.text("sent_at")) {
    const auto moment = from_rfc3339(*text);
    if (!moment) return invalid("sent_at");
    sent_at = *moment;
  }
  const reporting::Sending sending{.sent_on = *day, .recipient = call.text("recipient").value_or(""), .channel = call.text("channel").value_or(""),
                                   .receipt = call.text("receipt").value_or(""), .evidence = evidence_in_body(call), .sent_at = sent_at,
                                   .clock = call.text("clock").value_or("")};
  return written(call, id, [&](store::Connection& connection) -> Result<void> {
    TRY(const auto law, law_of(call, connection));
    TRY_VOID(reporting::record_sent(connection, call.scope(), *law, id, sending, actor_of(call), call.now));
    TRY_VOID(call.audit(connection, "report.sent", report_object(id), sending.channel));
    return {};
  });
}

Reply download_report(Call& call) {
  const auto format = call.request.query_value("format").value_or("pdf");
  const bool vietnamese = call.query_text("language") != "en";
  const bool sources = call.query_text("sources") == "true";
  Asked asked;
  auto read = call.read([&](store::Connection& connection) -> Result<Reply> {
    const reporting::ReportId id{call.object};
    TRY(asked.detail, reporting::get_report(connection, call.scope(), id));
    if (asked.detail->report.state == reporting::ReportState::draft || format != "pdf" || !vietnamese || sources) return Reply{};
    TRY(asked.pdf, reporting::signed_pdf(connection, call.scope(), id));
    if (!asked.pdf) {
      TRY(asked.pdf, reporting::issued_pdf(connection, call.scope(), id));
    }
    return Reply{};
  });
  if (read.status >= 400) return read;
  Printed file{.bytes = {}, .media_type = "application/pdf"};
  if (asked.pdf) {
    file.bytes = *std::move(asked.pdf);
  } else {
    auto turn = std::unique_lock<std::mutex>();
    if (format != "json") {
      turn = turn_of(call);
      if (!turn) return busy();
    }
    auto made = printed(*asked.detail, format, vietnamese ? report::Language::vi : report::Language::en, sources, call.services.options.faces);
    if (!made) return refusal(made.error());
    file = std::move(made).value();
  }
  Reply reply{.status = call.route.success, .body = std::string(as_text(file.bytes))};
  reply.media_type = file.media_type;
  reply.download = file_name_of(asked.detail->report, format);
  return reply;
}

Reply list_report_rows(Call& call) {
  return call.read([&](store::Connection& connection) -> Result<Reply> {
    TRY(const auto detail, reporting::get_report(connection, call.scope(), {call.object}));
    const auto* figure = detail.snapshot.figure(call.query_text("figure"));
    if (figure == nullptr) return invalid("figure");
    TRY(const auto page, reporting::name_rows(connection, call.scope(), detail.report.id, *figure, call.query_text("cursor"), call.query_limit()));
    JsonWriter json;
    write_report_rows(json, page);
    return call.json(json);
  });
}

Reply verify_file(Call& call) {
  const auto& verify = call.services.options.verify_file;
  if (!verify) return unavailable();
  const auto bytes = from_base64(call.text("content").value_or(""));
  if (!bytes || bytes->empty()) return invalid("content");
  const auto digest = sha256(*bytes);
  std::optional<reporting::ReportId> ours;
  bool is_snapshot = false;
  auto read = call.read([&](store::Connection& connection) -> Result<Reply> {
    TRY(ours, reporting::find_issued(connection, call.scope(), digest));
    if (ours) return Reply{};
    TRY(ours, reporting::find_snapshot(connection, call.scope(), digest));
    is_snapshot = ours.has_value();
    return Reply{};
  });
  if (read.status >= 400) return read;
  seal::Verification verification;
  if (!is_snapshot) {
    auto made = verify(*bytes, 0);
    if (!made) return refusal(made.error(), {.field = "content"});
    verification = std::move(made).value();
  } else {
    verification.words = {"Đây là số liệu gốc của một văn bản do hệ thống này chốt; không có chữ ký số.",
                          "These are the figures of a document that this system froze; there is no signature."};
  }
  JsonWriter json;
  json.begin_object().field("kind", is_snapshot ? std::string_view("snapshot") : to_string(verification.kind)).field("valid", verification.valid).key("words");
  write_text(json, verification.words);
  json.field("sha256", digest.hex()).key("report");
  ours ? json.integer(ours->value) : json.null();
  write_signatures(json, verification.signatures);
  json.end_object();
  return call.json(json);
}

}  // namespace route
}  // namespace khien::api

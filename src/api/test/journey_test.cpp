// The whole interface in the order in which a province meets it; every answer is
// checked against schema/openapi.yaml, and every operation must have been asked.
#include <set>

#include "route.hpp"
#include "schema_check.hpp"
#include "totp.hpp"
#include "khien/estate/systems.hpp"
#include "matrix_world.hpp"
#include "walk_botnet.hpp"
#include "walk_messages.hpp"
#include "walk_roster.hpp"
#include "world.hpp"

namespace khien::api {
namespace {

class Journey {
 public:
  Journey() : browser_(*world.api) {}

  // Asks, checks status and body against the interface, and notes the operation.
  std::string ask(net::Method method, std::string_view target, int status, std::string body = {}) {
    return ask_as(browser_, method, target, status, std::move(body));
  }
  std::string ask_as(Browser& browser, net::Method method, std::string_view target, int status, std::string body = {}) {
    const auto response = browser.send(method, "/api/v1" + std::string(target), std::move(body));
    CHECK_MESSAGE(response.status == status, target, ": ", response.body);
    const auto path = "/api/v1" + std::string(target.substr(0, target.find('?')));
    const auto match = match_route(method, path);
    REQUIRE(match.has_value());
    asked.insert(match->route->name);
    const auto name = method == net::Method::delete_ ? "delete" : to_lower(to_string(method));
    const auto broken = schema_.broken(match->route->path.substr(7), name, response.status, response.body);
    CHECK_MESSAGE(broken == "", match->route->name, " ", response.status, ": ", broken, "\n", response.body);
    return response.body;
  }
  std::string get(std::string_view target, int status = 200) { return ask(net::Method::get, target, status); }

  static std::string to_lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    return out;
  }

  Browser& browser() { return browser_; }

  World world;
  std::set<std::string_view> asked;

 private:
  Browser browser_;
  SchemaCheck schema_;
};

using net::Method;

// An incident from the finding to its end, every clock met; what is closed stays as it is.
void walk_incidents(Journey& journey, const estate::NewTenant& province, const std::string& commune, const std::string& finding) {
  auto& world = journey.world;
  const auto moment = [&](Duration after) { return to_rfc3339(world.clock.now() + after); };
  const auto proposed = journey.get("/incident-proposals?unit=" + commune);
  CHECK(field_of(proposed, "items") == "array:0");
  const auto clocks = journey.get("/incident-clocks?severity=critical&traits=personal_data&detected_at=" + moment({0}));
  CHECK(field_of(clocks, "clocks.0.id") == "preliminary");
  CHECK(field_of(clocks, "clocks.0.state") == "soon");
  CHECK(field_of(clocks, "traits.0.by_severity") == "false");
  journey.get("/incident-clocks?severity=high&detected_at=yesterday", 422);

  const std::string base = R"({"unit":)" + commune + R"(,"title":"Mã độc trên mx1","kind":"malware","severity":"high","words":"Nghi có mã độc",)";
  journey.ask(Method::post, "/incidents", 422, base + R"("detected_at":")" + moment(minutes(1)) + "\"}");
  const auto opened = journey.ask(Method::post, "/incidents", 201,
                                  base + R"("detected_at":")" + moment({-hours(1).ms}) + R"(","traits":["personal_data"],"findings":[)" + finding + "]}");
  CHECK(field_of(opened, "incident.next_clock.id") == "initial");
  CHECK(field_of(opened, "incident.source") == "finding");
  CHECK(field_of(opened, "machines.0.name") == "mx1");
  const auto path = "/incidents/" + field_of(opened, "incident.id");
  // A list from outside: with a fault nothing, then once, then never again.
  const auto import = [&](const std::string& kind) {
    const std::string csv = "Mã,Đơn vị,Tên sự cố,Loại,Mức độ,Thời điểm phát hiện,Mô tả\nA-1," + commune + ",Thư lừa đảo," + kind + ",thấp,21/11/2026 08:00,Ba người nhận\n";
    return journey.ask(Method::post, "/incidents/import", 200, R"({"file_name":"su-co.csv","content":")" + to_base64(as_bytes(csv)) + "\"}");
  };
  CHECK(field_of(journey.get("/incidents"), "counts.open") == "1");
  const auto faulty = import("sâu");
  CHECK(field_of(faulty, "problems.0.row") == "2");
  CHECK(field_of(faulty, "problems.0.column") == "Loại");
  CHECK(field_of(faulty, "opened") == "0");
  CHECK(field_of(import("lừa đảo"), "opened") == "1");
  CHECK(field_of(import("lừa đảo"), "known") == "1");
  journey.ask(Method::post, "/incidents/import", 422, R"({"file_name":"x","content":"?"})");
  CHECK(field_of(journey.get("/incidents"), "counts.open") == "2");
  for (const char* view : {"late", "soon", "contained"}) CHECK(field_of(journey.get("/incidents?view=" + std::string(view)), "total") == "0");
  journey.get("/incidents?cursor=AAAA", 422);

  journey.ask(Method::patch, path, 200, R"({"traits":[]})");
  const auto user = std::to_string(world.add_person(province.tenant, "responder", Role::soc_operator, {province.root}).value);
  CHECK(field_of(journey.ask(Method::post, path + "/members", 200, R"({"user":)" + user + R"(,"part":"lead"})"), "incident.owner.id") == user);
  const auto with_task = journey.ask(Method::post, path + "/tasks", 201, R"({"words":"Ngắt mạng máy mx1","owner":)" + user + "}");
  journey.ask(Method::patch, "/incident-tasks/" + field_of(with_task, "tasks.0.id"), 200, R"({"done":true,"words":"đã rút cáp"})");
  CHECK(journey.get("/people?unit=" + commune).find("\"id\":" + user) != std::string::npos);
  const auto note = journey.ask(Method::post, path + "/timeline", 201, R"({"words":"Đã gọi đơn vị"})");
  CHECK(field_of(note, "told") == "null");
  const auto report = [&](const char* clock) {
    return R"({"clock":")" + std::string(clock) + R"(","step":"unit","sent_at":")" + moment({0}) + R"(","recipient":"A05","channel":"phone","receipt":"ông Bình nghe"})";
  };
  CHECK(field_of(journey.ask(Method::post, path + "/reports", 201, report("initial")), "clocks.0.state") == "met");
  CHECK(field_of(journey.ask(Method::post, path + "/reports", 422, report("report")), "field") == "cause");
  CHECK(field_of(journey.ask(Method::patch, path, 200, R"({"cause":"Mật khẩu yếu"})"), "cause") == "Mật khẩu yếu");
  journey.ask(Method::post, path + "/reports", 422, R"({"clock":"report","step":"unit","sent_at":")" + moment({0}) + R"(","recipient":"A05","channel":"phone","document":999999})");
  journey.ask(Method::post, path + "/state", 200, R"({"state":"contained"})");
  journey.ask(Method::post, path + "/state", 422, R"({"state":"closed"})");
  journey.ask(Method::post, path + "/reports", 201, report("report"));
  const auto closed = journey.ask(Method::post, path + "/state", 200, R"({"state":"closed","cause":"Mật khẩu yếu","lesson":"Bật xác thực hai lớp"})");
  CHECK(field_of(closed, "incident.late") == "0");
  CHECK(field_of(closed, "metrics.minutes_to_report") == "60");

  journey.ask(Method::patch, path, 409, R"({"title":"khác"})");
  journey.ask(Method::post, path + "/timeline", 409, R"({"words":"thêm"})");
  journey.ask(Method::patch, "/incident-tasks/" + field_of(with_task, "tasks.0.id"), 409, R"({"done":false})");
  journey.ask(Method::post, path + "/members", 409, R"({"user":)" + user + R"(,"part":""})");
  CHECK(field_of(journey.get("/audit?q=incident.refused&limit=1"), "items.0.detail") == "incident.member");
  auto leader = world.session(province.tenant, world.add_person(province.tenant, "xem", Role::leader, {province.root}));
  journey.ask_as(leader, Method::post, path + "/state", 403, R"({"state":"open"})");
  CHECK(field_of(journey.get("/audit?q=incident.refused&limit=1"), "items.0.detail") == "moveIncident");
  const auto timeline = journey.get(path + "/timeline?limit=3");
  CHECK(field_of(timeline, "items.0.what") == "closed");
  CHECK(field_of(timeline, "next") != "null");
  CHECK(field_of(journey.get(path), "cause") == "Mật khẩu yếu");
  journey.ask(Method::post, path + "/state", 200, R"({"state":"open","words":"lại thấy"})");
}

// A document from what is owed to its receipt: numbered, frozen, signed elsewhere, sent.
void walk_reports(Journey& journey, const std::string& commune) {
  journey.get("/report-kinds");
  journey.get("/report-calendar");
  journey.ask(Method::post, "/reports", 422, R"({"kind":"malware-index-quarter","period":"2026"})");
  journey.ask(Method::post, "/reports", 422, R"({"kind":"no-such","period":"2026"})");
  const auto draft = journey.ask(Method::post, "/reports", 201, R"({"kind":"malware-index-quarter","period":"2026-Q4"})");
  CHECK(field_of(draft, "report.state") == "draft");
  CHECK(field_of(draft, "report.unit") == "null");
  CHECK(field_of(draft, "preview.draft") == "true");
  CHECK(field_of(draft, "missing.0.vi") != "?absent");
  const auto spare = field_of(journey.ask(Method::post, "/reports", 201, R"({"kind":"malware-index-quarter","period":"2026-Q4","unit":)" + commune + "}"), "report.id");
  journey.ask(Method::delete_, "/reports/" + spare, 204);
  const auto path = "/reports/" + field_of(draft, "report.id");
  const std::string freeze = R"({"number":7,"issued_on":")" + to_string(vietnam_day(journey.world.clock.now())) + "\"}";
  journey.ask(Method::post, path + "/freeze", 422, freeze);
  journey.ask(Method::patch, path, 422, R"({"issuer":{"agency":"X"}})");
  journey.ask(Method::patch, path, 422, R"({"words":[{"field":"assessment","text":"x","other":"y"}]})");
  journey.ask(Method::patch, path, 200, R"({"words":[{"field":"assessment","text":"Ổn định"}],"count_again":true,"issuer":{"parent_agency":"UBND TỈNH","agency":"CÔNG AN TỈNH",)"
              R"("place":"Lam Giang","symbol":"BC-CAT","signer_mode":"KT.","signer_mode_title":"GIÁM ĐỐC","signer_title":"PHÓ GIÁM ĐỐC","signer_name":"An","recipients":["Như trên"]}})");
  const auto frozen = journey.ask(Method::post, path + "/freeze", 200, freeze);
  CHECK(field_of(frozen, "report.number") == "07/BC-CAT");
  CHECK(field_of(frozen, "preview.draft") == "false");
  journey.ask(Method::post, path + "/freeze", 409, freeze);
  CHECK(field_of(journey.get("/reports?state=frozen"), "items.0.id") == field_of(draft, "report.id"));
  CHECK(field_of(journey.get(path), "report.state") == "frozen");
  CHECK(field_of(journey.get(path + "/rows?figure=units.total"), "items.0.name") != "");
  journey.get(path + "/rows?figure=no.such", 422);
  auto& browser = journey.browser();
  for (const std::string_view format : {"pdf", "docx", "xlsx", "json"}) {
    const auto file = browser.get("/api/v1" + path + "/file?format=" + std::string(format));
    CHECK(file.status == 200);
    CHECK(file.body == browser.get("/api/v1" + path + "/file?format=" + std::string(format)).body);
    CHECK(header_of(file, "Content-Disposition").starts_with("attachment"));
  }
  journey.asked.insert("downloadReport");
  const auto issued = browser.get("/api/v1" + path + "/file").body;
  const auto content = [](const std::string& bytes) { return R"({"content":")" + to_base64(as_bytes(bytes)) + "\"}"; };
  journey.ask(Method::post, path + "/signed-copy", 422, content("%PDF-1.7 another\nsigned"));
  journey.ask(Method::post, path + "/signed-copy", 422, content(issued + "\nnot so"));
  // Its signature holds, over more than the document and signatures.
  journey.ask(Method::post, path + "/signed-copy", 422, content(issued + "\nrepainted, signed"));
  CHECK(field_of(journey.ask(Method::post, path + "/signed-copy", 200, content(issued + "\nsigned")), "report.signer") == "Nguyễn Văn An");
  CHECK(browser.get("/api/v1" + path + "/file").body == issued + "\nsigned");
  const auto verified = journey.ask(Method::post, "/verifications", 200, R"({"file_name":"a.pdf","content":")" + to_base64(as_bytes(issued + "\nsigned")) + "\"}");
  CHECK(field_of(verified, "valid") == "true");
  CHECK(field_of(verified, "report") == field_of(draft, "report.id"));
  const auto figures = browser.get("/api/v1" + path + "/file?format=json").body;
  CHECK(field_of(journey.ask(Method::post, "/verifications", 200, R"({"file_name":"a.json","content":")" + to_base64(as_bytes(figures)) + "\"}"), "kind") == "snapshot");
  const auto today = to_string(vietnam_day(journey.world.clock.now()));
  const auto sent = journey.ask(Method::post, path + "/sent", 200, R"({"sent_on":")" + today + R"(","recipient":"Bộ Công an","channel":"document_axis","receipt":"12"})");
  CHECK(field_of(sent, "report.state") == "received");
  // Whoever may go on with it sees so in each state; a fault is corrected by another that names it.
  CHECK(field_of(sent, "may_edit") == "true");
  const auto id = field_of(draft, "report.id");
  const std::string correction = R"({"kind":"malware-index-quarter","period":"2026-Q4","replaces":)" + id;
  journey.ask(Method::post, "/reports", 422, correction + "}");
  const auto made = journey.ask(Method::post, "/reports", 201, correction + R"(,"reason":"Sai số máy"})");
  CHECK(field_of(made, "report.replaces") == id);
  journey.ask(Method::post, "/reports/" + field_of(made, "report.id") + "/freeze", 200, R"({"number":8,"issued_on":")" + today + "\"}");
  CHECK(field_of(journey.get(path), "report.replaced_by") == field_of(made, "report.id"));
  journey.ask(Method::post, "/reports", 422, correction + R"(,"reason":"lại"})");
}

// One request to two communes: read, answered, sent back, answered again, accepted; the other
// is late, reminded and let off. What does not change is refused, and the refusal is told.
void walk_requests(Journey& journey, const estate::NewTenant& province, const std::string& commune) {
  World& world = journey.world;
  const auto other = std::to_string(world.add_unit(province, province.root, "Xã Yêu Cầu").value);
  auto officer = world.session(province.tenant, world.add_person(province.tenant, "yc.officer", Role::unit_officer, {{std::stoll(commune)}}, "Phạm Thị Yên"));
  const auto file = field_of(journey.ask(Method::post, "/evidence", 201, R"({"unit":)" + std::to_string(province.root.value) +
                                         R"(,"file_name":"mau.txt","content":"bWF1","classification":"none"})"), "id");
  const auto today = to_string(vietnam_day(world.clock.now()));
  journey.ask(Method::post, "/requests", 422, R"({"title":"Rà soát","text":"x","answer":"words"})");
  const auto sent = journey.ask(Method::post, "/requests", 201, R"({"title":"Rà soát tài khoản","text":"Báo cáo số tài khoản.","basis":"CV 17","answer":"numbers","fields":["Số tài khoản"],)"
                                R"("due_on":")" + today + R"(","attachments":[)" + file + R"(],"units":[)" + commune + "," + other + "]}");
  const auto path = "/requests/" + field_of(sent, "request.id");
  CHECK(field_of(sent, "request.counts.total") == "2");
  const auto mine = journey.ask_as(officer, Method::get, path, 200);
  CHECK(field_of(mine, "request.counts.total") == "1");
  CHECK(officer.get("/api/v1/request-attachments/" + field_of(mine, "attachments.0.id")).body == "mau");
  journey.asked.insert("downloadRequestAttachment");
  const auto unit = "/request-units/" + field_of(mine, "request.only");
  journey.ask_as(officer, Method::post, unit + "/reading", 200);
  journey.ask_as(officer, Method::post, unit + "/answer", 422, R"({"words":"x"})");
  journey.ask_as(officer, Method::post, unit + "/answer", 200, R"({"numbers":[12]})");
  journey.ask_as(officer, Method::post, unit + "/answer", 409, R"({"numbers":[13]})");
  CHECK(field_of(journey.get("/audit?q=request.refused&limit=1"), "items.0.who") == "yc.officer");
  CHECK(field_of(journey.get("/audit?q=request.refused&limit=1"), "items.0.object").starts_with("request_unit:"));
  CHECK(field_of(journey.get("/requests?view=to_decide"), "total") == "1");
  journey.ask(Method::post, unit + "/decision", 422, R"({"accept":false})");
  CHECK(field_of(journey.ask(Method::post, unit + "/decision", 200, R"({"accept":false,"words":"Thiếu tài khoản dịch vụ."})"), "unit.state") == "returned");
  journey.ask_as(officer, Method::post, unit + "/answer", 200, R"({"numbers":[15],"words":"Đã bổ sung."})");
  CHECK(field_of(journey.ask(Method::post, unit + "/decision", 200, R"({"accept":true})"), "unit.state") == "accepted");
  journey.ask(Method::post, unit + "/decision", 409, R"({"accept":true})");
  const auto kept = journey.get(unit);
  CHECK(field_of(kept, "history.2.numbers.0") == "12");
  CHECK(field_of(kept, "history.3.words") == "Thiếu tài khoản dịch vụ.");
  CHECK(field_of(kept, "history.4.numbers.0") == "15");
  CHECK(field_of(journey.ask(Method::post, path + "/reminders", 200, R"({"words":"Hạn hôm nay."})"), "units") == "1");
  CHECK(field_of(journey.get(path + "/units?state=sent"), "items.0.unit.id") == other);
  const auto table = journey.browser().get("/api/v1" + path + "/table");
  CHECK(table.body.find("\"15\"") != table.body.npos);
  journey.asked.insert("exportRequest");
  journey.ask_as(officer, Method::post, path + "/closing", 403, R"({"words":"x"})");
  journey.ask(Method::post, path + "/closing", 200, R"({"words":"Đã đủ số liệu."})");
  journey.ask(Method::post, path + "/reminders", 409, R"({"words":"x"})");
}

// The police ask for logs: recorded, chosen by one, approved by another, handed over, receipted.
void walk_outside(Journey& journey, const estate::NewTenant& province) {
  World& world = journey.world;
  auto second = world.session(province.tenant, world.add_person(province.tenant, "yc.second", Role::soc_operator, {province.root}, "Lê Văn Hai"));
  const auto receiver = field_of(journey.ask(Method::post, "/receivers", 201, R"({"name":"Công an tỉnh","kind":"police","contact":"PA05"})"), "id");
  journey.ask(Method::post, "/receivers", 409, R"({"name":"Công an tỉnh","kind":"police"})");
  journey.ask(Method::patch, "/receivers/" + receiver, 200, R"({"address":"Số 1"})");
  journey.get("/receivers");
  const std::string letter = R"({"number":"142/CV-PA05","dated_on":"2026-11-20","what_for":"Xác minh","basis":"Điều 88"})";
  const auto recorded = journey.ask(Method::post, "/receivers/" + receiver + "/requests", 201, letter);
  journey.ask(Method::post, "/receivers/" + receiver + "/requests", 409, letter);
  const auto path = "/outside-requests/" + field_of(recorded, "request.id");
  const auto file = field_of(journey.ask(Method::post, "/evidence", 201, R"({"unit":)" + std::to_string(province.root.value) +
                                         R"(,"file_name":"nhat-ky.txt","content":"bG9n","classification":"none"})"), "id");
  CHECK(field_of(journey.get("/evidence?limit=1"), "items.0.id") == file);
  const auto chosen = journey.ask(Method::post, path + "/packages", 201, R"({"evidence":[)" + file + R"(],"words":"Nhật ký ngày 20/11"})");
  const auto package = "/evidence-packages/" + field_of(chosen, "packages.0.id");
  CHECK(field_of(chosen, "packages.0.may_decide") == "false");
  CHECK(journey.browser().get("/api/v1" + package + "/file").status == 409);
  journey.ask(Method::post, package + "/decision", 403, R"({"approve":true})");
  CHECK(field_of(journey.get("/audit?q=outside_request.refused&limit=1"), "items.0.detail") == "decideEvidencePackage");
  const auto approved = journey.ask_as(second, Method::post, package + "/decision", 200, R"({"approve":true})");
  CHECK(field_of(approved, "packages.0.manifest_sha256").size() == 64);
  const auto zip = journey.browser().get("/api/v1" + package + "/file");
  CHECK(zip.status == 200);
  CHECK(zip.body.starts_with("PK"));
  CHECK(field_of(journey.get("/audit?q=evidence_package.download&limit=1"), "items.0.detail") == "sha256:" + sha256(zip.body).hex());
  journey.asked.insert("downloadEvidencePackage");
  const auto today = to_string(vietnam_day(world.clock.now()));
  CHECK(field_of(journey.ask(Method::post, package + "/receipt", 200, R"({"receipt":"BB 03","received_on":")" + today + "\"}"), "request.state") == "answered");
  journey.ask(Method::post, path + "/lines", 200, R"({"word":"closed","words":"Xong."})");
  journey.ask(Method::post, path + "/lines", 409, R"({"word":"note","words":"x"})");
  CHECK(field_of(journey.get(path), "history.3.event") == "downloaded");
  CHECK(field_of(journey.get("/outside-requests?state=closed&q=pa05"), "total") == "1");
  CHECK(journey.browser().get("/api/v1/outside-request-log").body.find("142/CV-PA05") != std::string::npos);
  journey.asked.insert("exportOutsideLog");
}

// A unit is stuck; the standing body takes it and answers; it did not help, and then it did.
void walk_help(Journey& journey, const estate::NewTenant& province, const std::string& commune) {
  World& world = journey.world;
  auto officer = world.session(province.tenant, world.add_person(province.tenant, "ht.officer", Role::unit_officer, {{std::stoll(commune)}}, "Phạm Thị Hoa"));
  const auto asked = journey.ask_as(officer, Method::post, "/help-requests", 201, R"({"unit":)" + commune +
                                    R"(,"title":"Không gỡ được tệp","words":"Tệp tự sinh lại.","about":"finding","about_id":"12","page":"/phat-hien?id=12"})");
  journey.ask_as(officer, Method::post, "/help-requests", 422, R"({"unit":)" + commune + R"(,"title":"x","words":"x","about":"page","page":"//x.example"})");
  const auto path = "/help-requests/" + field_of(asked, "help.id");
  CHECK(field_of(journey.get("/help-requests"), "figures.asked") == "1");
  journey.ask(Method::post, path + "/taking", 200);
  journey.ask(Method::post, path + "/answer", 200, R"({"words":"Tắt tác vụ hẹn giờ.","before":"Tệp còn","after":"Tệp hết"})");
  journey.ask_as(officer, Method::post, path + "/outcome", 200, R"({"solved":false,"words":"Vẫn còn."})");
  journey.ask(Method::post, path + "/lines", 200, R"({"words":"Gửi thêm nhật ký."})");
  journey.ask(Method::post, path + "/answer", 200, R"({"words":"Gỡ cả dịch vụ."})");
  journey.ask_as(officer, Method::post, path + "/outcome", 200, R"({"solved":true})");
  journey.ask(Method::post, path + "/answer", 409, R"({"words":"x"})");
  CHECK(field_of(journey.get("/audit?q=help.refused&limit=1"), "items.0.detail") == "answerHelpRequest");
  CHECK(field_of(journey.get("/help-requests?view=solved&q=hen%20gio"), "items.0.title") == "Không gỡ được tệp");
  CHECK(field_of(journey.get(path), "lines.6.event") == "solved");
}

// With whom malware data is shared, paused and sent at once.
void walk_sharing(Journey& journey, TenantId tenant) {
  std::int64_t partner = 0;
  std::int64_t message = 0;
  journey.world.write([&](store::Connection& c) -> Result<void> {
    TRY_VOID(c.run("INSERT INTO share_partner (tenant_id, name, scheme, url, since, noted_through) VALUES (?1, '2290', '2290', 'https://x.example.gov.vn', 0, 0)", {tenant}));
    partner = c.last_insert_id();
    TRY_VOID(c.run("INSERT INTO share_message (tenant_id, partner_id, name, state, rows, bytes, digest, composed_at, settled_at) "
                   "VALUES (?1, ?2, ?3, 'shared', 1, 9, zeroblob(32), ?4, ?4)",
                   {tenant, partner, std::string(64, 'a'), journey.world.clock.now()}));
    message = c.last_insert_id();
    return {};
  });
  CHECK(field_of(journey.get("/sharing"), "partners.0.scheme") == "2290");
  journey.get("/sharing/units?state=never");
  journey.get("/sharing/messages");
  CHECK(field_of(journey.get("/sharing/messages/" + std::to_string(message)), "message.state") == "shared");
  const auto path = "/sharing/partners/" + std::to_string(partner);
  CHECK(field_of(journey.ask(Method::patch, path, 200, R"({"paused":true})"), "paused") == "true");
  CHECK(field_of(journey.ask(Method::patch, path, 200, R"({"paused":false})"), "paused") == "false");
  journey.ask(Method::post, path + "/send", 200);
}

// A website from the first sight of an injected block to a clean look, and back.
void walk_website(Journey& journey, TenantId tenant, const std::string& commune) {
  const auto site = field_of(journey.ask(Method::post, "/sites", 201, R"({"address":"tin.example.gov.vn","unit":)" + commune + "}"), "id");
  CHECK(field_of(journey.get("/site-watch?status=not_yet&q=tin.example"), "items.0.site.id") == site);
  const auto rendering = [&](const std::string& reason) {
    return field_of(journey.ask(Method::put, "/sites/" + site + "/rendering", 200, R"({"reason":")" + reason + R"("})"), "watch.rendering.reason");
  };
  CHECK(rendering("dựng bằng mã lệnh") == "dựng bằng mã lệnh");
  CHECK(rendering("") == "?absent");
  CHECK(field_of(journey.ask(Method::put, "/sites/" + site + "/interval", 200, R"({"every_hours":6})"), "watch.every_hours") == "6");
  const auto pages = "/sites/" + site + "/listed-pages";
  const auto added = journey.ask(Method::post, pages, 200, R"({"text":"https://tin.example.gov.vn/b\nhttps://khac.example.gov.vn/"})");
  CHECK(field_of(added, "added") == "1");
  CHECK(field_of(added, "elsewhere") == "1");
  CHECK(field_of(journey.get("/sites/" + site), "listed.pages") == "1");
  journey.ask(Method::post, pages, 422, R"({"text":"không có gì"})");
  journey.ask(Method::delete_, pages, 204);
  CHECK(field_of(journey.get("/sites/" + site), "listed.pages") == "0");
  CHECK(field_of(journey.get("/site-watch?certificate=none&class=compromised"), "total") == "0");
  CHECK(field_of(journey.get("/sites/" + site), "label_check.criteria.1.state") == "paper");
  CHECK(field_of(journey.get("/sites/" + site), "known_vulnerabilities.total") == "0");
  const std::string page = "https://tin.example.gov.vn/a";
  journey.world.crawl(tenant, {std::stoll(site)}, page, PageClass::compromised, "<p>tài xỉu</p>\n<script>alert(1)</script>");

  const auto detail = journey.get("/sites/" + site);
  CHECK(field_of(detail, "watched.status") == "ill");
  CHECK(field_of(detail, "pages.0.class") == "compromised");
  CHECK(field_of(detail, "last_look.facts.0.value") == "WordPress");
  CHECK(field_of(journey.get("/site-watch?status=ill"), "items.0.case_state") == "open");
  journey.world.opened_of_sites = {{SiteId{std::stoll(site)}, 20}, {SiteId{90'000}, 5}};
  const auto browser = journey.get("/site-browser");
  CHECK(field_of(browser, "enabled") == "true");
  CHECK(field_of(browser, "fails") == "false");
  CHECK(field_of(browser, "opened_today") == "20");
  CHECK(field_of(browser, "sites_today") == "1");
  CHECK(field_of(browser, "sites_at_end") == "1");
  CHECK(field_of(browser, "error") == "no_service");
  CHECK(field_of(journey.get("/overview"), "websites.ill") == "1");
  CHECK(journey.get("/today").find("Gỡ nội dung lạ khỏi trang web") != std::string::npos);
  const auto findings = journey.get("/findings?judge=watch&site=" + site);
  CHECK(field_of(findings, "items.0.asset.kind") == "site");
  CHECK(field_of(findings, "items.0.asset.name") == "https://tin.example.gov.vn");
  journey.get("/findings?machine=1&site=" + site, 400);
  const auto finding = journey.get("/findings/" + field_of(findings, "items.0.id"));
  CHECK(field_of(finding, "page.links.0.anchor") == "tài xỉu");
  CHECK(field_of(journey.get("/observations/" + field_of(finding, "evidence.0.id")), "asset.kind") == "site");

  // The proof: text, never markup.
  const auto evidence = "/page-evidence/" + field_of(finding, "page.evidence");
  CHECK(field_of(journey.get(evidence), "views.2.visitor") == "googlebot");
  const auto source = journey.get(evidence + "/source?visitor=googlebot");
  CHECK(field_of(source, "text") == "<p>tài xỉu</p>\n<script>alert(1)</script>\nfor robots");
  CHECK(sha256(field_of(source, "text")).hex() == field_of(source, "sha256"));
  const auto difference = journey.get(evidence + "/difference?first=desktop&second=googlebot");
  CHECK(field_of(difference, "runs.1.kind") == "added");
  CHECK(field_of(difference, "runs.1.lines.0") == "for robots");
  journey.get(evidence + "/source?visitor=nobody", 422);
  CHECK(journey.get(evidence + "/package").starts_with("PK"));
  const auto picture = journey.get(evidence + "/picture");
  CHECK(picture.starts_with("\x89PNG"));
  CHECK(sha256(picture).hex() == field_of(journey.get(evidence), "picture.sha256"));
  CHECK(field_of(journey.get(evidence), "picture.width") == "1280");

  const auto id = field_of(detail, "cases.0.id");
  const auto say = [&](const std::string& body, int status = 200) {
    return journey.ask(Method::post, "/site-cases/" + id + "/decision", status, body);
  };
  CHECK(field_of(say(R"({"event":"confirmed"})"), "case.confirmed_by.name") == "Trần Thị Bình");
  say(R"({"event":"cause","cause":"cms_hole","text":"x"})", 409);
  CHECK(field_of(say(R"({"event":"removed"})"), "case.state") == "cause_wanted");
  say(R"({"event":"cause","text":"x"})", 422);
  say(R"({"event":"found"})", 422);
  CHECK(field_of(say(R"({"event":"cause","cause":"cms_hole","text":"chưa cập nhật"})"), "case.state") == "rescanning");
  CHECK(field_of(journey.get("/sites/" + site), "watch.asked_at") != "null");
  journey.world.clock.advance(seconds(1));
  journey.world.crawl(tenant, {std::stoll(site)}, page, PageClass::clean, "<p>tin</p>");
  CHECK(field_of(journey.get("/site-cases/" + id), "case.state") == "watching");
  journey.world.clock.advance(seconds(1));
  journey.world.crawl(tenant, {std::stoll(site)}, page, PageClass::compromised, "<p>tài xỉu nữa</p>");
  CHECK(field_of(journey.get("/site-cases?view=waiting"), "items.0.recurrences") == "1");
  CHECK(field_of(journey.get("/site-cases/" + id), "history.0.event") == "found");
  journey.ask(Method::post, "/sites/" + site + "/look", 200);
  CHECK(field_of(say(R"({"event":"legitimate","text":"của cơ quan"})"), "case.state") == "legitimate");
  CHECK(field_of(journey.get("/overview"), "websites.ill") == "0");
}

PackagesSeen installed(std::int64_t number, const std::string& version) {
  return {.inventory = number, .part = 1, .parts = 1,
          .packages = {{"pkg:deb/debian/xz-utils@" + version + "?arch=amd64", "xz-utils", version, "", ""}}};
}

// A vulnerability from the feed to the proof, with what people say of it between.
void walk_advisory(Journey& journey, EnrolledMachine& machine, const std::string& commune) {
  auto& world = journey.world;
  CHECK(field_of(journey.get("/advisory-feeds"), "vulnerabilities") == "0");
  // The machine, and a site that shows what it was made with.
  CHECK(field_of(journey.get("/advisories"), "followed.machines") == "2");
  feed::Collected records;
  REQUIRE(records.take(World::vulnerable("CVE-2024-3094", "xz-utils", "5.6.2", "Backdoor in XZ Utils")));
  REQUIRE(world.report(machine, {{world.clock.now(), installed(100, "5.6.0")}}).status == 200);
  world.bring_feed(records);
  const auto feeds = journey.get("/advisory-feeds");
  CHECK(field_of(feeds, "items.0.feed") == "osv");
  CHECK(field_of(feeds, "matched") == "true");

  const auto list = journey.get("/advisories?severity=critical&q=xz&kind=vulnerability");
  CHECK(field_of(list, "items.0.name") == "CVE-2024-3094");
  CHECK(field_of(list, "items.0.counts.open") == "1");
  const auto id = field_of(list, "items.0.id");
  const std::string path = "/advisories/" + id;
  const auto detail = journey.get(path);
  CHECK(field_of(detail, "fixes.0.fixed") == "5.6.2");
  CHECK(field_of(detail, "description") == "text");
  CHECK(field_of(journey.get("/overview"), "advisories.machines_open") == "1");
  CHECK(journey.get("/today").find("Lỗ hổng CVE-2024-3094 chưa vá") != std::string::npos);
  const auto machine_id = std::to_string(machine.identity.machine.value);
  const auto software = journey.get("/machines/" + machine_id + "/software?view=followed");
  CHECK(field_of(software, "items.0.vulnerabilities.0.advisory") == id);
  CHECK(field_of(journey.get("/machines/" + machine_id + "/software?q=nothing"), "total") == "0");
  const auto open = journey.get(path + "/machines?state=open&unit=" + commune);
  CHECK(field_of(open, "items.0.packages.0.version") == "5.6.0");
  CHECK(field_of(open, "items.0.proof.kind") == "packages_seen");
  const auto finding = journey.get("/findings/" + field_of(open, "items.0.finding"));
  CHECK(field_of(finding, "finding.title.vi") == "Lỗ hổng CVE-2024-3094 chưa vá");

  const auto told = journey.ask(Method::post, path + "/acknowledgement", 200, R"({"note":"đã nhận","unit":)" + commune + "}");
  CHECK(field_of(told, "advisory.units_acknowledged") == "1");
  CHECK(field_of(journey.ask(Method::post, path + "/reminder", 200, "{}"), "history.0.event") == "reminded");
  journey.ask(Method::post, path + "/decisions", 422, R"({"kind":"accepted","reason":"x","until":"2026-12-01"})");
  journey.ask(Method::post, path + "/decisions", 422, R"({"kind":"accepted","reason":"x","until":"2020-12-01","unit":)" + commune + "}");
  const auto decided = journey.ask(Method::post, path + "/decisions", 201,
                                   R"({"kind":"mitigated","reason":"tách mạng","until":"2026-12-31","machine":)" + machine_id + "}");
  CHECK(field_of(decided, "advisory.counts.mitigated") == "1");
  const auto decision = "/advisory-decisions/" + field_of(decided, "decisions.0.id");
  CHECK(field_of(journey.ask(Method::delete_, decision, 200), "advisory.counts.open") == "1");
  journey.ask(Method::delete_, decision, 409);

  REQUIRE(world.report(machine, {{world.clock.now(), installed(101, "5.6.2")}}).status == 200);
  const auto proven = journey.get(path + "/machines");
  CHECK(field_of(proven, "items.0.state") == "patched");
  CHECK(field_of(proven, "items.0.proof.kind") == "packages_seen");
  CHECK(field_of(journey.get("/advisories"), "items") == "array:0");
  CHECK(field_of(journey.get("/overview"), "advisories.machines_open") == "0");
}

// The same of a firewall without an agent: open by a list, patched by the next, open again.
void walk_firewall(Journey& journey, const std::string& commune) {
  auto& world = journey.world;
  const auto device = field_of(journey.ask(Method::post, "/devices", 201, R"({"name":"fw-xa","kind":"network","unit":)" + commune + "}"), "id");
  const auto hand_in = [&](std::string_view version) {
    journey.ask(Method::post, "/devices/" + device + "/inventory", 200,
                R"({"product":"FortiOS","confirm":true,"version":")" + std::string(version) + R"("})");
    world.hear_inventories();
  };
  hand_in("7.4.1");
  auto record = World::vulnerable("CVE-2024-21762", "fortios", "7.4.3", "FortiOS");
  record.affected.front().package = {"appliance", "fortinet", "fortios", ""};
  record.affected.front().basis = advisory::Basis::ecosystem;
  feed::Collected records;
  REQUIRE(records.take(record));
  world.bring_feed(records, feed::FeedKind::csaf);
  const std::string path = "/advisories/" + field_of(journey.get("/advisories?q=21762"), "items.0.id") + "/machines";
  const auto open = journey.get(path + "?state=open");
  CHECK(field_of(open, "items.0.device") == device);
  CHECK(field_of(open, "items.0.machine.name") == "fw-xa");
  CHECK(field_of(open, "items.0.packages.0.fixed") == "7.4.3");
  const auto machine = field_of(open, "items.0.machine.id");
  CHECK(field_of(journey.get("/devices/" + device + "/inventory"), "handed.machine") == machine);
  CHECK(field_of(journey.get("/machines/" + machine), "device") == device);
  CHECK(field_of(journey.get("/machines/" + machine + "/software"), "items.0.version") == "7.4.1");
  CHECK(journey.get("/machines?q=fw-xa").find("fw-xa") == std::string::npos);
  hand_in("7.4.3");
  CHECK(field_of(journey.get(path), "items.0.state") == "patched");
  CHECK(field_of(journey.get(path), "items.0.proof.kind") == "packages_seen");
  hand_in("7.4.2");
  CHECK(field_of(journey.get(path), "items.0.state") == "open");
  // By one list of many: a bad row stops all of it; then the road is told behind the commit.
  const auto import = [&](std::string_view csv) {
    return journey.ask(Method::post, "/imports", 201,
                       R"({"kind":"appliances","file_name":"tb.csv","content":")" + to_base64(as_bytes(csv)) + R"(","unit":)" + commune + "}");
  };
  const auto bad = import("Thiết bị;Hãng;Sản phẩm;Phiên bản\nfw-xa;Fortinet;FortiOS;7.4.4\nfw-la;Fortinet;FortiOS;7.4.4\n");
  CHECK(field_of(bad, "problems.0.row") == "3");
  CHECK(field_of(bad, "problems.0.column") == "Thiết bị");
  journey.ask(Method::post, "/imports/" + field_of(bad, "id") + "/confirm", 409);
  CHECK(field_of(journey.get("/devices/" + device + "/inventory"), "handed.format") == "hand");
  const auto good = import("Thiết bị;Hãng;Sản phẩm;Phiên bản\nfw-xa;Fortinet;FortiOS;7.4.4\n");
  CHECK(field_of(good, "changes") == "1");
  const auto told = world.inventories_told;
  CHECK(field_of(journey.ask(Method::post, "/imports/" + field_of(good, "id") + "/confirm", 200), "state") == "confirmed");
  CHECK(world.inventories_told == told + 1);
  world.hear_inventories();
  CHECK(field_of(journey.get("/devices/" + device + "/inventory"), "handed.file_name") == "tb.csv");
  CHECK(field_of(journey.get(path), "items.0.state") == "patched");
  hand_in("7.4.4");
}

// An official warning, from its file to the advisory that follows from it; and what a
// province follows by itself.
void walk_letter(Journey& journey) {
  journey.ask(Method::post, "/letters", 422, R"({"file_name":"a.pdf","content":"JVBERi0x"})");
  journey.ask(Method::post, "/letters", 422, "{}");
  const auto read = journey.ask(Method::post, "/letters", 201, R"({"text":"Số 17/CATTT-NCSC: XZ Utils"})");
  CHECK(field_of(read, "letter.number") == "17/CATTT-NCSC");
  CHECK(field_of(read, "letter.fixes.0") == "pkg:deb/debian/xz-utils@5.6.2");
  CHECK(field_of(read, "found.0.field") == "number");
  const auto spare = field_of(journey.ask(Method::post, "/letters", 201, R"({"text":"khác"})"), "letter.id");
  journey.ask(Method::delete_, "/letters/" + spare, 204);
  const auto path = "/letters/" + field_of(read, "letter.id");
  const auto confirm = [&](std::string_view rest, int status) {
    return journey.ask(Method::post, path + "/confirm", status,
                       R"({"number":"17/CATTT-NCSC","sender":"Cục An toàn thông tin","title":"Cảnh báo","issued_on":"2026-11-20")" +
                           std::string(rest) + "}");
  };
  confirm(R"(,"cves":["CVE-2024-3094"],"due_on":"2026-11-19")", 422);
  confirm("", 422);
  confirm(R"(,"fixes":["xz-utils 5.6"])", 422);
  const auto made = confirm(R"(,"cves":["CVE-2024-3094"],"due_on":"2026-11-27")", 200);
  confirm(R"(,"cves":["CVE-2024-3094"])", 409);
  CHECK(field_of(made, "letter.state") == "confirmed");
  journey.get("/evidence/" + field_of(made, "letter.evidence"));
  journey.world.tend_advisories();
  const auto advisory = journey.get("/advisories/" + field_of(made, "letter.advisory"));
  CHECK(field_of(advisory, "advisory.kind") == "letter");
  CHECK(field_of(advisory, "advisory.due_on") == "2026-11-27");
  CHECK(field_of(advisory, "letter.sender") == "Cục An toàn thông tin");
  CHECK(field_of(advisory, "vulnerabilities.0.name") == "CVE-2024-3094");
  const auto named = journey.get("/advisories?view=all&q=3094");
  CHECK(field_of(named, "items.0.due_by") == "letter");
  CHECK(field_of(named, "items.0.letters.0.name") == "17/CATTT-NCSC");
  CHECK(field_of(journey.get("/letters"), "items.0.state") == "confirmed");
  journey.get(path);

  CHECK(field_of(journey.get("/advisory-settings"), "shipped") == "true");
  const auto set = journey.ask(Method::put, "/advisory-settings", 200,
                               R"({"least_severity":"none","least_likelihood":101,"days_exploited":7,"days_ransomware":3,"days_likely":7,)"
                               R"("days_critical":7,"days_high":14,"days_medium":30,"days_low":60,"remind_days":2})");
  CHECK(field_of(set, "least_severity") == "null");
  CHECK(field_of(set, "changed_by.name") == "Trần Thị Bình");
  // The act says what it was before and what it is.
  const auto acts = journey.get("/audit");
  CHECK(acts.find("least_likelihood 10 > none") != std::string::npos);
  CHECK(acts.find("remind_days 3 > 2") != std::string::npos);
}

// Who exists: the dated tree, and what is recorded of a unit by hand or by a list.
void walk_estate(Journey& journey, const std::string& root, const std::string& commune) {
  const auto old = field_of(journey.ask(Method::post, "/units", 201,
                                        R"({"name":"Xã Cũ","kind":"commune","code":"00001","valid_from":"2020-01-01","parent":)" + root + "}"),
                            "id");
  journey.ask(Method::post, "/units", 422, R"({"name":"X","kind":"commune","valid_from":"2027-02-30","parent":)" + root + "}");
  const auto merged = journey.ask(Method::post, "/units/" + old + "/succession", 200,
                                  R"({"kind":"merge","on":"2025-07-01","decision":"1660/NQ-UBTVQH15","into":[)" + commune + "]}");
  CHECK(field_of(merged, "unit.valid_to") == "2025-06-30");
  CHECK(field_of(merged, "succession.0.into.0.id") == commune);
  CHECK(journey.get("/units?as_of=2025-06-30").find("Xã Cũ") != std::string::npos);
  CHECK(journey.get("/units").find("Xã Cũ") == std::string::npos);
  journey.get("/units?as_of=2025-02-30", 422);
  const auto with_role = journey.ask(Method::post, "/units/" + commune + "/roles", 201,
                                     R"({"role":"standing_security_body","valid_from":"2025-03-01","decision":"QĐ 1"})");
  const auto taken = journey.ask(Method::post, "/units/" + root + "/roles", 409,
                                 R"({"role":"standing_security_body","valid_from":"2026-01-01","decision":"QĐ 2"})");
  CHECK(field_of(taken, "message.vi").find("Vai trò này đã có đơn vị giữ") == 0);
  journey.ask(Method::patch, "/unit-roles/" + field_of(with_role, "roles.0.id"), 200, R"({"valid_to":"2026-10-31"})");
  CHECK(field_of(journey.get("/units/" + commune + "?as_of=2026-01-01"), "roles.0.valid_to") == "2026-10-31");

  const auto system = journey.ask(Method::post, "/systems", 201,
                                  R"({"name":"Một cửa điện tử","level":3,"level_rule":"nd-85-2016","monitor":"VNPT","assessor":"VNPT","unit":)" + commune + "}");
  CHECK(field_of(system, "system.warnings.0.en").find("independent") != std::string::npos);
  const auto system_id = field_of(system, "system.id");
  journey.ask(Method::patch, "/systems/" + system_id, 200, R"({"dossier_at":"2026-01-05","assessor":"A05"})");
  CHECK(field_of(journey.get("/systems/" + system_id), "levels.0.rule") == "nd-85-2016");
  CHECK(field_of(journey.get("/systems?level=3&q=mot+cua"), "by_level.3") == "1");
  const auto device = field_of(journey.ask(Method::post, "/devices", 201,
                                           R"({"name":"may-01","kind":"workstation","mac":"00-15-5D-00-00-01","unit":)" + commune + "}"),
                               "id");
  journey.ask(Method::patch, "/devices/" + device, 200, R"({"marked":"unprotected"})");
  journey.ask(Method::patch, "/devices/" + device, 422, R"({"marked":"protected"})");
  CHECK(field_of(journey.get("/devices?state=unprotected"), "items.0.mac") == "00:15:5d:00:00:01");
  const auto list_of = "/devices/" + device + "/inventory";
  CHECK(field_of(journey.get(list_of), "handed") == "null");
  const auto preview = journey.ask(Method::post, list_of, 200, R"({"vendor":"Fortinet","product":"FortiGate","version":"v7.4.1 build2463"})");
  CHECK(field_of(preview, "first.0.version") == "7.4.1");
  CHECK(field_of(preview, "taken") == "false");
  CHECK(field_of(journey.get(list_of), "handed") == "null");
  const std::string csv = R"({"file_name":"tuong-lua.csv","confirm":true,"content":")" +
                          to_base64(as_bytes(std::string_view("Hãng,Sản phẩm,Phiên bản\nF5,BIG-IP,17.1.0\nVô danh,Hộp đen,1.0\n"))) + R"("})";
  const auto read = journey.ask(Method::post, list_of, 200, csv);
  CHECK(field_of(read, "passed_over") == "1");
  CHECK(field_of(read, "changed") == "true");
  CHECK(field_of(journey.get(list_of), "handed.file_name") == "tuong-lua.csv");
  CHECK(field_of(journey.ask(Method::post, list_of, 200, csv), "changed") == "false");
  for (const auto* wrong : {R"({})", R"({"product":"Hộp đen"})", R"({"file_name":"a","content":"AAAA"})", R"({"file_name":"a","content":"%%%%"})"}) {
    journey.ask(Method::post, list_of, 422, wrong);
  }
  const auto site = field_of(journey.ask(Method::post, "/sites", 201, R"({"address":"xa.example.gov.vn","unit":)" + commune + "}"), "id");
  journey.ask(Method::patch, "/sites/" + site, 200, R"({"label":"TN-1","label_valid_to":"2027-01-01"})");
  CHECK(field_of(journey.get("/sites"), "items.0.address") == "https://xa.example.gov.vn");
  const auto range = field_of(journey.ask(Method::post, "/address-ranges", 201, R"({"range":"203.0.113.0/28","unit":)" + commune + "}"), "id");
  journey.ask(Method::post, "/address-ranges", 409, R"({"range":"203.0.113.8/29","unit":)" + root + "}");
  journey.get("/address-ranges");
  journey.ask(Method::delete_, "/address-ranges/" + range, 204);
  const auto contact = field_of(journey.ask(Method::post, "/contacts", 201,
                                            R"({"purpose":"leader","name":"Lê Thị Dung","phone":"0912 345 678","valid_from":"2026-01-01","unit":)" + commune + "}"),
                                "id");
  journey.ask(Method::patch, "/contacts/" + contact, 200, R"({"title":"Chủ tịch"})");
  CHECK(field_of(journey.get("/contacts?q=dung"), "items.0.phone") == "0912345678");
  CHECK(field_of(journey.get("/units/" + commune), "accountable.title") == "Chủ tịch");

  // A list: bad rows are named and nothing changes; then a good one, twice.
  const auto content = [](std::string_view csv) { return to_base64(as_bytes(csv)); };
  const auto import = [&](std::string_view csv) {
    return journey.ask(Method::post, "/imports", 201,
                       R"({"kind":"devices","file_name":"may.csv","content":")" + content(csv) + R"(","unit":)" + commune + "}");
  };
  const auto bad = import("Tên máy;Địa chỉ MAC\nmay-02;00:15:5d:00:00:02\nmay-03;xyz\n");
  CHECK(field_of(bad, "problems.0.row") == "3");
  CHECK(field_of(bad, "problems.0.column") == "Địa chỉ MAC");
  CHECK(field_of(bad, "problems.0.message.vi") == "Địa chỉ MAC không hợp lệ.");
  journey.ask(Method::post, "/imports/" + field_of(bad, "id") + "/confirm", 409);
  journey.ask(Method::delete_, "/imports/" + field_of(bad, "id"), 204);
  CHECK(field_of(journey.get("/devices"), "total") == "1");
  const auto good = import("Tên máy;Địa chỉ MAC\nmay-02;00:15:5d:00:00:02\n");
  CHECK(field_of(journey.get("/imports/" + field_of(good, "id")), "adds") == "1");
  CHECK(field_of(journey.ask(Method::post, "/imports/" + field_of(good, "id") + "/confirm", 200), "state") == "confirmed");
  CHECK(field_of(journey.get("/devices"), "total") == "2");
  CHECK(field_of(import("Tên máy;Địa chỉ MAC\nmay-02;00:15:5d:00:00:02\n"), "same") == "1");
}

// What is owed, what proves it, and the second person.
void walk_duties(Journey& journey, const estate::NewTenant& province, const std::string& commune) {
  World& world = journey.world;
  const auto person = world.add_person(province.tenant, "ba.officer", Role::unit_officer, {{std::stoll(commune)}}, "Phạm Thị Ba");
  auto officer = world.session(province.tenant, person);
  const auto get = [&](std::string_view target) { return journey.ask_as(officer, Method::get, target, 200); };
  const auto post = [&](std::string_view target, int status, std::string body) {
    return journey.ask_as(officer, Method::post, target, status, std::move(body));
  };
  journey.get("/law-terms");
  CHECK(field_of(journey.get("/duties/shares"), "clauses") == "95");
  CHECK(field_of(get("/duties/matrix?as_of=2026-11-22"), "rows.0.unit.id") == commune);
  const auto cell = "/duties/cell?unit=" + commune + "&clause=HU-1.5b";
  CHECK(field_of(get(cell), "state") == "overdue");
  CHECK(field_of(get("/today"), "unit.id") == commune);

  // A marked file is refused in words; the next one is kept.
  const auto upload = [&](std::string_view name, std::string_view declared) {
    return R"({"unit":)" + commune + R"(,"file_name":")" + std::string(name) + R"(","content":")" + to_base64(as_bytes("Báo cáo năm")) +
           R"(","classification":")" + std::string(declared) + R"(","effective_on":"2026-11-20"})";
  };
  CHECK(field_of(post("/evidence", 422, upload("bao-cao.txt", "secret")), "field") == "classification");
  // A day that no calendar has is wrong, and not absent.
  std::string no_day = upload("bao-cao.txt", "none");
  no_day.replace(no_day.find("2026-11-20"), 10, "2026-02-30");
  CHECK(field_of(post("/evidence", 422, no_day), "field") == "effective_on");
  CHECK(field_of(post("/evidence", 422, upload("TUYỆT MẬT.txt", "none")), "message.vi").find("bí mật nhà nước") != std::string::npos);
  // A document is looked into, in the sandbox in earnest.
  const auto document = [&](std::string_view name) {
    std::ifstream file(KHIEN_SOURCE_DIR "/src/ingest/fuzz/corpus/document_text/" + std::string(name), std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    return R"({"unit":)" + commune + R"(,"file_name":"x.docx","content":")" + to_base64(as_bytes(bytes)) + R"(","classification":"none"})";
  };
  CHECK(field_of(post("/evidence", 422, document("stamped_header.docx")), "field") == "content");
  CHECK(field_of(post("/evidence", 201, document("plain.docx")), "looked_at") == "text");
  CHECK(field_of(post("/evidence", 201, document("damaged.docx")), "looked_at") == "name");
  const auto evidence = field_of(post("/evidence", 201, upload("Báo cáo năm.txt", "none")), "id");
  CHECK(field_of(get("/evidence/" + evidence), "size") == std::to_string(std::string_view("Báo cáo năm").size()));
  const auto bytes = officer.get("/api/v1/evidence/" + evidence + "/content");
  CHECK(bytes.body == "Báo cáo năm");
  CHECK(header_of(bytes, "Content-Disposition").starts_with("attachment;"));
  CHECK(header_of(bytes, "Content-Security-Policy") == "default-src 'none'; frame-ancestors 'none'; sandbox");
  CHECK(header_of(bytes, "Content-Type") == "application/octet-stream");
  journey.asked.insert("downloadEvidence");

  // Red, waiting, green, and back: all of it in the audit log.
  const auto record = [&](std::string_view period) {
    return field_of(post("/duty-records", 201, R"({"unit":)" + commune + R"(,"duty":"HU-1.5b.yearly","period_from":")" + std::string(period) +
                                                   R"(","done_on":"2026-11-20","statement":"Đã gửi.","evidence":[)" + evidence + "]}"),
                    "id");
  };
  record("2025-01-01");
  const auto id = record("2026-01-01");
  CHECK(field_of(post("/duty-records", 422, R"({"unit":)" + commune + R"(,"duty":"HU-1.5b.yearly","period_from":"2026-02-02","done_on":"2026-11-20"})"), "field") == "period_from");
  journey.ask_as(officer, Method::post, "/duty-records/" + id + "/decision", 403, R"({"approve":true})");
  CHECK(field_of(journey.get("/duty-records?state=waiting"), "total") == "2");
  CHECK(field_of(journey.get("/today"), "tasks.0.kind") != "?absent");
  // What two documents ask for is to be done once.
  const auto today = journey.get("/today?unit=" + commune);
  std::set<std::string> deeds;
  for (int i = 0; field_of(today, "tasks." + std::to_string(i)) != "?absent"; ++i) {
    const auto task = "tasks." + std::to_string(i);
    CHECK_MESSAGE(deeds.insert(field_of(today, task + ".title.vi") + field_of(today, task + ".why.vi")).second, field_of(today, task + ".title.vi"));
  }
  CHECK(deeds.size() > 3);
  journey.ask(Method::post, "/duty-records/" + id + "/decision", 422, R"({"approve":false})");
  CHECK(field_of(journey.ask(Method::post, "/duty-records/" + id + "/decision", 200, R"({"approve":true})"), "state") == "approved");
  CHECK(field_of(get(cell), "state") == "met");
  journey.ask(Method::post, "/duty-records/" + id + "/decision", 409, R"({"approve":true})");
  journey.ask_as(officer, Method::delete_, "/duty-records/" + id, 204);
  CHECK(field_of(get(cell), "state") == "due_soon");
  CHECK(field_of(journey.get("/audit?q=withdraw"), "items.0.object") == "duty_record:" + id);

  // Registers: a form by data, versions, a second person.
  CHECK(field_of(get("/registers"), "items.0.name") != "?absent");
  const auto line = [](std::string_view amount) {
    return R"("fields":"{\"item\":\"Tường lửa\",\"plan\":\"yearly\",\"purpose\":\"security\",\"amount\":)" + std::string(amount) +
           R"(,\"decided_on\":\"2026-01-10\"}")";
  };
  const auto body = [&](std::string_view amount) { return R"({"register":"budget_lines","unit":)" + commune + "," + line(amount) + "}"; };
  CHECK(field_of(post("/register-records", 422, body("-5")), "field") == "fields.amount");
  const auto first = field_of(post("/register-records", 201, body("5")), "id");
  const auto second = field_of(journey.ask_as(officer, Method::put, "/register-records/" + first, 200, "{" + line("6") + "}"), "id");
  CHECK(field_of(get("/register-records/" + first), "state") == "replaced");
  CHECK(field_of(journey.ask(Method::post, "/register-records/" + second + "/decision", 200, R"({"approve":true})"), "state") == "approved");
  CHECK(field_of(get("/register-records?register=budget_lines&q=tuong"), "items.0.fields.amount") == "6");
  journey.ask_as(officer, Method::delete_, "/register-records/" + second, 204);

  // A calendar program reads by its secret alone.
  const auto url = field_of(post("/calendar-feeds", 201, R"({"unit":)" + commune + "}"), "url");
  Browser program(*world.api);
  const auto feed = program.get(url.substr(url.find("/api/v1")));
  CHECK(feed.status == 200);
  CHECK(header_of(feed, "Content-Type") == "text/calendar; charset=utf-8");
  CHECK(feed.body.starts_with("BEGIN:VCALENDAR\r\n"));
  CHECK(feed.body.find("HU-1.5b.yearly-20261204") != std::string::npos);
  CHECK(program.get("/api/v1/calendar.ics?key=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA").status == 404);
  journey.asked.insert("getCalendarFeed");
  journey.get("/calendar?year=2026");
}

// A directive is entered as data, put into force by a second person, and binds at once.
void walk_directives(Journey& journey, const estate::NewTenant& province, const std::string& commune) {
  World& world = journey.world;
  const auto boss = world.add_person(province.tenant, "chu.tich", Role::leader, {province.root}, "Chủ tịch");
  auto leader = world.session(province.tenant, boss);
  JsonWriter wrapped;
  wrapped.begin_object().field("text", MatrixWorld::whole_directive()).field("submit", true).end_object();
  const auto text = wrapped.take();
  CHECK(field_of(journey.ask(Method::post, "/directives/check", 200, R"({"text":"key: x"})"), "faults.0.message.vi") != "?absent");
  const auto draft = field_of(journey.ask(Method::post, "/directives", 201, R"({"text":"key: x"})"), "directive.id");
  const auto handed = journey.ask(Method::put, "/directives/" + draft, 200, text);
  CHECK(field_of(handed, "directive.state") == "waiting");
  CHECK(field_of(handed, "clauses.0.clause.id") == "TN-1");
  const auto approval = [](std::string_view hash) { return R"({"approve":true,"text_sha256":")" + std::string(hash) + "\"}"; };
  const auto read = approval(field_of(handed, "text_sha256"));
  journey.ask(Method::post, "/directives/" + draft + "/decision", 409, read);
  // What was read before it was rewritten is not what would be put into force.
  CHECK(field_of(journey.ask_as(leader, Method::post, "/directives/" + draft + "/decision", 409, approval(sha256("key: x").hex())), "field") == "text_sha256");
  CHECK(field_of(journey.get("/duties/shares"), "clauses") == "95");
  CHECK(field_of(journey.ask_as(leader, Method::post, "/directives/" + draft + "/decision", 200, read), "directive.state") == "in_force");
  CHECK(field_of(journey.get("/duties/shares"), "clauses") == "96");
  CHECK(field_of(journey.get("/duties/cell?unit=" + commune + "&clause=TN-1"), "state") == "due_soon");
  CHECK(field_of(journey.ask(Method::patch, "/directives/" + draft, 200, R"({"valid_to":"2026-11-01","decision":"2/QĐ"})"), "directive.state") == "ended");
  CHECK(field_of(journey.get("/duties/shares"), "clauses") == "95");
  journey.get("/directives");
  journey.get("/directives/" + draft);
}

void walk_levels(Journey& journey, const estate::NewTenant& province, const std::string& commune) {
  World& world = journey.world;
  journey.get("/level-rules");
  journey.ask(Method::post, "/level-proposals", 200, R"({"answers":[]})");
  std::string system;
  const auto scope = store::TenantScope::for_test(province.tenant, {province.root});
  world.write([&](store::Connection& c) -> Result<void> {
    estate::SystemChange change;
    change.unit = UnitId{std::stoll(commune)};
    change.name = "Quản lý văn bản";
    TRY(const auto made, estate::create_system(c, scope, change, world.clock.now()));
    system = std::to_string(made.value);
    return estate::set_system_level(c, scope, made, {vietnam_day(world.clock.now()), std::nullopt, 2, "nd-331-2026", "1/QĐ"}, world.clock.now());
  });
  CHECK(field_of(journey.get("/systems/" + system + "/plan"), "requirements.0.state") == "not_judged");
  CHECK(field_of(journey.ask(Method::put, "/systems/" + system + "/plan", 200, R"body({"requirement":"T14423-4.1","state":"partly","note":"=cmd()"})body"), "partly") == "1");
  journey.ask(Method::put, "/systems/" + system + "/plan", 422, R"({"requirement":"T14423-3.1","state":"met"})");
  const auto dossier = journey.get("/systems/" + system + "/plan/dossier?format=csv");
  CHECK(dossier.find("\"'=cmd()\"") != std::string::npos);
}

// Somebody wanted to run the file, a medium was mounted, and the machine's page says how it looks at files.
void walk_access(Journey& journey, EnrolledMachine& machine, const std::string& finding) {
  World& world = journey.world;
  const std::string path = "/machines/" + std::to_string(machine.identity.machine.value);
  CHECK(field_of(journey.get(path), "on_access") == "null");
  const auto now = world.clock.now();
  const AccessSeen denied{.path = "/srv/thư mục/eicar.com", .sha256 = sha256("/srv/thư mục/eicar.com"), .matches = {{Engine::yara, "khien_eicar", "khien-base", Severity::critical}},
                          .program = "/usr/bin/bash\n", .pid = 4711, .uid = 1000, .times = 3};
  ProtectionSeen protection = all_running(now);
  protection.on_access = AccessState{.mode = AccessState::Mode::notify, .wanted = AccessState::Mode::permission, .why = "not\npermitted", .denied = 3, .late = 1};
  ScanSeen medium = complete_scan(now, 7);
  medium.medium = Medium{.mount_point = "/media/an/USB Màu", .file_system = "vfat", .source = "/dev/sdb1", .cut_short = true};
  REQUIRE(world.report(machine, {{now, denied}, {now, protection}, {now, medium}}).status == 200);
  const auto detail = journey.get("/findings/" + finding);
  CHECK(field_of(detail, "evidence.0.kind") == "access_seen");
  CHECK(field_of(detail, "evidence.0.file_sha256") == denied.sha256->hex());
  CHECK(field_of(detail, "facts.0.label.vi") == "Đã chặn chạy");
  CHECK(field_of(detail, "facts.0.value") == "/srv/thư mục/eicar.com");
  CHECK(field_of(detail, "facts.2.value") == "4711");
  CHECK(field_of(detail, "facts.4.value") == "3");
  CHECK(field_of(detail, "facts.6.value") == "yara:khien_eicar (khien-base)");
  const auto page = journey.get(path);
  CHECK(field_of(page, "on_access.mode") == "notify");
  CHECK(field_of(page, "on_access.wanted") == "permission");
  CHECK(field_of(page, "on_access.why").find('\n') == std::string::npos);
  CHECK(field_of(page, "on_access.late") == "1");
  CHECK(field_of(page, "media.0.mount_point") == "/media/an/USB Màu");
  CHECK(field_of(page, "media.0.cut_short") == "true");
  CHECK(field_of(page, "scan.files_seen") == field_of(journey.get(path), "scan.files_seen"));
}

// A release goes its rings; who answers for the province halts it, lets it go on and takes it back.
void walk_content(Journey& journey) {
  CHECK(field_of(journey.get("/content-releases"), "items") == "array:0");
  journey.ask(Method::post, "/content-releases", 503, R"({"content":"eA=="})");  // no desk in this world
  begin_content(journey.world, 1);
  const auto list = journey.get("/content-releases");
  CHECK(field_of(list, "items.0.standing") == "rolling");
  CHECK(field_of(list, "machines.unheard") == "1");
  CHECK(field_of(list, "last_good") == "null");
  const auto one = journey.get("/content-releases/rings?version=1");
  CHECK(field_of(one, "trials.0.before_ms") == "330");
  CHECK(field_of(one, "rings.1.members") == "1");
  CHECK(field_of(one, "may.1") == "take_back");
  journey.get("/content-releases/rings?version=2", 404);
  const auto act = [&](std::string_view what, int status, std::string_view reason = R"(,"reason":"nghi báo nhầm")") {
    return journey.ask(Method::post, "/content-releases/act", status,
                       R"({"version":1,"act":")" + std::string(what) + "\"" + std::string(reason) + "}");
  };
  CHECK(field_of(act("halt", 422, ""), "field") == "reason");
  CHECK(field_of(act("halt", 200), "release.standing") == "paused");
  act("halt", 409);
  CHECK(field_of(act("resume", 200, ""), "release.why.vi").empty());
  CHECK(field_of(act("take_back", 200), "release.why.vi") == "nghi báo nhầm");
  act("resume", 409);
  CHECK(field_of(journey.get("/audit?limit=1"), "items.0.action") == "content.rollback");
}

// A policy is written, looked at for whom it touches, and put into force by another person.
void walk_policies(Journey& journey, const estate::NewTenant& province, const std::string& commune, const std::string& machine) {
  World& world = journey.world;
  const std::string day = to_string(vietnam_day(world.clock.now()));
  const std::string words = R"("policy":"{\"format\":1,\"files_per_second\":300}","valid_from":")" + day + "\"";
  const std::string where = R"("unit":)" + commune + R"(,"role":"any",)";
  CHECK(field_of(journey.ask(Method::post, "/policies/preview", 200, "{" + where + words + "}"), "machines") == "1");
  const auto made = journey.ask(Method::post, "/policies", 201, "{" + where + words + R"(,"reason":"nhẹ máy"})");
  const auto path = "/policies/" + field_of(made, "policy.id");
  const auto again = journey.ask(Method::put, path, 200, "{" + words + R"(,"reason":"nhẹ máy hơn"})");
  const auto decision = R"({"publish":true,"read":")" + field_of(again, "policy.draft.digest") + "\"}";
  CHECK(field_of(journey.ask(Method::post, path + "/decision", 409, decision), "code") == "conflict");
  const auto other = world.add_person(province.tenant, "sau.soc", Role::soc_operator, {province.root}, "Bùi Văn Sáu");
  auto second = world.session(province.tenant, other);
  CHECK(field_of(journey.ask_as(second, Method::post, path + "/decision", 200, decision), "policy.in_force.number") == "1");
  CHECK(field_of(journey.get(path), "policy.draft") == "null");
  journey.get("/policies");
  CHECK(field_of(journey.get("/machines/" + machine + "/policy"), "desired.version") == "1");
}

// A file goes into quarantine by order, and comes back by two persons' word.
void walk_quarantine(Journey& journey, const estate::NewTenant& province, EnrolledMachine& machine, const std::string& finding) {
  World& world = journey.world;
  const std::string id = std::to_string(machine.identity.machine.value);
  const auto second = world.add_person(province.tenant, "bon.soc", Role::soc_operator, {province.root}, "Đỗ Văn Bốn");
  auto operator_ = world.session(province.tenant, second);
  const auto orders = [&] { return orders_from_json(answer_of(*world.agents, world.agent_request(machine, "/agent/v1/orders", orders_request())).body).value(); };
  const auto acknowledged = [&](std::vector<Observation> seen) {
    const auto answer = world.report(machine, seen);
    REQUIRE_MESSAGE(answer.status == 200, answer.body);
    return acknowledgement_from_json(answer.body).value();
  };
  CHECK(orders().empty());
  journey.ask(Method::post, "/findings/" + finding + "/quarantine", 422, R"({"reason":" "})");
  const auto order = journey.ask(Method::post, "/findings/" + finding + "/quarantine", 201, R"({"reason":"mã độc"})");
  CHECK(field_of(order, "state") == "waiting");
  CHECK(field_of(order, "created_by.name") == "Trần Thị Bình");
  journey.ask(Method::post, "/findings/" + finding + "/quarantine", 409, R"({"reason":"mã độc"})");

  // The agent is told at its next upload, and is given hashes and no path.
  CHECK(acknowledged({{world.clock.now(), Heartbeat{}}}).orders_wait);
  const auto given = orders();
  REQUIRE(given.size() == 1);
  CHECK(given[0].verb == Verb::quarantine);
  CHECK(given[0].path_sha256 == sha256("/srv/thư mục/eicar.com"));
  CHECK(given[0].sha256 == sha256("/srv/thư mục/eicar.com"));  // bad_file's bytes
  CHECK(to_json(given).find("/srv") == std::string::npos);

  // What it says of itself closes the finding and answers the order.
  const QuarantineSeen held{.state = QuarantineSeen::State::held, .quarantine = std::string(32, 'a'), .path = "/srv/thư mục/eicar.com",
                            .sha256 = given[0].sha256, .size = 68, .owner_uid = 0, .rule = "order", .order = given[0].id};
  const QuarantineSeen system{.state = QuarantineSeen::State::held, .quarantine = std::string(32, 'b'), .path = "/etc/cron.d/x",
                              .sha256 = sha256("x"), .size = 1, .owner_uid = 0, .rule = "yara:x"};
  const auto now = world.clock.now();
  acknowledged({{now, held}, {now, OrderSeen{given[0].id, Refusal::none, held.quarantine}}, {now, system}});
  CHECK(orders().empty());
  CHECK_FALSE(acknowledged({{now, Heartbeat{}}}).orders_wait);
  const auto closed = journey.get("/findings/" + finding);
  CHECK(field_of(closed, "finding.state") == "resolved");
  CHECK(field_of(closed, "history.0.note") == "quarantined");
  CHECK(field_of(journey.get("/orders"), "items.0.state") == "done");
  const auto list = journey.get("/quarantine?machine=" + id);
  CHECK(field_of(list, "total") == "2");
  CHECK(field_of(list, "items.0.path") == "/etc/cron.d/x");
  CHECK(field_of(list, "items.0.automatic") == "true");
  CHECK(field_of(list, "items.1.automatic") == "false");

  // A system folder: nothing is given out before another person agrees.
  const auto item = field_of(list, "items.0.id");
  journey.ask(Method::post, "/quarantine/" + item + "/restore", 422, R"({"reason":"báo nhầm","allow_until":"2026-02-30"})");
  journey.ask(Method::post, "/quarantine/" + item + "/restore", 422, R"({"reason":"báo nhầm","allow_until":"2026-01-01"})");
  const auto asked = journey.ask(Method::post, "/quarantine/" + item + "/restore", 201, R"({"reason":"báo nhầm","allow_until":"2027-01-31"})");
  CHECK(field_of(asked, "state") == "waiting_second");
  CHECK(orders().empty());
  const auto decision = "/orders/" + field_of(asked, "id") + "/decision";
  journey.ask(Method::post, decision, 409, R"({"approve":true})");
  CHECK(field_of(journey.get("/orders?view=waiting_second"), "total") == "1");
  CHECK(field_of(journey.ask_as(operator_, Method::post, decision, 200, R"({"approve":true})"), "decided_by.name") == "Đỗ Văn Bốn");
  journey.ask_as(operator_, Method::post, decision, 409, R"({"approve":true})");
  const auto back = orders();
  REQUIRE(back.size() == 1);
  CHECK(back[0].two_persons);
  CHECK(back[0].quarantine == std::string(32, 'b'));
  auto restored = system;
  restored.state = QuarantineSeen::State::restored;
  restored.order = back[0].id;
  acknowledged({{now, restored}, {now, OrderSeen{back[0].id, Refusal::none, restored.quarantine}}});
  CHECK(field_of(journey.get("/quarantine?machine=" + id), "total") == "1");
  CHECK(field_of(journey.get("/quarantine?view=all&machine=" + id), "items.0.state") == "restored");
  journey.ask(Method::post, "/quarantine/" + item + "/restore", 409, R"({"reason":"báo nhầm","allow_until":"2027-01-31"})");

  // The other file comes back, and not before is its finding closed for these bytes.
  const auto other = field_of(list, "items.1.id");
  CHECK(field_of(journey.ask(Method::post, "/quarantine/" + other + "/restore", 201, R"({"reason":"tệp của đơn vị","allow_until":"2027-01-31"})"), "state") == "waiting");
  CHECK(field_of(journey.get("/findings/" + finding), "finding.state") == "resolved");
  auto let_back = held;
  let_back.state = QuarantineSeen::State::restored;
  let_back.order = orders().at(0).id;
  acknowledged({{now, let_back}, {now, bad_file("/srv/thư mục/eicar.com")}});
  const auto suppressed = journey.get("/findings/" + finding);
  CHECK(field_of(suppressed, "finding.state") == "suppressed");
  CHECK(field_of(suppressed, "history.0.note") == "tệp của đơn vị");

  const auto scan = journey.ask(Method::post, "/machines/" + id + "/scan", 201);
  acknowledged({{now, OrderSeen{OrderId{std::stoll(field_of(scan, "id"))}, Refusal::rate, ""}}});
  CHECK(field_of(journey.get("/orders"), "items.0.state") == "refused");
  CHECK(field_of(journey.get("/orders"), "items.0.answer.en").find("Try again later") != std::string::npos);
  CHECK(field_of(journey.get("/audit?q=order.approve&limit=1"), "items.0.object") == "order:" + field_of(asked, "id"));
}

TEST_CASE("every operation answers as the interface says, from the first password to the first catch") {
  Journey journey;
  World& world = journey.world;
  const auto province = world.add_tenant("Tỉnh Lam Giang");
  std::string password;
  world.write([&](store::Connection& c) -> Result<void> {
    TRY(const auto made, create_account(c, {province.tenant, "admin", "Trần Thị Bình", Role::province_admin,
                                            {province.root}},
                                        kCheap, world.clock.now(), world.random));
    password = made.one_time_password.reveal();
    return {};
  });

  // Sign in, change the one-time password, set up the second factor.
  journey.get("/session", 401);
  const auto session = journey.ask(Method::post, "/session", 200,
                                   R"({"username":"admin","password":")" + password + R"("})");
  CHECK(field_of(session, "must_change_password") == "true");
  CHECK(field_of(session, "tenant") == "Tỉnh Lam Giang");
  CHECK(field_of(session, "sample") == "false");
  journey.get("/overview", 403);
  journey.ask(Method::put, "/session/password", 200,
              R"({"current":")" + password + R"(","new":"một mật khẩu rất dài"})");
  journey.ask(Method::post, "/session/totp", 403);
  journey.ask(Method::post, "/session/step-up", 200, R"({"password":"một mật khẩu rất dài"})");
  const auto setup = journey.ask(Method::post, "/session/totp", 200);
  CHECK(field_of(setup, "uri").starts_with("otpauth://totp/Khien:admin?secret="));
  Bytes secret;
  REQUIRE(world.hub->read([&](store::Connection& c) -> Result<void> {
            TRY(const auto person, find_credentials(c, "admin"));
            secret = person->totp_pending;
            return {};
          }).has_value());
  CHECK(field_of(setup, "secret") == to_base32(secret));
  journey.ask(Method::put, "/session/totp", 200,
              R"({"totp":")" + totp_code(secret, totp_step(world.clock.now())) + R"("})");
  CHECK(field_of(journey.get("/session"), "totp_enabled") == "true");

  // Before any machine: nothing was looked at.
  CHECK(field_of(journey.get("/overview"), "verdict.level") == "unknown");
  CHECK(field_of(journey.get("/machines"), "total") == "0");

  // Units, a token, a machine.
  const auto root = std::to_string(province.root.value);
  const auto commune = field_of(journey.ask(Method::post, "/units", 201,
                                            R"({"name":"Xã Mỹ Châu","kind":"commune","parent":)" + root + "}"),
                                "id");
  journey.ask(Method::patch, "/units/" + commune, 200, R"({"name":"Phường Mỹ Châu"})");
  const auto spare = field_of(
      journey.ask(Method::post, "/units", 201, R"({"name":"Tạm","kind":"other","parent":)" + root + "}"), "id");
  journey.ask(Method::delete_, "/units/" + spare, 204);
  journey.get("/units");
  walk_estate(journey, root, commune);
  const auto token = journey.ask(Method::post, "/enrolment-tokens", 201, R"({"unit":)" + commune + "}");
  CHECK(field_of(token, "command") ==
        "sudo khien-agent enroll https://hub.example.gov.vn:8444 " + field_of(token, "secret"));
  const auto carried = EnrolmentToken::from_text(field_of(token, "secret"));
  REQUIRE(carried.has_value());
  const auto unused = journey.ask(Method::post, "/enrolment-tokens", 201, R"({"unit":)" + commune + R"(,"valid_hours":1})");
  journey.ask(Method::delete_, "/enrolment-tokens/" + field_of(unused, "token.id"), 204);
  auto machine = world.enrol(province, {std::stoll(commune)}, "mx1");
  CHECK(field_of(unused, "token.created_by.name") == "Trần Thị Bình");
  // One of the command line is by nobody who has an account.
  world.write([&](store::Connection& c) -> Result<void> {
    const auto scope = store::TenantScope::for_test(province.tenant, {province.root});
    TRY_VOID(estate::create_token(c, scope, province.root, std::nullopt, hours(1), world.clock.now(), world.random));
    return {};
  });
  CHECK(field_of(journey.get("/enrolment-tokens"), "items.0.created_by") == "null");

  // It speaks: who it is, what is installed, how it is protected, and a bad file.
  PackagesSeen packages{.inventory = 1, .part = 1, .parts = 1, .packages = {}};
  packages.packages.push_back({"pkg:deb/debian/bash@5.2?arch=amd64", "bash", "5.2", "", ""});
  const auto now = world.clock.now();
  const auto answer = world.report(machine, {{now, described("mx1")},
                                             {now, packages},
                                             {now, all_running(now)},
                                             {now, complete_scan(now)},
                                             {now, bad_file("/srv/thư mục/eicar.com")}});
  REQUIRE_MESSAGE(answer.status == 200, answer.body);
  world.clock.advance(seconds(10));

  const auto machines = journey.get("/machines?health=infected&q=mx1&limit=5");
  CHECK(field_of(machines, "items.0.name") == "mx1");
  const auto id = field_of(machines, "items.0.id");
  CHECK(field_of(journey.get("/machines?content=updated&kind=unlisted&os=Debian%20GNU%2FLinux%2012"), "total") == "1");
  CHECK(field_of(journey.get("/machines?content=not_updated"), "total") == "0");
  CHECK(field_of(journey.get("/machine-facets?content=not_updated"), "content.updated") == "1");
  CHECK(field_of(journey.get("/machine-facets?kind=server"), "kinds.unlisted") == "1");
  journey.get("/machine-facets?kind=laptop", 422);
  journey.get("/machines/" + id);
  CHECK(field_of(journey.get("/machines/" + id + "/packages?q=bash"), "items.0.version") == "5.2");
  const auto overview = journey.get("/overview?unit=" + root);
  CHECK(field_of(overview, "verdict.level") == "alarm");
  CHECK(field_of(overview, "content.machines") == "1");
  CHECK(field_of(overview, "attention.0.kind") == "finding");
  CHECK(field_of(overview, "findings.critical") == "1");

  // A line of the list has the machine's name and is taken for it, until a person says that it is not.
  const auto line = field_of(journey.ask(Method::post, "/devices", 201, R"({"name":"mx1","kind":"workstation","unit":)" + commune + "}"), "id");
  const auto lines = std::stoi(field_of(journey.get("/devices"), "total"));
  journey.ask(Method::post, "/devices/" + line + "/parting", 200);
  CHECK(std::stoi(field_of(journey.get("/devices"), "total")) == lines + 1);
  journey.ask(Method::post, "/devices/" + line + "/parting", 409);
  journey.ask(Method::delete_, "/devices/" + line + "/parting", 200);
  CHECK(std::stoi(field_of(journey.get("/devices"), "total")) == lines);

  // The catch, down to its bytes.
  const auto findings = journey.get("/findings?view=open&severity=critical,high&machine=" + id);
  CHECK(field_of(findings, "counts.open") == "1");
  CHECK(field_of(findings, "items.0.subject") == "/srv/thư mục/eicar.com");
  const auto finding = field_of(findings, "items.0.id");
  const auto groups = journey.get("/findings?group=rule");
  CHECK(field_of(groups, "items") == "array:0");
  CHECK(field_of(groups, "groups.0.assets") == "1");
  CHECK(field_of(journey.get("/findings?rule=" + field_of(groups, "groups.0.rule")), "items.0.id") == finding);
  CHECK(field_of(journey.get("/findings?rule=yara:khien"), "total") == "0");
  const auto detail = journey.get("/findings/" + finding);
  CHECK(field_of(detail, "facts.0.value") == "/srv/thư mục/eicar.com");
  const auto observation = journey.get("/observations/" + field_of(detail, "evidence.0.id"));
  CHECK(field_of(observation, "hash_ok") == "true");
  CHECK(sha256(field_of(observation, "raw")).hex() == field_of(observation, "observation.event_sha256"));
  journey.ask(Method::patch, "/findings/" + finding, 422, R"({"state":"suppressed"})");
  const auto taken = journey.ask(Method::patch, "/findings/" + finding, 200, R"({"state":"in_progress","take":true})");
  CHECK(field_of(taken, "finding.owner.name") == "Trần Thị Bình");

  walk_access(journey, machine, finding);
  walk_incidents(journey, province, commune, finding);
  walk_quarantine(journey, province, machine, finding);
  walk_website(journey, province.tenant, commune);
  walk_advisory(journey, machine, commune);
  walk_firewall(journey, commune);
  walk_letter(journey);
  walk_reports(journey, commune);
  walk_sharing(journey, province.tenant);
  walk_messages(journey);
  walk_roster(journey, commune);
  walk_botnet(journey, commune);
  walk_requests(journey, province, commune);
  walk_outside(journey, province);
  walk_help(journey, province, commune);

  const auto scan = journey.ask(Method::post, "/units/" + commune + "/scan", 201);
  CHECK(std::stoi(field_of(scan, "machines")) + std::stoi(field_of(scan, "waiting")) == 1);
  CHECK(field_of(journey.ask(Method::post, "/units/" + commune + "/scan", 409), "message.vi").find("trong vòng một giờ") != std::string::npos);

  // People.
  journey.get("/users");
  CHECK(field_of(journey.get("/people?unit=" + commune), "items.0.role") != "null");
  const auto made = journey.ask(
      Method::post, "/users", 201,
      R"({"username":"officer","name":"Lê Văn C","role":"unit_officer","scope":[)" + commune + "]}");
  const auto user = field_of(made, "user.id");
  journey.ask(Method::patch, "/users/" + user, 200, R"({"name":"Lê Văn Cường","role":"leader"})");
  journey.ask(Method::post, "/users/" + user + "/password", 200);

  walk_duties(journey, province, commune);
  walk_directives(journey, province, commune);
  walk_levels(journey, province, commune);
  walk_content(journey);
  walk_policies(journey, province, commune, id);

  // Proof, and the end.
  REQUIRE(world.api->tick().has_value());
  const auto audit = journey.get("/audit?limit=3");
  CHECK(field_of(audit, "items.0.action") == "policy.publish");
  CHECK(field_of(journey.get("/audit?q=password_reset&limit=1"), "items.0.object") == "user:" + user);
  CHECK(field_of(audit, "next") != "null");
  CHECK(field_of(journey.get("/audit?q=ENROL&cursor=9999"), "items.0.action").find("enrol") != std::string::npos);
  const auto verified = journey.ask(Method::post, "/audit/verify", 200);
  CHECK(field_of(verified, "ok") == "true");
  CHECK(field_of(verified, "checkpoints") == "1");
  journey.ask(Method::patch, "/machines/" + id, 200, R"({"revoked":true})");
  CHECK(world.report(machine, {{now, Heartbeat{}}}).status == 403);
  journey.ask(Method::delete_, "/session", 204);
  journey.get("/session", 401);

  journey.asked.insert("streamEvents");  // events_test.cpp
  for (const Route& route : routes()) CHECK_MESSAGE(journey.asked.contains(route.name), route.name);
}

}  // namespace
}  // namespace khien::api

// What people ask of each other, walked by the journey.
#include "journey.hpp"

namespace khien::api {

using net::Method;

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

}  // namespace khien::api

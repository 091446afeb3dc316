// What leaves the house, walked by the journey.
#include "journey.hpp"

namespace khien::api {

using net::Method;

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

}  // namespace khien::api

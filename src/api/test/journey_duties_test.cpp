// What is owed, walked by the journey.
#include "journey.hpp"
#include "matrix_world.hpp"
#include "khien/estate/systems.hpp"

namespace khien::api {

using net::Method;

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

}  // namespace khien::api

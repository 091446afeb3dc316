// What a machine is told and tells, walked by the journey.
#include "journey.hpp"
#include "matrix_world.hpp"

namespace khien::api {

using net::Method;

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

}  // namespace khien::api

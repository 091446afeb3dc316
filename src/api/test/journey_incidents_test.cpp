// An incident, walked by the journey.
#include "journey.hpp"

namespace khien::api {

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

}  // namespace khien::api

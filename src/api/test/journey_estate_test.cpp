// Who and what there is, walked by the journey.
#include "journey.hpp"

namespace khien::api {

using net::Method;

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

}  // namespace khien::api

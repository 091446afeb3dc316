#pragma once

#include <string>

#include "khien/core/bytes.hpp"
#include "khien/core/time.hpp"
#include "world.hpp"

namespace khien::api {

// A list of the national centre: whose its addresses are, cleaned step by step, off after two
// lists without them, and back again. What counted stays.
template <class Journey>
void walk_botnet(Journey& journey, const std::string& commune) {
  using net::Method;
  const auto base64 = [](std::string_view text) { return to_base64(as_bytes(text)); };
  const auto list = [&](const std::string& day, const std::string& rest) {
    return R"({"source":"Trung tâm An ninh mạng quốc gia","complete":true,"listed_on":")" + day + "\"," + rest + "}";
  };
  const auto empty = R"("file_name":"rong.csv","content":")" + base64("Địa chỉ IP\n") + "\"";
  const auto bring = [&](const std::string& body) {
    const auto previewed = journey.ask(Method::post, "/botnet/lists", 201, body);
    return journey.ask(Method::post, "/botnet/lists/" + field_of(previewed, "list.id") + "/confirm", 200);
  };

  const auto before = journey.get("/botnet/addresses");
  CHECK(field_of(before, "lookup.days_since") == "null");
  CHECK(field_of(before, "lookup.late") == "true");
  journey.ask(Method::post, "/address-ranges", 201, R"({"unit":)" + commune + R"(,"range":"192.0.2.64/28","purpose":"NAT"})");

  // One bad row, and nothing is taken.
  const auto bad = journey.ask(Method::post, "/botnet/lists", 201, list("2026-11-01", R"("text":"192.0.2.65 10.1.2.3 192.0.2.0/24")"));
  CHECK(field_of(bad, "report.problems_total") == "2");
  CHECK(field_of(bad, "report.problems.0.value") == "192.0.2.0/24");
  CHECK(field_of(bad, "report.problems.1.value") == "10.1.2.3");
  const auto bad_path = "/botnet/lists/" + field_of(bad, "list.id");
  journey.ask(Method::post, bad_path + "/confirm", 409);
  journey.ask(Method::delete_, bad_path, 204);
  journey.get(bad_path, 404);
  CHECK(field_of(journey.ask(Method::post, "/botnet/lists", 422, list("2027-11-01", empty)), "field") == "listed_on");
  journey.ask(Method::post, "/botnet/lists", 422, list("2026-11-01", R"("file_name":"x")"));
  journey.ask(Method::post, "/botnet/lists", 422, list("2026-11-01", R"("file_name":"x","content":")" + base64("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") + "\""));

  const auto csv = base64("Địa chỉ IP;Thời gian;Loại mã độc;Máy chủ điều khiển\n192.0.2.65:4432;31/10/2026 08:15;Mirai;198.51.100.7:80\n203.0.113.250;;Sality;\n");
  const auto previewed = journey.ask(Method::post, "/botnet/lists", 201, list("2026-11-01", R"("file_name":"danh sách.csv","content":")" + csv + "\""));
  CHECK(field_of(previewed, "report.fresh") == "2");
  CHECK(field_of(previewed, "report.unknown") == "1");
  CHECK(field_of(previewed, "report.sample.0.unit.id") == commune);
  const auto confirmed = journey.ask(Method::post, "/botnet/lists/" + field_of(previewed, "list.id") + "/confirm", 200);
  CHECK(field_of(confirmed, "list.state") == "confirmed");
  journey.ask(Method::delete_, "/botnet/lists/" + field_of(previewed, "list.id"), 409);
  CHECK(field_of(journey.get("/audit?q=botnet.refused&limit=1"), "items.0.detail") == "discard");
  CHECK(field_of(journey.get("/botnet/lists"), "sources.0") == "Trung tâm An ninh mạng quốc gia");

  const auto own = journey.get("/botnet/addresses?unit=" + commune);
  CHECK(field_of(own, "total") == "1");
  CHECK(field_of(own, "items.0.address") == "192.0.2.65");
  CHECK(field_of(own, "items.0.purpose") == "NAT");
  CHECK(field_of(journey.get("/botnet/addresses?view=unknown&q=sality"), "items.0.unit") == "null");
  journey.get("/botnet/addresses?cursor=AAAA", 422);

  // The log names nobody that is known, and is kept all the same.
  const auto log = journey.ask(Method::post, "/botnet/logs", 201,
                               R"({"unit":)" + commune + R"(,"file_name":"fw.csv","content":")" +
                                   base64("time,inside,outside,port\n2026-10-31 08:15:00,10.99.0.5,198.51.100.7,80\n2026-10-31 08:16:00,10.99.0.6,8.8.8.8,53\n") + "\"}");
  CHECK(field_of(log, "matched") == "1");
  journey.ask(Method::post, "/botnet/logs", 422, R"({"unit":)" + commune + R"(,"file_name":"x.csv","content":")" + base64("a,b\n1,2\n") + "\"}");

  const auto path = "/botnet/addresses/" + field_of(own, "items.0.id");
  const auto move = [&](const std::string& body, int status = 200) { return journey.ask(Method::post, path + "/move", status, body); };
  CHECK(field_of(journey.get(path), "connections.0.inside") == "10.99.0.5");
  move(R"({"event":"sent","note":"Công văn 12"})");
  move(R"({"event":"sent"})", 409);
  CHECK(field_of(move(R"({"event":"reported_clean"})", 409), "message.vi").find("Chưa xong bước") != std::string::npos);
  for (const char* step : {"find_machine", "isolate", "scan", "clean", "passwords"}) move(std::string(R"({"event":"step","step":")") + step + "\"}");
  move(R"({"event":"step","step":"scan"})", 409);
  move(R"({"event":"step","step":"nothing"})", 422);
  move(R"({"event":"host","machine":7000000001})", 404);
  const auto clean = move(R"({"event":"reported_clean","note":"Đã cài lại"})");
  CHECK(field_of(clean, "address.state") == "reported_clean");
  CHECK(field_of(clean, "steps.0.done_by.name") == "Trần Thị Bình");

  // What it was becomes an incident of its unit; both tell of each other.
  journey.ask(Method::post, path + "/incident", 422, R"({"detected_at":"yesterday"})");
  const auto with_incident = journey.ask(Method::post, path + "/incident", 200, R"({"severity":"high"})");
  const auto incident = field_of(with_incident, "incidents.0.id");
  CHECK(field_of(with_incident, "incidents.0.state") == "open");
  CHECK(field_of(with_incident, "history.0.note") == "Mở sự cố số " + incident);
  CHECK(field_of(journey.get("/incidents/" + incident), "botnet.0.address") == "192.0.2.65");
  CHECK(field_of(journey.ask(Method::post, path + "/incident", 409, "{}"), "message.vi") == "Địa chỉ này đã gắn với một sự cố chưa đóng.");
  journey.ask(Method::post, path + "/incident", 404, R"({"incident":7000000001})");
  CHECK(field_of(journey.ask(Method::post, path + "/incident", 200, R"({"incident":)" + incident + "}"), "incidents") == "array:1");

  bring(list("2026-11-08", empty));
  CHECK(field_of(journey.get(path), "address.absences") == "1");
  bring(list("2026-11-15", empty));
  CHECK(field_of(journey.get(path), "address.state") == "delisted");
  CHECK(field_of(journey.get("/botnet/addresses"), "total") == "0");
  bring(list("2026-11-20", R"("text":"192.0.2.65")"));
  const auto back = journey.get(path);
  CHECK(field_of(back, "address.state") == "recurred");
  CHECK(field_of(back, "address.recurrences") == "1");
  CHECK(field_of(back, "steps.0.done_at") == "null");

  const auto looked = journey.ask(Method::post, "/botnet/lookups", 201, R"({"found":1,"note":"còn một"})");
  CHECK(field_of(looked, "items.0.who.name") == "Trần Thị Bình");
  CHECK(field_of(looked, "lookup.days_since") == "0");
  CHECK(field_of(looked, "lookup.late") == "false");
  journey.ask(Method::post, "/botnet/lookups", 422, R"({"found":0,"looked_up_at":"2026-99-99T00:00:00Z"})");
  CHECK(field_of(journey.get("/botnet/lookups"), "total") == "5");
  // The duty is met by the register, and the register has them.
  CHECK(field_of(journey.get("/register-records?register=remote_monitoring_lookups"), "total") == "5");
}

}  // namespace khien::api

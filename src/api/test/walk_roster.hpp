#pragma once

#include <string>

#include "khien/core/time.hpp"
#include "world.hpp"

namespace khien::api {

// A night on duty: put on the roster, called, answered, handed over; what has begun stands.
template <class Journey>
void walk_roster(Journey& journey, const std::string& commune) {
  using net::Method;
  const auto at = [&](std::int64_t minutes_from_now) { return to_rfc3339(journey.world.clock.now() + minutes(minutes_from_now)); };
  const auto shift = [&](std::int64_t from, std::int64_t to, const std::string& rest) {
    return R"({"unit":)" + commune + R"(,"from":")" + at(from) + R"(","to":")" + at(to) + "\"," + rest + "}";
  };
  const std::string me = field_of(journey.get("/session"), "user.id");
  const std::string days = "from=2026-11-20&to=2027-02-20&unit=" + commune;

  CHECK(field_of(journey.ask(Method::post, "/roster/pings", 409, R"({"unit":)" + commune + "}"), "message.vi").find("không có ai trực") != std::string::npos);
  const auto planned = journey.ask(Method::post, "/roster/shifts", 201, shift(600, 1'200, R"("person":"Trần Thị Bình","phone":"0912 345 678","part":"deputy")"));
  CHECK(field_of(planned, "may_edit") == "true");
  const auto path = "/roster/shifts/" + field_of(planned, "id");
  CHECK(field_of(journey.ask(Method::patch, path, 200, R"({"to":")" + at(900) + R"(","part":"main"})"), "to") == at(900));
  CHECK(field_of(journey.ask(Method::patch, path, 422, R"({"to":"tomorrow"})"), "field") == "to");
  CHECK(field_of(journey.ask(Method::patch, path, 422, R"({"user":7000000001})"), "field") == "user");
  journey.ask(Method::post, path + "/handover", 409, R"({"words":"chưa trực"})");
  journey.ask(Method::delete_, path, 204);
  journey.ask(Method::delete_, path, 404);
  journey.ask(Method::post, "/roster/shifts", 409, shift(-10, 60, R"("person":"An","part":"main")"));
  journey.ask(Method::post, "/roster/shifts", 422, shift(60, 60, R"("person":"An","part":"main")"));

  const auto night = journey.ask(Method::post, "/roster/shifts", 201, shift(0, 600, R"("person":"Trần Thị Bình","user":)" + me + R"(,"part":"main")"));
  const auto begun = "/roster/shifts/" + field_of(night, "id");
  CHECK(field_of(night, "may_edit") == "false");
  journey.ask(Method::patch, begun, 409, R"({"person":"Người khác"})");
  journey.ask(Method::delete_, begun, 409);
  const auto refused = journey.get("/audit?q=shift.refused&limit=1");
  CHECK(field_of(refused, "items.0.object") == "shift:" + field_of(night, "id"));
  CHECK(field_of(refused, "items.0.detail") == "remove");

  CHECK(field_of(journey.get("/roster/pings?view=to_me"), "total") == "0");
  const auto asked = journey.ask(Method::post, "/roster/pings", 201, R"({"unit":)" + commune + "}");
  CHECK(field_of(asked, "person") == "Trần Thị Bình");
  CHECK(field_of(asked, "may_answer") == "true");
  journey.ask(Method::post, "/roster/pings", 409, R"({"unit":)" + commune + "}");
  CHECK(field_of(journey.get("/roster/pings?view=to_me"), "items.0.id") == field_of(asked, "id"));
  journey.world.clock.advance(seconds(75));
  const auto answer = "/roster/pings/" + field_of(asked, "id") + "/answer";
  CHECK(field_of(journey.ask(Method::post, answer, 200), "seconds_to_answer") == "75");
  journey.ask(Method::post, answer, 409);
  CHECK(field_of(journey.get("/roster/pings?view=to_me"), "total") == "0");
  CHECK(field_of(journey.get("/roster/pings?unit=" + commune), "items.0.answered_by.id") == me);

  CHECK(field_of(journey.ask(Method::post, begun + "/handover", 201, R"({"words":"Máy chủ thư chậm, đã báo."})"), "handover.words") == "Máy chủ thư chậm, đã báo.");
  journey.ask(Method::post, begun + "/handover", 409, R"({"words":"sửa"})");

  CHECK(field_of(journey.get("/roster/settings?unit=" + commune), "need") == "by_law");
  const std::string always = R"({"unit":)" + commune + R"(,"need":"always","deputy_after_minutes":5,"leader_after_minutes":10})";
  CHECK(field_of(journey.ask(Method::put, "/roster/settings", 200, always), "deputy_after_minutes") == "5");
  const auto roster = journey.get("/roster?" + days);
  CHECK(field_of(roster, "need") == "always");
  CHECK(field_of(roster, "on_duty.0.person") == "Trần Thị Bình");
  CHECK(field_of(roster, "unit.id") == commune);
  CHECK(field_of(roster, "gap_minutes") != "0");
  const auto window = field_of(roster, "windows.0.id");
  CHECK(field_of(roster, "windows.0.units_with_gaps") == "1");
  CHECK(field_of(journey.get("/roster/units?window=" + window + "&only_gaps=true"), "items.0.unit.id") == commune);
  const auto brief = journey.get("/roster?windows_only=true&" + days);
  CHECK(field_of(brief, "windows.0.id") == window);
  CHECK(field_of(brief, "gap_minutes") == field_of(roster, "gap_minutes"));
  CHECK(brief.find("Trần Thị Bình") == std::string::npos);
  journey.get("/roster/units?window=2026-11-20", 404);
  journey.get("/roster?from=2026-11-20&to=2027-11-20", 422);
  const auto calendar = journey.browser().get("/api/v1/roster/calendar.ics?" + days);
  journey.asked.insert("getRosterCalendar");
  CHECK(calendar.status == 200);
  CHECK(header_of(calendar, "Content-Type").starts_with("text/calendar"));
  CHECK(calendar.body.find("UID:duty-shift-" + field_of(night, "id") + "@khien\r\n") != std::string::npos);
}

}  // namespace khien::api

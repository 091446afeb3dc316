#pragma once

#include <string>

#include "world.hpp"

namespace khien::api {

// What one is told: a test message, read and answered for good; how one is told, and no other's.
template <class Journey>
void walk_messages(Journey& journey) {
  using net::Method;
  const auto settings = journey.get("/messages/settings");
  CHECK(field_of(settings, "quiet_from") == "0");
  CHECK(field_of(settings, "mail_ready") == "false");
  const auto wanted = [](const std::string& mail, const std::string& by_mail) {
    return R"({"language":"en","mail":")" + mail + R"(","by_mail":)" + by_mail + R"(,"quiet_from":1320,"quiet_to":360})";
  };
  CHECK(field_of(journey.ask(Method::put, "/messages/settings", 422, wanted("a@b\\r\\nBcc: c@d.vn", "false")), "field") == "mail");
  CHECK(field_of(journey.ask(Method::put, "/messages/settings", 422, wanted("", "true")), "field") == "mail");
  CHECK(field_of(journey.ask(Method::put, "/messages/settings", 200, wanted("canbo@mau.gov.vn", "true")), "mail") == "canbo@mau.gov.vn");
  CHECK(field_of(journey.get("/messages/settings"), "quiet_to") == "360");
  CHECK(field_of(journey.get("/audit?q=message.settings&limit=1"), "items.0.action") == "message.settings");

  const auto before = std::stoi(field_of(journey.get("/messages"), "counts.unread"));
  journey.ask(Method::post, "/messages/test", 200);
  journey.ask(Method::post, "/messages/test", 429);
  const auto list = journey.get("/messages?view=unread&limit=1");
  CHECK(field_of(list, "items.0.kind") == "test");
  CHECK(field_of(list, "items.0.title.vi").starts_with("Thông báo thử"));
  CHECK(std::stoi(field_of(list, "counts.unread")) == before + 1);
  const auto id = field_of(list, "items.0.id");
  const auto mark = [&](const std::string& as) { return journey.ask(Method::post, "/messages/acknowledge", 200, R"({"messages":[)" + id + R"(,7000000001],"as":")" + as + "\"}"); };
  CHECK(std::stoi(field_of(mark("read"), "unread")) == before);
  mark("acknowledged");
  const auto answered = field_of(journey.get("/messages?limit=1"), "items.0.acknowledged_at");
  CHECK(answered != "null");
  journey.world.clock.advance(seconds(5));
  mark("acknowledged");
  CHECK(field_of(journey.get("/messages?limit=1"), "items.0.acknowledged_at") == answered);
  journey.get("/messages?cursor=AAAA", 422);
}

}  // namespace khien::api

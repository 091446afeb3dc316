#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "duty_jobs.hpp"
#include "khien/core/bytes.hpp"
#include "khien/core/date.hpp"
#include "khien/roster/pings.hpp"
#include "notice_desk.hpp"
#include "world.hpp"

namespace khien::api {

// A hub with a province in it and people who use it by requests alone. Minutes pass when a test
// says so, and in each the hub does what it does by itself each minute.
class Town {
 public:
  Town() {
    province = world.add_tenant("Tỉnh Lam Giang");
    world.write([&](store::Connection& c) -> Result<void> {
      TRY(department, estate::create_unit(c, store::TenantScope::for_test(province.tenant, {province.root}), "Sở Y tế", estate::UnitKind::department, province.root,
                                          world.clock.now()));
      return {};
    });
    admin = &person("admin", Role::province_admin, province.root, "Trần Thị Bình");
    operator_ = &person("soc", Role::soc_operator, province.root, "Ngô Văn Trực");
    leader = &person("leader", Role::leader, province.root, "Lê Chủ Tịch");
    officer = &person("officer", Role::unit_officer, department, "Phạm Cán Bộ");
    post = std::make_shared<NoPost>();
    notices = std::make_unique<hub::NoticeDesk>(*world.hub, world.clock, hub::NoticeDesk::Options{.rules = shipped_notice_rules(), .post = post, .law = world.law, .told = {}});
    minute();
  }

  Browser& person(std::string_view username, Role role, UnitId unit, std::string_view name) {
    const auto id = world.add_person(province.tenant, username, role, {unit}, name);
    people_.push_back({id, std::make_unique<Browser>(world.session(province.tenant, id))});
    return *people_.back().browser;
  }

  // What the hub does when a minute begins.
  void minute() {
    const auto watched = hub::watch_all_incidents(*world.hub, *world.law, *shipped_incidents(), world.clock.now());
    REQUIRE_MESSAGE(watched, watched.error().what());
    const auto swept = roster::sweep(*world.hub, world.clock.now());
    REQUIRE_MESSAGE(swept, swept.error().what());
    notices->tick();
  }
  // Every minute of it.
  void pass(Duration time) {
    for (std::int64_t left = time.ms; left > 0; left -= minutes(1).ms) {
      world.clock.advance(Duration{std::min(left, minutes(1).ms)});
      minute();
    }
  }
  // Nobody works and nothing happens: minutes that matter are those around the end.
  void wait_until(Timestamp then) {
    while (world.clock.now() + hours(1) < then) {
      world.clock.advance(hours(1));
      minute();
    }
    pass(then - world.clock.now());
  }

  std::string ask(Browser& who, net::Method method, std::string_view target, int status, std::string body = {}) {
    // A session ends by its own clock, and this one runs for days: whoever acts has signed in.
    refresh(who);
    const auto response = who.send(method, "/api/v1" + std::string(target), std::move(body));
    CHECK_MESSAGE(response.status == status, std::string(target), ": ", response.body);
    return response.body;
  }
  std::string get(Browser& who, std::string_view target) { return ask(who, net::Method::get, target, 200); }
  std::string post_to(Browser& who, std::string_view target, int status, std::string body = {}) { return ask(who, net::Method::post, target, status, std::move(body)); }

  std::string now() const { return to_rfc3339(world.clock.now()); }
  std::string today() const { return to_string(vietnam_day(world.clock.now())); }

  // "initial met; report running", in the order of the page.
  std::string clocks(const std::string& incident) {
    const auto page = get(*operator_, "/incidents/" + incident);
    std::string all;
    for (int i = 0; field_of(page, "clocks." + std::to_string(i) + ".id") != "?absent"; ++i) {
      const auto at = "clocks." + std::to_string(i) + ".";
      all += (all.empty() ? "" : "; ") + field_of(page, at + "id") + " " + field_of(page, at + "state");
    }
    return all;
  }
  // Moments of the timeline's lines of one kind, oldest first, as minutes after `from`.
  std::vector<std::int64_t> minutes_of(const std::string& incident, std::string_view what, Timestamp from) {
    const auto page = get(*operator_, "/incidents/" + incident + "/timeline?limit=500");
    std::vector<std::int64_t> all;
    for (int i = 0; field_of(page, "items." + std::to_string(i) + ".id") != "?absent"; ++i) {
      const auto at = "items." + std::to_string(i) + ".";
      if (field_of(page, at + "what") == what) all.push_back((from_rfc3339(field_of(page, at + "happened_at")).value() - from).ms / minutes(1).ms);
    }
    std::ranges::reverse(all);
    return all;
  }
  // Kinds of what a person was told, newest first.
  std::vector<std::string> told(Browser& who) {
    const auto page = get(who, "/messages?limit=200");
    std::vector<std::string> all;
    for (int i = 0; field_of(page, "items." + std::to_string(i) + ".kind") != "?absent"; ++i) all.push_back(field_of(page, "items." + std::to_string(i) + ".kind"));
    return all;
  }
  std::int64_t times_told(Browser& who, std::string_view kind) { return std::ranges::count(told(who), kind); }
  std::string cell(std::string_view clause) {
    return field_of(get(*officer, "/duties/cell?unit=" + std::to_string(department.value) + "&clause=" + std::string(clause)), "state");
  }

  // A document from its draft to its sending, signed elsewhere in between. Its id.
  std::string send_document(std::string_view kind, const std::string& period, const std::string& rest, int number, const std::string& recipient) {
    const auto draft = post_to(*operator_, "/reports", 201,
                               R"({"kind":")" + std::string(kind) + R"(","period":")" + period + R"(","unit":)" + std::to_string(department.value) + rest + "}");
    const auto id = field_of(draft, "report.id");
    const auto path = "/reports/" + id;
    std::string words;
    for (const auto& field : shipped_kinds()->find(kind)->kind.fields) {
      if (draft.find(R"({"field":")" + field.id + "\"") != std::string::npos) continue;  // the incident says it
      words += (words.empty() ? "" : ",") + std::string(R"({"field":")") + field.id + R"(","text":"Đã ghi: )" + field.id + "\"}";
    }
    ask(*operator_, net::Method::patch, path, 200,
        R"({"words":[)" + words + R"(],"issuer":{"parent_agency":"UBND TỈNH","agency":"SỞ Y TẾ","place":"Lam Giang","symbol":"BC-SYT","signer_mode":"KT.",)"
        R"("signer_mode_title":"GIÁM ĐỐC","signer_title":"PHÓ GIÁM ĐỐC","signer_name":"Nguyễn Văn An","recipients":["Như trên"]}})");
    const auto frozen = post_to(*operator_, path + "/freeze", 200, R"({"number":)" + std::to_string(number) + R"(,"issued_on":")" + today() + "\"}");
    CHECK(field_of(frozen, "report.state") == "frozen");
    refresh(*operator_);
    const auto issued = operator_->get("/api/v1" + path + "/file").body;
    CHECK(issued.starts_with("%PDF"));
    const auto signed_copy = R"({"content":")" + to_base64(as_bytes(issued + "\nsigned")) + "\"}";
    CHECK(field_of(post_to(*operator_, path + "/signed-copy", 200, signed_copy), "report.signer") == "Nguyễn Văn An");
    pass(minutes(5));
    const auto sent = post_to(*operator_, path + "/sent", 200,
                              R"({"sent_on":")" + today() + R"(","sent_at":")" + now() + R"(","recipient":")" + recipient + R"(","channel":"document_axis","receipt":"12/TN"})");
    CHECK(field_of(sent, "report.state") == "received");
    return id;
  }

  World world;
  estate::NewTenant province;
  UnitId department;
  Browser *admin = nullptr, *operator_ = nullptr, *leader = nullptr, *officer = nullptr;

 private:
  // Nobody has mail here: everybody looks at the page.
  struct NoPost final : notice::Post {
    bool has_mail() const override { return false; }
    bool has_webhook() const override { return false; }
    Result<void> mail(store::Connection&, TenantId, const notice::Addressee&, std::span<const notice::Note>, Timestamp) override { return {}; }
    Result<void> webhook(store::Connection&, TenantId, const notice::Note&, Timestamp) override { return {}; }
  };
  struct Person {
    UserId id;
    std::unique_ptr<Browser> browser;
  };
  void refresh(Browser& who) {
    for (const Person& one : people_) {
      if (one.browser.get() == &who) who = world.session(province.tenant, one.id);
    }
  }
  std::vector<Person> people_;
  std::shared_ptr<NoPost> post;
  std::unique_ptr<hub::NoticeDesk> notices;
};

}  // namespace khien::api

#include "events.hpp"

#include "world.hpp"

namespace khien::api {
namespace {

using net::Method;

// A screen that remembers what it was sent; `open` false is a peer that went.
class Screen final : public net::StreamSink {
 public:
  bool write(std::string bytes) override {
    if (!open) return false;
    text += bytes;
    return true;
  }
  std::size_t count(std::string_view name) const {
    std::size_t found = 0;
    for (auto at = text.find(name); at != text.npos; at = text.find(name, at + 1)) ++found;
    return found;
  }
  std::string last_id() const {
    const auto at = text.rfind("id: ");
    return at == text.npos ? "" : text.substr(at + 4, text.find('\n', at) - at - 4);
  }
  std::string text;
  bool open = true;
};

struct Office {
  Office() {
    province = world.add_tenant("Tỉnh A");
    other = world.add_tenant("Tỉnh B");
    first = world.add_unit(province, province.root, "Xã một");
    second = world.add_unit(province, province.root, "Xã hai");
    admin = world.add_person(province.tenant, "admin", Role::province_admin, {province.root});
    officer = world.add_person(province.tenant, "officer", Role::unit_officer, {first});
  }
  std::shared_ptr<Screen> watch(const Browser& browser, std::string last_id = {}) {
    auto request = browser.request(Method::get, "/api/v1/events");
    if (!last_id.empty()) request.headers.add("Last-Event-ID", std::move(last_id));
    const auto response = answer_of(*world.api, std::move(request));
    REQUIRE(response.status == 200);
    CHECK(header_of(response, "Content-Type") == "text/event-stream");
    auto screen = std::make_shared<Screen>();
    REQUIRE(response.stream);
    response.stream(screen);
    return screen;
  }
  void happen(UnitId unit, std::int64_t id, TenantId tenant = {}) {
    world.api->publish({flow::Change::Kind::finding, tenant ? tenant : province.tenant, unit, id});
  }

  World world;
  estate::NewTenant province;
  estate::NewTenant other;
  UnitId first;
  UnitId second;
  UserId admin;
  UserId officer;
};

TEST_CASE("a screen hears of its own units and of nothing else") {
  Office office;
  const auto admin = office.watch(office.world.session(office.province.tenant, office.admin));
  const auto officer = office.watch(office.world.session(office.province.tenant, office.officer));
  office.happen(office.first, 11);
  office.happen(office.second, 12);
  office.happen(office.other.root, 13, office.other.tenant);
  // The same unit number under another tenant is another unit.
  office.happen(office.first, 14, office.other.tenant);
  CHECK(admin->text.find("event: finding\ndata: {\"id\":11}") != std::string::npos);
  CHECK(admin->count("event: finding") == 2);
  CHECK(officer->count("event: finding") == 1);
  for (const char* foreign : {"13", "14"}) {
    CHECK(admin->text.find("{\"id\":" + std::string(foreign)) == std::string::npos);
  }
}

TEST_CASE("a screen that comes back hears what it missed, once, and within its scope") {
  Office office;
  const auto officer = office.world.session(office.province.tenant, office.officer);
  const auto before = office.watch(officer);
  office.happen(office.first, 1);
  const auto last = before->last_id();
  before->open = false;
  office.happen(office.first, 2);
  office.happen(office.second, 3);
  office.happen(office.first, 4);
  const auto after = office.watch(officer, last);
  CHECK(after->count("event: finding") == 2);
  CHECK(after->text.find("{\"id\":2}") < after->text.find("{\"id\":4}"));
  CHECK(after->count("event: reset") == 0);
  CHECK(office.watch(officer, after->last_id())->count("event:") == 0);
}

TEST_CASE("who was away too long, or before the hub started, is told to fetch everything anew") {
  Office office;
  const auto officer = office.world.session(office.province.tenant, office.officer);
  const auto screen = office.watch(officer);
  const auto first_id = screen->last_id();
  office.happen(office.first, 1);
  const auto last = screen->last_id();
  screen->open = false;
  for (std::size_t i = 0; i < EventHub::kKept; ++i) office.happen(office.first, 5);
  const auto in_time = office.watch(officer, last);
  CHECK(in_time->count("event: reset") == 0);
  in_time->open = false;
  const auto too_late = office.watch(officer, first_id);
  CHECK(too_late->count("event: reset") == 1);
  too_late->open = false;
  for (const char* odd : {"0000-1", "x", "-", "-5", "99999999999999999999"}) {
    const auto again = office.watch(officer, odd);
    CHECK_MESSAGE(again->count("event: reset") == 1, odd);
    again->open = false;
  }
  const auto run = last.substr(0, last.find('-'));
  CHECK(office.watch(officer, run + "-999999999")->count("event: reset") == 1);
}

TEST_CASE("a stream ends with its session: by sign-out, by time, by a locked account") {
  Office office;
  auto browser = office.world.session(office.province.tenant, office.officer);
  const auto screen = office.watch(browser);
  CHECK(browser.send(Method::delete_, "/api/v1/session").status == 204);
  CHECK(screen->count("event: session_ended") == 1);
  office.happen(office.first, 1);
  CHECK(screen->count("event: finding") == 0);

  const auto idle = office.watch(office.world.session(office.province.tenant, office.officer));
  office.world.clock.advance(minutes(16));
  REQUIRE(office.world.api->tick().has_value());
  CHECK(idle->count("event: session_ended") == 1);

  const auto locked = office.watch(office.world.session(office.province.tenant, office.officer));
  auto admin = office.world.session(office.province.tenant, office.admin);
  const auto user = "/api/v1/users/" + std::to_string(office.officer.value);
  REQUIRE(admin.send(Method::patch, user, R"({"disabled":true})").status == 200);
  CHECK(locked->count("event: session_ended") == 1);
  CHECK(office.world.api->counts().streams_open == 0);
}

TEST_CASE("a person whose scope changes is cut off, and comes back with the scope they have now") {
  Office office;
  auto officer = office.world.session(office.province.tenant, office.officer);
  const auto screen = office.watch(officer);
  auto admin = office.world.session(office.province.tenant, office.admin);
  const auto user = "/api/v1/users/" + std::to_string(office.officer.value);
  REQUIRE(admin.send(Method::patch, user, R"({"scope":[)" + std::to_string(office.second.value) + "]}").status == 200);
  office.happen(office.first, 1);
  CHECK(screen->count("event: finding") == 0);
  const auto again = office.watch(officer, screen->last_id());
  office.happen(office.second, 2);
  CHECK(again->count("event: finding") == 1);
}

TEST_CASE("a session holds six streams, and a peer that went makes room") {
  Office office;
  const auto officer = office.world.session(office.province.tenant, office.officer);
  std::vector<std::shared_ptr<Screen>> screens;
  for (std::size_t i = 0; i < EventHub::kMostStreamsPerSession; ++i) screens.push_back(office.watch(officer));
  const auto full = answer_of(*office.world.api, officer.request(Method::get, "/api/v1/events"));
  CHECK(full.status == 429);
  screens[0]->open = false;
  office.watch(officer);
  screens[2]->open = false;
  CHECK(office.world.api->counts().streams_open == 6);
  office.world.clock.advance(seconds(20));
  REQUIRE(office.world.api->tick().has_value());
  CHECK(office.world.api->counts().streams_open == 5);
  CHECK(screens[1]->text.find(":\n\n") != std::string::npos);
}

TEST_CASE("a catch on a machine reaches the screen by the road") {
  Office office;
  const auto screen = office.watch(office.world.session(office.province.tenant, office.officer));
  auto machine = office.world.enrol(office.province, office.first, "mx1");
  const auto now = office.world.clock.now();
  REQUIRE(office.world.report(machine, {{now, described("mx1")}, {now, bad_file("/srv/x")}}).status == 200);
  CHECK(screen->count("event: finding") >= 1);
  CHECK(screen->count("event: machine") >= 1);
}

TEST_CASE("a message is heard by its person alone, whoever else sees the unit, and when they come back") {
  Office office;
  auto admin = office.watch(office.world.session(office.province.tenant, office.admin));
  auto officer = office.watch(office.world.session(office.province.tenant, office.officer));
  const auto since = officer->last_id();
  office.world.api->publish_message(office.province.tenant, office.officer, 7);
  office.world.api->publish_message(office.other.tenant, office.officer, 8);
  CHECK(officer->text.find("event: message\ndata: {\"id\":7}") != std::string::npos);
  CHECK(officer->count("event: message") == 1);
  CHECK(admin->count("event: message") == 0);
  CHECK(office.watch(office.world.session(office.province.tenant, office.officer), since)->count("event: message") == 1);
  CHECK(office.watch(office.world.session(office.province.tenant, office.admin), since)->count("event: message") == 0);
}

TEST_CASE("what is everybody's is told to everybody, and to who comes back") {
  Office office;
  auto admin = office.watch(office.world.session(office.province.tenant, office.admin));
  auto officer = office.watch(office.world.session(office.province.tenant, office.officer));
  const auto since = officer->last_id();
  office.world.api->publish_content(7);
  for (const auto& screen : {admin, officer}) CHECK(screen->text.find("event: content\ndata: {\"id\":7}") != std::string::npos);
  CHECK(office.watch(office.world.session(office.province.tenant, office.officer), since)->count("event: content") == 1);
}

}  // namespace
}  // namespace khien::api

// Releases of content in the interface: everybody may look, within the scope; who acts
// answers for the hub's own province, and for all of it.
#include "dto_content.hpp"
#include "khien/rollout/rollout.hpp"
#include "matrix_world.hpp"
#include "world.hpp"

namespace khien::api {
namespace {

constexpr std::string_view kAct = "/api/v1/content-releases/act";

std::string wish(std::string_view act, std::string_view reason = "vì nghi báo nhầm") {
  JsonWriter json;
  json.begin_object().field("version", std::int64_t{1}).field("act", act).field("reason", reason).end_object();
  return json.take();
}

struct Hub {
  explicit Hub(ApiOptions options = {}) : world(std::move(options)) {
    province = world.add_tenant("Tỉnh A");
    guest = world.add_tenant("Tỉnh B");
    commune = world.add_unit(province, province.root, "Xã An Lộc");
    admin = world.add_person(province.tenant, "an", Role::province_admin, {province.root});
    begin_content(world, 1);
  }
  // Tells of itself as an agent does, and asks.
  void says(const EnrolledMachine& machine, const ContentReport& report) {
    world.write([&](store::Connection& c) -> Result<void> {
      TRY_VOID(rollout::answer(c, machine.identity, report, world.clock.now()));
      return {};
    });
  }

  World world;
  estate::NewTenant province, guest;
  UnitId commune;
  UserId admin;
};

TEST_CASE("who acts on content answers for the hub's own province and for all of it") {
  Hub hub;
  const auto try_as = [&](TenantId tenant, Role role, UnitId scope) {
    static int number = 0;
    const auto person = hub.world.add_person(tenant, "nguoi-" + std::to_string(++number), role, {scope});
    return hub.world.session(tenant, person).post(kAct, wish("halt")).status;
  };
  CHECK(try_as(hub.province.tenant, Role::leader, hub.province.root) == 403);
  CHECK(try_as(hub.province.tenant, Role::inspector, hub.province.root) == 403);
  CHECK(try_as(hub.province.tenant, Role::unit_officer, hub.province.root) == 403);
  CHECK(try_as(hub.province.tenant, Role::province_admin, hub.commune) == 403);
  CHECK(try_as(hub.guest.tenant, Role::province_admin, hub.guest.root) == 403);
  CHECK(hub.world.session(hub.province.tenant, hub.admin, false).post(kAct, wish("halt")).status == 403);
  auto reader = hub.world.session(hub.province.tenant, hub.admin);
  CHECK(field_of(reader.get("/api/v1/content-releases").body, "items.0.standing") == "rolling");
  CHECK(try_as(hub.province.tenant, Role::soc_operator, hub.province.root) == 200);
  CHECK(field_of(reader.get("/api/v1/content-releases").body, "items.0.standing") == "paused");
  CHECK(reader.post(kAct, wish("take_back", "  ")).status == 422);
  CHECK(reader.post(kAct, wish("take_back")).status == 200);
}

TEST_CASE("rings, failures and safe mode are those of the reader's machines") {
  Hub hub;
  auto mine = hub.world.enrol(hub.province, hub.commune, "pc-01", hub.admin);
  auto other = hub.world.enrol(hub.province, hub.province.root, "mx-tinh", hub.admin);
  const auto payload = sha256("release 1");
  hub.says(mine, {.state = ContentState::good, .content = payload});
  hub.says(other, {.state = ContentState::safe, .banned = {{payload, BanReason::failed, "the worker died"}}});
  const auto officer = hub.world.add_person(hub.province.tenant, "xa", Role::unit_officer, {hub.commune});
  auto all = hub.world.session(hub.province.tenant, hub.admin);
  auto part = hub.world.session(hub.province.tenant, officer);

  const auto whole = all.get("/api/v1/content-releases/rings?version=1").body;
  // Joined after it began: in the rest, which has not begun. What they have is told all the same.
  CHECK(field_of(whole, "rings.3.members") == "2");
  CHECK(field_of(whole, "rings.3.carrying") == "1");
  CHECK(field_of(whole, "rings.3.failed") == "1");
  CHECK(field_of(whole, "rings.3.lagging") == "0");
  CHECK(field_of(whole, "failures.0.machine.name") == "mx-tinh");
  CHECK(field_of(whole, "failures.0.detail") == "the worker died");
  CHECK(field_of(whole, "next_ring_at") == to_rfc3339(hub.world.clock.now() + minutes(30)));
  CHECK(field_of(all.get("/api/v1/content-releases").body, "safe_machines.0.machine.name") == "mx-tinh");

  // Everybody's turn has come: whoever has something else lags, until it is taken back.
  hub.world.write([](store::Connection& c) -> Result<void> {
    TRY_VOID(c.run("UPDATE content_release SET ring = 3"));
    return {};
  });
  hub.world.enrol(hub.province, hub.province.root, "mx-cham", hub.admin);
  CHECK(field_of(all.get("/api/v1/content-releases/rings?version=1").body, "rings.3.lagging") == "1");
  REQUIRE(all.post(kAct, wish("take_back")).status == 200);
  CHECK(field_of(all.get("/api/v1/content-releases/rings?version=1").body, "rings.3.lagging") == "0");

  const auto seen = part.get("/api/v1/content-releases/rings?version=1").body;
  CHECK(field_of(seen, "rings.3.members") == "1");
  CHECK(field_of(seen, "failures") == "array:0");
  CHECK(field_of(seen, "may") == "array:0");
  CHECK(seen.find("mx-tinh") == std::string::npos);
  const auto list = part.get("/api/v1/content-releases").body;
  CHECK(field_of(list, "items.0.carrying") == "1");
  CHECK(field_of(list, "machines.total") == "1");
  CHECK(field_of(list, "safe_machines") == "array:0");
  CHECK(field_of(list, "may_start") == "false");
}

// What was handed in, and an answer that the test chose.
struct FakeDesk final : ContentDesk {
  Result<Trying> start(ByteView file, bool emergency, const Bringer& bringer) override {
    handed_in = std::string(as_text(file)) + (emergency ? " soon " : " ") + bringer.username;
    if (refuses) return Error(*refuses, "no");
    last = Trying{.version = 9, .since = kStart, .ended_at = {}, .refusal = {}};
    return *last;
  }
  std::optional<Trying> trying() const override { return last; }

  std::string handed_in;
  std::optional<Code> refuses;
  std::optional<Trying> last;
};

TEST_CASE("a release is handed in by an administrator of the whole province, and each refusal has its words") {
  const auto desk = std::make_shared<FakeDesk>();
  ApiOptions options;
  options.content_desk = desk;
  Hub hub(std::move(options));
  auto admin = hub.world.session(hub.province.tenant, hub.admin);
  const std::string body = R"({"content":"aGVsbG8=","emergency":true})";
  const auto begun = admin.post("/api/v1/content-releases", body);
  CHECK(begun.status == 202);
  CHECK(field_of(begun.body, "version") == "9");
  CHECK(desk->handed_in == "hello soon an");
  const auto list = admin.get("/api/v1/content-releases").body;
  CHECK(field_of(list, "trying.version") == "9");
  CHECK(field_of(list, "may_start") == "true");
  for (const auto& [code, status] : {std::pair(Code::denied, 403), std::pair(Code::conflict, 409), std::pair(Code::not_found, 409),
                                     std::pair(Code::invalid, 422), std::pair(Code::corrupt, 422), std::pair(Code::unavailable, 503)}) {
    desk->refuses = code;
    CHECK(admin.post("/api/v1/content-releases", body).status == status);
  }
  CHECK(admin.post("/api/v1/content-releases", R"({"content":"%"})").status == 422);
  desk->refuses.reset();
  desk->handed_in.clear();
  const auto soc = hub.world.add_person(hub.province.tenant, "soc", Role::soc_operator, {hub.province.root});
  const auto guest = hub.world.add_person(hub.guest.tenant, "khach", Role::province_admin, {hub.guest.root});
  CHECK(hub.world.session(hub.province.tenant, soc).post("/api/v1/content-releases", body).status == 403);
  CHECK(hub.world.session(hub.guest.tenant, guest).post("/api/v1/content-releases", body).status == 403);
  CHECK(field_of(hub.world.session(hub.guest.tenant, guest).get("/api/v1/content-releases").body, "trying") == "null");
  CHECK(desk->handed_in.empty());
}

TEST_CASE("signs become sentences, and the gate's note figures") {
  rollout::Release release;
  release.rollout.standing = rollout::Standing::halted;
  release.why = "silence 3 : 20, others 1 : 100";
  CHECK(content_why(release).en == "3 of 20 machines with it are silent; of the others 1 of 100.");
  release.why = "failures 2";
  CHECK(content_why(release).vi == "Trình quét hỏng 2 lần vì bản này.");
  release.rollout.standing = rollout::Standing::paused;
  release.why = "version 12 came after it";
  CHECK(content_why(release).vi == "Phiên bản 12 đến sau.");
  release.rollout.standing = rollout::Standing::rolled_back;
  release.why = "failures 2, người trực ghi";
  CHECK(content_why(release).vi == release.why);

  const auto two = trials_of("2 rules, 3 hashes, 5 hits, 2200 misses, loaded in 12 ms, judged in 340 ms; "
                             "2 rules, 3 hashes, 5 hits, 2200 misses, loaded in 13 ms, judged in 350 ms (before: 330 ms)");
  REQUIRE(two.size() == 2);
  CHECK(two[0].misses == 2200);
  CHECK_FALSE(two[0].before_ms);
  CHECK(two[1].before_ms == 330);
  CHECK(trials_of("tried").empty());
  CHECK(trials_of("").empty());
  CHECK(trials_of("1 2 3 4 5 6 7; -9999999999999999999999").empty());
}

}  // namespace
}  // namespace khien::api

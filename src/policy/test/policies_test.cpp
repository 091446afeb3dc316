#include "khien/policy/policies.hpp"

#include <doctest/doctest.h>

#include "province.hpp"

namespace khien::policy {
namespace {

constexpr std::string_view kRate = R"({"format":1,"files_per_second":200})";
constexpr std::string_view kSlow = R"({"format":1,"files_per_second":50})";

TEST_CASE("a draft takes a second person, and what was decided never changes") {
  Province p;
  const auto id = p.begin(p.commune, Province::draft(kRate)).value();
  CHECK(p.record(id).draft() != nullptr);
  CHECK(p.record(id).in_force(vietnam_day(kNow)) == nullptr);
  CHECK(p.decide(id, true, kWriter).error().code() == Code::denied);
  CHECK(p.decide(id, true, kSecond, sha256("another text")).error().code() == Code::conflict);
  CHECK(p.begin(p.commune, Province::draft(kSlow)).error().code() == Code::conflict);
  REQUIRE(p.decide(id).has_value());
  const auto published = p.record(id);
  REQUIRE(published.in_force(vietnam_day(kNow)) != nullptr);
  CHECK(published.in_force(vietnam_day(kNow))->decided_by == kSecond);
  CHECK(p.decide(id).error().code() == Code::conflict);

  // The database itself refuses.
  for (const bool remove : {false, true}) {
    const auto changed = p.write([&](store::Connection& c) -> Result<void> {
      if (remove) return c.run("DELETE FROM policy_version") ? Result<void>() : Result<void>(Error(Code::conflict, ""));
      return c.run("UPDATE policy_version SET text = '{}'") ? Result<void>() : Result<void>(Error(Code::conflict, ""));
    });
    CHECK_FALSE(changed.has_value());
  }
  // The next draft is another version; the first stays as it was.
  REQUIRE(p.write([&](store::Connection& c) { return write_draft(c, p.scope(), id, kSecond, Province::draft(kSlow, 5), kNow); }).has_value());
  CHECK(p.decide(id, true, kSecond).error().code() == Code::denied);
  REQUIRE(p.decide(id, true, kWriter).has_value());
  const auto both = p.record(id);
  REQUIRE(both.versions.size() == 2);
  CHECK(both.versions[1].text == published.versions[0].text);
  CHECK(both.in_force(vietnam_day(kNow))->number == 1);
  CHECK(both.ahead(vietnam_day(kNow))->number == 2);
  CHECK(both.in_force(vietnam_day(kNow) + 5)->number == 2);
}

TEST_CASE("who changed a draft last cannot publish it, also where another one began it") {
  Province p;
  const auto id = p.begin(p.commune, Province::draft(kRate)).value();
  REQUIRE(p.write([&](store::Connection& c) { return write_draft(c, p.scope(), id, kSecond, Province::draft(kSlow), kNow); }).has_value());
  CHECK(p.decide(id, true, kSecond).error().code() == Code::denied);
  CHECK(p.decide(id, true, kWriter).has_value());
}

TEST_CASE("a declined draft holds nowhere and says why") {
  Province p;
  const auto pc = p.machine(p.commune, "pc-01");
  const auto id = p.begin(p.commune, Province::draft(kRate)).value();
  REQUIRE(p.decide(id, false).has_value());
  CHECK(p.record(id).versions[0].state == VersionState::declined);
  CHECK(p.record(id).versions[0].note == "đồng ý");
  CHECK(p.refresh() == 0);
  CHECK_FALSE(p.desired(pc).has_value());
}

TEST_CASE("what is wrong with a draft is told by its field") {
  Province p;
  auto draft = Province::draft(kRate, -1);
  CHECK(p.begin(p.commune, draft).error().what() == "valid_from: lies before today");
  draft = Province::draft(kRate);
  draft.valid_until = draft.valid_from - 1;
  CHECK(p.begin(p.commune, draft).error().what() == "valid_until: lies before the first day");
  draft = Province::draft(kRate);
  draft.reason = "  ";
  CHECK(p.begin(p.commune, draft).error().what() == "reason: say why");
  draft = Province::draft(R"({"format":1,"exclusions":[{"path":"/srv/x","reason":"kho","until":"2028-01-01"}]})");
  CHECK(p.begin(p.commune, draft).error().what().starts_with("exclusions[0].until: lies more than 366"));
  // Nothing was made by all that.
  CHECK(p.write([&](store::Connection& c) { return list_policies(c, p.scope(), {}); }).value().empty());
}

TEST_CASE("a policy of another unit does not exist for whoever has no such unit") {
  Province p;
  const auto id = p.publish(p.commune, Province::draft(kRate));
  const auto foreign = p.scope_of(p.other);
  const auto code = [&](auto work) { return p.write(work).error().code(); };
  CHECK(code([&](store::Connection& c) { return get_policy(c, foreign, id); }) == Code::not_found);
  CHECK(code([&](store::Connection& c) { return write_draft(c, foreign, id, kSecond, Province::draft(kSlow), kNow); }) == Code::not_found);
  CHECK(code([&](store::Connection& c) { return decide_draft(c, foreign, id, kSecond, {}, kNow); }) == Code::not_found);
  CHECK(code([&](store::Connection& c) { return begin_draft(c, foreign, p.commune, {}, kSecond, Province::draft(kSlow), kNow); }) == Code::not_found);
  CHECK(code([&](store::Connection& c) { return preview(c, foreign, p.commune, {}, Province::draft(kSlow), kNow); }) == Code::not_found);
  CHECK(p.write([&](store::Connection& c) { return list_policies(c, foreign, {}); }).value().empty());
  CHECK(p.write([&](store::Connection& c) { return list_policies(c, p.scope_of(p.commune), {}); }).value().size() == 1);
}

TEST_CASE("a preview says whom it touches, what changes, and where a lock stands in the way") {
  Province p;
  p.machine(p.root, "mx-tinh");
  const auto pc = p.machine(p.commune, "pc-01");
  p.machine(p.commune, "pc-02");
  p.machine(p.school, "pc-truong");
  p.machine(p.other, "pc-khac");
  p.publish(p.root, Province::draft(R"({"format":1,"files_per_second":100,"on_access":"notify","locked":["on_access"]})"));
  p.publish(p.school, Province::draft(kRate));

  const auto seen = p.write([&](store::Connection& c) {
    return preview(c, p.scope(), p.commune, {}, Province::draft(R"({"format":1,"files_per_second":500,"on_access":"off"})"), kNow);
  }).value();
  CHECK(seen.machines == 3);
  CHECK(seen.touched == 2);  // the school says otherwise by itself
  CHECK(seen.held_by_lock == 3);
  REQUIRE(seen.changes.size() == 1);
  CHECK(seen.changes[0].setting == PolicySetting::files_per_second);
  CHECK(seen.changes[0].before == "100");
  CHECK(seen.changes[0].after == "500");
  CHECK(seen.changes[0].machines == 2);
  REQUIRE(seen.list.size() == 2);
  CHECK(seen.list[0].name == "pc-01");
  CHECK(seen.list[0].id == pc.machine);
  // It kept nothing.
  CHECK(p.write([&](store::Connection& c) { return list_policies(c, p.scope(), p.commune); }).value().size() == 1);
}

}  // namespace
}  // namespace khien::policy

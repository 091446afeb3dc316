#include <doctest/doctest.h>

#include <algorithm>

#include "khien/estate/machines.hpp"
#include "province.hpp"

namespace khien::botnet {
namespace {

struct Network : Province {
  MachineId machine(UnitId unit, const std::string& name, const std::string& address) {
    SeededRandom random(++seed);
    const auto identity = hub.write([&](store::Connection& c) -> Result<AgentIdentity> {
      TRY(const auto token, estate::create_token(c, scope(), unit, kOfficer, hours(1), now, random));
      return estate::redeem_token(c, {.secret = std::string(token.secret.reveal()), .csr_pem = {}, .hostname = name, .agent_version = "0.1"}, now);
    }).value();
    REQUIRE(hub.write([&](store::Connection& c) -> Result<void> {
      TRY_VOID(c.run("UPDATE machine SET addresses = ?2 WHERE id = ?1", {identity.machine, "[\"" + address + "\",\"fe80::1\"]"}));
      return {};
    }));
    return identity.machine;
  }
  LogReport take(std::vector<std::vector<std::string>> rows, std::size_t unit = 0) {
    Table table;
    auto& sheet = table.sheets.emplace_back();
    sheet.rows.push_back({1, {"time", "inside", "outside", "port", "nat ip", "nat port"}});
    for (auto& cells : rows) sheet.rows.push_back({static_cast<std::int64_t>(sheet.rows.size()) + 1, std::move(cells)});
    auto report = hub.write([&](store::Connection& c) { return take_log(c, scope(), {.unit = units[unit], .file_name = "fw.csv", .by = kOfficer}, read_log(table), now); });
    REQUIRE_MESSAGE(report, report.error().what());
    return *report;
  }
  std::uint64_t seed = 0;
};

TEST_CASE("a log names the machine that spoke to the controlling server; other lines are not kept") {
  Network p;
  const auto guilty = p.machine(p.units[0], "may-ke-toan", "10.0.0.5");
  p.machine(p.units[0], "may-khac", "10.0.0.6");
  p.machine(p.units[1], "may-xa-khac", "10.0.0.5");  // the same address inside, elsewhere
  p.bring({"203.0.113.1"}, p.today);
  const auto report = p.take({{"2026-11-21 08:00:00", "10.0.0.5", "198.51.100.7", "80", "", ""},
                              {"2026-11-21 09:00:00", "10.0.0.5", "198.51.100.7", "80", "", ""},
                              {"2026-11-21 09:00:00", "10.0.0.6", "8.8.8.8", "53", "", ""}});
  CHECK(report.rows == 3);
  CHECK(report.matched == 2);
  CHECK(report.kept == 1);
  CHECK(report.machines == 1);
  const auto detail = p.detail("203.0.113.1");
  CHECK(detail.record.machine == guilty);
  CHECK(detail.record.machine_name == "may-ke-toan");
  REQUIRE(detail.connections.size() == 1);
  CHECK(detail.connections[0].times == 2);
  CHECK(detail.connections[0].inside == "10.0.0.5");
  CHECK(detail.connections[0].machine == guilty);
}

TEST_CASE("by the translated address and port at the time that the list gives; two machines are nobody's guess") {
  Network p;
  p.machine(p.units[0], "may-1", "10.0.0.5");
  p.machine(p.units[0], "may-2", "10.0.0.6");
  p.seen = "2026-11-21 08:00:00";
  p.bring({"203.0.113.1:4432"}, p.today);
  const auto report = p.take({{"2026-11-21 08:05:00", "10.0.0.5", "8.8.8.8", "443", "203.0.113.1", "4432"},
                              {"2026-11-21 08:05:00", "10.0.0.6", "8.8.8.8", "443", "203.0.113.1", "4433"},   // another port
                              {"2026-11-21 08:10:01", "10.0.0.6", "8.8.8.8", "443", "203.0.113.1", "4432"},   // too late
                              {"2026-11-21 08:05:00", "10.0.0.6", "8.8.8.8", "443", "203.0.113.2", "4432"}}); // another address
  CHECK(report.matched == 1);
  auto detail = p.detail("203.0.113.1");
  REQUIRE(detail.connections.size() == 1);
  CHECK(detail.connections[0].matched == "translated");
  CHECK(detail.connections[0].machine_name == "may-1");
  CHECK_FALSE(detail.record.machine);  // a hint, no proof
  p.take({{"2026-11-21 08:00:00", "10.0.0.5", "198.51.100.7", "80", "", ""}, {"2026-11-21 08:00:00", "10.0.0.6", "198.51.100.7", "80", "", ""}});
  CHECK_FALSE(p.of("203.0.113.1").machine);
  REQUIRE(p.say("203.0.113.1", {.event = Event::host, .machine = detail.connections[0].machine}));
  CHECK(p.of("203.0.113.1").machine_name == "may-1");
}

TEST_CASE("a server that has the public address itself is known at once") {
  Network p;
  const auto server = p.machine(p.units[2], "may-chu-web", "203.0.113.33");
  p.bring({"203.0.113.33"}, p.today);
  CHECK(p.of("203.0.113.33").machine == server);
}

TEST_CASE("the machine of an address is one of its unit") {
  Network p;
  const auto other = p.machine(p.units[1], "may-xa-khac", "10.0.0.9");
  p.bring({"203.0.113.1"}, p.today);
  CHECK_FALSE(p.say("203.0.113.1", {.event = Event::host, .machine = other}));
  CHECK_FALSE(p.of("203.0.113.1").machine);
}

TEST_CASE("a log of another unit's network is not matched with this one's addresses") {
  Network p;
  p.bring({"203.0.113.1"}, p.today);
  CHECK(p.take({{"2026-11-21 08:00:00", "10.0.0.5", "198.51.100.7", "80", "", ""}}, 1).matched == 0);
}

TEST_CASE("a log of last week names the machine that had the address then, not the one that has it now") {
  Network p;
  const auto tell = [&](MachineId machine, const std::string& address, Timestamp at) {
    MachineSeen seen;
    seen.hostname = "may";
    seen.addresses = {address};
    REQUIRE(p.hub.write([&](store::Connection& c) { return estate::apply_machine_seen(c, {p.tenant.tenant, machine}, seen, at); }));
  };
  p.now = p.now - days(20);
  const auto then = p.machine(p.units[0], "may-cu", "10.0.0.5");
  tell(then, "10.0.0.5", p.now);
  p.now = p.now + days(10);
  const auto later = p.machine(p.units[0], "may-moi", "10.0.0.5");
  tell(then, "10.0.0.7", p.now);
  tell(later, "10.0.0.5", p.now);
  p.now = p.now + days(10);
  p.bring({"203.0.113.1", "203.0.113.2"}, p.today);
  const auto day = [&](int before) { return to_rfc3339(p.now - days(before)).substr(0, 10) + " 08:00:00"; };
  CHECK(p.take({{day(15), "10.0.0.5", "198.51.100.7", "80", "", ""}}).machines == 1);
  CHECK(p.detail("203.0.113.1").connections.front().machine == then);
  p.take({{day(5), "10.0.0.5", "198.51.100.7", "80", "", ""}});
  const auto all = p.detail("203.0.113.1").connections;
  REQUIRE(all.size() == 2);
  CHECK(std::ranges::any_of(all, [&](const auto& one) { return one.machine == later; }));
  // A day that both had a part of is nobody's guess.
  CHECK(p.take({{day(12), "10.0.0.5", "198.51.100.7", "81", "", ""}, {day(8), "10.0.0.5", "198.51.100.7", "81", "", ""}}).machines == 0);
}

TEST_CASE("what was over between matching and keeping takes no lines") {
  Network p;
  p.machine(p.units[0], "may-1", "10.0.0.5");
  p.bring({"203.0.113.1", "203.0.113.2"}, p.today);
  Table table;
  auto& sheet = table.sheets.emplace_back();
  sheet.rows.push_back({1, {"time", "inside", "outside", "port"}});
  sheet.rows.push_back({2, {"2026-11-21 08:00:00", "10.0.0.5", "198.51.100.7", "80"}});
  const NewLog log{.unit = p.units[0], .file_name = "fw.csv", .by = kOfficer};
  const auto reading = read_log(table);
  const auto matched = p.hub.read([&](store::Connection& c) { return match_log(c, p.scope(), small_playbook(), log, reading); });
  REQUIRE(matched);
  p.now = p.now + days(2);
  p.bring({"203.0.113.2"}, p.today + 1);
  p.bring({"203.0.113.2"}, p.today + 2);
  REQUIRE(p.of("203.0.113.1").state == State::delisted);
  const auto kept = p.hub.write([&](store::Connection& c) { return keep_log(c, p.scope(), *matched, p.now); });
  REQUIRE_MESSAGE(kept, kept.error().what());
  CHECK(kept->matched == 1);
  CHECK(kept->cases == 1);
  CHECK(p.detail("203.0.113.1").connections.empty());
  CHECK(p.detail("203.0.113.2").connections.size() == 1);
}

}  // namespace
}  // namespace khien::botnet

#include "khien/exchange/sharing.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "../../flow/test/road.hpp"
#include "khien/botnet/connections.hpp"
#include "khien/botnet/lists.hpp"
#include "khien/estate/address_ranges.hpp"
#include "khien/estate/sharing.hpp"
#include "khien/exchange/sender.hpp"
#include "strict_receiver.hpp"

namespace khien::exchange {
namespace {

using Mode = StrictReceiver::Mode;
using flow::infected;

MachineSeen described(std::string name, std::string address) {
  return {.hostname = std::move(name), .os_id = "debian", .os_name = "Debian GNU/Linux 12", .os_version = "12", .kernel_running = {},
          .kernel_installed = {}, .addresses = {"127.0.0.1", std::move(address)}, .agent_version = "0.1"};
}

// A province with a partner that is as strict as the centre.
struct Province {
  explicit Province(const std::string& id = "2290", std::size_t batch = 500) : receiver(scheme_of(id), key.certificate_pem), scheme_id(id) {
    settings.push_back({.name = id, .scheme = scheme_of(id), .url = receiver.url(), .ca_pem = receiver.ca_pem(), .pinned_key = {},
                        .source_address = {}, .from = sample_organisation(), .public_address = "203.0.113.7", .privacy = {}, .batch = batch,
                        .since = Timestamp{0}});
    restart();
  }

  void restart() {
    sender.reset();
    Sender::Options options{.partners = settings, .seal = make_key_sealer(key.key_pem, key.certificate_pem).value()};
    options.send_time = milliseconds(500);
    options.settle_time = seconds(0);
    sender = std::make_unique<Sender>(road.hub(), road.clock(), random, std::move(options));
  }

  AgentIdentity machine(const std::string& name, UnitId unit, int malwares) {
    const auto agent = road.machine_of(road.scope(), unit, name);
    road.see(agent, {described(name, "10.0.0." + std::to_string(agent.machine.value % 250))});
    for (int i = 0; i < malwares; ++i) {
      road.see(agent, {infected("/home/nguyenvana/Downloads/x" + std::to_string(i) + ".exe", "Win_Trojan_" + std::to_string(i))});
    }
    return agent;
  }

  Result<void> tend(bool at_once = false) { return sender->tend(at_once); }
  Partner partner() { return road.read([&](store::Connection& c) { return list_partners(c, road.scope()); }).value().at(0); }
  std::vector<Message> messages() { return road.read([&](store::Connection& c) { return list_messages(c, road.scope(), {}); }).value().items; }
  MessageDetail detail(ShareMessageId id) { return road.read([&](store::Connection& c) { return get_message(c, road.scope(), id); }).value(); }
  std::vector<UnitSharing> units() {
    return road.read([&](store::Connection& c) { return list_unit_sharing(c, road.scope(), {}, road.clock().now()); }).value();
  }

  flow::Road road;
  SeededRandom random{7};
  ThrowAwayKey key = make_throw_away_key("Khiên").value();
  StrictReceiver receiver;
  std::string scheme_id;
  std::vector<PartnerSettings> settings;
  std::unique_ptr<Sender> sender;
};

std::int64_t rows_taken(StrictReceiver& receiver) {
  std::int64_t rows = 0;
  for (const auto& [subject, report] : receiver.taken()) rows += static_cast<std::int64_t>(report.rows.size());
  return rows;
}

TEST_CASE("what machines showed is shared once, and not again") {
  for (const std::string id : {"2290", "8676"}) {
    Province province(id);
    const auto commune = province.road.unit(province.road.root(), "Xã Tân Lập");
    province.machine("xa-tan-lap-01", commune, 2);
    province.machine("xa-tan-lap-02", commune, 0);
    REQUIRE(province.tend());
    CHECK(province.receiver.last_refusal() == "");
    CHECK(province.partner().rows == RowCounts{.shared = 4});
    CHECK(province.partner().last_success_at == province.road.clock().now());
    CHECK(rows_taken(province.receiver) == 4);
    const auto report = province.receiver.taken().begin()->second;
    CHECK(report.not_updated == 2);
    CHECK(report.rows[0].facts.at("malware_name") == "Win_Trojan_0");
    CHECK(report.rows[0].facts.at("malware_type") == "Trojan");
    CHECK(report.rows[0].facts.at("ip").starts_with("10.0.0."));
    if (id == "8676") CHECK(report.rows[0].facts.at("path") == "/home/*/Downloads/x0.exe");

    REQUIRE(province.tend(true));
    CHECK(province.receiver.taken().size() == 1);
    // The next day each machine is told again: it is the denominator.
    province.road.clock().advance(days(1));
    REQUIRE(province.tend());
    CHECK(province.partner().rows == RowCounts{.shared = 6});
    CHECK(rows_taken(province.receiver) == 6);
  }
}

Table table_of(std::vector<std::vector<std::string>> lines) {
  Table table;
  auto& sheet = table.sheets.emplace_back();
  for (auto& cells : lines) sheet.rows.push_back({static_cast<std::int64_t>(sheet.rows.size()) + 1, std::move(cells)});
  return table;
}

// A list names the commune's address and who controls it; the commune's firewall says which machine spoke to that.
void hand_in_log(Province& province, UnitId commune, const std::string& inside) {
  auto& road = province.road;
  const Timestamp now = road.clock().now();
  const botnet::Playbook playbook{.label = {"l", "l"}, .lookup_days = 7, .log_window = minutes(10), .steps = {}};
  road.write([&](store::Connection& c) -> Result<void> {
    TRY(const auto range, estate::create_address_range(c, road.scope(), commune, "203.0.113.0/28", "NAT", now));
    static_cast<void>(range);
    const auto day = vietnam_day(now);
    const botnet::NewList about{.source = "Trung tâm quốc gia", .listed_on = day, .complete = true, .file_name = "a.csv", .by = UserId{5}};
    const auto listed = table_of({{"IP", "Mã độc", "C2", "Thời gian"}, {"203.0.113.1", "Mirai", "198.51.100.7", "2026-11-21 08:00"}});
    TRY(const auto previewed, botnet::preview_list(c, road.scope(), about, botnet::read_list(listed, day), now));
    TRY_VOID(botnet::confirm_list(c, road.scope(), previewed.id, UserId{5}, 7, now));
    const auto log = table_of({{"time", "inside", "outside", "port"}, {"2026-11-21 08:00:00", inside, "198.51.100.7", "8080"},
                               {"2026-11-21 08:01:00", "10.9.9.9", "198.51.100.7", "8080"}, {"2026-11-21 08:02:00", inside, "8.8.8.8", "53"}});
    TRY(const auto matched, botnet::match_log(c, road.scope(), playbook, {.unit = commune, .file_name = "fw.csv", .by = UserId{5}}, botnet::read_log(log)));
    TRY(const auto taken, botnet::keep_log(c, road.scope(), matched, now));
    CHECK(taken.kept == 2);  // of a machine that is known, and of one that nobody knows
    return {};
  }).value();
}

TEST_CASE("a connection to a controlling server that a unit's log shows is shared once, of a known machine alone") {
  for (const std::string id : {"2290", "8676"}) {
    CAPTURE(id);
    Province province(id);
    const auto commune = province.road.unit(province.road.root(), "Xã Tân Lập");
    const auto agent = province.machine("may-ke-toan", commune, 0);
    REQUIRE(province.tend());
    const std::string inside = "10.0.0." + std::to_string(agent.machine.value % 250);
    hand_in_log(province, commune, inside);
    REQUIRE(province.tend(true));
    CHECK(province.receiver.last_refusal() == "");
    CHECK(province.partner().rows == RowCounts{.shared = 2});
    std::vector<ReportRow> told;
    for (const auto& [subject, report] : province.receiver.taken()) {
      for (const auto& row : report.rows) {
        if (row.kind == RowKind::connection) told.push_back(row);
      }
    }
    REQUIRE(told.size() == 1);
    CHECK(told[0].facts.at("name") == "may-ke-toan");
    CHECK(told[0].facts.at("ip") == inside);
    CHECK(told[0].facts.at("target_ip") == "198.51.100.7");
    if (id == "8676") CHECK(told[0].facts.at("target_port") == "8080");
    REQUIRE(province.tend(true));
    CHECK(province.partner().rows == RowCounts{.shared = 2});
    // Beside the ledger, as a file to look at.
    const auto seen = province.road.read([&](store::Connection& c) {
      return gather(c, province.settings[0], {.tenant = province.road.tenant(), .unit = {}, .since = Timestamp{0}, .now = province.road.clock().now()});
    }).value();
    CHECK(std::ranges::count(seen.rows, RowKind::connection, &ReportRow::kind) == 1);
  }
}

TEST_CASE("the message that was kept is what was sent, with the raw answer") {
  Province province;
  province.machine("m", province.road.root(), 1);
  REQUIRE(province.tend());
  const auto message = province.messages().at(0);
  const auto detail = province.detail(message.id);
  CHECK(detail.xml == province.receiver.bodies().at(0));
  CHECK(sha256(detail.xml) == message.digest);
  REQUIRE(detail.answers.size() == 1);
  CHECK(detail.answers[0].outcome == Outcome::accepted);
  CHECK(detail.answers[0].body == "<Response><Status>success</Status></Response>");
  CHECK(detail.rows.size() == 2);
  CHECK(detail.rows[0].state == RowState::shared);
  CHECK(detail.xml.contains(message.name));
}

TEST_CASE("a 500, silence, a lie and a lost answer: the same bytes again, and each row once") {
  Province province;
  province.machine("m", province.road.root(), 3);
  province.receiver.next({Mode::error, Mode::lie, Mode::silent, Mode::taken_then_error, Mode::taken_then_silent});
  for (int i = 0; i < 12; ++i) {
    REQUIRE(province.tend());
    province.road.clock().advance(minutes(3));
  }
  CHECK(province.partner().rows == RowCounts{.shared = 4});
  CHECK(rows_taken(province.receiver) == 4);
  CHECK(province.receiver.duplicates() == 2);
  const auto bodies = province.receiver.bodies();
  CHECK(std::set<std::string>(bodies.begin(), bodies.end()).size() == 1);
  const auto detail = province.detail(province.messages().at(0).id);
  REQUIRE(detail.answers.size() == 6);
  CHECK(detail.answers[0].outcome == Outcome::later);
  CHECK(detail.answers[1].outcome == Outcome::unclear);
  CHECK(detail.answers[1].body == "OK");
  CHECK(detail.answers[2].status == 0);
  CHECK(detail.answers[5].outcome == Outcome::duplicate);
}

TEST_CASE("no hot loop: pauses grow, and one receiver that is down is left alone with all messages") {
  Province province("2290", 10);
  for (int i = 0; i < 4; ++i) province.machine("m" + std::to_string(i), province.road.root(), 8);
  province.receiver.otherwise([] { return Mode::error; });
  for (int i = 0; i < 20; ++i) REQUIRE(province.tend());
  CHECK(province.receiver.bodies().size() == 1);
  province.road.clock().advance(seconds(44));
  REQUIRE(province.tend());
  CHECK(province.receiver.bodies().size() == 1);
  province.road.clock().advance(seconds(32));
  REQUIRE(province.tend());
  CHECK(province.receiver.bodies().size() == 2);
  for (int i = 0; i < 24 * 60; ++i) {
    province.road.clock().advance(minutes(1));
    REQUIRE(province.tend());
  }
  CHECK(province.receiver.bodies().size() < 45);
  CHECK(province.receiver.bodies().size() > 24);
  CHECK(province.partner().rows.shared == 0);
  CHECK(province.partner().messages_waiting >= 4);
}

TEST_CASE("what is never clearly accepted fails, bounded, with the answers; a person tries it again") {
  Province province;
  province.machine("m", province.road.root(), 0);
  province.receiver.otherwise([] { return Mode::lie; });
  for (int i = 0; i < 25; ++i) {
    REQUIRE(province.tend());
    province.road.clock().advance(minutes(10));
  }
  CHECK(static_cast<std::int64_t>(province.receiver.bodies().size()) == kMostUnclear);
  CHECK(province.partner().rows == RowCounts{.failed = 1});
  const auto message = province.messages().at(0);
  CHECK(message.state == MessageState::failed);
  CHECK(province.detail(message.id).answers.size() == 5);

  province.receiver.otherwise([] { return Mode::good; });
  REQUIRE(province.road.write([&](store::Connection& c) { return retry_message(c, province.road.scope(), message.id, province.road.clock().now()); }));
  REQUIRE(province.tend());
  CHECK(province.partner().rows == RowCounts{.shared = 1});
  CHECK(province.receiver.taken().size() == 1);
  CHECK(province.road.write([&](store::Connection& c) {
          return retry_message(c, province.road.scope(), message.id, province.road.clock().now());
        }).error().code() == Code::conflict);
}

TEST_CASE("refused is failed at once, and said") {
  Province province;
  province.machine("m", province.road.root(), 0);
  province.receiver.next({Mode::refuse});
  REQUIRE(province.tend());
  CHECK(province.partner().rows == RowCounts{.failed = 1});
  CHECK(province.partner().last_error == "HTTP 400, refused");
  REQUIRE(province.road.write([&](store::Connection& c) { return send_now(c, province.road.scope(), province.partner().id, province.road.clock().now()); }));
  REQUIRE(province.tend());
  CHECK(province.partner().rows == RowCounts{.shared = 1});
}

TEST_CASE("a person pauses and lets go on; nothing is sent between") {
  Province province;
  REQUIRE(province.tend());
  const auto id = province.partner().id;
  const auto pause = [&](std::string_view why) {
    return province.road.write([&](store::Connection& c) { return pause_partner(c, province.road.scope(), id, flow::kAnalyst, why, province.road.clock().now()); });
  };
  CHECK(pause("").error().code() == Code::invalid);
  REQUIRE(pause("bảo trì"));
  CHECK(pause("bảo trì").error().code() == Code::conflict);
  province.machine("m", province.road.root(), 1);
  REQUIRE(province.tend(true));
  CHECK(province.receiver.bodies().empty());
  CHECK(province.partner().pause_note == "bảo trì");
  REQUIRE(province.road.write([&](store::Connection& c) { return resume_partner(c, province.road.scope(), id, province.road.clock().now()); }));
  REQUIRE(province.tend(true));
  CHECK(province.partner().rows.shared >= 1);
}

TEST_CASE("batches: machines stay together where they fit, and no row is left") {
  Province province("8676", 10);
  for (int i = 0; i < 5; ++i) province.machine("m" + std::to_string(i), province.road.root(), 3);
  province.machine("large", province.road.root(), 24);
  REQUIRE(province.tend());
  CHECK(province.partner().rows == RowCounts{.shared = 5 * 4 + 25});
  CHECK(rows_taken(province.receiver) == 45);
  for (const auto& message : province.messages()) CHECK(message.rows <= 10);
  // Two of the small ones fit a message, a third would be torn.
  CHECK(province.messages().back().rows == 8);
}

TEST_CASE("only whom a person sees: units by scope, raw messages for who sees all") {
  Province province;
  const auto one = province.road.unit(province.road.root(), "Xã Một");
  const auto two = province.road.unit(province.road.root(), "Xã Hai");
  province.machine("a", one, 1);
  REQUIRE(province.tend());
  province.machine("b", two, 0);
  province.road.clock().advance(days(1));
  REQUIRE(province.tend());
  const auto of_two = store::TenantScope::for_test(province.road.tenant(), {two});
  const auto seen = province.road.read([&](store::Connection& c) { return list_messages(c, of_two, {}); }).value();
  CHECK(seen.items.size() == 1);
  CHECK(seen.total == 1);
  CHECK(province.messages().size() == 2);
  CHECK(province.road.read([&](store::Connection& c) { return get_message(c, of_two, seen.items[0].id); }).error().code() == Code::not_found);
  CHECK(province.road.read([&](store::Connection& c) { return list_partners(c, of_two); }).value().at(0).rows == RowCounts{.shared = 1});
  CHECK(province.road.write([&](store::Connection& c) { return send_now(c, of_two, province.partner().id, {}); }).error().code() == Code::not_found);
  const auto foreign = store::TenantScope::for_test(TenantId{99}, {UnitId{1}});
  CHECK(province.road.read([&](store::Connection& c) { return list_partners(c, foreign); }).value().empty());
  CHECK(province.road.read([&](store::Connection& c) { return get_message(c, foreign, seen.items[0].id); }).error().code() == Code::not_found);
}

TEST_CASE("connected and sharing regularly are two things") {
  Province province;
  const auto silent = province.road.unit(province.road.root(), "Xã Im");
  province.machine("a", silent, 0);
  province.receiver.next({Mode::error});
  REQUIRE(province.tend());
  REQUIRE(province.units().size() == 1);
  CHECK_FALSE(province.units()[0].connected_since);
  CHECK_FALSE(province.units()[0].regular);
  province.road.clock().advance(minutes(2));
  REQUIRE(province.tend());
  CHECK(province.units()[0].connected_since);
  CHECK(province.units()[0].regular);
  province.receiver.otherwise([] { return Mode::error; });
  province.road.clock().advance(days(8));
  REQUIRE(province.tend());
  CHECK(province.units()[0].connected_since);
  CHECK_FALSE(province.units()[0].regular);
  const auto sharing = province.road.read([&](store::Connection& c) { return estate::sharing_by_unit(c, province.road.scope()); }).value();
  CHECK(sharing.at(silent).days_since(province.road.clock().now()) == 8);
}

TEST_CASE("what a person called a false alarm, and what is older than wished, is not shared") {
  Province province;
  const auto agent = province.machine("m", province.road.root(), 2);
  const auto all = province.road.all();
  REQUIRE(province.road.decide(all[0].id, FindingState::suppressed, "báo nhầm"));
  province.settings[0].since = province.road.clock().now() + days(0);
  REQUIRE(province.tend());
  CHECK(province.partner().rows == RowCounts{.shared = 2});
  static_cast<void>(agent);
}

TEST_CASE("a receiver that is not whom we trust gets nothing; a pinned key is enough") {
  Province province;
  province.machine("m", province.road.root(), 0);
  const Province other;
  province.settings[0].ca_pem = other.settings[0].ca_pem;
  province.restart();
  REQUIRE(province.tend());
  CHECK(province.receiver.bodies().empty());
  CHECK(province.partner().last_error.contains("not whom we trust"));
  province.settings[0].ca_pem.clear();
  province.settings[0].pinned_key = "sha256//" + to_base64(sha256("another").view());
  province.restart();
  province.road.clock().advance(hours(2));
  REQUIRE(province.tend());
  CHECK(province.receiver.bodies().empty());
  province.settings[0].pinned_key = "sha256//" + to_base64(net::public_key_sha256(province.receiver.certificate_pem()).value().view());
  province.settings[0].source_address = "127.0.0.1";
  province.restart();
  province.road.clock().advance(hours(2));
  REQUIRE(province.tend());
  CHECK(province.receiver.bodies().size() == 1);
  CHECK(province.partner().rows == RowCounts{.shared = 1});
}

TEST_CASE("a message whose bytes were changed on the disk is never sent") {
  Province province;
  province.machine("m", province.road.root(), 0);
  province.receiver.next({Mode::error});
  REQUIRE(province.tend());
  REQUIRE(province.road.write([&](store::Connection& c) -> Result<void> {
    return c.run("UPDATE share_message SET digest = zeroblob(32)").has_value() ? Result<void>() : Result<void>(Error(Code::internal, ""));
  }));
  province.road.clock().advance(hours(2));
  CHECK(province.tend().error().code() == Code::corrupt);
  CHECK(province.receiver.bodies().size() == 1);
}

TEST_CASE("an organisation that the scheme does not take is said, and nothing is sent") {
  Province province;
  province.machine("m", province.road.root(), 0);
  province.settings[0].from.id = "much too long for it";
  province.restart();
  REQUIRE(province.tend());
  CHECK(province.partner().last_error == "not composed: edXML:OrganId: longer than 13 characters");
  CHECK(province.partner().rows == RowCounts{.unshared = 1});
  // A token that is not there is not asked every few seconds.
  int asked = 0;
  Sender::Options options{.partners = province.settings, .seal = [&asked](std::string_view, const SealPlace&) -> Result<std::string> {
                            ++asked;
                            return Error(Code::unavailable, "no token");
                          }};
  options.partners[0].from = sample_organisation();
  Sender sender(province.road.hub(), province.road.clock(), province.random, std::move(options));
  for (int i = 0; i < 100; ++i) {
    REQUIRE(sender.tend());
    province.road.clock().advance(seconds(5));
  }
  CHECK(asked == 1);
  CHECK(province.partner().last_error == "not composed: no token");
}

}  // namespace
}  // namespace khien::exchange

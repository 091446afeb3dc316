// Kills the process that sends malware data with SIGKILL at random moments, while the receiver
// answers 500, says nothing, lies, and takes messages without saying so. In the end: each
// row was taken exactly once, in the message that the ledger says, and the ledger calls it shared.
//
//   share_kill KILLS              the test
//   share_kill send FOLDER URL    the process that is killed; key and CA are in the folder
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <thread>
#include <tuple>

#include "khien/core/log.hpp"
#include "khien/estate/units.hpp"
#include "khien/exchange/sender.hpp"
#include "khien/exchange/sharing.hpp"
#include "strict_receiver.hpp"

namespace {

using namespace khien;
using namespace khien::exchange;
using Mode = StrictReceiver::Mode;

constexpr int kMachines = 300;
constexpr int kMore = 100;    // of which findings alone are told: machines are told once a day
constexpr int kFindings = 3;  // a machine

void ask(bool holds, const std::string& what) {
  if (holds) return;
  std::fprintf(stderr, "share_kill: %s\n", what.c_str());
  std::exit(1);
}

template <class T>
T must(Result<T> result, const char* what) {
  ask(result.has_value(), std::string(what) + ": " + (result ? "" : result.error().what()));
  return std::move(result).value();
}
void must(Result<void> result, const char* what) { ask(result.has_value(), std::string(what) + ": " + (result ? "" : result.error().what())); }

std::unique_ptr<store::Store> open_store(const std::string& folder) {
  return must(store::Store::open({.path = folder + "/hub.db", .migrations = store::hub_migrations(), .vfs = {}, .on_fatal = {}}), "open");
}

// Machines and what was found on them, as the road would have left it.
Result<void> add_machines(store::Connection& connection, TenantId tenant, UnitId unit, int from, int count) {
  const Timestamp now = system_clock().now();
  std::int64_t before = 0;
  TRY_VOID(connection.query_one("SELECT coalesce(max(id), 0) FROM machine", {}, [&](const store::Row& row) -> Result<void> {
    before = row.integer(0);
    return {};
  }));
  TRY_VOID(connection.run(
      "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?4) INSERT INTO machine (tenant_id, unit_id, hostname, "
      "hostname_order, search_key, enrolled_at, last_seen) SELECT ?1, ?2, 'may-' || (?5 + i), x'00', 'may', ?3, ?3 FROM n",
      {tenant, unit, now, count, from}));
  TRY_VOID(connection.run(
      "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?3) INSERT INTO finding (tenant_id, machine_id, unit_id, "
      "fingerprint, judge, rule, subject, search_key, severity, state, first_seen, last_seen, opened_at, sightings, history, "
      "settled_through) SELECT ?1, m.id, m.unit_id, randomblob(32), 'scan', 'yara:Trojan_' || i, '/srv/' || i || '.exe', '', 3, 'new', "
      "?2, ?2, ?2, 1, 1, 1 FROM n JOIN machine m WHERE m.tenant_id = ?1 AND m.id > ?4",
      {tenant, now - hours(1), kFindings, before}));
  return {};
}

void make_province(store::Store& hub) {
  must(hub.write([&](store::Connection& connection) -> Result<void> {
    TRY(const auto made, estate::create_tenant(connection, "Tỉnh", system_clock().now()));
    return add_machines(connection, made.tenant, made.root, 0, kMachines);
  }), "province");
}

// All was sent before the signal came: there is more to send.
void make_more(const std::string& folder, int from) {
  const auto hub = open_store(folder);
  must(hub->write([&](store::Connection& connection) { return add_machines(connection, TenantId{1}, UnitId{1}, from, kMore); }), "more");
}

// The child: it sends until everything is settled, or it is killed.
int send(const std::string& folder, const std::string& url) {
  set_log_output(2, LogLevel::error);
  const auto hub = open_store(folder);
  PartnerSettings settings{.name = "2290", .scheme = scheme_of("2290"), .url = url, .ca_pem = file_text(folder + "/ca.pem"), .pinned_key = {},
                           .source_address = {}, .from = sample_organisation(), .public_address = {}, .privacy = {}, .batch = 25,
                           .since = Timestamp{0}};
  Sender::Options options{.partners = {std::move(settings)},
                          .seal = must(make_key_sealer(Secret(file_text(folder + "/key.pem")), file_text(folder + "/certificate.pem")), "key")};
  options.every = milliseconds(200);
  options.first_pause = milliseconds(20);
  options.longest_pause = milliseconds(100);
  options.send_time = milliseconds(250);
  options.settle_time = seconds(0);
  Sender sender(*hub, system_clock(), system_random(), std::move(options));
  for (;;) {
    must(sender.tend(), "tend");
    std::int64_t open = 0;
    must(hub->read([&](store::Connection& connection) {
      return connection.query_one("SELECT count(*) FROM share_row WHERE state <> 'shared'", {}, [&](const store::Row& row) -> Result<void> {
        open = row.integer(0);
        return {};
      });
    }), "count");
    if (open == 0) return 0;
    // What a person would do with what was never clearly accepted.
    must(hub->write([&](store::Connection& connection) -> Result<void> {
      const auto scope = store::TenantScope::for_test(TenantId{1}, {UnitId{1}});
      TRY(const auto partners, list_partners(connection, scope));
      return partners.empty() || partners[0].messages_failed == 0
                 ? Result<void>()
                 : send_now(connection, scope, partners[0].id, system_clock().now());
    }), "again");
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

pid_t begin(const char* program, const std::string& folder, const std::string& url) {
  const pid_t child = ::fork();
  ask(child >= 0, "fork");
  if (child == 0) {
    ::execl(program, program, "send", folder.c_str(), url.c_str(), nullptr);
    _exit(127);
  }
  return child;
}

using RowName = std::tuple<RowKind, std::string, std::string>;

// What the receiver took against what the ledger says.
void compare(const std::string& folder, StrictReceiver& receiver, int all) {
  std::map<RowName, int> taken;
  std::set<std::string> subjects;
  for (const auto& [subject, report] : receiver.taken()) {
    subjects.insert(subject.substr(subject.rfind(' ') + 1));
    for (const ReportRow& row : report.rows) {
      const auto malware = row.facts.find("malware_name");
      ++taken[{row.kind, row.facts.at("name"), malware == row.facts.end() ? "" : malware->second}];
    }
  }
  std::int64_t machines = 0;
  for (const auto& [name, times] : taken) {
    ask(times == 1, std::get<1>(name) + " " + std::get<2>(name) + " was taken " + std::to_string(times) + " times");
    machines += std::get<0>(name) == RowKind::machine ? 1 : 0;
  }
  const auto hub = open_store(folder);
  std::int64_t rows = 0;
  std::set<std::string> shared;
  must(hub->read([&](store::Connection& connection) -> Result<void> {
    TRY_VOID(connection.query("SELECT state, count(*) FROM share_row GROUP BY state", {}, [&](const store::Row& row) -> Result<void> {
      ask(row.text(0) == "shared", "the ledger has rows that are " + std::string(row.text(0)));
      rows = row.integer(1);
      return {};
    }));
    TRY_VOID(connection.query("SELECT m.name, m.rows, (SELECT count(*) FROM share_row r WHERE r.tenant_id = m.tenant_id AND r.message_id = m.id), "
                              "(SELECT count(*) FROM share_answer a WHERE a.tenant_id = m.tenant_id AND a.message_id = m.id AND a.outcome IN "
                              "('accepted', 'duplicate')) FROM share_message m",
                              {}, [&](const store::Row& row) -> Result<void> {
                                shared.insert(std::string(row.text(0)));
                                ask(row.integer(1) == row.integer(2), "a message's rows are not its rows");
                                ask(row.integer(3) == 1, "a message was accepted " + std::to_string(row.integer(3)) + " times");
                                return {};
                              }));
    return {};
  }), "read");
  ask(shared == subjects, "the ledger and the receiver name other messages");
  // Past midnight each machine is a row again.
  ask(machines == kMachines || machines >= all, "machines: " + std::to_string(machines));
  ask(rows == all * kFindings + machines, "rows: " + std::to_string(rows));
  std::printf("%lld rows in %zu messages, each taken once; %lld came again and were told so\n", static_cast<long long>(rows), shared.size(),
              static_cast<long long>(receiver.duplicates()));
}

int test(const char* program, int kills) {
  set_log_output(2, LogLevel::error);
  std::string folder = (std::filesystem::temp_directory_path() / "khien-share-XXXXXX").string();
  ask(::mkdtemp(folder.data()) != nullptr, "no folder");
  const auto key = must(make_throw_away_key("Khiên"), "key");
  StrictReceiver receiver(scheme_of("2290"), key.certificate_pem);
  receiver.keep_bodies = false;
  std::ofstream(folder + "/key.pem") << key.key_pem.reveal();
  std::ofstream(folder + "/certificate.pem") << key.certificate_pem;
  std::ofstream(folder + "/ca.pem") << receiver.ca_pem();
  make_province(*open_store(folder));
  SeededRandom random(static_cast<std::uint64_t>(kills));
  receiver.otherwise([&random] {
    constexpr std::array<Mode, 10> kModes{Mode::good, Mode::good, Mode::good, Mode::error, Mode::error, Mode::taken_then_error,
                                          Mode::taken_then_error, Mode::taken_then_silent, Mode::silent, Mode::lie};
    return kModes[random.below(kModes.size())];
  });
  int killed = 0, machines = kMachines;
  while (killed < kills) {
    const pid_t child = begin(program, folder, receiver.url());
    std::this_thread::sleep_for(std::chrono::milliseconds(20 + system_random().below(400)));
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    ask(WIFSIGNALED(status) || WEXITSTATUS(status) == 0, "the sender failed");
    if (WIFSIGNALED(status)) {
      ++killed;
    } else {
      make_more(folder, machines);
      machines += kMore;
    }
  }
  receiver.otherwise([] { return Mode::good; });
  const pid_t last = begin(program, folder, receiver.url());
  int status = 0;
  ::waitpid(last, &status, 0);
  ask(WIFEXITED(status) && WEXITSTATUS(status) == 0, "the last sender failed");
  std::printf("killed %d times\n", killed);
  compare(folder, receiver, machines);
  std::filesystem::remove_all(folder);
  return 0;
}

}  // namespace

int main(int count, char** words) {
  if (count == 4 && std::string_view(words[1]) == "send") return send(words[2], words[3]);
  if (count == 2 && std::atoi(words[1]) > 0) return test(words[0], std::atoi(words[1]));
  std::fprintf(stderr, "share_kill KILLS\n");
  return 2;
}

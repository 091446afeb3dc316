// What ends the fleet's word, and what a person sees of it.
#include <algorithm>
#include <string>

#include "khien/core/bytes.hpp"
#include "khien/fleet/fleet.hpp"

#include "voters.hpp"

namespace khien::fleet {
namespace {

// A machine that calls everything malicious costs so many files their sharing.
constexpr std::int64_t kMostContestedByMachine = 10'000;
constexpr std::int64_t kMostAccusers = 8;
// Files a day for which one machine has others named. A person looks at each name.
constexpr std::int64_t kMostNamingsOfMachine = 4;

Result<std::int64_t> note(store::Connection& connection, TenantId tenant, std::string_view kind, std::string_view what,
                          std::string_view reason, Timestamp now) {
  TRY_VOID(connection.run("INSERT INTO fleet_recall (tenant_id, at, kind, what, reason) VALUES (?1, ?2, ?3, ?4, ?5)",
                          {tenant, now, kind, what, reason}));
  return connection.last_insert_id();
}

struct Said {
  std::int64_t of_file = 0;      // accusers
  std::int64_t by_it = 0;        // files
  std::int64_t named_today = 0;  // files by it for which others were named
  std::int64_t recalls = 0;      // accusers of the file for whom it was recalled
};

Result<Said> said_before(store::Connection& connection, const AgentIdentity& by, const Sha256& sha256, Timestamp now) {
  Said said;
  TRY_VOID(connection.query_one(
      "SELECT (SELECT count(*) FROM fleet_contested WHERE tenant_id = ?1 AND sha256 = ?2), (SELECT count(*) FROM "
      "fleet_contested WHERE tenant_id = ?1 AND machine_id = ?3), (SELECT count(*) FROM fleet_contested WHERE "
      "tenant_id = ?1 AND machine_id = ?3 AND named = 1 AND at > ?4), (SELECT count(*) FROM fleet_contested WHERE "
      "tenant_id = ?1 AND sha256 = ?2 AND recalled = 1 AND (agreed > 0 OR machine_id = 0))",
      {by.tenant, sha256.view(), by.machine, now - days(1)}, [&](const store::Row& row) -> Result<void> {
        said = {row.integer(0), row.integer(1), row.integer(2), row.integer(3)};
        return {};
      }));
  return said;
}

struct Votes {
  std::uint64_t content = 0;
  std::vector<Voter> voters;
  std::int64_t answers = 0;
};

Result<std::vector<Votes>> votes_for(store::Connection& connection, TenantId tenant, const Sha256& sha256) {
  std::vector<Votes> all;
  TRY_VOID(connection.query(
      "SELECT c.content, f.voters, f.answers FROM fleet_content AS c JOIN fleet_file AS f ON f.tenant_id = c.tenant_id "
      "AND f.content_id = c.id AND f.sha256 = ?2 WHERE c.tenant_id = ?1 AND c.recalled = 0 ORDER BY c.id DESC",
      {tenant, sha256.view()}, [&](const store::Row& row) -> Result<void> {
        all.push_back({static_cast<std::uint64_t>(row.integer(0)), voters_from(row.bytes(1)), row.integer(2)});
        return {};
      }));
  return all;
}

// How many trusted voters besides the accuser agreed under one content: with
// fewer than must agree, nobody was told anything, whatever the accuser voted.
Result<std::int64_t> agreed_without(store::Connection& connection, const AgentIdentity& accuser,
                                    const std::vector<Votes>& votes) {
  std::int64_t most = 0;
  for (const Votes& under : votes) {
    std::int64_t agreed = 0;
    for (const Voter& voter : under.voters) {
      if (voter.machine == accuser.machine) continue;
      TRY(const bool distrusted, is_distrusted(connection, accuser.tenant, voter.machine));
      agreed += distrusted ? 0 : 1;
    }
    most = std::max(most, agreed);
  }
  return most;
}

std::vector<MachineId> others_under(const std::vector<Votes>& votes, std::uint64_t content, MachineId accuser) {
  std::vector<MachineId> others;
  for (const Votes& under : votes) {
    if (content == 0 || under.content != content) continue;
    for (const Voter& voter : under.voters) {
      if (voter.machine != accuser) others.push_back(voter.machine);
    }
  }
  return others;
}

}  // namespace

Result<bool> is_distrusted(store::Connection& connection, TenantId tenant, MachineId machine) {
  bool distrusted = false;
  TRY_VOID(connection.query("SELECT 1 FROM fleet_distrusted WHERE tenant_id = ?1 AND machine_id = ?2",
                            {tenant, machine}, [&](const store::Row&) -> Result<void> {
                              distrusted = true;
                              return {};
                            }));
  return distrusted;
}

Result<std::vector<MachineId>> contest(store::Connection& connection, const AgentIdentity& by, const Sha256& sha256,
                                       std::uint64_t content, Timestamp now) {
  TRY(const bool distrusted, is_distrusted(connection, by.tenant, by.machine));
  if (distrusted) return std::vector<MachineId>();
  TRY(const Said said, said_before(connection, by, sha256, now));
  if (said.of_file >= kMostAccusers || said.by_it >= kMostContestedByMachine) return std::vector<MachineId>();
  TRY(const auto votes, votes_for(connection, by.tenant, sha256));
  TRY(const std::int64_t agreed, agreed_without(connection, by, votes));
  std::vector<MachineId> wrong;
  if (said.of_file == 0 && said.named_today < kMostNamingsOfMachine) wrong = others_under(votes, content, by.machine);
  // Where no other agreed nobody was told; and nobody is told what was recalled. What
  // is only owed is owed to this one too: its recall must not wait for a liar's.
  TRY(const std::int64_t is_new,
      connection.run("INSERT OR IGNORE INTO fleet_contested (tenant_id, sha256, machine_id, at, recalled, agreed, named) "
                     "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                     {by.tenant, sha256.view(), by.machine, now, agreed == 0 || said.recalls > 0, agreed, !wrong.empty()}));
  if (is_new == 0) wrong.clear();
  return wrong;
}

Result<std::int64_t> recall_file(store::Connection& connection, TenantId tenant, const Sha256& sha256,
                                 std::string_view reason, Timestamp now) {
  TRY_VOID(connection.run(
      "INSERT OR IGNORE INTO fleet_contested (tenant_id, sha256, machine_id, at, recalled) VALUES (?1, ?2, 0, ?3, 1)",
      {tenant, sha256.view(), now}));
  return note(connection, tenant, "file", sha256.hex(), reason, now);
}

Result<std::int64_t> recall_machine(store::Connection& connection, TenantId tenant, MachineId machine,
                                    std::string_view reason, Timestamp now) {
  TRY_VOID(connection.query_one("SELECT id FROM machine WHERE tenant_id = ?1 AND id = ?2", {tenant, machine},
                                [](const store::Row&) -> Result<void> { return {}; }));
  // Nothing that it said counts: what it called clean, nor what it called malicious.
  TRY_VOID(connection.run("DELETE FROM fleet_contested WHERE tenant_id = ?1 AND machine_id = ?2", {tenant, machine}));
  TRY_VOID(connection.run("INSERT OR IGNORE INTO fleet_distrusted (tenant_id, machine_id, at) VALUES (?1, ?2, ?3)",
                          {tenant, machine, now}));
  return note(connection, tenant, "machine", std::to_string(machine.value), reason, now);
}

Result<void> trust_machine(store::Connection& connection, TenantId tenant, MachineId machine) {
  TRY(const std::int64_t removed,
      connection.run("DELETE FROM fleet_distrusted WHERE tenant_id = ?1 AND machine_id = ?2", {tenant, machine}));
  if (removed == 0) return Error(Code::not_found, "the machine is not distrusted");
  return {};
}

// Votes that come later make the content anew, from nothing.
Result<std::int64_t> recall_content(store::Connection& connection, TenantId tenant, std::uint64_t content,
                                    std::string_view reason, Timestamp now) {
  TRY(const std::int64_t closed,
      connection.run("UPDATE fleet_content SET recalled = 1 WHERE tenant_id = ?1 AND content = ?2 AND recalled = 0",
                     {tenant, content}));
  if (closed == 0) return Error(Code::not_found, "nobody voted under this content");
  return note(connection, tenant, "content", std::to_string(content), reason, now);
}

namespace {

Result<std::int64_t> branches_with_machines(store::Connection& connection, TenantId tenant) {
  std::int64_t branches = 0;
  TRY_VOID(connection.query_one(
      "SELECT count(DISTINCT coalesce((SELECT a.ancestor_id FROM unit_ancestor AS a WHERE a.tenant_id = m.tenant_id AND "
      "a.unit_id = m.unit_id ORDER BY a.distance DESC LIMIT 1 OFFSET 1), m.unit_id)) FROM (SELECT DISTINCT tenant_id, "
      "unit_id FROM machine WHERE tenant_id = ?1 AND revoked_at IS NULL) AS m",
      {tenant}, [&](const store::Row& row) -> Result<void> {
        branches = row.integer(0);
        return {};
      }));
  return branches;
}

}  // namespace

Result<Status> status(store::Connection& connection, TenantId tenant, const Policy& policy) {
  Status all;
  const std::int64_t agreed_bytes = policy.agreement * static_cast<std::int64_t>(kVoterBytes);
  TRY_VOID(connection.query(
      "SELECT c.content, c.first_seen, c.last_seen, c.files, (SELECT count(*) FROM fleet_file AS f WHERE f.tenant_id = "
      "c.tenant_id AND f.content_id = c.id AND length(f.voters) >= ?2), (SELECT coalesce(sum(f.answers), 0) FROM "
      "fleet_file AS f WHERE f.tenant_id = c.tenant_id AND f.content_id = c.id) FROM fleet_content AS c WHERE "
      "c.tenant_id = ?1 AND c.recalled = 0 ORDER BY c.last_seen DESC, c.id DESC",
      {tenant, agreed_bytes}, [&](const store::Row& row) -> Result<void> {
        all.contents.push_back({static_cast<std::uint64_t>(row.integer(0)), row.time(1), row.time(2), row.integer(3),
                                row.integer(4), row.integer(5)});
        return {};
      }));
  TRY(all.branches, branches_with_machines(connection, tenant));
  TRY_VOID(connection.query_one(
      "SELECT (SELECT count(DISTINCT sha256) FROM fleet_contested WHERE tenant_id = ?1), (SELECT coalesce(max(id), 0) FROM "
      "fleet_recall WHERE tenant_id = ?1)",
      {tenant}, [&](const store::Row& row) -> Result<void> {
        all.contested = row.integer(0);
        all.recall = row.integer(1);
        return {};
      }));
  TRY_VOID(connection.query("SELECT machine_id FROM fleet_distrusted WHERE tenant_id = ?1 ORDER BY machine_id", {tenant},
                            [&](const store::Row& row) -> Result<void> {
                              all.distrusted.push_back(row.id<MachineTag>(0));
                              return {};
                            }));
  return all;
}

Result<FileReport> report(store::Connection& connection, TenantId tenant, const Sha256& sha256) {
  FileReport found;
  TRY_VOID(connection.query("SELECT 1 FROM fleet_contested WHERE tenant_id = ?1 AND sha256 = ?2", {tenant, sha256.view()},
                            [&](const store::Row&) -> Result<void> {
                              found.contested = true;
                              return {};
                            }));
  TRY(const auto votes, votes_for(connection, tenant, sha256));
  for (const Votes& under : votes) {
    FileStatusHere here{.content = under.content, .voters = {}, .answers = under.answers};
    for (const Voter& voter : under.voters) here.voters.push_back(voter.machine);
    found.contents.push_back(std::move(here));
  }
  return found;
}

}  // namespace khien::fleet

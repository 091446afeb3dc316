#include <algorithm>
#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <utility>

#include "khien/core/assert.hpp"
#include "khien/core/log.hpp"
#include "khien/fleet/fleet.hpp"

#include "lease_board.hpp"
#include "voters.hpp"

namespace khien::fleet {
namespace {

constexpr int kMostAtOnce = 4;  // half of the store's readers
constexpr std::uint64_t kCountEvery = 16;
constexpr std::size_t kMostAllowances = 100'000;
constexpr Duration kContentKept = days(14);
constexpr Duration kBetweenRecalls = minutes(10);
// Each has all machines of the province look at their files again. What is owed
// beyond is recalled with the next one.
constexpr std::int64_t kRecallsOfMachine = 3;  // a day
constexpr std::int64_t kClearedAtOnce = 5'000;

// How many branches voted under content `c`.
#define KHIEN_BRANCHES_OF_C                                                                          \
  "(SELECT count(*) FROM fleet_content_branch AS b WHERE b.tenant_id = c.tenant_id AND b.content_id = c.id)"

// What one question needs to know besides its files.
struct Ground {
  UnitId branch;
  bool grown = false;  // old enough to vote
  std::int64_t content_id = 0;  // 0: nobody voted under it
  std::int64_t recall = 0;
  std::vector<MachineId> distrusted;

  bool trusts(MachineId machine) const { return std::ranges::find(distrusted, machine) == distrusted.end(); }
  bool lets_vote(MachineId machine) const { return grown && trusts(machine) && can_vote({branch, machine}); }
};

// The unit below the root in which the machine is, or the root.
Result<void> read_place(store::Connection& connection, const AgentIdentity& agent, Timestamp now, Ground& ground) {
  return connection.query_one(
      "SELECT coalesce((SELECT a.ancestor_id FROM unit_ancestor AS a WHERE a.tenant_id = m.tenant_id AND a.unit_id = "
      "m.unit_id ORDER BY a.distance DESC LIMIT 1 OFFSET 1), m.unit_id), m.enrolled_at FROM machine AS m WHERE "
      "m.tenant_id = ?1 AND m.id = ?2",
      {agent.tenant, agent.machine}, [&](const store::Row& row) -> Result<void> {
        ground.branch = row.id<UnitTag>(0);
        ground.grown = now - row.time(1) >= kVoterAge;
        return {};
      });
}

Result<Ground> ground_of(store::Connection& connection, const AgentIdentity& agent, std::uint64_t content,
                         Timestamp now) {
  Ground ground;
  TRY_VOID(read_place(connection, agent, now, ground));
  TRY_VOID(connection.query("SELECT id FROM fleet_content WHERE tenant_id = ?1 AND content = ?2 AND recalled = 0",
                            {agent.tenant, content}, [&](const store::Row& row) -> Result<void> {
                              ground.content_id = row.integer(0);
                              return {};
                            }));
  TRY_VOID(connection.query_one("SELECT coalesce(max(id), 0) FROM fleet_recall WHERE tenant_id = ?1", {agent.tenant},
                                [&](const store::Row& row) -> Result<void> {
                                  ground.recall = row.integer(0);
                                  return {};
                                }));
  TRY_VOID(connection.query("SELECT machine_id FROM fleet_distrusted WHERE tenant_id = ?1", {agent.tenant},
                            [&](const store::Row& row) -> Result<void> {
                              ground.distrusted.push_back(row.id<MachineTag>(0));
                              return {};
                            }));
  return ground;
}

Result<bool> is_contested(store::Connection& connection, TenantId tenant, const Sha256& sha256) {
  bool contested = false;
  TRY_VOID(connection.query("SELECT 1 FROM fleet_contested WHERE tenant_id = ?1 AND sha256 = ?2", {tenant, sha256.view()},
                            [&](const store::Row&) -> Result<void> {
                              contested = true;
                              return {};
                            }));
  return contested;
}

Result<Bytes> voters_of(store::Connection& connection, TenantId tenant, std::int64_t content_id, const Sha256& sha256) {
  Bytes voters;
  TRY_VOID(connection.query(
      "SELECT voters FROM fleet_file WHERE tenant_id = ?1 AND content_id = ?2 AND sha256 = ?3",
      {tenant, content_id, sha256.view()}, [&](const store::Row& row) -> Result<void> {
        const ByteView bytes = row.bytes(0);
        voters.assign(bytes.begin(), bytes.end());
        return {};
      }));
  return voters;
}

// Closes the content with the fewest branches, the oldest of them; never one by
// which somebody may have been told anything. False: there is none.
Result<bool> evict_content(store::Connection& connection, TenantId tenant, int agreement) {
  TRY(const std::int64_t evicted,
      connection.run("UPDATE fleet_content SET recalled = 1 WHERE id = (SELECT c.id FROM fleet_content AS c WHERE "
                     "c.tenant_id = ?1 AND c.recalled = 0 AND " KHIEN_BRANCHES_OF_C
                     " < ?2 ORDER BY " KHIEN_BRANCHES_OF_C ", c.id LIMIT 1)",
                     {tenant, agreement}));
  return evicted > 0;
}

// The content's row, made if there is room for it. 0: not kept.
Result<std::int64_t> open_content(store::Connection& connection, const AgentIdentity& agent, std::uint64_t content,
                                  int agreement, Timestamp now) {
  std::int64_t id = 0;
  Timestamp last_seen;
  TRY_VOID(connection.query(
      "SELECT id, last_seen FROM fleet_content WHERE tenant_id = ?1 AND content = ?2 AND recalled = 0",
      {agent.tenant, content}, [&](const store::Row& row) -> Result<void> {
        id = row.integer(0);
        last_seen = row.time(1);
        return {};
      }));
  if (id != 0) {
    if (now - last_seen > hours(1)) {
      TRY_VOID(connection.run("UPDATE fleet_content SET last_seen = ?1 WHERE id = ?2", {now, id}));
    }
    return id;
  }
  std::int64_t open = 0;
  std::int64_t own = 0;
  // Its own are those it opened today, and those that the others never took up.
  TRY_VOID(connection.query_one(
      "SELECT (SELECT count(*) FROM fleet_content WHERE tenant_id = ?1 AND recalled = 0), (SELECT count(*) FROM "
      "fleet_content AS c WHERE c.tenant_id = ?1 AND c.machine_id = ?2 AND (c.first_seen > ?3 OR (c.recalled = 0 AND "
      KHIEN_BRANCHES_OF_C " < ?4)))",
      {agent.tenant, agent.machine, now - days(1), agreement}, [&](const store::Row& row) -> Result<void> {
        open = row.integer(0);
        own = row.integer(1);
        return {};
      }));
  if (own >= kMaxContentsOfMachine) return std::int64_t{0};
  if (open >= kMaxContents) {
    TRY(const bool evicted, evict_content(connection, agent.tenant, agreement));
    if (!evicted) return std::int64_t{0};
  }
  TRY_VOID(connection.run(
      "INSERT INTO fleet_content (tenant_id, content, machine_id, first_seen, last_seen) VALUES (?1, ?2, ?3, ?4, ?4)",
      {agent.tenant, content, agent.machine, now}));
  return connection.last_insert_id();
}

struct Owed {
  std::int64_t files = 0;
  bool may = false;  // of those who found them, one has recalls left today
};
using OwedByTenant = std::map<TenantId, Owed>;

Result<OwedByTenant> recalls_owed(store::Connection& connection, Timestamp now) {
  OwedByTenant owed;
  TRY_VOID(connection.query(
      "SELECT c.tenant_id, count(*), (SELECT count(*) FROM fleet_recall_cause AS d WHERE d.tenant_id = c.tenant_id AND "
      "d.machine_id = c.machine_id) FROM fleet_contested AS c WHERE c.recalled = 0 GROUP BY c.tenant_id, c.machine_id "
      "HAVING NOT EXISTS (SELECT 1 FROM fleet_recall AS r WHERE r.tenant_id = c.tenant_id AND r.kind = 'found' AND "
      "r.at > ?1)",
      {now - kBetweenRecalls}, [&](const store::Row& row) -> Result<void> {
        Owed& one = owed[row.id<TenantTag>(0)];
        one.files += row.integer(1);
        one.may = one.may || row.integer(2) < kRecallsOfMachine;
        return {};
      }));
  return owed;
}

}  // namespace

struct Desk::Impl : std::enable_shared_from_this<Desk::Impl> {
  Impl(store::Store& store, const Env& environment, Policy decided)
      : hub(store), env(environment), policy(decided) {}

  Result<FleetAnswer> answer(const AgentIdentity& agent, const FleetQuestion& question, Ground& ground,
                             std::vector<Sha256>& told);
  Result<bool> is_agreed(store::Connection& connection, const AgentIdentity& agent, const Ground& ground,
                         const Sha256& sha256) const;
  void let_wait(const AgentIdentity& agent, const FleetQuestion& question, const Ground& ground, FleetAnswer& answer);
  void keep(const AgentIdentity& agent, const FleetQuestion& question, const Ground& ground, std::vector<Sha256> told);
  Result<void> write(store::Connection& connection, const AgentIdentity& agent, UnitId branch,
                     const FleetQuestion& question, std::int64_t content_told, const std::vector<Sha256>& told) const;
  Result<void> vote(store::Connection& connection, const AgentIdentity& agent, UnitId branch, std::uint64_t content,
                    const std::vector<Sha256>& clean) const;
  bool allow(const AgentIdentity& agent, const FleetQuestion& question);
  Result<void> recall_what_was_found(store::Connection& connection) const;
  Result<void> clear_a_piece(store::Connection& connection) const;

  store::Store& hub;
  const Env env;
  const Policy policy;
  std::atomic<int> inside{0};
  std::atomic<bool> ticking{false};

  std::mutex mutex;  // guards the two below
  LeaseBoard board;
  struct Allowance {
    std::int64_t day = 0;
    std::int64_t used = 0;
  };
  std::unordered_map<std::int64_t, Allowance> allowances;  // by machine, whose numbers are the hub's

  std::atomic<std::int64_t> questions{0}, asked{0}, clean{0}, later{0}, votes{0}, votes_lost{0}, refused{0};
};

Desk::Desk(store::Store& hub, const Env& env, Policy policy) : impl_(std::make_shared<Impl>(hub, env, policy)) {
  khien_assert(policy.agreement >= 1 && policy.agreement <= kMaxAgreement);
  khien_assert(policy.check_per_mille >= 0 && policy.check_per_mille <= 1'000);
}
Desk::~Desk() = default;

const Policy& Desk::policy() const { return impl_->policy; }

Desk::Counts Desk::counts() const {
  return {.questions = impl_->questions,
          .asked = impl_->asked,
          .clean = impl_->clean,
          .later = impl_->later,
          .votes = impl_->votes,
          .votes_lost = impl_->votes_lost,
          .refused = impl_->refused};
}

Result<FleetAnswer> Desk::take(const AgentIdentity& agent, const FleetQuestion& question) {
  struct Inside {
    std::atomic<int>& count;
    ~Inside() { --count; }
  };
  const int before = impl_->inside++;
  const Inside leaves{impl_->inside};
  if (before >= kMostAtOnce || !impl_->allow(agent, question)) {
    ++impl_->refused;
    return Error(Code::exhausted, "too many ask at once, or one too much");
  }
  Ground ground;
  std::vector<Sha256> told;
  TRY(auto answer, impl_->answer(agent, question, ground, told));
  impl_->let_wait(agent, question, ground, answer);
  ++impl_->questions;
  impl_->asked += static_cast<std::int64_t>(question.asked.size());
  impl_->clean += std::ranges::count(answer.words, FleetWord::clean);
  impl_->later += std::ranges::count(answer.words, FleetWord::later);
  impl_->keep(agent, question, ground, std::move(told));
  return answer;
}

Result<FleetAnswer> Desk::Impl::answer(const AgentIdentity& agent, const FleetQuestion& question, Ground& ground,
                                       std::vector<Sha256>& told) {
  FleetAnswer answer{.recall = 0, .check_per_mille = policy.check_per_mille, .words = {}};
  answer.words.assign(question.asked.size(), FleetWord::judge);
  const std::uint64_t first_told = env.random.below(kCountEvery);
  TRY_VOID(hub.read([&](store::Connection& connection) -> Result<void> {
    TRY(ground, ground_of(connection, agent, question.content, env.clock.now()));
    answer.recall = ground.recall;
    for (std::size_t i = 0; i < question.asked.size() && ground.content_id != 0; ++i) {
      TRY(const bool agreed, is_agreed(connection, agent, ground, question.asked[i]));
      if (!agreed) continue;
      answer.words[i] = FleetWord::clean;
      if (i % kCountEvery == first_told) told.push_back(question.asked[i]);
    }
    return {};
  }));
  return answer;
}

Result<bool> Desk::Impl::is_agreed(store::Connection& connection, const AgentIdentity& agent, const Ground& ground,
                                   const Sha256& sha256) const {
  TRY(const Bytes bytes, voters_of(connection, agent.tenant, ground.content_id, sha256));
  if (bytes.size() < static_cast<std::size_t>(policy.agreement) * kVoterBytes) return false;
  const auto voters = voters_from(bytes);  // each of another branch
  const auto trusted = std::ranges::count_if(voters, [&](const Voter& voter) { return ground.trusts(voter.machine); });
  if (trusted < policy.agreement) return false;
  TRY(const bool contested, is_contested(connection, agent.tenant, sha256));
  return !contested;
}

void Desk::Impl::let_wait(const AgentIdentity& agent, const FleetQuestion& question, const Ground& ground,
                          FleetAnswer& answer) {
  const Duration now = env.clock.monotonic();
  const LeaseBoard::Asker asker{ground.branch, agent.machine, ground.lets_vote(agent.machine)};
  const std::lock_guard lock(mutex);
  for (std::size_t i = 0; i < question.asked.size(); ++i) {
    if (answer.words[i] != FleetWord::judge) continue;
    const bool waits = board.may_wait(agent.tenant, question.content, question.asked[i], asker,
                                      static_cast<std::size_t>(policy.agreement), now);
    if (waits) answer.words[i] = FleetWord::later;
  }
}

bool Desk::Impl::allow(const AgentIdentity& agent, const FleetQuestion& question) {
  const auto count = static_cast<std::int64_t>(question.asked.size() + question.clean.size());
  const std::int64_t day = env.clock.monotonic().ms / days(1).ms;
  const std::lock_guard lock(mutex);
  if (allowances.size() >= kMostAllowances) allowances.clear();
  Allowance& allowance = allowances[agent.machine.value];
  if (allowance.day != day) allowance = {day, 0};
  if (allowance.used + count > kHashesOfMachine) return false;
  allowance.used += count;
  return true;
}

void Desk::Impl::keep(const AgentIdentity& agent, const FleetQuestion& question, const Ground& ground,
                      std::vector<Sha256> told) {
  const auto count = static_cast<std::int64_t>(question.clean.size());
  FleetQuestion kept{question.content, {}, {}};
  if (count > 0 && ground.lets_vote(agent.machine)) {
    kept.clean = question.clean;
  } else {
    votes_lost += count;
  }
  if (kept.clean.empty() && told.empty()) return;
  const auto kept_votes = static_cast<std::int64_t>(kept.clean.size());
  hub.write_later(
      [self = shared_from_this(), agent, branch = ground.branch, kept = std::move(kept),
       content_told = ground.content_id, told = std::move(told)](store::Connection& connection) {
        return self->write(connection, agent, branch, kept, content_told, told);
      },
      [self = shared_from_this(), kept_votes](const Result<void>& written) {
        (written ? self->votes : self->votes_lost) += kept_votes;
      });
}

Result<void> Desk::Impl::write(store::Connection& connection, const AgentIdentity& agent, UnitId branch,
                               const FleetQuestion& question, std::int64_t content_told,
                               const std::vector<Sha256>& told) const {
  for (const Sha256& sha256 : told) {
    TRY_VOID(connection.run(
        "UPDATE fleet_file SET answers = answers + ?1 WHERE tenant_id = ?2 AND content_id = ?3 AND sha256 = ?4",
        {kCountEvery, agent.tenant, content_told, sha256.view()}));
  }
  return question.clean.empty() ? Result<void>() : vote(connection, agent, branch, question.content, question.clean);
}

Result<void> Desk::Impl::vote(store::Connection& connection, const AgentIdentity& agent, UnitId branch,
                              std::uint64_t content, const std::vector<Sha256>& clean_files) const {
  // Asked again here: a recall may have been committed since.
  const Timestamp now = env.clock.now();
  TRY(const Ground ground, ground_of(connection, agent, content, now));
  if (!ground.lets_vote(agent.machine) || ground.branch != branch) return {};
  TRY(const std::int64_t content_id, open_content(connection, agent, content, policy.agreement, now));
  if (content_id == 0) return {};
  TRY_VOID(connection.run(
      "INSERT OR IGNORE INTO fleet_content_branch (tenant_id, content_id, branch_id) VALUES (?1, ?2, ?3)",
      {agent.tenant, content_id, branch}));
  std::int64_t files = 0;
  TRY_VOID(connection.query_one("SELECT coalesce(sum(files), 0) FROM fleet_content", {},
                                [&](const store::Row& row) -> Result<void> {
                                  files = row.integer(0);
                                  return {};
                                }));
  std::int64_t fresh = 0;
  for (const Sha256& sha256 : clean_files) {
    TRY(const Bytes before, voters_of(connection, agent.tenant, content_id, sha256));
    const auto after = with_voter(before, {branch, agent.machine});
    if (!after) continue;
    if (before.empty() && files + fresh >= kMaxFiles) continue;
    fresh += before.empty() ? 1 : 0;
    TRY_VOID(connection.run("INSERT INTO fleet_file (tenant_id, content_id, sha256, voters) VALUES (?1, ?2, ?3, ?4) "
                            "ON CONFLICT DO UPDATE SET voters = excluded.voters",
                            {agent.tenant, content_id, sha256.view(), ByteView(*after)}));
  }
  TRY_VOID(connection.run("UPDATE fleet_content SET files = files + ?1 WHERE id = ?2", {fresh, content_id}));
  return {};
}

void Desk::tick() {
  if (impl_->ticking.exchange(true)) return;
  impl_->hub.write_later(
      [impl = impl_](store::Connection& connection) -> Result<void> {
        TRY_VOID(impl->recall_what_was_found(connection));
        return impl->clear_a_piece(connection);
      },
      [impl = impl_](const Result<void>& done) {
        if (!done) log_warning("fleet.tick_failed", {{"error", done.error().what()}});
        impl->ticking = false;
      });
}

// One recall for all that was found in ten minutes, and a few a day for what one
// machine finds: who cries malware at everything must not have the whole province
// ask without end.
Result<void> Desk::Impl::recall_what_was_found(store::Connection& connection) const {
  const Timestamp now = env.clock.now();
  // Too few others agreed: nobody was told.
  TRY_VOID(connection.run("UPDATE fleet_contested SET recalled = 1, agreed = 0 WHERE recalled = 0 AND agreed < ?1",
                          {policy.agreement}));
  TRY_VOID(connection.run("DELETE FROM fleet_recall_cause WHERE at <= ?1", {now - days(1)}));
  TRY(const auto owed, recalls_owed(connection, now));
  for (const auto& [tenant, one] : owed) {
    if (!one.may) continue;
    const std::string what = std::to_string(one.files);
    TRY_VOID(connection.run("INSERT INTO fleet_recall (tenant_id, at, kind, what, reason) VALUES (?1, ?2, 'found', ?3, '')",
                            {tenant, now, what}));
    const std::int64_t recall = connection.last_insert_id();
    TRY_VOID(connection.run("INSERT INTO fleet_recall_cause (tenant_id, machine_id, recall_id, at) SELECT DISTINCT "
                            "tenant_id, machine_id, ?2, ?3 FROM fleet_contested WHERE tenant_id = ?1 AND recalled = 0",
                            {tenant, recall, now}));
    TRY_VOID(connection.run("UPDATE fleet_contested SET recalled = 1 WHERE tenant_id = ?1 AND recalled = 0", {tenant}));
    log_warning("fleet.recalled", {{"tenant", tenant.value}, {"found", one.files}});
  }
  return {};
}

Result<void> Desk::Impl::clear_a_piece(store::Connection& connection) const {
  TRY_VOID(connection.run("UPDATE fleet_content SET recalled = 1 WHERE recalled = 0 AND last_seen < ?1",
                          {Timestamp{env.clock.now().ms - kContentKept.ms}}));
  std::int64_t id = 0;
  TenantId tenant;
  // Empty, the row stays for a day: who opened it has opened it today.
  TRY_VOID(connection.query("SELECT id, tenant_id FROM fleet_content WHERE recalled = 1 AND (files > 0 OR first_seen <= "
                            "?1) ORDER BY id LIMIT 1",
                            {env.clock.now() - days(1)}, [&](const store::Row& row) -> Result<void> {
                              id = row.integer(0);
                              tenant = row.id<TenantTag>(1);
                              return {};
                            }));
  if (id == 0) return {};
  TRY(const std::int64_t cleared,
      connection.run("DELETE FROM fleet_file WHERE tenant_id = ?1 AND content_id = ?2 AND sha256 IN (SELECT sha256 FROM "
                     "fleet_file WHERE tenant_id = ?1 AND content_id = ?2 LIMIT ?3)",
                     {tenant, id, kClearedAtOnce}));
  if (cleared > 0) {
    TRY_VOID(connection.run("UPDATE fleet_content SET files = max(files - ?2, 1) WHERE id = ?1", {id, cleared}));
    return {};
  }
  TRY_VOID(connection.run("UPDATE fleet_content SET files = 0 WHERE id = ?1", {id}));
  TRY_VOID(connection.run("DELETE FROM fleet_content_branch WHERE tenant_id = ?1 AND content_id = ?2", {tenant, id}));
  TRY_VOID(connection.run("DELETE FROM fleet_content WHERE id = ?1 AND first_seen <= ?2", {id, env.clock.now() - days(1)}));
  return {};
}

}  // namespace khien::fleet

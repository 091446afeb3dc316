#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "flow_impl.hpp"
#include "khien/core/assert.hpp"
#include "khien/core/log.hpp"

// Flow::reconsider: new rules, known facts. In two passes, each in transactions
// of its own, so that the road and people's decisions go on between them:
//  1. every current fact of those the judge speaks about (files, how machines are set
//     up, or pages) before the new judge: what it claims is seen;
//  2. every open finding of the judge: if its newest evidence, judged anew, no
//     longer supports it, the rule was withdrawn.

namespace khien::flow {
struct FactKey {
  TenantId tenant;
  std::int64_t asset = 0;  // a machine's number or a site's, as its table has it
  std::string name;        // a path, the kind of the observation, or a page's address
};

struct KnownFact {
  FactKey key;
  ObservationId observation;
};

struct OpenFinding {
  FindingId id;
  TenantId tenant;
  AssetId asset;
  Sha256 fingerprint;
  ObservationId newest;           // of its evidence
  ObservationId settled_through;  // when it was looked at
};

namespace {

Result<std::int64_t> count_of(store::Store& hub, store::Sql sql, store::Connection::Values values) {
  std::int64_t count = 0;
  TRY_VOID(hub.read([&](store::Connection& connection) {
    return connection.query_one(sql, values, [&](const store::Row& row) -> Result<void> {
      count = row.integer(0);
      return {};
    });
  }));
  return count;
}

// Where the facts of a judge are kept.
struct FactTable {
  store::Sql count;
  store::Sql after;    // ?1 to ?3 the last fact's tenant, asset and name, ?4 the limit
  store::Sql current;  // ?1 to ?3 the fact, ?4 its observation
};
constexpr FactTable kFileFacts{
    "SELECT count(*) FROM file_fact",
    "SELECT tenant_id, machine_id, path, observation_id FROM file_fact "
    "WHERE (tenant_id, machine_id, path) > (?1, ?2, ?3) ORDER BY tenant_id, machine_id, path LIMIT ?4",
    "SELECT 1 FROM file_fact WHERE tenant_id = ?1 AND machine_id = ?2 AND path = ?3 AND observation_id = ?4"};
constexpr FactTable kMachineFacts{
    "SELECT count(*) FROM machine_fact",
    "SELECT tenant_id, machine_id, kind, observation_id FROM machine_fact "
    "WHERE (tenant_id, machine_id, kind) > (?1, ?2, ?3) ORDER BY tenant_id, machine_id, kind LIMIT ?4",
    "SELECT 1 FROM machine_fact WHERE tenant_id = ?1 AND machine_id = ?2 AND kind = ?3 AND observation_id = ?4"};

constexpr FactTable kPageFacts{
    "SELECT count(*) FROM page_fact",
    "SELECT tenant_id, site_id, url, observation_id FROM page_fact "
    "WHERE (tenant_id, site_id, url) > (?1, ?2, ?3) ORDER BY tenant_id, site_id, url LIMIT ?4",
    "SELECT 1 FROM page_fact WHERE tenant_id = ?1 AND site_id = ?2 AND url = ?3 AND observation_id = ?4"};

const FactTable& facts_of(const Judge& judge) {
  switch (judge.id()) {
    case JudgeId::law: return kMachineFacts;
    case JudgeId::watch: return kPageFacts;
    default: return kFileFacts;
  }
}

Result<std::vector<KnownFact>> facts_after(store::Store& hub, const FactTable& table, const FactKey& after,
                                           std::size_t limit) {
  std::vector<KnownFact> facts;
  TRY_VOID(hub.read([&](store::Connection& connection) {
    return connection.query(
        table.after, {after.tenant, after.asset, after.name, std::uint64_t{limit}}, [&](const store::Row& row) -> Result<void> {
          facts.push_back({{TenantId{row.integer(0)}, row.integer(1), std::string(row.text(2))},
                           ObservationId{row.integer(3)}});
          return {};
        });
  }));
  return facts;
}

Result<std::vector<OpenFinding>> open_after(store::Store& hub, JudgeId judge, FindingId after, std::size_t limit) {
  std::vector<OpenFinding> open;
  TRY_VOID(hub.read([&](store::Connection& connection) {
    return connection.query(
        "SELECT f.id, f.tenant_id, f.machine_id, f.fingerprint, "
        "(SELECT max(e.observation_id) FROM finding_evidence e WHERE e.tenant_id = f.tenant_id "
        "AND e.finding_id = f.id), f.settled_through, f.site_id FROM finding f "
        "WHERE f.id > ?1 AND f.judge = ?2 AND +f.state IN ('new', 'in_progress') ORDER BY f.id LIMIT ?3",
        {after, to_string(judge), std::uint64_t{limit}}, [&](const store::Row& row) -> Result<void> {
          const AssetId asset = row.is_null(2) ? AssetId(SiteId{row.integer(6)}) : AssetId(MachineId{row.integer(2)});
          OpenFinding finding{{row.integer(0)}, {row.integer(1)}, asset, {}, {row.integer(4)}, {row.integer(5)}};
          TRY(finding.fingerprint, Sha256::from_bytes(row.bytes(3)));
          open.push_back(finding);
          return {};
        });
  }));
  return open;
}

// What the ledger holds of the observation; none if retention took it.
Result<std::optional<Fresh>> recall(const store::Ledger& ledger, TenantId tenant, ObservationId id) {
  auto event = ledger.event(tenant, id);
  if (!event && event.error().code() == Code::not_found) return std::optional<Fresh>();
  if (!event && event.error().code() == Code::corrupt) {
    log_error("flow.damaged_event", {{"observation", id.value}, {"error", event.error().what()}});
    return std::optional<Fresh>();
  }
  if (!event) return std::move(event).error();
  std::vector<store::StoredEvent> events;
  events.push_back(std::move(event).value());
  auto fresh = read_events(events);
  khien_assert(fresh.size() == 1);
  return std::optional(std::move(fresh.front()));
}

// Is the fact still the newest of its name?
Result<bool> is_current(store::Connection& connection, const FactTable& table, const KnownFact& fact) {
  bool current = false;
  TRY_VOID(connection.query(table.current, {fact.key.tenant, fact.key.asset, fact.key.name, fact.observation},
                            [&](const store::Row&) -> Result<void> {
                              current = true;
                              return {};
                            }));
  return current;
}

// Does the judge still say so of the observation? A judge that fails says nothing
// against a finding.
bool still_claimed(const Judge& judge, const Fresh& evidence, const OpenFinding& finding) {
  if (!evidence.observation) return true;
  const auto claims = judge.judge(*evidence.observation);
  if (!claims) return true;
  return std::ranges::any_of(*claims, [&](const Claim& claim) {
    return claim.standing == Claim::Standing::present &&
           fingerprint(finding.tenant, finding.asset, claim) == finding.fingerprint;
  });
}

}  // namespace

Result<void> Flow::Impl::try_facts(const Judge& judge, const Progress& progress) {
  FactKey after;
  for (;;) {
    TRY(const auto facts, facts_after(hub, facts_of(judge), after, options.batch_events));
    if (facts.empty()) return {};
    TRY_VOID(try_chunk(judge, facts));
    after = facts.back().key;
    progress(facts.size());
  }
}

Result<void> Flow::Impl::try_chunk(const Judge& judge, const std::vector<KnownFact>& facts) {
  std::vector<std::optional<Fresh>> recalled;
  for (const KnownFact& fact : facts) {
    TRY(auto fresh, recall(ledger, fact.key.tenant, fact.observation));
    recalled.push_back(std::move(fresh));
  }
  return write([&](Application& application, store::Connection& connection) -> Result<void> {
    for (std::size_t i = 0; i < facts.size(); ++i) {
      if (!recalled[i]) continue;
      TRY(const bool current, is_current(connection, facts_of(judge), facts[i]));
      if (current) TRY_VOID(application.reconsider(*recalled[i], judge));
    }
    return {};
  });
}

Result<void> Flow::Impl::withdraw_unsupported(const Judge& judge, const Progress& progress) {
  FindingId after;
  for (;;) {
    TRY(const auto open, open_after(hub, judge.id(), after, options.batch_events));
    if (open.empty()) return {};
    TRY_VOID(withdraw_chunk(judge, open));
    after = open.back().id;
    progress(open.size());
  }
}

Result<void> Flow::Impl::withdraw_chunk(const Judge& judge, const std::vector<OpenFinding>& open) {
  std::vector<OpenFinding> unsupported;
  for (const OpenFinding& finding : open) {
    TRY(const auto evidence, recall(ledger, finding.tenant, finding.newest));
    if (evidence && !still_claimed(judge, *evidence, finding)) unsupported.push_back(finding);
  }
  if (unsupported.empty()) return {};
  const Timestamp now = clock.now();
  return write([&](Application& application, store::Connection&) -> Result<void> {
    for (const OpenFinding& f : unsupported) {
      TRY_VOID(application.withdraw(f.tenant, f.asset, f.id, f.settled_through, now));
    }
    return {};
  });
}

Result<void> Flow::reconsider(std::shared_ptr<const Judge> judge,
                              const std::function<void(std::int64_t, std::int64_t)>& progress) {
  khien_assert(judge != nullptr);
  impl_->put_judge(judge);
  TRY_VOID(impl_->let_works_end());
  if (judge->book() != nullptr) return impl_->reconsider_book(*judge->book(), progress);
  TRY(const auto facts, count_of(impl_->hub, facts_of(*judge).count, {}));
  TRY(const auto open, count_of(impl_->hub,
                                "SELECT count(*) FROM finding WHERE judge = ?1 AND state IN ('new', 'in_progress')",
                                {to_string(judge->id())}));
  std::int64_t done = 0;
  const Progress advance = [&](std::size_t count) {
    done += static_cast<std::int64_t>(count);
    // What came in meanwhile is done as well, but was not counted before.
    if (progress) progress(std::min(done, facts + open), facts + open);
  };
  TRY_VOID(impl_->try_facts(*judge, advance));
  return impl_->withdraw_unsupported(*judge, advance);
}

}  // namespace khien::flow

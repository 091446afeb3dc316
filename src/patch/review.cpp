#include "khien/patch/review.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <set>
#include <thread>
#include <utility>

#include "board.hpp"
#include "decision_rows.hpp"
#include "khien/core/assert.hpp"
#include "khien/core/log.hpp"
#include "khien/estate/patching.hpp"
#include "khien/estate/units.hpp"

namespace khien::patch {
namespace {

constexpr Duration kReviewEvery = seconds(10);
constexpr Duration kTellEvery = minutes(1);
constexpr Duration kEscalatedAgainAfter = hours(24);

// A vulnerability that is followed on a package of the tenant.
struct Followed {
  std::string name, title;
  Severity severity = Severity::info;
  std::vector<flow::FollowReason> reasons;
  bool ransomware = false;
};

bool has(const Followed& followed, flow::FollowReason reason) {
  return std::ranges::find(followed.reasons, reason) != followed.reasons.end();
}

struct Due {
  std::optional<Date> day;
  DueBy by = DueBy::none;

  bool operator==(const Due&) const = default;
};

int days_of(const Settings& settings, Severity severity) {
  switch (severity) {
    case Severity::critical: return settings.days_critical;
    case Severity::high: return settings.days_high;
    case Severity::medium: return settings.days_medium;
    case Severity::low:
    case Severity::info: break;
  }
  return settings.days_low;
}

// Counted from `from`; of several that apply the fewest days.
Due due_of(const Settings& settings, const Followed& followed, Date from) {
  std::vector<std::pair<int, DueBy>> all;
  if (has(followed, flow::FollowReason::exploited)) {
    all.emplace_back(followed.ransomware ? std::min(settings.days_ransomware, settings.days_exploited) : settings.days_exploited,
                     DueBy::exploited);
  }
  if (has(followed, flow::FollowReason::likelihood)) all.emplace_back(settings.days_likely, DueBy::likelihood);
  if (followed.severity != Severity::info) all.emplace_back(days_of(settings, followed.severity), DueBy::severity);
  if (all.empty()) return {};
  const auto fewest = std::ranges::min_element(all, {}, &std::pair<int, DueBy>::first);
  return {from + fewest->first, fewest->second};
}

Result<std::vector<Followed>> followed_of(store::Connection& connection, TenantId tenant) {
  std::vector<Followed> all;
  TRY_VOID(connection.query(
      "SELECT v.name, v.title, v.severity, v.reasons, v.ransomware FROM vulnerability v WHERE v.tenant_id = ?1 AND v.follow <> 'no' "
      "AND EXISTS (SELECT 1 FROM package_vulnerability pv INDEXED BY package_vulnerability_by_vulnerability "
      "WHERE pv.tenant_id = v.tenant_id AND pv.vulnerability_id = v.id AND pv.followed = 1)",
      {tenant}, [&](const store::Row& row) -> Result<void> {
        Followed one{.name = std::string(row.text(0)), .title = std::string(row.text(1)),
                     .severity = static_cast<Severity>(row.integer(2)), .reasons = {}, .ransomware = row.integer(4) != 0};
        for (std::string_view rest = row.text(3); !rest.empty();) {
          const auto comma = rest.find(',');
          TRY(const auto reason, flow::follow_reason_from_string(rest.substr(0, comma)));
          one.reasons.push_back(reason);
          rest = comma == rest.npos ? std::string_view() : rest.substr(comma + 1);
        }
        all.push_back(std::move(one));
        return {};
      }));
  return all;
}

// The earliest day of the letters that name it.
Result<std::optional<Date>> letters_day(store::Connection& connection, TenantId tenant, const std::string& name) {
  std::optional<Date> day;
  TRY_VOID(connection.query(
      "SELECT min(l.due_day) FROM advisory_vulnerability av JOIN advisory l ON l.tenant_id = av.tenant_id AND l.id = av.advisory_id "
      "AND l.kind = 'letter' WHERE av.tenant_id = ?1 AND av.name = ?2",
      {tenant, name}, [&](const store::Row& row) -> Result<void> {
        if (!row.is_null(0)) day = Date::from_days(row.integer(0));
        return {};
      }));
  return day;
}

struct Known {
  AdvisoryId id;
  bool ended = false;
  Due due;
  std::string title;
  std::int64_t severity = 0;
};

Result<std::optional<Known>> known_advisory(store::Connection& connection, TenantId tenant, const std::string& name) {
  std::optional<Known> known;
  TRY_VOID(connection.query(
      "SELECT id, ended_at IS NOT NULL, due_day, due_by, title, severity FROM advisory WHERE tenant_id = ?1 AND kind = 'vulnerability' "
      "AND name = ?2",
      {tenant, name}, [&](const store::Row& row) -> Result<void> {
        Known one{.id = row.id<AdvisoryTag>(0), .ended = row.integer(1) != 0, .due = {}, .title = std::string(row.text(4)),
                  .severity = row.integer(5)};
        if (!row.is_null(2)) one.due.day = Date::from_days(row.integer(2));
        TRY(one.due.by, due_by_from_string(row.text(3)));
        known = std::move(one);
        return {};
      }));
  return known;
}

store::Value day_or_null(const std::optional<Date>& day) {
  return day ? store::Value(std::int64_t{day->days()}) : store::Value(nullptr);
}

// A day that was set stays, unless a letter sets one, or it got more urgent: then it
// counts from today.
Due next_due(const Known& known, const std::optional<Date>& of_letters, const Due& from_today) {
  if (of_letters) return {of_letters, DueBy::letter};
  if (known.ended || !known.due.day || known.due.by == DueBy::letter) return from_today;
  if (from_today.by != known.due.by && from_today.day && *from_today.day < *known.due.day) return from_today;
  return known.due;
}

class Reviewer {
 public:
  Reviewer(store::Connection& connection, TenantId tenant, const Settings& settings, Timestamp now)
      : connection_(connection), tenant_(tenant), settings_(settings), now_(now) {}

  Result<void> follow() {
    TRY(const auto all, followed_of(connection_, tenant_));
    std::set<std::string> names;
    for (const Followed& one : all) {
      names.insert(one.name);
      TRY_VOID(follow_one(one));
    }
    TRY(const auto ended, followed_besides(names));
    for (const AdvisoryId id : ended) TRY_VOID(end(id));
    return {};
  }

  // follow() would change nothing. Reads only.
  Result<bool> is_followed() {
    TRY(const auto all, followed_of(connection_, tenant_));
    std::set<std::string> names;
    for (const Followed& one : all) {
      names.insert(one.name);
      TRY(const auto step, step_for(one));
      if (step) return false;
    }
    TRY(const auto ended, followed_besides(names));
    return ended.empty();
  }

  std::vector<AdvisoryChange> take() { return std::move(changes_); }

 private:
  struct Step {
    std::optional<Known> known;  // none: it begins
    Due due;
  };
  // Nothing: it stands as it is to.
  Result<std::optional<Step>> step_for(const Followed& one) {
    TRY(const auto of_letters, letters_day(connection_, tenant_, one.name));
    const Due from_today = due_of(settings_, one, vietnam_day(now_));
    TRY(auto known, known_advisory(connection_, tenant_, one.name));
    if (!known) return std::optional(Step{.known = {}, .due = of_letters ? Due{of_letters, DueBy::letter} : from_today});
    const Due due = next_due(*known, of_letters, from_today);
    const bool same = !known->ended && due == known->due && known->title == one.title &&
                      known->severity == static_cast<std::int64_t>(one.severity);
    return same ? std::nullopt : std::optional(Step{.known = std::move(known), .due = due});
  }

  Result<void> follow_one(const Followed& one) {
    TRY(const auto step, step_for(one));
    if (!step) return {};
    const auto& [known, due] = *step;
    if (!known) return begin(one, due);
    TRY_VOID(connection_.run(
        "UPDATE advisory SET title = ?3, severity = ?4, due_day = ?5, due_by = ?6, followed_since = CASE WHEN ended_at IS NULL "
        "THEN followed_since ELSE ?7 END, ended_at = NULL WHERE tenant_id = ?1 AND id = ?2",
        {tenant_, known->id, one.title, static_cast<int>(one.severity), day_or_null(due.day), to_string(due.by), now_}));
    if (known->ended) TRY_VOID(note(known->id, "followed", to_string(due.by)));
    if (!known->ended && due != known->due) TRY_VOID(note(known->id, "due_changed", due.day ? to_string(*due.day) : ""));
    changes_.push_back({tenant_, known->id});
    return {};
  }

  Result<void> begin(const Followed& one, const Due& due) {
    TRY_VOID(connection_.run(
        "INSERT INTO advisory (tenant_id, kind, name, title, severity, followed_since, due_day, due_by) "
        "VALUES (?1, 'vulnerability', ?2, ?3, ?4, ?5, ?6, ?7)",
        {tenant_, one.name, one.title, static_cast<int>(one.severity), now_, day_or_null(due.day), to_string(due.by)}));
    const AdvisoryId id{connection_.last_insert_id()};
    TRY_VOID(connection_.run("INSERT INTO advisory_vulnerability (tenant_id, advisory_id, name) VALUES (?1, ?2, ?3)",
                             {tenant_, id, one.name}));
    changes_.push_back({tenant_, id});
    return note(id, "followed", to_string(due.by));
  }

  Result<std::vector<AdvisoryId>> followed_besides(const std::set<std::string>& names) {
    std::vector<AdvisoryId> ended;
    TRY_VOID(connection_.query("SELECT id, name FROM advisory WHERE tenant_id = ?1 AND kind = 'vulnerability' AND ended_at IS NULL",
                               {tenant_}, [&](const store::Row& row) -> Result<void> {
                                 if (!names.contains(std::string(row.text(1)))) ended.push_back(row.id<AdvisoryTag>(0));
                                 return {};
                               }));
    return ended;
  }

  Result<void> end(AdvisoryId id) {
    TRY_VOID(connection_.run("UPDATE advisory SET ended_at = ?3 WHERE tenant_id = ?1 AND id = ?2", {tenant_, id, now_}));
    changes_.push_back({tenant_, id});
    return note(id, "unfollowed", "");
  }

  Result<void> note(AdvisoryId id, std::string_view event, std::string_view text) {
    return put_event(connection_, {.tenant = tenant_, .advisory = id, .at = now_, .who = {}, .event = event, .unit = {}, .note = text});
  }

  store::Connection& connection_;
  TenantId tenant_;
  const Settings& settings_;
  Timestamp now_;
  std::vector<AdvisoryChange> changes_;
};

// What units are to be told, worked out in a snapshot: to count takes longer than to say,
// and the one writer has others to serve.
struct Telling {
  struct One {
    AdvisoryId advisory;
    UnitId unit;
    std::string_view event;  // "reminded", "escalated"; empty: no longer overdue
  };
  std::vector<One> all;
  std::map<UnitId, estate::Patching> patching;
};

struct Told {
  bool reminded = false, escalated = false;
};
using ToldUnits = std::map<std::pair<AdvisoryId, UnitId>, Told>;

Result<ToldUnits> told_units(store::Connection& connection, TenantId tenant) {
  ToldUnits told;
  TRY_VOID(connection.query(
      "SELECT advisory_id, unit_id, reminded_at IS NOT NULL, escalated_at IS NOT NULL FROM advisory_receipt WHERE tenant_id = ?1",
      {tenant}, [&](const store::Row& row) -> Result<void> {
        told[{row.id<AdvisoryTag>(0), row.id<UnitTag>(1)}] = {row.integer(2) != 0, row.integer(3) != 0};
        return {};
      }));
  return told;
}

Result<std::map<AdvisoryId, std::optional<Date>>> due_days(store::Connection& connection, TenantId tenant) {
  std::map<AdvisoryId, std::optional<Date>> days;
  TRY_VOID(connection.query("SELECT id, due_day FROM advisory WHERE tenant_id = ?1 AND ended_at IS NULL", {tenant},
                            [&](const store::Row& row) -> Result<void> {
                              days[row.id<AdvisoryTag>(0)] =
                                  row.is_null(1) ? std::nullopt : std::optional(Date::from_days(row.integer(1)));
                              return {};
                            }));
  return days;
}

// What one unit is told of one advisory now; nothing if that was said.
std::optional<std::string_view> word_for(const std::optional<Date>& due, bool open, const Told& told, const Settings& settings, Timestamp now) {
  const bool late = open && is_overdue(due, now);
  if (late) return told.escalated ? std::nullopt : std::optional<std::string_view>("escalated");
  if (told.escalated) return "";
  const bool near = due && *due - settings.remind_days <= vietnam_day(now);
  return open && near && !told.reminded ? std::optional<std::string_view>("reminded") : std::nullopt;
}

Result<Telling> read_telling(store::Connection& connection, TenantId tenant, const Settings& shipped, Timestamp now) {
  TRY(const auto settings, settings_of(connection, tenant, shipped));
  TRY(const auto root, estate::root_unit(connection, tenant));
  TRY(const auto board, read_board(connection, tenant, "[" + std::to_string(root.value) + "]", {}, {}));
  TRY(const auto told, told_units(connection, tenant));
  TRY(const auto days, due_days(connection, tenant));
  // Without a book nobody looked: there is no figure then, and no zero.
  TRY(const auto judged, flow::judged_by(connection));
  Telling telling;
  for (const auto& [unit, name] : board.names) {
    const auto known = board.machines.find(unit);
    telling.patching[unit].machines_known = judged && known != board.machines.end() ? known->second : 0;
  }
  for (const auto& [advisory, units] : board.advisories) {
    const auto due = days.find(advisory);
    if (due == days.end()) continue;
    for (const auto& [unit, counts] : units) {
      if (counts.open > 0 && is_overdue(due->second, now)) ++telling.patching[unit].advisories_overdue;
      const auto before = told.find({advisory, unit});
      const auto word = word_for(due->second, counts.open > 0, before == told.end() ? Told() : before->second, settings, now);
      if (word) telling.all.push_back({advisory, unit, *word});
    }
  }
  return telling;
}

// A list that goes back and forth makes a unit late again and again: it is told, and the
// history says it once a day.
Result<bool> was_escalated_lately(store::Connection& connection, TenantId tenant, const Telling::One& one, Timestamp now) {
  bool lately = false;
  if (one.event != "escalated") return false;
  TRY_VOID(connection.query(
      "SELECT 1 FROM advisory_event WHERE tenant_id = ?1 AND advisory_id = ?2 AND event = 'escalated' AND unit_id = ?3 AND at > ?4 LIMIT 1",
      {tenant, one.advisory, one.unit, now - kEscalatedAgainAfter}, [&](const store::Row&) -> Result<void> {
        lately = true;
        return {};
      }));
  return lately;
}

Result<std::vector<AdvisoryChange>> write_telling(store::Connection& connection, TenantId tenant, const Telling& telling, Timestamp now) {
  constexpr store::Sql escalated =
      "INSERT INTO advisory_receipt (tenant_id, advisory_id, unit_id, escalated_at) VALUES (?1, ?2, ?3, ?4) "
      "ON CONFLICT (tenant_id, advisory_id, unit_id) DO UPDATE SET escalated_at = excluded.escalated_at";
  constexpr store::Sql reminded =
      "INSERT INTO advisory_receipt (tenant_id, advisory_id, unit_id, reminded_at) VALUES (?1, ?2, ?3, ?4) "
      "ON CONFLICT (tenant_id, advisory_id, unit_id) DO UPDATE SET reminded_at = excluded.reminded_at";
  constexpr store::Sql over =
      "UPDATE advisory_receipt SET escalated_at = NULL WHERE tenant_id = ?1 AND advisory_id = ?2 AND unit_id = ?3 AND ?4 = ?4";
  std::vector<AdvisoryChange> changes;
  for (const auto& one : telling.all) {
    TRY_VOID(connection.run(one.event.empty() ? over : one.event == "escalated" ? escalated : reminded,
                            {tenant, one.advisory, one.unit, now}));
    changes.push_back({tenant, one.advisory});
    if (one.event.empty()) continue;
    TRY(const bool said, was_escalated_lately(connection, tenant, one, now));
    if (said) continue;
    TRY_VOID(put_event(connection, {.tenant = tenant, .advisory = one.advisory, .at = now, .who = {}, .event = one.event, .unit = one.unit}));
  }
  for (const auto& [unit, patching] : telling.patching) TRY_VOID(estate::set_patching(connection, tenant, unit, patching));
  return changes;
}

}  // namespace

Result<std::vector<AdvisoryChange>> review(store::Connection& connection, TenantId tenant, const Settings& shipped, Timestamp now) {
  TRY(const auto settings, settings_of(connection, tenant, shipped));
  Reviewer reviewer(connection, tenant, settings, now);
  TRY_VOID(reviewer.follow());
  TRY_VOID(end_lapsed(connection, tenant, now));
  TRY_VOID(hold_open(connection, tenant, {}, now));
  return reviewer.take();
}

namespace {

// review() would change nothing. It asks the same as review() does, of a snapshot: the one
// writer has others to serve.
Result<bool> is_reviewed(store::Connection& connection, TenantId tenant, const Settings& shipped, Timestamp now) {
  TRY(const auto settings, settings_of(connection, tenant, shipped));
  TRY(const bool followed, Reviewer(connection, tenant, settings, now).is_followed());
  return followed ? decisions_are_applied(connection, tenant, now) : Result<bool>(false);
}

}  // namespace

struct Follower::Impl {
  store::Store& hub;
  const Clock& clock;
  Options options;
  std::mutex mutex;
  std::condition_variable bell;
  bool stopping = false;
  std::thread thread;

  Result<std::vector<TenantId>> tenants() {
    std::vector<TenantId> all;
    TRY_VOID(hub.read([&](store::Connection& connection) -> Result<void> {
      TRY(all, estate::all_tenants(connection));
      return {};
    }));
    return all;
  }

  // One transaction; what it changed is told after the commit.
  Result<void> write(const std::function<Result<std::vector<AdvisoryChange>>(store::Connection&)>& work) {
    std::vector<AdvisoryChange> changes;
    TRY_VOID(hub.write([&](store::Connection& connection) -> Result<void> {
      TRY(changes, work(connection));
      return {};
    }));
    if (options.on_change && !changes.empty()) options.on_change();
    return {};
  }

  Result<void> review_all() {
    TRY(const auto all, tenants());
    for (const TenantId tenant : all) {
      const Timestamp now = clock.now();
      bool done = false;
      TRY_VOID(hub.read([&](store::Connection& connection) -> Result<void> {
        TRY(done, is_reviewed(connection, tenant, options.shipped, now));
        return {};
      }));
      if (done) continue;
      TRY_VOID(write([&](store::Connection& connection) { return review(connection, tenant, options.shipped, now); }));
    }
    return {};
  }

  Result<void> tell_all() {
    TRY(const auto all, tenants());
    for (const TenantId tenant : all) {
      const Timestamp now = clock.now();
      Telling telling;
      TRY_VOID(hub.read([&](store::Connection& connection) -> Result<void> {
        TRY(telling, read_telling(connection, tenant, options.shipped, now));
        return {};
      }));
      TRY_VOID(write([&](store::Connection& connection) { return write_telling(connection, tenant, telling, now); }));
    }
    return {};
  }

  void run() {
    Duration told{clock.monotonic().ms - kTellEvery.ms};
    std::unique_lock lock(mutex);
    while (!stopping) {
      lock.unlock();
      if (const auto done = review_all(); !done) log_warning("patch.review_failed", {{"error", done.error().what()}});
      if (clock.monotonic().ms - told.ms >= kTellEvery.ms) {
        told = clock.monotonic();
        if (const auto done = tell_all(); !done) log_warning("patch.tell_failed", {{"error", done.error().what()}});
      }
      lock.lock();
      bell.wait_for(lock, std::chrono::milliseconds(kReviewEvery.ms), [this] { return stopping; });
    }
  }
};

Follower::Follower(store::Store& hub, const Clock& clock, Options options)
    : impl_(new Impl{.hub = hub, .clock = clock, .options = std::move(options), .mutex = {}, .bell = {}, .thread = {}}) {}

Follower::~Follower() { stop(); }

void Follower::start() {
  khien_assert(!impl_->thread.joinable());
  impl_->stopping = false;
  impl_->thread = std::thread([impl = impl_.get()] { impl->run(); });
}

void Follower::stop() {
  if (!impl_->thread.joinable()) return;
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->stopping = true;
  }
  impl_->bell.notify_all();
  impl_->thread.join();
}

Result<void> Follower::tend() {
  TRY_VOID(impl_->review_all());
  return impl_->tell_all();
}

}  // namespace khien::patch

#include "keeper.hpp"

#include <algorithm>
#include <utility>

#include "khien/core/assert.hpp"
#include "khien/core/log.hpp"
#include "khien/core/text.hpp"
#include "scanner.hpp"

namespace khien::agent {
namespace {

using State = probe::QuarantineEntry::State;

constexpr std::string_view kHalt = "quarantine_halted_until";
constexpr std::size_t kMaxRuleBytes = 200;
constexpr Duration kLongestOrder = days(31);
constexpr Duration kLongestAllowance = days(366);

bool is_malware(const scan::Verdict& verdict) {
  if (verdict.verdict != FileVerdict::malicious || verdict.sha256 == Sha256{}) return false;
  return std::ranges::any_of(verdict.matches, [](const FileMatch& match) { return match.severity >= Severity::high; });
}

std::string rule_of(const scan::Verdict& verdict) {
  const auto& worst = *std::ranges::max_element(verdict.matches, {}, &FileMatch::severity);
  return std::string(truncate(std::string(to_string(worst.engine)) + ":" + worst.rule, kMaxRuleBytes));
}

QuarantineSeen seen(const probe::QuarantineEntry& entry) {
  return {.state = entry.state == State::restored ? QuarantineSeen::State::restored : QuarantineSeen::State::held,
          .quarantine = entry.name,
          .path = path_text(entry.path()),
          .sha256 = entry.sha256,
          .size = entry.size,
          .owner_uid = entry.uid,
          .rule = entry.rule,
          .order = OrderId{entry.state == State::restored ? entry.restore_order : entry.order},
          .emptied = entry.emptied,
          .running = entry.running};
}

OrderSeen refused(const Order& order, Refusal refusal) { return {.order = order.id, .refusal = refusal, .quarantine = {}}; }

}  // namespace

Result<void> Keeper::start() {
  TRY_VOID(parts_.store.read([&](store::Connection& connection) -> Result<void> {
    return connection.query("SELECT value FROM counter WHERE name = ?", {kHalt}, [&](const store::Row& row) -> Result<void> {
      if (row.integer(0) > 0) halted_until_ = row.time(0);
      return {};
    });
  }));
  return tell_all();
}

void Keeper::adopt(std::vector<std::string> roots, std::vector<std::string> exclude, bool automatic,
                   std::vector<Sha256> spared) {
  policy_.roots = std::move(roots);
  policy_.exclude = std::move(exclude);
  policy_.automatic = automatic;
  policy_.spared = std::move(spared);
}

// Found and reported is one thing; what is done about it must never be more than
// the limit, however many rules are wrong.
Result<void> Keeper::found(const std::string& path, const scan::Verdict& verdict) {
  if (!policy_.automatic || !is_malware(verdict)) return {};
  if (std::ranges::find(policy_.spared, verdict.sha256) != policy_.spared.end()) return {};
  TRY(const bool may, may_take_by_itself(verdict.sha256));
  if (!may) return {};
  probe::Quarantine::Wanted wanted{.root = {}, .relative = {}, .sha256 = verdict.sha256, .rule = rule_of(verdict), .reason = {}};
  TRY(const auto answer, take(path, std::move(wanted)));
  if (answer.refusal == Refusal::none) return {};
  log_warning("agent.not_quarantined", {{"path", path_text(path)}, {"why", to_string(answer.refusal)}, {"detail", answer.detail}});
  return {};
}

Result<bool> Keeper::may_take_by_itself(const Sha256& sha256) {
  TRY_VOID(resume_in_time());
  if (halted_until_) return false;
  TRY(const bool allowed, is_allowed(sha256));
  if (allowed) return false;
  if (taken_by_itself_since(parts_.clock.now() - hours(1)) < policy_.files_per_hour) return true;
  TRY_VOID(halt());
  return false;
}

// By the journal itself, so that neither a restart nor a clock that went back makes
// room.
std::int64_t Keeper::taken_by_itself_since(Timestamp since) const {
  const auto entries = parts_.quarantine.entries();
  return std::ranges::count_if(entries, [since](const auto& entry) { return entry.order == 0 && entry.taken_at > since; });
}

Result<void> Keeper::halt() {
  halted_until_ = parts_.clock.now() + kHaltFor;
  log_error("agent.quarantine_halted", {{"files_per_hour", policy_.files_per_hour}});
  TRY_VOID(remember_halt());
  return report(QuarantineSeen{.state = QuarantineSeen::State::halted});
}

Result<void> Keeper::resume_in_time() {
  if (!halted_until_ || parts_.clock.now() < *halted_until_) return {};
  halted_until_.reset();
  TRY_VOID(remember_halt());
  return report(QuarantineSeen{.state = QuarantineSeen::State::resumed});
}

Result<void> Keeper::remember_halt() {
  const std::int64_t until = halted_until_ ? halted_until_->ms : 0;
  return parts_.store.write([until](store::Connection& connection) -> Result<void> {
    TRY_VOID(connection.run("INSERT OR REPLACE INTO counter (name, value) VALUES (?, ?)", {kHalt, until}));
    return {};
  });
}

Result<bool> Keeper::is_allowed(const Sha256& sha256) const {
  bool allowed = false;
  TRY_VOID(parts_.store.read([&](store::Connection& connection) -> Result<void> {
    return connection.query("SELECT 1 FROM allowed WHERE sha256 = ? AND until > ?", {sha256.view(), parts_.clock.now()},
                            [&allowed](const store::Row&) -> Result<void> {
                              allowed = true;
                              return {};
                            });
  }));
  return allowed;
}

Result<std::optional<Keeper::Allowance>> Keeper::allowance_of(const Sha256& sha256) const {
  std::optional<Allowance> found;
  TRY_VOID(parts_.store.read([&](store::Connection& connection) -> Result<void> {
    return connection.query("SELECT until, order_id, reason FROM allowed WHERE sha256 = ?", {sha256.view()},
                            [&found](const store::Row& row) -> Result<void> {
                              found = Allowance{row.time(0), row.integer(1), std::string(row.text(2))};
                              return {};
                            });
  }));
  return found;
}

// What did not come back is not let back.
Result<void> Keeper::take_back(const Order& order, const std::optional<Allowance>& before) {
  return parts_.store.write([&](store::Connection& connection) -> Result<void> {
    TRY_VOID(connection.run("DELETE FROM allowed WHERE sha256 = ? AND order_id = ?", {order.sha256.view(), order.id}));
    // Of a try that a crash ended, nothing.
    if (!before || before->order == order.id.value) return {};
    TRY_VOID(connection.run("INSERT OR REPLACE INTO allowed (sha256, until, order_id, reason) VALUES (?, ?, ?, ?)",
                            {order.sha256.view(), before->until, before->order, before->reason}));
    return {};
  });
}

Result<void> Keeper::allow(const Order& order) {
  const Timestamp until = std::min(order.allow_until, parts_.clock.now() + kLongestAllowance);
  return parts_.store.write([&](store::Connection& connection) -> Result<void> {
    TRY_VOID(connection.run("INSERT OR REPLACE INTO allowed (sha256, until, order_id, reason) VALUES (?, ?, ?, ?)",
                            {order.sha256.view(), until, order.id, order.reason}));
    return {};
  });
}

Result<void> Keeper::work() {
  TRY_VOID(resume_in_time());
  TRY(const auto orders, parts_.orders.waiting());
  for (const Order& order : orders) {
    TRY(const auto answer, carry_out(order));
    log_info("agent.order", {{"order", order.id.value}, {"verb", to_string(order.verb)}, {"answer", to_string(answer.refusal)}});
    TRY_VOID(parts_.orders.settle(answer));
    TRY_VOID(report(answer));
  }
  return {};
}

Result<OrderSeen> Keeper::carry_out(const Order& order) {
  if (auto done = done_already(order)) return std::move(*done);
  const Timestamp now = parts_.clock.now();
  if (order.expires_at <= now || order.expires_at > now + kLongestOrder) {
    // A try that a crash ended may have left it.
    if (order.verb == Verb::restore) TRY_VOID(take_back(order, std::nullopt));
    return refused(order, Refusal::expired);
  }
  switch (order.verb) {
    case Verb::quarantine: return quarantine(order);
    case Verb::restore: return restore(order);
    case Verb::scan: return begin_scan(order);
  }
  return refused(order, Refusal::failed);
}

// It died between the deed and the word of it. A number alone says nothing: another
// hub gives the same ones.
std::optional<OrderSeen> Keeper::done_already(const Order& order) const {
  for (const auto& entry : parts_.quarantine.entries()) {
    if (entry.sha256 != order.sha256) continue;
    const bool taken = order.verb == Verb::quarantine && entry.order == order.id.value &&
                       sha256(path_text(entry.path())) == order.path_sha256;
    const bool restored = order.verb == Verb::restore && entry.state == State::restored &&
                          entry.restore_order == order.id.value && entry.name == order.quarantine;
    if (taken || restored) return OrderSeen{.order = order.id, .refusal = Refusal::none, .quarantine = entry.name};
  }
  return std::nullopt;
}

Result<bool> Keeper::over(Verb verb, std::int64_t most) const {
  TRY(const auto tried, parts_.orders.tried_since(verb, parts_.clock.now() - hours(1)));
  return tried >= most;
}

Result<OrderSeen> Keeper::quarantine(const Order& order) {
  TRY(const bool too_many, over(order.verb, policy_.files_per_hour));
  if (too_many) return refused(order, Refusal::rate);
  const auto path = path_of(order.path_sha256);
  if (!path) return refused(order, Refusal::unknown_file);
  probe::Quarantine::Wanted wanted{.root = {}, .relative = {}, .sha256 = order.sha256, .rule = "order",
                                   .order = order.id.value, .reason = order.reason, .insist = order.insist};
  TRY(const auto answer, take(*path, std::move(wanted)));
  return OrderSeen{.order = order.id, .refusal = answer.refusal, .quarantine = answer.entry.name};
}

Result<OrderSeen> Keeper::restore(const Order& order) {
  TRY(const bool too_many, over(order.verb, policy_.restores_per_hour));
  if (too_many) return refused(order, Refusal::rate);
  TRY(const auto before, allowance_of(order.sha256));
  // Before it has its name, or the scanner may meet it first; and not before it may
  // come back at all.
  bool allowed = false;
  const auto allow_it = [&]() -> Result<void> {
    allowed = true;
    return allow(order);
  };
  const auto answer = parts_.quarantine.restore({.name = order.quarantine,
                                                 .sha256 = order.sha256,
                                                 .roots = policy_.roots,
                                                 .two_persons = order.two_persons,
                                                 .order = order.id.value,
                                                 .may_return = allow_it});
  if (answer.refusal != Refusal::none) {
    const bool by_this = before && before->order == order.id.value;
    if (allowed || by_this) TRY_VOID(take_back(order, before));
    log_warning("agent.not_restored", {{"order", order.id.value}, {"why", to_string(answer.refusal)}, {"detail", answer.detail}});
    return refused(order, answer.refusal);
  }
  TRY_VOID(tell(answer.entry));
  return OrderSeen{.order = order.id, .refusal = Refusal::none, .quarantine = answer.entry.name};
}

Result<OrderSeen> Keeper::begin_scan(const Order& order) {
  TRY(const bool too_many, over(order.verb, policy_.scans_per_hour));
  if (too_many) return refused(order, Refusal::rate);
  parts_.scan_now();
  return refused(order, Refusal::none);
}

Result<probe::Quarantine::Answer> Keeper::take(const std::string& path, probe::Quarantine::Wanted wanted) {
  const std::string* root = root_of(path);
  const bool left_out =
      std::ranges::any_of(policy_.exclude, [&](const std::string& folder) { return is_below(path, folder); });
  if (root == nullptr || path.size() <= root->size() || left_out) {
    return probe::Quarantine::Answer{.refusal = Refusal::outside, .detail = {}, .entry = {}};
  }
  wanted.root = *root;
  wanted.relative = path.substr(*root == "/" ? 1 : root->size() + 1);
  auto answer = parts_.quarantine.take(wanted);
  if (answer.refusal != Refusal::none) return answer;
  log_warning("agent.quarantined", {{"path", path_text(path)}, {"name", answer.entry.name}});
  TRY_VOID(tell(answer.entry));
  TRY_VOID(parts_.cache.unflag(path));
  return answer;
}

// Only what was reported as not clean can be named.
std::optional<std::string> Keeper::path_of(const Sha256& path_sha256) const {
  for (const auto& [path, flagged] : parts_.cache.flagged()) {
    if (flagged.verdict != FileVerdict::not_scanned && sha256(path_text(path)) == path_sha256) return path;
  }
  return std::nullopt;
}

const std::string* Keeper::root_of(std::string_view path) const {
  const std::string* longest = nullptr;
  for (const std::string& root : policy_.roots) {
    if (is_below(path, root) && (longest == nullptr || root.size() > longest->size())) longest = &root;
  }
  return longest;
}

// Reported first, remembered after: a crash between the two tells it twice.
Result<void> Keeper::tell(const probe::QuarantineEntry& entry) {
  const QuarantineSeen word = seen(entry);
  TRY_VOID(report(word));
  return parts_.store.write([&](store::Connection& connection) -> Result<void> {
    TRY_VOID(connection.run("INSERT OR REPLACE INTO quarantine_told (name, state) VALUES (?, ?)",
                            {entry.name, static_cast<int>(word.state)}));
    return {};
  });
}

Result<void> Keeper::tell_all() {
  for (const auto& entry : parts_.quarantine.entries()) {
    std::optional<std::int64_t> told;
    TRY_VOID(parts_.store.read([&](store::Connection& connection) -> Result<void> {
      return connection.query("SELECT state FROM quarantine_told WHERE name = ?", {entry.name},
                              [&told](const store::Row& row) -> Result<void> {
                                told = row.integer(0);
                                return {};
                              });
    }));
    if (told != static_cast<std::int64_t>(seen(entry).state)) TRY_VOID(tell(entry));
  }
  return {};
}

}  // namespace khien::agent

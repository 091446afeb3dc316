#include "khien/notice/due.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "khien/core/assert.hpp"

namespace khien::notice {
namespace {

constexpr std::int64_t kDay = days(1).ms;
constexpr std::int64_t kMinute = minutes(1).ms;
constexpr UserId kWebhook{};

std::int64_t minute_of_day(Timestamp time) {
  const std::int64_t local = (time + hours(7)).ms;
  return ((local % kDay + kDay) % kDay) / kMinute;
}

template <class Item>
bool has(const std::vector<Item>& all, const Item& one) {
  return std::ranges::find(all, one) != all.end();
}

using Recipient = std::pair<UserId, Channel>;

// People by what they see and do, so that a cause asks for the few and not for all.
class Book {
 public:
  explicit Book(std::span<const Person> people) {
    for (const Person& person : people) {
      khien_assert(person.id);
      by_id_[person.id] = &person;
      for (const UnitId root : person.roots) by_root_[{root, person.role}].push_back(person.id);
      for (const OnDuty& shift : person.shifts) by_shift_[shift.unit].emplace_back(&shift, person.id);
    }
  }

  const Person* find(UserId id) const {
    const auto found = by_id_.find(id);
    return found == by_id_.end() ? nullptr : found->second;
  }

  std::set<UserId> all_of(const Cause& cause, const std::vector<Whom>& whom, Timestamp at) const {
    std::set<UserId> all;
    for (const Whom& one : whom) add(cause, one, at, all);
    return all;
  }

 private:
  void add(const Cause& cause, const Whom& whom, Timestamp at, std::set<UserId>& all) const {
    switch (whom.how) {
      case Whom::How::owner: return add_owner(cause, all);
      case Whom::How::on_duty: return add_shift(cause, false, at, all);
      case Whom::How::deputy: return add_shift(cause, true, at, all);
      case Whom::How::nearest: return add_role(cause, whom.role, 0, true, all);
      // Above the whole there is nobody: its own are asked again.
      case Whom::How::above: return add_role(cause, whom.role, std::min<std::size_t>(1, cause.path.size() - 1), true, all);
      case Whom::How::every: return add_role(cause, whom.role, 0, false, all);
    }
  }

  void add_owner(const Cause& cause, std::set<UserId>& all) const {
    if (cause.owner && sees(*cause.owner, cause)) all.insert(*cause.owner);
  }

  bool sees(UserId id, const Cause& cause) const {
    const Person* person = find(id);
    return person != nullptr && std::ranges::any_of(cause.path, [&](UnitId unit) { return has(person->roots, unit); });
  }

  void add_role(const Cause& cause, Role role, std::size_t from, bool nearest_only, std::set<UserId>& all) const {
    for (std::size_t i = from; i < cause.path.size(); ++i) {
      const auto found = by_root_.find({cause.path[i], role});
      if (found == by_root_.end()) continue;
      all.insert(found->second.begin(), found->second.end());
      if (nearest_only) return;
    }
  }

  void add_shift(const Cause& cause, bool deputy, Timestamp at, std::set<UserId>& all) const {
    for (const UnitId unit : cause.path) {
      const auto found = by_shift_.find(unit);
      if (found == by_shift_.end()) continue;
      const auto before = all.size();
      for (const auto& [shift, person] : found->second) {
        // A shift was drawn when the person was of that unit; they may be of another now.
        if (shift->deputy == deputy && shift->from <= at && at < shift->to && sees(person, cause)) all.insert(person);
      }
      if (all.size() > before) return;
    }
  }

  std::map<UserId, const Person*> by_id_;
  std::map<std::pair<UnitId, Role>, std::vector<UserId>> by_root_;
  std::map<UnitId, std::vector<std::pair<const OnDuty*, UserId>>> by_shift_;
};

class Judging {
 public:
  Judging(const Rules& rules, std::span<const Person> people, std::span<const Told> told, bool with_webhook, Timestamp now)
      : rules_(rules), book_(people), with_webhook_(with_webhook), now_(now) {
    for (const Told& one : told) {
      note(one.cause, {one.person, one.channel}, one.at);
      auto& answer = answered_[std::string(first_key(one.cause))];
      if (one.acknowledged_at && (!answer || *one.acknowledged_at < *answer)) answer = one.acknowledged_at;
    }
  }

  Verdict judge(std::span<const Cause> given) {
    for (const Cause& cause : given) known_.insert(cause.key);
    std::vector<Cause> round(given.begin(), given.end());
    while (!round.empty()) {
      tell(round);
      std::vector<Cause> next;
      for (const Cause& cause : round) look_after(cause, next);
      verdict_.escalated.insert(verdict_.escalated.end(), next.begin(), next.end());
      round = std::move(next);
    }
    return std::move(verdict_);
  }

 private:
  using Bundle = std::tuple<UserId, Channel, CauseKind, int, std::string>;

  static const std::vector<Whom>& whom_of(const Cause& cause, const Rule& rule) {
    if (cause.level == 0) return rule.whom;
    return rule.steps.at(static_cast<std::size_t>(cause.level - 1)).whom;
  }
  static bool fits(const Cause& cause, const Rule* rule) {
    return rule != nullptr && cause.level >= 0 && static_cast<std::size_t>(cause.level) <= rule->steps.size();
  }
  // Who is told later was gathered already.
  static Timestamp gathered(const Cause& cause, const Rule& rule) { return cause.level == 0 ? cause.at + rule.gather : cause.at; }

  std::vector<Recipient> recipients(const Cause& cause, const Rule& rule) const {
    std::vector<Recipient> all;
    for (const UserId id : book_.all_of(cause, whom_of(cause, rule), gathered(cause, rule))) {
      all.emplace_back(id, Channel::in_page);
      if (has(rule.channels, Channel::mail) && book_.find(id)->by_mail) all.emplace_back(id, Channel::mail);
    }
    if (with_webhook_ && has(rule.channels, Channel::webhook)) all.emplace_back(kWebhook, Channel::webhook);
    return all;
  }

  bool was_told(const std::string& key, const Recipient& to) const {
    const auto found = told_.find(key);
    return found != told_.end() && found->second.contains(to);
  }
  void note(const std::string& key, const Recipient& to, Timestamp at) { told_[key].try_emplace(to, at); }

  void tell(const std::vector<Cause>& causes) {
    std::map<Bundle, std::vector<const Cause*>> bundles;
    for (const Cause& cause : causes) {
      const Rule* rule = rules_.rule(cause.kind);
      if (!fits(cause, rule) || cause.at > now_) continue;
      for (const Recipient& to : recipients(cause, *rule)) {
        if (!was_told(cause.key, to)) bundles[{to.first, to.second, cause.kind, cause.level, cause.bundle}].push_back(&cause);
      }
    }
    for (auto& [bundle, waiting] : bundles) tell_bundle(bundle, waiting);
  }

  void tell_bundle(const Bundle& bundle, std::vector<const Cause*>& waiting) {
    const auto& [person, channel, kind, level, name] = bundle;
    const Rule& rule = *rules_.rule(kind);
    std::ranges::sort(waiting, {}, [](const Cause* cause) { return std::tie(cause->at, cause->key); });
    auto first = waiting.begin();
    while (first != waiting.end()) {
      Timestamp since = gathered(**first, rule);
      if (channel == Channel::mail && !rule.urgent) since = after_quiet(since, book_.find(person)->quiet);
      if (since > now_) return;
      DueMessage message{.person = person, .channel = channel, .kind = kind, .level = level, .urgent = rule.urgent, .since = since, .causes = {}};
      for (; first != waiting.end() && (*first)->at <= since; ++first) {
        message.causes.push_back((*first)->key);
        note((*first)->key, {person, channel}, now_);
      }
      std::ranges::sort(message.causes);
      verdict_.messages.push_back(std::move(message));
    }
  }

  // When people could have answered; nothing while they could not. Where there is nobody to
  // tell, waiting for them helps nobody.
  std::optional<Timestamp> told_at(const Cause& cause, const Rule& rule) const {
    std::optional<Timestamp> earliest;
    if (const auto found = told_.find(cause.key); found != told_.end()) {
      for (const auto& [to, at] : found->second) {
        if (to.first && (!earliest || at < *earliest)) earliest = at;
      }
    }
    if (earliest) return earliest;
    const auto all = recipients(cause, rule);
    const bool has_people = std::ranges::any_of(all, [](const Recipient& to) { return static_cast<bool>(to.first); });
    return has_people ? std::nullopt : std::optional(gathered(cause, rule));
  }

  // True: no further step will be taken from this cause.
  bool escalate(const Cause& cause, const Rule& rule, std::vector<Cause>& next) {
    if (static_cast<std::size_t>(cause.level) >= rule.steps.size()) return true;
    const auto key = escalated_key(cause);
    if (known_.contains(key)) return true;
    const auto told = told_at(cause, rule);
    if (!told) return false;
    const Timestamp until = *told + rule.steps[static_cast<std::size_t>(cause.level)].after;
    const auto& answer = answered_[std::string(first_key(cause.key))];
    if (answer && *answer <= until) return true;
    if (until > now_) return false;
    Cause higher = cause;
    higher.key = key;
    ++higher.level;
    higher.at = until;
    known_.insert(key);
    next.push_back(std::move(higher));
    return true;
  }

  void look_after(const Cause& cause, std::vector<Cause>& next) {
    const Rule* rule = rules_.rule(cause.kind);
    if (!fits(cause, rule)) return verdict_.settled.push_back(cause.key);
    const bool no_further = escalate(cause, *rule, next);
    const auto all = recipients(cause, *rule);
    const bool told = std::ranges::all_of(all, [&](const Recipient& to) { return was_told(cause.key, to); });
    if (no_further && told && gathered(cause, *rule) <= now_) verdict_.settled.push_back(cause.key);
  }

  const Rules& rules_;
  const Book book_;
  const bool with_webhook_;
  const Timestamp now_;
  std::map<std::string, std::map<Recipient, Timestamp>, std::less<>> told_;
  std::map<std::string, std::optional<Timestamp>> answered_;  // the first answer by anybody, of all levels
  std::set<std::string> known_;
  Verdict verdict_;
};

}  // namespace

Timestamp after_quiet(Timestamp time, const QuietHours& quiet) {
  khien_assert(quiet.from >= 0 && quiet.from < 24 * 60 && quiet.to >= 0 && quiet.to < 24 * 60);
  if (quiet.from == quiet.to) return time;
  const std::int64_t now = minute_of_day(time);
  const bool over_midnight = quiet.from > quiet.to;
  const bool is_quiet = over_midnight ? now >= quiet.from || now < quiet.to : now >= quiet.from && now < quiet.to;
  if (!is_quiet) return time;
  const std::int64_t left = (quiet.to - now + 24 * 60) % (24 * 60);
  return {time.ms - time.ms % kMinute + left * kMinute};
}

std::string escalated_key(const Cause& cause) { return std::string(first_key(cause.key)) + "#" + std::to_string(cause.level + 1); }
std::string_view first_key(std::string_view key) { return key.substr(0, key.find('#')); }

Verdict due(std::span<const Cause> causes, const Rules& rules, std::span<const Person> people, std::span<const Told> told, bool with_webhook,
            Timestamp now) {
  return Judging(rules, people, told, with_webhook, now).judge(causes);
}

}  // namespace khien::notice

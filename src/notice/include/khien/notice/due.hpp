#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "khien/notice/rules.hpp"

namespace khien::notice {

// Minutes of the day at UTC+7, from one to the other, over midnight if `from` is the later.
// The same twice: no hours are quiet.
struct QuietHours {
  int from = 0;
  int to = 0;

  bool operator==(const QuietHours&) const = default;
};
// The moment itself, or the end of the quiet hours that it lies in.
Timestamp after_quiet(Timestamp time, const QuietHours& quiet);

// A shift on a unit's roster.
struct OnDuty {
  UnitId unit;
  Timestamp from;
  Timestamp to;  // not included
  bool deputy = false;
};

struct Person {
  UserId id;
  Role role = Role::leader;
  std::vector<UnitId> roots;  // sees them and all below
  bool by_mail = false;
  QuietHours quiet;           // of mail; what is urgent passes
  std::vector<OnDuty> shifts;
};

// Who was told of a cause. Nobody's id: the webhook.
struct Told {
  std::string cause;
  UserId person;
  Channel channel = Channel::in_page;
  Timestamp at;
  std::optional<Timestamp> acknowledged_at;
};

struct DueMessage {
  UserId person;  // none: the webhook
  Channel channel = Channel::in_page;
  CauseKind kind = CauseKind::malware;
  int level = 0;
  bool urgent = false;
  Timestamp since;                   // the moment from which it was to be told
  std::vector<std::string> causes;   // keys, sorted
};

struct Verdict {
  std::vector<DueMessage> messages;
  std::vector<Cause> escalated;      // new causes, one level up; what is due of them is in `messages`
  std::vector<std::string> settled;  // nothing will ever be due of these again
};

// What is due now. Pure.
//
//  (1) A person is told of a cause by one channel once.
//  (2) Causes of one bundle, told to one person by one channel, are one message: those that came
//      within the rule's gathering time of the first, or until quiet hours ended.
//  (3) What goes into which message follows from the causes' own times and not from how often
//      this is asked: who asks late gets the messages that were due meanwhile, as they were.
//  (4) A cause that wants an answer and got none by anybody within a step's time is told to the
//      next, at the first asking after that minute, once.
//
// `causes` are all that are not settled, `told` all that was told of them and of the causes they
// were escalated from. `with_webhook`: there is one.
Verdict due(std::span<const Cause> causes, const Rules& rules, std::span<const Person> people, std::span<const Told> told, bool with_webhook,
            Timestamp now);

// The key of a cause one level up; and the one that it began as.
std::string escalated_key(const Cause& cause);
std::string_view first_key(std::string_view key);

}  // namespace khien::notice

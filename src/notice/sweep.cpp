#include "khien/notice/sweep.hpp"

#include <map>

#include "causes.hpp"
#include "khien/core/log.hpp"
#include "khien/core/text.hpp"
#include "telling.hpp"

namespace khien::notice {
namespace {

constexpr Duration kKept = days(400);
constexpr std::int64_t kMostForgotten = 2'000;

class Sweep {
 public:
  Sweep(store::Connection& connection, TenantId tenant, const Rules& rules, Post& post, Timestamp now)
      : connection_(connection), tenant_(tenant), rules_(rules), post_(post), now_(now) {}

  Result<void> note(std::span<const Cause> duties) {
    Causes causes;
    TRY_VOID(read_malware(connection_, tenant_, now_, causes));
    TRY_VOID(read_site_cases(connection_, tenant_, now_, causes));
    TRY_VOID(read_advisories(connection_, tenant_, now_, causes));
    TRY_VOID(read_incidents(connection_, tenant_, now_, causes));
    TRY_VOID(read_botnet_cases(connection_, tenant_, now_, causes));
    TRY_VOID(read_requests(connection_, tenant_, now_, causes));
    TRY_VOID(read_help(connection_, tenant_, now_, causes));
    TRY_VOID(read_calls(connection_, tenant_, now_, causes));
    causes.all.insert(causes.all.end(), duties.begin(), duties.end());
    TRY_VOID(note_causes(connection_, tenant_, causes.all, now_));
    swept_.causes = static_cast<std::int64_t>(causes.all.size());
    swept_.more = causes.more;
    return {};
  }

  Result<void> tell() {
    TRY(auto pending, read_pending(connection_, tenant_, rules_));
    swept_.more = swept_.more || pending.more;
    if (pending.causes.empty()) return {};
    TRY(const auto people, read_people(connection_, tenant_, pending, post_.has_mail(), now_));
    std::vector<Cause> causes;
    for (const Noted& one : pending.causes) causes.push_back(one.cause);
    const auto verdict = due(causes, rules_, people.all, pending.told, post_.has_webhook(), now_);
    TRY_VOID(note_causes(connection_, tenant_, verdict.escalated, now_));
    TRY_VOID(add_escalated(verdict.escalated, pending));
    TRY_VOID(keep(verdict, pending, people));
    return settle(connection_, tenant_, verdict.settled);
  }

  Result<void> forget() {
    TRY_VOID(connection_.run("DELETE FROM notice_cause WHERE id IN (SELECT id FROM notice_cause INDEXED BY notice_cause_noted "
                             "WHERE settled = 1 AND noted_at < ?1 ORDER BY noted_at LIMIT ?2)",
                             {now_ - kKept, kMostForgotten}));
    TRY_VOID(connection_.run("DELETE FROM notice_message WHERE id IN (SELECT id FROM notice_message INDEXED BY notice_message_told "
                             "WHERE tenant_id = ?1 AND told_at < (SELECT max(told_at) FROM notice_message WHERE tenant_id = ?1) - ?2 "
                             "ORDER BY told_at LIMIT ?3)",
                             {tenant_, kKept.ms, kMostForgotten}));
    return {};
  }

  Swept take() { return std::move(swept_); }

 private:
  // What cannot be carried as it is costs itself: everybody else is told, and it is not made
  // again every minute. Whatever is wrong with the tables costs the asking. False: left out.
  static Result<bool> unless_bad(Result<void> queued) {
    if (queued) return true;
    const Error& error = queued.error();
    if (error.code() != Code::exhausted && error.code() != Code::invalid) return error;
    log_error("notice_left_out", {{"error", printable(error.what())}});
    return false;
  }

  Result<void> add_escalated(std::span<const Cause> escalated, Pending& pending) {
    for (const Cause& cause : escalated) {
      Noted noted{.id = 0, .cause = cause, .unit_name = {}};
      TRY_VOID(connection_.query_one("SELECT c.id, u.name FROM notice_cause c JOIN unit u ON u.tenant_id = c.tenant_id AND u.id = c.unit_id "
                                     "WHERE c.tenant_id = ?1 AND c.key = ?2",
                                     {tenant_, cause.key}, [&](const store::Row& row) -> Result<void> {
                                       noted.id = row.integer(0);
                                       noted.unit_name = row.text(1);
                                       return {};
                                     }));
      pending.causes.push_back(std::move(noted));
    }
    return {};
  }

  Result<void> keep(const Verdict& verdict, const Pending& pending, const People& people) {
    std::map<std::string, const Noted*, std::less<>> by_key;
    for (const Noted& one : pending.causes) by_key[one.cause.key] = &one;
    std::map<UserId, std::vector<Note>> mails;
    for (const DueMessage& message : verdict.messages) {
      TRY(auto note, keep_message(connection_, tenant_, rules_, message, by_key, now_));
      switch (message.channel) {
        case Channel::in_page: swept_.shown.emplace_back(message.person, note.id); break;
        case Channel::webhook: TRY_VOID(unless_bad(post_.webhook(connection_, tenant_, note, now_))); break;
        case Channel::mail: mails[message.person].push_back(std::move(note)); break;
      }
    }
    // What a person is told at one time is one mail.
    for (const auto& [person, notes] : mails) {
      TRY(const bool queued, unless_bad(post_.mail(connection_, tenant_, people.addresses.at(person), notes, now_)));
      swept_.mails += queued ? 1 : 0;
    }
    return {};
  }

  store::Connection& connection_;
  TenantId tenant_;
  const Rules& rules_;
  Post& post_;
  Timestamp now_;
  Swept swept_;
};

}  // namespace

Result<Swept> sweep(store::Store& hub, const store::TenantScope& whole, std::shared_ptr<const duty::TenantLaw> law, const Rules& rules, Post& post,
                    Timestamp now) {
  // The one reading that takes its time does not hold the writer.
  std::vector<Cause> duties;
  TRY_VOID(hub.read([&](store::Connection& connection) -> Result<void> {
    TRY(duties, read_duties(connection, whole, law, now));
    return {};
  }));
  Swept swept;
  TRY_VOID(hub.write([&](store::Connection& connection) -> Result<void> {
    Sweep one(connection, whole.tenant(), rules, post, now);
    TRY_VOID(one.note(duties));
    TRY_VOID(mark_duties(connection, whole.tenant(), now));
    TRY_VOID(one.tell());
    TRY_VOID(one.forget());
    swept = one.take();
    return {};
  }));
  return swept;
}

}  // namespace khien::notice

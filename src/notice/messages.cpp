#include "khien/notice/messages.hpp"

#include <algorithm>

#include "khien/estate/page_cursor.hpp"
#include "telling.hpp"
#include "words.hpp"

namespace khien::notice {
namespace {

constexpr std::string_view kList = "notice";
constexpr std::size_t kMostPage = 200;
constexpr Duration kTestPause = minutes(1);

Result<Note> note_of(const store::Row& row, const Rules& rules) {
  Said said{.kind = {}, .level = static_cast<int>(row.integer(2)), .count = row.integer(6), .units = row.integer(5),
            .unit_name = std::string(row.text(12)), .unit = {row.integer(4)}, .link = row.integer(8)};
  TRY(said.kind, cause_kind_from_string(row.text(1)));
  Note note{.id = {row.integer(0)}, .kind = said.kind, .urgent = row.integer(3) != 0, .level = said.level, .unit = said.unit,
            .title = title_of(rules, said), .path = path_of(said), .count = said.count, .due = {}, .told_at = row.time(9), .read_at = {},
            .acknowledged_at = {}};
  if (!row.is_null(7)) note.due = row.time(7);
  if (!row.is_null(10)) note.read_at = row.time(10);
  if (!row.is_null(11)) note.acknowledged_at = row.time(11);
  return note;
}

Result<std::int64_t> mark_one(store::Connection& connection, TenantId tenant, UserId user, std::int64_t id, bool acknowledge, Timestamp now) {
  if (acknowledge) {
    return connection.run("UPDATE notice_message SET read_at = coalesce(read_at, ?4), acknowledged_at = ?4 "
                          "WHERE tenant_id = ?1 AND id = ?2 AND account_id = ?3 AND channel = 'in_page' AND acknowledged_at IS NULL",
                          {tenant, id, user, now});
  }
  return connection.run("UPDATE notice_message SET read_at = ?4 WHERE tenant_id = ?1 AND id = ?2 AND account_id = ?3 AND channel = 'in_page' "
                        "AND read_at IS NULL",
                        {tenant, id, user, now});
}

}  // namespace

MailNotes notes_of_mail(std::span<const Note> notes) {
  MailNotes mail;
  for (const bool urgent : {true, false}) {
    for (const Note& note : notes) {
      if (note.urgent != urgent) continue;
      if (mail.said.size() < kMostMailNotes) {
        mail.said.push_back(note);
      } else {
        ++mail.left_out;
      }
    }
  }
  return mail;
}

Result<NotePage> list_notes(store::Connection& connection, TenantId tenant, UserId user, const Rules& rules, const NoteQuery& query) {
  std::int64_t before = INT64_MAX;
  if (!query.cursor.empty()) {
    TRY(const auto fields, estate::from_cursor(query.cursor, kList, {std::int64_t{0}}));
    before = std::get<std::int64_t>(fields[0]);
  }
  const std::size_t limit = std::clamp<std::size_t>(query.limit, 1, kMostPage);
  NotePage page;
  // A unit that is no more has no name here: its messages are nobody's task.
  TRY_VOID(connection.query(
      "SELECT m.id, m.kind, m.level, m.urgent, m.unit_id, m.units, m.count, m.due_at, m.link_id, m.told_at, m.read_at, m.acknowledged_at, "
      "coalesce(u.name, '?') FROM notice_message m INDEXED BY notice_message_of "
      "LEFT JOIN unit u ON u.tenant_id = m.tenant_id AND u.id = m.unit_id "
      "WHERE m.tenant_id = ?1 AND m.account_id = ?2 AND m.channel = 'in_page' AND m.id < ?3 AND (?4 = 0 OR m.read_at IS NULL) "
      "ORDER BY m.id DESC LIMIT ?5",
      {tenant, user, before, query.unread_only, static_cast<std::int64_t>(limit + 1)}, [&](const store::Row& row) -> Result<void> {
        TRY(auto note, note_of(row, rules));
        page.items.push_back(std::move(note));
        return {};
      }));
  if (page.items.size() > limit) {
    page.items.resize(limit);
    page.next = estate::to_cursor(kList, {page.items.back().id.value});
  }
  return page;
}

Result<NoteCounts> count_notes(store::Connection& connection, TenantId tenant, UserId user) {
  NoteCounts counts;
  TRY_VOID(connection.query_one(
      "SELECT (SELECT count(*) FROM notice_message WHERE tenant_id = ?1 AND account_id = ?2 AND channel = 'in_page'), "
      "(SELECT count(*) FROM notice_message WHERE tenant_id = ?1 AND account_id = ?2 AND channel = 'in_page' AND read_at IS NULL), "
      "(SELECT count(*) FROM notice_message WHERE tenant_id = ?1 AND account_id = ?2 AND channel = 'in_page' AND urgent = 1 "
      "AND acknowledged_at IS NULL)",
      {tenant, user}, [&](const store::Row& row) -> Result<void> {
        counts = {row.integer(0), row.integer(1), row.integer(2)};
        return {};
      }));
  return counts;
}

Result<std::int64_t> mark_notes(store::Connection& connection, TenantId tenant, UserId user, std::span<const std::int64_t> messages,
                                bool acknowledge, Timestamp now) {
  std::int64_t changed = 0;
  for (const std::int64_t id : messages) {
    TRY(const auto one, mark_one(connection, tenant, user, id, acknowledge, now));
    changed += one;
  }
  return changed;
}

Result<MessageId> send_test(store::Connection& connection, TenantId tenant, UnitId unit, UserId user, Role role, const Rules& rules, Post* post,
                            Timestamp now) {
  bool lately = false;
  TRY_VOID(connection.query("SELECT 1 FROM notice_message m INDEXED BY notice_message_of WHERE m.tenant_id = ?1 AND m.account_id = ?2 "
                            "AND m.channel = 'in_page' AND m.kind = 'test' AND m.told_at > ?3 LIMIT 1",
                            {tenant, user, now - kTestPause}, [&](const store::Row&) -> Result<void> {
                              lately = true;
                              return {};
                            }));
  if (lately) return Error(Code::exhausted, "one test a minute");
  TRY(const auto settings, settings_of(connection, tenant, user, role));
  Cause cause{.key = "test:" + std::to_string(user.value) + ":" + std::to_string(now.ms), .kind = CauseKind::test, .bundle = "test", .level = 0,
              .path = {unit}, .at = now, .count = 1, .owner = user, .due = {}, .link = 0};
  TRY_VOID(note_causes(connection, tenant, std::span(&cause, 1), now));
  TRY_VOID(settle(connection, tenant, std::span<const std::string>(&cause.key, 1)));
  Noted noted{.id = 0, .cause = cause, .unit_name = {}};
  TRY_VOID(connection.query_one("SELECT id FROM notice_cause WHERE tenant_id = ?1 AND key = ?2", {tenant, cause.key}, [&](const store::Row& row) -> Result<void> {
    noted.id = row.integer(0);
    return {};
  }));
  const std::map<std::string, const Noted*, std::less<>> causes{{cause.key, &noted}};
  DueMessage message{.person = user, .channel = Channel::in_page, .kind = CauseKind::test, .level = 0, .urgent = false, .since = now, .causes = {cause.key}};
  TRY(const auto note, keep_message(connection, tenant, rules, message, causes, now));
  if (post == nullptr || !post->has_mail() || !settings.by_mail) return note.id;
  message.channel = Channel::mail;
  TRY(const auto by_mail, keep_message(connection, tenant, rules, message, causes, now));
  TRY_VOID(post->mail(connection, tenant, {settings.mail, settings.vietnamese}, std::span(&by_mail, 1), now));
  return note.id;
}

}  // namespace khien::notice

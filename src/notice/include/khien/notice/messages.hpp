#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/result.hpp"
#include "khien/model/local_text.hpp"
#include "khien/notice/rules.hpp"
#include "khien/notice/settings.hpp"
#include "khien/store/connection.hpp"

namespace khien::notice {

// What a person was told, in words. It holds a kind, units, a number, a day and a place in the
// product, and can hold nothing else.
struct Note {
  MessageId id;
  CauseKind kind = CauseKind::test;
  bool urgent = false;
  int level = 0;
  UnitId unit;       // of the first cause
  LocalText title;
  std::string path;  // where to go: "/website/vu-viec/12"
  std::int64_t count = 1;
  std::optional<Timestamp> due;
  Timestamp told_at;
  std::optional<Timestamp> read_at;
  std::optional<Timestamp> acknowledged_at;
};

struct NotePage {
  std::vector<Note> items;  // newest first
  std::optional<std::string> next;
};
struct NoteCounts {
  std::int64_t total = 0;
  std::int64_t unread = 0;
  std::int64_t waiting = 0;  // urgent, and not answered by this person
};
struct NoteQuery {
  bool unread_only = false;
  std::string cursor = {};
  std::size_t limit = 50;
};

// All of them are about the person's own messages; another's is as one that does not exist.
Result<NotePage> list_notes(store::Connection& connection, TenantId tenant, UserId user, const Rules& rules, const NoteQuery& query);
Result<NoteCounts> count_notes(store::Connection& connection, TenantId tenant, UserId user);
// Joins the caller's transaction. What was read or answered before stays as it was, and what is not
// theirs is passed over. Says how many it changed.
Result<std::int64_t> mark_notes(store::Connection& connection, TenantId tenant, UserId user, std::span<const std::int64_t> messages,
                                bool acknowledge, Timestamp now);

// To whom a mail goes.
struct Addressee {
  std::string mail;
  bool vietnamese = true;
};
// What one mail says: the urgent ones first, no more than a person reads. `left_out`: as many more.
struct MailNotes {
  std::vector<Note> said;
  std::size_t left_out = 0;
};
inline constexpr std::size_t kMostMailNotes = 100;
MailNotes notes_of_mail(std::span<const Note> notes);

// What carries notes out of the house; the floor above has it. Its functions join the
// transaction in which people are told: told and queued are one commit.
class Post {
 public:
  virtual ~Post() = default;
  virtual bool has_mail() const = 0;
  virtual bool has_webhook() const = 0;
  // Code::exhausted or invalid, before anything is written: this one cannot be carried, ever.
  virtual Result<void> mail(store::Connection& connection, TenantId tenant, const Addressee& to, std::span<const Note> notes, Timestamp now) = 0;
  virtual Result<void> webhook(store::Connection& connection, TenantId tenant, const Note& note, Timestamp now) = 0;
};

// A message to oneself, by every channel one has. Code::exhausted within a minute of the one before.
Result<MessageId> send_test(store::Connection& connection, TenantId tenant, UnitId unit, UserId user, Role role, const Rules& rules, Post* post,
                            Timestamp now);

}  // namespace khien::notice

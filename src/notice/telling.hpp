#pragma once

#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "khien/notice/due.hpp"
#include "khien/notice/messages.hpp"

namespace khien::notice {

// A cause as the table has it.
struct Noted {
  std::int64_t id = 0;
  Cause cause;
  std::string unit_name;
};

// What the judge asks for: the next page of the urgent causes that are not settled, and of the
// others; after the last page the first. `more`: this was not the last.
struct Pending {
  std::vector<Noted> causes;
  std::vector<Told> told;
  bool more = false;
};
Result<Pending> read_pending(store::Connection& connection, TenantId tenant, const Rules& rules);
// With what each said of themselves, and their shifts where something is pending; who is
// disabled is nobody.
struct People {
  std::vector<Person> all;
  std::map<UserId, Addressee> addresses;
};
Result<People> read_people(store::Connection& connection, TenantId tenant, const Pending& pending, bool has_mail, Timestamp now);

// Notes what happened; what is known is passed over. The cause's path need only have the unit.
Result<void> note_causes(store::Connection& connection, TenantId tenant, std::span<const Cause> causes, Timestamp now);
Result<void> settle(store::Connection& connection, TenantId tenant, std::span<const std::string> keys);

// Keeps the message with who was told of what, and gives its words.
Result<Note> keep_message(store::Connection& connection, TenantId tenant, const Rules& rules, const DueMessage& message,
                          const std::map<std::string, const Noted*, std::less<>>& causes, Timestamp now);

}  // namespace khien::notice

#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/date.hpp"
#include "khien/core/result.hpp"
#include "khien/core/time.hpp"
#include "khien/duty/evidence.hpp"
#include "khien/estate/units.hpp"
#include "khien/request/ids.hpp"
#include "khien/store/connection.hpp"
#include "khien/store/scope.hpp"

// One request to many units, until each has answered. All functions run on a connection that
// the caller holds: in a write they join its transaction, so a change and its audit entry
// are one. Code::invalid and conflict carry a duty::Refusal in words for the person.
//
// Invariants
//  (1) What was sent, said and given is never changed or removed, by anybody (triggers).
//  (2) A unit goes sent → read → answered → accepted, or returned → answered again; of what
//      is only to be read, reading is the end.
//  (3) A request is seen by who has a unit in scope that asks or is asked, and of the
//      units that are asked by whom they are in scope.

namespace khien::request {

inline constexpr std::size_t kMostAsked = 5'000;  // units of one request
inline constexpr std::size_t kMostFiles = 20;
inline constexpr std::size_t kMostFields = 20;

// What kind of answer is wanted.
enum class Answer : unsigned char { read, words, files, numbers };
std::string_view to_string(Answer answer);
Result<Answer> answer_from_string(std::string_view text);

enum class State : unsigned char { sent, read, answered, returned, accepted };
inline constexpr std::size_t kStates = 5;
std::string_view to_string(State state);
Result<State> state_from_string(std::string_view text);

// Who is asked: units named, those of a kind, those below a unit; all three together, each
// once. The asking unit only where it is named.
struct Audience {
  std::vector<UnitId> units;
  std::vector<estate::UnitKind> kinds;
  std::optional<UnitId> below;  // with `kinds`: only below it; alone: all that are below it
};
// In order of the unit tree. Code::not_found for a unit out of scope, invalid if nobody is left.
Result<std::vector<UnitId>> units_of(store::Connection& connection, const store::TenantScope& scope, UnitId asking,
                                     const Audience& audience);

struct NewRequest {
  UnitId unit;  // that asks
  std::string title, text, basis;
  std::optional<Date> due;  // its last day
  Answer answer = Answer::words;
  std::vector<std::string> fields;  // of numbers
  std::vector<EvidenceId> attachments;
  Audience audience;
};
Result<RequestId> send_request(store::Connection& connection, const store::TenantScope& scope, const NewRequest& wanted, UserId who,
                               Timestamp now);

// Of the units in scope.
struct Counts {
  std::int64_t total = 0;
  std::int64_t by_state[kStates] = {};
  std::int64_t late = 0;  // past the last day and not answered
};

struct Request {
  RequestId id;
  UnitId unit;
  std::string unit_name;
  std::string title, text, basis;
  std::optional<Date> due;
  Answer answer = Answer::words;
  std::vector<std::string> fields;
  UserId made_by;
  Timestamp made_at;
  std::optional<UserId> closed_by;
  std::optional<Timestamp> closed_at;
  std::string closed_words;
  Counts counts;
  // Where exactly one unit in scope is asked.
  std::optional<RequestUnitId> only;
};

struct RequestQuery {
  // open: not closed, and somebody has not done it; waiting: somebody has still to answer; late;
  // to_decide: an answer waits for who asked; over: closed, or all did it.
  enum class View : unsigned char { open, waiting, late, to_decide, over, all };
  View view = View::open;
  std::optional<UnitId> unit;
  std::string words;  // in the title, marks or not
  std::string cursor;
  std::size_t limit = 200;
};
Result<RequestQuery::View> request_view_from_string(std::string_view text);

struct RequestPage {
  std::vector<Request> items;  // newest first
  std::int64_t total = 0;
  std::optional<std::string> next;
  // Whatever is looked at, within `unit`.
  std::int64_t open = 0, waiting = 0, late = 0, to_decide = 0;
};
Result<RequestPage> list_requests(store::Connection& connection, const store::TenantScope& scope, const RequestQuery& query, Timestamp now);
Result<Request> get_request(store::Connection& connection, const store::TenantScope& scope, RequestId id, Timestamp now);

struct Attachment {
  AttachmentId id;
  std::string file_name;
  std::int64_t size = 0;  // bytes
  Sha256 sha256;
};
Result<std::vector<Attachment>> attachments_of(store::Connection& connection, const store::TenantScope& scope, RequestId id);
// Whoever is asked may have it, though the file is of the unit that asks.
struct AttachmentBytes {
  Attachment file;
  Bytes bytes;
};
Result<AttachmentBytes> read_attachment(store::Connection& connection, const store::TenantScope& scope, AttachmentId id);

// One unit that is asked.
struct Asked {
  RequestUnitId id;
  RequestId request;
  UnitId unit;
  std::string unit_name;
  State state = State::sent;
  Timestamp entered_at;
  bool late = false;           // past the last day and not answered
  bool answered_late = false;  // it did, after the last day
  std::optional<Timestamp> read_at, answered_at, reminded_at;
  std::optional<UserId> read_by, answered_by;
  std::int64_t reminders = 0;
  // Of the last answer.
  std::string words;
  std::vector<std::int64_t> numbers;
  std::vector<EvidenceId> evidence;
};
struct AskedQuery {
  std::optional<State> state;
  bool late_only = false;
  std::optional<UnitId> unit;
  std::string words;  // in the unit's name
  std::string cursor;
  std::size_t limit = 200;
};
struct AskedPage {
  std::vector<Asked> items;  // by name of the unit
  std::int64_t total = 0;
  std::optional<std::string> next;
};
Result<AskedPage> list_asked(store::Connection& connection, const store::TenantScope& scope, RequestId id, const AskedQuery& query, Timestamp now);
Result<Asked> get_asked(store::Connection& connection, const store::TenantScope& scope, RequestUnitId id, Timestamp now);

struct AskedEvent {
  Timestamp at;
  UserId who;
  std::string event;  // sent, read, answered, returned, accepted, reminded
  std::string words;
  std::vector<std::int64_t> numbers;
  std::vector<duty::Evidence> evidence;
};
// In order.
Result<std::vector<AskedEvent>> asked_history(store::Connection& connection, const store::TenantScope& scope, RequestUnitId id);

// The unit's own words. Code::conflict where the request is closed or the state does not take it.
Result<void> confirm_reading(store::Connection& connection, const store::TenantScope& scope, RequestUnitId id, UserId who, Timestamp now);
struct GivenAnswer {
  std::string words;
  std::vector<std::int64_t> numbers;  // as many as the request has fields
  std::vector<EvidenceId> evidence;   // of the unit
};
// What was not yet read is read by it.
Result<void> give_answer(store::Connection& connection, const store::TenantScope& scope, RequestUnitId id, const GivenAnswer& answer,
                         UserId who, Timestamp now);

// The words of who asked; a unit that is sent back hears what is missing.
struct AnswerDecision {
  bool accept = false;
  std::string words;
};
Result<void> decide_answer(store::Connection& connection, const store::TenantScope& scope, RequestUnitId id, const AnswerDecision& decision,
                           UserId who, Timestamp now);
// To those in scope who have not answered; how many these are. Code::conflict if none.
Result<std::int64_t> remind(store::Connection& connection, const store::TenantScope& scope, RequestId id, std::string_view words, UserId who,
                            Timestamp now);
// Nobody has to answer any more. Code::denied unless the unit that asked is in scope.
Result<void> close_request(store::Connection& connection, const store::TenantScope& scope, RequestId id, std::string_view words, UserId who,
                           Timestamp now);

// One table for a spreadsheet program: who has read, answered, done.
using NameOf = std::function<std::string(UserId)>;
Result<std::string> request_as_csv(store::Connection& connection, const store::TenantScope& scope, RequestId id, bool vietnamese,
                                   const NameOf& name_of, Timestamp now);

// What is owed by units in scope, the soonest first, for Today.
struct Owed {
  RequestUnitId id;
  RequestId request;
  UnitId unit;
  std::string unit_name, title;
  std::optional<Date> due;
  State state = State::sent;
};
Result<std::vector<Owed>> owed_by(store::Connection& connection, const store::TenantScope& scope, UnitId unit, std::size_t limit);
// Answers that wait for who asked.
Result<std::int64_t> count_to_decide(store::Connection& connection, const store::TenantScope& scope, UnitId unit);

}  // namespace khien::request

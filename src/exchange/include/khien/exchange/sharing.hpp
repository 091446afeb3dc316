#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "khien/core/hash.hpp"
#include "khien/core/result.hpp"
#include "khien/core/time.hpp"
#include "khien/exchange/avreport.hpp"
#include "khien/exchange/ids.hpp"
#include "khien/store/connection.hpp"
#include "khien/store/scope.hpp"

namespace khien::exchange {

// The ledger of what was shared with whom, as screens read it and people change it. All
// functions run on a connection that the caller holds.
//
// A row is one thing to be shared once with one partner: a malware on a machine since it was
// opened, a vulnerability the same, a machine on a day. Its states:
//
//   unshared  noted, in no message yet            note_rows()
//   queued    in a message that waits or was sent compose()
//   shared    the receiver accepted its message   settle()
//   failed    its message was refused, or never clearly accepted; retry_message() queues it again
//
// Invariants
//  (1) A row is in at most one message, for good.
//  (2) A message's signed bytes are stored before the first is sent and never change; its name
//      follows from its partner and rows alone.
//  (3) A row is shared only if an answer of its message said so, and that answer is kept.
enum class RowState : unsigned char { unshared, queued, shared, failed };
std::string_view to_string(RowState state);
Result<RowState> row_state_from_string(std::string_view text);

struct RowCounts {
  std::int64_t unshared = 0, queued = 0, shared = 0, failed = 0;

  bool operator==(const RowCounts&) const = default;
};

struct Partner {
  SharePartnerId id;
  std::string name;    // of its settings: "2290"
  std::string scheme;
  std::string url;     // empty: it is no longer configured
  std::optional<Timestamp> paused_at;
  std::optional<UserId> paused_by;
  std::string pause_note;
  std::optional<Timestamp> last_success_at;  // a message was accepted
  std::optional<Timestamp> last_try_at;
  std::optional<Timestamp> next_try_at;      // of what waits
  std::string last_error;                    // of the last try; empty: it was accepted
  RowCounts rows;                            // of units in scope
  std::int64_t messages_waiting = 0, messages_failed = 0;
};
// By name. Rows are counted in scope.
Result<std::vector<Partner>> list_partners(store::Connection& connection, const store::TenantScope& scope);

// How each unit of the scope that has machines stands with one partner, or with all (none).
struct UnitSharing {
  UnitId unit;
  std::string name;
  std::int64_t machines = 0;
  RowCounts rows;
  std::optional<Timestamp> connected_since;   // first row accepted; none: never connected
  std::optional<Timestamp> last_accepted_at;
  bool regular = false;                       // accepted within the days the province set
};
Result<std::vector<UnitSharing>> list_unit_sharing(store::Connection& connection, const store::TenantScope& scope,
                                                   std::optional<SharePartnerId> partner, Timestamp now);

enum class MessageState : unsigned char { queued, shared, failed };
std::string_view to_string(MessageState state);
Result<MessageState> message_state_from_string(std::string_view text);

struct Message {
  ShareMessageId id;
  SharePartnerId partner;
  std::string name;   // 64 hexadecimal digits, from its rows
  MessageState state = MessageState::queued;
  std::int64_t rows = 0;
  std::int64_t bytes = 0;       // of the signed XML
  Sha256 digest;                // of the same
  Timestamp composed_at;
  std::int64_t attempts = 0;
  std::optional<Timestamp> next_try_at;  // none: it is settled
  std::optional<Timestamp> settled_at;
  std::string last_error;
};
struct MessageQuery {
  std::optional<SharePartnerId> partner;
  std::optional<MessageState> state;
  std::string cursor;
  std::size_t limit = 50;
};
struct MessagePage {
  std::vector<Message> items;  // newest first
  std::int64_t total = 0;
  std::optional<std::string> next;
};
// Messages that hold a row of a unit in scope. Code::invalid for a cursor that is not ours.
Result<MessagePage> list_messages(store::Connection& connection, const store::TenantScope& scope, const MessageQuery& query);

struct Answer {
  std::int64_t number = 0;  // of the attempt, from 1
  Timestamp at;
  Duration took;
  int status = 0;           // 0: no answer came, `error` says why
  Outcome outcome = Outcome::later;
  std::string error;
  std::string body;         // as it came, at most kMostAnswerBytes
  bool cut = false;         // it was longer
};
inline constexpr std::size_t kMostAnswerBytes = 64u << 10;
inline constexpr std::size_t kMostAnswersKept = 20;  // the first ten and the last ten

struct MessageRow {
  std::string key;
  RowKind kind = RowKind::machine;
  MachineId machine;
  UnitId unit;
  std::optional<FindingId> finding;
  RowState state = RowState::queued;
};
// The message with everything: signed XML as it was sent, raw answers, its rows. It speaks of
// several units' machines, so only who sees the whole tenant sees it: else Code::not_found.
struct MessageDetail {
  Message message;
  std::string xml;  // empty: its time of keeping is over
  std::vector<Answer> answers;
  std::vector<MessageRow> rows;
};
Result<MessageDetail> get_message(store::Connection& connection, const store::TenantScope& scope, ShareMessageId id);

// A person stops what goes to a partner, with a reason, and lets it go on. What was stopped in
// the middle of an exchange is sent again, byte for byte. Only who sees the whole tenant:
// else Code::not_found. Code::conflict if it is so already; invalid without a reason.
Result<void> pause_partner(store::Connection& connection, const store::TenantScope& scope, SharePartnerId id, UserId who,
                           std::string_view note, Timestamp now);
Result<void> resume_partner(store::Connection& connection, const store::TenantScope& scope, SharePartnerId id, Timestamp now);

// Findings opened since then are shared as well. What was noted already is not noted again.
Result<void> share_since(store::Connection& connection, const store::TenantScope& scope, SharePartnerId id, Timestamp since);

// What waits is due now, and a failed message waits again, with its bytes. The same rights.
// Ring Sender::wake() after the commit. Code::conflict for a message that was accepted.
Result<void> send_now(store::Connection& connection, const store::TenantScope& scope, SharePartnerId id, Timestamp now);
Result<void> retry_message(store::Connection& connection, const store::TenantScope& scope, ShareMessageId id, Timestamp now);

}  // namespace khien::exchange

#pragma once

#include <span>
#include <string>
#include <vector>

#include "gathering.hpp"
#include "khien/exchange/sharing.hpp"

namespace khien::exchange {

// The writing side of the ledger of what was shared. Each function is part of one transaction
// of the caller's; who performs which edge stands in sharing.hpp.

// The partner as it stands.
struct PartnerState {
  SharePartnerId id;
  Timestamp since;
  Timestamp noted_through;
  std::optional<Date> noted_day;
  bool is_paused = false;
  std::int64_t failures = 0;
  Timestamp next_try_at;
  std::int64_t waiting = 0;  // messages
};
// Made where it is not there; its scheme and url are today's.
Result<void> set_up_partner(store::Connection& connection, TenantId tenant, const PartnerSettings& settings, Timestamp now);
Result<PartnerState> partner_state(store::Connection& connection, TenantId tenant, const std::string& name);
// A partner that settings do not name any more is not forgotten: it has no url.
Result<void> end_partners_besides(store::Connection& connection, TenantId tenant, std::span<const PartnerSettings> settings);

// unshared; what is noted already stays as it is.
Result<std::int64_t> note_rows(store::Connection& connection, TenantId tenant, SharePartnerId partner, std::span<const NewRow> rows, Timestamp now);
Result<void> set_noted(store::Connection& connection, TenantId tenant, SharePartnerId partner, Timestamp through, std::optional<Date> day);

struct PendingRow {
  std::string key;
  MachineId machine;
  bool not_updated = false;
  ReportRow row;
};
// The oldest that are in no message: at most `most`, and of the last machine all or none where that leaves any.
Result<std::vector<PendingRow>> unshared_rows(store::Connection& connection, TenantId tenant, SharePartnerId partner, std::size_t most);

// 64 hexadecimal digits, from partner and keys alone; the order of keys does not matter.
std::string message_name(const std::string& partner, std::span<const PendingRow> rows);

// queued: the message, and its rows in it. Code::conflict if a row is in a message already.
Result<ShareMessageId> put_message(store::Connection& connection, TenantId tenant, SharePartnerId partner, const std::string& name,
                                   std::span<const PendingRow> rows, std::string_view xml, Timestamp now);

struct WaitingMessage {
  ShareMessageId id;
  std::string name;
  std::string xml;
  std::int64_t attempts = 0;
  std::int64_t unclear = 0;
};
// The oldest that is due; none. Code::corrupt if its bytes are not those that were signed.
Result<std::optional<WaitingMessage>> due_message(store::Connection& connection, TenantId tenant, SharePartnerId partner, Timestamp now);

struct Settling {
  Answer answer;                 // number is set here
  std::optional<Timestamp> next_try_at;  // none: it is settled
  MessageState state = MessageState::queued;
  std::int64_t regular_days = 7;
};
// shared, failed, or queued on: the answer is kept with what follows from it.
Result<void> settle(store::Connection& connection, TenantId tenant, SharePartnerId partner, ShareMessageId message, const Settling& settling);

Result<void> set_partner_error(store::Connection& connection, TenantId tenant, SharePartnerId partner, std::string_view error,
                               std::int64_t failures, Timestamp next_try_at, Timestamp now);

// Units that have machines ought to share from now on.
Result<void> want_units(store::Connection& connection, TenantId tenant, std::int64_t regular_days, Timestamp now);
// Bodies and answers whose time is over, and machines' rows of days long ago.
Result<void> forget_old(store::Connection& connection, TenantId tenant, Timestamp kept_since, Timestamp machines_since);

}  // namespace khien::exchange

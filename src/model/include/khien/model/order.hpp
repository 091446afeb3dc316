#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/hash.hpp"
#include "khien/core/id.hpp"
#include "khien/core/json.hpp"
#include "khien/core/time.hpp"

namespace khien {

using OrderId = Id<struct OrderTag>;  // what a person asked of an agent

// All that a hub can ask of an agent. The list is closed: a verb that is not here
// is refused by both sides, and none carries a path, a command or a program.
enum class Verb : unsigned char { quarantine, restore, scan };
std::string_view to_string(Verb verb);
Result<Verb> verb_from_string(std::string_view text);

// Why an agent left a file as it is, or did not do what it was asked.
enum class Refusal : unsigned char {
  none,
  unknown_file,      // it never reported a file of that name
  gone,              // there is nothing under that name
  changed,           // not the bytes that were judged, or it changed meanwhile
  not_regular,       // a link, a folder, a pipe, a device
  hard_links,        // the file has another name elsewhere
  other_mount,       // the way leads over a mount
  too_large,
  store_full,
  open_for_writing,  // a process is still writing it
  immutable,         // chattr +i or +a
  read_only,         // the file system is
  package,           // it belongs to an installed package
  unreadable,
  rate,              // the agent's own limit an hour
  expired,
  unknown_item,      // it holds no such thing in quarantine
  outside,           // not below a folder of the agent's policy
  folder_gone,
  folder_changed,    // it is not the folder from which the file was taken
  two_persons,       // a system folder: one person's word is not enough
  occupied,          // there is a file of that name again; nothing is ever overwritten
  failed,            // the disk or the store; the agent's log says more
};
std::string_view to_string(Refusal refusal);
Result<Refusal> refusal_from_string(std::string_view text);

// One order for one machine. Which machine is never part of it: an agent is given
// its own orders by its certificate.
struct Order {
  OrderId id;
  Verb verb = Verb::scan;
  Timestamp expires_at;
  std::string reason;        // of the person who gave it; kept in the journal
  // quarantine: the file that was reported under a path with this hash (of the
  // path's text), as long as its bytes have that one.
  Sha256 path_sha256;
  Sha256 sha256;             // restore: of the bytes that are held
  bool insist = false;       // also if it is a package's, being written or immutable
  // restore
  std::string quarantine;    // the agent's own name of what it holds: 32 hex digits
  bool two_persons = false;
  Timestamp allow_until;     // these bytes are not taken again by the agent's own decision

  bool operator==(const Order&) const = default;
};

inline constexpr std::uint32_t kOrderVersion = 1;
inline constexpr std::size_t kMaxOrders = 32;       // in one answer
inline constexpr std::size_t kMaxReasonBytes = 1'000;

// What an agent asks: which version of the list it knows.
std::string orders_request();
Result<void> orders_request_from_json(std::string_view text);
// The answer. Strict: a verb or a version that is not known is Code::invalid.
std::string to_json(const std::vector<Order>& orders);
Result<std::vector<Order>> orders_from_json(std::string_view text);

// 32 lower-case hexadecimal digits: the only names that a store of quarantined
// files has.
bool is_quarantine_name(std::string_view text);

// Is this absolute path in a folder on which the system itself stands? Putting a
// file back there takes two persons.
bool is_system_path(std::string_view path);

}  // namespace khien

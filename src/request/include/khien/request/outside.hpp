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
#include "khien/request/ids.hpp"
#include "khien/store/connection.hpp"
#include "khien/store/scope.hpp"

// What police, telecommunication companies and others ask of us, and what they are handed.
// Connections and errors as in requests.hpp.
//
// Invariants
//  (1) What was asked, chosen, approved, downloaded and received is never changed or removed.
//  (2) Who chose a package never approves it; before its approval nobody can download it.
//  (3) A package is exactly the files that were chosen, each with the hash that it had then.

namespace khien::request {

inline constexpr std::size_t kMostPackageFiles = 40;
inline constexpr std::size_t kMostPackageBytes = 64u << 20;

enum class ReceiverKind : unsigned char { police, telecom, authority, other };
std::string_view to_string(ReceiverKind kind);
Result<ReceiverKind> receiver_kind_from_string(std::string_view text);

struct Receiver {
  ReceiverId id;
  UnitId unit;  // of ours, that deals with it
  std::string unit_name;
  std::string name;
  ReceiverKind kind = ReceiverKind::police;
  std::string address, contact;
  bool active = true;
};
struct NewReceiver {
  UnitId unit;
  std::string name;
  ReceiverKind kind = ReceiverKind::police;
  std::string address, contact;
};
// In Vietnamese order of names.
Result<std::vector<Receiver>> list_receivers(store::Connection& connection, const store::TenantScope& scope);
Result<Receiver> get_receiver(store::Connection& connection, const store::TenantScope& scope, ReceiverId id);
// Code::conflict if the unit has one of that name.
Result<ReceiverId> add_receiver(store::Connection& connection, const store::TenantScope& scope, const NewReceiver& receiver, UserId who,
                                Timestamp now);
struct ReceiverChange {
  std::optional<std::string> address, contact;
  std::optional<bool> active;
};
Result<void> change_receiver(store::Connection& connection, const store::TenantScope& scope, ReceiverId id, const ReceiverChange& change);

enum class OutsideState : unsigned char { open, answered, closed };
std::string_view to_string(OutsideState state);
Result<OutsideState> outside_state_from_string(std::string_view text);

struct OutsideRequest {
  OutsideRequestId id;
  UnitId unit;
  ReceiverId receiver;
  std::string receiver_name;
  std::string number;  // of their letter
  Date dated;
  std::string what_for, basis;
  std::optional<Date> due;
  OutsideState state = OutsideState::open;
  bool late = false;  // open, past its day
  UserId made_by;
  Timestamp made_at;
  std::int64_t packages = 0, received = 0;
};
struct NewOutsideRequest {
  ReceiverId receiver;
  std::string number;
  Date dated;
  std::string what_for, basis;
  std::optional<Date> due;
};
// Code::conflict for a letter that is recorded already, invalid for a receiver that is not active.
Result<OutsideRequestId> record_outside_request(store::Connection& connection, const store::TenantScope& scope,
                                                const NewOutsideRequest& wanted, UserId who, Timestamp now);
Result<OutsideRequest> get_outside_request(store::Connection& connection, const store::TenantScope& scope, OutsideRequestId id, Timestamp now);

struct OutsideQuery {
  std::optional<OutsideState> state;
  std::optional<UnitId> unit;
  std::string words;  // in number, purpose and receiver
  std::string cursor;
  std::size_t limit = 200;
};
struct OutsidePage {
  std::vector<OutsideRequest> items;  // newest first
  std::int64_t total = 0;
  std::optional<std::string> next;
};
Result<OutsidePage> list_outside_requests(store::Connection& connection, const store::TenantScope& scope, const OutsideQuery& query,
                                          Timestamp now);

struct OutsideEvent {
  Timestamp at;
  UserId who;
  std::string event;  // recorded, note, answered, prepared, approved, refused, downloaded, received, closed
  std::optional<PackageId> package;
  std::string words;
};
// In order.
Result<std::vector<OutsideEvent>> outside_history(store::Connection& connection, const store::TenantScope& scope, OutsideRequestId id);

// A person's line: a note; what was answered; that nothing more will come (with why).
enum class OutsideWord : unsigned char { note, answered, closed };
Result<OutsideWord> outside_word_from_string(std::string_view text);
Result<void> say_outside(store::Connection& connection, const store::TenantScope& scope, OutsideRequestId id, OutsideWord word,
                         std::string_view words, UserId who, Timestamp now);

enum class PackageState : unsigned char { waiting, approved, refused, received };
std::string_view to_string(PackageState state);
Result<PackageState> package_state_from_string(std::string_view text);

struct Package {
  PackageId id;
  OutsideRequestId request;
  UnitId unit;
  PackageState state = PackageState::waiting;
  std::string words;
  UserId made_by;
  Timestamp made_at;
  std::optional<UserId> decided_by;
  std::optional<Timestamp> decided_at;
  std::string manifest;  // JSON; empty before the approval
  std::string receipt;
  std::optional<Date> received_on;
  std::vector<duty::Evidence> files;
};
Result<std::vector<Package>> packages_of(store::Connection& connection, const store::TenantScope& scope, OutsideRequestId id);
Result<Package> get_package(store::Connection& connection, const store::TenantScope& scope, PackageId id);
// Code::invalid for no file, too many or too much.
Result<PackageId> prepare_package(store::Connection& connection, const store::TenantScope& scope, OutsideRequestId id,
                                  const std::vector<EvidenceId>& files, std::string_view words, UserId who, Timestamp now);

using NameOf = std::function<std::string(UserId)>;
// By another person: Code::denied for who chose. From its approval on the manifest stands.
struct PackageDecision {
  bool approve = false;
  std::string words;
};
Result<void> decide_package(store::Connection& connection, const store::TenantScope& scope, PackageId id, const PackageDecision& decision,
                            UserId who, const NameOf& name_of, Timestamp now);
// One zip: files/NNN-NAME for each, manifest.json, and manifest.sig, which says whose word
// that is: "khien evidence package 1\n", "sha256 HEX\n" of manifest.json, "key HEX\n" and
// "ed25519 BASE64\n"; the signature is over the first two lines, and nothing else that a hub's
// key signs begins so. Code::conflict before the approval, corrupt if a file is not what it was.
Result<Bytes> package_zip(store::Connection& connection, const store::TenantScope& scope, PackageId id, ByteView secret_key);
// A line that it was downloaded; of which bytes.
Result<void> note_download(store::Connection& connection, const store::TenantScope& scope, PackageId id, const Sha256& zip, UserId who,
                           Timestamp now);
// They have it: by which paper, on which day.
Result<void> record_receipt(store::Connection& connection, const store::TenantScope& scope, PackageId id, std::string_view receipt, Date on,
                            UserId who, Timestamp now);

// All lines of the requests in scope, oldest first, for a spreadsheet program.
Result<std::string> outside_log_as_csv(store::Connection& connection, const store::TenantScope& scope, bool vietnamese, const NameOf& name_of);

}  // namespace khien::request

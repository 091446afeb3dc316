#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "khien/botnet/address.hpp"
#include "khien/core/result.hpp"
#include "khien/core/time.hpp"
#include "khien/model/ids.hpp"
#include "khien/store/connection.hpp"
#include "khien/store/scope.hpp"

namespace khien::botnet {

// Whose an address is: the unit of the registered range that it lies in. Everybody's ranges of
// the tenant, whoever asks: a list is read by who sees the whole tenant.
class Owners {
 public:
  struct Owner {
    UnitId unit;
    std::string unit_name;
    std::string range;    // CIDR
    std::string purpose;  // "NAT of the office", say
  };
  static Result<Owners> load(store::Connection& connection, TenantId tenant);

  // Null if nobody's.
  const Owner* of(const Address& address) const;
  UnitId root() const { return root_; }
  const std::string& root_name() const { return root_name_; }

 private:
  struct Range {
    Address first, last;
    Owner owner;
  };
  std::vector<Range> ranges_;  // by first; they do not overlap
  UnitId root_;
  std::string root_name_;
};

// Machines by the addresses that they said they have, and from when until when.
struct Held {
  MachineId machine;
  Timestamp from;                  // told of
  std::optional<Timestamp> until;  // none: it has it now
  bool is_first = false;           // of the first it told: it may have had it before
};
using MachinesByAddress = std::map<Address, std::vector<Held>>;
// Those that had the address at some moment between the two; where nobody is known to, those that may have,
// for it was their first. Each once.
std::vector<MachineId> held_by(const MachinesByAddress& machines, const Address& address, Timestamp first, Timestamp last);
// Those that have it now.
std::vector<MachineId> held_now(const MachinesByAddress& machines, const Address& address);
// Of `unit` and what is below it.
Result<MachinesByAddress> machines_by_address(store::Connection& connection, TenantId tenant, UnitId unit);

// Is it of `unit`, or of what is below it?
Result<bool> is_machine_of(store::Connection& connection, TenantId tenant, MachineId machine, UnitId unit);

}  // namespace khien::botnet

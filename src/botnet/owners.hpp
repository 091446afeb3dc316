#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "khien/botnet/address.hpp"
#include "khien/core/result.hpp"
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

// Machines by the addresses that they last said they have.
using MachinesByAddress = std::map<Address, std::vector<MachineId>>;
// Of `unit` and what is below it.
Result<MachinesByAddress> machines_by_address(store::Connection& connection, TenantId tenant, UnitId unit);

// Is it of `unit`, or of what is below it?
Result<bool> is_machine_of(store::Connection& connection, TenantId tenant, MachineId machine, UnitId unit);

}  // namespace khien::botnet

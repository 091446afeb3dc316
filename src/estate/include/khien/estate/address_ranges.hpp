#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/result.hpp"
#include "khien/core/time.hpp"
#include "khien/model/ids.hpp"
#include "khien/store/connection.hpp"
#include "khien/store/scope.hpp"

namespace khien::estate {

// Public addresses that a unit answers for. Ranges of a tenant do not overlap, so
// an address has one owner at most.
struct AddressRange {
  AddressRangeId id;
  UnitId unit;
  std::string unit_name;
  std::string range;  // CIDR: "203.0.113.0/28", "2001:db8:5::/48"
  std::string purpose;
};

struct AddressRangeQuery {
  std::optional<UnitId> unit;
  std::string cursor;
  std::size_t limit = 200;
};
struct AddressRangePage {
  std::vector<AddressRange> items;  // by address
  std::int64_t total = 0;
  std::optional<std::string> next;
};
Result<AddressRangePage> list_address_ranges(store::Connection& connection, const store::TenantScope& scope,
                                             const AddressRangeQuery& query);
Result<AddressRange> get_address_range(store::Connection& connection, const store::TenantScope& scope,
                                       AddressRangeId id);
// `range` as CIDR or a single address. Code::invalid unless all of it is public
// and the bits behind the prefix are zero; conflict if it overlaps another (of one
// outside of the scope no more is said than refusal.hpp allows).
Result<AddressRangeId> create_address_range(store::Connection& connection, const store::TenantScope& scope,
                                            UnitId unit, std::string_view range, std::string_view purpose,
                                            Timestamp now);
Result<void> delete_address_range(store::Connection& connection, const store::TenantScope& scope, AddressRangeId id);

// Whose range the address lies in; none if nobody's in scope. Code::invalid if it
// is no address.
Result<std::optional<AddressRange>> range_of_address(store::Connection& connection, const store::TenantScope& scope,
                                                     std::string_view address);

}  // namespace khien::estate

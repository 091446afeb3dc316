#pragma once

#include "khien/request/outside.hpp"

namespace khien::request {

// A line of an outside request; `state` empty: it stays where it is.
struct OutsideLine {
  std::string_view event;
  std::string_view state = {};
  PackageId package = {};
  std::string_view words = {};
  UserId who;
  Timestamp now;
};
Result<void> put_outside_event(store::Connection& connection, TenantId tenant, OutsideRequestId id, const OutsideLine& line);

// Code::conflict if it is closed.
Result<OutsideRequest> unclosed_of(store::Connection& connection, const store::TenantScope& scope, OutsideRequestId id, Timestamp now);

}  // namespace khien::request

#pragma once

#include "khien/request/requests.hpp"

namespace khien::request {

// A request by its id alone, whoever asks; for the steps of a unit that is in scope.
struct Sent {
  RequestId id;
  UnitId unit;
  Answer answer = Answer::words;
  std::size_t fields = 0;
  bool closed = false;
};
Result<Sent> sent_of(store::Connection& connection, TenantId tenant, RequestId id);

// Of one that can be named by a scope: Code::not_found otherwise.
Result<void> require_visible(store::Connection& connection, const store::TenantScope& scope, RequestId id);

}  // namespace khien::request

#pragma once

#include <string>
#include <utility>
#include <vector>

#include "khien/model/ids.hpp"

namespace khien::api {
class Authenticator;
}

namespace khien::store {

// What a signed-in person may see: unit subtrees of one tenant. The only way to
// load an object of a tenant is a function that takes a scope, and only the
// authenticator makes one. A thing outside the scope is answered exactly as one
// that does not exist: Code::not_found.
class TenantScope {
 public:
  TenantId tenant() const { return tenant_; }
  // Roots of the subtrees.
  const std::vector<UnitId>& roots() const { return roots_; }
  // The roots as a JSON array of numbers, to bind: SQL reads it by json_each.
  const std::string& roots_json() const { return roots_json_; }

  static TenantScope for_test(TenantId tenant, std::vector<UnitId> roots) {
    return TenantScope(tenant, std::move(roots));
  }

 private:
  friend class khien::api::Authenticator;
  TenantScope(TenantId tenant, std::vector<UnitId> roots);

  TenantId tenant_;
  std::vector<UnitId> roots_;
  std::string roots_json_;
};

}  // namespace khien::store

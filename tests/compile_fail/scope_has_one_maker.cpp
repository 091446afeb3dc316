// Only the authenticator says what a person may see.
#include "khien/store/scope.hpp"

const khien::store::TenantScope& borrowed();

auto use() {
#ifdef MISUSE
  return khien::store::TenantScope(khien::TenantId{1}, {khien::UnitId{1}}).tenant();
#else
  return borrowed().tenant();
#endif
}


#include "khien/estate/enrolment.hpp"
#include "khien/estate/machines.hpp"

namespace khien::estate {
namespace {

Error unknown_agent() { return Error(Code::not_found, "no such machine, or not with this certificate"); }

}  // namespace

Result<void> bind_certificate(store::Connection& connection, const AgentIdentity& identity,
                              const Sha256& certificate_sha256, Timestamp not_after, Timestamp overlap_until) {
  TRY(const auto bound, connection.run("UPDATE machine SET certificate_expires_at = ?3 "
                                       "WHERE tenant_id = ?1 AND id = ?2 AND revoked_at IS NULL "
                                       "AND sample_at IS NULL",
                                       {identity.tenant, identity.machine, not_after}));
  if (bound == 0) return Error(Code::denied, "the machine is unknown, revoked or made up");
  // Two at most: the one before the one before is no longer good.
  TRY_VOID(connection.run(
      "DELETE FROM machine_certificate WHERE tenant_id = ?1 AND machine_id = ?2 AND good_until IS NOT NULL",
      {identity.tenant, identity.machine}));
  TRY_VOID(connection.run(
      "UPDATE machine_certificate SET good_until = ?3 WHERE tenant_id = ?1 AND machine_id = ?2",
      {identity.tenant, identity.machine, overlap_until}));
  TRY_VOID(connection.run(
      "INSERT INTO machine_certificate (tenant_id, machine_id, sha256, not_after) VALUES (?1, ?2, ?3, ?4)",
      {identity.tenant, identity.machine, certificate_sha256.view(), not_after}));
  return {};
}

Result<void> check_agent(store::Connection& connection, const AgentIdentity& identity,
                         const Sha256& certificate_sha256) {
  bool found = false;
  bool revoked = false;
  bool over = false;
  // The hub's clock as of the machine's last word: this room has no other, and
  // a certificate beyond its overlap is of use only while the machine speaks.
  TRY_VOID(connection.query(
      "SELECT m.revoked_at IS NOT NULL, coalesce(c.good_until < m.last_seen, 0) FROM machine m "
      "JOIN machine_certificate c ON c.tenant_id = m.tenant_id AND c.machine_id = m.id "
      "WHERE m.tenant_id = ?1 AND m.id = ?2 AND c.sha256 = ?3",
      {identity.tenant, identity.machine, certificate_sha256.view()}, [&](const store::Row& row) -> Result<void> {
        found = true;
        revoked = row.integer(0) != 0;
        over = row.integer(1) != 0;
        return {};
      }));
  if (!found) return unknown_agent();
  if (revoked) return Error(Code::denied, "the machine's certificate was revoked");
  if (over) return Error(Code::denied, "the machine has a newer certificate");
  return {};
}

}  // namespace khien::estate

#include <algorithm>
#include <utility>

#include "row.hpp"

namespace khien::rollout {
namespace {

Result<std::vector<Candidate>> candidates(store::Connection& connection) {
  std::vector<Candidate> all;
  // Made-up machines have nobody who could fetch anything.
  TRY_VOID(connection.query(
      "SELECT m.tenant_id, m.id, m.unit_id, ifnull(k.mark, '') FROM machine m LEFT JOIN content_mark k "
      "ON k.tenant_id = m.tenant_id AND k.machine_id = m.id WHERE m.revoked_at IS NULL AND m.sample_at IS NULL",
      {}, [&](const store::Row& row) -> Result<void> {
        all.push_back({.tenant = {row.integer(0)},
                       .machine = {row.integer(1)},
                       .unit = row.integer(2),
                       .lab = row.text(3) == "lab",
                       .critical = row.text(3) == "critical"});
        return {};
      }));
  return all;
}

Result<void> draw_rings(store::Connection& connection, std::int64_t id, const Sha256& sha256) {
  TRY(const auto all, candidates(connection));
  const auto rings = spread(all, sha256);
  for (std::size_t i = 0; i < all.size(); ++i) {
    TRY_VOID(connection.run("INSERT INTO content_member (release_id, tenant_id, machine_id, ring) VALUES (?1, ?2, ?3, ?4)",
                            {id, all[i].tenant, all[i].machine, static_cast<int>(rings[i])}));
  }
  return {};
}

bool is_final(Standing standing) { return standing == Standing::halted || standing == Standing::rolled_back; }

Result<std::vector<Release>> up_to(store::Connection& connection, std::int64_t most) {
  std::vector<Release> all;
  TRY_VOID(connection.query(KHIEN_RELEASE_COLUMNS "ORDER BY version DESC LIMIT ?1", {most},
                            [&](const store::Row& row) -> Result<void> {
                              TRY(auto one, release_from(row));
                              all.push_back(std::move(one));
                              return {};
                            }));
  return all;
}

}  // namespace

Result<Release> release_from(const store::Row& row) {
  Release release;
  release.id = row.integer(0);
  TRY(release.sha256, Sha256::from_bytes(row.bytes(1)));
  release.version = row.integer(2);
  release.envelope = row.text(3);
  release.size = static_cast<std::uint64_t>(row.integer(4));
  TRY(release.rollout.standing, standing_from_string(row.text(5)));
  release.rollout.ring = static_cast<Ring>(row.integer(6));
  release.rollout.baked = {row.integer(7)};
  release.emergency = row.integer(8) != 0;
  release.rollout.plan = release.emergency ? RingPlan::emergency() : RingPlan::usual();
  release.why = row.text(9);
  release.gate_note = row.text(10);
  release.imported_at = row.time(11);
  release.changed_at = row.time(12);
  return release;
}

Result<std::vector<Release>> releases(store::Connection& connection) { return up_to(connection, 200); }
Result<std::vector<Release>> newest(store::Connection& connection) { return up_to(connection, ContentOffer::kMaxRecalled); }

Result<Release> release(store::Connection& connection, std::int64_t version) {
  std::optional<Release> found;
  TRY_VOID(connection.query(KHIEN_RELEASE_COLUMNS "WHERE version = ?1", {version}, [&](const store::Row& row) -> Result<void> {
    TRY(found, release_from(row));
    return {};
  }));
  if (!found) return Error(Code::not_found, "no release has version " + std::to_string(version));
  return std::move(*found);
}

Result<void> write_standing(store::Connection& connection, const Release& release, Ring ring, Standing standing,
                            std::string_view why, Timestamp now) {
  const std::int64_t baked = ring == release.rollout.ring ? release.rollout.baked.ms : 0;
  TRY_VOID(connection.run(
      "UPDATE content_release SET standing = ?2, ring = ?3, baked_ms = ?4, why = ?5, changed_at = ?6 WHERE id = ?1",
      {release.id, to_string(standing), static_cast<int>(ring), baked, why, now}));
  return {};
}

Result<void> begin(store::Connection& connection, const SignedEnvelope& envelope, bool emergency, std::string_view gate_note,
                   Timestamp now) {
  const Statement& statement = envelope.statement;
  TRY(const auto before, releases(connection));
  for (const Release& other : before) {
    if (other.rollout.standing != Standing::rolling) continue;
    const std::string why = "version " + std::to_string(statement.version) + " came after it";
    TRY_VOID(write_standing(connection, other, other.rollout.ring, Standing::paused, why, now));
  }
  TRY_VOID(connection.run(
      "INSERT INTO content_release (sha256, version, envelope, size, standing, ring, emergency, gate_note, imported_at, "
      "changed_at) VALUES (?1, ?2, ?3, ?4, 'rolling', 0, ?5, ?6, ?7, ?7)",
      {statement.payload_sha256.view(), statement.version, to_json(envelope), statement.payload_size, emergency, gate_note, now}));
  return draw_rings(connection, connection.last_insert_id(), statement.payload_sha256);
}

Result<void> pause(store::Connection& connection, std::int64_t version, std::string_view why, Timestamp now) {
  TRY(const auto found, release(connection, version));
  if (found.rollout.standing != Standing::rolling) return Error(Code::conflict, "it is not rolling");
  return write_standing(connection, found, found.rollout.ring, Standing::paused, why, now);
}

// The bake of its ring is owed again: what was seen before may be why it was paused.
Result<void> resume(store::Connection& connection, std::int64_t version, Timestamp now) {
  TRY(auto found, release(connection, version));
  if (found.rollout.standing != Standing::paused) return Error(Code::conflict, "only what is paused can go on");
  TRY(const auto all, releases(connection));
  for (const Release& other : all) {
    if (other.version > version && !is_final(other.rollout.standing)) return Error(Code::conflict, "a newer release is there");
  }
  found.rollout.baked = {0};
  return write_standing(connection, found, found.rollout.ring, Standing::rolling, "", now);
}

Result<void> roll_back(store::Connection& connection, std::int64_t version, std::string_view why, Timestamp now) {
  TRY(const auto found, release(connection, version));
  if (is_final(found.rollout.standing)) return Error(Code::conflict, "it was taken back already");
  return write_standing(connection, found, found.rollout.ring, Standing::rolled_back, why, now);
}

}  // namespace khien::rollout

#include <utility>

#include "khien/rollout/rollout.hpp"

namespace khien::rollout {
namespace {

Result<void> keep(store::Connection& connection, const Trust& trust) {
  TRY_VOID(connection.run("INSERT INTO content_trust (only, trust) VALUES (1, ?1) ON CONFLICT (only) DO UPDATE SET trust = ?1",
                          {trust.to_json()}));
  return {};
}

}  // namespace

Result<Trust> trust(store::Connection& connection) {
  std::optional<Trust> kept;
  TRY_VOID(connection.query("SELECT trust FROM content_trust", {}, [&](const store::Row& row) -> Result<void> {
    TRY(kept, Trust::from_json(row.text(0)));
    return {};
  }));
  if (!kept) return Error(Code::not_found, "no root is pinned: khien content trust FILE");
  return std::move(*kept);
}

Result<void> take_root(store::Connection& connection, std::string_view signed_root) {
  auto before = trust(connection);
  if (!before && before.error().code() != Code::not_found) return std::move(before).error();
  std::optional<Trust> next;
  if (before) {
    if (before->signed_root() == signed_root) return Error(Code::conflict, "that root is in force");
    next = std::move(before).value();
    TRY_VOID(next->rotate(signed_root));
  } else {
    TRY(next, Trust::pin(signed_root));
  }
  TRY_VOID(connection.run("INSERT INTO content_root (version, signed) VALUES (?1, ?2)", {next->root_version(), signed_root}));
  return keep(connection, *next);
}

Result<void> accept(store::Connection& connection, const SignedEnvelope& envelope, const Sha256& payload_sha256,
                    std::uint64_t payload_size, Timestamp now, std::optional<Error>& refusal) {
  TRY(Trust believed, trust(connection));
  auto accepted = believed.accept(envelope, SignedType::content, kScanContent, payload_sha256, payload_size, now);
  if (!accepted) refusal = std::move(accepted).error();
  return keep(connection, believed);
}

}  // namespace khien::rollout

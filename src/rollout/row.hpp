#pragma once

#include "khien/rollout/rollout.hpp"

namespace khien::rollout {

#define KHIEN_RELEASE_COLUMNS                                                                                        \
  "SELECT id, sha256, version, envelope, size, standing, ring, baked_ms, emergency, why, gate_note, imported_at, " \
  "changed_at FROM content_release "

// The newest few: what a machine can be concerned by.
Result<std::vector<Release>> newest(store::Connection& connection);

Result<Release> release_from(const store::Row& row);

// Standing and ring, and since when; the bake begins anew with the ring.
Result<void> write_standing(store::Connection& connection, const Release& release, Ring ring, Standing standing,
                            std::string_view why, Timestamp now);

}  // namespace khien::rollout

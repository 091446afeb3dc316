#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "khien/api/content_desk.hpp"
#include "khien/core/json.hpp"
#include "khien/model/local_text.hpp"
#include "khien/rollout/view.hpp"

namespace khien::api {

// How releases of content look in the interface. Writers only.

// One worker's trial, as the gate noted it.
struct ContentTrial {
  std::int64_t rules = 0, hashes = 0, hits = 0, misses = 0, loaded_ms = 0, judged_ms = 0;
  std::optional<std::int64_t> before_ms;
};
// This version's worker first, then that of the version before. Empty for a note that
// is none of the gate's.
std::vector<ContentTrial> trials_of(std::string_view gate_note);

// Why a release stands as it does: a sign in words, or what a person wrote.
LocalText content_why(const rollout::Release& release);

void write_content_release(JsonWriter& json, const rollout::Release& release, const std::vector<rollout::Carried>& carried);
// Trial, rings, and when the next ring begins; within an object that is open.
void write_content_progress(JsonWriter& json, const rollout::Release& release,
                            const std::array<rollout::RingFare, rollout::kRings>& rings, Timestamp now);
void write_content_failures(JsonWriter& json, const std::vector<rollout::NamedFailure>& failures);
void write_safe_machines(JsonWriter& json, const std::vector<rollout::NamedMachine>& machines);
void write_holding(JsonWriter& json, const rollout::Holding& holding);
void write_content_hold(JsonWriter& json, const rollout::Hold& hold);
void write_content_trust(JsonWriter& json, const std::optional<Trust>& trust);
void write_trying(JsonWriter& json, const ContentDesk::Trying& trying);

}  // namespace khien::api

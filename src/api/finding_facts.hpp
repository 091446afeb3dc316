#pragma once

#include <optional>
#include <vector>

#include "khien/check/checks.hpp"
#include "khien/core/json.hpp"
#include "khien/model/page_seen.hpp"
#include "khien/store/ledger.hpp"

namespace khien::api {

// schema ObservationRef of an event of the ledger.
void write_observation_ref(JsonWriter& json, const store::StoredEvent& event);

// Named facts of the newest event (the first) for a person: path, size, hash,
// owner, which rule of which pack.
void write_facts(JsonWriter& json, const std::vector<store::StoredEvent>& events, const check::Check* check = nullptr);

// What the newest event says of a page, if it is about one.
std::optional<PageSeen> page_of(const std::vector<store::StoredEvent>& events);

}  // namespace khien::api

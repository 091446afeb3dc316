#include "call.hpp"
#include "dto.hpp"
#include "finding_facts.hpp"
#include "khien/core/hash.hpp"
#include "khien/flow/findings.hpp"
#include "problem.hpp"

namespace khien::api::route {

Reply get_observation(Call& call) {
  return call.read([&](store::Connection& connection) -> Result<Reply> {
    TRY(const auto record,
        flow::get_observation(connection, call.services.ledger, call.scope(), ObservationId{call.object}));
    const store::StoredEvent& event = record.event;
    JsonWriter json;
    json.begin_object().key("observation");
    write_observation_ref(json, event);
    json.key("asset");
    write_asset(json, record.asset, record.asset_name);
    json.field("stream", event.stream.hex()).field("epoch", std::int64_t{event.epoch});
    json.field("seq", static_cast<std::int64_t>(event.seq)).field("raw", event.text);
    // Recomputed now: the screen's word that the bytes are those acknowledged.
    json.field("hash_ok", sha256(event.text) == event.sha256).end_object();
    return call.json(json);
  });
}

}  // namespace khien::api::route

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/hash.hpp"
#include "khien/core/result.hpp"
#include "khien/core/time.hpp"
#include "khien/model/asset.hpp"
#include "khien/model/finding.hpp"
#include "khien/model/ids.hpp"
#include "khien/store/connection.hpp"

namespace khien::flow {

// The observation that speaks, where it was made and when the hub received it.
// By the hub's clock: an agent's may be wrong or lie.
struct Sighting {
  TenantId tenant;
  AssetId asset;
  UnitId unit;
  ObservationId observation;
  Timestamp at;
};

// What a claim did to a finding.
struct Touched {
  FindingId id;
  bool counts_changed = false;  // what recount() counts is no longer the same
};

// New facts settle a finding once: an observation that is not newer than those
// that already spoke changes nothing. `again` is the view of reconsider(), whose
// facts are old: there a present claim also reopens what was withdrawn. Of the advisory
// judge, whose old fact is the whole inventory that still stands, also what is resolved;
// and its severity is the claim's.
enum class Fact : unsigned char { fresh, again };

// A `present` claim. Nothing is touched if it changed nothing.
struct Circumstances {
  Fact fact = Fact::fresh;
  bool has_room = true;  // for a finding that is not known yet
  std::optional<Sha256> bytes;  // that it is about
};
struct Seen {
  std::optional<Touched> touched;
  bool is_new = false;
  bool no_room = false;
};
Result<Seen> see(store::Connection& connection, const Sighting& sighting, const Claim& claim,
                 const Circumstances& circumstances);
// A `gone` claim: every finding of that judge, asset and subject.
// `note` is a word of the road for the history: how it went, if that is known.
Result<std::vector<Touched>> settle_gone(store::Connection& connection, const Sighting& sighting, const Claim& claim,
                                         std::string_view note = {});
// The rule that found it no longer holds on the very observation that showed it.
// None if something spoke since: `settled_through` is as it was when judged anew.
Result<std::optional<Touched>> withdraw(store::Connection& connection, TenantId tenant, FindingId id,
                                        ObservationId settled_through, Timestamp at);

// What showed a finding of a whole inventory went (`mended`), or its rule does not hold
// any more. What a person said of it is over with it.
Result<Touched> end_match(store::Connection& connection, const Sighting& sighting, FindingId id, bool mended);

// The road has no more reason to keep it open. None if it is closed.
Result<std::optional<Touched>> close(store::Connection& connection, TenantId tenant, FindingId id, Timestamp at);

// A person let these bytes back, and the agent says that they are: the machine's
// findings of that file with these bytes are suppressed in his name, until then.
struct Allowance {
  std::string path;
  Sha256 sha256;
  Timestamp until;
  UserId who;
  std::string reason;
};
Result<std::vector<Touched>> allow(store::Connection& connection, const Sighting& sighting, const Allowance& allowance);
// The day is over: see finding_states.hpp. None if it has no allowance any more.
Result<std::optional<Touched>> end_allowance(store::Connection& connection, TenantId tenant, FindingId id,
                                             Timestamp at);

// Notes a transition as number `number` of the finding. `who` {0} is the road.
struct Transition {
  TenantId tenant;
  FindingId finding;
  std::int64_t number = 1;
  Timestamp at;
  UserId who;
  FindingState state = FindingState::new_;
  std::string_view effect;
  std::string_view note;
};
Result<void> put_history(store::Connection& connection, const Transition& transition);

// Counts the asset's open findings anew and tells estate. Malware is what the
// scan judge calls high or critical; below, a file is suspicious (scan's packs).
Result<void> recount(store::Connection& connection, TenantId tenant, AssetId asset);

}  // namespace khien::flow

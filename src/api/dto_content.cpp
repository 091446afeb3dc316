#include "dto_content.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "dto.hpp"

namespace khien::api {
namespace {

constexpr std::int64_t kMinute = 60'000;

void write_integer_or_null(JsonWriter& json, std::string_view name, std::optional<std::int64_t> value) {
  json.key(name);
  value ? json.integer(*value) : json.null();
}

std::vector<std::int64_t> numbers_in(std::string_view text) {
  std::vector<std::int64_t> numbers;
  const char* at = text.data();
  const char* const end = at + text.size();
  while (at != end) {
    std::int64_t number = 0;
    const auto [behind, problem] = std::from_chars(at, end, number);
    if (problem == std::errc() && *at != '-') {
      numbers.push_back(number);
      at = behind;
    } else {
      ++at;
    }
  }
  return numbers;
}

// As step.cpp notes the sign: its name, then its figures.
rollout::Halt halt_of(const rollout::Release& release) {
  if (release.rollout.standing != rollout::Standing::halted) return rollout::Halt::none;
  for (const auto halt : {rollout::Halt::failures, rollout::Halt::silence, rollout::Halt::processor, rollout::Halt::alerts}) {
    if (release.why.starts_with(to_string(halt))) return halt;
  }
  return rollout::Halt::none;
}

LocalText halt_words(rollout::Halt halt, std::string_view why) {
  auto figures = numbers_in(why);
  figures.resize(4);
  const auto of = [&](std::size_t i) { return std::to_string(figures[i]); };
  switch (halt) {
    case rollout::Halt::failures:
      return {"Trình quét hỏng " + of(0) + " lần vì bản này.", "The scanner failed " + of(0) + " times because of it."};
    case rollout::Halt::silence:
      return {of(0) + " trên " + of(1) + " máy có bản này mất liên lạc; các máy khác: " + of(2) + " trên " + of(3) + ".",
              of(0) + " of " + of(1) + " machines with it are silent; of the others " + of(2) + " of " + of(3) + "."};
    case rollout::Halt::processor:
      return {"Máy có bản này dùng " + of(0) + "‰ một nhân bộ xử lý (p95); các máy khác " + of(1) + "‰.",
              "Machines with it take " + of(0) + "‰ of a core (p95), the others " + of(1) + "‰."};
    case rollout::Halt::alerts:
      return {of(0) + " phát hiện trên " + of(1) + " máy có bản này; các máy khác: " + of(2) + " trên " + of(3) + ".",
              of(0) + " detections on " + of(1) + " machines with it; " + of(2) + " on " + of(3) + " others."};
    case rollout::Halt::none: break;
  }
  return {};
}

void write_trials(JsonWriter& json, const std::vector<ContentTrial>& trials) {
  json.key("trials").begin_array();
  for (std::size_t i = 0; i < trials.size(); ++i) {
    const ContentTrial& trial = trials[i];
    json.begin_object().field("previous_worker", i > 0).field("rules", trial.rules).field("hashes", trial.hashes);
    json.field("hits", trial.hits).field("misses", trial.misses).field("loaded_ms", trial.loaded_ms);
    json.field("judged_ms", trial.judged_ms);
    write_integer_or_null(json, "before_ms", trial.before_ms);
    json.end_object();
  }
  json.end_array();
}

void write_ring(JsonWriter& json, const rollout::Release& release, rollout::Ring ring, const rollout::RingFare& fare) {
  const auto carrying = fare.probation + fare.good;
  const auto standing = release.rollout.standing;
  // What was taken back nobody is behind with.
  const bool wanted = standing != rollout::Standing::halted && standing != rollout::Standing::rolled_back;
  const bool begun = wanted && (standing == rollout::Standing::done || ring <= release.rollout.ring);
  json.begin_object().field("ring", to_string(ring)).field("members", fare.members).field("carrying", carrying);
  json.field("probation", fare.probation).field("given", fare.given).field("failed", fare.failed);
  json.field("lagging", begun ? fare.members - carrying - fare.given - fare.failed : 0).field("silent", fare.silent);
  const bool last = ring == rollout::Ring::critical;
  write_integer_or_null(json, "bake_minutes", last ? std::nullopt : std::optional(release.rollout.plan.bake(ring).ms / kMinute));
  json.end_object();
}

void write_place(JsonWriter& json, const rollout::NamedMachine& machine) {
  json.key("machine");
  write_ref(json, machine.machine.value, machine.name);
  json.key("unit");
  write_ref(json, machine.unit.value, machine.unit_name);
}

}  // namespace

std::vector<ContentTrial> trials_of(std::string_view gate_note) {
  std::vector<ContentTrial> trials;
  while (!gate_note.empty()) {
    const auto end = std::min(gate_note.find("; "), gate_note.size());
    const auto one = gate_note.substr(0, end);
    gate_note.remove_prefix(std::min(end + 2, gate_note.size()));
    const auto figures = numbers_in(one);
    if (figures.size() < 6 || one.find(" rules, ") == one.npos) return {};
    trials.push_back({figures[0], figures[1], figures[2], figures[3], figures[4], figures[5],
                      figures.size() > 6 ? std::optional(figures[6]) : std::nullopt});
  }
  return trials;
}

LocalText content_why(const rollout::Release& release) {
  if (const auto halt = halt_of(release); halt != rollout::Halt::none) return halt_words(halt, release.why);
  // As begin() notes it.
  if (release.rollout.standing == rollout::Standing::paused && release.why.ends_with(" came after it")) {
    const auto figures = numbers_in(release.why);
    const auto newer = figures.empty() ? std::string() : std::to_string(figures[0]);
    return {"Phiên bản " + newer + " đến sau.", "Version " + newer + " came after it."};
  }
  return {release.why, release.why};
}

void write_content_release(JsonWriter& json, const rollout::Release& release, const std::vector<rollout::Carried>& carried) {
  json.begin_object().field("version", release.version).field("sha256", release.sha256.hex());
  json.field("size", static_cast<std::int64_t>(release.size)).field("standing", to_string(release.rollout.standing));
  json.field("ring", to_string(release.rollout.ring)).field("emergency", release.emergency).key("halt");
  const auto halt = halt_of(release);
  halt == rollout::Halt::none ? json.null() : json.string(to_string(halt));
  json.key("why");
  write_text(json, content_why(release));
  json.field("imported_at", release.imported_at).field("changed_at", release.changed_at);
  // Ours: it was canonical when it was taken.
  const auto envelope = signed_envelope_from_json(release.envelope);
  json.field("issued_at", envelope ? envelope->statement.issued_at : release.imported_at);
  json.field("expires_at", envelope ? envelope->statement.expires_at : release.imported_at).key("signers").begin_array();
  if (envelope) {
    for (const auto& signature : envelope->signatures) json.string(signature.key.hex());
  }
  json.end_array();
  const auto found = std::ranges::find(carried, release.sha256, &rollout::Carried::sha256);
  json.field("carrying", found == carried.end() ? std::int64_t{0} : found->machines).end_object();
}

void write_content_progress(JsonWriter& json, const rollout::Release& release,
                            const std::array<rollout::RingFare, rollout::kRings>& rings, Timestamp now) {
  const rollout::Rollout& rollout = release.rollout;
  json.field("gate", release.gate_note);
  write_trials(json, trials_of(release.gate_note));
  json.key("rings").begin_array();
  for (std::size_t i = 0; i < rings.size(); ++i) write_ring(json, release, static_cast<rollout::Ring>(i), rings[i]);
  json.end_array().field("baked_minutes", rollout.baked.ms / kMinute).key("next_ring_at");
  if (rollout.standing != rollout::Standing::rolling || rollout.ring == rollout::Ring::critical) {
    json.null();
    return;
  }
  const Duration left{std::max<std::int64_t>(0, rollout.plan.bake(rollout.ring).ms - rollout.baked.ms)};
  json.string(to_rfc3339(now + left));
}

void write_content_failures(JsonWriter& json, const std::vector<rollout::NamedFailure>& failures) {
  json.key("failures").begin_array();
  for (const auto& failure : failures) {
    json.begin_object();
    write_place(json, failure.where);
    json.field("failures", failure.failures).field("reason", failure.reason).field("detail", failure.detail);
    json.field("at", failure.where.at).end_object();
  }
  json.end_array();
}

void write_safe_machines(JsonWriter& json, const std::vector<rollout::NamedMachine>& machines) {
  json.key("safe_machines").begin_array();
  for (const auto& machine : machines) {
    json.begin_object();
    write_place(json, machine);
    json.field("at", machine.at).end_object();
  }
  json.end_array();
}

void write_holding(JsonWriter& json, const rollout::Holding& holding) {
  json.key("machines").begin_object().field("total", holding.machines);
  for (const auto state : {ContentState::factory, ContentState::probation, ContentState::good, ContentState::safe}) {
    json.field(to_string(state), holding.by_state.at(static_cast<std::size_t>(state)));
  }
  json.field("unheard", holding.unheard).end_object();
}

void write_content_hold(JsonWriter& json, const rollout::Hold& hold) {
  constexpr std::array<std::string_view, 4> kKinds{"none", "pin", "delay", "freeze"};
  using Kind = rollout::Hold::Kind;
  json.key("hold").begin_object().field("kind", kKinds.at(static_cast<std::size_t>(hold.kind)));
  write_integer_or_null(json, "version", hold.kind == Kind::pin ? std::optional(hold.version) : std::nullopt);
  write_integer_or_null(json, "delay_hours", hold.kind == Kind::delay ? std::optional(hold.delay_hours) : std::nullopt);
  json.end_object();
}

void write_content_trust(JsonWriter& json, const std::optional<Trust>& trust) {
  json.key("trust");
  if (!trust) {
    json.null();
    return;
  }
  const auto& roles = trust->root().roles;
  const auto role = std::ranges::find(roles, SignedType::content, &SigningRole::type);
  const bool named = role != roles.end();
  json.begin_object().field("root_version", trust->root_version()).field("expires_at", trust->root_expires_at());
  json.field("threshold", named ? static_cast<std::int64_t>(role->threshold) : std::int64_t{0});
  json.field("keys", named ? static_cast<std::int64_t>(role->keys.size()) : std::int64_t{0}).end_object();
}

void write_trying(JsonWriter& json, const ContentDesk::Trying& trying) {
  json.begin_object().field("version", trying.version).field("since", trying.since);
  write_time(json, "ended_at", trying.ended_at);
  json.field("refusal", trying.refusal).end_object();
}

}  // namespace khien::api

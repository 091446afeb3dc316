#include <algorithm>
#include <utility>

#include "call.hpp"
#include "dto_content.hpp"
#include "events.hpp"
#include "khien/core/bytes.hpp"
#include "khien/core/text.hpp"
#include "khien/estate/units.hpp"
#include "problem.hpp"

namespace khien::api {
namespace {

constexpr std::size_t kMostNamed = 50;

constexpr Words kNotTheHub{"Bản cập nhật nội dung là của toàn hệ thống. Chỉ người phụ trách toàn tỉnh được làm việc này.",
                           "Content is everybody's. Only who answers for the whole province may do this."};
constexpr Words kNotNow{"Bản này đang ở trạng thái không cho phép thao tác. Tải lại rồi thử lại.",
                        "The release's state does not allow this. Reload and try again."};
constexpr Words kUnsigned{"Tệp chưa đủ chữ ký của những người được ký nội dung.",
                          "The file is not signed by enough of those who may sign content."};
constexpr Words kNoTrust{"Trung tâm chưa được cài gốc tin cậy (khien content trust).",
                         "The hub has no root of trust yet (khien content trust)."};
constexpr Words kThereAlready{"Phiên bản này đã có, hoặc một bản khác đang được chạy thử.",
                              "This version is there already, or another one is being tried."};
constexpr Words kNotSigned{"Đây không phải bản cập nhật nội dung đã ký (.khienpack).",
                           "This is not a signed release of content (.khienpack)."};

std::string content_object(std::int64_t version) { return "content:" + std::to_string(version); }

// A release goes to the machines of everybody: who acts on it answers for the hub's own
// province, and for all of it.
Result<bool> answers_for_hub(const Call& call, store::Connection& connection) {
  const auto role = call.who->role;
  if (role != Role::province_admin && role != Role::soc_operator) return false;
  TRY(const auto tenants, estate::all_tenants(connection));
  if (tenants.empty() || tenants.front() != call.who->tenant()) return false;
  TRY(const auto root, estate::root_unit(connection, call.who->tenant()));
  return std::ranges::find(call.scope().roots(), root) != call.scope().roots().end();
}

bool is_final(rollout::Standing standing) {
  return standing == rollout::Standing::halted || standing == rollout::Standing::rolled_back;
}

// As releases.cpp has it: only the newest that stands goes on.
Result<void> write_may(JsonWriter& json, const Call& call, store::Connection& connection, const rollout::Release& release) {
  TRY(const bool answers, answers_for_hub(call, connection));
  TRY(const auto all, rollout::releases(connection));
  const bool newest = std::ranges::none_of(all, [&](const auto& other) {
    return other.version > release.version && !is_final(other.rollout.standing);
  });
  const auto standing = release.rollout.standing;
  json.key("may").begin_array();
  if (answers && standing == rollout::Standing::rolling) json.string("halt");
  if (answers && standing == rollout::Standing::paused && newest) json.string("resume");
  if (answers && !is_final(standing)) json.string("take_back");
  json.end_array();
  return {};
}

Result<Reply> one_release(const Call& call, store::Connection& connection, std::int64_t version) {
  TRY(const auto release, rollout::release(connection, version));
  TRY(const auto carried, rollout::carried(connection, call.scope()));
  TRY(const auto rings, rollout::ring_fares(connection, call.scope(), release, call.now));
  TRY(const auto failures, rollout::failures_in(connection, call.scope(), release.sha256, kMostNamed));
  JsonWriter json;
  json.begin_object().key("release");
  write_content_release(json, release, carried);
  write_content_progress(json, release, rings, call.now);
  write_content_failures(json, failures);
  TRY_VOID(write_may(json, call, connection, release));
  json.end_object();
  return call.json(json);
}

Result<std::optional<Trust>> trust_or_none(store::Connection& connection) {
  auto trust = rollout::trust(connection);
  if (trust) return std::optional(std::move(trust).value());
  if (trust.error().code() == Code::not_found) return std::optional<Trust>();
  return std::move(trust).error();
}

std::optional<std::int64_t> last_good(const std::vector<rollout::Release>& all) {
  const auto done = [](const auto& one) { return one.rollout.standing == rollout::Standing::done; };
  const auto found = std::ranges::find_if(all, done);
  return found == all.end() ? std::nullopt : std::optional(found->version);
}

Result<void> write_lists(JsonWriter& json, const Call& call, store::Connection& connection) {
  TRY(const auto all, rollout::releases(connection));
  TRY(const auto carried, rollout::carried(connection, call.scope()));
  json.key("items").begin_array();
  for (const auto& one : all) write_content_release(json, one, carried);
  json.end_array().key("last_good");
  const auto good = last_good(all);
  good ? json.integer(*good) : json.null();
  TRY(const auto held, rollout::holding(connection, call.scope()));
  write_holding(json, held);
  TRY(const auto safe, rollout::in_safe_mode(connection, call.scope(), kMostNamed));
  write_safe_machines(json, safe);
  return {};
}

Reply not_started(const Error& error) {
  switch (error.code()) {
    case Code::denied: return problem(403, "denied", kUnsigned, "content");
    case Code::not_found: return problem(409, "conflict", kNoTrust);
    case Code::conflict: return problem(409, "conflict", kThereAlready);
    case Code::invalid:
    case Code::corrupt:
    case Code::exhausted: return problem(422, "invalid", kNotSigned, "content");
    default: return refusal(error);
  }
}

Result<void> act(const Call& call, store::Connection& connection, std::int64_t version, std::string_view what,
                 const std::string& reason) {
  if (what == "halt") return rollout::pause(connection, version, reason, call.now);
  if (what == "resume") return rollout::resume(connection, version, call.now);
  return rollout::roll_back(connection, version, reason, call.now);
}

// As the command line's audit entries are called.
std::string action_of(std::string_view what) {
  return "content." + std::string(what == "take_back" ? "rollback" : what);
}

}  // namespace

namespace route {

Reply list_content_releases(Call& call) {
  return call.read([&](store::Connection& connection) -> Result<Reply> {
    JsonWriter json;
    json.begin_object();
    TRY_VOID(write_lists(json, call, connection));
    TRY(const auto hold, rollout::hold_of(connection, call.who->tenant()));
    write_content_hold(json, hold);
    TRY(const auto trust, trust_or_none(connection));
    write_content_trust(json, trust);
    TRY(const bool answers, answers_for_hub(call, connection));
    auto* const desk = call.services.options.content_desk.get();
    const auto trying = desk != nullptr && answers ? desk->trying() : std::nullopt;
    json.key("trying");
    if (trying) {
      write_trying(json, *trying);
    } else {
      json.null();
    }
    json.field("may_start", desk != nullptr && answers && call.who->role == Role::province_admin).end_object();
    return call.json(json);
  });
}

Reply get_content_release(Call& call) {
  return call.read([&](store::Connection& connection) {
    return one_release(call, connection, call.query_integer("version").value_or(0));
  });
}

Reply start_content_release(Call& call) {
  const auto allowed = call.read([&](store::Connection& connection) -> Result<Reply> {
    TRY(const bool answers, answers_for_hub(call, connection));
    return answers ? call.done() : problem(403, "denied", kNotTheHub);
  });
  if (allowed.status >= 400) return allowed;
  auto* const desk = call.services.options.content_desk.get();
  if (desk == nullptr) return unavailable();
  // Not through text(): to compose 20 MB of base64 would change nothing.
  const auto content = call.body->string_at("content");
  const auto file = content ? from_base64(*content) : Result<Bytes>(content.error());
  if (!file) return invalid("content");
  const auto begun = desk->start(*file, call.flag("emergency").value_or(false),
                                 {call.who->tenant(), call.who->username, std::string(call.address())});
  if (!begun) return not_started(begun.error());
  JsonWriter json;
  write_trying(json, *begun);
  return call.json(json);
}

Reply act_on_content_release(Call& call) {
  const auto version = call.integer("version").value_or(0);
  const auto what = call.text("act").value_or("");
  const auto reason = call.text("reason").value_or("");
  const bool blank = reason.find_first_not_of(" \t\r\n") == reason.npos;
  auto reply = call.write([&](store::Connection& connection) -> Result<Reply> {
    TRY(const bool answers, answers_for_hub(call, connection));
    if (!answers) return problem(403, "denied", kNotTheHub);
    if (blank && what != "resume") return invalid("reason");
    const auto done = act(call, connection, version, what, reason);
    if (!done) return refusal(done.error(), {.conflict = &kNotNow});
    TRY_VOID(call.audit(connection, action_of(what), content_object(version), reason));
    return one_release(call, connection, version);
  });
  if (reply.status < 400) call.services.events.publish_to_all("content", version);
  return reply;
}

}  // namespace route
}  // namespace khien::api

#include <fcntl.h>

#include <utility>

#include "agent_api_impl.hpp"
#include "khien/core/file.hpp"
#include "khien/core/log.hpp"
#include "khien/core/replacing_file.hpp"
#include "khien/estate/units.hpp"
#include "khien/rollout/rollout.hpp"
#include "khien/rollout/view.hpp"
#include "khien/store/audit_log.hpp"

namespace khien::api {
namespace {

constexpr std::size_t kMostContentReport = 32u << 10;
constexpr Duration kJudgeRolloutsEvery = seconds(10);

}  // namespace

net::Response AgentApi::Impl::content(const net::Request& request) {
  const auto identity = trust.check(request);
  if (!identity) return refusal(identity.error());
  if (options.content_folder.empty()) return agent_refused(404, "not_found", "no such operation");
  if (request.body->size() > kMostContentReport) return agent_refused(413, "exhausted", "the report is too large");
  const auto report = content_report_from_json(*request.body);
  if (!report) return refusal(report.error());
  ContentOffer offer;
  const auto written = hub.write([&](store::Connection& connection) -> Result<void> {
    TRY(offer, rollout::answer(connection, *identity, *report, env.clock.now()));
    return {};
  });
  return written ? agent_answer(200, to_json(offer)) : refusal(written.error());
}

// The name of the file is a hash of ours, never a text of theirs.
net::Response AgentApi::Impl::content_piece(const net::Request& request) {
  const auto identity = trust.check(request);
  if (!identity) return refusal(identity.error());
  if (options.content_folder.empty()) return agent_refused(404, "not_found", "no such operation");
  const auto wanted = content_piece_from_json(*request.body);
  if (!wanted) return refusal(wanted.error());
  const auto allowed = hub.read([&](store::Connection& connection) -> Result<void> {
    return rollout::check_fetch(connection, *identity, wanted->sha256);
  });
  if (!allowed) return refusal(allowed.error());
  const Fd file(::open((options.content_folder + "/" + wanted->sha256.hex() + ".release").c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!file) return refusal(Error(Code::unavailable, "the release's file is not there"));
  std::string bytes(ContentPiece::kMaxPiece, '\0');
  const auto got = read_at(file, wanted->offset, std::as_writable_bytes(std::span(bytes)));
  if (!got) return refusal(got.error());
  bytes.resize(*got);
  net::Response response;
  response.headers.add("Content-Type", "application/octet-stream");
  response.headers.add("Cache-Control", "no-store");
  response.body = std::move(bytes);
  return response;
}

// Rings go on, or a release is halted, by what machines told until now.
void AgentApi::Impl::judge_rollouts() {
  const Duration now = env.clock.monotonic();
  if (rollouts_judged && now.ms - rollouts_judged->ms < kJudgeRolloutsEvery.ms) return;
  const Duration passed{rollouts_judged ? now.ms - rollouts_judged->ms : 0};
  rollouts_judged = now;
  std::vector<rollout::Change> changes;
  const auto judged = hub.write([&](store::Connection& connection) -> Result<void> {
    TRY(changes, rollout::step(connection, passed, env.clock.now()));
    if (changes.empty()) return {};
    TRY(const auto tenants, estate::all_tenants(connection));
    for (const auto& change : changes) {
      for (const TenantId tenant : tenants) {
        TRY_VOID(store::append_audit(connection, tenant,
                                     {.at = env.clock.now(),
                                      .who = "system",
                                      .action = "content." + std::string(to_string(change.decision.standing)),
                                      .object = "content:" + std::to_string(change.version),
                                      .detail = std::string(to_string(change.decision.ring)) + " " +
                                                std::string(to_string(change.decision.halt)),
                                      .address = "local"}));
      }
    }
    return {};
  });
  if (!judged) log_error("agent_api.rollouts_not_judged", {{"error", judged.error().what()}});
  for (const auto& change : changes) {
    log_warning("content.rollout", {{"version", change.version},
                                    {"ring", to_string(change.decision.ring)},
                                    {"standing", to_string(change.decision.standing)},
                                    {"halt", to_string(change.decision.halt)}});
  }
  tell_of_rollouts();
}

// Whoever shows how releases fare asks again, and only when it has changed.
void AgentApi::Impl::tell_of_rollouts() {
  if (!options.on_content) return;
  std::int64_t newest = 0;
  Sha256 pulse;
  const auto read = hub.read([&](store::Connection& connection) -> Result<void> {
    TRY(const auto all, rollout::releases(connection));
    if (!all.empty()) newest = all.front().version;
    TRY(pulse, rollout::pulse(connection));
    return {};
  });
  if (!read) return log_error("agent_api.rollouts_not_told", {{"error", read.error().what()}});
  const bool is_first = !content_pulse;
  if (std::exchange(content_pulse, pulse) == pulse || is_first) return;
  options.on_content(newest);
}

}  // namespace khien::api

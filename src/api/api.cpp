#include "khien/api/api.hpp"

#include <exception>
#include <mutex>
#include <utility>

#include "authenticator.hpp"
#include "call.hpp"
#include "checkpoints.hpp"
#include "counters.hpp"
#include "download.hpp"
#include "events.hpp"
#include "incident_call.hpp"
#include "khien/core/assert.hpp"
#include "khien/core/log.hpp"
#include "khien/core/signature.hpp"
#include "khien/store/audit_log.hpp"
#include "origin.hpp"
#include "password.hpp"
#include "problem.hpp"
#include "route.hpp"
#include "rules.hpp"
#include "static_files.hpp"
#include "try_limits.hpp"
#include "workers.hpp"

namespace khien::api {
namespace {

constexpr std::string_view kApiPrefix = "/api/";
constexpr std::size_t kMostRequestsWaiting = 256;
constexpr std::size_t kMostPasswordsWaiting = 16;
constexpr Duration kKeepAliveEvery = seconds(15);
constexpr Duration kCheckStreamsEvery = seconds(5);
constexpr Duration kSweepEvery = minutes(10);

constexpr Words kChangePasswordFirst{"Bạn cần đổi mật khẩu dùng một lần trước khi tiếp tục.",
                                     "Change your one-time password first."};
constexpr Words kForeignPage{"Yêu cầu không đến từ trang của Khiên.", "The request does not come from a page of Khiên."};
constexpr Words kStepUpRequired{"Hãy xác thực lại trước khi làm việc này.", "Prove who you are again before this."};
constexpr Words kTooLarge{"Dữ liệu gửi lên quá lớn.", "The request is too large."};

bool takes_a_password(Operation operation) {
  switch (operation) {
    case Operation::sign_in:
    case Operation::step_up:
    case Operation::change_password:
    case Operation::create_user:
    case Operation::reset_password: return true;
    default: return false;
  }
}

// What a person with a one-time password may still do.
bool allowed_before_change(Operation operation) {
  return operation == Operation::get_session || operation == Operation::sign_out ||
         operation == Operation::change_password;
}

bool is_json(const net::Headers& headers) {
  const auto type = headers.get("content-type").value_or("");
  return type == "application/json" || type.starts_with("application/json;");
}

net::Response to_response(Reply reply) {
  net::Response response;
  response.status = reply.status;
  if (reply.stream) {
    response.headers.add("Content-Type", "text/event-stream");
  } else if (!reply.body.empty()) {
    response.headers.add("Content-Type", reply.media_type);
  }
  response.headers.add("Cache-Control", "no-store");
  if (reply.download) response.headers.add("Content-Disposition", attachment(*reply.download));
  if (reply.retry_after) {
    response.headers.add("Retry-After", std::to_string((reply.retry_after->ms + 999) / 1000));
  }
  if (reply.cookie) {
    // A browser drops a cookie whose age is 0.
    response.headers.add("Set-Cookie", "__Host-khien=" + *reply.cookie + "; Path=/; Secure; HttpOnly; SameSite=Strict" +
                                           (reply.cookie->empty() ? "; Max-Age=0" : ""));
  }
  response.body = std::move(reply.body);
  response.stream = std::move(reply.stream);
  add_security_headers(response, reply.download ? kSandboxedPolicy : kPagePolicy);
  return response;
}

}  // namespace

struct Api::Impl {
  Impl(store::Store& hub_store, store::Ledger& hub_ledger, const Env& environment, ApiOptions given,
       Bytes public_key, std::unique_ptr<Passwords> checker)
      : options(std::move(given)),
        env(environment),
        audit_public_key(std::move(public_key)),
        passwords(std::move(checker)),
        authenticator(hub_store, env.clock, env.random, options),
        tries(env.clock, options.sign_in.per_account, options.sign_in.per_address, options.sign_in.in_all),
        events(to_hex(env.random.bytes(8))),
        checkpoints(hub_store, env.clock, options),
        services{hub_store,        hub_ledger,    env.clock, env.random, options,
                 audit_public_key, authenticator, tries,     *passwords, events,
                 counters,         options.law,   documents},
        password_workers(options.password_threads, kMostPasswordsWaiting),
        workers(options.threads, kMostRequestsWaiting) {}

  Reply answer(const net::Request& request, const RouteMatch& match);
  Reply answer_with_body(Call& call);
  Reply answer_known(const net::Request& request, const RouteMatch& match, const Principal& who);
  Reply guarded(const net::Request& request, const RouteMatch& match);
  std::optional<Reply> refused_early(const net::Request& request, const Route& route);
  void count(const Reply& reply);
  void check_streams();

  const ApiOptions options;
  const Env env;
  const Bytes audit_public_key;
  std::unique_ptr<Passwords> passwords;
  Authenticator authenticator;
  TryLimits tries;
  EventHub events;
  Checkpoints checkpoints;
  Counters counters;
  std::mutex documents;
  Services services;
  Duration kept_alive_at;
  Duration checked_at;
  Duration swept_at;
  // Last, so that they stop before what they use goes.
  Workers password_workers;
  Workers workers;
};

Result<std::unique_ptr<Api>> Api::create(store::Store& hub, store::Ledger& ledger, const Env& env, ApiOptions options) {
  TRY(auto public_key, ed25519_public_key(options.audit_secret_key));
  if (!options.law) {
    TRY(options.law, duty::Catalogues::create({}));
  }
  TRY(auto passwords, Passwords::create(options.password_cost, env.random));
  auto impl =
      std::make_unique<Impl>(hub, ledger, env, std::move(options), std::move(public_key), std::move(passwords));
  return std::unique_ptr<Api>(new Api(std::move(impl)));
}

Api::Api(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Api::~Api() = default;

void Api::handle(net::Request request, net::Responder respond) {
  if (!request.path.starts_with(kApiPrefix)) {
    auto response = answer_static(impl_->options.ui, request);
    add_security_headers(response);
    return respond(std::move(response));
  }
  ++impl_->counters.requests;
  const auto match = match_route(request.method, request.path);
  auto early = match ? impl_->refused_early(request, *match->route) : not_found();
  if (early) {
    impl_->count(*early);
    return respond(to_response(std::move(*early)));
  }
  auto& pool = takes_a_password(match->route->operation) ? impl_->password_workers : impl_->workers;
  auto job = [this, match, respond, request = std::make_shared<const net::Request>(std::move(request))] {
    auto reply = impl_->guarded(*request, *match);
    impl_->count(reply);
    respond(to_response(std::move(reply)));
  };
  if (!pool.post(std::move(job))) {
    auto reply = exhausted(seconds(2));
    impl_->count(reply);
    respond(to_response(std::move(reply)));
  }
}

std::size_t Api::most_body_bytes(net::Method method, std::string_view path, const net::Headers& headers) const {
  // Before anything is known of the peer: whoever shows no session gets no room.
  const auto match = match_route(method, path);
  return match && !match->route->is_public && session_cookie(headers) ? match->route->most_body_bytes : 0;
}

void Api::Impl::count(const Reply& reply) {
  if (reply.status >= 500) {
    ++counters.failed;
  } else if (reply.status >= 400) {
    ++counters.refused;
  }
}

// What can be said without a thread, a lock on the database or a hash.
std::optional<Reply> Api::Impl::refused_early(const net::Request& request, const Route& route) {
  if (!is_from_our_page(request)) return problem(403, "denied", kForeignPage);
  if (request.body->size() > route.most_body_bytes) return problem(413, "exhausted", kTooLarge);
  if (route.is_public) {
    const auto wait = tries.wait_for_address(request.peer_address);
    if (wait.ms > 0) return exhausted(wait);
  } else if (!session_cookie(request.headers)) {
    return unauthenticated();
  }
  return std::nullopt;
}

// One catch for a request: a fault in one answer is not the hub's end.
Reply Api::Impl::guarded(const net::Request& request, const RouteMatch& match) {
  try {
    return answer(request, match);
  } catch (const std::exception& fault) {
    log_error("api.exception", {{"operation", match.route->name}, {"error", std::string_view(fault.what())}});
    return internal();
  }
}

Reply Api::Impl::answer(const net::Request& request, const RouteMatch& match) {
  const Route& route = *match.route;
  if (route.is_public) {
    Call call{.services = services, .request = request, .route = route, .now = env.clock.now()};
    return answer_with_body(call);
  }
  const auto who = authenticator.authenticate(request);
  if (who) return answer_known(request, match, *who);
  return who.error().code() == Code::denied ? unauthenticated() : refusal(who.error());
}

// The checks of invariant (2), in the order in which they tell least.
Reply Api::Impl::answer_known(const net::Request& request, const RouteMatch& match, const Principal& who) {
  const Route& route = *match.route;
  const auto now = env.clock.now();
  if (route.method != net::Method::get && !has_csrf_token(request, who.csrf)) return problem(403, "denied", kForeignPage);
  if (who.must_change_password && !allowed_before_change(route.operation)) {
    return problem(403, "denied", kChangePasswordFirst);
  }
  if (!route.allows(who.role)) {
    const bool changes_incident = route.method != net::Method::get && (route.object == ObjectKind::incident || route.object == ObjectKind::incident_task);
    if (changes_incident && match.object) note_denied_incident({.services = services, .request = request, .route = route, .now = now, .who = &who, .object = *match.object});
    return denied();
  }
  if (route.step_up && (!who.step_up_until || *who.step_up_until <= now)) {
    return problem(403, "step_up_required", kStepUpRequired);
  }
  if (route.object != ObjectKind::none && !match.object) return not_found();
  Call call{.services = services,
            .request = request,
            .route = route,
            .now = now,
            .who = &who,
            .object = match.object.value_or(0)};
  return answer_with_body(call);
}

Reply Api::Impl::answer_with_body(Call& call) {
  if (const auto field = broken_query_field(call.route.query, call.request.query)) return invalid(*field);
  if (!call.route.has_body) {
    if (!call.request.body->empty()) return invalid("");
    return call.route.operate(call);
  }
  if (!is_json(call.request.headers)) return invalid("Content-Type");
  Budget budget({.bytes_in = call.route.most_body_bytes, .depth = 4, .entries = 1'000});
  JsonDocument document;
  const auto body = document.parse(*call.request.body, budget);
  if (!body) return invalid("");
  if (const auto field = broken_body_field(call.route.body, *body)) return invalid(*field);
  call.body = &*body;
  return call.route.operate(call);
}

void Api::publish(const flow::Change& change) { impl_->events.publish(change); }
void Api::publish_advisories() { impl_->events.publish_to_all("advisory", 0); }
void Api::publish_content(std::int64_t version) { impl_->events.publish_to_all("content", version); }

void Api::publish_message(TenantId tenant, UserId person, std::int64_t message) {
  impl_->events.publish_to_person("message", tenant, person, message);
}

// Streams do not send requests: whether their session still holds is asked here.
void Api::Impl::check_streams() {
  for (const auto& viewer : events.viewers()) {
    const auto who = authenticator.look_up(viewer.session);
    if (who && who->scope.roots() != viewer.roots) events.close_user(viewer.user);
    if (!who && who.error().code() == Code::denied) events.end_session(viewer.session);
  }
}

Result<void> Api::tick() {
  const auto now = impl_->env.clock.monotonic();
  if (now.ms - impl_->kept_alive_at.ms >= kKeepAliveEvery.ms) {
    impl_->kept_alive_at = now;
    impl_->events.keep_alive();
  }
  if (now.ms - impl_->checked_at.ms >= kCheckStreamsEvery.ms) {
    impl_->checked_at = now;
    impl_->check_streams();
  }
  if (now.ms - impl_->swept_at.ms >= kSweepEvery.ms) {
    impl_->swept_at = now;
    TRY_VOID(impl_->authenticator.sweep());
  }
  return impl_->checkpoints.write_due();
}

Api::Counts Api::counts() const {
  const auto& counters = impl_->counters;
  return {.requests = counters.requests,
          .refused = counters.refused,
          .failed = counters.failed,
          .sign_ins = counters.sign_ins,
          .sign_ins_failed = counters.sign_ins_failed,
          .streams_open = static_cast<std::int64_t>(impl_->events.streams())};
}

}  // namespace khien::api

#include <algorithm>
#include <set>
#include <utility>

#include "account_records.hpp"
#include "call.hpp"
#include "counters.hpp"
#include "dto.hpp"
#include "events.hpp"
#include "khien/core/hash.hpp"
#include "khien/store/audit_log.hpp"
#include "password.hpp"
#include "problem.hpp"
#include "totp.hpp"
#include "try_limits.hpp"

namespace khien::api {
namespace {

constexpr Words kWrongSignIn{"Tên đăng nhập hoặc mật khẩu không đúng.", "The user name or the password is wrong."};
constexpr Words kCodeNeeded{"Hãy nhập mã xác thực gồm 6 chữ số.", "Enter the 6-digit code of your authenticator."};
constexpr Words kWrongCode{"Mã xác thực không đúng hoặc đã được dùng.", "The code is wrong or was used already."};
constexpr Words kWrongPassword{"Mật khẩu không đúng.", "The password is wrong."};
constexpr Words kWeakPassword{
    "Mật khẩu mới phải khác mật khẩu cũ, không chứa tên đăng nhập và có ít nhất 5 ký tự khác nhau.",
    "The new password must differ from the old, not contain the user name and have 5 different characters."};
constexpr Words kNoTotpBegun{"Hãy bắt đầu thiết lập xác thực hai lớp trước.", "Begin to set up the second factor first."};

std::string user_object(UserId id) { return "user:" + std::to_string(id.value); }

// The answer that carries a new session token.
Reply with_session(const Call& call, const SessionToken& token) {
  const auto who = call.services.authenticator.principal_of(token);
  if (!who) return refusal(who.error());
  JsonWriter json;
  write_session(json, *who, call.now);
  auto reply = call.json(json);
  reply.cookie = std::string(token.token.reveal());
  return reply;
}

Result<void> audit_sign_in(const Call& call, store::Connection& connection, const std::optional<Credentials>& person,
                           std::string_view action, std::string_view detail) {
  store::AuditEntry entry{.at = call.now,
                          .who = person ? person->username : "unknown",
                          .action = std::string(action),
                          .object = person ? user_object(person->id) : "user:unknown",
                          .detail = std::string(detail),
                          .address = std::string(call.address())};
  if (person) {
    TRY_VOID(store::append_audit(connection, person->tenant, entry));
    return {};
  }
  // Nobody's try goes into the first tenant's log, without the name that was
  // typed: people type passwords there.
  TRY(const auto tenants, estate::all_tenants(connection));
  if (!tenants.empty()) TRY_VOID(store::append_audit(connection, tenants.front(), entry));
  return {};
}

Reply refuse_sign_in(const Call& call, const std::optional<Credentials>& person, std::string_view reason,
                     const Words& words, std::string_view field) {
  ++call.services.counters.sign_ins_failed;
  const auto written = call.services.hub.write([&](store::Connection& connection) {
    return audit_sign_in(call, connection, person, "session.sign_in_failed", reason);
  });
  if (!written) return refusal(written.error());
  return problem(401, "unauthenticated", words, field);
}

// Every sign-in with a second factor passes here once. It is in the log all the
// same: whoever never goes on from here knows the password and lacks the code.
Reply ask_for_code(const Call& call, const Credentials& person) {
  const auto written = call.services.hub.write([&](store::Connection& connection) {
    return audit_sign_in(call, connection, person, "session.code_asked", "password right, no code");
  });
  if (!written) return refusal(written.error());
  return problem(401, "unauthenticated", kCodeNeeded, "totp");
}

// The step to use up; 0 if no second factor is set, none if the code is wrong.
std::optional<std::int64_t> totp_step_of(const Credentials& person, const std::optional<std::string>& code,
                                         Timestamp now) {
  if (person.totp_secret.empty()) return 0;
  return matching_totp_step(person.totp_secret, code.value_or(""), person.totp_last_step, now);
}

Result<SessionToken> begin_session(const Call& call, store::Connection& connection, const Credentials& person,
                                   std::int64_t step) {
  if (step > 0) TRY_VOID(use_totp_step(connection, person.tenant, person.id, step));
  // The browser's session before this one, if any, ends here.
  if (const auto old = session_cookie(call.request.headers)) {
    TRY_VOID(connection.run("DELETE FROM session WHERE token_sha256 = ?1", {sha256(*old).view()}));
  }
  TRY_VOID(note_sign_in(connection, person.tenant, person.id, call.now));
  TRY_VOID(audit_sign_in(call, connection, person, "session.sign_in", step > 0 ? "password and code" : "password"));
  return call.services.authenticator.begin(connection, person.tenant, person.id, call.now);
}

Reply sign_in_as(const Call& call, const Credentials& person, std::int64_t step) {
  std::optional<SessionToken> token;
  bool holds = false;
  const auto written = call.services.hub.write([&](store::Connection& connection) -> Result<void> {
    TRY(holds, still_holds(connection, person));
    if (!holds) return {};
    TRY(token, begin_session(call, connection, person, step));
    return {};
  });
  if (!written && written.error().code() == Code::conflict) {
    return refuse_sign_in(call, person, "password right, code used already", kWrongCode, "totp");
  }
  if (!written) return refusal(written.error());
  if (!holds) return refuse_sign_in(call, person, "account changed meanwhile", kWrongSignIn, {});
  call.services.tries.succeeded(person.username);
  ++call.services.counters.sign_ins;
  return with_session(call, *token);
}

// The person's own secrets, for a call of theirs.
Result<Credentials> own_credentials(const Call& call) {
  Credentials credentials;
  TRY_VOID(call.services.hub.read([&](store::Connection& connection) -> Result<void> {
    TRY(credentials, get_credentials(connection, call.who->tenant(), call.who->user));
    return {};
  }));
  return credentials;
}

// Notes a failed proof by a person who is signed in.
Reply refuse_proof(const Call& call, const Words& words, std::string_view field) {
  const auto written = call.services.hub.write([&](store::Connection& connection) {
    return call.audit(connection, "session.proof_failed", user_object(call.who->user), field);
  });
  if (!written) return refusal(written.error());
  return problem(422, "invalid", words, field);
}

bool is_weak(std::string_view password, std::string_view old, std::string_view username) {
  constexpr std::size_t kLeastDifferent = 5;
  const std::set<char> different(password.begin(), password.end());
  return password == old || password.find(username) != password.npos || different.size() < kLeastDifferent;
}

// What the caller proved, and what to say if it is no proof any more.
struct Proof {
  const Credentials& person;
  const Words& words;
  std::string_view field;
};

// Renews the caller's session in the transaction of `change`, if the proof still
// holds in it.
Reply renew_after(Call& call, const Proof& proof, std::optional<Timestamp> step_up_until, std::string_view action,
                  const std::function<Result<void>(store::Connection&)>& change) {
  std::optional<SessionToken> token;
  bool holds = false;
  const auto written = call.services.hub.write([&](store::Connection& connection) -> Result<void> {
    TRY(holds, still_holds(connection, proof.person));
    if (!holds) return {};
    TRY_VOID(change(connection));
    TRY_VOID(call.audit(connection, action, user_object(call.who->user)));
    TRY(token, call.services.authenticator.renew(connection, call.who->session, step_up_until, call.now));
    return {};
  });
  if (!written && written.error().code() == Code::conflict) return refuse_proof(call, kWrongCode, "totp");
  if (!written && written.error().code() == Code::denied) return unauthenticated();
  if (!written) return refusal(written.error());
  if (!holds) return refuse_proof(call, proof.words, proof.field);
  call.services.tries.succeeded(call.who->username);
  return with_session(call, *token);
}

}  // namespace

namespace route {

Reply get_session(Call& call) {
  JsonWriter json;
  write_session(json, *call.who, call.now);
  return call.json(json);
}

Reply sign_in(Call& call) {
  const auto username = call.text("username").value_or("");
  const Secret password(call.text("password").value_or(""));
  const auto wait = call.services.tries.take(username, call.address());
  if (wait.ms > 0) return exhausted(wait);

  std::optional<Credentials> person;
  const auto looked = call.services.hub.read([&](store::Connection& connection) -> Result<void> {
    TRY(person, find_credentials(connection, username));
    return {};
  });
  if (!looked) return refusal(looked.error());
  // Nobody and somebody with a wrong password take the same time and words.
  const bool fits = call.services.passwords.fits(person ? person->password : "", password.reveal());
  if (!fits) return refuse_sign_in(call, person, "wrong password", kWrongSignIn, {});
  if (person->disabled) return refuse_sign_in(call, person, "disabled", kWrongSignIn, {});

  const auto code = call.text("totp");
  if (!person->totp_secret.empty() && !code) return ask_for_code(call, *person);
  const auto step = totp_step_of(*person, code, call.now);
  if (!step) return refuse_sign_in(call, person, "password right, wrong code", kWrongCode, "totp");
  return sign_in_as(call, *person, *step);
}

Reply sign_out(Call& call) {
  auto reply = call.write([&](store::Connection& connection) -> Result<Reply> {
    TRY_VOID(connection.run("DELETE FROM session WHERE id = ?1", {call.who->session}));
    TRY_VOID(call.audit(connection, "session.sign_out", user_object(call.who->user)));
    return call.done();
  });
  if (reply.status >= 400) return reply;
  call.services.events.end_session(call.who->session);
  reply.cookie = "";
  return reply;
}

Reply step_up(Call& call) {
  const auto wait = call.services.tries.take(call.who->username, call.address());
  if (wait.ms > 0) return exhausted(wait);
  const auto person = own_credentials(call);
  if (!person) return refusal(person.error());

  std::int64_t step = 0;
  if (person->totp_secret.empty()) {
    const Secret password(call.text("password").value_or(""));
    if (!call.services.passwords.fits(person->password, password.reveal())) {
      return refuse_proof(call, kWrongPassword, "password");
    }
  } else {
    const auto found = totp_step_of(*person, call.text("totp"), call.now);
    if (!found) return refuse_proof(call, call.text("totp") ? kWrongCode : kCodeNeeded, "totp");
    step = *found;
  }
  const Proof proof = step == 0 ? Proof{*person, kWrongPassword, "password"} : Proof{*person, kWrongCode, "totp"};
  return renew_after(call, proof, call.now + call.services.options.step_up, "session.step_up",
                     [&](store::Connection& connection) -> Result<void> {
                       if (step == 0) return {};
                       return use_totp_step(connection, person->tenant, person->id, step);
                     });
}

Reply change_password(Call& call) {
  const auto wait = call.services.tries.take(call.who->username, call.address());
  if (wait.ms > 0) return exhausted(wait);
  const auto person = own_credentials(call);
  if (!person) return refusal(person.error());
  const Secret current(call.text("current").value_or(""));
  const Secret wanted(call.text("new").value_or(""));
  if (!call.services.passwords.fits(person->password, current.reveal())) {
    return refuse_proof(call, kWrongPassword, "current");
  }
  if (is_weak(wanted.reveal(), current.reveal(), call.who->username)) {
    return problem(422, "invalid", kWeakPassword, "new");
  }
  const auto phc = call.services.passwords.hash(wanted.reveal());
  if (!phc) return refusal(phc.error());

  std::vector<std::int64_t> ended;
  auto reply = renew_after(call, {*person, kWrongPassword, "current"}, std::nullopt, "user.password_change",
                           [&](store::Connection& connection) -> Result<void> {
                             TRY_VOID(set_password(connection, person->tenant, person->id, *phc, false));
                             TRY(ended, end_sessions(connection, person->tenant, person->id, call.who->session.value));
                             return {};
                           });
  if (reply.status < 400) {
    for (const auto session : ended) call.services.events.end_session({session});
  }
  return reply;
}

Reply begin_totp(Call& call) {
  const auto secret = call.services.random.bytes(kTotpSecretBytes);
  return call.write([&](store::Connection& connection) -> Result<Reply> {
    TRY_VOID(set_totp_pending(connection, call.who->tenant(), call.who->user, secret));
    TRY_VOID(call.audit(connection, "user.totp_begin", user_object(call.who->user)));
    JsonWriter json;
    json.begin_object().field("secret", to_base32(secret));
    json.field("uri", totp_uri("Khien", call.who->username, secret)).end_object();
    return call.json(json);
  });
}

Reply confirm_totp(Call& call) {
  const auto wait = call.services.tries.take(call.who->username, call.address());
  if (wait.ms > 0) return exhausted(wait);
  const auto person = own_credentials(call);
  if (!person) return refusal(person.error());
  if (person->totp_pending.empty()) return problem(409, "conflict", kNoTotpBegun);
  const auto step = matching_totp_step(person->totp_pending, call.text("totp").value_or(""), 0, call.now);
  if (!step) return refuse_proof(call, kWrongCode, "totp");
  return renew_after(call, {*person, kWrongCode, "totp"}, std::nullopt, "user.totp_on",
                     [&](store::Connection& connection) -> Result<void> {
                       TRY(const auto now, get_credentials(connection, person->tenant, person->id));
                       // The code was for a secret that was begun anew since.
                       if (now.totp_pending != person->totp_pending) return Error(Code::conflict, "another secret");
                       return confirm_totp_pending(connection, person->tenant, person->id, *step);
                     });
}

}  // namespace route
}  // namespace khien::api

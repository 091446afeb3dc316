#include "authenticator.hpp"

#include <algorithm>
#include <utility>

#include "khien/core/hash.hpp"
#include "khien/estate/sample.hpp"

namespace khien::api {
namespace {

constexpr std::size_t kTokenBytes = 32;
constexpr std::string_view kCookieName = "__Host-khien";
// A use is written down this often, so that reading a page is not a write.
constexpr Duration kWriteUseEvery = minutes(1);
// Reads that were on their way when the token changed still hold.
constexpr Duration kOldTokenReads = seconds(10);
// Beyond this a session that began "later" was made before the clock went back.
constexpr Duration kClockSlack = minutes(2);
constexpr std::size_t kMostSessionsPerAccount = 20;

Error no_session() { return {Code::denied, "no session"}; }

std::string csrf_of(std::string_view token) {
  return to_base64url(hmac_sha256(as_bytes(token), as_bytes("khien csrf")).view());
}

bool is_space(char c) { return c == ' ' || c == '\t'; }

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

// Looks through one Cookie header. False if it holds a second, different value.
bool find_cookie(std::string_view header, std::optional<std::string_view>& found) {
  while (!header.empty()) {
    const auto end = header.find(';');
    const auto pair = trimmed(header.substr(0, end));
    header = end == header.npos ? std::string_view() : header.substr(end + 1);
    const auto equals = pair.find('=');
    if (equals == pair.npos || pair.substr(0, equals) != kCookieName) continue;
    const auto value = pair.substr(equals + 1);
    if (found && *found != value) return false;
    found = value;
  }
  return true;
}

}  // namespace

std::optional<std::string_view> session_cookie(const net::Headers& headers) {
  std::optional<std::string_view> found;
  for (const auto& [name, value] : headers.all()) {
    if (name.size() != 6 || !std::ranges::equal(name, std::string_view("cookie"), [](char a, char b) {
          return (a >= 'A' && a <= 'Z' ? static_cast<char>(a + 32) : a) == b;
        })) {
      continue;
    }
    if (!find_cookie(value, found)) return std::nullopt;
  }
  // Ours is 32 bytes of base64url; anything else is not worth a look at the database.
  if (found && found->size() != 43) return std::nullopt;
  return found;
}

struct Authenticator::Found {
  SessionId session;
  TenantId tenant;
  UserId user;
  std::string username;
  std::string name;
  std::string role;
  bool must_change_password = false;
  bool totp_enabled = false;
  bool disabled = false;
  Timestamp created_at;
  Timestamp last_used_at;
  Timestamp expires_at;
  std::optional<Timestamp> step_up_until;

  static Result<Found> from(const store::Row& row) {
    Found found{.session = row.id<SessionTag>(0),
                .tenant = row.id<TenantTag>(1),
                .user = row.id<UserTag>(2),
                .username = std::string(row.text(3)),
                .name = std::string(row.text(4)),
                .role = std::string(row.text(5)),
                .must_change_password = row.integer(6) != 0,
                .totp_enabled = row.integer(7) != 0,
                .disabled = row.integer(8) != 0,
                .created_at = row.time(9),
                .last_used_at = row.time(10),
                .expires_at = row.time(11),
                .step_up_until = {}};
    if (!row.is_null(12)) found.step_up_until = row.time(12);
    return found;
  }
};

Result<void> Authenticator::check_alive(const Found& found) const {
  const auto now = clock_.now();
  const bool over = found.disabled || now >= found.expires_at || found.created_at > now + kClockSlack ||
                    now >= last_used(found.session, found.last_used_at) + options_.session_idle;
  if (over) return no_session();
  return {};
}

Timestamp Authenticator::last_used(SessionId session, Timestamp stored) const {
  const std::lock_guard lock(mutex_);
  const auto used = used_.find(session.value);
  return used == used_.end() ? stored : std::max(stored, used->second);
}

Result<Principal> Authenticator::load(store::Connection& connection, const Found& found, std::string csrf) const {
  TRY_VOID(check_alive(found));
  TRY(const auto role, role_from_string(found.role));
  std::vector<UnitId> roots;
  TRY_VOID(connection.query(
      "SELECT unit_id FROM account_scope WHERE tenant_id = ?1 AND account_id = ?2 ORDER BY unit_id",
      {found.tenant, found.user}, [&](const store::Row& row) -> Result<void> {
        roots.push_back(row.id<UnitTag>(0));
        return {};
      }));
  // An account without a scope sees nothing: it cannot even sign in.
  if (roots.empty()) return no_session();

  const auto idle_end = last_used(found.session, found.last_used_at) + options_.session_idle;
  Principal principal{.session = found.session,
                      .user = found.user,
                      .username = found.username,
                      .name = found.name,
                      .role = role,
                      .scope = store::TenantScope(found.tenant, std::move(roots)),
                      .roots = {},
                      .tenant_name = {},
                      .sample = false,
                      .must_change_password = found.must_change_password,
                      .totp_enabled = found.totp_enabled,
                      .step_up_until = found.step_up_until,
                      .expires_at = std::min(idle_end, found.expires_at),
                      .csrf = std::move(csrf)};
  TRY(principal.tenant_name, estate::tenant_name(connection, found.tenant));
  TRY(principal.sample, estate::is_sample(connection, found.tenant));
  for (const UnitId root : principal.scope.roots()) {
    TRY(auto unit, estate::get_unit(connection, principal.scope, root));
    principal.roots.push_back({root, std::move(unit.name)});
  }
  return principal;
}

Result<Principal> Authenticator::find_by_token(store::Connection& connection, std::string_view token,
                                               bool only_reads) const {
  const auto digest = sha256(token);
  std::optional<Found> found;
  const auto visit = [&](const store::Row& row) -> Result<void> {
    TRY(found, Found::from(row));
    return {};
  };
  TRY_VOID(connection.query(
      "SELECT s.id, s.tenant_id, s.account_id, a.username, a.name, a.role, a.password_is_one_time,"
      "       a.totp_secret IS NOT NULL, a.disabled, s.created_at, s.last_used_at, s.expires_at, s.step_up_until"
      "  FROM session s JOIN account a ON a.tenant_id = s.tenant_id AND a.id = s.account_id"
      " WHERE s.token_sha256 = ?1",
      {digest.view()}, visit));
  if (!found && only_reads) {
    TRY_VOID(connection.query(
        "SELECT s.id, s.tenant_id, s.account_id, a.username, a.name, a.role, a.password_is_one_time,"
        "       a.totp_secret IS NOT NULL, a.disabled, s.created_at, s.last_used_at, s.expires_at, NULL"
        "  FROM session s JOIN account a ON a.tenant_id = s.tenant_id AND a.id = s.account_id"
        " WHERE s.previous_sha256 = ?1 AND s.previous_until > ?2",
        {digest.view(), clock_.now()}, visit));
  }
  if (!found) return no_session();
  return load(connection, *found, csrf_of(token));
}

Result<Principal> Authenticator::read_by_token(std::string_view token, bool only_reads) const {
  std::optional<Principal> principal;
  TRY_VOID(hub_.read([&](store::Connection& connection) -> Result<void> {
    TRY(principal, find_by_token(connection, token, only_reads));
    return {};
  }));
  return std::move(*principal);
}

Result<Principal> Authenticator::authenticate(const net::Request& request) {
  const auto token = session_cookie(request.headers);
  if (!token) return no_session();
  TRY(auto principal, read_by_token(*token, request.method == net::Method::get));
  note_use(principal, clock_.now());
  return principal;
}

Result<Principal> Authenticator::find_by_session(store::Connection& connection, SessionId session) const {
  std::optional<Found> found;
  TRY_VOID(connection.query(
      "SELECT s.id, s.tenant_id, s.account_id, a.username, a.name, a.role, a.password_is_one_time,"
      "       a.totp_secret IS NOT NULL, a.disabled, s.created_at, s.last_used_at, s.expires_at, s.step_up_until"
      "  FROM session s JOIN account a ON a.tenant_id = s.tenant_id AND a.id = s.account_id WHERE s.id = ?1",
      {session}, [&](const store::Row& row) -> Result<void> {
        TRY(found, Found::from(row));
        return {};
      }));
  if (!found) return no_session();
  return load(connection, *found, {});
}

Result<Principal> Authenticator::look_up(SessionId session) const {
  std::optional<Principal> principal;
  TRY_VOID(hub_.read([&](store::Connection& connection) -> Result<void> {
    TRY(principal, find_by_session(connection, session));
    return {};
  }));
  return std::move(*principal);
}

Result<store::TenantScope> Authenticator::scope_of_person(store::Connection& connection, TenantId tenant, UserId user) const {
  std::vector<UnitId> roots;
  TRY_VOID(connection.query(
      "SELECT s.unit_id FROM account a JOIN account_scope s ON s.tenant_id = a.tenant_id AND s.account_id = a.id "
      "WHERE a.tenant_id = ?1 AND a.id = ?2 AND a.disabled = 0 ORDER BY s.unit_id",
      {tenant, user}, [&](const store::Row& row) -> Result<void> {
        roots.push_back(row.id<UnitTag>(0));
        return {};
      }));
  if (roots.empty()) return Error(Code::not_found, "no such person");
  return store::TenantScope(tenant, std::move(roots));
}

Result<Principal> Authenticator::principal_of(const SessionToken& token) const {
  return read_by_token(token.token.reveal(), false);
}

void Authenticator::note_use(const Principal& principal, Timestamp now) {
  const auto session = principal.session;
  {
    const std::lock_guard lock(mutex_);
    auto& used = used_[session.value];
    used = std::max(used, now);
    auto& written = written_[session.value];
    if (written.ms == 0) written = now;
    if (now - written < kWriteUseEvery) return;
    written = now;
  }
  // Lost at a crash, the session merely ends a minute early.
  hub_.write_later(
      [session, now](store::Connection& connection) -> Result<void> {
        TRY_VOID(connection.run("UPDATE session SET last_used_at = max(last_used_at, ?2) WHERE id = ?1", {session, now}));
        return {};
      },
      [](Result<void>) {});
}

Result<SessionToken> Authenticator::begin(store::Connection& connection, TenantId tenant, UserId user, Timestamp now) {
  Secret token(to_base64url(random_.bytes(kTokenBytes)));
  const auto digest = sha256(token.reveal());
  // Old ones go first, so that signing in over and over cannot fill the disk.
  TRY_VOID(connection.run(
      "DELETE FROM session WHERE tenant_id = ?1 AND account_id = ?2 AND id NOT IN"
      " (SELECT id FROM session WHERE tenant_id = ?1 AND account_id = ?2 ORDER BY id DESC LIMIT ?3)",
      {tenant, user, std::int64_t{kMostSessionsPerAccount - 1}}));
  TRY_VOID(connection.run(
      "INSERT INTO session (token_sha256, tenant_id, account_id, created_at, last_used_at, expires_at)"
      " VALUES (?1, ?2, ?3, ?4, ?4, ?5)",
      {digest.view(), tenant, user, now, now + options_.session_most}));
  return SessionToken{.session = {connection.last_insert_id()}, .token = std::move(token)};
}

Result<SessionToken> Authenticator::renew(store::Connection& connection, SessionId session,
                                          std::optional<Timestamp> step_up_until, Timestamp now) {
  Secret token(to_base64url(random_.bytes(kTokenBytes)));
  const auto digest = sha256(token.reveal());
  const auto until = step_up_until ? store::Value(*step_up_until) : store::Value(nullptr);
  TRY(const auto changed,
      connection.run("UPDATE session SET previous_sha256 = token_sha256, previous_until = ?2, token_sha256 = ?3,"
                     " last_used_at = ?4, step_up_until = coalesce(?5, step_up_until) WHERE id = ?1",
                     {session, now + kOldTokenReads, digest.view(), now, until}));
  if (changed != 1) return no_session();
  return SessionToken{.session = session, .token = std::move(token)};
}

Result<void> Authenticator::sweep() {
  const auto now = clock_.now();
  {
    const std::lock_guard lock(mutex_);
    std::erase_if(used_, [&](const auto& entry) { return now - entry.second > options_.session_most; });
    std::erase_if(written_, [&](const auto& entry) { return now - entry.second > options_.session_most; });
  }
  bool any = false;
  TRY_VOID(hub_.read([&](store::Connection& connection) {
    return connection.query("SELECT 1 FROM session WHERE expires_at <= ?1 LIMIT 1", {now},
                            [&](const store::Row&) -> Result<void> {
                              any = true;
                              return {};
                            });
  }));
  if (!any) return {};
  return hub_.write([&](store::Connection& connection) -> Result<void> {
    TRY_VOID(connection.run("DELETE FROM session WHERE expires_at <= ?1", {now}));
    return {};
  });
}

}  // namespace khien::api

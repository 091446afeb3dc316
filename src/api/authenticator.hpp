#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "khien/api/api.hpp"
#include "khien/core/clock.hpp"
#include "khien/core/random.hpp"
#include "khien/core/secret.hpp"
#include "khien/estate/units.hpp"
#include "khien/model/ids.hpp"
#include "khien/model/role.hpp"
#include "khien/net/http.hpp"
#include "khien/store/scope.hpp"
#include "khien/store/store.hpp"

namespace khien::api {

using SessionId = Id<struct SessionTag>;

struct ScopeRoot {
  UnitId id;
  std::string name;
};

// A signed-in person, as the database knows them at this very request.
struct Principal {
  SessionId session;
  UserId user;
  std::string username;
  std::string name;
  Role role = Role::leader;
  store::TenantScope scope;
  std::vector<ScopeRoot> roots;
  std::string tenant_name;
  bool sample = false;  // the tenant is a made-up province
  bool must_change_password = false;
  bool totp_enabled = false;
  std::optional<Timestamp> step_up_until;
  Timestamp expires_at;  // the earlier of idle and absolute end
  std::string csrf;
  TenantId tenant() const { return scope.tenant(); }
};

// A session just begun or renewed: its token goes into the cookie and nowhere
// else; the database keeps its SHA-256.
struct SessionToken {
  SessionId session;
  Secret token;
};

// Turns a cookie into a person, and is the only maker of TenantScope.
//
// Invariants
//  (1) A token is stored as its SHA-256 only, and every sign-in, step-up and
//      change of a secret gives a new one.
//  (2) Role, scope and disabling are read anew for every request.
//  (3) A session ends at the earlier of idle and absolute time, by wall clock; one
//      that began in the future (the clock went back) is over.
class Authenticator {
 public:
  Authenticator(store::Store& hub, const Clock& clock, Random& random, const ApiOptions& options)
      : hub_(hub), clock_(clock), random_(random), options_(options) {}

  // Code::denied if there is no session that holds.
  Result<Principal> authenticate(const net::Request& request);

  // The person of a session without its token, for streams that stay open.
  Result<Principal> look_up(SessionId session) const;

  // Inside the caller's transaction.
  Result<SessionToken> begin(store::Connection& connection, TenantId tenant, UserId user, Timestamp now);
  // A new token for the session; `step_up_until` grows where given.
  Result<SessionToken> renew(store::Connection& connection, SessionId session, std::optional<Timestamp> step_up_until,
                             Timestamp now);

  // The person behind a token that begin() or renew() gave, after the commit.
  Result<Principal> principal_of(const SessionToken& token) const;

  // What a person may see who is not signed in now, for what they left a secret for.
  // Code::not_found if the account is disabled or gone.
  Result<store::TenantScope> scope_of_person(store::Connection& connection, TenantId tenant, UserId user) const;

  // For the command line of whoever owns the databases, who needs no session.
  static store::TenantScope scope_of_owner(TenantId tenant, UnitId root) { return {tenant, {root}}; }

  // Forgets sessions that are over; every so often.
  Result<void> sweep();

 private:
  struct Found;
  Result<Principal> load(store::Connection& connection, const Found& found, std::string csrf) const;
  Result<Principal> find_by_token(store::Connection& connection, std::string_view token, bool only_reads) const;
  Result<Principal> find_by_session(store::Connection& connection, SessionId session) const;
  Result<Principal> read_by_token(std::string_view token, bool only_reads) const;
  Timestamp last_used(SessionId session, Timestamp stored) const;
  void note_use(const Principal& principal, Timestamp now);
  Result<void> check_alive(const Found& found) const;

  store::Store& hub_;
  const Clock& clock_;
  Random& random_;
  const ApiOptions& options_;
  mutable std::mutex mutex_;
  // Uses since the last write of each session: one write a minute at most.
  std::unordered_map<std::int64_t, Timestamp> used_;
  std::unordered_map<std::int64_t, Timestamp> written_;
};

// The session cookie's value; none if absent, or if two differ (a sibling domain
// tossed one in).
std::optional<std::string_view> session_cookie(const net::Headers& headers);

}  // namespace khien::api

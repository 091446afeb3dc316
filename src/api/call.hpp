#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "authenticator.hpp"
#include "khien/core/json.hpp"
#include "route.hpp"

namespace khien::api {

class EventHub;
class TryLimits;
class Passwords;
struct Counters;

// What a handler answers.
struct Reply {
  int status = 200;
  std::string body;  // JSON unless media_type says else; empty for 204
  std::optional<Duration> retry_after = {};
  std::function<void(std::shared_ptr<net::StreamSink>)> stream = {};
  // Set: the browser gets this token, or loses its cookie if the token is empty.
  std::optional<std::string> cookie = {};
  std::string media_type = "application/json";
  // Set: the browser saves the body under this name and never shows it as a page
  // of ours.
  std::optional<std::string> download = {};
};

// What every handler stands on. Borrowed; lives as long as the Api.
struct Services {
  store::Store& hub;
  store::Ledger& ledger;
  const Clock& clock;
  Random& random;
  const ApiOptions& options;
  const Bytes& audit_public_key;
  Authenticator& authenticator;
  TryLimits& tries;
  Passwords& passwords;
  EventHub& events;
  Counters& counters;
  std::shared_ptr<const duty::Catalogues> law;  // never null
  // Held by who counts or draws a document, which takes seconds: one at a time, so that a
  // thread is left for everybody else. Tried, never waited for.
  std::mutex& documents;
};

// One request that passed every check of the interface. `who` is set unless the
// route is public; `body` is an object that fits the schema where it has one.
struct Call {
  const Services& services;
  const net::Request& request;
  const Route& route;
  Timestamp now;
  const Principal* who = nullptr;
  std::int64_t object = 0;
  const Json* body = nullptr;

  const store::TenantScope& scope() const;
  std::string_view address() const { return request.peer_address; }

  // Query values that were checked already.
  std::optional<std::int64_t> query_integer(std::string_view name) const;
  std::string query_text(std::string_view name) const;
  std::size_t query_limit() const;

  // Body fields that were checked already; text is NFC.
  std::optional<std::string> text(std::string_view name) const;
  std::optional<std::int64_t> integer(std::string_view name) const;
  std::optional<bool> flag(std::string_view name) const;
  std::vector<std::int64_t> integers(std::string_view name) const;

  // Runs `work` in one snapshot, or in one transaction that is rolled back if
  // the work fails or answers with a problem.
  using Work = std::function<Result<Reply>(store::Connection&)>;
  // That somebody outside of the scope holds what was asked for goes into the audit log,
  // in a transaction of its own, before the person is told (estate/refusal.hpp).
  Reply read(const Work& work) const;
  Reply write(const Work& work) const;

  // Appends the audit entry of this action, in its transaction.
  Result<void> audit(store::Connection& connection, std::string_view action, std::string_view what,
                     std::string_view detail = {}) const;

  Reply json(JsonWriter& writer) const { return {.status = route.success, .body = writer.take()}; }
  Reply done() const { return {.status = route.success, .body = {}}; }

 private:
  Reply held_elsewhere(const Error& error) const;
};

}  // namespace khien::api

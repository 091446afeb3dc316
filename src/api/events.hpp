#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "authenticator.hpp"
#include "khien/flow/flow.hpp"
#include "khien/net/http.hpp"

namespace khien::api {

// Server-sent events: tells each screen what it may want to fetch anew, and
// nothing else, so that an event can leak no more than an id within the scope.
//
// Events are numbered since start; the newest kKept are remembered, so that a
// screen that comes back with Last-Event-ID misses none; if it was away longer,
// or the hub was started anew, it hears `reset` and fetches all it shows.
//
// Thread-safe; publish() never blocks on a peer.
class EventHub {
 public:
  static constexpr std::size_t kKept = 2'000;
  static constexpr std::size_t kMostStreams = 2'000;
  static constexpr std::size_t kMostStreamsPerSession = 6;

  // `run` sets this process apart from the ones before it.
  explicit EventHub(std::string run) : run_(std::move(run)) {}

  void publish(const flow::Change& change);
  // What is everybody's and nobody's in particular: "content" and a version.
  void publish_to_all(std::string_view name, std::int64_t id);
  // What is one person's: "message" and its id.
  void publish_to_person(std::string_view name, TenantId tenant, UserId person, std::int64_t id);

  struct Viewer {
    SessionId session;
    UserId user;
    TenantId tenant;
    std::vector<UnitId> roots;
    std::unordered_set<std::int64_t> units;  // all in scope
  };
  // False if too many streams are open. Those of the session whose peer went are
  // closed first: a page that is loaded again and again must not lock itself out.
  bool has_room(SessionId session);
  void subscribe(Viewer viewer, std::string_view last_event_id, std::shared_ptr<net::StreamSink> sink);

  // The session is over: its screens are told and closed.
  void end_session(SessionId session);
  // The person's rights changed, or the tenant's units did: streams are closed,
  // and browsers come back with the rights they have now.
  void close_user(UserId user);
  void close_tenant(TenantId tenant);

  // A comment to each stream, so that a dead peer is noticed.
  void keep_alive();
  std::vector<Viewer> viewers() const;
  std::size_t streams() const;

 private:
  struct Stream {
    Viewer viewer;
    std::shared_ptr<net::StreamSink> sink;
  };
  // Who hears of it: who sees the unit, or one person; without a tenant everybody.
  struct Reach {
    std::optional<TenantId> tenant = {};
    UnitId unit = {};
    std::optional<UserId> person = {};
  };
  struct Kept {
    std::uint64_t number;
    Reach reach;
    std::string text;
  };
  static bool may_see(const Viewer& viewer, const Reach& reach);
  void tell(std::string_view name, std::int64_t id, const Reach& reach);
  std::string id(std::uint64_t number) const;
  bool resume(const Stream& stream, std::string_view last_event_id) const;

  const std::string run_;
  mutable std::mutex mutex_;
  std::uint64_t newest_ = 0;
  std::deque<Kept> kept_;
  std::vector<Stream> streams_;
};

}  // namespace khien::api

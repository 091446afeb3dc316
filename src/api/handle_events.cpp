#include <string>
#include <utility>

#include "account_records.hpp"
#include "call.hpp"
#include "events.hpp"
#include "problem.hpp"

namespace khien::api {
namespace {

constexpr std::size_t kMostIdBytes = 64;

EventHub::Viewer viewer_of(const Principal& who, const UnitSet& units) {
  EventHub::Viewer viewer{.session = who.session,
                          .user = who.user,
                          .tenant = who.tenant(),
                          .roots = who.scope.roots(),
                          .units = {}};
  for (const auto& unit : units) viewer.units.insert(unit.first);
  return viewer;
}

}  // namespace

Reply route::stream_events(Call& call) {
  auto& events = call.services.events;
  if (!events.has_room(call.who->session)) return exhausted(seconds(30));
  return call.read([&](store::Connection& connection) -> Result<Reply> {
    TRY(const auto units, units_in_scope(connection, call.scope()));
    auto last = std::string(call.request.headers.get("last-event-id").value_or(""));
    if (last.size() > kMostIdBytes) last = "?";
    Reply reply{.status = call.route.success, .body = {}};
    reply.stream = [&events, viewer = viewer_of(*call.who, units), last](std::shared_ptr<net::StreamSink> sink) {
      events.subscribe(viewer, last, std::move(sink));
    };
    return reply;
  });
}

}  // namespace khien::api

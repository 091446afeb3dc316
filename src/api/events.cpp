#include "events.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "khien/core/assert.hpp"

namespace khien::api {
namespace {

std::string_view name_of(flow::Change::Kind kind) {
  switch (kind) {
    case flow::Change::Kind::finding: return "finding";
    case flow::Change::Kind::machine: return "machine";
    case flow::Change::Kind::site: break;
  }
  return "site";
}

std::string event_text(std::string_view id, std::string_view name, std::string_view data) {
  std::string text;
  if (!id.empty()) text.append("id: ").append(id).append("\n");
  return text.append("event: ").append(name).append("\ndata: ").append(data).append("\n\n");
}

}  // namespace

bool EventHub::may_see(const Viewer& viewer, const Reach& reach) {
  if (!reach.tenant) return true;
  if (viewer.tenant != *reach.tenant) return false;
  return reach.person ? viewer.user == *reach.person : viewer.units.contains(reach.unit.value);
}

std::string EventHub::id(std::uint64_t number) const { return run_ + "-" + std::to_string(number); }

void EventHub::publish(const flow::Change& change) {
  tell(name_of(change.kind), change.id, {.tenant = change.tenant, .unit = change.unit});
}

void EventHub::publish_to_all(std::string_view name, std::int64_t id) { tell(name, id, {}); }

void EventHub::publish_to_person(std::string_view name, TenantId tenant, UserId person, std::int64_t id) {
  tell(name, id, {.tenant = tenant, .person = person});
}

void EventHub::tell(std::string_view name, std::int64_t about, const Reach& reach) {
  const auto data = "{\"id\":" + std::to_string(about) + "}";
  const std::lock_guard lock(mutex_);
  ++newest_;
  auto text = event_text(id(newest_), name, data);
  std::erase_if(streams_, [&](const Stream& stream) {
    return may_see(stream.viewer, reach) && !stream.sink->write(text);
  });
  kept_.push_back({newest_, reach, std::move(text)});
  if (kept_.size() > kKept) kept_.pop_front();
}

bool EventHub::has_room(SessionId session) {
  const std::lock_guard lock(mutex_);
  std::erase_if(streams_, [&](const Stream& stream) {
    return stream.viewer.session == session && !stream.sink->write(":\n\n");
  });
  const auto mine = std::ranges::count_if(streams_, [&](const Stream& s) { return s.viewer.session == session; });
  return streams_.size() < kMostStreams && static_cast<std::size_t>(mine) < kMostStreamsPerSession;
}

// Sends what was missed. False if that is not known any more.
bool EventHub::resume(const Stream& stream, std::string_view last_event_id) const {
  const auto dash = last_event_id.rfind('-');
  if (dash == last_event_id.npos || last_event_id.substr(0, dash) != run_) return false;
  const auto digits = last_event_id.substr(dash + 1);
  std::uint64_t heard = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), heard);
  if (error != std::errc() || end != digits.data() + digits.size() || heard > newest_) return false;
  // kept_ holds consecutive numbers: is the one after `heard` still there?
  const auto oldest = kept_.empty() ? newest_ + 1 : kept_.front().number;
  if (heard + 1 < oldest) return false;
  for (const Kept& kept : kept_) {
    if (kept.number > heard && may_see(stream.viewer, kept.reach)) stream.sink->write(kept.text);
  }
  return true;
}

void EventHub::subscribe(Viewer viewer, std::string_view last_event_id, std::shared_ptr<net::StreamSink> sink) {
  khien_assert(sink != nullptr);
  const std::lock_guard lock(mutex_);
  Stream stream{std::move(viewer), std::move(sink)};
  if (!stream.sink->write("retry: 3000\n\n")) return;
  if (last_event_id.empty()) {
    // The id lets the browser resume even if nothing happens before it is cut off.
    stream.sink->write("id: " + id(newest_) + "\n\n");
  } else if (!resume(stream, last_event_id)) {
    stream.sink->write(event_text(id(newest_), "reset", "{}"));
  }
  streams_.push_back(std::move(stream));
}

void EventHub::end_session(SessionId session) {
  const std::lock_guard lock(mutex_);
  std::erase_if(streams_, [&](const Stream& stream) {
    if (stream.viewer.session != session) return false;
    stream.sink->write(event_text({}, "session_ended", "{}"));
    return true;
  });
}

void EventHub::close_user(UserId user) {
  const std::lock_guard lock(mutex_);
  std::erase_if(streams_, [&](const Stream& stream) { return stream.viewer.user == user; });
}

void EventHub::close_tenant(TenantId tenant) {
  const std::lock_guard lock(mutex_);
  std::erase_if(streams_, [&](const Stream& stream) { return stream.viewer.tenant == tenant; });
}

void EventHub::keep_alive() {
  const std::lock_guard lock(mutex_);
  std::erase_if(streams_, [](const Stream& stream) { return !stream.sink->write(":\n\n"); });
}

std::vector<EventHub::Viewer> EventHub::viewers() const {
  const std::lock_guard lock(mutex_);
  std::vector<Viewer> all;
  all.reserve(streams_.size());
  for (const Stream& stream : streams_) {
    all.push_back({stream.viewer.session, stream.viewer.user, stream.viewer.tenant, stream.viewer.roots, {}});
  }
  return all;
}

std::size_t EventHub::streams() const {
  const std::lock_guard lock(mutex_);
  return streams_.size();
}

}  // namespace khien::api

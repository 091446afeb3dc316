#include "khien/exchange/outbox.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <thread>

#include "khien/core/assert.hpp"
#include "khien/core/hash.hpp"
#include "khien/core/log.hpp"
#include "khien/core/text.hpp"
#include "khien/crawl/web_url.hpp"
#include "khien/estate/page_cursor.hpp"
#include "mail_address.hpp"

namespace khien::exchange {
namespace {

constexpr Duration kLookEvery = seconds(5);
constexpr Duration kFirstPause = minutes(1);
constexpr Duration kLongestPause = hours(2);
constexpr Duration kKept = days(90);
// A server that is down over a long weekend gets its mails when it is back.
constexpr Duration kTriedFor = hours(96);
constexpr std::int64_t kLeastTries = 8;  // of one that waited while the hub was down
constexpr int kMostFailuresInARow = 3;   // of one channel in one round: the server is not there
constexpr std::int64_t kMostWaitingOfTarget = 1'000;
constexpr std::int64_t kMostWaiting = 20'000;  // of a tenant
constexpr std::size_t kMostBodyBytes = 256u << 10;
constexpr std::size_t kMostErrorBytes = 300;
constexpr std::int64_t kAtOnce = 100;  // looked at in one round
constexpr std::size_t kMostPage = 500;

// A backlog is bounded: the oldest that waits is given up for the newest, and says why.
Result<void> make_place(store::Connection& connection, TenantId tenant, std::string_view target, Timestamp now) {
  TRY_VOID(connection.run("UPDATE outbox_item SET state = 'failed', next_try_at = NULL, settled_at = ?3, last_error = 'too many wait for this target' WHERE id IN "
                          "(SELECT id FROM outbox_item INDEXED BY outbox_item_waiting WHERE tenant_id = ?1 AND target = ?2 AND state = 'waiting' ORDER BY id DESC "
                          "LIMIT -1 OFFSET ?4)",
                          {tenant, target, now, kMostWaitingOfTarget - 1}));
  TRY_VOID(connection.run("UPDATE outbox_item SET state = 'failed', next_try_at = NULL, settled_at = ?2, last_error = 'too many wait' WHERE id IN "
                          "(SELECT min(id) FROM outbox_item INDEXED BY outbox_item_waiting WHERE tenant_id = ?1 AND state = 'waiting' HAVING count(*) >= ?3)",
                          {tenant, now, kMostWaiting}));
  return {};
}

Result<OutboxItemId> queue(store::Connection& connection, TenantId tenant, Channel channel, std::string_view target, std::string_view subject,
                           std::string_view body, Timestamp now) {
  if (body.size() > kMostBodyBytes) return Error(Code::exhausted, "too large to be sent");
  TRY_VOID(make_place(connection, tenant, target, now));
  TRY_VOID(connection.run("INSERT INTO outbox_item (tenant_id, channel, target, subject, body, state, queued_at, next_try_at) "
                          "VALUES (?1, ?2, ?3, ?4, ?5, 'waiting', ?6, ?6)",
                          {tenant, to_string(channel), target, subject, body, now}));
  return OutboxItemId{connection.last_insert_id()};
}

struct Due {
  OutboxItemId id;
  Channel channel = Channel::mail;
  std::string target, subject, body;
  std::int64_t attempts = 0;
  Timestamp queued_at;
};

}  // namespace

Result<OutboxItemId> queue_mail(store::Connection& connection, TenantId tenant, std::string_view to, const MailTemplate::Words& words,
                                Timestamp now) {
  if (!is_mail_address(to)) return Error(Code::invalid, "no mail address");
  return queue(connection, tenant, Channel::mail, to, words.subject, words.body, now);
}

Result<OutboxItemId> queue_webhook(store::Connection& connection, TenantId tenant, std::string_view url, std::string_view event,
                                   std::string_view json, Timestamp now) {
  if (url.size() > 2'000) return Error(Code::invalid, "url: too long");
  TRY(const auto parsed, crawl::WebUrl::parse(url));
  if (event.empty() || event.size() > 100 || event.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789._-") != event.npos) {
    return Error(Code::invalid, "event: small letters, digits, '.', '_' and '-'");
  }
  return queue(connection, tenant, Channel::webhook, parsed.text(), event, json, now);
}

Result<OutboxPage> list_outbox(store::Connection& connection, const store::TenantScope& scope, std::string_view cursor, std::size_t limit) {
  std::int64_t before = INT64_MAX;
  if (!cursor.empty()) {
    TRY(const auto fields, estate::from_cursor(cursor, "outbox", {std::int64_t{0}}));
    before = std::get<std::int64_t>(fields[0]);
  }
  limit = std::min(std::max<std::size_t>(limit, 1), kMostPage);
  OutboxPage page;
  TRY_VOID(connection.query(
      "SELECT o.id, o.channel, o.target, o.subject, o.state, o.attempts, o.queued_at, o.next_try_at, o.settled_at, o.last_error "
      "FROM outbox_item o WHERE o.tenant_id = ?1 AND o.id < ?3 AND EXISTS (SELECT 1 FROM unit u WHERE u.tenant_id = ?1 AND "
      "u.parent_id IS NULL AND u.id IN (SELECT value FROM json_each(?2))) ORDER BY o.id DESC LIMIT ?4",
      {scope.tenant(), scope.roots_json(), before, static_cast<std::int64_t>(limit + 1)}, [&](const store::Row& row) -> Result<void> {
        OutboxItem item{.id = row.id<OutboxItemTag>(0), .channel = channel_from_string(row.text(1)).value(), .target = std::string(row.text(2)),
                        .subject = std::string(row.text(3)), .state = std::string(row.text(4)), .attempts = row.integer(5),
                        .queued_at = row.time(6), .next_try_at = {}, .sent_at = {}, .last_error = std::string(row.text(9))};
        if (!row.is_null(7)) item.next_try_at = row.time(7);
        if (!row.is_null(8) && item.state == "sent") item.sent_at = row.time(8);
        page.items.push_back(std::move(item));
        return {};
      }));
  if (page.items.size() > limit) {
    page.items.resize(limit);
    page.next = estate::to_cursor("outbox", {page.items.back().id.value});
  }
  return page;
}

Result<OutboxCounts> count_outbox(store::Connection& connection, TenantId tenant, Timestamp since) {
  OutboxCounts counts;
  TRY_VOID(connection.query_one(
      "SELECT (SELECT count(*) FROM outbox_item INDEXED BY outbox_item_due WHERE state = 'waiting' AND tenant_id = ?1), "
      "(SELECT count(*) FROM outbox_item INDEXED BY outbox_item_settled WHERE state <> 'waiting' AND settled_at >= ?2 AND state = 'failed' "
      "AND tenant_id = ?1)",
      {tenant, since}, [&](const store::Row& row) -> Result<void> {
        counts = {row.integer(0), row.integer(1)};
        return {};
      }));
  return counts;
}

Result<MailTrouble> mail_trouble(store::Connection& connection, TenantId tenant, Timestamp now) {
  MailTrouble trouble;
  TRY_VOID(connection.query_one("SELECT count(*), min(queued_at) FROM outbox_item INDEXED BY outbox_item_waiting WHERE tenant_id = ?1 AND state = 'waiting' "
                                "AND channel = 'mail' AND attempts > 0",
                                {tenant}, [&](const store::Row& row) -> Result<void> {
                                  trouble.waiting = row.integer(0);
                                  if (!row.is_null(1)) trouble.since = row.time(1);
                                  return {};
                                }));
  TRY_VOID(connection.query_one("SELECT count(*) FROM outbox_item INDEXED BY outbox_item_settled WHERE state <> 'waiting' AND settled_at >= ?2 "
                                "AND state = 'failed' AND channel = 'mail' AND tenant_id = ?1",
                                {tenant, now - days(7)}, [&](const store::Row& row) -> Result<void> {
                                  trouble.given_up = row.integer(0);
                                  return {};
                                }));
  return trouble;
}

std::string webhook_signature(const Secret& key, std::string_view timestamp, std::string_view body) {
  const std::string text = std::string(timestamp) + "." + std::string(body);
  return "sha256=" + hmac_sha256(as_bytes(key.reveal()), as_bytes(text)).hex();
}

struct Outbox::Impl {
  store::Store& hub;
  const Clock& clock;
  Options options;
  std::mutex mutex;
  std::condition_variable bell;
  bool stopping = false;
  std::thread thread;
  std::map<std::string, std::deque<Duration>> sent;  // by target, lately; monotonic

  // False: the target had enough for this minute.
  bool may_send(const std::string& target) {
    auto& times = sent[target];
    const Duration now = clock.monotonic();
    while (!times.empty() && now.ms - times.front().ms >= minutes(1).ms) times.pop_front();
    if (static_cast<std::int64_t>(times.size()) >= options.per_minute) return false;
    times.push_back(now);
    return true;
  }

  bool can_carry(Channel channel) const {
    return options.carrier && (channel == Channel::mail ? !options.from.empty() : !options.webhook_key.empty());
  }

  Result<std::vector<Due>> due() {
    std::vector<Due> all;
    TRY_VOID(hub.read([&](store::Connection& connection) {
      return connection.query(
          // Of each target no more than it may get now: behind a thousand of one stands another's.
          "SELECT o.id, o.channel, o.target, o.subject, o.body, o.attempts, o.queued_at FROM (SELECT id, next_try_at, row_number() OVER "
          "(PARTITION BY target ORDER BY next_try_at, id) AS place FROM outbox_item INDEXED BY outbox_item_due WHERE state = 'waiting' AND next_try_at <= ?1) d "
          "JOIN outbox_item o ON o.id = d.id WHERE d.place <= ?3 ORDER BY d.next_try_at, d.id LIMIT ?2",
          {clock.now(), kAtOnce, options.per_minute}, [&](const store::Row& row) -> Result<void> {
            Due one{.id = row.id<OutboxItemTag>(0), .channel = {}, .target = std::string(row.text(2)), .subject = std::string(row.text(3)),
                    .body = std::string(row.text(4)), .attempts = row.integer(5), .queued_at = row.time(6)};
            TRY(one.channel, channel_from_string(row.text(1)));
            all.push_back(std::move(one));
            return {};
          });
    }));
    return all;
  }

  Result<void> carry(const Due& item) {
    const std::string number = std::to_string(item.id.value);
    if (item.channel == Channel::mail) {
      // The same mail is the same mail, however often it is tried.
      const MailHead head{.from = options.from, .from_name = options.from_name, .to = item.target,
                          .message_id = "khien." + number + "." + std::to_string(item.queued_at.ms) + "@" + options.host, .date = item.queued_at};
      TRY(const auto text, mail_text(head, {.subject = item.subject, .body = item.body}));
      return options.carrier->mail(options.from, item.target, text);
    }
    const std::string seconds_now = std::to_string(clock.now().ms / 1000);
    return options.carrier->webhook(item.target,
                                    {{"Content-Type", "application/json"},
                                     {"X-Khien-Event", item.subject},
                                     {"X-Khien-Delivery", options.host + "/" + number},
                                     {"X-Khien-Timestamp", seconds_now},
                                     {"X-Khien-Signature", webhook_signature(options.webhook_key, seconds_now, item.body)}},
                                    item.body);
  }

  Result<void> settle(const Due& item, const Result<void>& carried) {
    const Timestamp now = clock.now();
    const bool may_pass = !carried && (carried.error().code() == Code::unavailable || carried.error().code() == Code::exhausted);
    const bool again = may_pass && (item.attempts + 1 < kLeastTries || now < item.queued_at + kTriedFor);
    const std::string_view state = carried ? "sent" : again ? "waiting" : "failed";
    const std::string error = carried ? std::string() : to_valid_utf8(truncate(carried.error().what(), kMostErrorBytes));
    const Timestamp next = now + Duration{std::min(kFirstPause.ms << std::min<std::int64_t>(item.attempts, 10), kLongestPause.ms)};
    log_info("outbox", {{"item", std::to_string(item.id.value)}, {"channel", std::string(to_string(item.channel))}, {"state", std::string(state)},
                        {"error", printable(error)}});
    return hub.write([&](store::Connection& connection) -> Result<void> {
      TRY_VOID(connection.run("UPDATE outbox_item SET attempts = attempts + 1, state = ?2, next_try_at = ?3, settled_at = ?4, last_error = ?5 "
                              "WHERE id = ?1 AND state = 'waiting'",
                              {item.id, state, again ? store::Value(next) : store::Value(nullptr),
                               again ? store::Value(nullptr) : store::Value(now), error}));
      TRY_VOID(connection.run("DELETE FROM outbox_item WHERE state <> 'waiting' AND settled_at < ?1", {now - kKept}));
      return {};
    });
  }

  bool is_stopping() {
    const std::lock_guard lock(mutex);
    return stopping;
  }

  Result<void> tend() {
    TRY(const auto all, due());
    std::map<Channel, int> failures;  // in a row
    for (const Due& item : all) {
      if (is_stopping()) return {};
      if (!can_carry(item.channel) || failures[item.channel] >= kMostFailuresInARow || !may_send(item.target)) continue;
      const auto carried = carry(item);
      failures[item.channel] = !carried && carried.error().code() == Code::unavailable ? failures[item.channel] + 1 : 0;
      TRY_VOID(settle(item, carried));
    }
    std::erase_if(sent, [&](const auto& one) { return one.second.empty() || clock.monotonic().ms - one.second.back().ms >= minutes(1).ms; });
    return {};
  }

  void run() {
    for (;;) {
      if (auto tended = tend(); !tended) log_error("outbox_failed", {{"error", printable(tended.error().what())}});
      std::unique_lock lock(mutex);
      if (bell.wait_for(lock, std::chrono::milliseconds(kLookEvery.ms), [this] { return stopping; })) return;
    }
  }
};

Outbox::Outbox(store::Store& hub, const Clock& clock, Options options)
    : impl_(new Impl{.hub = hub, .clock = clock, .options = std::move(options)}) {}
Outbox::~Outbox() { stop(); }
void Outbox::start() {
  khien_assert(!impl_->thread.joinable());
  impl_->thread = std::thread([impl = impl_.get()] { impl->run(); });
}
void Outbox::stop() {
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->stopping = true;
  }
  impl_->bell.notify_all();
  if (impl_->thread.joinable()) impl_->thread.join();
}
Result<void> Outbox::tend() { return impl_->tend(); }

}  // namespace khien::exchange

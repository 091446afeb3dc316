#include "khien/exchange/sender.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <utility>

#include "khien/core/assert.hpp"
#include "khien/core/log.hpp"
#include "khien/core/text.hpp"
#include "khien/estate/units.hpp"
#include "ledger.hpp"

namespace khien::exchange {
namespace {

// Findings told late are still found.
constexpr Duration kOverlap = minutes(60);
constexpr Duration kSetUpEvery = minutes(10);
constexpr Duration kMachineRowsKept = days(35);
constexpr std::size_t kNotedAtOnce = 1'000;
constexpr std::int64_t kMostWaiting = 20;  // composed and not accepted; more rows wait unshared

// A minute, two, four … an hour; a quarter more or less, so that provinces do not come at once.
Duration pause_after(std::int64_t failures, const Sender::Options& options, Random& random) {
  khien_assert(failures >= 1 && options.first_pause.ms >= 1);
  const auto doublings = std::min<std::int64_t>(failures - 1, 10);
  const std::int64_t pause = std::min(options.first_pause.ms << doublings, options.longest_pause.ms);
  return {pause - pause / 4 + static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(pause / 2 + 1)))};
}

Result<std::unique_ptr<net::Client>> net_client(const PartnerSettings& settings, Duration timeout) {
  return net::make_client({.ca_pem = settings.ca_pem, .pinned_key = settings.pinned_key, .source_address = settings.source_address,
                           .certificate_pem = {}, .key_pem = {}, .timeout = timeout, .max_answer_bytes = 1u << 20});
}

}  // namespace

struct Sender::Impl {
  store::Store& hub;
  const Clock& clock;
  Random& random;
  Options options;

  std::mutex mutex;
  std::condition_variable bell;
  bool stopping = false;
  bool woken = false;
  std::thread thread;

  std::mutex tending;  // one round at a time
  std::map<std::string, std::unique_ptr<net::Client>> clients;
  std::map<std::string, Duration> round_at;  // monotonic; of each partner
  std::optional<Duration> set_up_at;         // the same
  std::set<std::string> not_composed;        // partners: not tried again before the next round
  bool changed = false;

  // Partners and units are looked after every ten minutes: the one writer has others to serve.
  bool is_set_up_due() const { return !set_up_at || clock.monotonic().ms - set_up_at->ms >= kSetUpEvery.ms; }

  bool is_stopping() {
    const std::lock_guard lock(mutex);
    return stopping;
  }

  Result<void> read(const store::Store::Work& work) { return hub.read(work); }
  Result<void> write(const store::Store::Work& work) {
    TRY_VOID(hub.write(work));
    changed = true;
    return {};
  }

  Result<PartnerState> state_of(TenantId tenant, const PartnerSettings& settings) {
    PartnerState state;
    TRY_VOID(read([&](store::Connection& connection) -> Result<void> {
      TRY(state, partner_state(connection, tenant, settings.name));
      return {};
    }));
    return state;
  }

  Result<void> tend(bool at_once);
  Result<void> tend_partner(TenantId tenant, const PartnerSettings& settings, bool at_once);
  Result<std::vector<TenantId>> tenants();
  Result<void> set_up(TenantId tenant);
  Result<void> note(TenantId tenant, const PartnerSettings& settings, const PartnerState& state, Timestamp settled);
  Result<void> note_findings(TenantId tenant, const PartnerSettings& settings, const PartnerState& state, const RowQuery& query,
                             Timestamp settled);
  Result<void> note_connections(TenantId tenant, const PartnerSettings& settings, const PartnerState& state, const RowQuery& query);
  Result<void> note_machines(TenantId tenant, const PartnerSettings& settings, const PartnerState& state, const RowQuery& query);
  Result<bool> compose(TenantId tenant, const PartnerSettings& settings, SharePartnerId partner);
  Result<void> compose_all(TenantId tenant, const PartnerSettings& settings);
  Result<void> send_due(TenantId tenant, const PartnerSettings& settings);
  Answer exchange(const PartnerSettings& settings, const WaitingMessage& message);
  Result<bool> send_one(TenantId tenant, const PartnerSettings& settings, const PartnerState& state, const WaitingMessage& message);
  void run();
};

Result<std::vector<TenantId>> Sender::Impl::tenants() {
  std::vector<TenantId> all;
  TRY_VOID(read([&](store::Connection& connection) -> Result<void> {
    TRY(all, estate::all_tenants(connection));
    return {};
  }));
  return all;
}

Result<void> Sender::Impl::set_up(TenantId tenant) {
  const Timestamp now = clock.now();
  return hub.write([&](store::Connection& connection) -> Result<void> {
    for (const PartnerSettings& settings : options.partners) TRY_VOID(set_up_partner(connection, tenant, settings, now));
    TRY_VOID(end_partners_besides(connection, tenant, options.partners));
    if (!options.partners.empty()) TRY_VOID(want_units(connection, tenant, options.regular_days, now));
    return forget_old(connection, tenant, now - days(options.keep_days), now - kMachineRowsKept);
  });
}

Result<void> Sender::Impl::note(TenantId tenant, const PartnerSettings& settings, const PartnerState& state, Timestamp settled) {
  RowQuery query{.tenant = tenant, .roots_json = {}, .now = clock.now(), .sample = false, .limit = kNotedAtOnce};
  TRY_VOID(read([&](store::Connection& connection) -> Result<void> {
    TRY(const auto root, estate::root_unit(connection, tenant));
    query.roots_json = "[" + std::to_string(root.value) + "]";
    return {};
  }));
  TRY_VOID(note_findings(tenant, settings, state, query, settled));
  TRY_VOID(note_connections(tenant, settings, state, query));
  return note_machines(tenant, settings, state, query);
}

Result<void> Sender::Impl::note_findings(TenantId tenant, const PartnerSettings& settings, const PartnerState& state, const RowQuery& query,
                                         Timestamp settled) {
  FindingPosition position{std::max(state.noted_through - kOverlap, state.since), {}};
  for (bool more = true; more && !is_stopping();) {
    std::vector<NewRow> rows;
    TRY_VOID(read([&](store::Connection& connection) -> Result<void> {
      TRY(rows, finding_rows(connection, settings, query, position, settled));
      return {};
    }));
    more = rows.size() == query.limit;
    if (rows.empty()) break;
    position = {rows.back().opened_at, *rows.back().finding};
    TRY_VOID(write([&](store::Connection& connection) -> Result<void> {
      TRY_VOID(note_rows(connection, tenant, state.id, rows, query.now));
      return set_noted(connection, tenant, state.id, position.opened_at, {});
    }));
  }
  return {};
}

Result<void> Sender::Impl::note_connections(TenantId tenant, const PartnerSettings& settings, const PartnerState& state, const RowQuery& query) {
  for (bool more = true; more && !is_stopping();) {
    std::vector<NewRow> rows;
    TRY_VOID(read([&](store::Connection& connection) -> Result<void> {
      TRY(rows, connection_rows(connection, settings, query, state.id, state.since));
      return {};
    }));
    more = rows.size() == query.limit;
    if (rows.empty()) break;
    TRY_VOID(write([&](store::Connection& connection) -> Result<void> {
      TRY_VOID(note_rows(connection, tenant, state.id, rows, query.now));
      return {};
    }));
  }
  return {};
}

// Once a day.
Result<void> Sender::Impl::note_machines(TenantId tenant, const PartnerSettings& settings, const PartnerState& state, const RowQuery& query) {
  const Date today = vietnam_day(query.now);
  if (state.noted_day && *state.noted_day >= today) return {};
  MachineId after;
  for (bool more = true; more;) {
    if (is_stopping()) return {};
    std::vector<NewRow> rows;
    TRY_VOID(read([&](store::Connection& connection) -> Result<void> {
      TRY(rows, machine_rows(connection, settings, query, today, after));
      return {};
    }));
    more = rows.size() == query.limit;
    if (!rows.empty()) after = rows.back().machine;
    TRY_VOID(write([&](store::Connection& connection) -> Result<void> {
      TRY_VOID(note_rows(connection, tenant, state.id, rows, query.now));
      return more ? Result<void>() : set_noted(connection, tenant, state.id, state.noted_through, today);
    }));
  }
  return {};
}

// One message of what waits; false if nothing does.
Result<bool> Sender::Impl::compose(TenantId tenant, const PartnerSettings& settings, SharePartnerId partner) {
  std::vector<PendingRow> rows;
  const std::size_t most = std::clamp(settings.batch, kLeastRows, kMostRows);
  TRY_VOID(read([&](store::Connection& connection) -> Result<void> {
    TRY(rows, unshared_rows(connection, tenant, partner, most));
    return {};
  }));
  if (rows.empty()) return false;
  const std::string name = message_name(settings.name, rows);
  AvReport report{.from = settings.from, .subject = "Báo cáo thông tin mã độc " + name, .at = clock.now(), .rows = {}};
  for (const PendingRow& row : rows) {
    report.not_updated += row.not_updated ? 1 : 0;
    report.rows.push_back(row.row);
  }
  TRY(const auto plain, settings.scheme.write(report));
  TRY(const auto xml, options.seal(plain, settings.scheme.seal_place()));
  TRY_VOID(write([&](store::Connection& connection) -> Result<void> {
    TRY(const auto id, put_message(connection, tenant, partner, name, rows, xml, report.at));
    khien_assert(id);
    return {};
  }));
  return true;
}

Result<void> Sender::Impl::compose_all(TenantId tenant, const PartnerSettings& settings) {
  for (;;) {
    TRY(const auto state, state_of(tenant, settings));
    if (state.waiting >= kMostWaiting || is_stopping()) return {};
    TRY(const bool more, compose(tenant, settings, state.id));
    if (!more) return {};
  }
}

Answer Sender::Impl::exchange(const PartnerSettings& settings, const WaitingMessage& message) {
  Answer answer{.at = clock.now()};
  const Duration began = clock.monotonic();
  net::ClientRequest request{.method = net::Method::post, .url = settings.url, .headers = {}, .body = message.xml, .timeout = options.send_time};
  request.headers.add("Content-Type", settings.scheme.content_type());
  if (!settings.scheme.soap_action().empty()) request.headers.add("SOAPAction", settings.scheme.soap_action());
  auto& client = clients[settings.name];
  Result<net::ClientResponse> response = Error(Code::internal, "not sent");
  if (!client) {
    auto made = options.client ? options.client(settings) : net_client(settings, options.send_time);
    if (made) client = std::move(made).value();
    else response = made.error();
  }
  if (client) response = client->send(request);
  answer.took = clock.monotonic();
  answer.took.ms -= began.ms;
  answer.at = clock.now();
  if (!response) {
    // Something came, and more than anybody reads: what it meant is not clear.
    answer.outcome = response.error().code() == Code::exhausted ? Outcome::unclear : Outcome::later;
    answer.error = response.error().what();
    return answer;
  }
  answer.status = response->status;
  answer.outcome = settings.scheme.judge(response->status, response->body);
  answer.cut = response->body.size() > kMostAnswerBytes;
  answer.body = response->body.substr(0, kMostAnswerBytes);
  const bool is_good = answer.outcome == Outcome::accepted || answer.outcome == Outcome::duplicate;
  if (!is_good) answer.error = "HTTP " + std::to_string(answer.status) + ", " + std::string(to_string(answer.outcome));
  return answer;
}

// False: the receiver as a whole does not answer, and is left alone for a while.
Result<bool> Sender::Impl::send_one(TenantId tenant, const PartnerSettings& settings, const PartnerState& state, const WaitingMessage& message) {
  Settling settling{.answer = exchange(settings, message), .next_try_at = {}, .state = MessageState::queued, .regular_days = options.regular_days};
  const Answer& answer = settling.answer;
  const Timestamp now = clock.now();
  const std::int64_t failures = answer.outcome == Outcome::later ? state.failures + 1 : 0;
  switch (answer.outcome) {
    case Outcome::accepted:
    case Outcome::duplicate: settling.state = MessageState::shared; break;
    case Outcome::refused: settling.state = MessageState::failed; break;
    case Outcome::unclear:
      if (message.unclear + 1 >= kMostUnclear) settling.state = MessageState::failed;
      else settling.next_try_at = now + pause_after(message.unclear + 1, options, random);
      break;
    case Outcome::later: settling.next_try_at = now; break;
  }
  const Timestamp next = failures > 0 ? now + pause_after(failures, options, random) : now;
  TRY_VOID(write([&](store::Connection& connection) -> Result<void> {
    TRY_VOID(settle(connection, tenant, state.id, message.id, settling));
    return set_partner_error(connection, tenant, state.id, answer.error, failures, next, now);
  }));
  log_info("share_answer", {{"partner", settings.name}, {"message", message.name}, {"status", std::to_string(answer.status)},
                            {"outcome", std::string(to_string(answer.outcome))}});
  return failures == 0;
}

Result<void> Sender::Impl::send_due(TenantId tenant, const PartnerSettings& settings) {
  while (!is_stopping()) {
    TRY(const auto state, state_of(tenant, settings));
    const Timestamp now = clock.now();
    if (state.is_paused || state.next_try_at > now) return {};
    std::optional<WaitingMessage> message;
    TRY_VOID(read([&](store::Connection& connection) -> Result<void> {
      TRY(message, due_message(connection, tenant, state.id, now));
      return {};
    }));
    if (!message) return {};
    TRY(const bool goes_on, send_one(tenant, settings, state, *message));
    if (!goes_on) return {};
  }
  return {};
}

Result<void> Sender::Impl::tend_partner(TenantId tenant, const PartnerSettings& settings, bool at_once) {
  if (settings.url.empty()) return {};
  const Duration now = clock.monotonic();
  const auto round = round_at.find(settings.name);
  const bool is_due = at_once || round == round_at.end() || now.ms - round->second.ms >= options.every.ms;
  TRY(const auto state, state_of(tenant, settings));
  if (is_due && !state.is_paused) {
    round_at[settings.name] = now;
    not_composed.erase(settings.name);
    TRY_VOID(note(tenant, settings, state, at_once ? clock.now() : clock.now() - options.settle_time));
  }
  if (is_due && !state.is_paused && !options.seal) {
    TRY_VOID(write([&](store::Connection& connection) {
      return set_partner_error(connection, tenant, state.id, "not composed: there is no key to sign with", state.failures, state.next_try_at,
                               clock.now());
    }));
  }
  // What waits in rows becomes messages as those before are settled.
  if (!state.is_paused && options.seal && (is_due || state.waiting == 0) && !not_composed.contains(settings.name)) {
    if (auto composed = compose_all(tenant, settings); !composed) {
      not_composed.insert(settings.name);
      const auto text = "not composed: " + composed.error().what();
      TRY_VOID(write([&](store::Connection& connection) {
        return set_partner_error(connection, tenant, state.id, text, state.failures, state.next_try_at, clock.now());
      }));
      log_error("share_not_composed", {{"partner", settings.name}, {"error", printable(composed.error().what())}});
    }
  }
  return send_due(tenant, settings);
}

Result<void> Sender::Impl::tend(bool at_once) {
  const std::lock_guard one_at_a_time(tending);
  TRY(const auto all, tenants());
  Result<void> outcome;
  for (const TenantId tenant : all) {
    if (at_once || is_set_up_due()) TRY_VOID(set_up(tenant));
    for (const PartnerSettings& settings : options.partners) {
      if (auto tended = tend_partner(tenant, settings, at_once); !tended) outcome = std::move(tended).error().within(settings.name);
    }
  }
  set_up_at = is_set_up_due() ? clock.monotonic() : *set_up_at;
  if (std::exchange(changed, false) && options.on_change) options.on_change();
  return outcome;
}

void Sender::Impl::run() {
  for (;;) {
    if (auto tended = tend(false); !tended) log_error("share_failed", {{"error", printable(tended.error().what())}});
    std::unique_lock lock(mutex);
    bell.wait_for(lock, std::chrono::milliseconds(options.look_every.ms), [this] { return stopping || woken; });
    if (stopping) return;
    woken = false;
  }
}

Sender::Sender(store::Store& hub, const Clock& clock, Random& random, Options options)
    : impl_(new Impl{.hub = hub, .clock = clock, .random = random, .options = std::move(options)}) {}

Sender::~Sender() { stop(); }

void Sender::start() {
  khien_assert(!impl_->thread.joinable());
  impl_->thread = std::thread([impl = impl_.get()] { impl->run(); });
}

void Sender::stop() {
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->stopping = true;
  }
  impl_->bell.notify_all();
  if (impl_->thread.joinable()) impl_->thread.join();
}

void Sender::wake() {
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->woken = true;
  }
  impl_->bell.notify_all();
}

Result<void> Sender::set_up() {
  TRY(const auto all, impl_->tenants());
  for (const TenantId tenant : all) TRY_VOID(impl_->set_up(tenant));
  return {};
}

Result<void> Sender::tend(bool at_once) { return impl_->tend(at_once); }

}  // namespace khien::exchange

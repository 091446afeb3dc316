#include "khien/crawl/fetcher.hpp"

#include <algorithm>
#include <unordered_map>

#include "broken_pipe.hpp"
#include "event_loop.hpp"
#include "host_gates.hpp"
#include "khien/core/assert.hpp"
#include "multi.hpp"
#include "resolver.hpp"
#include "view.hpp"

namespace khien::crawl {
namespace {

constexpr std::size_t kConnectionsPerView = 2;
// How late a limit may be noticed, and how long epoll may sleep.
constexpr Duration kLongestSleep = milliseconds(200);

std::string_view word_of(const Error& error) {
  if (error.code() == Code::denied) return error.what() == "credentials" ? "credentials" : "scheme";
  return "address";
}

}  // namespace

struct Fetcher::Impl {
  Impl(Options own_options, SiteReader& own_reader, const Clock& own_clock, EventLoop own_loop)
      : options(std::move(own_options)),
        guard(options.guard),
        reader(own_reader),
        clock(own_clock),
        loop(std::move(own_loop)),
        gates(options.limits.host_at_once, options.limits.host_pause),
        multi(loop, options.limits.at_once * kConnectionsPerView) {}
  ~Impl();

  void enter(View& view);
  void admit();
  bool newcomers_may() const { return active.size() < options.limits.at_once; }
  void begin_step(View& view);
  void resolved(View& view, const Resolution& resolution);
  void begin_transfer(View& view, std::vector<IpAddress> addresses);
  void start(View& view, Transfer::Order order);
  void moved(CURL* easy, CURLcode code);
  void keep_answer(View& view, Answer answer);
  void keep_what_came(View& view);
  Onward read(View& view, const Answer& answer);
  void go_on(View& view, const Onward& onward, std::string_view limit);
  void queue_step(View& view);
  void leave_gate(View& view);
  void end(View& view, std::string_view limit, std::string_view refusal = {});
  void check_times();
  void deliver();
  Duration time_to_wait(Duration most) const;

  Options options;
  AddressGuard guard;
  SiteReader& reader;
  const Clock& clock;
  EventLoop loop;
  std::unique_ptr<TrustedAuthorities> authorities;
  HostGates gates;
  Sockets sockets;  // curl closes what it keeps when `multi` goes
  Multi multi;
  std::unique_ptr<Resolver> resolver;
  std::unordered_map<std::uint64_t, std::unique_ptr<View>> views;
  std::vector<std::uint64_t> active;  // begun
  std::vector<std::uint64_t> over;  // ended, `done` not called yet
  std::uint64_t numbers = 0;
};

Fetcher::Impl::~Impl() {
  for (auto& [number, view] : views) {
    if (!view->transfer) continue;
    CURL* easy = view->transfer->easy();
    multi.drop(easy);
    view->transfer.reset();
  }
}

// Begins as many steps as hosts and limits allow.
void Fetcher::Impl::admit() {
  while (const auto number = gates.next(clock.monotonic(), newcomers_may())) begin_step(*views.at(*number));
}

void Fetcher::Impl::enter(View& view) {
  view.fetched.view.url = view.fetched.view.final_url = view.request.url;
  auto url = WebUrl::parse(view.request.url);
  if (!url) return end(view, "refused_address", word_of(url.error()));
  view.url = std::move(url).value();
  view.fetched.view.url = view.fetched.view.final_url = view.url.text();
  queue_step(view);
}

void Fetcher::Impl::queue_step(View& view) {
  if (const auto word = guard.refusal(view.url); !word.empty()) return end(view, "refused_address", word);
  view.state = View::State::waiting;
  view.gate = view.url.host;
  const auto who = view.begun ? HostGates::Who::going_on : HostGates::Who::newcomer;
  gates.wait(view.gate, view.number, who, clock.monotonic());
}

void Fetcher::Impl::begin_step(View& view) {
  khien_assert(view.state == View::State::waiting && !view.inside);
  const auto now = clock.monotonic();
  view.inside = true;
  if (!view.begun) {
    view.begun = true;
    active.push_back(view.number);
    view.begun_at = now;
  }
  view.lively_at = now;
  view.lively_bytes = 0;
  if (view.url.address) return begin_transfer(view, {*view.url.address});
  view.state = View::State::resolving;
  resolver->resolve(view.url.host, [this, number = view.number](const Resolution& resolution) {
    const auto found = views.find(number);
    if (found != views.end() && found->second->state == View::State::resolving) resolved(*found->second, resolution);
  });
}

void Fetcher::Impl::resolved(View& view, const Resolution& resolution) {
  view.fetched.aliases = resolution.aliases;
  if (resolution.addresses.empty()) return end(view, "name");
  if (const auto word = guard.refusal(resolution.addresses); !word.empty()) return end(view, "refused_address", word);
  begin_transfer(view, resolution.addresses);
}

void Fetcher::Impl::begin_transfer(View& view, std::vector<IpAddress> addresses) {
  view.state = View::State::moving;
  const std::size_t most = view.request.body_bytes == 0 ? options.limits.body_bytes : view.request.body_bytes;
  start(view, {.url = view.url, .addresses = std::move(addresses), .request = view.request, .body_bytes = most});
}

void Fetcher::Impl::start(View& view, Transfer::Order order) {
  CURL* easy = multi.handle();
  const Transfer::Shared shared{options.limits, guard, *authorities, sockets};
  view.transfer = std::make_unique<Transfer>(std::move(order), shared, easy, view.number);
  multi.begin(easy);
}

void Fetcher::Impl::moved(CURL* easy, CURLcode code) {
  Transfer& transfer = Transfer::of(easy);
  View& view = *views.at(transfer.owner());
  khien_assert(view.state == View::State::moving && view.transfer.get() == &transfer);
  if (transfer.unused()) {
    Transfer::Order order = transfer.order();
    order.fresh = true;
    multi.drop(easy);
    return start(view, std::move(order));
  }
  transfer.keep_facts();
  std::string limit = transfer.limit_of(code);
  const std::string_view refusal = transfer.refusal();
  Answer answer = transfer.take();
  multi.drop(easy);
  view.transfer.reset();
  leave_gate(view);
  // Without a status nobody answered: what a step before said stays.
  if (answer.status == 0) return end(view, limit.empty() ? "connection" : limit, refusal);
  const Onward onward = read(view, answer);
  keep_answer(view, std::move(answer));
  // Also from an answer that was cut off: a browser would not wait for its end.
  if (!onward.reference.empty()) return go_on(view, onward, limit);
  end(view, limit, refusal);
}

Onward Fetcher::Impl::read(View& view, const Answer& answer) {
  Onward onward = onward_by_headers(answer);
  view.fetched.reading = {};
  if (!view.request.read_page || !is_page(answer) || answer.body.empty()) return onward;
  PageView page;
  page.visitor = view.request.visitor;
  page.url = page.final_url = view.url.text();
  page.status = answer.status;
  page.headers = answer.headers;
  page.body = answer.body;
  auto reading = reader.page(page);
  if (!reading) return onward;
  view.fetched.reading = std::move(reading).value();
  if (onward.reference.empty()) onward = {view.fetched.reading.next, view.fetched.reading.how};
  return onward;
}

void Fetcher::Impl::keep_answer(View& view, Answer answer) {
  PageView& page = view.fetched.view;
  page.final_url = view.url.text();
  page.status = answer.status;
  page.headers = std::move(answer.headers);
  page.body = std::move(answer.body);
  view.fetched.tls = std::move(answer.tls);
  view.fetched.peer = std::move(answer.peer);
  view.fetched.http = std::move(answer.http);
  view.answered = true;
}

// Of an answer that is cut off: its head and what of its body there is.
void Fetcher::Impl::keep_what_came(View& view) {
  view.transfer->keep_facts();
  Answer answer = view.transfer->take();
  if (answer.status != 0) keep_answer(view, std::move(answer));
}

void Fetcher::Impl::go_on(View& view, const Onward& onward, std::string_view limit) {
  auto next = view.url.resolve(onward.reference);
  const bool script = onward.how == RedirectStep::How::script;
  // A script's address that is none was read wrongly: the page stays.
  if (!next && script && next.error().code() == Code::invalid) return end(view, limit);
  // A page that loads itself again is not sent on.
  if (next && *next == view.url && onward.how != RedirectStep::How::location) return end(view, limit);
  auto& steps = view.fetched.view.steps;
  if (steps.size() >= options.limits.steps) return end(view, "redirects");
  steps.push_back({view.url.text(), view.fetched.view.status, onward.how});
  if (!next) return end(view, "refused_address", word_of(next.error()));
  view.url = std::move(next).value();
  queue_step(view);
}

void Fetcher::Impl::leave_gate(View& view) {
  if (view.inside) gates.leave(view.gate);
  view.inside = false;
}

void Fetcher::Impl::end(View& view, std::string_view limit, std::string_view refusal) {
  khien_assert(view.state != View::State::ended);
  if (view.transfer) {
    CURL* easy = view.transfer->easy();
    multi.drop(easy);
    view.transfer.reset();
  }
  if (!view.inside && !view.gate.empty()) gates.forget(view.gate, view.number);
  leave_gate(view);
  view.state = View::State::ended;
  PageView& page = view.fetched.view;
  page.visitor = view.request.visitor;
  page.limit = limit;
  page.fetched_at = clock.now();
  view.fetched.refusal = refusal;
  if (view.begun) view.fetched.took = {clock.monotonic().ms - view.begun_at.ms};
  over.push_back(view.number);
}

// Ends what takes too long: the whole view, or an answer that drips.
void Fetcher::Impl::check_times() {
  const auto now = clock.monotonic();
  const FetchLimits& limits = options.limits;
  for (const std::uint64_t number : active) {
    View& view = *views.at(number);
    if (view.state == View::State::ended) continue;
    if (view.transfer && view.transfer->came() >= view.lively_bytes + limits.slow_bytes) {
      view.lively_at = now;
      view.lively_bytes = view.transfer->came();
    }
    const bool slow = view.transfer && view.transfer->came() > 0 && now.ms - view.lively_at.ms >= limits.slow_time.ms;
    if (!slow && now.ms - view.begun_at.ms < limits.view_time.ms) continue;
    if (view.transfer) keep_what_came(view);
    end(view, "timeout");
  }
}

void Fetcher::Impl::deliver() {
  if (over.empty()) return;
  const std::vector<std::uint64_t> ended = std::exchange(over, {});
  std::erase_if(active, [&](std::uint64_t number) { return views.at(number)->state == View::State::ended; });
  for (const std::uint64_t number : ended) {
    const auto node = views.extract(number);
    khien_assert(!node.empty());
    View& view = *node.mapped();
    view.done(std::move(view.fetched));
  }
}

Duration Fetcher::Impl::time_to_wait(Duration most) const {
  const auto next = gates.next_at(newcomers_may());
  Duration wait = std::min(most, kLongestSleep);
  if (next) wait = std::min(wait, Duration{next->ms - clock.monotonic().ms});
  return std::max(wait, Duration{});
}

Fetcher::Fetcher(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Fetcher::~Fetcher() = default;

Result<std::unique_ptr<Fetcher>> Fetcher::create(Options options, SiteReader& reader, const Clock& clock) {
  khien_assert(options.limits.at_once > 0 && options.limits.host_at_once > 0);
  TRY(auto loop, EventLoop::create());
  auto impl = std::make_unique<Impl>(std::move(options), reader, clock, std::move(loop));
  TRY(impl->authorities, TrustedAuthorities::read(impl->options.ca_file));
  TRY(impl->resolver, Resolver::create(impl->loop, impl->options.dns_servers, clock));
  return std::unique_ptr<Fetcher>(new Fetcher(std::move(impl)));
}

Result<void> Fetcher::submit(FetchRequest request, Done done) {
  Impl& self = *impl_;
  if (self.views.size() - self.active.size() >= self.options.limits.waiting) return Error(Code::exhausted, "too many pages wait to be fetched");
  auto view = std::make_unique<View>();
  view->number = ++self.numbers;
  view->request = std::move(request);
  view->done = std::move(done);
  View& entered = *self.views.emplace(view->number, std::move(view)).first->second;
  self.enter(entered);
  return {};
}

bool Fetcher::step(Duration most) {
  Impl& self = *impl_;
  const NoBrokenPipe quiet;
  const auto settle = [&] { self.multi.settle([&](CURL* easy, CURLcode code) { self.moved(easy, code); }); };
  self.admit();
  Duration wait = self.resolver->step(self.time_to_wait(most));
  wait = self.multi.step(wait, self.clock.monotonic());
  settle();
  self.loop.wait(self.over.empty() ? wait : Duration{});
  settle();
  self.check_times();
  self.deliver();
  return !self.views.empty();
}

void Fetcher::run() {
  while (step(kLongestSleep)) {
  }
}

std::size_t Fetcher::pending() const { return impl_->views.size(); }

}  // namespace khien::crawl

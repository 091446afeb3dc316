#include "resolver.hpp"

#include <ares.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <cstring>
#include <unordered_map>

#include "khien/core/assert.hpp"

namespace khien::crawl {
namespace {

constexpr Duration kKept = minutes(5);
constexpr Duration kKeptFailure = seconds(20);
constexpr std::size_t kMaxKept = 20'000;
constexpr std::size_t kMaxAliases = 16;
constexpr int kTimeoutMs = 3000;
constexpr int kTries = 2;

void begin_ares() {
  static const int begun = ares_library_init(ARES_LIB_INIT_ALL);
  khien_assert(begun == ARES_SUCCESS);
}

struct Kept {
  Resolution resolution;
  Duration until;
};

IpAddress address_of(const ares_addrinfo_node& node) {
  IpAddress address;
  if (node.ai_family == AF_INET) {
    sockaddr_in in{};
    std::memcpy(&in, node.ai_addr, sizeof in);
    std::memcpy(address.bytes.data(), &in.sin_addr, 4);
  } else {
    sockaddr_in6 in{};
    std::memcpy(&in, node.ai_addr, sizeof in);
    address.v6 = true;
    std::memcpy(address.bytes.data(), &in.sin6_addr, 16);
  }
  return address;
}

Resolution resolution_of(int status, const ares_addrinfo* answer) {
  Resolution resolution;
  if (status != ARES_SUCCESS) resolution.failure = ares_strerror(status);
  if (answer == nullptr) return resolution;
  for (const auto* alias = answer->cnames; alias != nullptr && resolution.aliases.size() < kMaxAliases; alias = alias->next) {
    if (alias->name != nullptr) resolution.aliases.emplace_back(alias->name);
  }
  for (const auto* node = answer->nodes; node != nullptr; node = node->ai_next) {
    if (node->ai_family == AF_INET || node->ai_family == AF_INET6) resolution.addresses.push_back(address_of(*node));
  }
  std::ranges::sort(resolution.addresses);
  const auto [first, last] = std::ranges::unique(resolution.addresses);
  resolution.addresses.erase(first, last);
  return resolution;
}

}  // namespace

struct Resolver::Impl {
  Impl(EventLoop& event_loop, const Clock& own_clock) : loop(event_loop), clock(own_clock) {}
  ~Impl() {
    ending = true;
    if (channel != nullptr) ares_destroy(channel);
  }

  struct Question {
    Impl* resolver;
    std::string host;
  };

  static void answered(void* argument, int status, int, ares_addrinfo* answer) {
    const std::unique_ptr<Question> question(static_cast<Question*>(argument));
    const std::unique_ptr<ares_addrinfo, void (*)(ares_addrinfo*)> owned(answer, ares_freeaddrinfo);
    if (!question->resolver->ending) question->resolver->keep(question->host, resolution_of(status, answer));
  }

  void keep(const std::string& host, Resolution resolution) {
    if (kept.size() >= kMaxKept) kept.clear();
    const Duration for_how_long = resolution.addresses.empty() ? kKeptFailure : kKept;
    const auto now = clock.monotonic();
    const auto& stored = kept[host] = {std::move(resolution), {now.ms + for_how_long.ms}};
    const Resolution told = stored.resolution;
    auto waiting = std::move(asked[host]);
    asked.erase(host);
    for (const Done& done : waiting) done(told);
  }

  void watch(int fd, bool readable, bool writable) { loop.watch(fd, {readable, writable}, handler); }

  EventLoop& loop;
  const Clock& clock;
  ares_channel channel = nullptr;
  EventLoop::Handler handler;
  std::unordered_map<std::string, Kept> kept;
  std::unordered_map<std::string, std::vector<Done>> asked;
  bool ending = false;
};

Resolver::Resolver(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Resolver::~Resolver() = default;

Result<std::unique_ptr<Resolver>> Resolver::create(EventLoop& loop, const std::string& servers, const Clock& clock) {
  begin_ares();
  auto impl = std::make_unique<Impl>(loop, clock);
  ares_options options{};
  // No search list and no $HOSTALIASES: a name means what it says.
  options.flags = ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES;
  options.timeout = kTimeoutMs;
  options.tries = kTries;
  options.sock_state_cb = [](void* self, ares_socket_t fd, int readable, int writable) {
    static_cast<Impl*>(self)->watch(fd, readable != 0, writable != 0);
  };
  options.sock_state_cb_data = impl.get();
  const int mask = ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_SOCK_STATE_CB;
  if (const int status = ares_init_options(&impl->channel, &options, mask); status != ARES_SUCCESS)
    return Error(Code::unavailable, std::string("dns: ") + ares_strerror(status));
  if (!servers.empty() && ares_set_servers_ports_csv(impl->channel, servers.c_str()) != ARES_SUCCESS)
    return Error(Code::invalid, "dns: not a list of servers");
  impl->handler = [self = impl.get()](int fd, EventLoop::Ready ready) {
    ares_process_fd(self->channel, ready.readable ? fd : ARES_SOCKET_BAD, ready.writable ? fd : ARES_SOCKET_BAD);
  };
  return std::unique_ptr<Resolver>(new Resolver(std::move(impl)));
}

void Resolver::resolve(const std::string& host, Done done) {
  Impl& self = *impl_;
  if (const auto found = self.kept.find(host); found != self.kept.end()) {
    if (self.clock.monotonic() < found->second.until) {
      const Resolution told = found->second.resolution;
      done(told);
      return;
    }
    self.kept.erase(found);
  }
  auto& waiting = self.asked[host];
  waiting.push_back(std::move(done));
  if (waiting.size() > 1) return;
  ares_addrinfo_hints hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  // Sorting would connect sockets to each address, and nothing here was judged yet.
  hints.ai_flags = ARES_AI_NOSORT;
  auto question = std::make_unique<Impl::Question>(&self, host);
  ares_getaddrinfo(self.channel, host.c_str(), nullptr, &hints, Impl::answered, question.release());
}

Duration Resolver::step(Duration most) {
  ares_process_fd(impl_->channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
  timeval longest{.tv_sec = most.ms / 1000, .tv_usec = (most.ms % 1000) * 1000};
  timeval room{};
  const timeval* left = ares_timeout(impl_->channel, &longest, &room);
  return {left->tv_sec * 1000 + (left->tv_usec + 999) / 1000};
}

}  // namespace khien::crawl

#include "resolver.hpp"

#include <ares.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <unordered_map>

#include "khien/core/assert.hpp"
#include "khien/core/text.hpp"

namespace khien::crawl {
namespace {

constexpr Duration kKept = minutes(5);
constexpr Duration kKeptFailure = seconds(20);
constexpr std::size_t kMaxKept = 20'000;
constexpr std::size_t kMaxAliases = 16;
constexpr std::size_t kMaxRecords = 64;
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

// What stands in an answer beside addresses. `read` gets the bytes of a good one.
struct RecordQuestion {
  Resolver::RecordDone done;
  std::vector<std::string> (*read)(const unsigned char* bytes, int size);
  const bool* ending;

  static void answered(void* argument, int status, int, unsigned char* bytes, int size) {
    const std::unique_ptr<RecordQuestion> question(static_cast<RecordQuestion*>(argument));
    if (*question->ending) return;
    RecordAnswer answer;
    answer.exists = status != ARES_ENOTFOUND;
    // Without the wanted kind of record the bytes may still hold CNAMEs.
    if (bytes != nullptr && size > 0) answer.values = question->read(bytes, size);
    if (answer.values.size() > kMaxRecords) answer.values.resize(kMaxRecords);
    question->done(answer);
  }
};

std::vector<std::string> read_mail(const unsigned char* bytes, int size) {
  ares_mx_reply* all = nullptr;
  if (ares_parse_mx_reply(bytes, size, &all) != ARES_SUCCESS) return {};
  const std::unique_ptr<void, void (*)(void*)> owned(all, ares_free_data);
  std::vector<std::pair<unsigned, std::string>> found;
  for (const auto* each = all; each != nullptr; each = each->next) found.emplace_back(each->priority, each->host);
  std::ranges::sort(found);
  std::vector<std::string> hosts;
  for (auto& [priority, host] : found) hosts.push_back(std::move(host));
  return hosts;
}

std::vector<std::string> read_text(const unsigned char* bytes, int size) {
  ares_txt_ext* all = nullptr;
  if (ares_parse_txt_reply_ext(bytes, size, &all) != ARES_SUCCESS) return {};
  const std::unique_ptr<void, void (*)(void*)> owned(all, ares_free_data);
  std::vector<std::string> texts;
  for (const auto* each = all; each != nullptr; each = each->next) {
    if (each->record_start != 0 || texts.empty()) texts.emplace_back();
    texts.back().append(reinterpret_cast<const char*>(each->txt), each->length);
  }
  for (std::string& text : texts) text = to_valid_utf8(text);
  return texts;
}

unsigned number16(const unsigned char* at) { return static_cast<unsigned>(at[0] << 8 | at[1]); }

// A name in an answer, and where it ends; none if it is broken.
std::optional<std::string> read_name(const unsigned char*& at, const unsigned char* bytes, int size) {
  char* name = nullptr;
  long length = 0;
  if (at >= bytes + size || ares_expand_name(at, bytes, size, &name, &length) != ARES_SUCCESS) return std::nullopt;
  const std::unique_ptr<char, void (*)(void*)> owned(name, ares_free_string);
  at += length;
  return std::string(name);
}

// RFC 1035 §4.1: the CNAMEs among the answers, also where no address follows them.
std::vector<std::string> read_aliases(const unsigned char* bytes, int size) {
  constexpr int kHead = 12;
  constexpr int kQuestionTail = 4;
  constexpr int kRecordHead = 10;
  constexpr unsigned kCname = 5;
  std::vector<std::string> aliases;
  if (size < kHead) return aliases;
  const unsigned char* at = bytes + kHead;
  for (unsigned left = number16(bytes + 4); left > 0; --left) {
    if (!read_name(at, bytes, size) || bytes + size - at < kQuestionTail) return aliases;
    at += kQuestionTail;
  }
  for (unsigned left = number16(bytes + 6); left > 0 && aliases.size() < kMaxAliases; --left) {
    if (!read_name(at, bytes, size) || bytes + size - at < kRecordHead) return aliases;
    const unsigned type = number16(at);
    const unsigned length = number16(at + 8);
    at += kRecordHead;
    if (bytes + size - at < static_cast<std::ptrdiff_t>(length)) return aliases;
    const unsigned char* data = at;
    if (type == kCname) {
      auto name = read_name(data, bytes, size);
      if (!name) return aliases;
      aliases.push_back(std::move(*name));
    }
    at += length;
  }
  return aliases;
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

namespace {

constexpr int kInternet = 1;
constexpr int kTypeA = 1;
constexpr int kTypeMx = 15;
constexpr int kTypeTxt = 16;

}  // namespace

void Resolver::ask_alias(const std::string& name, RecordDone done) {
  auto question = std::make_unique<RecordQuestion>(std::move(done), read_aliases, &impl_->ending);
  ares_query(impl_->channel, name.c_str(), kInternet, kTypeA, RecordQuestion::answered, question.release());
}

void Resolver::ask_mail(const std::string& name, RecordDone done) {
  auto question = std::make_unique<RecordQuestion>(std::move(done), read_mail, &impl_->ending);
  ares_query(impl_->channel, name.c_str(), kInternet, kTypeMx, RecordQuestion::answered, question.release());
}

void Resolver::ask_text(const std::string& name, RecordDone done) {
  auto question = std::make_unique<RecordQuestion>(std::move(done), read_text, &impl_->ending);
  ares_query(impl_->channel, name.c_str(), kInternet, kTypeTxt, RecordQuestion::answered, question.release());
}

Duration Resolver::step(Duration most) {
  ares_process_fd(impl_->channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
  timeval longest{.tv_sec = most.ms / 1000, .tv_usec = (most.ms % 1000) * 1000};
  timeval room{};
  const timeval* left = ares_timeout(impl_->channel, &longest, &room);
  return {left->tv_sec * 1000 + (left->tv_usec + 999) / 1000};
}

}  // namespace khien::crawl

// A province's agents on one core: thousands of identities, each with a client
// certificate of its own, that say who they are and then send a heartbeat and how
// they are protected, once in a while. Most keep their connection; the others come
// back by a resumed session each time. One thread, epoll.
//
//   khien-fleet enrol --hub https://HOST:PORT --identities FOLDER --first N --agents N < TOKENS
//   khien-fleet beat  --hub https://HOST:PORT --identities FOLDER --first N --agents N
//                     --kept N --every-s N --arriving-s N --seconds N
//
// A beat's time is from when it was due to the acknowledgement's last byte: one
// that waits because the hub is slow counts its waiting. Beats of the first
// period, in which all connect, are told apart.
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <csignal>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "khien/agent/identity.hpp"
#include "khien/core/assert.hpp"
#include "khien/core/env.hpp"
#include "khien/core/file.hpp"
#include "khien/ingest/upload.hpp"
#include "khien/model/batch.hpp"
#include "khien/net/client.hpp"

using namespace khien;

namespace {

struct Options {
  std::string verb;
  std::string hub;  // "https://127.0.0.1:8444"
  std::string identities;
  int first = 0;
  int agents = 1;
  int kept = 1;  // that keep their connection
  Duration every = seconds(60);
  Duration arriving = seconds(120);  // in which all come for the first time
  Duration lasting = seconds(180);
};

template <auto free>
struct FreeBy {
  template <class T>
  void operator()(T* object) const {
    free(object);
  }
};
using Context = std::unique_ptr<SSL_CTX, FreeBy<SSL_CTX_free>>;
using Ssl = std::unique_ptr<SSL, FreeBy<SSL_free>>;
using Session = std::unique_ptr<SSL_SESSION, FreeBy<SSL_SESSION_free>>;
using Bio = std::unique_ptr<BIO, FreeBy<BIO_free_all>>;
using Certificate = std::unique_ptr<X509, FreeBy<X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, FreeBy<EVP_PKEY_free>>;

Bio reader_of(std::string_view text) {
  return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

// What the hub is asked to remember of a machine that has nothing to tell.
std::string beat_of(int number, std::uint64_t seq, bool first) {
  const Timestamp now = system_clock().now();
  std::vector<std::string> events;
  if (first) {
    MachineSeen seen{
        .hostname = "may-" + std::to_string(number), .os_id = "debian", .os_name = "Debian GNU/Linux 12"};
    seen.os_version = "12";
    seen.kernel_running = seen.kernel_installed = "6.1.0-37-amd64";
    seen.addresses = {"10.0.0.1"};
    seen.agent_version = "0.1.0";
    events.push_back(to_json(Observation{now, std::move(seen)}));
  }
  events.push_back(to_json(Observation{
      now, Heartbeat{.uptime_ms = 60'000, .spool_events = 0, .memory_bytes = 18u << 20, .cpu_ms = 900}}));
  events.push_back(to_json(
      Observation{now, ProtectionSeen{{{Engine::ioc, EngineState::State::running, 12, now, {}},
                                       {Engine::yara, EngineState::State::running, 40, now, {}},
                                       {Engine::clamav, EngineState::State::running, 8'000'000, now, {}}}}}));
  return to_ndjson(Batch{
      .stream = "main", .epoch = 1, .first_seq = seq, .events = {events.begin(), events.end()}, .drops = {}});
}

// One simulated agent: idle, connecting, or with a request on its way.
class Agent {
 public:
  enum class Wants { nothing, reading, writing };

  Agent(int number, bool kept, Certificate certificate, Key key)
      : number_(number), kept_(kept), certificate_(std::move(certificate)), key_(std::move(key)) {}

  int fd() const { return fd_.get(); }
  bool busy() const { return busy_; }
  Timestamp due() const { return due_; }
  int beats() const { return beats_; }
  int handshakes() const { return handshakes_; }
  int resumptions() const { return resumptions_; }  // of these
  void put_off(Timestamp until) { due_ = until; }

  // Begins a beat; connects where there is no connection. False: the hub did not take the connection.
  bool begin(SSL_CTX* context, const sockaddr_in& hub) {
    busy_ = true;
    in_.clear();
    sent_ = 0;
    const std::string text = beat_of(number_, next_, next_ == 1);
    text_sha256_ = sha256(text);
    events_ = next_ == 1 ? 3 : 2;
    const std::string body = ingest::compress_upload(text);
    out_ =
        "POST /agent/v1/batch HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\n"
        "Content-Encoding: zstd\r\nContent-Length: " +
        std::to_string(body.size()) + "\r\n\r\n" + body;
    return ssl_ != nullptr || connect(context, hub);
  }

  // Goes on as far as it can. Code::unavailable: the connection is no more.
  Result<std::optional<Wants>> go_on() {
    if (!connected_) {
      const int done = SSL_connect(ssl_.get());
      if (done != 1) return wants(done);
      connected_ = true;
      ++handshakes_;
      resumptions_ += SSL_session_reused(ssl_.get());
    }
    while (sent_ < out_.size()) {
      const int wrote = SSL_write(ssl_.get(), out_.data() + sent_, static_cast<int>(out_.size() - sent_));
      if (wrote <= 0) return wants(wrote);
      sent_ += static_cast<std::size_t>(wrote);
    }
    return read_answer();
  }

  // The beat is over: the next one is due a period later.
  void finish(Duration every) {
    busy_ = false;
    ++beats_;
    due_ = due_ + every;
    out_ = {};
    in_ = {};
    if (kept_) return;
    session_.reset(SSL_get1_session(ssl_.get()));
    SSL_shutdown(ssl_.get());
    close();
  }

  void close() {
    ssl_.reset();
    fd_ = Fd();
    connected_ = false;
    busy_ = false;
  }

 private:
  bool connect(SSL_CTX* context, const sockaddr_in& hub) {
    fd_ = Fd(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (fd_.get() < 0) return false;
    const int on = 1;
    ::setsockopt(fd_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (!take_own_address()) return false;
    if (::connect(fd_.get(), reinterpret_cast<const sockaddr*>(&hub), sizeof hub) != 0 &&
        errno != EINPROGRESS)
      return false;
    ssl_.reset(SSL_new(context));
    khien_assert(ssl_ != nullptr && SSL_set_fd(ssl_.get(), fd_.get()) == 1);
    khien_assert(SSL_use_certificate(ssl_.get(), certificate_.get()) == 1);
    khien_assert(SSL_use_PrivateKey(ssl_.get(), key_.get()) == 1);
    if (session_ != nullptr) SSL_set_session(ssl_.get(), session_.get());
    SSL_set_connect_state(ssl_.get());
    return true;
  }

  // Real agents do not share an address either: from one, the ports that the kernel gives
  // out, about 28,000, are used up, and it searches ever longer for a free one.
  bool take_own_address() {
    const int on = 1;
    ::setsockopt(fd_.get(), IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    sockaddr_in own{};
    own.sin_family = AF_INET;
    own.sin_addr.s_addr = htonl((INADDR_LOOPBACK & 0xFF000000) + 0x10000 + static_cast<std::uint32_t>(number_));
    return ::bind(fd_.get(), reinterpret_cast<const sockaddr*>(&own), sizeof own) == 0;
  }

  Result<std::optional<Wants>> wants(int done) {
    const int error = SSL_get_error(ssl_.get(), done);
    if (error == SSL_ERROR_WANT_READ) return std::optional(Wants::reading);
    if (error == SSL_ERROR_WANT_WRITE) return std::optional(Wants::writing);
    ERR_clear_error();
    return Error(Code::unavailable, "the connection ended");
  }

  // None: the answer is there, whole and the right one.
  Result<std::optional<Wants>> read_answer() {
    char buffer[4096];
    for (;;) {
      const int got = SSL_read(ssl_.get(), buffer, sizeof buffer);
      if (got <= 0) return wants(got);
      in_.append(buffer, static_cast<std::size_t>(got));
      const auto head = in_.find("\r\n\r\n");
      if (head == in_.npos) continue;
      const auto at = in_.find("Content-Length: ");
      if (at == in_.npos || at > head) return Error(Code::invalid, "an answer without a length");
      std::size_t length = 0;
      std::from_chars(in_.data() + at + 16, in_.data() + head, length);
      if (in_.size() < head + 4 + length) continue;
      TRY_VOID(take(std::string_view(in_).substr(head + 4)));
      return std::optional<Wants>();
    }
  }

  Result<void> take(std::string_view body) {
    if (in_.starts_with("HTTP/1.1 409")) return resynchronise(body);
    if (!in_.starts_with("HTTP/1.1 200")) return Error(Code::invalid, in_.substr(0, 200));
    TRY(const auto said, acknowledgement_from_json(body));
    if (said.batch_sha256 != text_sha256_) return Error(Code::invalid, "acknowledged other bytes");
    next_ += events_;
    return {};
  }

  // The hub holds more of this agent than it remembers, from a run before.
  Result<void> resynchronise(std::string_view body) {
    Budget budget({});
    JsonDocument memory;
    const std::string text(body);
    TRY(const auto root, memory.parse(text, budget));
    TRY(const auto expected, root.integer_at("expected_seq"));
    next_ = static_cast<std::uint64_t>(expected);
    return Error(Code::conflict, "told anew by its next number");
  }

  int number_;
  bool kept_;
  Certificate certificate_;
  Key key_;
  Timestamp due_;
  Fd fd_;
  Ssl ssl_;
  Session session_;
  bool connected_ = false;
  bool busy_ = false;
  int beats_ = 0;
  int handshakes_ = 0;
  int resumptions_ = 0;
  std::uint64_t next_ = 1;
  std::uint64_t events_ = 0;
  Sha256 text_sha256_;
  std::string out_;
  std::size_t sent_ = 0;
  std::string in_;
};

// All agents of this process, and what they measured.
class Fleet {
 public:
  explicit Fleet(const Options& options) : options_(options), epoll_(::epoll_create1(EPOLL_CLOEXEC)) {}

  Result<void> prepare() {
    context_.reset(SSL_CTX_new(TLS_client_method()));
    khien_assert(SSL_CTX_set_min_proto_version(context_.get(), TLS1_3_VERSION) == 1);
    SSL_CTX_set_mode(context_.get(), SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                         SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
    TRY_VOID(find_hub());
    for (int i = 0; i < options_.agents; ++i) TRY_VOID(add(options_.first + i, i < options_.kept));
    // Only now: what was loaded while the clock ran would come all at once.
    const Timestamp begin = system_clock().now() + seconds(1);
    const auto count = static_cast<std::int64_t>(agents_.size());
    for (std::int64_t i = 0; i < count; ++i) {
      Agent& agent = *agents_[static_cast<std::size_t>(i)];
      agent.put_off(begin + Duration{options_.arriving.ms * i / count});
      queue_.emplace(agent.due().ms, &agent);
    }
    return {};
  }

  Result<void> run() {
    const Timestamp end = system_clock().now() + options_.lasting;
    while (system_clock().now() < end) {
      begin_due();
      wait_a_little();
    }
    tell();
    return {};
  }

 private:
  Result<void> find_hub() {
    const auto colon = options_.hub.rfind(':');
    hub_.sin_family = AF_INET;
    int port = 0;
    std::from_chars(options_.hub.data() + colon + 1, options_.hub.data() + options_.hub.size(), port);
    hub_.sin_port = htons(static_cast<std::uint16_t>(port));
    hub_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return port > 0 ? Result<void>() : Error(Code::invalid, "--hub https://HOST:PORT");
  }

  Result<void> add(int number, bool kept) {
    TRY(const auto identity,
        agent::Identity::load(options_.identities + "/" + std::to_string(number), system_files()));
    if (agents_.empty()) {
      const Certificate ca(PEM_read_bio_X509(reader_of(identity.ca_pem()).get(), nullptr, nullptr, nullptr));
      khien_assert(ca != nullptr &&
                   X509_STORE_add_cert(SSL_CTX_get_cert_store(context_.get()), ca.get()) == 1);
    }
    Certificate certificate(
        PEM_read_bio_X509(reader_of(identity.pair().certificate_pem).get(), nullptr, nullptr, nullptr));
    Key key(PEM_read_bio_PrivateKey(reader_of(identity.pair().key_pem.reveal()).get(), nullptr, nullptr,
                                    nullptr));
    if (certificate == nullptr || key == nullptr)
      return Error(Code::corrupt, "identity " + std::to_string(number));
    agents_.push_back(std::make_unique<Agent>(number, kept, std::move(certificate), std::move(key)));
    return {};
  }

  void begin_due() {
    const std::int64_t now = system_clock().now().ms;
    while (!queue_.empty() && queue_.begin()->first <= now) {
      Agent& agent = *queue_.begin()->second;
      queue_.erase(queue_.begin());
      const int before = agent.fd();
      if (!agent.begin(context_.get(), hub_)) {
        lose(agent);
        continue;
      }
      // A new connection is watched; what is readable, or a new one, comes by epoll.
      if (agent.fd() != before)
        watch(agent, EPOLL_CTL_ADD, EPOLLOUT);
      else
        step(agent);
    }
  }

  void watch(Agent& agent, int how, std::uint32_t events) {
    epoll_event event{.events = events, .data = {.ptr = &agent}};
    ::epoll_ctl(epoll_.get(), how, agent.fd(), &event);
  }

  void wait_a_little() {
    const std::int64_t now = system_clock().now().ms;
    const std::int64_t next = queue_.empty() ? now + 100 : queue_.begin()->first;
    epoll_event events[256];
    const int ready = ::epoll_wait(epoll_.get(), events, 256,
                                   static_cast<int>(std::clamp<std::int64_t>(next - now, 0, 100)));
    for (int i = 0; i < ready; ++i) {
      Agent& agent = *static_cast<Agent*>(events[i].data.ptr);
      if (agent.busy())
        step(agent);
      else
        ended_while_idle(agent);
    }
  }

  void step(Agent& agent) {
    auto done = agent.go_on();
    if (!done) return lose(agent, done.error().what());
    if (*done) return watch(agent, EPOLL_CTL_MOD, **done == Agent::Wants::reading ? EPOLLIN : EPOLLOUT);
    const std::int64_t took = system_clock().now().ms - agent.due().ms;
    (agent.beats() == 0 ? first_ms_ : later_ms_).push_back(took);
    agent.finish(options_.every);
    if (agent.fd() >= 0) watch(agent, EPOLL_CTL_MOD, EPOLLIN);
    queue_.emplace(agent.due().ms, &agent);
  }

  // The hub said something to an agent that asked nothing: a session ticket, or the end.
  void ended_while_idle(Agent& agent) {
    char byte = 0;
    const auto got = ::recv(agent.fd(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    if (got > 0) return watch(agent, EPOLL_CTL_MOD, EPOLLONESHOT);
    ++ended_;
    agent.close();
  }

  void lose(Agent& agent, std::string_view why = "no connection") {
    ++lost_;
    if (lost_ <= 5) std::cerr << "lost: " << why << "\n";
    agent.close();
    agent.put_off(system_clock().now() + seconds(5));
    queue_.emplace(agent.due().ms, &agent);
  }

  static std::int64_t quantile(std::vector<std::int64_t>& values, double share) {
    if (values.empty()) return 0;
    const auto at =
        values.begin() + static_cast<std::ptrdiff_t>(static_cast<double>(values.size() - 1) * share);
    std::nth_element(values.begin(), at, values.end());
    return *at;
  }

  void tell() {
    std::int64_t open = 0;
    std::int64_t handshakes = 0;
    std::int64_t resumptions = 0;
    for (const auto& agent : agents_) {
      open += agent->fd() >= 0;
      handshakes += agent->handshakes();
      resumptions += agent->resumptions();
    }
    JsonWriter out;
    out.begin_object()
        .field("agents", std::int64_t{options_.agents})
        .field("connected", open)
        .field("handshakes", handshakes)
        .field("resumed", resumptions)
        .field("first_beats", static_cast<std::int64_t>(first_ms_.size()))
        .field("beats", static_cast<std::int64_t>(later_ms_.size()))
        .field("lost", lost_)
        .field("ended_by_hub", ended_)
        .field("first_p99_ms", quantile(first_ms_, 0.99))
        .field("p50_ms", quantile(later_ms_, 0.5))
        .field("p99_ms", quantile(later_ms_, 0.99))
        .field("max_ms", quantile(later_ms_, 1))
        .end_object();
    std::cout << out.take() << std::endl;
  }

  const Options& options_;
  Fd epoll_;
  Context context_;
  sockaddr_in hub_{};
  std::vector<std::unique_ptr<Agent>> agents_;
  std::multimap<std::int64_t, Agent*> queue_;  // by when it is due
  std::vector<std::int64_t> first_ms_;
  std::vector<std::int64_t> later_ms_;
  std::int64_t lost_ = 0;
  std::int64_t ended_ = 0;
};

// A handful at a time, as a morning's roll-out would.
Result<void> enrol(const Options& options) {
  std::vector<std::string> tokens;
  for (std::string token; std::getline(std::cin, token);) tokens.push_back(token);
  if (tokens.size() < static_cast<std::size_t>(options.agents))
    return Error(Code::invalid, "too few tokens on standard input");
  const Timestamp begin = system_clock().now();
  std::atomic<int> next{0};
  std::atomic<int> failed{0};
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int n = next++; n < options.agents; n = next++) {
        const int number = options.first + n;
        const auto done = agent::enrol({.hub_url = options.hub,
                                        .token = tokens[static_cast<std::size_t>(n)],
                                        .folder = options.identities + "/" + std::to_string(number),
                                        .hostname = "may-" + std::to_string(number),
                                        .agent_version = "fleet"},
                                       system_env(), net::fetch_ca, net::make_client);
        if (!done && failed++ < 3) std::cerr << done.error().what() << "\n";
      }
    });
  }
  threads.clear();
  JsonWriter out;
  out.begin_object()
      .field("enrolled", std::int64_t{options.agents - failed})
      .field("failed", std::int64_t{failed});
  out.key("seconds").number(static_cast<double>((system_clock().now() - begin).ms) / 1000.0).end_object();
  std::cout << out.take() << std::endl;
  return failed == 0 ? Result<void>() : Error(Code::unavailable, "not all could enrol");
}

Options options_from(int argc, char** argv) {
  std::map<std::string, std::string> given;
  for (int i = 2; i + 1 < argc; i += 2) given[argv[i]] = argv[i + 1];
  const auto number = [&given](const char* name, int fallback) {
    return given.contains(name) ? std::stoi(given[name]) : fallback;
  };
  Options options{
      .verb = argc > 1 ? argv[1] : "", .hub = given["--hub"], .identities = given["--identities"]};
  options.first = number("--first", 0);
  options.agents = number("--agents", 1);
  options.kept = number("--kept", options.agents);
  options.every = seconds(number("--every-s", 60));
  options.arriving = seconds(number("--arriving-s", 120));
  options.lasting = seconds(number("--seconds", 180));
  return options;
}

Result<void> run(const Options& options) {
  if (options.verb == "enrol") return enrol(options);
  if (options.verb != "beat") return Error(Code::invalid, "enrol or beat is wanted");
  Fleet fleet(options);
  TRY_VOID(fleet.prepare());
  return fleet.run();
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  const auto done = run(options_from(argc, argv));
  if (!done) std::cerr << done.error().what() << "\n";
  return done ? 0 : 1;
}

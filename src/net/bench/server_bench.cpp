// The server seen from outside: the peers live in a child process, so that CPU
// time and memory of this one are the server's alone.
//
// Limits to work against (one core): HTTPS keep-alive 115,000 to 154,000
// requests a CPU second, full mTLS handshakes 742, resumed 1,660, 29 KiB an idle
// mTLS connection (the product promises 40).
#include <arpa/inet.h>
#include <benchmark/benchmark.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "khien/core/assert.hpp"
#include "khien/core/clock.hpp"
#include "khien/net/certificate.hpp"
#include "khien/net/server.hpp"
#include "tls_context.hpp"

namespace khien::net {
namespace {

// 50 bytes of JSON, as in the figures above.
constexpr std::string_view kBody = R"({"ok":true,"seq":1234567,"text":"xin chào Khiên"})";
constexpr std::string_view kRequest = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";

class Brief final : public Handler {
 public:
  void handle(Request, Responder respond) override {
    Response response;
    response.headers.add("Content-Type", "application/json");
    response.static_body = as_bytes(kBody);
    respond(std::move(response));
  }
};

// Certificates of a hub and of one agent.
struct House {
  Timestamp now = system_clock().now();
  CertificateAuthority authority = CertificateAuthority::create("bench", now, system_random()).value();
  KeyAndCertificate server = authority.issue_server({"127.0.0.1"}, now, days(1), system_random()).value();
  KeyAndRequest agent = make_key_and_request("agent").value();
  std::string agent_pem =
      authority.issue_agent(agent.csr_pem, {TenantId{1}, MachineId{1}}, now, days(1), system_random())
          .value();
};

enum class Doors : bool { people, agents };

std::unique_ptr<Server> serve(const House& house, Handler& handler, Doors doors) {
  Listener listener;
  listener.handler = &handler;
  listener.certificate_pem = house.server.certificate_pem;
  listener.key_pem = Secret(std::string(house.server.key_pem.reveal()));
  if (doors == Doors::agents) listener.client_ca_pem = house.authority.certificate_pem();
  ServerLimits limits;
  limits.threads = 1;
  std::vector<Listener> listeners;
  listeners.push_back(std::move(listener));
  auto server = Server::create(std::move(listeners), limits, system_clock()).value();
  server->start().value();
  return server;
}

SslContextPointer agent_context(const House& house) {
  SslContextPointer context(SSL_CTX_new(TLS_client_method()));
  khien_assert(SSL_CTX_use_certificate(context.get(), read_certificate(house.agent_pem).value().get()) == 1);
  khien_assert(SSL_CTX_use_PrivateKey(context.get(), read_key(house.agent.key_pem).value().get()) == 1);
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  return context;
}

struct Peer {
  int fd = -1;
  SslPointer ssl;
};

Peer connect(std::uint16_t port, SSL_CTX* context, SSL_SESSION* session) {
  Peer peer{::socket(AF_INET, SOCK_STREAM, 0), SslPointer(SSL_new(context))};
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  khien_assert(::connect(peer.fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  if (session != nullptr) SSL_set_session(peer.ssl.get(), session);
  SSL_set_fd(peer.ssl.get(), peer.fd);
  khien_assert(SSL_connect(peer.ssl.get()) == 1);
  khien_assert(session == nullptr || SSL_session_reused(peer.ssl.get()) == 1);
  return peer;
}

void ask(const Peer& peer) {
  std::array<char, 4096> answer;
  khien_assert(SSL_write(peer.ssl.get(), kRequest.data(), static_cast<int>(kRequest.size())) > 0);
  khien_assert(SSL_read(peer.ssl.get(), answer.data(), answer.size()) > 0);
}

void leave(Peer& peer) {
  SSL_shutdown(peer.ssl.get());
  ::close(peer.fd);
}

// A child process that plays the peers. Forked before the server has threads;
// it does one step each time it is told a port.
class Crowd {
 public:
  using Step = std::function<void(std::uint16_t port)>;

  explicit Crowd(const Step& step) {
    std::array<int, 2> to{};
    std::array<int, 2> from{};
    khien_assert(::pipe(to.data()) == 0 && ::pipe(from.data()) == 0);
    child_ = ::fork();
    khien_assert(child_ >= 0);
    tell_ = child_ == 0 ? from[1] : to[1];
    hear_ = child_ == 0 ? to[0] : from[0];
    ::close(child_ == 0 ? to[1] : to[0]);
    ::close(child_ == 0 ? from[0] : from[1]);
    if (child_ == 0) play(step);
  }
  ~Crowd() {
    ::close(tell_);
    ::close(hear_);
    ::waitpid(child_, nullptr, 0);
  }
  Crowd(const Crowd&) = delete;
  Crowd& operator=(const Crowd&) = delete;

  // One step; returns when it is done.
  void run(std::uint16_t port) {
    khien_assert(::write(tell_, &port, sizeof port) == sizeof port);
    khien_assert(::read(hear_, &port, sizeof port) == sizeof port);
  }

 private:
  [[noreturn]] void play(const Step& step) {
    std::uint16_t port = 0;
    while (::read(hear_, &port, sizeof port) == sizeof port) {
      step(port);
      if (::write(tell_, &port, sizeof port) != sizeof port) break;
    }
    ::_exit(0);
  }

  pid_t child_ = -1;
  int tell_ = -1;
  int hear_ = -1;
};

double cpu_seconds() {
  rusage usage{};
  khien_assert(::getrusage(RUSAGE_SELF, &usage) == 0);
  const auto in_seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
  };
  return in_seconds(usage.ru_utime) + in_seconds(usage.ru_stime);
}

double resident_kib() {
  std::ifstream statm("/proc/self/statm");
  long pages = 0;
  statm >> pages >> pages;
  return static_cast<double>(pages) * static_cast<double>(::sysconf(_SC_PAGESIZE)) / 1024;
}

int seconds_of_load() {
  const char* wish = std::getenv("KHIEN_BENCH_SECONDS");
  return wish == nullptr ? 1 : std::atoi(wish);
}

// What wrk prints; empty if it is not there.
std::string run_wrk(std::uint16_t port) {
  const std::string command = "wrk -t1 -c64 -d" + std::to_string(seconds_of_load()) +
                              "s https://127.0.0.1:" + std::to_string(port) + "/ 2>/dev/null";
  FILE* pipe = ::popen(command.c_str(), "r");
  std::string all;
  std::array<char, 512> line;
  while (pipe != nullptr && std::fgets(line.data(), line.size(), pipe) != nullptr) all += line.data();
  if (pipe != nullptr) ::pclose(pipe);
  return all;
}

// The common case: people's browsers and agents that keep their connection.
void requests_keep_alive(benchmark::State& state) {
  const House house;
  Brief handler;
  const auto server = serve(house, handler, Doors::people);
  double per_wall_second = 0;
  const double before = cpu_seconds();
  for (auto _ : state) {
    const auto printed = run_wrk(server->port(0));
    const auto at = printed.find("Requests/sec:");
    if (at == printed.npos) return state.SkipWithError("wrk is not installed");
    per_wall_second = std::atof(printed.c_str() + at + 13);
  }
  const auto requests = static_cast<double>(server->counts().requests);
  state.counters["per_wall_s"] = per_wall_second;
  state.counters["per_cpu_s"] = requests / (cpu_seconds() - before);
}
BENCHMARK(requests_keep_alive)->Iterations(1)->Unit(benchmark::kMillisecond);

// What a province costs that comes back after a power cut, and what one costs
// whose agents kept their tickets.
void handshakes(benchmark::State& state) {
  const bool resumed = state.range(0) == 1;
  const House house;
  std::unique_ptr<SSL_SESSION, FreeBy<SSL_SESSION_free>> session;
  SslContextPointer context;
  constexpr int kEach = 200;
  Crowd crowd([&](std::uint16_t port) {
    if (!context) context = agent_context(house);
    for (int i = 0; i < kEach; ++i) {
      auto peer = connect(port, context.get(), resumed ? session.get() : nullptr);
      ask(peer);
      if (resumed) session.reset(SSL_get1_session(peer.ssl.get()));
      leave(peer);
    }
  });
  Brief handler;
  const auto server = serve(house, handler, Doors::agents);
  crowd.run(server->port(0));
  const auto already = server->counts().requests;
  const double before = cpu_seconds();
  for (auto _ : state) crowd.run(server->port(0));
  const auto done = static_cast<double>(server->counts().requests - already);
  state.counters["per_cpu_s"] = done / (cpu_seconds() - before);
  state.counters["per_wall_s"] = benchmark::Counter(done, benchmark::Counter::kIsRate);
}
BENCHMARK(handshakes)->ArgName("resumed")->Arg(0)->Arg(1)->UseRealTime()->Unit(benchmark::kMillisecond);

// Ten thousand agents sit and wait most of the day.
void memory_of_idle(benchmark::State& state) {
  const auto each = static_cast<int>(state.range(0));
  const House house;
  SslContextPointer context;
  std::vector<Peer> peers;
  Crowd crowd([&](std::uint16_t port) {
    if (!context) context = agent_context(house);
    const int count = peers.empty() ? 100 : each;
    for (int i = 0; i < count; ++i) {
      peers.push_back(connect(port, context.get(), nullptr));
      ask(peers.back());
    }
  });
  Brief handler;
  const auto server = serve(house, handler, Doors::agents);
  for (auto _ : state) {
    crowd.run(server->port(0));
    const double before = resident_kib();
    crowd.run(server->port(0));
    khien_assert(server->counts().connections_open == each + 100);
    state.counters["kib_each"] = (resident_kib() - before) / each;
  }
}
BENCHMARK(memory_of_idle)->ArgName("connections")->Arg(2500)->Iterations(1)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace khien::net

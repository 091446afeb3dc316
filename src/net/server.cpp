#include "khien/net/server.hpp"

#include <pthread.h>
#include <signal.h>

#include <thread>

#include "khien/core/assert.hpp"
#include "listening.hpp"

namespace khien::net {
namespace {

constexpr unsigned kMaxThreads = 64;

// Signals are the main thread's; and a write to a peer that is gone shall fail,
// not end the process.
void block_signals() {
  sigset_t all;
  sigfillset(&all);
  for (const int fault : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP}) sigdelset(&all, fault);
  khien_assert(pthread_sigmask(SIG_SETMASK, &all, nullptr) == 0);
}

}  // namespace

struct Server::Impl {
  std::shared_ptr<ServerCounts> counts = std::make_shared<ServerCounts>();
  std::vector<std::shared_ptr<Loop>> loops;
  std::vector<std::unique_ptr<Listening>> listenings;
  std::vector<std::thread> threads;
};

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Result<std::unique_ptr<Server>> Server::create(std::vector<Listener> listeners, ServerLimits limits,
                                               const Clock& clock) {
  if (limits.threads < 1 || limits.threads > kMaxThreads) {
    return Error(Code::invalid, "a server has 1 to 64 threads");
  }
  auto impl = std::make_unique<Impl>();
  for (unsigned i = 0; i < limits.threads; ++i) {
    impl->loops.push_back(std::make_shared<Loop>(limits, clock, impl->counts));
  }
  for (auto& listener : listeners) {
    TRY(auto listening, Listening::open(std::move(listener), impl->loops));
    impl->listenings.push_back(std::move(listening));
  }
  return std::unique_ptr<Server>(new Server(std::move(impl)));
}

Server::~Server() {
  auto& loops = impl_->loops;
  if (impl_->threads.empty()) return;
  loops.front()->post([this] {
    for (const auto& listening : impl_->listenings) listening->stop();
    // Only now, so that what was accepted is in the loops' queues before this.
    for (const auto& loop : impl_->loops) loop->stop();
  });
  for (auto& thread : impl_->threads) thread.join();
}

Result<void> Server::start() {
  khien_assert(impl_->threads.empty());
  for (const auto& listening : impl_->listenings) listening->start();
  for (const auto& loop : impl_->loops) {
    impl_->threads.emplace_back([&loop = *loop] {
      block_signals();
      loop.run();
    });
  }
  return {};
}

std::uint16_t Server::port(std::size_t listener) const {
  khien_assert(listener < impl_->listenings.size());
  return impl_->listenings[listener]->port();
}

Result<void> Server::replace_certificate(std::size_t listener, const std::string& certificate_pem,
                                         const Secret& key_pem) {
  khien_assert(listener < impl_->listenings.size());
  return impl_->listenings[listener]->replace_certificate(certificate_pem, key_pem);
}

Server::Counts Server::counts() const {
  const auto& from = *impl_->counts;
  return {from.connections_open, from.connections_total, from.handshakes_failed, from.requests, from.refused};
}

}  // namespace khien::net

#include "khien/token/signer_main.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <string_view>
#include <utility>

#include "confinement.hpp"
#include "desk.hpp"
#include "khien/core/clock.hpp"
#include "khien/seal/signer_protocol.hpp"
#include "locked_page.hpp"
#include "module.hpp"

namespace khien::token {
namespace {

using seal::SignerReply;
using seal::SignerRequest;

constexpr int kSocket = 3;
// Longer than any client waits: an end for a token's driver that hangs when the client is gone.
constexpr unsigned kJobSeconds = 300;
constexpr int kMisused = 2;

struct Options {
  std::string module, token, key, user;
};

Result<Options> options_of(int argc, char** argv) {
  Options options;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view name = argv[i];
    if (name == "--module") options.module = argv[i + 1];
    else if (name == "--token") options.token = argv[i + 1];
    else if (name == "--key") options.key = argv[i + 1];
    else if (name == "--user") options.user = argv[i + 1];
    else return Error(Code::invalid, "unknown option");
  }
  if (options.module.empty() || options.token.empty() || options.key.empty()) return Error(Code::invalid, "module, token and key are needed");
  return options;
}

bool send_reply(const SignerReply& reply) {
  const std::string packet = encode(reply);
  for (;;) {
    if (send(kSocket, packet.data(), packet.size(), MSG_NOSIGNAL) >= 0) return true;
    if (errno != EINTR) return false;
  }
}

bool refuse(const Error& error) {
  return send_reply({.code = static_cast<std::uint8_t>(static_cast<std::uint8_t>(error.code()) + 1), .words = error.what(), .parts = {}});
}

// 0: the other end is gone.
std::size_t receive(std::span<std::byte> into) {
  for (;;) {
    const ssize_t got = recv(kSocket, into.data(), into.size(), 0);
    if (got >= 0) return static_cast<std::size_t>(got);
    if (errno != EINTR) return 0;
  }
}

// The PIN goes from the kernel into its page and nowhere else.
bool take_pin(Desk& desk, const seal::SigningJob& job) {
  desk.forget();
  const std::size_t got = receive(desk.pin().room());
  if (got == 0) return false;
  if (got > seal::kMaxPinBytes) {
    desk.forget();
    return refuse(Error(Code::denied, "the PIN is longer than any token's"));
  }
  desk.pin().holds(got);
  return send_reply(desk.approve(job));
}

// Waits for a packet; an approval that nobody uses is forgotten meanwhile.
bool wait_for_packet(Desk& desk) {
  for (;;) {
    const auto left = desk.time_left();
    pollfd wanted{.fd = kSocket, .events = POLLIN, .revents = 0};
    const int ready = poll(&wanted, 1, left ? static_cast<int>(left->ms < 0 ? 0 : left->ms) : -1);
    if (ready > 0) return true;
    if (ready == 0) desk.forget();
    if (ready < 0 && errno != EINTR) return false;
  }
}

bool serve_one(Desk& desk) {
  if (!wait_for_packet(desk)) return false;
  Bytes packet(seal::kMaxSignerPacket);
  const std::size_t got = receive(packet);
  if (got == 0) return false;
  const auto request = seal::decode_signer_request(ByteView(packet).first(got));
  if (!request) return false;
  alarm(kJobSeconds);
  const bool served = request->ask == SignerRequest::Ask::approve ? take_pin(desk, request->job) : send_reply(desk.serve(*request));
  alarm(0);
  return served;
}

Result<void> work(const Options& options) {
  TRY(const auto in_force, confine(options.user));
  TRY(auto page, LockedPage::create());
  TRY(const auto module, Module::load(options.module));
  Desk desk({.token = options.token, .key = options.key}, module, std::move(page), system_clock());
  if (!send_reply({.words = in_force, .parts = {}})) return {};
  while (serve_one(desk)) {
  }
  return {};
}

}  // namespace

int signer_main(int argc, char** argv) {
  const auto options = options_of(argc, argv);
  if (!options) return kMisused;
  const auto done = work(*options);
  if (!done) refuse(done.error());
  return done ? 0 : 1;
}

}  // namespace khien::token

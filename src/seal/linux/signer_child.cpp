#include "linux/signer_child.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "khien/seal/signer_protocol.hpp"

namespace khien::seal {
namespace {

constexpr int kSocket = 3;

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> list;
  for (std::string& text : texts) list.push_back(text.data());
  list.push_back(nullptr);
  return list;
}

struct Actions {
  posix_spawn_file_actions_t files;
  posix_spawnattr_t attributes;
  Actions() {
    posix_spawn_file_actions_init(&files);
    posix_spawnattr_init(&attributes);
  }
  Actions(const Actions&) = delete;
  Actions& operator=(const Actions&) = delete;
  ~Actions() {
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attributes);
  }
};

void settle(Actions& actions, int socket) {
  posix_spawn_file_actions_addopen(&actions.files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions.files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  // With the same number on both sides it takes close-on-exec away.
  posix_spawn_file_actions_adddup2(&actions.files, socket, kSocket);
  posix_spawn_file_actions_addclosefrom_np(&actions.files, kSocket + 1);
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_setsigmask(&actions.attributes, &none);
  posix_spawnattr_setsigdefault(&actions.attributes, &all);
  constexpr int kFlags = POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
  posix_spawnattr_setflags(&actions.attributes, static_cast<short>(kFlags));
}

Error gone() { return Error(Code::unavailable, "signer: it ended before its answer"); }

}  // namespace

Result<SignerChild> SignerChild::start(const std::string& executable, const std::vector<std::string>& arguments,
                                       const std::vector<std::string>& environment) {
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0) return system_error("socketpair", errno);
  Fd ours(pair[0]);
  const Fd theirs(pair[1]);
  std::vector<std::string> words{executable};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<std::string> settings = environment;
  Actions actions;
  settle(actions, theirs.get());
  pid_t pid = -1;
  const int error = posix_spawn(&pid, executable.c_str(), &actions.files, &actions.attributes, pointers(words).data(),
                                pointers(settings).data());
  if (error != 0) return system_error(executable, error);
  return SignerChild(pid, std::move(ours));
}

SignerChild::SignerChild(SignerChild&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)), socket_(std::move(other.socket_)) {}

SignerChild::~SignerChild() { kill_and_reap(); }

// Killed, not asked: it may hang in the token's driver, and has nothing to save. One that
// hangs in the kernel is left behind, for waiting for it would hang us as well.
void SignerChild::kill_and_reap() {
  socket_ = Fd();
  if (pid_ <= 0) return;
  kill(pid_, SIGKILL);
  for (int waited_ms = 0; waitpid(pid_, nullptr, WNOHANG) == 0 && waited_ms < 2'000; waited_ms += 5) poll(nullptr, 0, 5);
  pid_ = -1;
}

Result<void> SignerChild::send(std::string_view packet) {
  if (!socket_) return gone();
  for (;;) {
    if (::send(socket_.get(), packet.data(), packet.size(), MSG_NOSIGNAL) >= 0) return {};
    if (errno == EINTR) continue;
    if (errno != EPIPE && errno != ECONNRESET) return system_error("signer", errno);
    kill_and_reap();
    return gone();
  }
}

Result<Bytes> SignerChild::receive(Duration within, const Clock& clock) {
  const Duration deadline{clock.monotonic().ms + within.ms};
  for (;;) {
    if (!socket_) return gone();
    const auto left = deadline.ms - clock.monotonic().ms;
    pollfd wanted{.fd = socket_.get(), .events = POLLIN, .revents = 0};
    const int ready = left <= 0 ? 0 : poll(&wanted, 1, static_cast<int>(left));
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) {
      kill_and_reap();
      return Error(Code::unavailable, "signer: no answer within " + std::to_string(within.ms / 1000) + " s; it was ended");
    }
    Bytes packet(kMaxSignerPacket + 1);
    const ssize_t got = recv(socket_.get(), packet.data(), packet.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) {
      kill_and_reap();
      return gone();
    }
    packet.resize(static_cast<std::size_t>(got));
    return packet;
  }
}

}  // namespace khien::seal

#include "linux/worker_process.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <utility>

#include "linux/descriptor_message.hpp"

namespace khien::probe {
namespace {

struct Sockets {
  Fd ours, theirs;
};

Result<Sockets> make_sockets() {
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0) return system_error("socketpair", errno);
  return Sockets{Fd(pair[0]), Fd(pair[1])};
}

// Is there something to read within `time`? True also if the other end is gone.
Result<bool> readable(const Fd& socket, Duration time) {
  pollfd wanted{.fd = socket.get(), .events = POLLIN, .revents = 0};
  for (;;) {
    const int ready = poll(&wanted, 1, static_cast<int>(time.ms));
    if (ready >= 0) return ready > 0;
    // A signal: the whole time again, which a stream of signals could stretch;
    // there is none in the agent.
    if (errno != EINTR) return system_error("poll", errno);
  }
}

ChildOptions child_options(const Worker::Options& options, int socket) {
  ChildOptions child;
  child.executable = options.executable;
  child.arguments = {"--content",        options.content_folder,
                     "--user",           options.user,
                     "--max-file-bytes", std::to_string(options.max_file_bytes),
                     "--memory-bytes",   std::to_string(options.memory_bytes)};
  child.socket = socket;
  return child;
}

}  // namespace

Result<WorkerProcess> WorkerProcess::start(const Worker::Options& options, const Clock& clock) {
  TRY(Sockets sockets, make_sockets());
  TRY(ChildProcess child, ChildProcess::start(child_options(options, sockets.theirs.get())));
  sockets.theirs = Fd();  // else we should never see its end
  WorkerProcess process(std::move(child), std::move(sockets.ours), clock.monotonic());

  TRY(const bool greeted, readable(process.socket_, options.start_time));
  if (!greeted) return Error(Code::unavailable, "worker: no greeting within " + std::to_string(options.start_time.ms) + " ms");
  std::array<std::byte, kMaxMessageBytes> buffer;
  TRY(const Message message, receive_message(process.socket_.get(), buffer));
  if (message.bytes == 0) {
    process.child_.stop(seconds(1));
    std::string how;
    process.child_.ended(how);
    return Error(Code::unavailable, "worker: ended before its greeting: " + how);
  }
  TRY(process.hello_, decode_hello(ByteView(buffer).first(message.bytes)));
  if (!process.hello_.failure.empty()) return Error(Code::invalid, "worker: " + process.hello_.failure);
  return process;
}

WorkerProcess::Outcome WorkerProcess::failed(Failure failure, std::string how) {
  std::string end;
  if (failure == Failure::died || failure == Failure::gone) child_.stop(milliseconds(200));
  if (child_.ended(end)) how += (how.empty() ? "" : ", ") + end;
  child_.stop({});
  return {.verdict = {}, .failed = true, .failure = failure, .how = std::move(how)};
}

WorkerProcess::Outcome WorkerProcess::scan(const Fd& file, std::uint64_t size, Duration time) {
  const auto number = static_cast<std::uint64_t>(++jobs_);
  const WorkerJob job{.number = number, .size = size, .time_ms = static_cast<std::uint32_t>(time.ms)};
  if (!send_message(socket_.get(), encode(job), file.get())) return failed(Failure::gone, "");

  const Duration patience{time.ms + 2'000};
  const auto answered = readable(socket_, patience);
  if (!answered || !answered.value()) {
    return failed(Failure::hung, "no answer within " + std::to_string(patience.ms) + " ms");
  }
  std::array<std::byte, kMaxMessageBytes> buffer;
  const auto message = receive_message(socket_.get(), buffer);
  if (!message) return failed(Failure::lied, message.error().what());
  if (message->bytes == 0) return failed(Failure::died, "");
  auto verdict = decode_verdict(ByteView(buffer).first(message->bytes), number);
  if (!verdict) return failed(Failure::lied, verdict.error().what());
  return {.verdict = std::move(verdict).value(), .failed = false, .failure = {}, .how = {}};
}

}  // namespace khien::probe

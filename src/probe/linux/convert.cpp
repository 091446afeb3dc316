#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "conversion_protocol.hpp"
#include "khien/core/file.hpp"
#include "khien/core/log.hpp"
#include "khien/core/text.hpp"
#include "khien/probe/conversion.hpp"
#include "linux/child_process.hpp"
#include "linux/descriptor_message.hpp"
#include "worker_protocol.hpp"

namespace khien::probe {
namespace {

Error failed(std::string_view how) { return Error(Code::unavailable, "worker: " + std::string(how)); }

// The bytes behind a descriptor that can only be read, whoever holds it.
Result<Fd> sealed(std::string_view bytes) {
  const Fd memory(memfd_create("khien-list", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!memory) return system_error("memfd", errno);
  while (!bytes.empty()) {
    const ssize_t put = write(memory.get(), bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) return system_error("memfd", errno);
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
  if (fcntl(memory.get(), F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) != 0) {
    return system_error("seal", errno);
  }
  Fd reading(::open(("/proc/self/fd/" + std::to_string(memory.get())).c_str(), O_RDONLY | O_CLOEXEC));
  if (!reading) return system_error("memfd", errno);
  return reading;
}

// One job's process and its line; both end with the object.
class Job {
 public:
  static Result<Job> start(const ConversionOptions& options, const Clock& clock) {
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0) return system_error("socketpair", errno);
    Fd ours(pair[0]);
    const Fd theirs(pair[1]);
    ChildOptions child;
    child.executable = options.executable;
    child.arguments = {"--convert", "--user", options.user, "--memory-bytes", std::to_string(options.memory_bytes)};
    child.socket = theirs.get();
    TRY(auto process, ChildProcess::start(child));
    return Job(std::move(process), std::move(ours), Duration{clock.monotonic().ms + options.time.ms}, clock);
  }

  const Fd& socket() const { return socket_; }

  // The next packet; Code::unavailable when there is none in time.
  Result<std::size_t> receive(std::span<std::byte> into) {
    pollfd wanted{.fd = socket_.get(), .events = POLLIN, .revents = 0};
    const auto left = deadline_.ms - clock_->monotonic().ms;
    if (left <= 0 || poll(&wanted, 1, static_cast<int>(left)) <= 0) return failed("no answer in time");
    TRY(const auto message, receive_message(socket_.get(), into));
    if (message.bytes == 0) return failed("it ended before its answer");
    return message.bytes;
  }

 private:
  Job(ChildProcess process, Fd socket, Duration deadline, const Clock& clock)
      : process_(std::move(process)), socket_(std::move(socket)), deadline_(deadline), clock_(&clock) {}

  ChildProcess process_;
  Fd socket_;
  Duration deadline_;
  const Clock* clock_;
};

Result<std::string> receive_text(Job& job, std::uint64_t size) {
  std::string text;
  std::array<std::byte, kMaxMessageBytes> packet;
  while (text.size() < size) {
    TRY(const auto got, job.receive(packet));
    if (got > size - text.size()) return failed("it says more than it announced");
    text += as_text(ByteView(packet).first(got));
  }
  return text;
}

}  // namespace

Result<std::string> convert_in_worker(const ConversionOptions& options, std::string_view bytes, const Clock& clock) {
  if (bytes.size() > kMaxConvertedBytes) return Error(Code::exhausted, "the file is over 16 MiB");
  TRY(const auto file, sealed(bytes));
  TRY(auto job, Job::start(options, clock));
  std::array<std::byte, kMaxMessageBytes> packet;
  TRY(const auto greeted, job.receive(packet));
  TRY(const auto hello, decode_hello(ByteView(packet).first(greeted)));
  if (!hello.failure.empty()) return failed(hello.failure);
  TRY_VOID(send_message(job.socket().get(), encode_conversion(bytes.size()), file.get()));
  TRY(const auto got, job.receive(packet));
  auto head = decode_answer_head(ByteView(packet).first(got));
  if (!head) return failed("it lied");
  if (head->size > options.max_answer_bytes) return Error(Code::exhausted, "the worker's answer is too long");
  TRY(auto text, receive_text(job, head->size));
  if (head->code == 0) return text;
  return Error(static_cast<Code>(head->code - 1), printable(truncate(text, 300)));
}

}  // namespace khien::probe

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
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

// A process and its line; both end with the object.
class Line {
 public:
  static Result<Line> start(const ConversionOptions& options, std::string_view manner, const Clock& clock) {
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0) return system_error("socketpair", errno);
    Fd ours(pair[0]);
    const Fd theirs(pair[1]);
    ChildOptions child;
    child.executable = options.executable;
    child.arguments = {std::string(manner), "--user", options.user, "--memory-bytes", std::to_string(options.memory_bytes)};
    child.socket = theirs.get();
    TRY(auto process, ChildProcess::start(child));
    return Line(std::move(process), std::move(ours), clock);
  }

  const Fd& socket() const { return socket_; }
  int pid() const { return process_.pid(); }
  void answer_within(Duration time) { deadline_ = {clock_->monotonic().ms + time.ms}; }

  // The next packet; Code::unavailable when there is none in time.
  Result<std::size_t> receive(std::span<std::byte> into) {
    pollfd wanted{.fd = socket_.get(), .events = POLLIN, .revents = 0};
    const auto left = deadline_.ms - clock_->monotonic().ms;
    if (left <= 0 || poll(&wanted, 1, static_cast<int>(left)) <= 0) return failed("no answer in time");
    TRY(const auto message, receive_message(socket_.get(), into));
    if (message.bytes == 0) return failed("it ended before its answer");
    return message.bytes;
  }

  // It waits for a job: it lives, and said nothing that nobody asked for.
  bool waits() const {
    pollfd unasked{.fd = socket_.get(), .events = POLLIN, .revents = 0};
    return poll(&unasked, 1, 0) == 0;
  }

 private:
  Line(ChildProcess process, Fd socket, const Clock& clock)
      : process_(std::move(process)), socket_(std::move(socket)), clock_(&clock) {}

  ChildProcess process_;
  Fd socket_;
  Duration deadline_;
  const Clock* clock_;
};

Result<std::string> receive_text(Line& line, std::uint64_t size) {
  std::string text;
  std::array<std::byte, kMaxMessageBytes> packet;
  while (text.size() < size) {
    TRY(const auto got, line.receive(packet));
    if (got > size - text.size()) return failed("it says more than it announced");
    text += as_text(ByteView(packet).first(got));
  }
  return text;
}

// What the worker said, and whether it can be asked again.
struct Answer {
  std::uint8_t code = 0;
  std::string text;
};

Result<std::string> said(Answer answer) {
  if (answer.code == 0) return std::move(answer.text);
  return Error(static_cast<Code>(answer.code - 1), printable(truncate(answer.text, 300)));
}

Result<void> greet(Line& line) {
  std::array<std::byte, kMaxMessageBytes> packet;
  TRY(const auto greeted, line.receive(packet));
  TRY(const auto hello, decode_hello(ByteView(packet).first(greeted)));
  if (!hello.failure.empty()) return failed(hello.failure);
  return {};
}

// The last packet: how it went.
Result<void> outcome(ByteView message) {
  constexpr std::size_t kHead = 13;
  if (message.size() < kHead) return failed("it lied");
  const auto head = decode_answer_head(message.first(kHead));
  if (!head || head->size != message.size() - kHead) return failed("it lied");
  if (head->code == 0) return {};
  return Error(static_cast<Code>(head->code - 1), printable(truncate(as_text(message.subspan(kHead)), 600)));
}

// An error of this: the process is of no use any more.
Result<Answer> ask(Line& line, const Fd& file, std::size_t size, std::size_t max_answer_bytes) {
  TRY_VOID(send_message(line.socket().get(), encode_conversion(size), file.get()));
  std::array<std::byte, kMaxMessageBytes> packet;
  TRY(const auto got, line.receive(packet));
  const auto head = decode_answer_head(ByteView(packet).first(got));
  if (!head) return failed("it lied");
  if (head->size > max_answer_bytes) return Error(Code::exhausted, "the worker's answer is too long");
  TRY(auto text, receive_text(line, head->size));
  return Answer{head->code, std::move(text)};
}

Error too_large() { return Error(Code::exhausted, "the file is over 16 MiB"); }

}  // namespace

Result<void> stream_from_worker(const ConversionOptions& options, std::string_view ask, const Fd& file, const Emit& take, const Clock& clock) {
  if (ask.size() > kMostAskBytes) return Error(Code::invalid, "what is asked of the worker is too long");
  TRY(const auto status, status_of(file));
  if (status.kind != FileStatus::Kind::regular) return Error(Code::invalid, "not a regular file");
  ConversionOptions with_file = options;
  with_file.memory_bytes += status.size;  // mapped: the page cache's, not the worker's
  TRY(auto line, Line::start(with_file, kConvertStream, clock));
  line.answer_within(options.time);
  TRY_VOID(greet(line));
  std::array<std::byte, kMaxMessageBytes> packet;
  TRY_VOID(send_message(line.socket().get(), encode(StreamJob{status.size, std::string(ask)}), file.get()));
  for (std::uint64_t all = 0;;) {
    TRY(const auto got, line.receive(packet));
    const ByteView message = ByteView(packet).first(got);
    const char kind = as_text(message).front();
    if (kind == kEnd) return outcome(message.subspan(1));
    if (kind != kPiece) return failed("it lied");
    all += got - 1;
    if (all > options.max_answer_bytes) return Error(Code::exhausted, "the worker's answer is too long");
    TRY_VOID(take(as_text(message.subspan(1))));
  }
}

Result<std::string> convert_in_worker(const ConversionOptions& options, std::string_view bytes, const Clock& clock) {
  if (bytes.size() > kMaxConvertedBytes) return too_large();
  TRY(const auto file, sealed(bytes));
  TRY(auto line, Line::start(options, kConvertOne, clock));
  line.answer_within(options.time);
  TRY_VOID(greet(line));
  TRY(auto answer, ask(line, file, bytes.size(), options.max_answer_bytes));
  return said(std::move(answer));
}

struct ConversionWorker::Impl {
  ConversionOptions options;
  Limits limits;
  const Clock& clock;
  std::optional<Line> line = {};
  std::size_t jobs = 0;
  std::uint64_t bytes = 0;
  std::size_t started = 0;

  Result<void> start();
  bool serves(std::size_t size) const { return line && jobs < limits.jobs && bytes + size <= limits.bytes && line->waits(); }
};

Result<void> ConversionWorker::Impl::start() {
  line.reset();
  jobs = 0;
  bytes = 0;
  ++started;
  TRY(auto fresh, Line::start(options, kConvertMany, clock));
  fresh.answer_within(options.time);
  TRY_VOID(greet(fresh));
  line.emplace(std::move(fresh));
  return {};
}

ConversionWorker::ConversionWorker(ConversionOptions options, Limits limits, const Clock& clock)
    : impl_(new Impl{.options = std::move(options), .limits = limits, .clock = clock}) {}
ConversionWorker::~ConversionWorker() = default;
ConversionWorker::ConversionWorker(ConversionWorker&&) noexcept = default;

std::size_t ConversionWorker::started() const { return impl_->started; }
int ConversionWorker::pid() const { return impl_->line ? impl_->line->pid() : -1; }

Result<std::string> ConversionWorker::convert(std::string_view bytes) {
  if (bytes.size() > kMaxConvertedBytes) return too_large();
  TRY(const auto file, sealed(bytes));
  if (!impl_->serves(bytes.size())) TRY_VOID(impl_->start());
  for (;;) {
    const bool fresh = impl_->jobs == 0;
    ++impl_->jobs;
    impl_->bytes += bytes.size();
    impl_->line->answer_within(impl_->options.time);
    auto answer = ask(*impl_->line, file, bytes.size(), impl_->options.max_answer_bytes);
    if (answer) return said(std::move(answer).value());
    impl_->line.reset();
    if (fresh) return std::move(answer).error();
    TRY_VOID(impl_->start());
  }
}

}  // namespace khien::probe

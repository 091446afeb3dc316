// A worker that misbehaves as the file in hand tells it to: what the agent must
// survive. Takes no notice of its arguments.
#include <signal.h>
#include <unistd.h>

#include <array>
#include <string>
#include <string_view>

#include "conversion_protocol.hpp"
#include "linux/descriptor_message.hpp"
#include "worker_protocol.hpp"

namespace khien::probe {
namespace {

constexpr int kSocket = 3;

void answer(const WorkerJob& job, const Fd& file) {
  std::array<char, 64> buffer;
  const ssize_t got = pread(file.get(), buffer.data(), buffer.size(), 0);
  const std::string_view order(buffer.data(), got > 0 ? static_cast<std::size_t>(got) : 0);
  if (order.starts_with("die")) raise(SIGKILL);
  if (order.starts_with("hang")) pause();
  if (order.starts_with("leave")) _exit(0);
  if (order.starts_with("stop")) raise(SIGSTOP);

  scan::Verdict clean;
  clean.sha256 = sha256("x");
  std::string reply = encode(job.number, clean);
  if (order.starts_with("garbage")) reply = "garbage";
  if (order.starts_with("other")) reply = encode(job.number + 1, clean);
  if (order.starts_with("flood")) reply = std::string(100'000, 'x');
  const bool with_descriptor = order.starts_with("descriptor");
  (void)send_message(kSocket, reply, with_descriptor ? file.get() : -1);
}

// A conversion: its answer is what it was given.
void convert(const Fd& file) {
  std::array<char, 64> buffer;
  const ssize_t got = pread(file.get(), buffer.data(), buffer.size(), 0);
  const std::string_view order(buffer.data(), got > 0 ? static_cast<std::size_t>(got) : 0);
  if (order.starts_with("die")) raise(SIGKILL);
  if (order.starts_with("hang")) pause();
  if (order.starts_with("garbage")) (void)send_message(kSocket, "garbage");
  for (int i = 0; i < (order.starts_with("twice") ? 2 : 1); ++i) {
    (void)send_message(kSocket, encode(AnswerHead{0, order.size()}));
    (void)send_message(kSocket, order);
  }
}

void serve() {
  WorkerHello hello;
  hello.sandbox = "none";
  (void)send_message(kSocket, encode(hello));
  std::array<std::byte, kMaxMessageBytes> buffer;
  for (;;) {
    const auto message = receive_message(kSocket, buffer);
    if (!message || message->bytes == 0) return;
    const auto job = decode_job(ByteView(buffer).first(message->bytes));
    if (job) answer(*job, message->descriptor);
    if (decode_conversion(ByteView(buffer).first(message->bytes))) convert(message->descriptor);
  }
}

}  // namespace
}  // namespace khien::probe

int main() {
  khien::probe::serve();
  return 0;
}

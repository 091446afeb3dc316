// A worker that is good until its content tells it not to be: the name of a pack
// says how and when. What a bug in any engine could do to every machine at once.
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/clock.hpp"
#include "khien/probe/content.hpp"
#include "linux/descriptor_message.hpp"
#include "worker_protocol.hpp"

namespace khien::probe {
namespace {

constexpr int kSocket = 3;

// The sanitizers reserve terabytes of address space that they never touch.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kLimitMemory = false;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr bool kLimitMemory = false;
#else
constexpr bool kLimitMemory = true;
#endif
#else
constexpr bool kLimitMemory = true;
#endif

void allocate(std::size_t bytes) {
  for (std::size_t at = 0; at < bytes; at += 64u << 20) {
    // Never touched: the limit counts what is reserved, and the test's machine is small.
    void* volatile block = std::malloc(64u << 20);
    if (block == nullptr) std::abort();
  }
}

void misbehave(std::string_view how) {
  if (how == "segv") raise(SIGSEGV);
  if (how == "hang") pause();
  if (how == "loop") {
    for (volatile unsigned long turns = 0;; turns = turns + 1) {}
  }
  if (how == "allocate") allocate(8ull << 30);
  if (how == "leak") allocate(128u << 20);
  if (how == "leave") _exit(0);
}

// "blast-load-segv": as it is loaded; "blast-eicar-segv": at EICAR; "blast-work-segv":
// at a file that begins with WORK, long after every trial.
std::string_view fault_at(std::string_view when, const std::string& name) {
  const std::string head = "blast-" + std::string(when) + "-";
  return std::string_view(name).starts_with(head) ? std::string_view(name).substr(head.size()) : std::string_view();
}

std::string read_job(const Fd& file, std::uint64_t size) {
  std::string bytes(size, '\0');
  const ssize_t got = pread(file.get(), bytes.data(), bytes.size(), 0);
  bytes.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  return bytes;
}

int serve(scan::Engine& engine, const std::string& name) {
  std::array<std::byte, kMaxMessageBytes> buffer;
  for (;;) {
    const auto message = receive_message(kSocket, buffer);
    if (!message || message->bytes == 0) return 0;
    const auto job = decode_job(ByteView(buffer).first(message->bytes));
    if (!job) return 1;
    const std::string bytes = read_job(message->descriptor, job->size);
    if (bytes.find("EICAR") != bytes.npos) misbehave(fault_at("eicar", name));
    if (bytes.starts_with("WORK")) misbehave(fault_at("work", name));
    Budget budget({}, &system_clock());
    if (!send_message(kSocket, encode(job->number, engine.judge(as_bytes(bytes), budget)))) return 0;
  }
}

int run(const std::string& content, std::uint64_t memory_bytes) {
  const rlimit limit{.rlim_cur = memory_bytes, .rlim_max = memory_bytes};
  if (kLimitMemory) setrlimit(RLIMIT_AS, &limit);
  const auto packs = read_packs(content);
  WorkerHello hello;
  hello.sandbox = "test";
  std::string name = packs && !packs->empty() ? packs->front()->name : "";
  misbehave(fault_at("load", name));
  auto engine = packs ? scan::Engine::create(*packs) : Result<scan::Engine>(packs.error());
  if (!engine) hello.failure = engine.error().what();
  if (!send_message(kSocket, encode(hello)) || !engine) return 1;
  return serve(*engine, name);
}

}  // namespace
}  // namespace khien::probe

int main(int argc, char** argv) {
  std::string content;
  std::uint64_t memory_bytes = 1u << 30;
  for (int i = 1; i + 1 < argc; i += 2) {
    if (std::string_view(argv[i]) == "--content") content = argv[i + 1];
    if (std::string_view(argv[i]) == "--memory-bytes") memory_bytes = std::strtoull(argv[i + 1], nullptr, 10);
  }
  return khien::probe::run(content, memory_bytes);
}

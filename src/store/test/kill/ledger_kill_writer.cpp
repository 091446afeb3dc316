// Appends to a ledger as fast as it can, several streams at once, and says on
// standard output what was acknowledged: "stream seq\n". Ends by being killed.
#include <unistd.h>

#include <cstdio>
#include <future>
#include <thread>

#include "khien/core/random.hpp"
#include "test/kill/numbered_events.hpp"

using namespace khien;
using namespace khien::store;

namespace {

void append_for_ever(Ledger& ledger, std::int64_t stream) {
  const auto start = ledger.watermark(kill::stream_of(stream));
  if (!start) ::_exit(3);
  for (std::uint64_t next = start->seq + 1;;) {
    // Sometimes from a little before, as an agent that missed an answer.
    const std::uint64_t again = std::min<std::uint64_t>(system_random().below(3), next - 1);
    const std::uint64_t count = again + 1 + system_random().below(20);
    std::promise<std::uint64_t> acknowledged;
    ledger.append(kill::batch_of(stream, next - again, count), [&](const Result<AckToken>& token) {
      if (!token) ::_exit(4);
      acknowledged.set_value(token->acknowledgement().seq_hi);
    });
    const std::uint64_t seq = acknowledged.get_future().get();
    const std::string line = std::to_string(stream) + " " + std::to_string(seq) + "\n";
    // Shorter than PIPE_BUF: arrives whole or not at all.
    if (::write(STDOUT_FILENO, line.data(), line.size()) != static_cast<ssize_t>(line.size())) ::_exit(5);
    next = seq + 1;
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  auto ledger = Ledger::open({.path = argv[1], .checkpoint_pages = 50});
  if (!ledger) {
    std::fprintf(stderr, "%s\n", ledger.error().what().c_str());
    return 1;
  }
  std::vector<std::thread> threads;
  for (std::int64_t stream = 1; stream <= kill::kStreams; ++stream) {
    threads.emplace_back([&ledger, stream] { append_for_ever(**ledger, stream); });
  }
  for (auto& thread : threads) thread.join();
}

// A ledger on a real file system of 2 MiB, in a mount namespace of our own:
// fills it, makes room, goes on. Exit code 77: may not mount here.
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cstdio>
#include <future>

#include "khien/core/file.hpp"
#include "test/kill/numbered_events.hpp"

using namespace khien;
using namespace khien::store;

namespace {

constexpr std::int64_t kStream = 1;

Result<std::uint64_t> append(Ledger& ledger, std::uint64_t first, std::uint64_t count) {
  std::promise<Result<std::uint64_t>> answer;
  auto answered = answer.get_future();
  ledger.append(kill::batch_of(kStream, first, count), [&](Result<AckToken> token) {
    answer.set_value(token ? Result<std::uint64_t>(token->acknowledgement().seq_hi)
                           : Result<std::uint64_t>(std::move(token).error()));
  });
  return answered.get();
}

// Appends until the disk is full; the last acknowledged number.
std::uint64_t fill(Ledger& ledger, std::uint64_t acknowledged, Code& ended_with) {
  for (;;) {
    const auto answer = append(ledger, acknowledged + 1, 10);
    if (!answer) {
      ended_with = answer.error().code();
      std::printf("full after %llu events: %s\n", static_cast<unsigned long long>(acknowledged),
                  answer.error().what().c_str());
      return acknowledged;
    }
    acknowledged = *answer;
  }
}

bool all_there(const Ledger& ledger, std::uint64_t acknowledged) {
  std::uint64_t expected = 0;
  for (ObservationId position{0};;) {
    const auto events = ledger.read_after(position, 1'000);
    if (!events) return false;
    if (events->empty()) break;
    for (const auto& event : *events) {
      if (event.seq != ++expected || event.text != kill::event_text(kStream, event.seq)) return false;
      position = event.id;
    }
  }
  const auto watermark = ledger.watermark(kill::stream_of(kStream));
  return expected >= acknowledged && watermark && watermark->seq == expected;
}

int fail(const char* what) {
  std::printf("broken: %s\n", what);
  return 1;
}

int fill_and_go_on(const std::string& folder) {
  for (const char* ballast : {"/ballast", "/more-ballast"}) {
    if (!system_files().write(folder + ballast, std::string(384 << 10, 'x'), 0600)) return fail("no ballast");
  }
  auto opened = Ledger::open({.path = folder + "/ledger.db", .checkpoint_pages = 20});
  if (!opened) return fail(opened.error().what().c_str());
  auto ledger = std::move(opened).value();
  Code code = Code::internal;
  const std::uint64_t before = fill(*ledger, 0, code);
  if (code != Code::exhausted) return fail("a full disk is not said to be one");
  if (before == 0) return fail("full before the first event");
  if (!all_there(*ledger, before)) return fail("an acknowledged event cannot be read while the disk is full");

  if (!system_files().remove(folder + "/ballast")) return fail("the ballast stays");
  const auto again = append(*ledger, before + 1, 10);
  if (!again) return fail("does not go on when there is room again");
  const std::uint64_t after = fill(*ledger, *again, code);
  if (after <= before) return fail("went on without storing");
  ledger.reset();
  // To begin takes a little room too: the start is written down.
  if (const auto refused = Ledger::open({.path = folder + "/ledger.db"});
      !refused && refused.error().code() != Code::exhausted) return fail(refused.error().what().c_str());
  if (!system_files().remove(folder + "/more-ballast")) return fail("the ballast stays");
  auto reopened = Ledger::open({.path = folder + "/ledger.db"});
  if (!reopened) return fail(reopened.error().what().c_str());
  if (!all_there(**reopened, after)) return fail("an acknowledged event is lost");
  std::printf("%llu events, none lost\n", static_cast<unsigned long long>(after));
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  if (::unshare(CLONE_NEWNS) != 0 || ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
      ::mount("tmpfs", argv[1], "tmpfs", MS_NOSUID | MS_NODEV, "size=2m") != 0) {
    return 77;
  }
  return fill_and_go_on(argv[1]);
}

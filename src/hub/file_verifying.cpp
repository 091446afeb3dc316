#include "file_verifying.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <mutex>

#include "feed_reading.hpp"
#include "khien/core/clock.hpp"
#include "khien/core/text.hpp"
#include "khien/hub/installation.hpp"
#include "khien/probe/conversion.hpp"

namespace khien::hub {
namespace {

constexpr std::size_t kMostBytes = 64u << 20;
constexpr std::size_t kMostAnswer = 1u << 20;

Result<void> write_all(const Fd& file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t put = write(file.get(), bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) return system_error("memfd", errno);
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
  return {};
}

// Anchors, lists and file behind one descriptor that can only be read.
Result<Fd> together(const seal::VerifyOptions& options, std::string_view bytes) {
  const Fd memory(memfd_create("khien-verify", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!memory) return system_error("memfd", errno);
  TRY_VOID(write_all(memory, options.trust_pem));
  TRY_VOID(write_all(memory, options.time_trust_pem));
  for (const std::string& list : options.revocation_lists) TRY_VOID(write_all(memory, list));
  TRY_VOID(write_all(memory, bytes));
  if (fcntl(memory.get(), F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) != 0) return system_error("seal", errno);
  Fd reading(::open(("/proc/self/fd/" + std::to_string(memory.get())).c_str(), O_RDONLY | O_CLOEXEC));
  if (!reading) return system_error("memfd", errno);
  return reading;
}

Result<std::string> read_all(const Fd& file, const std::string& path) {
  TRY(const auto status, status_of(file));
  if (status.size > kMostBytes) return Error(Code::exhausted, printable(path) + ": over 64 MiB");
  std::string bytes(status.size, '\0');
  std::size_t have = 0;
  while (have < bytes.size()) {
    const ssize_t got = read(file.get(), bytes.data() + have, bytes.size() - have);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_error(path, errno);
    if (got == 0) break;
    have += static_cast<std::size_t>(got);
  }
  bytes.resize(have);
  return bytes;
}

}  // namespace

Result<std::string> read_to_verify(const std::string& path) {
  TRY(const auto file, open_for_reading(path, kMostBytes));
  return read_all(file, path);
}

Result<std::vector<std::string>> read_revocation_lists(const std::string& folder) {
  std::vector<std::string> lists;
  if (folder.empty()) return lists;
  auto open = DirFd::open(folder);
  if (!open) return std::move(open).error().within("signing_crls: " + printable(folder));
  std::size_t all = 0;
  TRY_VOID(open->each_name([&](std::string_view name, FileStatus::Kind) -> Result<void> {
    if (!name.ends_with(".crl") && !name.ends_with(".der") && !name.ends_with(".pem")) return {};
    TRY(const auto file, open->open_file(std::string(name)));
    TRY(auto list, read_all(file, std::string(name)));
    all += list.size();
    if (lists.size() == seal::kMostRevocationLists || all > kMostBytes) {
      return Error(Code::exhausted, "signing_crls: over " + std::to_string(seal::kMostRevocationLists) + " lists or 64 MiB: take the oldest out");
    }
    lists.push_back(std::move(list));
    return {};
  }));
  return lists;
}

// One at a time: whoever comes meanwhile is told so and goes. Waiting he would hold one of
// the few threads that serve everybody, and two files made for it would hold them all.
Result<seal::Verification> verify_in_worker(std::string_view bytes, const seal::VerifyOptions& options) {
  static std::mutex reading;
  const std::unique_lock one(reading, std::try_to_lock);
  if (!one) return Error(Code::exhausted, "another file's signatures are being verified");
  if (bytes.size() > kMostBytes) return Error(Code::exhausted, "the file is over 64 MiB");
  TRY(const auto installation, find_installation());
  TRY(const auto file, together(options, bytes));
  const probe::ConversionOptions worker{.executable = installation.worker, .memory_bytes = 2ull << 30, .time = seconds(10), .max_answer_bytes = kMostAnswer};
  std::string answer;
  TRY_VOID(probe::stream_from_worker(worker, seal::verify_ask(options), file, [&](std::string_view piece) -> Result<void> {
    answer += piece;
    return {};
  }, system_clock()));
  return seal::verification_from_json(answer);
}

}  // namespace khien::hub

#include "khien/probe/quarantine.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <tuple>
#include <utility>

#include "khien/core/assert.hpp"
#include "khien/core/log.hpp"
#include "linux/quarantine_impl.hpp"

namespace khien::probe {

using State = QuarantineEntry::State;

std::string random_name(Random& random) { return to_hex(random.bytes(16)); }

std::string path_of_descriptor(const Fd& fd) { return "/proc/self/fd/" + std::to_string(fd.get()); }

Quarantine::Quarantine(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Quarantine::~Quarantine() = default;

Result<std::unique_ptr<Quarantine>> Quarantine::open(Options options, const Env& env) {
  auto store = QuarantineStore::open(options.folder, env);
  if (!store) return std::move(store).error().within("open the quarantine");
  auto impl = std::make_unique<Impl>(Impl{.options = std::move(options), .env = env, .store = std::move(*store), .entries = {}});
  if (auto recovered = impl->recover(); !recovered) return std::move(recovered).error().within("open the quarantine");
  return std::unique_ptr<Quarantine>(new Quarantine(std::move(impl)));
}

std::vector<QuarantineEntry> Quarantine::entries() const {
  std::vector<QuarantineEntry> all;
  all.reserve(impl_->entries.size());
  for (const auto& [name, entry] : impl_->entries) all.push_back(entry);
  std::ranges::sort(all, [](const QuarantineEntry& a, const QuarantineEntry& b) {
    return std::tie(a.taken_at, a.name) < std::tie(b.taken_at, b.name);
  });
  return all;
}

std::uint64_t Quarantine::held_bytes() const { return impl_->held_bytes; }
std::size_t Quarantine::damaged() const { return impl_->damaged; }

Result<void> Quarantine::Impl::put(const QuarantineEntry& entry) {
  TRY_VOID(before("put"));
  TRY_VOID(store.put(entry));
  auto& known = entries[entry.name];
  const auto bytes_of = [](const QuarantineEntry& one) { return one.state == State::restored ? 0 : one.size; };
  if (!known.name.empty()) held_bytes -= bytes_of(known);
  held_bytes += bytes_of(entry);
  known = entry;
  return {};
}

Result<void> Quarantine::Impl::remove(const QuarantineEntry& entry) {
  TRY_VOID(before("remove"));
  TRY_VOID(store.remove(entry.name));
  const auto known = entries.find(entry.name);
  if (known == entries.end()) return {};
  if (known->second.state != State::restored) held_bytes -= known->second.size;
  entries.erase(known);
  return {};
}

// What is back where it was is only remembered, and only as long as there is room.
Result<void> Quarantine::Impl::forget_oldest_restored() {
  const QuarantineEntry* oldest = nullptr;
  for (const auto& [name, entry] : entries) {
    if (entry.state == State::restored && (oldest == nullptr || entry.taken_at < oldest->taken_at)) oldest = &entry;
  }
  if (oldest == nullptr) return Error(Code::exhausted, "the quarantine is full");
  const QuarantineEntry gone = *oldest;
  return remove(gone);
}

Result<void> Quarantine::Impl::recover() {
  TRY(const auto names, store.tidy());
  for (const std::string& name : names) {
    auto entry = store.get(name);
    if (!entry) {
      ++damaged;
      log_error("quarantine.record_damaged", {{"name", name}, {"error", entry.error().what()}});
      continue;
    }
    entries[name] = *entry;
    if (entry->state != State::restored) held_bytes += entry->size;
    TRY_VOID(settle(std::move(*entry)));
  }
  return {};
}

Result<void> Quarantine::Impl::settle(QuarantineEntry entry) {
  switch (entry.state) {
    case State::taking: return settle_taking(std::move(entry));
    case State::restoring: return settle_restoring(std::move(entry));
    case State::restored: return store.remove_bytes(entry.name);
    case State::held: return {};
  }
  return {};
}

// The copy was whole before its record was written. Only if the file still lies
// where it was, with these very bytes, is the copy the one to go: its times say
// nothing of what a mapping wrote since.
Result<void> Quarantine::Impl::settle_taking(QuarantineEntry entry) {
  HeldPlace place;
  const bool open = place.open(entry.root, entry.folder).refusal == Refusal::none;
  const Inode wanted{entry.device, entry.inode};
  const Fd file = open ? place.open_name(entry.file, O_RDONLY | O_NONBLOCK) : Fd();
  struct stat status {};
  if (file && ::fstat(file.get(), &status) == 0 && inode_of(status) == wanted) {
    if (entry.size > 0 && holds(file, status, entry)) {
      log_info("quarantine.taken_back", {{"name", entry.name}});
      return remove(entry);
    }
    entry.emptied = status.st_size == 0;
  }
  if (open && !entry.aside.empty() && place.remove(entry.aside, wanted) == HeldPlace::Move::moved) place.sync();
  entry.state = State::held;
  log_info("quarantine.settled", {{"name", entry.name}});
  return put(entry);
}

bool Quarantine::Impl::holds(const Fd& file, const struct stat& status, const QuarantineEntry& entry) const {
  if (!S_ISREG(status.st_mode) || static_cast<std::uint64_t>(status.st_size) != entry.size) return false;
  const auto read = store.hash_of(file, entry.size);
  return read && *read == entry.sha256;
}

// It was put back if a file with these very bytes stands there; else it is held.
Result<void> Quarantine::Impl::settle_restoring(QuarantineEntry entry) {
  HeldPlace place;
  entry.state = State::held;
  if (place.open(entry.root, entry.folder).refusal == Refusal::none) {
    const Fd file = place.open_name(entry.file, O_RDONLY | O_NONBLOCK);
    struct stat status {};
    if (file && ::fstat(file.get(), &status) == 0 && holds(file, status, entry)) entry.state = State::restored;
    if (!entry.aside.empty() && place.status_of(temporary_of(entry), status)) {
      place.remove(temporary_of(entry), inode_of(status));
    }
    const Inode left{entry.device, entry.inode};
    if (!entry.aside.empty() && place.status_of(entry.aside, status) && inode_of(status) == left) {
      // The empty file that stood in the way, moved aside and not yet removed.
      if (entry.state == State::restored) place.remove(entry.aside, left);
      if (entry.state == State::held) place.move_aside(entry.aside, entry.file, left);
      place.sync();
    }
  }
  TRY_VOID(put(entry));
  return entry.state == State::restored ? store.remove_bytes(entry.name) : Result<void>();
}

}  // namespace khien::probe

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "khien/core/assert.hpp"
#include "khien/core/text.hpp"
#include "khien/scan/rules.hpp"

namespace khien::scan {
namespace {

constexpr std::size_t kMaxEntries = 16u << 20;
constexpr std::size_t kMaxNameBytes = 128;

// A digest's bytes are as random as any hash of them would be.
std::size_t home_slot(const Sha256& sha256, std::size_t mask) {
  std::uint64_t head;
  std::memcpy(&head, sha256.bytes.data(), sizeof head);
  return static_cast<std::size_t>(head) & mask;
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r";
  const auto first = text.find_first_not_of(kBlank);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

// Cuts the first word off.
std::string_view take_word(std::string_view& line) {
  const auto end = std::min(line.find_first_of(" \t"), line.size());
  const auto word = line.substr(0, end);
  line = trim(line.substr(end));
  return word;
}

Result<IocSet::Entry> parse_line(std::string_view line) {
  TRY(const Sha256 sha256, Sha256::from_hex(take_word(line)));
  TRY(const Severity severity, severity_from_string(take_word(line)));
  if (line.empty()) return Error(Code::invalid, "name is missing");
  if (line.size() > kMaxNameBytes) return Error(Code::invalid, "name is longer than 128 bytes");
  // It goes into findings, logs and screens, and the agent takes a worker that
  // says anything else for a captured one.
  if (printable(line) != line) return Error(Code::invalid, "name has unprintable characters");
  return IocSet::Entry{sha256, std::string(line), severity};
}

}  // namespace

IocSet::IocSet() = default;

IocSet IocSet::of(std::vector<Entry> entries) {
  khien_assert(entries.size() <= kMaxEntries);
  IocSet set;
  if (entries.empty()) return set;
  set.entries_.reserve(entries.size());
  // At most half full, so that a miss, the common case, ends after a step or two.
  set.slots_.resize(std::bit_ceil(entries.size() * 2), 0);
  const std::size_t mask = set.slots_.size() - 1;
  for (Entry& entry : entries) {
    std::size_t slot = home_slot(entry.sha256, mask);
    while (set.slots_[slot] != 0 && set.entries_[set.slots_[slot] - 1].sha256 != entry.sha256) {
      slot = (slot + 1) & mask;
    }
    if (set.slots_[slot] == 0) {
      set.entries_.push_back(std::move(entry));
      set.slots_[slot] = static_cast<std::uint32_t>(set.entries_.size());
    } else if (Entry& known = set.entries_[set.slots_[slot] - 1]; known.severity < entry.severity) {
      known = std::move(entry);  // named twice: the worse word holds
    }
  }
  return set;
}

Result<IocSet> IocSet::parse(std::string_view text, Budget& budget) {
  TRY_VOID(budget.take_in(text.size()));
  std::vector<Entry> entries;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const auto end = std::min(text.find('\n'), text.size());
    const auto line = trim(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty() || line.front() == '#') continue;

    TRY_VOID(budget.take_entries());
    auto entry = parse_line(line);
    if (!entry) return std::move(entry).error().within("line " + std::to_string(number));
    if (entries.size() == kMaxEntries) return Error(Code::exhausted, "more than 16 Mi entries");
    entries.push_back(std::move(entry).value());
  }
  return of(std::move(entries));
}

const IocSet::Entry* IocSet::find(const Sha256& sha256) const {
  if (slots_.empty()) return nullptr;
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t slot = home_slot(sha256, mask); slots_[slot] != 0; slot = (slot + 1) & mask) {
    const Entry& entry = entries_[slots_[slot] - 1];
    if (entry.sha256 == sha256) return &entry;
  }
  return nullptr;
}

std::size_t IocSet::size() const { return entries_.size(); }

}  // namespace khien::scan

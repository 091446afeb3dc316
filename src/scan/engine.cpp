#include "khien/scan/engine.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "khien/core/assert.hpp"
#include "unpack/unpacking.hpp"
#include "yara.hpp"

namespace khien::scan {
namespace {

constexpr std::size_t kMaxMatches = 64;
constexpr std::size_t kMaxGaps = 16;
// Kept while a file is judged; the worst 64 of them go out.
constexpr std::size_t kMaxHeldMatches = 4096;

using Packs = std::vector<std::shared_ptr<const RulePack>>;

// A rule counts once, where it was met first: the outermost part.
void add(Verdict& verdict, FileMatch match) {
  const auto same = [&](const FileMatch& known) {
    return known.engine == match.engine && known.rule == match.rule && known.origin == match.origin;
  };
  if (verdict.matches.size() >= kMaxHeldMatches || std::ranges::any_of(verdict.matches, same)) return;
  verdict.matches.push_back(std::move(match));
}

bool knows(const Packs& packs, HashKind kind) {
  return std::ranges::any_of(packs, [kind](const auto& pack) {
    if (kind == HashKind::sha256 && pack->iocs.size() > 0) return true;
    return std::ranges::any_of(pack->tables, [kind](const HashTable& table) { return table.count(kind) > 0; });
  });
}

void add_from_tables(const Packs& packs, HashKind kind, ByteView digest, std::uint64_t size, const std::string& inside,
                     Verdict& verdict) {
  for (const auto& pack : packs) {
    for (const HashTable& table : pack->tables) {
      const auto hit = table.find(kind, digest, size);
      if (hit) add(verdict, {khien::Engine::ioc, std::string(hit->name), pack->name, hit->severity, inside});
    }
  }
}

void add_known_sha256(const Packs& packs, const Sha256& sha256, std::uint64_t size, const std::string& inside,
                      Verdict& verdict) {
  for (const auto& pack : packs) {
    const IocSet::Entry* entry = pack->iocs.find(sha256);
    if (entry != nullptr) add(verdict, {khien::Engine::ioc, entry->name, pack->name, entry->severity, inside});
  }
  add_from_tables(packs, HashKind::sha256, sha256.view(), size, inside, verdict);
}

// The reason that says most about a file with several gaps.
std::string worst_reason(const std::vector<Gap>& gaps) {
  for (const std::string_view reason : {Unpacking::kBomb, Unpacking::kBudget, Unpacking::kEncrypted}) {
    if (std::ranges::find(gaps, reason, &Gap::reason) != gaps.end()) return std::string(reason);
  }
  return gaps.front().reason;
}

// The verdict that the matches add up to.
void conclude(Verdict& verdict) {
  std::ranges::sort(verdict.matches, [](const FileMatch& a, const FileMatch& b) {
    return std::tie(b.severity, a.engine, a.origin, a.rule) < std::tie(a.severity, b.engine, b.origin, b.rule);
  });
  // Cut after sorting: what goes is the least severe.
  if (verdict.matches.size() > kMaxMatches) verdict.matches.resize(kMaxMatches);
  if (verdict.matches.empty()) return;
  const bool bad = verdict.matches.front().severity >= Severity::high;
  verdict.verdict = bad ? FileVerdict::malicious : FileVerdict::suspicious;
  verdict.reason.clear();
}

void leave_unscanned(Verdict& verdict, std::string_view reason) {
  verdict.verdict = FileVerdict::not_scanned;
  verdict.reason = reason;
}

std::string reason_of(const Error& error) { return error.code() == Code::exhausted ? "budget" : "engine"; }

Result<void> check_names(const Packs& packs) {
  for (std::size_t i = 0; i < packs.size(); ++i) {
    khien_assert(packs[i] != nullptr);
    for (std::size_t j = 0; j < i; ++j) {
      if (packs[i]->name == packs[j]->name) {
        return Error(Code::invalid, "pack '" + packs[i]->name + "': there are two of this name");
      }
    }
  }
  return {};
}

}  // namespace

struct Engine::Impl {
  Packs packs;
  Yara yara;

  // Which hashes any pack has at all: the others are not worth computing.
  bool has_sha256 = false, has_sha1 = false, has_md5 = false;

  void ask_hashes(ByteView bytes, const Sha256& sha256, const std::string& inside, Verdict& verdict) const;
  Result<void> scan(ByteView bytes, const std::string& inside, Budget& budget, Verdict& verdict);
  void look_inside(ByteView bytes, Budget& budget, Verdict& verdict);
};

Engine::Engine(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Engine::Engine(Engine&&) noexcept = default;
Engine& Engine::operator=(Engine&&) noexcept = default;
Engine::~Engine() = default;

Result<Engine> Engine::create(Packs packs) {
  TRY_VOID(check_names(packs));
  TRY(Yara yara, Yara::compile(packs));
  auto impl = std::make_unique<Impl>();
  impl->has_sha256 = knows(packs, HashKind::sha256);
  impl->has_sha1 = knows(packs, HashKind::sha1);
  impl->has_md5 = knows(packs, HashKind::md5);
  impl->packs = std::move(packs);
  impl->yara = std::move(yara);
  return Engine(std::move(impl));
}

void Engine::Impl::ask_hashes(ByteView bytes, const Sha256& sha256, const std::string& inside, Verdict& verdict) const {
  if (has_sha256) add_known_sha256(packs, sha256, bytes.size(), inside, verdict);
  if (has_sha1) add_from_tables(packs, HashKind::sha1, sha1(bytes), bytes.size(), inside, verdict);
  if (has_md5) add_from_tables(packs, HashKind::md5, md5(bytes), bytes.size(), inside, verdict);
}

Result<void> Engine::Impl::scan(ByteView bytes, const std::string& inside, Budget& budget, Verdict& verdict) {
  TRY(auto found, yara.scan(bytes, budget.time_left()));
  for (Yara::Match& match : found) {
    add(verdict, {khien::Engine::yara, std::move(match.rule), std::move(match.pack), match.severity, inside});
  }
  return {};
}

void Engine::Impl::look_inside(ByteView bytes, Budget& budget, Verdict& verdict) {
  std::vector<Gap> unjudged;
  Unpacking unpacking(budget, [&](ByteView part, const std::string& inside) {
    ask_hashes(part, has_sha256 ? sha256(part) : Sha256{}, inside, verdict);
    if (const auto done = scan(part, inside, budget, verdict); !done) unjudged.push_back({inside, reason_of(done.error())});
  });
  unpacking.open(bytes);
  verdict.gaps = unpacking.gaps();
  for (Gap& gap : unjudged) {
    if (verdict.gaps.size() < kMaxGaps) verdict.gaps.push_back(std::move(gap));
  }
  if (!verdict.gaps.empty()) leave_unscanned(verdict, worst_reason(verdict.gaps));
}

Budget::Limits file_limits(std::uint64_t max_file_bytes, Duration time) {
  return {.bytes_in = max_file_bytes, .bytes_out = 256u << 20, .depth = 8, .entries = 100'000, .ratio = 200, .time = time};
}

Verdict Engine::judge(ByteView bytes, Budget& budget) {
  Verdict verdict;
  verdict.sha256 = sha256(bytes);
  impl_->ask_hashes(bytes, verdict.sha256, {}, verdict);
  if (!budget.take_in(bytes.size())) {
    leave_unscanned(verdict, "too_large");
  } else if (!budget.check_time()) {
    leave_unscanned(verdict, "budget");
  } else if (const auto done = impl_->scan(bytes, {}, budget, verdict); !done) {
    leave_unscanned(verdict, reason_of(done.error()));
  } else {
    impl_->look_inside(bytes, budget, verdict);
  }
  conclude(verdict);
  return verdict;
}

Verdict Engine::judge_hash(const Sha256& sha256, std::uint64_t size, std::string_view reason) const {
  Verdict verdict;
  verdict.sha256 = sha256;
  leave_unscanned(verdict, reason);
  add_known_sha256(impl_->packs, sha256, size, {}, verdict);
  conclude(verdict);
  return verdict;
}

std::size_t Engine::rule_count() const { return impl_->yara.rule_count(); }

std::size_t Engine::ioc_count() const {
  std::size_t count = 0;
  for (const auto& pack : impl_->packs) {
    count += pack->iocs.size();
    for (const HashTable& table : pack->tables) count += table.count();
  }
  return count;
}

}  // namespace khien::scan

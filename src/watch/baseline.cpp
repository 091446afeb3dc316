#include "khien/watch/baseline.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "address.hpp"
#include "khien/core/assert.hpp"
#include "khien/core/json.hpp"

namespace khien::watch {
namespace {

constexpr std::string_view kVersion = "khien-site-1";

std::uint64_t mixed(std::uint64_t hash, std::string_view text) {
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211u;
  return (hash ^ 0xff) * 1099511628211u;
}

constexpr std::uint64_t kBlockSeed = 0x62'6c'6f'63'6bu, kLinkSeed = 0x6c'69'6e'6bu, kDomainSeed = 0x64'6f'6du;

std::uint64_t key_of(const Block& block) { return mixed(kBlockSeed, block.text); }
std::uint64_t key_of_link(std::string_view url, std::string_view text) { return mixed(mixed(kLinkSeed, url), text); }
std::uint64_t key_of_domain(std::string_view registered) { return mixed(kDomainSeed, registered); }

struct Keys {
  std::vector<std::uint64_t> blocks, links, domains, places;
};

Keys keys_of(const Page& page, std::string_view address) {
  Keys keys;
  const std::string base = page.base.empty() ? std::string(address) : resolve(address, page.base);
  for (const Block& block : page.blocks) {
    keys.blocks.push_back(key_of(block));
    keys.places.push_back(block.place);
  }
  for (const Link& link : page.links) {
    const std::string url = resolve(base, link.url);
    keys.links.push_back(key_of_link(url, link.text));
    const Address target = parse_address(url);
    if (target.is_web()) keys.domains.push_back(key_of_domain(registered_domain(target.host)));
  }
  return keys;
}

std::string hex_of(std::uint64_t key) {
  char digits[17];
  const auto end = std::to_chars(digits, digits + 16, key, 16).ptr;
  return {digits, end};
}

void write_memory(JsonWriter& out, std::string_view name, const std::vector<std::pair<std::uint64_t, std::uint32_t>>& all) {
  out.key(name).begin_array();
  for (const auto& [key, look] : all) out.string(hex_of(key) + " " + std::to_string(look));
  out.end_array();
}

Result<std::pair<std::uint64_t, std::uint32_t>> seen_of(std::string_view text) {
  std::pair<std::uint64_t, std::uint32_t> seen;
  const auto [space, error] = std::from_chars(text.data(), text.data() + text.size(), seen.first, 16);
  const auto rest = text.substr(static_cast<std::size_t>(space - text.data()));
  if (error != std::errc{} || rest.size() < 2 || rest.front() != ' ') return Error(Code::corrupt, "baseline: not a key and a look");
  const auto [end, wrong] = std::from_chars(rest.data() + 1, rest.data() + rest.size(), seen.second);
  if (wrong != std::errc{} || end != rest.data() + rest.size()) return Error(Code::corrupt, "baseline: not a look");
  return seen;
}

}  // namespace

bool Baseline::has(const Memory& memory, std::uint64_t key) {
  const auto found = std::ranges::lower_bound(memory, key, {}, &Seen::key);
  return found != memory.end() && found->key == key;
}

void Baseline::remember(Memory& memory, std::vector<std::uint64_t> keys) const {
  std::ranges::sort(keys);
  keys.erase(std::ranges::unique(keys).begin(), keys.end());
  Memory merged;
  merged.reserve(memory.size() + keys.size());
  auto old = memory.begin();
  for (const std::uint64_t key : keys) {
    while (old != memory.end() && old->key < key) merged.push_back(*old++);
    if (old != memory.end() && old->key == key) ++old;
    merged.push_back({key, looks_});
  }
  merged.insert(merged.end(), old, memory.end());
  if (merged.size() > kMaxKept) {
    std::ranges::sort(merged, [](const Seen& a, const Seen& b) { return a.look != b.look ? a.look > b.look : a.key < b.key; });
    merged.resize(kMaxKept);
    std::ranges::sort(merged, {}, &Seen::key);
  }
  memory = std::move(merged);
  khien_assert(memory.size() <= kMaxKept);
}

void Baseline::learn(const Page& page, std::string_view address) {
  Keys keys = keys_of(page, address);
  ++looks_;
  remember(blocks_, std::move(keys.blocks));
  remember(links_, std::move(keys.links));
  remember(domains_, std::move(keys.domains));
  remember(places_, std::move(keys.places));
}

void Baseline::approve(const Page& page, std::string_view address) {
  learn(page, address);
  Keys keys = keys_of(page, address);
  keys.links.insert(keys.links.end(), keys.blocks.begin(), keys.blocks.end());
  remember(approved_, std::move(keys.links));
}

bool Baseline::knows_block(const Block& block) const { return has(blocks_, key_of(block)); }
bool Baseline::knows_link(std::string_view url, std::string_view text) const { return has(links_, key_of_link(url, text)); }
bool Baseline::knows_domain(std::string_view registered) const { return has(domains_, key_of_domain(registered)); }
bool Baseline::approves_link(std::string_view url, std::string_view text) const { return has(approved_, key_of_link(url, text)); }
bool Baseline::approves_block(const Block& block) const { return has(approved_, key_of(block)); }

double Baseline::likeness(const Page& page) const {
  if (page.blocks.empty()) return 0;
  const auto known = std::ranges::count_if(page.blocks, [&](const Block& block) { return has(places_, block.place); });
  return static_cast<double>(known) / static_cast<double>(page.blocks.size());
}

std::string Baseline::to_json() const {
  JsonWriter out;
  out.begin_object().field("baseline", kVersion).field("looks", static_cast<std::int64_t>(looks_));
  const auto write = [&](std::string_view name, const Memory& memory) {
    std::vector<std::pair<std::uint64_t, std::uint32_t>> all;
    for (const Seen& seen : memory) all.emplace_back(seen.key, seen.look);
    write_memory(out, name, all);
  };
  write("blocks", blocks_);
  write("links", links_);
  write("domains", domains_);
  write("places", places_);
  write("approved", approved_);
  out.end_object();
  return out.take();
}

Result<Baseline> Baseline::from_json(std::string_view text, Budget& budget) {
  JsonDocument document;
  TRY(const Json root, document.parse(text, budget));
  TRY(const auto version, root.string_at("baseline"));
  if (version != kVersion) return Error(Code::corrupt, "baseline: of another version");
  Baseline baseline;
  TRY(const auto looks, root.integer_at("looks"));
  if (looks < 0 || looks > 0xffff'ffff) return Error(Code::corrupt, "baseline: looks");
  baseline.looks_ = static_cast<std::uint32_t>(looks);
  const auto read = [&](std::string_view name, Memory& memory) -> Result<void> {
    TRY(const Json list, root.field(name));
    if (list.size() > kMaxKept) return Error(Code::corrupt, "baseline: too long");
    return list.each([&](Json one) -> Result<void> {
      TRY(const auto line, one.string());
      TRY(const auto seen, seen_of(line));
      if (!memory.empty() && memory.back().key >= seen.first) return Error(Code::corrupt, "baseline: out of order");
      if (seen.second > baseline.looks_) return Error(Code::corrupt, "baseline: a look that is to come");
      memory.push_back({seen.first, seen.second});
      return {};
    });
  };
  TRY_VOID(read("blocks", baseline.blocks_));
  TRY_VOID(read("links", baseline.links_));
  TRY_VOID(read("domains", baseline.domains_));
  TRY_VOID(read("places", baseline.places_));
  TRY_VOID(read("approved", baseline.approved_));
  return baseline;
}

}  // namespace khien::watch

#include "khien/watch/baseline.hpp"

#include <algorithm>
#include <charconv>
#include <span>
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

std::string hex_of(std::uint64_t key) {
  char digits[17];
  const auto end = std::to_chars(digits, digits + 16, key, 16).ptr;
  return {digits, end};
}

constexpr std::size_t kKeyDigits = 16;

std::string padded(std::uint64_t key) {
  const std::string digits = hex_of(key);
  return std::string(kKeyDigits - digits.size(), '0') + digits;
}

Result<std::uint64_t> key_from(std::string_view digits) {
  std::uint64_t key = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), key, 16);
  if (error != std::errc{} || end != digits.data() + digits.size()) return Error(Code::corrupt, "keys: not a key");
  return key;
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

std::uint64_t key_of_domain(std::string_view registered) { return mixed(kDomainSeed, registered); }

PageKeys keys_of(const Page& page, std::string_view address) {
  PageKeys keys;
  const Base base(page.base.empty() ? std::string(address) : resolve(address, page.base));
  for (const Block& block : std::span(page.blocks).first(std::min(page.blocks.size(), kMaxPageKeys))) {
    keys.blocks.push_back(key_of(block));
    keys.places.push_back(block.place);
  }
  for (const Link& link : std::span(page.links).first(std::min(page.links.size(), kMaxPageKeys))) {
    const std::string url = base.resolve(link.url);
    keys.links.push_back(key_of_link(url, link.text));
    const Address target = parse_address(url);
    if (target.is_web()) keys.domains.push_back(key_of_domain(registered_domain(target.host)));
  }
  return keys;
}

std::string to_json(const PageKeys& keys) {
  JsonWriter out;
  out.begin_object();
  const auto write = [&](std::string_view name, const std::vector<std::uint64_t>& all) {
    std::string digits;
    for (const std::uint64_t key : all) digits += padded(key);
    out.field(name, digits);
  };
  write("blocks", keys.blocks);
  write("links", keys.links);
  write("domains", keys.domains);
  write("places", keys.places);
  out.end_object();
  return out.take();
}

Result<PageKeys> page_keys_from_json(std::string_view text, Budget& budget) {
  JsonDocument document;
  TRY(const Json root, document.parse(text, budget));
  PageKeys keys;
  const auto read = [&](std::string_view name, std::vector<std::uint64_t>& into) -> Result<void> {
    TRY(const auto digits, root.string_at(name));
    if (digits.size() % kKeyDigits != 0 || digits.size() > kKeyDigits * kMaxPageKeys) return Error(Code::corrupt, "keys: length");
    for (std::size_t at = 0; at < digits.size(); at += kKeyDigits) {
      TRY(const auto key, key_from(digits.substr(at, kKeyDigits)));
      into.push_back(key);
    }
    return {};
  };
  TRY_VOID(read("blocks", keys.blocks));
  TRY_VOID(read("links", keys.links));
  TRY_VOID(read("domains", keys.domains));
  TRY_VOID(read("places", keys.places));
  return keys;
}

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
  memory = std::move(merged);
  cut(memory, kMaxKept);
}

void Baseline::cut(Memory& memory, std::size_t most) {
  if (memory.size() > most) {
    std::ranges::sort(memory, [](const Seen& a, const Seen& b) { return a.look != b.look ? a.look > b.look : a.key < b.key; });
    memory.resize(most);
    std::ranges::sort(memory, {}, &Seen::key);
  }
  khien_assert(memory.size() <= most);
}

void Baseline::learn(const PageKeys& keys) {
  ++looks_;
  remember(blocks_, keys.blocks);
  remember(links_, keys.links);
  remember(domains_, keys.domains);
  remember(places_, keys.places);
}

void Baseline::approve(const PageKeys& keys) {
  learn(keys);
  auto approved = keys.links;
  approved.insert(approved.end(), keys.blocks.begin(), keys.blocks.end());
  remember(approved_, std::move(approved));
}

void Baseline::shorten(std::size_t most) {
  for (Memory* memory : {&blocks_, &links_, &domains_, &places_, &approved_}) cut(*memory, most);
}

bool Baseline::knows_block(const Block& block) const { return has(blocks_, key_of(block)); }
bool Baseline::knows_link(std::string_view url, std::string_view text) const { return has(links_, key_of_link(url, text)); }
bool Baseline::knows_domain(std::uint64_t key) const { return has(domains_, key); }
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

// Input: a pack.json, a NUL, YARA rules, a NUL, an IOC list. All three are
// hostile: packs are signed, but the signer's key may be stolen.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string_view>

#include "khien/scan/engine.hpp"
#include "khien/scan/rules.hpp"

using namespace khien;

namespace {

std::string_view take_part(std::string_view& input) {
  const auto cut = std::min(input.find('\0'), input.size());
  const auto part = input.substr(0, cut);
  input.remove_prefix(std::min(cut + 1, input.size()));
  return part;
}

// Beyond "no crash": what was read is found again, and stays within its bounds.
void check_iocs(std::string_view text) {
  Budget budget({.bytes_in = 1u << 20, .entries = 10'000});
  const auto set = scan::IocSet::parse(text, budget);
  if (!set) return;
  if (set->size() > text.size() / 66) std::abort();
  for (std::size_t at = 0; at < text.size(); at = std::min(text.find('\n', at), text.size()) + 1) {
    const auto start = std::min(text.find_first_not_of(" \t\r", at), text.size());
    if (start == text.size() || text[start] == '#' || text[start] == '\n') continue;
    const auto digest = Sha256::from_hex(text.substr(start, 64));
    if (!digest) std::abort();  // the list was said to be good
    if (set->find(*digest) == nullptr) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto json = take_part(input);
  const auto rules = take_part(input);
  check_iocs(input);

  Budget budget({.bytes_in = 1u << 20, .entries = 10'000});
  auto pack = scan::parse_pack(json, rules, input, budget);
  if (!pack) return 0;
  if (pack->name.empty() || pack->version.empty()) std::abort();
  for (const auto& [rule, text] : pack->texts) {
    if (rule.empty() || text.title.vi.empty() || text.what_to_do.empty()) std::abort();
  }

  auto engine = scan::Engine::create({std::make_shared<const scan::RulePack>(std::move(pack).value())});
  if (!engine) return 0;
  Budget job({.bytes_in = 1u << 20, .time = seconds(1)});
  const auto verdict = engine->judge(as_bytes(input), job);
  if (verdict.matches.size() > 64) std::abort();
  if (verdict.sha256 != sha256(input)) std::abort();
  return 0;
}

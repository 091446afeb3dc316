// Input: a kind byte, then what a hub in wrong hands answers: a whole file, or a document
// that it signs with the right key for the right machine.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "khien/core/signature.hpp"
#include "policy_book.hpp"
#include "policy_bounds.hpp"
#include "scanner.hpp"

using namespace khien;

namespace {

constexpr AgentIdentity kSelf{TenantId{1}, MachineId{7}};
constexpr Timestamp kNow{1'795'334'400'000};

void check(bool holds) {
  if (!holds) std::abort();
}

// A disk that takes everything and keeps nothing.
class NoFiles final : public Files {
 public:
  Result<std::string> read(const std::string&, std::size_t) override { return Error(Code::not_found, "none"); }
  Result<void> write(const std::string&, std::string_view, mode_t) override { return {}; }
  Result<void> remove(const std::string&) override { return {}; }
  Result<void> make_folder(const std::string&, mode_t) override { return {}; }
  bool exists(const std::string&) override { return false; }
};

std::string signed_by_the_hub(std::string_view text) {
  const Bytes seed(32, std::byte{1});
  SignedEnvelope envelope{
      .statement = statement_about(SignedType::policy, policy_name(kSelf), 1, kNow, kPolicyLives, as_bytes(text))};
  check(sign(envelope, seed).has_value());
  return signed_file(envelope, text);
}

void check_bounds(const PolicySettings& asked) {
  const agent::AgentOptions own;
  const Date today = vietnam_day(kNow);
  const auto done = agent::follow(asked, own, {}, today);
  for (const std::string& root : own.roots) {
    check(std::ranges::count(done.roots, root) == 1);
    check(std::ranges::none_of(done.exclude, [&](const auto& path) { return agent::is_below(root, path); }));
  }
  check(done.exclude.size() + done.spared.size() <= own.policy.most_exclusions);
  check(std::ranges::none_of(done.exclude, [&](const auto& path) { return agent::is_below(own.folder, path); }));
  check(done.on_access >= own.policy.least_on_access);
  check(done.files_per_second >= own.policy.least_files_per_second);
  check(done.differences.size() <= kPolicySettings);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  NoFiles files;
  ManualClock clock{kNow};
  const Bytes seed(32, std::byte{1});
  agent::PolicyBook book(agent::PolicyBook::Parts{
      .self = kSelf, .key = ed25519_public_key(seed).value(), .path = "policy", .files = files, .clock = clock});
  const bool signs = data[0] % 2 == 0;
  check(book.offer(signs ? signed_by_the_hub(text) : std::string(text)).has_value());
  const auto seen = book.seen();
  check(seen.has_value());
  // Nobody but the key's owner is followed.
  if (!signs) check(book.version() == 0);
  check((book.version() == 0) == (seen->refusal != PolicyRefusal::none));
  check_bounds(book.in_force().settings);
  return 0;
}

#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "khien/flow/book.hpp"

namespace khien::flow {

// How far a vulnerability is followed: not; where a version mends it; in any case.
enum class Follow : unsigned char { no, fixed, always };
std::string_view to_string(Follow follow);
Result<Follow> follow_from_string(std::string_view text);

struct FollowWord {
  Follow follow = Follow::no;
  std::vector<FollowReason> reasons;
};
// `severity` and `likelihood` (millionths) as the book has them; `named`: by a letter.
FollowWord follow_word(const Following& following, bool exploited, bool named, Severity severity,
                       std::optional<std::int64_t> likelihood);
std::string joined(const std::vector<FollowReason>& reasons);

std::int64_t millionths(double probability);

// The tenant's own setting, or what content ships.
Result<Following> following_of(store::Connection& connection, TenantId tenant, const Following& shipped);
Result<bool> is_named(store::Connection& connection, TenantId tenant, std::string_view name);

// Row of `vulnerability`.
struct KnownVulnerability {
  std::int64_t id = 0;
  Follow follow = Follow::no;
};

// What is weighed anew after a change: the vulnerability on all machines that have it, in one
// go; or whole machines, which costs less where many vulnerabilities change at once.
enum class Weighed : unsigned char { by_vulnerability, by_machine };
// So many vulnerabilities at most are weighed by themselves.
inline constexpr std::size_t kMostByThemselves = 64;

// Writes rows of `vulnerability`, one transaction long.
class Vulnerabilities {
 public:
  Vulnerabilities(store::Connection& connection, const BookInForce& book) : connection_(connection), book_(book) {}

  // The row of a name that the book has; made if it is new to the tenant.
  Result<KnownVulnerability> row_of(TenantId tenant, std::string_view name);
  // As the book has it now; marks machines where it is followed otherwise than before, or
  // has another severity or use.
  // Nothing if the tenant has no such row.
  Result<void> refresh(TenantId tenant, std::string_view name, Weighed weighed);

 private:
  Result<FollowWord> word_of(TenantId tenant, const advisory::Vulnerability& vulnerability);

  store::Connection& connection_;
  const BookInForce& book_;
  std::map<std::pair<TenantId, std::string>, KnownVulnerability, std::less<>> rows_;
  std::map<TenantId, Following> following_;
};

// The vulnerability is followed so from now on: its packages' rows, and the machines
// that have them are to be weighed.
Result<void> follow_otherwise(store::Connection& connection, TenantId tenant, std::int64_t vulnerability,
                              const FollowWord& word, Weighed weighed);

// Is a match with these followed?
bool makes_finding(Follow follow, std::string_view state, std::string_view fixed);

// Machines that have the package are to be weighed.
Result<void> mark_machines(store::Connection& connection, TenantId tenant, std::int64_t package);
Result<void> mark_all_machines(store::Connection& connection, TenantId tenant);
// Machines that have it, or showed it, are to be weighed by it. Of a kernel's the whole
// machines are: what is said of it depends on the one that runs.
Result<void> mark_vulnerability(store::Connection& connection, TenantId tenant, std::int64_t vulnerability);

}  // namespace khien::flow

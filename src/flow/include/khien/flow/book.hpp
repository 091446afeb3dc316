#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "khien/advisory/book.hpp"
#include "khien/core/hash.hpp"
#include "khien/core/result.hpp"
#include "khien/model/ids.hpp"
#include "khien/model/severity.hpp"
#include "khien/store/connection.hpp"

namespace khien::flow {

// What is followed beside what is used in attacks and what a letter names: only then
// does a vulnerability make findings.
struct Following {
  std::optional<Severity> least_severity;         // at or above it, where a fix exists; none: severity is no reason
  std::optional<std::int64_t> least_likelihood;   // the same by EPSS, millionths

  bool operator==(const Following&) const = default;
};

// Why a vulnerability is followed. Stored by name.
enum class FollowReason : unsigned char { exploited, letter, severity, likelihood };
std::string_view to_string(FollowReason reason);
Result<FollowReason> follow_reason_from_string(std::string_view text);

// A compiled book at work. Const and safe from any thread.
struct BookInForce {
  advisory::Book book;
  Sha256 digest;                         // of its bytes
  std::shared_ptr<const void> bytes;     // keeps what `book` reads in place
  Following shipped;                     // of a tenant that set nothing
  // What differs from the book `before`; none: anything may.
  std::optional<Sha256> before = std::nullopt;
  std::optional<std::vector<std::string>> changed = std::nullopt;  // names of vulnerabilities
};

// A tenant's own setting; none: as content ships it. Machines that it may concern are
// marked and weighed by Flow::weigh_marked().
Result<void> set_following(store::Connection& connection, TenantId tenant, const std::optional<Following>& following,
                           const Following& shipped);
// Names that letters of the tenant name, all of them: what is not among them any more is
// followed for its own reasons only.
Result<void> set_named(store::Connection& connection, TenantId tenant, std::span<const std::string> names,
                       const Following& shipped);

// The rule of a vulnerability's findings: "advisory:CVE-2024-3094", and back.
std::string advisory_rule(std::string_view name);
std::optional<std::string_view> name_of_advisory_rule(std::string_view rule);

// By which book all known packages were judged; none: not by one yet.
Result<std::optional<Sha256>> judged_by(store::Connection& connection);
// How many machines are still to be weighed.
Result<std::int64_t> count_marked(store::Connection& connection);

}  // namespace khien::flow

#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "following.hpp"
#include "khien/flow/book.hpp"
#include "known_package.hpp"

namespace khien::flow {

// What the book says of distinct packages, kept once for the tenant. One transaction long.
class PackageMatches {
 public:
  PackageMatches(store::Connection& connection, const BookInForce& book)
      : connection_(connection), book_(book), vulnerabilities_(connection, book) {}

  // Puts those packages of the machine before the book that never were. Code::invalid if the
  // book has more to say of them than of any honest inventory: the event is left out.
  Result<void> judge_new(TenantId tenant, MachineId machine);
  // One package, by what the book says of it now; of which vulnerabilities what is followed
  // on it changed. `matches` are of this package alone.
  Result<std::vector<std::int64_t>> keep(TenantId tenant, const KnownPackage& package, std::span<const advisory::Match> matches);

  Vulnerabilities& vulnerabilities() { return vulnerabilities_; }

 private:
  Result<void> put_judged(TenantId tenant, const KnownPackage& package);
  Result<void> put_match(TenantId tenant, const KnownPackage& package, const advisory::Match& match, std::int64_t vulnerability,
                         bool followed);

  store::Connection& connection_;
  const BookInForce& book_;
  Vulnerabilities vulnerabilities_;
};

// What the book says of each: `of[i]` are the matches of packages[i]. Pure.
std::vector<std::vector<advisory::Match>> match_each(const advisory::Book& book, std::span<const KnownPackage> packages);

}  // namespace khien::flow

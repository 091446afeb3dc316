#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "khien/advisory/package.hpp"
#include "khien/core/budget.hpp"
#include "khien/core/date.hpp"
#include "khien/core/result.hpp"
#include "khien/inventory/inventory.hpp"

namespace khien::inventory {

// A line of a product whose maker ends its updates on a day.
struct Cycle {
  std::string release;             // "12", "22.04", "7.0": leading parts of the version
  Date ends_on;                    // last day of security updates for everybody
  std::optional<Date> extended_to; // for those who pay or join (LTS, ESM, ESU); the day they end
  std::string note = {};
};

struct LifeOfProduct {
  std::string id;                           // "debian", "fortios"
  std::string name;                         // "Debian GNU/Linux"
  std::vector<std::string> systems;         // OperatingSystem::id
  std::vector<advisory::PackageKey> packages; // release empty
  std::vector<Cycle> cycles;                // newest first
  std::string source;                       // https address of the maker's own word
};

// How it stands on a day.
struct EndOfLife {
  enum class State : unsigned char { supported, extended_only, ended };
  State state = State::supported;
  std::string product;   // "Debian GNU/Linux"
  std::string release;   // "10"
  Date ends_on;
  std::optional<Date> extended_to;
  std::string source;
};

// When makers end their updates, as data (content/advisories/end_of_life.yaml). Const and
// safe from any thread.
class EndOfLifeTable {
 public:
  // Code::invalid names the line: duplicate ids or releases, a day that is none, a source
  // that is no https address, extended before ended.
  static Result<EndOfLifeTable> parse(std::string_view yaml, Budget& budget);

  // Nothing: not in the table. Never "supported" by silence.
  std::optional<EndOfLife> of(const OperatingSystem& system, Date day) const;
  std::optional<EndOfLife> of(const advisory::Installed& package, Date day) const;

  const std::vector<LifeOfProduct>& products() const { return products_; }

 private:
  explicit EndOfLifeTable(std::vector<LifeOfProduct> products) : products_(std::move(products)) {}
  std::vector<LifeOfProduct> products_;
};

}  // namespace khien::inventory

#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "khien/core/date.hpp"
#include "khien/estate/systems.hpp"
#include "khien/estate/unit_roles.hpp"
#include "khien/estate/units.hpp"
#include "khien/law/catalogue.hpp"
#include "khien/store/scope.hpp"

namespace khien::duty {

// The units that a person sees as they stood on one day: what they were, to whom
// they belonged, which roles they held. Units go by their place in the list, which
// is that of the screen: parents before children.
class Picture {
 public:
  struct Unit {
    UnitId id;
    std::string name;
    estate::UnitKind kind = estate::UnitKind::other;
    std::optional<std::size_t> parent;  // none: a root of what is seen
  };

  static Result<Picture> load(store::Connection& connection, const store::TenantScope& scope,
                              const law::Catalogue& catalogue, Date as_of);

  Date as_of() const { return as_of_; }
  const std::vector<Unit>& units() const { return units_; }
  std::size_t size() const { return units_.size(); }
  std::optional<std::size_t> index_of(UnitId unit) const;
  // Is the whole tenant seen?
  bool is_whole() const { return is_whole_; }
  // The unit and what is below it.
  std::vector<std::size_t> subtree(std::size_t unit) const;

  enum class Bound : unsigned char {
    no,
    by_kind,    // the duty is measured over the unit and what is below it
    for_all,    // by an assigned role: it is measured over the whole tenant
  };
  // Do these roles bind the unit on that day?
  Bound bound(std::size_t unit, const std::vector<std::string>& roles, Date day) const;
  // The same of every unit on the picture's own day.
  std::vector<Bound> bound_today(const std::vector<std::string>& roles) const;
  // Assigned roles that no unit in sight holds on the day.
  std::vector<std::string> unassigned(const std::vector<std::string>& roles) const;

  // The highest level of a system that the unit, or one below it, owns on the day.
  int highest_level(std::size_t unit) const { return highest_level_[unit]; }
  int highest_level_of_all() const { return highest_level_of_all_; }
  bool owns_site(std::size_t unit) const { return owns_site_[unit]; }
  bool any_site() const { return any_site_; }

  // Sums what each unit has of its own up the tree.
  template <class Value, class Add>
  void sum_up(std::vector<Value>& own, Add add) const {
    for (std::size_t i = units_.size(); i-- > 0;) {
      if (units_[i].parent) add(own[*units_[i].parent], own[i]);
    }
  }

 private:
  Result<void> load_units(store::Connection& connection, const store::TenantScope& scope);
  Result<void> load_roles(store::Connection& connection, const store::TenantScope& scope);
  void note_bound();
  Result<void> load_holdings(store::Connection& connection, const store::TenantScope& scope);

  struct Stretch {
    Date from;
    Date to;
    std::string_view kind;
  };
  struct Held {
    Date from;
    Date to;
    std::string role;
  };

  Date as_of_;
  const law::Catalogue* catalogue_ = nullptr;
  bool is_whole_ = false;
  std::vector<Unit> units_;
  std::unordered_map<std::int64_t, std::size_t> index_;
  std::vector<std::vector<Stretch>> kinds_;  // by unit
  std::vector<std::vector<Held>> roles_;     // by unit
  // For each role of the catalogue whom it binds on the day: asked for every clause.
  std::unordered_map<std::string, std::vector<Bound>> bound_by_role_;
  std::vector<int> highest_level_;
  int highest_level_of_all_ = 0;
  std::vector<char> owns_site_;
  bool any_site_ = false;
};

}  // namespace khien::duty

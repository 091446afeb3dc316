#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string_view>

#include "khien/core/result.hpp"
#include "khien/core/time.hpp"
#include "khien/model/ids.hpp"
#include "khien/store/connection.hpp"
#include "khien/store/scope.hpp"

namespace khien::site {

// The four conditions of the trust label (Decree 137/2024/NĐ-CP), in the decree's order.
enum class LabelCriterion : unsigned char {
  level,       // protected by the level that was approved
  consent,     // commits to take personal data only with consent
  encryption,  // encrypted, by a certificate that a trusted party issued
  not_listed,  // neither name nor address is on the list of places not to visit
};
inline constexpr std::size_t kLabelCriteria = 4;
std::string_view to_string(LabelCriterion criterion);

enum class CriterionState : unsigned char {
  met,      // seen by the machine
  failed,   // the same
  paper,    // a document or a person's look-up says it
  unknown,  // nothing to see it by yet: no system is registered, no look was answered
};
std::string_view to_string(CriterionState state);

// What a machine can say of a site's application before it is sent.
struct LabelCheck {
  std::array<CriterionState, kLabelCriteria> states{CriterionState::unknown, CriterionState::paper, CriterionState::unknown, CriterionState::paper};
  std::int64_t systems = 0;  // that the unit runs
  std::int64_t approved = 0;  // of these, whose level is approved

  CriterionState of(LabelCriterion criterion) const { return states.at(static_cast<std::size_t>(criterion)); }
  // Nothing that a machine sees stands against it.
  bool is_ready() const;
};

// Of one site; Code::not_found outside of the scope.
Result<LabelCheck> label_check(store::Connection& connection, const store::TenantScope& scope, SiteId site, Timestamp now);
// Of all sites of `unit` and below that are up; none: of the scope.
Result<std::map<SiteId, LabelCheck>> label_checks(store::Connection& connection, const store::TenantScope& scope, std::optional<UnitId> unit,
                                                  Timestamp now);

}  // namespace khien::site

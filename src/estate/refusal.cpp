#include "khien/estate/refusal.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "refusals.hpp"

namespace khien::estate {
namespace {

using namespace refusals;

constexpr std::array kAll = {
    &kNotALine, &kTextTooLong, &kNeedsUnitName, &kNameTaken, &kCodeTaken, &kUnitInUse, &kTopmostStays, &kTopmostMoves, &kCircle, &kCircleThen, &kTooDeep, &kBadCode, &kUnitEnded, &kParentEnded, &kOlderThanParent, &kAhead, &kChangedLater, &kBeginsTooLate, &kHadUnitsLater, &kNeedsDecision, &kNeedsOneHeir, &kNeedsHeirs, &kTooManyHeirs, &kHeirTwice, &kHeirItself, &kHeirAbsent, &kHeirBelow, &kRootEnds, &kNeedsName, &kHeirHasIt, &kBadRole, &kRoleHeld, &kRoleOutlivesUnit, &kEndBeforeStart, &kHeldElsewhere, &kBadMac, &kNeedsDeviceName, &kDeviceTaken, &kTwoDevices, &kNameOfMany, &kRetiredAhead, &kNotMatched, &kInventoryOfRetired, &kAgentSpeaks, &kNoPackages, &kTooManyPackages, &kPackageTooLong, &kDeviceSpeaks, &kDayAhead, &kNeedsSystemName, &kSystemNameTaken, &kBadLevel, &kNeedsLevelRule, &kLevelLater, &kSystemEnded, &kBadSite, &kSiteTaken, &kBadAddress, &kBadRange, &kRangeHasHost, &kRangeNotPublic, &kRangeTooWide, &kRangeOverlaps, &kNeedsPersonName, &kNeedsPhone, &kBadPhone, &kBadEmail, &kBadKind, &kBadPurpose, &kBadFlag, &kBadDate, &kUnitUnknown, &kUnitOfMany, &kParentUnknown, &kParentOfMany, &kDeviceUnknown, &kDeviceOfMany, &kNeedsProduct, &kProductUnknown, &kBadVersion, &kTooManyRowsOfDevice, &kRowTwice, &kCellError, &kSerialCut, &kUnitEndedBefore, &kImportOver,
};

}  // namespace

Error refuse(const Refusal& refusal) { return Error(refusal.code, refusal.en); }

Error conflict_as(Error error, const Refusal& refusal) {
  return error.code() == Code::conflict ? refuse(refusal) : std::move(error);
}

bool is_held_elsewhere(const Error& error) { return refusal_of(error) == &kHeldElsewhere; }

const Refusal* refusal_of(const Error& error) {
  const auto* found = std::ranges::find_if(
      kAll, [&](const Refusal* known) { return known->code == error.code() && error.what() == known->en; });
  return found == kAll.end() ? nullptr : *found;
}

}  // namespace khien::estate

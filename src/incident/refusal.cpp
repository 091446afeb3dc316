#include "khien/incident/refusal.hpp"

#include <algorithm>
#include <array>

#include "refusals.hpp"

namespace khien::incident {
namespace {

using namespace refusals;

constexpr std::array kAll = {
    &kClosed, &kNoSuchMove, &kNeedsCause, &kNeedsCauseWords, &kReportNeedsCause, &kClocksOpen, &kNeedsTitle, &kNeedsWords, &kTooLong, &kDetectedAhead, &kDetectedAfterFindings, &kHappenedAhead,
    &kMovedOutside, &kSentOutside, &kNoSuchClock, &kNeedsRecipient, &kNoSuchTrait, &kNoSuchFinding, &kTooManyFindings,
    &kNoSuchEvidence, &kNoSuchPerson, &kNoSuchOwner, &kNotOnIt, &kTooMuchWork,
};

}  // namespace

Error refuse(const Refusal& refusal) { return Error(refusal.code, refusal.en); }

const Refusal* refusal_of(const Error& error) {
  const auto* found = std::ranges::find_if(kAll, [&](const Refusal* known) { return known->code == error.code() && error.what() == known->en; });
  return found == kAll.end() ? nullptr : *found;
}

bool is_closed(const Error& error) { return refusal_of(error) == &kClosed; }

}  // namespace khien::incident

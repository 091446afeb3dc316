#pragma once

#include "khien/core/id.hpp"
#include "khien/model/ids.hpp"

namespace khien::patch {

struct AdvisoryTag;
struct AdvisoryDecisionTag;
struct LetterTag;
using AdvisoryId = Id<AdvisoryTag>;
using AdvisoryDecisionId = Id<AdvisoryDecisionTag>;
using LetterId = Id<LetterTag>;

}  // namespace khien::patch

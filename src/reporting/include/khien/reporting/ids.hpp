#pragma once

#include "khien/core/id.hpp"
#include "khien/model/ids.hpp"

namespace khien::reporting {

struct ReportTag;
using ReportId = Id<ReportTag>;

}  // namespace khien::reporting

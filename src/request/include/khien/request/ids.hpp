#pragma once

#include "khien/core/id.hpp"
#include "khien/model/ids.hpp"

namespace khien::request {

using RequestId = Id<struct RequestTag>;                  // what many units are asked
using AttachmentId = Id<struct AttachmentTag>;            // a file that goes with it
using RequestUnitId = Id<struct RequestUnitTag>;          // one unit that is asked
using ReceiverId = Id<struct ReceiverTag>;                // police, a telecommunication company …
using OutsideRequestId = Id<struct OutsideRequestTag>;    // what they ask of us
using PackageId = Id<struct PackageTag>;                  // what they are handed
using HelpId = Id<struct HelpTag>;                        // a unit is stuck

}  // namespace khien::request

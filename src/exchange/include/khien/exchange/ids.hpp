#pragma once

#include "khien/core/id.hpp"
#include "khien/model/ids.hpp"

namespace khien::exchange {

using SharePartnerId = Id<struct SharePartnerTag>;
using ShareMessageId = Id<struct ShareMessageTag>;
using OutboxItemId = Id<struct OutboxItemTag>;

}  // namespace khien::exchange

#pragma once

#include "khien/core/bytes.hpp"
#include "khien/core/result.hpp"
#include "khien/seal/time_stamp.hpp"

namespace khien::seal {

// The same CMS with a time stamp of its signature as the one unsigned attribute
// (RFC 3161 appendix A). Code::corrupt if it is no CMS, or has unsigned attributes already.
struct StampedCms {
  Bytes cms;
  Timestamp at;
};
Result<StampedCms> with_time_stamp(ByteView cms, TimeStamper& stamper);

}  // namespace khien::seal

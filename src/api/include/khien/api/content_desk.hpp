#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "khien/core/bytes.hpp"
#include "khien/core/result.hpp"
#include "khien/core/time.hpp"
#include "khien/model/ids.hpp"

namespace khien::api {

// Where a signed release of content is handed in. To try it takes a worker and
// minutes, so it is done behind, one at a time; the rings begin by themselves when
// it passes. Made by whoever has workers: the hub.
//
// Thread-safe.
class ContentDesk {
 public:
  virtual ~ContentDesk() = default;

  // Who hands it in, for the audit log.
  struct Bringer {
    TenantId tenant;
    std::string username;
    std::string address;
  };
  struct Trying {
    std::int64_t version = 0;
    Timestamp since;
    std::optional<Timestamp> ended_at;  // none: it is being tried
    std::string refusal;                // why it was refused; empty: it was not
  };

  // Looks at the signatures, keeps the file and begins to try it. The first that
  // does not hold:
  //   Code::unavailable  the hub shuts down
  //   Code::invalid      not a signed release of content
  //   Code::not_found    no root was pinned yet
  //   Code::denied       not signed by enough of those who may
  //   Code::conflict     it is there already, or another is being tried
  virtual Result<Trying> start(ByteView file, bool emergency, const Bringer& bringer) = 0;

  // The one that is being tried, or was tried last since the hub started.
  virtual std::optional<Trying> trying() const = 0;
};

}  // namespace khien::api

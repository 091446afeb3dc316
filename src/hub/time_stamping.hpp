#pragma once

#include <memory>
#include <string>

#include "khien/core/file.hpp"
#include "khien/core/result.hpp"
#include "khien/hub/config.hpp"
#include "khien/net/client.hpp"
#include "khien/seal/time_stamp.hpp"

namespace khien::hub {

// The time stamp server of khien.toml.
struct StampServer {
  std::unique_ptr<net::Client> client;
  std::unique_ptr<seal::TimeStamper> stamper;  // none: no server is named
};

// Code::invalid where a server is named without the authorities that it must lead to.
// Nothing is asked yet.
Result<StampServer> stamp_server_of(const Config& config, Files& files);

// "26/11/2026 14:27", in Vietnam.
std::string moment_text(Timestamp at);

}  // namespace khien::hub

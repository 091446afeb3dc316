#pragma once

#include <string>

#include "khien/core/env.hpp"
#include "khien/exchange/sender.hpp"
#include "khien/hub/config.hpp"

namespace khien::hub {

// One scheme of content/exchange. Code::not_found if there is none of that name.
Result<exchange::Scheme> read_share_scheme(const std::string& content_folder, std::string_view id, Files& files);

// As whom, and how paths are cleaned; without a receiver.
Result<exchange::PartnerSettings> share_settings(const SharingConfig& config, exchange::Scheme scheme, Files& files);

// The key of [sharing]; empty where none is set.
Result<exchange::XmlSealer> share_sealer(const SharingConfig& config, Files& files);

// Everything that [sharing] names: receivers, whom they are trusted by, the key that signs.
// Read before the privileges go. No partner: nothing is shared.
Result<exchange::Sender::Options> sharing_options(const SharingConfig& config, const std::string& content_folder, Files& files);

}  // namespace khien::hub

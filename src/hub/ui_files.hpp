#pragma once

#include <span>

#include "khien/api/embedded_ui.hpp"

namespace khien::hub {

// The web UI as it was built into this program; empty in a build without one.
std::span<const api::EmbeddedFile> ui_files();

}  // namespace khien::hub

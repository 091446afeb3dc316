#pragma once

#include <string_view>

#include "call.hpp"

namespace khien::api {

// Writes like Call::write(). What was refused to somebody who may see the object (403, 409: an
// answer that does not change, one's own package to approve) becomes a line of the audit log
// of its own, `action`, since nothing of the refused write stays.
Reply write_or_note(const Call& call, std::string_view action, std::string_view object, const Call::Work& work);

}  // namespace khien::api

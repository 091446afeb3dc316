#pragma once

#include "khien/core/bytes.hpp"

namespace khien::scan {

// The text of a module's source in a stream of a VBA project: what MS-OVBA 2.4.1
// calls a compressed container, found by how every module begins ("Attribut…"),
// so that a project whose list of modules was damaged on purpose is read too.
// Empty if there is none. At most kMaxMacroBytes: Office's own editor holds less.
inline constexpr std::size_t kMaxMacroBytes = 8u << 20;
Bytes macro_text(ByteView stream);

}  // namespace khien::scan

#pragma once

#include "khien/core/bytes.hpp"

namespace khien::scan {

// The text of a module's source in a stream of a VBA project: what MS-OVBA 2.4.1
// calls a compressed container, found by how every module begins ("Attribut…"),
// so that a project whose list of modules was damaged on purpose is read too.
// Of several all, one after the other; empty if there is none. Beyond kMaxMacroBytes,
// more than Office's own editor holds, it is cut.
inline constexpr std::size_t kMaxMacroBytes = 8u << 20;
Bytes macro_text(ByteView stream);

}  // namespace khien::scan

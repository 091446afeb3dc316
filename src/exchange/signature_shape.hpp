#pragma once

#include <string>

namespace pugi {
class xml_node;
}

namespace khien::exchange {

// What of an enveloped signature is not as both letters want it: its elements, their order, the
// algorithms; empty: nothing. Whether it is good is not asked.
std::string signature_fault(const pugi::xml_node& signature);

}  // namespace khien::exchange

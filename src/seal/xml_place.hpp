#pragma once

#include <string_view>

namespace khien::seal {

// Where the signature is put, between prepare_xml() and finish_xml(), as c14n writes it.
inline constexpr std::string_view kSignaturePlace = "<?khien-signature?>";

}  // namespace khien::seal

#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "khien/core/result.hpp"

namespace khien::exchange {

// Where a message's signature stands: it becomes the last child of the one element with this name.
struct SealPlace {
  std::string parent_namespace;  // empty: none
  std::string parent_name;       // without prefix

  bool operator==(const SealPlace&) const = default;
};

// Signs a message: takes XML without a signature, and gives the same document with an enveloped
// XML-DSig over the whole of it at the place (exclusive c14n, RSA-SHA256, SHA-256, X509SubjectName
// and X509Certificate, no prefix). Which key, and where it lives, is its maker's business: exchange
// knows no tokens. Called from the sender's thread. Code::unavailable if it can be tried later (the
// token is not there).
using XmlSealer = std::function<Result<std::string>(std::string_view xml, const SealPlace& place)>;

}  // namespace khien::exchange

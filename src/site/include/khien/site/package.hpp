#pragma once

#include <string>

#include "khien/core/bytes.hpp"
#include "khien/core/result.hpp"
#include "khien/model/ids.hpp"
#include "khien/store/connection.hpp"
#include "khien/store/scope.hpp"

namespace khien::site {

// The evidence of one page as one zip: what each visitor got (VISITOR.html, as it
// came; of "rendered" the document after its scripts), the answer's headers
// (VISITOR.headers.txt), rendered.png where a browser opened it, manifest.json, which says what
// is inside with the hash of each, and manifest.sig, which says whose word that is.
//
// manifest.sig is text: "khien page evidence 1\n", "sha256 HEX\n" of manifest.json, then
// "key HEX\n" and "ed25519 BASE64\n"; the signature is over the first two lines. Nothing
// else that a hub's key signs begins so.
//
// Code::not_found outside of the scope.
Result<std::string> evidence_package(store::Connection& connection, const store::TenantScope& scope, PageEvidenceId id,
                                     ByteView secret_key, Timestamp now);

}  // namespace khien::site

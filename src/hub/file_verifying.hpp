#pragma once

#include <string>
#include <vector>

#include "khien/core/result.hpp"
#include "khien/seal/verify.hpp"

namespace khien::hub {

// What the signatures of a file are worth, read in khien-worker: hostile bytes are never
// parsed in the caller's own process. At most 10 s, and one at a time in this process: it never
// waits for another. Code::exhausted meanwhile, and beyond 64 MiB; Code::unavailable if the
// worker failed. Thread-safe.
Result<seal::Verification> verify_in_worker(std::string_view bytes, const seal::VerifyOptions& options);

// The lists of revoked certificates in a folder (.crl, .der, .pem), in no order; none of an empty
// name. Code::exhausted beyond what a reader takes: old ones are for the archive.
Result<std::vector<std::string>> read_revocation_lists(const std::string& folder);

// A file of the caller's, for verify_in_worker(). Code::invalid if it is no regular file.
Result<std::string> read_to_verify(const std::string& path);

}  // namespace khien::hub

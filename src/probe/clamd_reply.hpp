#pragma once

#include <string>
#include <string_view>

#include "khien/core/result.hpp"
#include "khien/probe/clamd.hpp"

namespace khien::probe {

// clamd's answers, as clamd(8) gives them. clamd parses hostile files, so its
// word is taken with care: bounded, one line, nothing unprintable.
inline constexpr std::size_t kMaxReplyBytes = 4096;

// "fd[10]: OK", "fd[10]: Some.Signature FOUND", "fd[10]: some text ERROR".
// The signature, empty if none. Code::exhausted if a limit of clamd's own was
// reached, unavailable for its errors, corrupt for what is no answer.
Result<std::string> parse_scan_reply(std::string_view reply);

// "ClamAV 1.4.3/27500/Fri Nov 20 08:30:00 2026", or only its first part.
// clamd runs with TZ=UTC.
Result<ClamdClient::Version> parse_version_reply(std::string_view reply);

// The number in "… Loaded 8704123 signatures." of clamd's log; the last one
// counts. 0 if there is none.
std::int64_t parse_signature_count(std::string_view log);

}  // namespace khien::probe

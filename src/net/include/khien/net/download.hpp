#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include "khien/core/file.hpp"
#include "khien/core/result.hpp"
#include "khien/core/secret.hpp"
#include "khien/core/time.hpp"

namespace khien::net {

// By what a server knows again the file that it gave last.
struct FileMark {
  std::string etag;
  std::string last_modified;
  bool operator==(const FileMark&) const = default;
};

struct DownloadOptions {
  std::string ca_file = {};  // PEM; empty: the system's
  std::string proxy = {};    // "http://10.0.0.1:3128"; empty: none, whatever the environment says
  std::uint64_t max_bytes = 0;
  Duration timeout = hours(1);
  const std::atomic<bool>* stop = nullptr;  // true: given up, within a second
  // By what the server knows who asks: this header's value, plain text. Whoever it sends on to is
  // not to hear it, so then no redirect is followed.
  const char* key_header = nullptr;
  const Secret* key = nullptr;
};

struct Downloaded {
  bool changed = false;  // false: the server says that it is what `known` is; nothing was written
  FileMark mark;         // of what came
  std::uint64_t bytes = 0;
};

// Fetches a public file by https into `into`, which is empty and open for writing. The server's
// certificate is checked; at most five redirects, to https alone; no credentials but `key`, no cookies.
// A body that its coding hides is asked for as it is. Blocks; thread-safe.
// Code::invalid: no https address, or an answer that will be the same tomorrow (4xx); denied: the
// server is not whom we trust; exhausted: over max_bytes; unavailable: all else, and `stop`.
// After an error what is in `into` is worth nothing.
Result<Downloaded> download(const std::string& url, const FileMark& known, const DownloadOptions& options, const Fd& into);

}  // namespace khien::net

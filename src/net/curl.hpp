#pragma once

#include <curl/curl.h>
#include <signal.h>

#include <memory>
#include <string_view>

#include "khien/core/result.hpp"
#include "x509.hpp"

namespace khien::net {

// What this room's users of libcurl share.

using CurlPointer = std::unique_ptr<CURL, FreeBy<curl_easy_cleanup>>;
using CurlListPointer = std::unique_ptr<curl_slist, FreeBy<curl_slist_free_all>>;

// Once a process, before the first handle.
void begin_curl();

// OpenSSL writes without MSG_NOSIGNAL: a peer that left shall be an error here,
// not the end of the process. What was pending before stays.
class NoBrokenPipe {
 public:
  NoBrokenPipe();
  ~NoBrokenPipe();
  NoBrokenPipe(const NoBrokenPipe&) = delete;
  NoBrokenPipe& operator=(const NoBrokenPipe&) = delete;

 private:
  sigset_t set_;
  sigset_t before_;
  bool was_pending_ = false;
};

// A header's value as it came, without the blanks around it.
std::string_view trimmed(std::string_view text);

// Code::denied if the peer is not whom we trust, invalid if the request is none, exhausted
// without memory, else unavailable. `detail`: libcurl's own words, may be empty.
Error curl_failure(CURLcode code, const char* detail);

}  // namespace khien::net

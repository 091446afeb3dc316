#pragma once

#include <string>

#include "khien/crawl/fetcher.hpp"

namespace khien::crawl {

// Of a connection whose handshake is over. `ssl` is OpenSSL's SSL*.
TlsFacts tls_facts_of(void* ssl, const std::string& host);

}  // namespace khien::crawl

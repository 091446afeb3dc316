#include "curl.hpp"

#include <ctime>
#include <string>

#include "khien/core/assert.hpp"

namespace khien::net {

void begin_curl() {
  static const CURLcode begun = curl_global_init(CURL_GLOBAL_DEFAULT);
  khien_assert(begun == CURLE_OK);
}

NoBrokenPipe::NoBrokenPipe() {
  sigset_t pending;
  sigemptyset(&set_);
  sigaddset(&set_, SIGPIPE);
  sigpending(&pending);
  was_pending_ = sigismember(&pending, SIGPIPE) == 1;
  pthread_sigmask(SIG_BLOCK, &set_, &before_);
}

NoBrokenPipe::~NoBrokenPipe() {
  constexpr timespec kNow{};
  if (!was_pending_) static_cast<void>(sigtimedwait(&set_, nullptr, &kNow));
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const auto begin = text.find_first_not_of(kSpace);
  if (begin == text.npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

Error curl_failure(CURLcode code, const char* detail) {
  const std::string what = detail[0] != '\0' ? detail : curl_easy_strerror(code);
  switch (code) {
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
      return {Code::denied, "the peer is not whom we trust: " + what};
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CACERT_BADFILE:
      return {Code::invalid, what};
    case CURLE_OUT_OF_MEMORY:
      return {Code::exhausted, what};
    default:
      return {Code::unavailable, what};
  }
}

}  // namespace khien::net

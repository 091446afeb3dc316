#include "khien/net/client.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

#include "curl.hpp"
#include "khien/core/assert.hpp"
#include "x509.hpp"

namespace khien::net {
namespace {

constexpr std::size_t kMaxAnswerHeaders = 100;
constexpr std::size_t kMaxAnswerHeaderBytes = 32u << 10;
constexpr std::size_t kMaxUrlBytes = 8u << 10;
constexpr Duration kConnectTime = seconds(10);

using CurlUrlPointer = std::unique_ptr<CURLU, FreeBy<curl_url_cleanup>>;

enum class Trust : bool { ca, nobody_yet };

// Code::invalid unless https, or http to this very machine or where it is allowed, without a
// name and password in it.
Result<void> check_url(const std::string& url, bool allow_plain) {
  if (url.size() > kMaxUrlBytes) return Error(Code::invalid, "url: too long");
  const CurlUrlPointer parsed(curl_url());
  khien_assert(parsed != nullptr);
  if (curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), CURLU_DISALLOW_USER) != CURLUE_OK) {
    return Error(Code::invalid, "url: malformed");
  }
  const auto part = [&](CURLUPart which) {
    char* text = nullptr;
    if (curl_url_get(parsed.get(), which, &text, 0) != CURLUE_OK) return std::string();
    std::string copy(text);
    curl_free(text);
    return copy;
  };
  const auto scheme = part(CURLUPART_SCHEME);
  const auto host = part(CURLUPART_HOST);
  if (scheme == "https") return {};
  if (scheme == "http" && (allow_plain || host == "127.0.0.1" || host == "[::1]" || host == "localhost")) return {};
  return Error(Code::invalid, "url: https only, http for loopback");
}

struct Answer {
  ClientResponse response;
  std::size_t max_bytes = 0;
  std::size_t header_bytes = 0;
  bool too_large = false;
};

std::size_t take_header(char* data, std::size_t, std::size_t size, void* into) {
  auto& answer = *static_cast<Answer*>(into);
  const std::string_view line(data, size);
  // Each answer begins anew: "100 Continue" comes before the one that counts.
  if (line.starts_with("HTTP/")) answer.response.headers = {};
  answer.header_bytes += size;
  if (answer.header_bytes > kMaxAnswerHeaderBytes ||
      answer.response.headers.all().size() >= kMaxAnswerHeaders) {
    answer.too_large = true;
    return 0;
  }
  const auto colon = line.find(':');
  if (colon != line.npos) {
    answer.response.headers.add(std::string(line.substr(0, colon)),
                                std::string(trimmed(line.substr(colon + 1))));
  }
  return size;
}

std::size_t take_body(char* data, std::size_t, std::size_t size, void* into) {
  auto& answer = *static_cast<Answer*>(into);
  if (size > answer.max_bytes - answer.response.body.size()) {
    answer.too_large = true;
    return 0;
  }
  answer.response.body.append(data, size);
  return size;
}

class CurlClient final : public Client {
 public:
  CurlClient(ClientOptions options, CurlPointer curl, Trust trust)
      : options_(std::move(options)), curl_(std::move(curl)) {
    set_connection();
    set_trust(trust);
  }

  Result<ClientResponse> send(const ClientRequest& request) override {
    TRY_VOID(check_url(request.url, options_.allow_plain));
    TRY(const auto fields, header_list(request.headers));
    Answer answer;
    answer.max_bytes = options_.max_answer_bytes;
    set_request(request, fields.get(), answer);
    detail_[0] = '\0';
    const NoBrokenPipe no_broken_pipe;
    const CURLcode code = curl_easy_perform(curl_.get());
    forget_request();
    if (code != CURLE_OK) return answer.too_large ? Error(Code::exhausted, "the answer is too large") : curl_failure(code, detail_.data());
    long status = 0;
    curl_easy_getinfo(curl_.get(), CURLINFO_RESPONSE_CODE, &status);
    answer.response.status = static_cast<int>(status);
    return std::move(answer.response);
  }

 private:
  template <class Value>
  void set(CURLoption option, Value value) {
    khien_assert(curl_easy_setopt(curl_.get(), option, value) == CURLE_OK);
  }

  void set_blob(CURLoption option, std::string_view pem) {
    if (pem.empty()) return;
    curl_blob blob{const_cast<char*>(pem.data()), pem.size(), CURL_BLOB_COPY};
    set(option, &blob);
  }

  void set_connection() {
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_ERRORBUFFER, detail_.data());
    set(CURLOPT_PROTOCOLS_STR, "https,http");
    set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    set(CURLOPT_FOLLOWLOCATION, 0L);
    // Neither the environment's proxy nor its netrc: only the hub itself.
    set(CURLOPT_PROXY, "");
    set(CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
    if (!options_.source_address.empty()) set(CURLOPT_INTERFACE, ("host!" + options_.source_address).c_str());
    set(CURLOPT_TCP_NODELAY, 1L);
    set(CURLOPT_TCP_KEEPALIVE, 1L);
    set(CURLOPT_HEADERFUNCTION, take_header);
    set(CURLOPT_WRITEFUNCTION, take_body);
  }

  void set_trust(Trust trust) {
    set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    // The system's folder of CAs is not ours, and libcurl would read all of it
    // for each connection.
    set(CURLOPT_CAPATH, static_cast<const char*>(nullptr));
    set(CURLOPT_CAINFO, static_cast<const char*>(nullptr));
    const bool asks_ca = trust == Trust::ca && !(options_.ca_pem.empty() && !options_.pinned_key.empty());
    set(CURLOPT_SSL_VERIFYPEER, asks_ca ? 1L : 0L);
    set(CURLOPT_SSL_VERIFYHOST, asks_ca ? 2L : 0L);
    if (!options_.pinned_key.empty()) set(CURLOPT_PINNEDPUBLICKEY, options_.pinned_key.c_str());
    if (asks_ca) set_blob(CURLOPT_CAINFO_BLOB, options_.ca_pem);
    set_blob(CURLOPT_SSLCERT_BLOB, options_.certificate_pem);
    set_blob(CURLOPT_SSLKEY_BLOB, options_.key_pem.reveal());
  }

  static Result<CurlListPointer> header_list(const Headers& headers) {
    CurlListPointer list;
    const auto append = [&](const std::string& line) {
      curl_slist* longer = curl_slist_append(list.get(), line.c_str());
      khien_assert(longer != nullptr);
      static_cast<void>(list.release());
      list.reset(longer);
    };
    // libcurl would wait a second for "100 Continue" before a large body.
    append("Expect:");
    for (const auto& [name, value] : headers.all()) {
      const auto line = name + ": " + value;
      if (line.find_first_of(std::string_view("\r\n\0", 3)) != line.npos) {
        return Error(Code::invalid, "header: line break in '" + name + "'");
      }
      // The spelling libcurl wants for an empty value.
      append(value.empty() ? name + ";" : line);
    }
    return list;
  }

  void set_request(const ClientRequest& request, curl_slist* fields, Answer& answer) {
    const Duration timeout = request.timeout.value_or(options_.timeout);
    set(CURLOPT_TIMEOUT_MS, static_cast<long>(timeout.ms));
    set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(std::min(timeout, kConnectTime).ms));
    set(CURLOPT_URL, request.url.c_str());
    set(CURLOPT_HTTPHEADER, fields);
    set(CURLOPT_HEADERDATA, &answer);
    set(CURLOPT_WRITEDATA, &answer);
    const bool has_body = !request.body.empty() || request.method == Method::post ||
                          request.method == Method::put || request.method == Method::patch;
    set(CURLOPT_NOBODY, request.method == Method::head ? 1L : 0L);
    if (request.method != Method::head) set(CURLOPT_HTTPGET, 1L);
    if (has_body) {
      set(CURLOPT_POST, 1L);
      set(CURLOPT_POSTFIELDS, request.body.data());
      set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    }
    set(CURLOPT_CUSTOMREQUEST, to_string(request.method).data());
  }

  // libcurl keeps pointers; they end with this call.
  void forget_request() {
    set(CURLOPT_HTTPHEADER, static_cast<curl_slist*>(nullptr));
    set(CURLOPT_HEADERDATA, static_cast<void*>(nullptr));
    set(CURLOPT_WRITEDATA, static_cast<void*>(nullptr));
    set(CURLOPT_POSTFIELDS, static_cast<const char*>(nullptr));
  }

  ClientOptions options_;
  std::array<char, CURL_ERROR_SIZE> detail_{};
  // After what it points into.
  CurlPointer curl_;
};

// To libcurl, what is no pin would be the name of a file, and what is no address one of an interface.
Result<void> check_peer_options(const ClientOptions& options) {
  constexpr std::string_view kPin = "sha256//";
  if (!options.pinned_key.empty()) {
    const std::string_view pin = options.pinned_key;
    const auto digest = pin.starts_with(kPin) ? from_base64(pin.substr(kPin.size())) : Result<Bytes>(Bytes());
    if (!digest || digest->size() != 32) return Error(Code::invalid, "pinned key: must be sha256// and the digest in base64");
  }
  if (options.source_address.empty()) return {};
  std::array<std::byte, 16> address{};
  const char* text = options.source_address.c_str();
  const bool is_address = inet_pton(AF_INET, text, address.data()) == 1 || inet_pton(AF_INET6, text, address.data()) == 1;
  return is_address ? Result<void>() : Result<void>(Error(Code::invalid, "source address: must be an IP address"));
}

// The first certificate of a file that may hold many, as the system's does: its 200 KiB are more
// than a certificate is allowed.
std::string_view first_of(std::string_view pem) {
  constexpr std::string_view kEnd = "-----END CERTIFICATE-----";
  const auto end = pem.find(kEnd);
  return end == pem.npos ? pem : pem.substr(0, end + kEnd.size());
}

Result<std::unique_ptr<Client>> make_curl_client(ClientOptions options, Trust trust) {
  begin_curl();
  CurlPointer curl(curl_easy_init());
  if (!curl) return Error(Code::exhausted, "no memory for an HTTP client");
  return std::unique_ptr<Client>(std::make_unique<CurlClient>(std::move(options), std::move(curl), trust));
}

}  // namespace

Result<std::unique_ptr<Client>> make_client(ClientOptions options) {
  TRY_VOID(check_peer_options(options));
  // Checked here, because libcurl would speak of them only when it connects.
  if (!options.ca_pem.empty()) {
    TRY(const auto authority, read_certificate(first_of(options.ca_pem)));
  }
  if (!options.certificate_pem.empty()) {
    TRY(const auto certificate, read_certificate(options.certificate_pem));
    TRY(const auto key, read_key(options.key_pem));
    if (X509_check_private_key(certificate.get(), key.get()) != 1) {
      return openssl_error("our key does not belong to our certificate");
    }
  }
  return make_curl_client(std::move(options), Trust::ca);
}

Result<std::string> fetch_ca(const std::string& hub_url, const Sha256& expected) {
  ClientOptions options;
  options.max_answer_bytes = kMaxPemBytes;
  TRY(const auto client, make_curl_client(std::move(options), Trust::nobody_yet));
  std::string url = hub_url;
  while (url.ends_with('/')) url.pop_back();
  ClientRequest request;
  request.url = url + "/agent/v1/ca";
  TRY(const auto answer, client->send(request));
  if (answer.status != 200) {
    return Error(Code::unavailable,
                 "the hub answered " + std::to_string(answer.status) + " instead of its CA");
  }
  TRY(const auto certificate, read_certificate(answer.body));
  if (der_sha256(certificate.get()) != expected) {
    return Error(Code::denied, "the hub's CA is not the one that the enrolment token names");
  }
  // Written anew: what was compared and nothing that came along with it.
  return write_certificate(certificate.get());
}

}  // namespace khien::net

#include "khien/seal/time_stamp.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ts.h>

#include <ctime>
#include <memory>
#include <utility>

#include "khien/core/hash.hpp"
#include "khien/core/text.hpp"
#include "openssl_pointers.hpp"

namespace khien::seal {
namespace {

using Request = std::unique_ptr<TS_REQ, FreeBy<TS_REQ_free>>;
using Response = std::unique_ptr<TS_RESP, FreeBy<TS_RESP_free>>;

constexpr std::size_t kMaxToken = 64u << 10;
constexpr std::size_t kNonceBytes = 8;
constexpr int kMaxWords = 4;

Error failed(std::string_view what) {
  ERR_clear_error();
  return Error(Code::corrupt, "time stamp: " + std::string(what));
}

// The imprint of SHA-256, a nonce, and the server's certificate wanted beside it.
Result<Request> make_request(const Sha256& digest, Random& random) {
  Request request(TS_REQ_new());
  const std::unique_ptr<TS_MSG_IMPRINT, FreeBy<TS_MSG_IMPRINT_free>> imprint(TS_MSG_IMPRINT_new());
  const std::unique_ptr<X509_ALGOR, FreeBy<X509_ALGOR_free>> algorithm(X509_ALGOR_new());
  const std::unique_ptr<ASN1_INTEGER, FreeBy<ASN1_INTEGER_free>> nonce(ASN1_INTEGER_new());
  Bytes digest_bytes(digest.bytes.begin(), digest.bytes.end());
  std::uint64_t number = 0;
  for (const std::byte byte : random.bytes(kNonceBytes)) number = number << 8 | static_cast<std::uint8_t>(byte);
  const bool made = X509_ALGOR_set0(algorithm.get(), OBJ_nid2obj(NID_sha256), V_ASN1_NULL, nullptr) == 1 &&
                    TS_MSG_IMPRINT_set_algo(imprint.get(), algorithm.get()) == 1 &&
                    TS_MSG_IMPRINT_set_msg(imprint.get(), reinterpret_cast<unsigned char*>(digest_bytes.data()), static_cast<int>(digest_bytes.size())) == 1 &&
                    ASN1_INTEGER_set_uint64(nonce.get(), number) == 1 && TS_REQ_set_version(request.get(), 1) == 1 &&
                    TS_REQ_set_msg_imprint(request.get(), imprint.get()) == 1 && TS_REQ_set_nonce(request.get(), nonce.get()) == 1 &&
                    TS_REQ_set_cert_req(request.get(), 1) == 1;
  if (!made) return Error(Code::internal, "time stamp: no request");
  return request;
}

std::string encoded(const TS_REQ* request) {
  unsigned char* out = nullptr;
  const int size = i2d_TS_REQ(request, &out);
  std::string bytes(reinterpret_cast<char*>(out), size > 0 ? static_cast<std::size_t>(size) : 0);
  OPENSSL_free(out);
  return bytes;
}

X509_STORE* make_store(std::string_view pem) {
  X509_STORE* store = X509_STORE_new();
  const Memory input(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  for (;;) {
    const Certificate anchor(PEM_read_bio_X509(input.get(), nullptr, nullptr, nullptr));
    if (!anchor) break;
    X509_STORE_add_cert(store, anchor.get());
  }
  ERR_clear_error();
  X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN);
  return store;
}

// Is the answer to this request: status, imprint, nonce, signature and whom it leads to.
bool answers(TS_RESP* response, TS_REQ* request, std::string_view trust_pem) {
  const std::unique_ptr<TS_VERIFY_CTX, FreeBy<TS_VERIFY_CTX_free>> context(TS_REQ_to_TS_VERIFY_CTX(request, nullptr));
  if (!context) return false;
  TS_VERIFY_CTX_add_flags(context.get(), TS_VFY_SIGNATURE);
  TS_VERIFY_CTX_set_store(context.get(), make_store(trust_pem));
  return TS_RESP_verify_response(context.get(), response) == 1;
}

// In its own words, as far as it has some.
Error refused(TS_RESP* response) {
  const TS_STATUS_INFO* status = TS_RESP_get_status_info(response);
  const ASN1_INTEGER* number = TS_STATUS_INFO_get0_status(status);
  std::string why = "time stamp: the server refuses: status " + std::to_string(number == nullptr ? -1L : ASN1_INTEGER_get(number));
  const STACK_OF(ASN1_UTF8STRING)* words = TS_STATUS_INFO_get0_text(status);
  for (int i = 0; i < sk_ASN1_UTF8STRING_num(words) && i < kMaxWords; ++i) {
    const ASN1_UTF8STRING* one = sk_ASN1_UTF8STRING_value(words, i);
    why += ", " + std::string(reinterpret_cast<const char*>(ASN1_STRING_get0_data(one)), static_cast<std::size_t>(ASN1_STRING_length(one)));
  }
  return Error(Code::unavailable, printable(truncate(to_valid_utf8(why), 300)));
}

Result<Timestamp> moment_of(TS_RESP* response) {
  std::tm parts{};
  const ASN1_GENERALIZEDTIME* time = TS_TST_INFO_get_time(TS_RESP_get_tst_info(response));
  if (time == nullptr || ASN1_TIME_to_tm(time, &parts) != 1) return failed("a token without a time");
  return Timestamp{static_cast<std::int64_t>(timegm(&parts)) * 1000};
}

class HttpStamper final : public TimeStamper {
 public:
  HttpStamper(net::Client& client, std::string url, std::string trust_pem, Random& random)
      : client_(client), url_(std::move(url)), trust_pem_(std::move(trust_pem)), random_(random) {}

  Result<TimeStampToken> stamp(ByteView bytes) override {
    TRY(const auto request, make_request(sha256(bytes), random_));
    net::ClientRequest query{.method = net::Method::post, .url = url_, .headers = {}, .body = encoded(request.get())};
    query.headers.add("Content-Type", "application/timestamp-query");
    const auto answered = client_.send(query);
    if (!answered) return Error(answered.error().code(), "time stamp: " + printable(url_) + ": " + answered.error().what());
    const net::ClientResponse& answer = *answered;
    if (answer.status != 200) return Error(Code::unavailable, "time stamp: the server answers " + std::to_string(answer.status));
    const auto* der = reinterpret_cast<const unsigned char*>(answer.body.data());
    const Response response(d2i_TS_RESP(nullptr, &der, static_cast<long>(answer.body.size())));
    if (!response) return failed("the server's answer cannot be read");
    if (TS_RESP_get_token(response.get()) == nullptr) return refused(response.get());
    if (!answers(response.get(), request.get(), trust_pem_)) return failed("the server's answer is not for this, or not from whom we trust");
    TRY(auto token, token_of(response.get()));
    TRY(const auto at, moment_of(response.get()));
    return TimeStampToken{std::move(token), at};
  }

 private:
  static Result<Bytes> token_of(TS_RESP* response) {
    unsigned char* out = nullptr;
    const int size = i2d_PKCS7(TS_RESP_get_token(response), &out);
    if (size <= 0 || static_cast<std::size_t>(size) > kMaxToken) return failed("a token of no sensible size");
    const ByteView der = as_bytes({reinterpret_cast<const char*>(out), static_cast<std::size_t>(size)});
    Bytes token(der.begin(), der.end());
    OPENSSL_free(out);
    return token;
  }

  net::Client& client_;
  std::string url_;
  std::string trust_pem_;
  Random& random_;
};

}  // namespace

std::unique_ptr<TimeStamper> make_time_stamper(net::Client& client, std::string url, std::string trust_pem, Random& random) {
  return std::make_unique<HttpStamper>(client, std::move(url), std::move(trust_pem), random);
}

}  // namespace khien::seal

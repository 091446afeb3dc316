#include "digest.hpp"

#include <openssl/evp.h>

#include <memory>

#include "khien/core/assert.hpp"
#include "khien/core/hash.hpp"

namespace khien::seal {
namespace {

struct Free {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

const EVP_MD* md_of(DigestKind kind) {
  khien_assert(kind != DigestKind::weak);
  if (kind == DigestKind::sha384) return EVP_sha384();
  return kind == DigestKind::sha512 ? EVP_sha512() : EVP_sha256();
}

bool is_number(std::string_view text) {
  for (const char c : text) {
    if (c < '0' || c > '9') return false;
  }
  return !text.empty();
}

}  // namespace

struct Digest::Impl {
  std::unique_ptr<EVP_MD_CTX, Free> context{EVP_MD_CTX_new()};
};

Digest::Digest(DigestKind kind) : impl_(std::make_unique<Impl>()) {
  khien_assert(impl_->context && EVP_DigestInit_ex(impl_->context.get(), md_of(kind), nullptr) == 1);
}
Digest::~Digest() = default;

void Digest::update(ByteView bytes) { khien_assert(EVP_DigestUpdate(impl_->context.get(), bytes.data(), bytes.size()) == 1); }

Bytes Digest::finish() {
  Bytes digest(EVP_MAX_MD_SIZE);
  unsigned size = 0;
  khien_assert(EVP_DigestFinal_ex(impl_->context.get(), reinterpret_cast<unsigned char*>(digest.data()), &size) == 1);
  digest.resize(size);
  return digest;
}

Bytes digest_of(DigestKind kind, std::initializer_list<ByteView> pieces) {
  Digest digest(kind);
  for (const ByteView piece : pieces) digest.update(piece);
  return digest.finish();
}

// "261126142700Z", and with the century where it is generalized.
Result<Timestamp> read_der_time(const DerElement& element) {
  const Error wrong(Code::corrupt, "DER: a time of no sense");
  std::string text(as_text(element.content));
  if (element.tag == kDerUtcTime && text.size() == 13) text.insert(0, text[0] < '5' ? "20" : "19");
  const bool right = (element.tag == kDerUtcTime || element.tag == kDerGeneralizedTime) && text.size() == 15 && text.ends_with('Z') &&
                     is_number(std::string_view(text).substr(0, 14));
  if (!right) return wrong;
  const auto part = [&](std::size_t from, std::size_t size) { return text.substr(from, size); };
  const auto time = from_rfc3339(part(0, 4) + "-" + part(4, 2) + "-" + part(6, 2) + "T" + part(8, 2) + ":" + part(10, 2) + ":" + part(12, 2) + "Z");
  if (!time) return wrong;
  return *time;
}

}  // namespace khien::seal

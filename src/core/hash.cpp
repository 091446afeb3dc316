#include "khien/core/hash.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <climits>

#include "khien/core/assert.hpp"

namespace khien {
namespace {

struct ContextFree {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_MD_CTX, ContextFree>;

Context new_context() {
  Context context(EVP_MD_CTX_new());
  khien_assert(context != nullptr);
  return context;
}

// Fetched once: a lookup by name takes a lock in OpenSSL 3.0.
const EVP_MD* fetched(const char* name) {
  const EVP_MD* algorithm = EVP_MD_fetch(nullptr, name, nullptr);
  khien_assert(algorithm != nullptr);
  return algorithm;
}

const EVP_MD* sha256_algorithm() {
  static const EVP_MD* const algorithm = fetched("SHA2-256");
  return algorithm;
}

const EVP_MD* sha1_algorithm() {
  static const EVP_MD* const algorithm = fetched("SHA1");
  return algorithm;
}

const EVP_MD* md5_algorithm() {
  static const EVP_MD* const algorithm = fetched("MD5");
  return algorithm;
}

unsigned char* out_pointer(std::byte* bytes) { return reinterpret_cast<unsigned char*>(bytes); }

void begin(EVP_MD_CTX* context) { khien_assert(EVP_DigestInit_ex2(context, sha256_algorithm(), nullptr) == 1); }

void add(EVP_MD_CTX* context, ByteView bytes) {
  khien_assert(EVP_DigestUpdate(context, bytes.data(), bytes.size()) == 1);
}

Sha256 end(EVP_MD_CTX* context) {
  Sha256 digest;
  khien_assert(EVP_DigestFinal_ex(context, out_pointer(digest.bytes.data()), nullptr) == 1);
  return digest;
}

template <std::size_t size>
std::array<std::byte, size> digest_of(const EVP_MD* algorithm, ByteView bytes) {
  std::array<std::byte, size> digest{};
  unsigned length = 0;
  khien_assert(EVP_Digest(bytes.data(), bytes.size(), out_pointer(digest.data()), &length, algorithm, nullptr) == 1);
  khien_assert(length == size);
  return digest;
}

template <std::size_t size>
std::array<std::byte, size> hmac(const EVP_MD* algorithm, ByteView key, ByteView message) {
  khien_assert(key.size() <= INT_MAX);
  // HMAC() takes a null message for a mistake, not for an empty one.
  static constexpr std::byte kNothing{};
  const std::byte* message_bytes = message.empty() ? &kNothing : message.data();
  std::array<std::byte, size> mac{};
  unsigned length = 0;
  const auto* done = HMAC(algorithm, key.data(), static_cast<int>(key.size()),
                          reinterpret_cast<const unsigned char*>(message_bytes), message.size(),
                          out_pointer(mac.data()), &length);
  khien_assert(done != nullptr && length == size);
  return mac;
}

}  // namespace

std::array<std::byte, 20> sha1(ByteView bytes) { return digest_of<20>(sha1_algorithm(), bytes); }
std::array<std::byte, 16> md5(ByteView bytes) { return digest_of<16>(md5_algorithm(), bytes); }

Result<Sha256> Sha256::from_hex(std::string_view text) {
  TRY(const auto bytes, khien::from_hex(text));
  return from_bytes(bytes);
}

Result<Sha256> Sha256::from_bytes(ByteView bytes) {
  Sha256 digest;
  if (bytes.size() != digest.bytes.size()) return Error(Code::invalid, "a SHA-256 has 32 bytes");
  std::ranges::copy(bytes, digest.bytes.begin());
  return digest;
}

Sha256 sha256(ByteView bytes) {
  // One context a thread: allocating one costs as much as hashing 1 KiB.
  thread_local const Context context = new_context();
  begin(context.get());
  add(context.get(), bytes);
  return end(context.get());
}

Sha256 hmac_sha256(ByteView key, ByteView message) { return {hmac<32>(sha256_algorithm(), key, message)}; }

std::array<std::byte, 20> hmac_sha1(ByteView key, ByteView message) {
  return hmac<20>(sha1_algorithm(), key, message);
}

struct Sha256Stream::Impl {
  Context context = new_context();
};

Sha256Stream::Sha256Stream() : impl_(std::make_unique<Impl>()) { begin(impl_->context.get()); }
Sha256Stream::Sha256Stream(Sha256Stream&&) noexcept = default;
Sha256Stream& Sha256Stream::operator=(Sha256Stream&&) noexcept = default;
Sha256Stream::~Sha256Stream() = default;

void Sha256Stream::update(ByteView bytes) {
  khien_assert(impl_ != nullptr);
  add(impl_->context.get(), bytes);
}

Sha256 Sha256Stream::finish() {
  khien_assert(impl_ != nullptr);
  const Sha256 digest = end(impl_->context.get());
  impl_.reset();
  return digest;
}

}  // namespace khien

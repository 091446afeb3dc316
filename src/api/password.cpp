#include "password.hpp"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <string>

namespace khien::api {
namespace {

constexpr std::size_t kHashBytes = 32;

// PHC strings use the standard alphabet; ours is the URL's.
std::string to_phc_base64(ByteView bytes) {
  auto text = to_base64url(bytes);
  std::ranges::replace(text, '-', '+');
  std::ranges::replace(text, '_', '/');
  return text;
}

}  // namespace

Result<std::string> hash_password(std::string_view password, const PasswordCost& cost, Random& random) {
  if (sodium_init() < 0) return Error(Code::internal, "libsodium does not start");
  // The salt is ours, so that a simulation owns it like every other randomness.
  std::array<std::byte, crypto_pwhash_SALTBYTES> salt{};
  random.fill(salt);
  std::array<std::byte, kHashBytes> hash{};
  const int failed = crypto_pwhash(reinterpret_cast<unsigned char*>(hash.data()), hash.size(), password.data(),
                                   password.size(), reinterpret_cast<const unsigned char*>(salt.data()), cost.passes,
                                   cost.memory_kib * 1024, crypto_pwhash_ALG_ARGON2ID13);
  if (failed != 0) return Error(Code::exhausted, "no memory to hash a password");
  return "$argon2id$v=19$m=" + std::to_string(cost.memory_kib) + ",t=" + std::to_string(cost.passes) + ",p=1$" +
         to_phc_base64(salt) + "$" + to_phc_base64(hash);
}

bool password_fits(std::string_view phc, std::string_view password) {
  // libsodium wants the string in a buffer of its own size, ended by zeros.
  if (sodium_init() < 0 || phc.size() >= crypto_pwhash_STRBYTES) return false;
  std::array<char, crypto_pwhash_STRBYTES> buffer{};
  std::ranges::copy(phc, buffer.begin());
  return crypto_pwhash_str_verify(buffer.data(), password.data(), password.size()) == 0;
}

Secret make_one_time_password(Random& random) {
  constexpr std::string_view kLetters = "abcdefghjkmnpqrstuvwxyz23456789";
  constexpr int kGroups = 4;
  constexpr int kGroupLetters = 5;
  std::string text;
  for (int group = 0; group < kGroups; ++group) {
    if (group > 0) text += '-';
    for (int i = 0; i < kGroupLetters; ++i) text += kLetters[random.below(kLetters.size())];
  }
  return Secret(std::move(text));
}

Result<std::unique_ptr<Passwords>> Passwords::create(const PasswordCost& cost, Random& random) {
  TRY(auto nobody, hash_password(make_one_time_password(random).reveal(), cost, random));
  return std::unique_ptr<Passwords>(new Passwords(cost, random, std::move(nobody)));
}

bool Passwords::fits(std::string_view phc, std::string_view password) const {
  const bool fit = password_fits(phc.empty() ? std::string_view(nobody_) : phc, password);
  return fit && !phc.empty();
}

Result<std::string> Passwords::hash(std::string_view password) const { return hash_password(password, cost_, random_); }
Secret Passwords::one_time() const { return make_one_time_password(random_); }

}  // namespace khien::api

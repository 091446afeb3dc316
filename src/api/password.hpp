#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "khien/api/api.hpp"
#include "khien/core/random.hpp"
#include "khien/core/result.hpp"
#include "khien/core/secret.hpp"

namespace khien::api {

// Argon2id by libsodium, as a PHC string: "$argon2id$v=19$m=19456,t=3,p=1$…".
Result<std::string> hash_password(std::string_view password, const PasswordCost& cost, Random& random);
// Takes the same time for every wrong password.
bool password_fits(std::string_view phc, std::string_view password);

// A password that a person reads off a paper once: 20 letters and digits that
// are not mistaken for each other, in groups of five; 97 bits.
Secret make_one_time_password(Random& random);

// Checks passwords in the same time whether or not there is such a person.
class Passwords {
 public:
  // Prepares the hash that stands in for people who do not exist.
  static Result<std::unique_ptr<Passwords>> create(const PasswordCost& cost, Random& random);

  // `phc` empty: nobody; the answer is false after the usual time.
  bool fits(std::string_view phc, std::string_view password) const;
  Result<std::string> hash(std::string_view password) const;
  Secret one_time() const;

 private:
  Passwords(const PasswordCost& cost, Random& random, std::string nobody)
      : cost_(cost), random_(random), nobody_(std::move(nobody)) {}
  PasswordCost cost_;
  Random& random_;
  std::string nobody_;
};

}  // namespace khien::api

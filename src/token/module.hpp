#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/bytes.hpp"
#include "khien/core/result.hpp"

namespace khien::token {

enum class KeyKind : unsigned char { rsa, ec };

// What the token says of its own tries (CKF_USER_PIN_…).
struct Tries {
  bool low = false;     // a wrong PIN was entered since the last right one
  bool last = false;    // the next wrong one locks it
  bool locked = false;
  bool no_pin = false;  // nobody has set one yet
};

// A PKCS #11 module. Not thread-safe.
class Module {
 public:
  // Runs the module's own code. Code::not_found or invalid if it is none.
  static Result<Module> load(const std::string& path);
  Module(Module&&) noexcept;
  ~Module();

  // A token in use: the module was initialised for it and is finalised with it, logged out
  // and closed before, so that nothing of a login outlives a job.
  class Session {
   public:
    Session(Session&&) noexcept;
    ~Session();

    Result<Tries> tries() const;
    // Those labelled `key` first; at most 8. Code::not_found if none is.
    Result<std::vector<Bytes>> certificates(std::string_view key) const;

    enum class Login : unsigned char { right, wrong, locked, taken, failed };
    // taken: somebody is logged in already, so the token never looked at the PIN.
    Login login(std::string_view pin);
    // After login(). Over SHA-256 of the bytes: RSA PKCS #1 v1.5, or ECDSA, r and s side by
    // side. `pin` once more for keys that ask for it at each use: Code::denied, and nothing
    // else is, if it is not theirs.
    Result<Bytes> sign(std::string_view key, KeyKind kind, ByteView bytes, std::string_view pin);

   private:
    friend class Module;
    struct Impl;
    explicit Session(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
  };
  // Code::not_found if no token, conflict if several have this label.
  Result<Session> open(std::string_view token) const;

 private:
  struct Impl;
  explicit Module(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace khien::token

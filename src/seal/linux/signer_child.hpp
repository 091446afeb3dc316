#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "khien/core/bytes.hpp"
#include "khien/core/clock.hpp"
#include "khien/core/file.hpp"
#include "khien/core/result.hpp"

namespace khien::seal {

// khien-signer as a child of ours and the socket to it; both end with the object. It has
// no environment but what is named, and no descriptor but 0 to 2 and the socket as 3.
class SignerChild {
 public:
  static Result<SignerChild> start(const std::string& executable, const std::vector<std::string>& arguments,
                                   const std::vector<std::string>& environment);
  SignerChild(SignerChild&& other) noexcept;
  SignerChild& operator=(SignerChild&&) = delete;
  ~SignerChild();

  Result<void> send(std::string_view packet);
  // Code::unavailable if it ended, or has nothing to say in time; it is killed then.
  Result<Bytes> receive(Duration within, const Clock& clock);
  pid_t pid() const { return pid_; }

 private:
  SignerChild(pid_t pid, Fd socket) : pid_(pid), socket_(std::move(socket)) {}
  void kill_and_reap();

  pid_t pid_ = -1;
  Fd socket_;
};

}  // namespace khien::seal

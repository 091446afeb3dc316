#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "khien/core/file.hpp"
#include "khien/core/result.hpp"

namespace khien::probe {

// One packet with at most one descriptor beside it (SCM_RIGHTS, unix(7)).
struct Message {
  std::size_t bytes = 0;  // 0: the other end is gone
  Fd descriptor;          // none if there was none
};

// Code::unavailable if the other end is gone.
Result<void> send_message(int socket, std::string_view bytes, int descriptor = -1);

// Waits for one packet. A packet longer than `into`, or with more than one
// descriptor, is Code::corrupt.
Result<Message> receive_message(int socket, std::span<std::byte> into);

}  // namespace khien::probe

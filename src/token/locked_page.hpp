#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "khien/core/result.hpp"

namespace khien::token {

// One page for one PIN: locked, left out of dumps and of forks, wiped when emptied.
class LockedPage {
 public:
  static Result<LockedPage> create();
  LockedPage(LockedPage&& other) noexcept;
  LockedPage& operator=(LockedPage&&) = delete;
  ~LockedPage();

  // Where a packet is received into; the whole page.
  std::span<std::byte> room();
  void holds(std::size_t size);  // of the room, from its beginning
  bool empty() const { return size_ == 0; }
  std::string_view reveal() const;
  void wipe();

 private:
  explicit LockedPage(void* page) : page_(page) {}
  void* page_;
  std::size_t size_ = 0;
};

}  // namespace khien::token

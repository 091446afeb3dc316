#pragma once

#include <string>
#include <string_view>

namespace khien {

// Text that must not be copied, logged or left in memory: passwords, tokens,
// keys. Wiped when it goes.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string text);
  Secret(Secret&& other) noexcept;
  Secret& operator=(Secret&& other) noexcept;
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  ~Secret();

  // For the one call that needs it; do not keep.
  std::string_view reveal() const { return text_; }
  bool empty() const { return text_.empty(); }

 private:
  void wipe();

  std::string text_;
};

}  // namespace khien

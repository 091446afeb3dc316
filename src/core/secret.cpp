#include "khien/core/secret.hpp"

#include <string.h>

#include <utility>

namespace khien {
namespace {

// The whole buffer, not only the text: a short string that was moved from
// keeps its bytes in place.
void wipe_buffer(std::string& text) {
  text.resize(text.capacity());
  explicit_bzero(text.data(), text.size());
  text.clear();
}

}  // namespace

Secret::Secret(std::string text) : text_(std::move(text)) { wipe_buffer(text); }

Secret::Secret(Secret&& other) noexcept : text_(std::move(other.text_)) { other.wipe(); }

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this == &other) return *this;
  wipe();
  text_.swap(other.text_);
  other.wipe();
  return *this;
}

Secret::~Secret() { wipe(); }

void Secret::wipe() { wipe_buffer(text_); }

}  // namespace khien

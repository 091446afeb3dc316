#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace khien::api {

// One file of the web UI as it was built into the program; all views live for
// ever. `br` and `gz` are empty where compressing does not pay.
struct EmbeddedFile {
  std::string_view path;  // "/index.html", "/assets/index-3f2a.js"
  std::string_view mime;
  std::string_view etag;  // with its quotes
  std::span<const std::byte> plain;
  std::span<const std::byte> br;
  std::span<const std::byte> gz;
  bool immutable = false;  // its name changes with its content
};

// Every file of the UI, by path; defined in the assets.cpp that ui/embed.mjs writes.
std::span<const EmbeddedFile> embedded_ui();

}  // namespace khien::api

#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace khien::api {

/// One file of the web UI, linked into the program; the bytes live as long as it does.
struct EmbeddedFile {
  std::string_view path;  // "/index.html", "/assets/…"
  std::string_view mime;
  std::string_view etag;  // with its quotes, ready for the header
  std::span<const std::byte> plain;
  std::span<const std::byte> br;  // empty where packing does not help, as with fonts
  std::span<const std::byte> gz;  // empty likewise
  bool immutable;                 // the name holds a hash: may be kept for a year; else ask every time
};

/// Every file, by path.
std::span<const EmbeddedFile> embedded_ui();

}  // namespace khien::api

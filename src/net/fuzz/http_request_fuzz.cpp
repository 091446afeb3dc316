// Input: a byte that says how the rest is cut, then what a peer sends.
//
// Beyond "no crash": however the bytes are cut they give the same request or
// the same refusal, and a request that is let through means one thing only.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "khien/core/text.hpp"
#include "request_reader.hpp"
#include "target.hpp"

using namespace khien;
using namespace khien::net;

namespace {

constexpr RequestReader::Limits kLimits{2048, 4096};

void demand(bool holds) {
  if (!holds) std::abort();
}

// Feeds pieces of changing size; how many bytes were used.
std::size_t feed_cut(RequestReader& reader, std::string_view bytes, unsigned seed) {
  std::size_t used = 0;
  while (used < bytes.size()) {
    seed = seed * 1'103'515'245 + 12'345;
    const std::size_t taken = reader.feed(bytes.substr(used, 1 + (seed >> 16) % 37));
    if (taken == 0) break;
    used += taken;
  }
  return used;
}

void check_text(std::string_view text) {
  demand(is_utf8(text));
  for (const char c : text) demand(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f);
}

void check_path(std::string_view path) {
  demand(path.starts_with('/'));
  check_text(path);
  demand(path.find('\\') == path.npos && path.find("//") == path.npos);
  const std::string closed = std::string(path) + "/";
  demand(closed.find("/../") == closed.npos && closed.find("/./") == closed.npos);
}

void check_request(const Request& request) {
  check_path(request.path);
  for (const auto& [name, value] : request.query) {
    check_text(name);
    check_text(value);
  }
  const auto& headers = request.headers;
  demand(headers.count("host") == 1);
  demand(headers.count("content-length") + headers.count("transfer-encoding") <= 1);
  demand(request.body->size() <= kLimits.max_body_bytes);
  if (const auto length = headers.get("content-length")) {
    demand(std::to_string(request.body->size()).size() <= length->size());
    demand(std::strtoull(std::string(*length).c_str(), nullptr, 10) == request.body->size());
  }
  for (const auto& [name, value] : headers.all()) {
    demand(!name.empty() && name.find_first_of(std::string_view(" \t\r\n\0:", 6)) == name.npos);
    demand(value.find_first_of(std::string_view("\r\n\0", 3)) == value.npos);
  }
}

void check_same(const Request& a, const Request& b) {
  demand(a.method == b.method && a.path == b.path && a.query == b.query);
  demand(a.headers.all() == b.headers.all() && *a.body == *b.body);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);

  RequestReader whole(kLimits);
  RequestReader cut(kLimits);
  const auto whole_used = whole.feed(bytes);
  const auto cut_used = feed_cut(cut, bytes, data[0]);
  demand(whole.state() == cut.state());
  demand(whole.refusal() == cut.refusal());
  demand((whole.refusal() != 0) == (whole.state() == RequestReader::State::refused));
  // Bytes that were not understood yet are all kept.
  if (whole.state() == RequestReader::State::head || whole.state() == RequestReader::State::body) {
    demand(whole_used == bytes.size());
  }
  if (whole.state() == RequestReader::State::complete) {
    demand(whole_used == cut_used && whole.keep_alive() == cut.keep_alive());
    const auto request = whole.take();
    check_request(request);
    check_same(request, cut.take());
  }
  // The target alone, without a request that has to be right around it.
  if (const auto target = decode_target(bytes)) check_path((*target).path);
  return 0;
}

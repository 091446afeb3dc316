#include "target.hpp"

#include <algorithm>
#include <cstddef>

#include "khien/core/text.hpp"

namespace khien::net {
namespace {

constexpr std::size_t kMaxQueryValues = 64;

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// What may stand in a target undecoded. Bytes above ASCII must be escaped.
bool may_stand_raw(char c) {
  return c > ' ' && c < 0x7f && c != '"' && c != '<' && c != '>' && c != '#' && c != '\\';
}

enum class Plus : bool { stays, is_space };

Result<std::string> percent_decode(std::string_view raw, Plus plus) {
  std::string out;
  out.reserve(raw.size());
  for (std::size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] == '+' && plus == Plus::is_space) {
      out += ' ';
    } else if (raw[i] == '%') {
      const int high = i + 2 < raw.size() ? digit(raw[i + 1]) : -1;
      const int low = high >= 0 ? digit(raw[i + 2]) : -1;
      if (low < 0) return Error(Code::invalid, "target: malformed escape");
      out += static_cast<char>(high * 16 + low);
      i += 2;
    } else {
      out += raw[i];
    }
  }
  return out;
}

// C0, DEL and C1. Of valid UTF-8 only: there C1 is C2 80 to C2 9F.
bool has_control(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c < 0x20 || c == 0x7f) return true;
    if (c == 0xc2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xa0) return true;
  }
  return false;
}

Result<std::string> decode_text(std::string_view raw, Plus plus) {
  TRY(auto text, percent_decode(raw, plus));
  if (!is_utf8(text)) return Error(Code::invalid, "target: not UTF-8");
  if (has_control(text)) return Error(Code::invalid, "target: control character");
  return text;
}

Result<void> check_segments(std::string_view path) {
  std::size_t begin = 1;
  while (begin <= path.size()) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    const auto segment = path.substr(begin, end - begin);
    // The last segment may be empty: "/units/" is a path.
    if (segment.empty() && end != path.size()) return Error(Code::invalid, "target: empty segment");
    if (segment == "." || segment == "..") return Error(Code::invalid, "target: dot segment");
    begin = end + 1;
  }
  return {};
}

Result<std::string> decode_path(std::string_view raw) {
  TRY(auto path, decode_text(raw, Plus::stays));
  // An escape may not become what the split looked at, nor what other readers
  // take for a separator.
  if (std::ranges::count(path, '/') != std::ranges::count(raw, '/')) {
    return Error(Code::invalid, "target: encoded slash");
  }
  if (path.find('\\') != path.npos) return Error(Code::invalid, "target: backslash");
  TRY_VOID(check_segments(path));
  return path;
}

Result<std::vector<std::pair<std::string, std::string>>> decode_query(std::string_view raw) {
  std::vector<std::pair<std::string, std::string>> query;
  while (!raw.empty()) {
    const auto piece = raw.substr(0, raw.find('&'));
    raw.remove_prefix(std::min(piece.size() + 1, raw.size()));
    if (piece.empty()) continue;
    if (query.size() == kMaxQueryValues) return Error(Code::invalid, "target: too many query values");
    const auto name = piece.substr(0, piece.find('='));
    const auto value = name.size() < piece.size() ? piece.substr(name.size() + 1) : std::string_view{};
    TRY(auto decoded_name, decode_text(name, Plus::is_space));
    TRY(auto decoded_value, decode_text(value, Plus::is_space));
    query.emplace_back(std::move(decoded_name), std::move(decoded_value));
  }
  return query;
}

}  // namespace

Result<Target> decode_target(std::string_view raw) {
  if (!raw.starts_with('/')) return Error(Code::invalid, "target: not an absolute path");
  if (!std::ranges::all_of(raw, may_stand_raw))
    return Error(Code::invalid, "target: character must be escaped");
  const auto path = raw.substr(0, raw.find('?'));
  const auto query = path.size() < raw.size() ? raw.substr(path.size() + 1) : std::string_view{};
  Target target;
  TRY(target.path, decode_path(path));
  TRY(target.query, decode_query(query));
  return target;
}

}  // namespace khien::net

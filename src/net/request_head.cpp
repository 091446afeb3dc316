#include "request_head.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <charconv>

#include "target.hpp"

namespace khien::net {
namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;

constexpr std::size_t kMaxFields = 100;

// Beast gives the pieces; what is to be thought of them is decided below.
class Pieces final : public http::basic_parser<true> {
 public:
  Method method = Method::other;
  std::string target;
  int version = 0;
  Headers headers;

 private:
  void on_request_impl(http::verb verb, beast::string_view, beast::string_view raw_target, int http_version,
                       beast::error_code&) override {
    method = method_of(verb);
    target.assign(raw_target.data(), raw_target.size());
    version = http_version;
  }
  void on_field_impl(http::field, beast::string_view name, beast::string_view value,
                     beast::error_code&) override {
    headers.add(std::string(name.data(), name.size()), std::string(value.data(), value.size()));
  }

  // The body is not Beast's: its part of the message ends with the head.
  void on_response_impl(int, beast::string_view, int, beast::error_code&) override {}
  void on_header_impl(beast::error_code&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>&, beast::error_code&) override {}
  std::size_t on_body_impl(beast::string_view, beast::error_code&) override { return 0; }
  void on_chunk_header_impl(std::uint64_t, beast::string_view, beast::error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view, beast::error_code&) override { return 0; }
  void on_finish_impl(beast::error_code&) override {}

  static Method method_of(http::verb verb) {
    switch (verb) {
      case http::verb::get:
        return Method::get;
      case http::verb::head:
        return Method::head;
      case http::verb::post:
        return Method::post;
      case http::verb::put:
        return Method::put;
      case http::verb::patch:
        return Method::patch;
      case http::verb::delete_:
        return Method::delete_;
      default:
        return Method::other;
    }
  }
};

using CharacterSet = std::array<bool, 256>;

constexpr CharacterSet token_characters() {
  CharacterSet set{};
  for (const char c : std::string_view("!#$%&'*+-.^_`|~")) set[static_cast<unsigned char>(c)] = true;
  for (unsigned char c = '0'; c <= '9'; ++c) set[c] = true;
  for (unsigned char c = 'a'; c <= 'z'; ++c) set[c] = set[c - 'a' + 'A'] = true;
  return set;
}

bool is_token_character(char c) {
  static constexpr CharacterSet kSet = token_characters();
  return kSet[static_cast<unsigned char>(c)];
}

bool is_value_character(char c) { return c == '\t' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f); }

bool is_field_line(std::string_view line) {
  const auto colon = line.find(':');
  return colon != line.npos && colon > 0 && std::ranges::all_of(line.substr(0, colon), is_token_character) &&
         std::ranges::all_of(line.substr(colon + 1), is_value_character);
}

// Exactly two spaces and nothing that is not printable.
bool is_request_line(std::string_view line) {
  return std::ranges::count(line, ' ') == 2 &&
         std::ranges::all_of(line, [](char c) { return c >= ' ' && c < 0x7f; });
}

// Beast unfolds lines and takes bare line feeds here and there; a proxy in
// front may read the same bytes otherwise. 0, or the status that refuses.
int check_lines(std::string_view text) {
  std::size_t fields = 0;
  for (bool first = true;; first = false) {
    const auto end = text.find("\r\n");
    if (end == text.npos) return 400;
    const auto line = text.substr(0, end);
    text.remove_prefix(end + 2);
    if (first && !is_request_line(line)) return 400;
    if (first) continue;
    if (line.empty()) return text.empty() ? 0 : 400;
    if (!is_field_line(line)) return 400;
    if (++fields > kMaxFields) return 431;
  }
}

bool same_text(std::string_view a, std::string_view lower_case) {
  return std::ranges::equal(a, lower_case, [](char x, char y) {
    return (x >= 'A' && x <= 'Z' ? static_cast<char>(x - 'A' + 'a') : x) == y;
  });
}

// Digits alone: "+5", "5, 5" and "0x5" are read differently elsewhere.
bool read_length(std::string_view text, std::uint64_t& length) {
  if (text.empty() || text.size() > 15) return false;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
  return error == std::errc{} && end == text.data() + text.size() && text.front() != '-';
}

// Where the message ends. 0, or the status that refuses.
int decide_framing(RequestHead& head) {
  const auto lengths = head.headers.count("content-length");
  const auto codings = head.headers.count("transfer-encoding");
  if (lengths + codings > 1) return 400;
  if (lengths == 1 && !read_length(*head.headers.get("content-length"), head.content_length)) return 400;
  if (codings == 1 && !same_text(*head.headers.get("transfer-encoding"), "chunked")) return 501;
  head.chunked = codings == 1;
  return 0;
}

int decide_expectation(RequestHead& head) {
  const auto expect = head.headers.get("expect");
  if (!expect) return 0;
  if (!same_text(*expect, "100-continue")) return 417;
  head.wants_continue = head.chunked || head.content_length > 0;
  return 0;
}

int decide_target(std::string_view raw, RequestHead& head) {
  auto target = decode_target(raw);
  if (!target) return 400;
  head.path = std::move(target->path);
  head.query = std::move(target->query);
  return 0;
}

int status_of(const beast::error_code& error) { return error == http::error::bad_version ? 505 : 400; }

}  // namespace

int parse_request_head(std::string_view text, RequestHead& head) {
  if (const int status = check_lines(text)) return status;

  Pieces pieces;
  pieces.header_limit(static_cast<std::uint32_t>(text.size() + 1));
  pieces.body_limit(boost::none);
  beast::error_code error;
  pieces.put(boost::asio::buffer(text.data(), text.size()), error);
  if (error) return status_of(error);
  if (!pieces.is_header_done()) return 400;
  if (pieces.version != 11) return 505;

  head.method = pieces.method;
  head.headers = std::move(pieces.headers);
  head.keep_alive = pieces.keep_alive();
  if (head.headers.count("host") != 1) return 400;
  if (const int status = decide_framing(head)) return status;
  // Two opinions on the end of one message are one too many.
  if (pieces.chunked() != head.chunked) return 400;
  if (const int status = decide_expectation(head)) return status;
  return decide_target(pieces.target, head);
}

}  // namespace khien::net

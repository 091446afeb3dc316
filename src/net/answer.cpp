#include "answer.hpp"

#include <algorithm>
#include <array>

#include "khien/core/json.hpp"
#include "khien/core/log.hpp"

namespace khien::net {
namespace {

struct Refusal {
  int status;
  std::string_view code;
  std::string_view vi;
  std::string_view en;
};

constexpr std::array kRefusals{
    Refusal{400, "invalid", "Yêu cầu không đúng định dạng.", "The request is malformed."},
    Refusal{403, "denied", "Chứng thư của máy trạm đã hết hạn.", "The client certificate has expired."},
    Refusal{408, "unavailable", "Yêu cầu đến quá chậm.", "The request came too slowly."},
    Refusal{413, "exhausted", "Nội dung yêu cầu quá lớn.", "The body of the request is too large."},
    Refusal{417, "invalid", "Không đáp ứng được điều kiện trong trường Expect.",
            "The expectation cannot be met."},
    Refusal{431, "exhausted", "Phần đầu của yêu cầu quá lớn.", "The header of the request is too large."},
    Refusal{500, "internal", "Lỗi trong máy chủ.", "An error in the server."},
    Refusal{501, "invalid", "Không hỗ trợ kiểu mã hóa truyền này.", "This transfer coding is not supported."},
    Refusal{503, "unavailable", "Đang nhận nhiều tệp lớn cùng lúc. Hãy thử lại sau ít giây.",
            "Many large files are arriving at this moment. Try again in a few seconds."},
    Refusal{505, "invalid", "Chỉ hỗ trợ HTTP/1.1.", "Only HTTP/1.1 is supported."},
};

std::string_view reason(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 301:
      return "Moved Permanently";
    case 302:
      return "Found";
    case 303:
      return "See Other";
    case 304:
      return "Not Modified";
    case 307:
      return "Temporary Redirect";
    case 308:
      return "Permanent Redirect";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 413:
      return "Content Too Large";
    case 415:
      return "Unsupported Media Type";
    case 417:
      return "Expectation Failed";
    case 422:
      return "Unprocessable Content";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return "Answer";
  }
}

bool is_token(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

bool is_value(std::string_view value) {
  return std::ranges::none_of(
      value, [](char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f; });
}

bool is_ours(std::string_view name) {
  constexpr std::array<std::string_view, 4> kOurs{"content-length", "transfer-encoding", "connection",
                                                  "date"};
  return std::ranges::any_of(kOurs, [&](std::string_view own) {
    return std::ranges::equal(name, own, [](char a, char b) {
      return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
    });
  });
}

void add_field(std::string& head, std::string_view name, std::string_view value) {
  head.append(name).append(": ").append(value).append("\r\n");
}

}  // namespace

std::string http_date(Timestamp time) {
  constexpr std::array<std::string_view, 7> kDays{"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};
  constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::string text = to_rfc3339(time);
  const auto day = ((time.ms / 86'400'000) % 7 + 7) % 7;
  const auto month = static_cast<std::size_t>((text[5] - '0') * 10 + (text[6] - '0') - 1);
  std::string date(kDays[static_cast<std::size_t>(day)]);
  date.append(", ").append(text, 8, 2).append(" ").append(kMonths[month % 12]).append(" ");
  return date.append(text, 0, 4).append(" ").append(text, 11, 8).append(" GMT");
}

bool has_body(int status) { return status >= 200 && status != 204 && status != 304; }

std::string answer_head(const Response& response, const Framing& framing, std::string_view date) {
  std::string head = "HTTP/1.1 " + std::to_string(response.status) + " ";
  head.append(reason(response.status)).append("\r\n");
  for (const auto& [name, value] : response.headers.all()) {
    if (is_ours(name)) continue;
    if (is_token(name) && is_value(value)) {
      add_field(head, name, value);
    } else {
      log_error("net.field_dropped", {{"name", name}});
    }
  }
  add_field(head, "Date", date);
  if (!framing.content_length) {
    add_field(head, "Transfer-Encoding", "chunked");
  } else if (has_body(response.status)) {
    add_field(head, "Content-Length", std::to_string(*framing.content_length));
  }
  add_field(head, "Connection", framing.keep_alive ? "keep-alive" : "close");
  return head.append("\r\n");
}

Response refusal(int status) {
  const auto* found = std::ranges::find(kRefusals, status, &Refusal::status);
  if (found == kRefusals.end()) found = kRefusals.begin();
  JsonWriter json;
  json.begin_object().field("code", found->code).key("message").begin_object();
  json.field("vi", found->vi).field("en", found->en).end_object().end_object();
  Response response;
  response.status = status;
  response.headers.add("Content-Type", "application/json");
  if (status == 503) response.headers.add("Retry-After", "5");
  response.body = json.take();
  return response;
}

}  // namespace khien::net

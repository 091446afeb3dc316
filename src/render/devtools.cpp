#include "devtools.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <optional>

namespace khien::render {
namespace {

constexpr std::size_t kMostWaiting = 64u << 20;  // to be written

std::string_view text_at(const Json& map, std::string_view name) {
  const auto text = map.string_at(name);
  return text ? *text : std::string_view();
}

DevToolsMessage message_of(const Json& root) {
  DevToolsMessage message;
  if (const auto id = root.integer_at("id"); id && *id > 0) message.id = *id;
  message.method = text_at(root, "method");
  message.session = text_at(root, "sessionId");
  if (const auto error = root.field("error")) {
    message.failed = true;
    message.why = text_at(*error, "message");
  }
  return message;
}

}  // namespace

Result<void> DevToolsReader::read(std::string_view text, const Take& take) {
  if (++messages_ > kMostMessages) return Error(Code::exhausted, "devtools: too many messages");
  Budget budget({.bytes_in = kMostMessage, .depth = 64, .entries = 2'000'000});
  TRY(const Json root, document_.parse(text, budget));
  if (!root.is_object()) return Error(Code::invalid, "devtools: no message");
  const DevToolsMessage message = message_of(root);
  if (message.id == 0 && message.method.empty()) return Error(Code::invalid, "devtools: neither answer nor event");
  const auto body = root.field(message.id != 0 ? "result" : "params");
  return take(message, body && body->is_object() ? &*body : nullptr);
}

Result<void> DevToolsReader::add(std::string_view bytes, const Take& take) {
  bytes_ += bytes.size();
  if (bytes_ > kMostBytes) return Error(Code::exhausted, "devtools: too many bytes");
  kept_ += bytes;
  std::size_t begin = 0;
  for (auto end = kept_.find('\0', looked_at_); end != kept_.npos; end = kept_.find('\0', begin)) {
    TRY_VOID(read(std::string_view(kept_).substr(begin, end - begin), take));
    begin = end + 1;
  }
  kept_.erase(0, begin);
  looked_at_ = kept_.size();
  if (kept_.size() > kMostMessage) return Error(Code::exhausted, "devtools: a message is too long");
  return {};
}

std::int64_t DevTools::send(std::string_view method, std::string_view params, std::string_view session) {
  JsonWriter json;
  json.begin_object().field("id", ++numbers_).field("method", method).key("params").raw(params);
  if (!session.empty()) json.field("sessionId", session);
  json.end_object();
  out_ += json.take();
  out_ += '\0';
  return numbers_;
}

Result<void> DevTools::write() {
  while (!out_.empty()) {
    const ssize_t written = ::send(socket_.get(), out_.data(), out_.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (written < 0 && (errno == EAGAIN || errno == EINTR)) break;
    if (written <= 0) return Error(Code::unavailable, "devtools: the browser is gone");
    out_.erase(0, static_cast<std::size_t>(written));
  }
  if (out_.size() > kMostWaiting) return Error(Code::exhausted, "devtools: the browser does not listen");
  return {};
}

Result<void> DevTools::step(Duration most, const DevToolsReader::Take& take) {
  // What it said before it went is read all the same.
  const auto written = write();
  pollfd line{.fd = socket_.get(), .events = POLLIN, .revents = 0};
  if (!out_.empty() && written) line.events |= POLLOUT;
  if (::poll(&line, 1, static_cast<int>(most.ms)) <= 0) return written;
  std::array<char, 1u << 16> bytes;
  for (int i = 0; i < 16; ++i) {
    const ssize_t got = ::recv(socket_.get(), bytes.data(), bytes.size(), MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return {};
    if (got <= 0) return Error(Code::unavailable, "devtools: the browser is gone");
    TRY_VOID(reader_.add({bytes.data(), static_cast<std::size_t>(got)}, take));
  }
  return {};
}

}  // namespace khien::render

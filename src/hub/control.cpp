#include "khien/hub/control.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "khien/core/file.hpp"
#include "khien/core/json.hpp"
#include "khien/core/log.hpp"

namespace khien::hub {
namespace {

// A list of 12 MiB travels as base64; only root and the hub's user may ask.
constexpr std::size_t kMaxQuestionBytes = 17u << 20;
constexpr std::size_t kMaxAnswerBytes = 16u << 20;
constexpr int kPeerTimeoutMs = 10'000;

Result<sockaddr_un> address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return Error(Code::invalid, path + " is too long for a socket");
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  return address;
}

Result<void> send_all(const Fd& socket, std::string_view text) {
  while (!text.empty()) {
    const ssize_t sent = ::send(socket.get(), text.data(), text.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return system_error("send", errno);
    text.remove_prefix(static_cast<std::size_t>(sent));
  }
  return {};
}

// Reads until the peer ends its side.
Result<std::string> receive_all(const Fd& socket, std::size_t max_bytes, int timeout_ms) {
  std::string text;
  std::array<char, 16'384> piece{};
  for (;;) {
    pollfd ready{socket.get(), POLLIN, 0};
    const int answered = ::poll(&ready, 1, timeout_ms);
    if (answered < 0 && errno == EINTR) continue;
    if (answered <= 0) return Error(Code::unavailable, "the other side says nothing");
    const ssize_t got = ::recv(socket.get(), piece.data(), piece.size(), 0);
    if (got < 0) return system_error("receive", errno);
    if (got == 0) return text;
    text.append(piece.data(), static_cast<std::size_t>(got));
    if (text.size() > max_bytes) return Error(Code::exhausted, "the message is too long");
  }
}

bool may_connect(const Fd& peer) {
  ucred who{};
  socklen_t size = sizeof who;
  if (::getsockopt(peer.get(), SOL_SOCKET, SO_PEERCRED, &who, &size) != 0) return false;
  return who.uid == 0 || who.uid == ::geteuid();
}

struct Question {
  std::vector<std::string> words;
  Language language = Language::en;
};

Result<Question> read_question(std::string_view text) {
  Budget budget({.bytes_in = kMaxQuestionBytes, .depth = 4});
  JsonDocument memory;
  TRY(const auto root, memory.parse(text, budget));
  Question question;
  TRY(const auto language, root.string_at("language"));
  question.language = language == "vi" ? Language::vi : Language::en;
  TRY(const auto words, root.field("words"));
  TRY_VOID(words.each([&](Json word) -> Result<void> {
    TRY(const auto value, word.string());
    question.words.emplace_back(value);
    return {};
  }));
  return question;
}

// Says each piece at once, a line of JSON each, so that a long command shows how
// far it is. What the peer does not take yet waits in memory: a command may hold a
// transaction, and a caller that was stopped must not hold it up.
class PeerConsole final : public Console {
 public:
  PeerConsole(const Fd& peer, Language language) : Console(language), peer_(peer) {}

  void out(std::string_view text) override { say("out", text); }
  void err(std::string_view text) override { say("err", text); }
  Result<void> end(int exit_code) {
    JsonWriter line;
    line.begin_object().field("exit", std::int64_t{exit_code}).end_object();
    const std::lock_guard lock(mutex_);
    waiting_ += line.take() + "\n";
    return send_all(peer_, waiting_);
  }

 private:
  void say(std::string_view where, std::string_view text) {
    JsonWriter line;
    line.begin_object().field(where, text).end_object();
    const std::lock_guard lock(mutex_);
    waiting_ += line.take() + "\n";
    const ssize_t sent = ::send(peer_.get(), waiting_.data(), waiting_.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent > 0) waiting_.erase(0, static_cast<std::size_t>(sent));
  }

  const Fd& peer_;
  std::mutex mutex_;  // parts of a command speak from the writer's thread
  std::string waiting_;
};

// One line of an answer; the exit code, if it is the last.
Result<std::optional<int>> hear(std::string_view line, Console& console) {
  Budget budget({.bytes_in = kMaxAnswerBytes, .depth = 4});
  JsonDocument memory;
  TRY(const auto said, memory.parse(line, budget));
  if (const auto text = said.string_at("out")) console.out(*text);
  if (const auto text = said.string_at("err")) console.err(*text);
  const auto exit_code = said.integer_at("exit");
  if (!exit_code) return std::optional<int>();
  return std::optional(static_cast<int>(*exit_code));
}

// The answer, line by line as it comes; the exit code is its last.
Result<int> hear_all(const Fd& socket, Console& console) {
  std::string text;
  std::array<char, 16'384> piece{};
  for (;;) {
    const ssize_t got = ::recv(socket.get(), piece.data(), piece.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_error("receive", errno);
    if (got == 0) return Error(Code::unavailable, "the hub ended before the command did");
    text.append(piece.data(), static_cast<std::size_t>(got));
    for (auto end = text.find('\n'); end != text.npos; end = text.find('\n')) {
      TRY(const auto exit_code, hear(std::string_view(text).substr(0, end), console));
      if (exit_code) return *exit_code;
      text.erase(0, end + 1);
    }
    if (text.size() > kMaxAnswerBytes) return Error(Code::exhausted, "the message is too long");
  }
}

Result<void> serve_one(const Fd& peer, const ControlServer::Run& run) {
  const timeval patience{10, 0};
  ::setsockopt(peer.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  if (!may_connect(peer)) return Error(Code::denied, "the peer is neither root nor the hub's user");
  TRY(const auto text, receive_all(peer, kMaxQuestionBytes, kPeerTimeoutMs));
  TRY(const auto question, read_question(text));
  PeerConsole console(peer, question.language);
  const int exit_code = run(question.words, console);
  return console.end(exit_code);
}

Result<Fd> listen_at(const std::string& path) {
  TRY(const auto address, address_of(path));
  ::unlink(path.c_str());  // of a hub that was killed; the folder's lock is ours
  Fd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!socket) return system_error("control socket", errno);
  if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return system_error("bind " + path, errno);
  }
  if (::chmod(path.c_str(), 0600) != 0) return system_error("chmod " + path, errno);
  if (::listen(socket.get(), 8) != 0) return system_error("listen " + path, errno);
  return socket;
}

}  // namespace

struct ControlServer::Impl {
  std::string path;
  Fd socket;
  Fd stop;  // eventfd
  Run run;
  std::thread thread;

  void serve();
};

// One command after another: they are rare, and most of them write.
void ControlServer::Impl::serve() {
  for (;;) {
    std::array<pollfd, 2> ready{{{socket.get(), POLLIN, 0}, {stop.get(), POLLIN, 0}}};
    if (::poll(ready.data(), ready.size(), -1) < 0 && errno != EINTR) return;
    if (ready[1].revents != 0) return;
    if (ready[0].revents == 0) continue;
    const Fd peer(::accept4(socket.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!peer) {
      ::poll(nullptr, 0, 100);  // no descriptors left: asking at once again would spin
      continue;
    }
    if (auto served = serve_one(peer, run); !served) log_warning("control_refused", {{"error", served.error().what()}});
  }
}

ControlServer::ControlServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Result<std::unique_ptr<ControlServer>> ControlServer::start(const std::string& socket_path, Run run) {
  auto impl = std::make_unique<Impl>();
  impl->path = socket_path;
  TRY(impl->socket, listen_at(socket_path));
  impl->stop = Fd(::eventfd(0, EFD_CLOEXEC));
  if (!impl->stop) return system_error("eventfd", errno);
  impl->run = std::move(run);
  impl->thread = std::thread([raw = impl.get()] { raw->serve(); });
  return std::unique_ptr<ControlServer>(new ControlServer(std::move(impl)));
}

ControlServer::~ControlServer() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(impl_->stop.get(), &one, sizeof one);
  impl_->thread.join();
  ::unlink(impl_->path.c_str());
}

Result<int> run_by_control(const std::string& socket_path, const std::vector<std::string>& words, Console& console) {
  TRY(const auto address, address_of(socket_path));
  const Fd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!socket) return system_error("control socket", errno);
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    if (errno == ENOENT || errno == ECONNREFUSED) return Error(Code::not_found, "no hub listens at " + socket_path);
    return system_error("connect " + socket_path, errno);
  }

  JsonWriter question;
  question.begin_object().field("language", console.language() == Language::vi ? "vi" : "en").key("words").begin_array();
  for (const std::string& word : words) question.string(word);
  question.end_array().end_object();
  TRY_VOID(send_all(socket, question.take()));
  ::shutdown(socket.get(), SHUT_WR);

  return hear_all(socket, console);
}

}  // namespace khien::hub

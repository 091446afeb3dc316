#include "khien/render/launcher.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/clock.hpp"
#include "khien/core/file.hpp"
#include "process_tree.hpp"
#include "walls.hpp"

namespace khien::render {
namespace {

constexpr int kAsker = 3;           // descriptor
constexpr Duration kLook = milliseconds(100);  // at memory and time
constexpr std::size_t kMostKept = 1u << 20;    // of one direction

struct Order {
  std::string user = "khien-browser";
  std::string chromium = "/usr/lib/chromium/chromium";  // not /usr/bin/chromium: that is a shell script
  std::uint64_t memory_mib = 1024;
  std::int64_t seconds = 90;
};

bool read_number(const char* text, auto& into) {
  const char* end = text + std::string_view(text).size();
  const auto [last, error] = std::from_chars(text, end, into);
  return error == std::errc() && last == end && into > 0;
}

bool read_order(int argc, char** argv, Order& order) {
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view name = argv[i];
    if (name == "--user") order.user = argv[i + 1];
    else if (name == "--chromium") order.chromium = argv[i + 1];
    else if (name == "--memory-mib" && read_number(argv[i + 1], order.memory_mib)) continue;
    else if (name == "--seconds" && read_number(argv[i + 1], order.seconds)) continue;
    else return false;
  }
  return argc % 2 == 1;
}

// What is left on the line where the asker does not listen is lost: it is going.
void tell(std::string_view method, std::string_view why) {
  std::string text = R"({"method":"Khien.)" + std::string(method) + R"(","params":{"why":")" + std::string(why) + "\"}}";
  text += '\0';
  (void)::send(kAsker, text.data(), text.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
}

uid_t who_asks() {
  ucred asker{};
  socklen_t size = sizeof asker;
  return getsockopt(kAsker, SOL_SOCKET, SO_PEERCRED, &asker, &size) == 0 ? asker.uid : 0;
}

// A folder that is gone with this.
class Folder {
 public:
  Folder() {
    const char* base = std::getenv("RUNTIME_DIRECTORY");
    path_ = std::string(base == nullptr ? "/tmp" : base) + "/khien-browser-XXXXXX";
    if (mkdtemp(path_.data()) == nullptr) path_.clear();
  }
  ~Folder() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

std::vector<std::string> arguments_of(const Order& order, const std::string& folder) {
  return {order.chromium,
          "--headless=new",
          "--remote-debugging-pipe",
          "--user-data-dir=" + folder,
          // Not even a try: there is no network, and no name leads to an address.
          "--host-resolver-rules=MAP * ~NOTFOUND",
          "--disable-quic",
          "--dns-prefetch-disable",
          "--no-pings",
          "--disable-background-networking",
          "--disable-component-update",
          "--disable-domain-reliability",
          "--disable-sync",
          "--disable-default-apps",
          "--disable-extensions",
          "--disable-breakpad",
          "--disable-gpu",
          "--disable-dev-shm-usage",
          "--disable-notifications",
          "--deny-permission-prompts",
          "--webrtc-ip-handling-policy=disable_non_proxied_udp",
          "--disable-features=Translate,MediaRouter,OptimizationHints,DialMediaRouteProvider,AutofillServerCommunication",
          "--renderer-process-limit=4",
          "--js-flags=--max-old-space-size=384",
          "--password-store=basic",
          "--no-default-browser-check",
          "--no-first-run",
          "--mute-audio",
          "--hide-scrollbars",
          "--force-color-profile=srgb",
          "--lang=vi",
          "--window-size=1280,900",
          "about:blank"};
}

// In the child. Nothing of ours is handed on but the two ends of its line.
[[noreturn]] void become_chromium(const Order& order, const std::string& folder, int reads, int writes) {
  const std::vector<std::string> words = arguments_of(order, folder);
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  const std::string home = "HOME=" + folder, scratch = "TMPDIR=" + folder, data = "XDG_RUNTIME_DIR=" + folder;
  const std::array<const char*, 8> environment{home.c_str(), scratch.c_str(), data.c_str(), "PATH=/usr/bin:/bin", "LANG=C.UTF-8",
                                               "TZ=Asia/Ho_Chi_Minh", "DBUS_SESSION_BUS_ADDRESS=disabled:", nullptr};
  signal(SIGPIPE, SIG_DFL);
  const int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
  for (int i = 0; i < 3; ++i) dup2(nothing, i);
  // Both are above 4 (start_chromium): neither is overwritten before it is moved.
  if (dup2(reads, 3) != 3 || dup2(writes, 4) != 4) _exit(126);
  close_range(5, ~0U, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  execve(order.chromium.c_str(), arguments.data(), const_cast<char* const*>(environment.data()));
  _exit(127);
}

// A pipe whose ends are above those that Chromium knows by number.
bool make_pipe(Fd& reads, Fd& writes) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return false;
  const Fd first(ends[0]), second(ends[1]);
  reads = Fd(fcntl(first.get(), F_DUPFD_CLOEXEC, 10));
  writes = Fd(fcntl(second.get(), F_DUPFD_CLOEXEC, 10));
  return reads && writes;
}

struct Chromium {
  pid_t process = -1;
  Fd to;
  Fd from;
};

bool start_chromium(const Order& order, const std::string& folder, Chromium& chromium) {
  Fd reads, writes;
  if (!make_pipe(reads, chromium.to) || !make_pipe(chromium.from, writes)) return false;
  for (const int fd : {chromium.to.get(), chromium.from.get()}) fcntl(fd, F_SETFL, O_NONBLOCK);
  chromium.process = fork();
  if (chromium.process == 0) become_chromium(order, folder, reads.get(), writes.get());
  return chromium.process > 0;
}

// One direction of the line.
class Passing {
 public:
  Passing(int from, int to, bool to_socket) : from_(from), to_(to), to_socket_(to_socket) {}

  short wants_to_read() const { return kept_.size() < kMostKept ? POLLIN : 0; }
  short wants_to_write() const { return kept_.empty() ? 0 : POLLOUT; }

  // False once one side is gone.
  bool take() {
    std::array<char, 1u << 16> bytes;
    const ssize_t got = ::read(from_, bytes.data(), bytes.size());
    if (got > 0) kept_.append(bytes.data(), static_cast<std::size_t>(got));
    return got > 0 || (got < 0 && (errno == EAGAIN || errno == EINTR));
  }
  bool give() {
    if (kept_.empty()) return true;
    const ssize_t given = to_socket_ ? ::send(to_, kept_.data(), kept_.size(), MSG_DONTWAIT | MSG_NOSIGNAL) : ::write(to_, kept_.data(), kept_.size());
    if (given > 0) kept_.erase(0, static_cast<std::size_t>(given));
    return given > 0 || (given < 0 && (errno == EAGAIN || errno == EINTR));
  }

 private:
  int from_;
  int to_;
  bool to_socket_;
  std::string kept_;
};

// Until one side is gone or a limit is reached: why.
std::string_view pass_on(const Order& order, const Chromium& chromium) {
  Passing there(kAsker, chromium.to.get(), false);
  Passing back(chromium.from.get(), kAsker, true);
  const Duration began = system_clock().monotonic();
  Duration looked = began;
  for (;;) {
    const Duration now = system_clock().monotonic();
    if (now.ms - began.ms > order.seconds * 1000) return "time";
    if (now.ms - looked.ms >= kLook.ms) {
      looked = now;
      if (memory_of(descendants()) > order.memory_mib << 20) return "memory";
    }
    std::array<pollfd, 3> ends{{{kAsker, static_cast<short>(there.wants_to_read() | back.wants_to_write()), 0},
                                {chromium.to.get(), there.wants_to_write(), 0},
                                {chromium.from.get(), back.wants_to_read(), 0}}};
    if (poll(ends.data(), ends.size(), static_cast<int>(kLook.ms)) < 0 && errno != EINTR) return "died";
    if ((ends[0].revents & (POLLIN | POLLHUP | POLLERR)) != 0 && !there.take()) return "closed";
    if ((ends[2].revents & (POLLIN | POLLHUP | POLLERR)) != 0 && !back.take()) return "died";
    if (!back.give()) return "closed";
    if (!there.give()) return "died";
  }
}

int refuse(std::string_view why) {
  tell("refused", why);
  return 1;
}

}  // namespace

int launcher_main(int argc, char** argv) {
  Order order;
  if (!read_order(argc, argv, order)) return 2;
  signal(SIGPIPE, SIG_IGN);
  const uid_t asker = who_asks();
  if (const auto why = leave_network(); !why.empty()) return refuse(why);
  if (const auto why = become_user(order.user, asker); !why.empty()) return refuse(why);
  if (const auto why = has_sandbox(); !why.empty()) return refuse(why);
  if (const auto why = bound_itself(); !why.empty()) return refuse(why);
  if (access(order.chromium.c_str(), X_OK) != 0) return refuse("no_browser");
  const Folder folder;
  if (folder.path().empty()) return refuse("no_folder");
  Chromium chromium;
  if (!start_chromium(order, folder.path(), chromium)) return refuse("no_browser");
  tell("started", "");
  const std::string_view why = pass_on(order, chromium);
  end_all();
  tell("ended", why);
  return why == "closed" ? 0 : 1;
}

}  // namespace khien::render

#include "khien/render/browser.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

#include "devtools.hpp"
#include "khien/core/file.hpp"
#include "page_session.hpp"

namespace khien::render {
namespace {

constexpr Duration kTurn = milliseconds(10);
constexpr Duration kGoodbye = seconds(8);  // until its processes and its folder are gone
// Beyond what a session lasts by its own limits: the launcher's word is the last.
constexpr std::int64_t kGraceSeconds = 10;

Error unavailable(std::string_view why) { return Error(Code::unavailable, std::string(why)); }

Result<Fd> call_service(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return unavailable("no_service");
  std::memcpy(address.sun_path, path.data(), path.size());
  Fd line(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!line) return system_error("socket", errno);
  if (::connect(line.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return unavailable("no_service");
  return line;
}

// A launcher of ours. It ends with its line, and its browser with it.
class Launcher {
 public:
  Launcher() = default;
  ~Launcher() { wait(); }
  Launcher(const Launcher&) = delete;
  Launcher& operator=(const Launcher&) = delete;

  Result<Fd> start(const Browser::Options& options);
  // Until it is gone; it is killed if it stays.
  void wait();

 private:
  pid_t process_ = -1;
};

std::vector<std::string> words_of(const Browser::Options& options) {
  const RenderLimits& limits = options.limits;
  const auto longest = (limits.start_time.ms + limits.load_time.ms + 3 * limits.answer_time.ms) / 1000 + kGraceSeconds;
  std::vector<std::string> words{options.program, "--user", options.user, "--memory-mib", std::to_string(limits.memory_mib), "--seconds",
                                 std::to_string(longest)};
  if (!options.chromium.empty()) words.insert(words.end(), {"--chromium", options.chromium});
  return words;
}

Result<Fd> Launcher::start(const Browser::Options& options) {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) return system_error("socketpair", errno);
  Fd ours(ends[0]);
  const Fd theirs(::fcntl(ends[1], F_DUPFD_CLOEXEC, 10));
  ::close(ends[1]);
  const std::vector<std::string> words = words_of(options);
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, theirs.get(), 3);
  posix_spawn_file_actions_addclosefrom_np(&actions, 4);
  // What we ignore or hold back is no matter of its.
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  std::array<char*, 1> environment{nullptr};
  const int failed = posix_spawn(&process_, options.program.c_str(), &actions, &attributes, arguments.data(), environment.data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) {
    process_ = -1;
    return unavailable("no_program");
  }
  return ours;
}

void Launcher::wait() {
  if (process_ <= 0) return;
  const Duration began = system_clock().monotonic();
  while (::waitpid(process_, nullptr, WNOHANG) == 0) {
    if (system_clock().monotonic().ms - began.ms > kGoodbye.ms) {
      ::kill(process_, SIGKILL);
      ::waitpid(process_, nullptr, 0);
      break;
    }
    ::usleep(5'000);
  }
  process_ = -1;
}

// Why the line ended.
std::string_view limit_of(const Error& error) { return error.code() == Code::exhausted ? "too_large" : "browser"; }

}  // namespace

Result<Rendered> Browser::open(const std::string& url, RequestAnswerer& answerer, const std::function<bool()>& stops) {
  Launcher launcher;
  TRY(auto socket, options_.socket.empty() ? launcher.start(options_) : call_service(options_.socket));
  DevTools line(std::move(socket));
  PageSession session(url, options_, line, answerer, clock_);
  while (!session.over()) {
    if (stops && stops()) session.end("browser");
    const auto stepped = line.step(kTurn, [&](const DevToolsMessage& message, const Json* body) { return session.take(message, body); });
    if (!stepped) session.end(limit_of(stepped.error()));
    answerer.step({0});
    session.tick();
  }
  // What is still under way has its answer before the session goes.
  while (session.waits_for_answers()) answerer.step(kTurn);
  if (!session.begun()) return unavailable(session.refused().empty() ? "no_service" : session.refused());
  return session.take_result();
}

}  // namespace khien::render

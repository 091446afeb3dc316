// khien-agent: watches this machine and reports to its hub.
#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "khien/agent/identity.hpp"
#include "khien/agent/runner.hpp"
#include "khien/core/env.hpp"
#include "khien/core/file.hpp"
#include "khien/core/log.hpp"

#include "config.hpp"

namespace khien::app {
namespace {

constexpr const char* kConfig = "/etc/khien/khien.toml";
constexpr std::size_t kMaxConfigBytes = 1u << 20;

constexpr const char* kHelp =
    "khien-agent: watches this machine and reports to its hub\n"
    "\n"
    "  khien-agent run   [--config FILE]\n"
    "  khien-agent enrol --hub https://HOST:8444 --token TOKEN [--folder DIR] [--again] [--config FILE]\n"
    "  khien-agent check [--config FILE]     reads the configuration and says what is wrong with it\n"
    "  khien-agent --version | --help\n"
    "\n"
    "A token is made on the hub (khien token create, or the Machines page) and works once.\n"
    "The configuration is [agent] of /etc/khien/khien.toml; without it everything is as installed.\n"
    "Exit codes: 0 done, 1 failed, 2 wrong usage or configuration.\n";

struct Arguments {
  std::string command;
  std::string hub, token;
  std::optional<std::string> folder, config;
  bool again = false;
};

int usage(std::string_view why) {
  std::fprintf(stderr, "khien-agent: %.*s\n\n%s", static_cast<int>(why.size()), why.data(), kHelp);
  return 2;
}

int failed(const Error& error) {
  std::fprintf(stderr, "khien-agent: %s\n", error.what().c_str());
  return 1;
}

Result<Arguments> parse(const std::vector<std::string_view>& words) {
  Arguments arguments;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string word(words[i]);
    if (!word.starts_with("--")) {
      if (!arguments.command.empty()) return Error(Code::invalid, "'" + word + "' is one word too many");
      arguments.command = word;
      continue;
    }
    if (word == "--again") {
      arguments.again = true;
      continue;
    }
    if (i + 1 == words.size()) return Error(Code::invalid, word + " needs a value");
    const std::string value(words[++i]);
    if (word == "--hub") arguments.hub = value;
    else if (word == "--token") arguments.token = value;
    else if (word == "--folder") arguments.folder = value;
    else if (word == "--config") arguments.config = value;
    else return Error(Code::invalid, "there is no option " + word);
  }
  return arguments;
}

Result<agent::AgentOptions> read_options(const Arguments& arguments) {
  const std::string path = arguments.config.value_or(kConfig);
  agent::AgentOptions options;
  if (arguments.config || system_files().exists(path)) {
    TRY(const auto text, system_files().read(path, kMaxConfigBytes));
    TRY(options, agent_options_from_toml(text, path));
  }
  if (arguments.folder) options.folder = *arguments.folder;
  TRY_VOID(check_options(options));
  return options;
}

std::string hostname() {
  char name[256] = {};
  if (gethostname(name, sizeof name - 1) != 0 || name[0] == '\0') return "unknown";
  return name;
}

int enrol(const Arguments& arguments, const agent::AgentOptions& options) {
  const std::string hub = arguments.hub.empty() ? options.hub_url : arguments.hub;
  if (hub.empty() || arguments.token.empty()) return usage("enrol needs --hub and --token");
  const agent::Enrolment enrolment{.hub_url = hub,
                                   .token = arguments.token,
                                   .folder = options.folder,
                                   .hostname = hostname(),
                                   .agent_version = agent::kAgentVersion,
                                   .again = arguments.again};
  const auto done = agent::enrol(enrolment, system_env(), net::fetch_ca, net::make_client);
  if (!done) return failed(done.error());
  std::printf("enrolled with %s; identity in %s\n", hub.c_str(), options.folder.c_str());
  return 0;
}

// Signals come as bytes from a descriptor, so no code runs inside a handler.
// Blocked before any thread starts, for threads inherit it.
Result<Fd> open_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  sigprocmask(SIG_BLOCK, &set, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  Fd signals(signalfd(-1, &set, SFD_CLOEXEC));
  if (!signals) return Error(Code::unavailable, "signalfd failed");
  return signals;
}

int run(const agent::AgentOptions& options) {
  auto signals = open_signals();
  if (!signals) return failed(signals.error());
  const Env env = system_env();
  auto runner = agent::Runner::start(options, env);
  if (!runner) return failed(runner.error());
  for (;;) {
    pollfd wait{signals->get(), POLLIN, 0};
    if (poll(&wait, 1, 5'000) > 0) break;
    if ((*runner)->failure().empty()) continue;
    log_error("agent.failed", {{"error", (*runner)->failure()}});
    return 1;
  }
  log_info("agent.ending");
  return 0;
}

int start(int argc, char** argv) {
  const std::vector<std::string_view> words(argv + 1, argv + argc);
  for (const std::string_view word : words) {
    if (word == "--help" || word == "-h" || word == "help") return std::fputs(kHelp, stdout) < 0 ? 1 : 0;
    if (word == "--version") return std::printf("khien-agent %s\n", agent::kAgentVersion) < 0 ? 1 : 0;
  }
  const auto arguments = parse(words);
  if (!arguments) return usage(arguments.error().what());
  const std::string& command = arguments->command;
  if (command != "run" && command != "enrol" && command != "check") {
    return usage(command.empty() ? "which command?" : "there is no command " + command);
  }
  const auto options = read_options(*arguments);
  if (!options) {
    failed(options.error());
    return 2;
  }
  if (command == "enrol") return enrol(*arguments, *options);
  if (command == "run") return run(*options);
  std::puts("the configuration is good");
  return 0;
}

}  // namespace
}  // namespace khien::app

int main(int argc, char** argv) { return khien::app::start(argc, argv); }

// khien-agent: watches this machine and reports to its hub.
#include <poll.h>
#include <sys/signalfd.h>

#include <charconv>
#include <csignal>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "khien/agent/runner.hpp"
#include "khien/core/env.hpp"
#include "khien/core/file.hpp"
#include "khien/core/log.hpp"

#include "config.hpp"
#include "enrolling.hpp"
#include "health.hpp"
#include "words.hpp"

namespace khien::app {
namespace {

// The package's own file; where one file serves hub and agent, that one.
constexpr const char* kConfig = "/etc/khien/agent.toml";
constexpr const char* kSharedConfig = "/etc/khien/khien.toml";
constexpr std::size_t kMaxConfigBytes = 1u << 20;
constexpr int kStatusEveryMs = 5'000;

constexpr const char* kHelpVietnamese =
    "khien-agent: bảo vệ máy này và báo về trung tâm\n"
    "\n"
    "  khien-agent enroll https://TRUNG-TÂM:8444 MÃ [--ca-sha256 DẤU] [--again]\n"
    "  khien-agent enroll --from TỆP               như trên, lấy từ tệp; dùng xong thì xóa tệp\n"
    "  khien-agent status [--wait GIÂY] [--json]   máy có đang được bảo vệ không\n"
    "  khien-agent check                           xem tệp cấu hình có chỗ nào sai\n"
    "  khien-agent run                             chạy (systemd làm việc này)\n"
    "  khien-agent --version | --help\n"
    "\n"
    "Mỗi lệnh đều nhận --config TỆP; mặc định là /etc/khien/agent.toml, không có thì /etc/khien/khien.toml.\n"
    "Mã do trung tâm cấp (khien token create, hoặc trang Máy), dùng được một lần trong 24 giờ. Mã là '-' thì đọc từ\n"
    "đầu vào chuẩn, để không lưu lại trong lịch sử dòng lệnh. Mã chứa sẵn dấu SHA-256 của CA trung tâm;\n"
    "--ca-sha256 so thêm với dấu mà trung tâm đọc cho bạn qua đường khác.\n"
    "Mã kết thúc: 0 xong, 1 chưa được và nên thử lại, 2 gõ hoặc cấu hình sai, 3 trung tâm từ chối.\n";

constexpr const char* kHelpEnglish =
    "khien-agent: watches this machine and reports to its hub\n"
    "\n"
    "  khien-agent enroll https://HUB:8444 TOKEN [--ca-sha256 HASH] [--again]\n"
    "  khien-agent enroll --from FILE                 the same, from a file that goes once it is used\n"
    "  khien-agent status [--wait SECONDS] [--json]   is this machine protected?\n"
    "  khien-agent check                              what is wrong with the configuration\n"
    "  khien-agent run                                runs (systemd does this)\n"
    "  khien-agent --version | --help\n"
    "\n"
    "Each takes --config FILE; else it is /etc/khien/agent.toml, or, without that, /etc/khien/khien.toml.\n"
    "A token is made on the hub (khien token create, or the Machines page) and is good once, for 24 hours. A token of\n"
    "'-' is read from standard input, so that it stays out of the shell's history. It holds the SHA-256 of the hub's\n"
    "CA; --ca-sha256 compares it with the one that the centre told you by another way.\n"
    "Exit codes: 0 done, 1 failed and worth another try, 2 wrong usage or configuration, 3 refused by the hub.\n";

struct Arguments {
  std::string command;
  std::vector<std::string> positional;  // after the command
  std::optional<std::string> folder, config;
  EnrolArguments enrol;
  HealthArguments health;
};

int usage(std::string_view why) {
  warn({std::string(why) + "\n\n" + kHelpVietnamese, std::string(why) + "\n\n" + kHelpEnglish});
  return 2;
}

int failed(const Error& error) {
  warn({error.what(), error.what()});
  return 1;
}

Result<std::int64_t> seconds_of(const std::string& text) {
  std::int64_t number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem == std::errc() && end == text.data() + text.size() && number >= 0 && number <= 3'600) return number;
  return Error(Code::invalid, "--wait needs 0 to 3600 seconds");
}

bool take_flag(const std::string& word, Arguments& arguments) {
  if (word == "--again") return arguments.enrol.again = true;
  if (word == "--json") return arguments.health.json = true;
  if (word == "--reached") return arguments.health.reached = true;
  return false;
}

Result<void> take_option(const std::string& word, const std::string& value, Arguments& arguments) {
  if (word == "--wait") {
    TRY(arguments.health.wait_seconds, seconds_of(value));
    return {};
  }
  if (word == "--hub") arguments.enrol.hub = value;
  else if (word == "--token") arguments.enrol.token = value;
  else if (word == "--ca-sha256") arguments.enrol.ca_sha256 = value;
  else if (word == "--from") arguments.enrol.from = value;
  else if (word == "--folder") arguments.folder = value;
  else if (word == "--config") arguments.config = value;
  else return Error(Code::invalid, "there is no option " + word);
  return {};
}

Result<Arguments> parse(const std::vector<std::string_view>& words) {
  Arguments arguments;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string word(words[i]);
    if (!word.starts_with("--")) {
      if (arguments.command.empty()) arguments.command = word;
      else arguments.positional.push_back(word);
      continue;
    }
    if (take_flag(word, arguments)) continue;
    if (i + 1 == words.size()) return Error(Code::invalid, word + " needs a value");
    TRY_VOID(take_option(word, std::string(words[++i]), arguments));
  }
  return arguments;
}

// enroll URL TOKEN; every other command stands alone.
Result<void> place(Arguments& arguments) {
  const bool enrols = arguments.command == "enroll" || arguments.command == "enrol";
  const std::size_t most = enrols ? 2 : 0;
  if (arguments.positional.size() > most) {
    return Error(Code::invalid, "'" + arguments.positional[most] + "' is one word too many");
  }
  if (!arguments.positional.empty()) arguments.enrol.hub = arguments.positional[0];
  if (arguments.positional.size() > 1) arguments.enrol.token = arguments.positional[1];
  return {};
}

std::string config_path(const Arguments& arguments) {
  if (arguments.config) return *arguments.config;
  return system_files().exists(kConfig) ? kConfig : kSharedConfig;
}

Result<agent::AgentOptions> read_options(const Arguments& arguments) {
  const std::string path = config_path(arguments);
  agent::AgentOptions options;
  if (arguments.config || system_files().exists(path)) {
    TRY(const auto text, system_files().read(path, kMaxConfigBytes));
    TRY(options, agent_options_from_toml(text, path));
  }
  if (arguments.folder) options.folder = *arguments.folder;
  TRY_VOID(check_options(options));
  return options;
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
    const agent::AgentStatus status = (*runner)->status();
    if (const auto written = agent::write_status(status, options.run_folder, env.files); !written) {
      log_warning("agent.status_not_written", {{"error", written.error().what()}});
    }
    if (!status.failure.empty()) {
      log_error("agent.failed", {{"error", status.failure}});
      return 1;
    }
    pollfd wait{signals->get(), POLLIN, 0};
    if (poll(&wait, 1, kStatusEveryMs) > 0) break;
  }
  log_info("agent.ending");
  return 0;
}

int start(int argc, char** argv) {
  const std::vector<std::string_view> words(argv + 1, argv + argc);
  for (const std::string_view word : words) {
    if (word == "--help" || word == "-h" || word == "help") return say({kHelpVietnamese, kHelpEnglish}), 0;
    if (word == "--version") return std::printf("khien-agent %s\n", agent::kAgentVersion) < 0 ? 1 : 0;
  }
  auto arguments = parse(words);
  if (!arguments) return usage(arguments.error().what());
  if (const auto placed = place(*arguments); !placed) return usage(placed.error().what());
  const std::string& command = arguments->command;
  const bool enrols = command == "enroll" || command == "enrol";
  if (!enrols && command != "run" && command != "check" && command != "status") {
    return usage(command.empty() ? "which command?" : "there is no command " + command);
  }
  const auto options = read_options(*arguments);
  if (!options) {
    failed(options.error());
    return 2;
  }
  if (enrols) return enrol_command(arguments->enrol, *options);
  if (command == "status") return status_command(arguments->health, *options);
  if (command == "run") return run(*options);
  say({config_path(*arguments) + ": hợp lệ", config_path(*arguments) + ": valid"});
  return 0;
}

}  // namespace
}  // namespace khien::app

int main(int argc, char** argv) { return khien::app::start(argc, argv); }

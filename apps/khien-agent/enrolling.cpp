#include "enrolling.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <iostream>
#include <utility>

#include "khien/agent/identity.hpp"
#include "khien/agent/runner.hpp"
#include "khien/core/env.hpp"
#include "khien/core/file.hpp"

#include "preseed.hpp"
#include "words.hpp"

namespace khien::app {
namespace {

constexpr std::size_t kMaxPreseedBytes = 16u << 10;
constexpr int kFailed = 1;
constexpr int kMisused = 2;
constexpr int kRefused = 3;

std::string hostname() {
  std::array<char, 256> name{};
  if (gethostname(name.data(), name.size() - 1) != 0 || name[0] == '\0') return "unknown";
  return name.data();
}

// Whoever may write the file says which hub this machine obeys.
Result<void> check_owner(const std::string& file) {
  struct stat status {};
  if (::lstat(file.c_str(), &status) != 0) return system_error(file, errno);
  if (!S_ISREG(status.st_mode)) return Error(Code::invalid, file + " is not a plain file");
  if ((status.st_uid != 0 && status.st_uid != ::geteuid()) || (status.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    return Error(Code::denied, file + " could have been written by somebody else: it must belong to root, mode 0600");
  }
  if ((status.st_mode & (S_IRGRP | S_IROTH)) != 0) {
    warn({"cảnh báo: mọi người trên máy này đọc được mã trong " + file + "; nên đặt chmod 600.",
          "warning: everybody on this machine can read the token in " + file + "; chmod 600 it."});
  }
  return {};
}

Result<void> take_preseed(EnrolArguments& arguments) {
  if (!arguments.from) return {};
  TRY_VOID(check_owner(*arguments.from));
  TRY(const auto text, system_files().read(*arguments.from, kMaxPreseedBytes));
  TRY(auto preseed, preseed_from_text(text, *arguments.from));
  arguments.hub = std::move(preseed.hub);
  arguments.token = std::move(preseed.token);
  if (arguments.ca_sha256.empty()) arguments.ca_sha256 = std::move(preseed.ca_sha256);
  return {};
}

void take_environment(EnrolArguments& arguments) {
  const auto take = [](std::string& value, const char* name) {
    const char* given = std::getenv(name);
    if (value.empty() && given != nullptr) value = given;
  };
  take(arguments.hub, "KHIEN_HUB");
  take(arguments.token, "KHIEN_TOKEN");
  take(arguments.ca_sha256, "KHIEN_CA_SHA256");
}

int failed(const Error& error) {
  const std::string& what = error.what();
  switch (error.code()) {
    case Code::conflict:
      warn({"máy này đã ghi danh rồi. Muốn ghi danh lại: thêm --again. (" + what + ")",
            "this machine is enrolled already. To do it anew: add --again. (" + what + ")"});
      return kFailed;
    case Code::denied:
      warn({"trung tâm không nhận máy này: mã đã dùng, đã hết hạn hoặc là của trung tâm khác. Hãy xin mã mới. (" + what + ")",
            "the hub does not take this machine: the token is used, has expired, or is another hub's. Ask for a new one. (" +
                what + ")"});
      return kRefused;
    case Code::invalid:
      warn({"địa chỉ hoặc mã viết sai: " + what, "the address or the token is not written as it must be: " + what});
      return kMisused;
    default:
      warn({"chưa ghi danh được: " + what + ". Xem máy này có tới được trung tâm không, rồi thử lại; mã vẫn còn dùng được.",
            "not enrolled yet: " + what + ". See that this machine reaches the hub and try again; the token is still good."});
      return kFailed;
  }
}

int enrolled(const EnrolArguments& arguments, const agent::AgentOptions& options) {
  say({"Đã ghi danh với " + arguments.hub + "; danh tính của máy ở " + options.folder + ".",
       "Enrolled with " + arguments.hub + "; this machine's identity is in " + options.folder + "."});
  return 0;
}

// The token is spent, or has no use any more: it does not stay on the disk.
int forget_preseed(const std::string& file) {
  if (const auto removed = system_files().remove(file); !removed) {
    warn({"không xóa được " + file + ": " + removed.error().what(), "cannot remove " + file + ": " + removed.error().what()});
    return kFailed;
  }
  return 0;
}

}  // namespace

int enrol_command(EnrolArguments arguments, const agent::AgentOptions& options) {
  if (const auto taken = take_preseed(arguments); !taken) return failed(taken.error());
  take_environment(arguments);
  if (arguments.token == "-") std::getline(std::cin, arguments.token);
  if (arguments.hub.empty()) arguments.hub = options.hub_url;
  if (arguments.hub.empty() || arguments.token.empty()) {
    warn({"cần địa chỉ trung tâm và mã: khien-agent enroll https://TRUNG-TÂM:8444 MÃ",
          "the hub's address and a token are needed: khien-agent enroll https://HUB:8444 TOKEN"});
    return kMisused;
  }
  const auto done = agent::enrol({.hub_url = arguments.hub,
                                  .token = arguments.token,
                                  .ca_sha256 = arguments.ca_sha256,
                                  .folder = options.folder,
                                  .hostname = hostname(),
                                  .agent_version = agent::kAgentVersion,
                                  .again = arguments.again},
                                 system_env(), net::fetch_ca, net::make_client);
  if (done) {
    const int code = enrolled(arguments, options);
    return arguments.from ? forget_preseed(*arguments.from) : code;
  }
  // A deployment that comes to every machine every day finds some enrolled.
  if (arguments.from && done.error().code() == Code::conflict) {
    say({"Máy này đã ghi danh từ trước.", "This machine was enrolled before."});
    return forget_preseed(*arguments.from);
  }
  return failed(done.error());
}

}  // namespace khien::app

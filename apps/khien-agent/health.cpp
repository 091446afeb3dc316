#include "health.hpp"

#include <chrono>
#include <cstdio>
#include <thread>

#include "khien/agent/runner.hpp"
#include "khien/agent/status.hpp"
#include "khien/core/clock.hpp"

#include "words.hpp"

namespace khien::app {
namespace {

using agent::AgentStatus;
using agent::Contact;

constexpr const char* kCertificate = "/certificate.pem";

Result<void> check(const Result<AgentStatus>& status, const HealthArguments& arguments) {
  if (!status) return Error(status.error().code(), "no agent runs on this machine");
  TRY_VOID(agent::check_status(*status, agent::kAgentVersion, system_clock().now()));
  if (arguments.reached && status->contact != Contact::reached) {
    return Error(Code::unavailable, "the hub has not acknowledged anything yet");
  }
  return {};
}

LocalText contact_words(const AgentStatus& status) {
  switch (status.contact) {
    case Contact::untried: return {"chưa gửi gì", "nothing sent yet"};
    case Contact::reached: return {"đang liên lạc tốt", "in contact"};
    case Contact::failing: return {"không liên lạc được", "cannot be reached"};
    case Contact::refused: return {"không nhận máy này nữa: hãy ghi danh lại", "refuses this machine: enrol it anew"};
  }
  return {};
}

std::string ago(Timestamp then, Timestamp now, bool vietnamese) {
  const std::string count = std::to_string(std::max<std::int64_t>(0, (now - then).ms / 1000));
  return vietnamese ? count + " giây trước" : count + " s ago";
}

void show(const AgentStatus& status, Timestamp now) {
  const LocalText contact = contact_words(status);
  LocalText last;
  if (status.reached_at) {
    last = {" (lần cuối " + ago(*status.reached_at, now, true) + ")", " (last " + ago(*status.reached_at, now, false) + ")"};
  }
  say({"Trung tâm " + status.hub_url + ": " + contact.vi + last.vi, "Hub " + status.hub_url + ": " + contact.en + last.en});
  say({"Sự kiện chờ gửi: " + std::to_string(status.waiting), "Events waiting for the hub: " + std::to_string(status.waiting)});
}

int tell(const Result<AgentStatus>& status, const Result<void>& checked, const agent::AgentOptions& options) {
  if (!status && !system_files().exists(options.folder + kCertificate)) {
    warn({"máy này chưa ghi danh: khien-agent enroll https://TRUNG-TÂM:8444 MÃ",
          "this machine is not enrolled: khien-agent enroll https://HUB:8444 TOKEN"});
    return 1;
  }
  if (checked) {
    say({"Khiên " + status->version + " đang bảo vệ máy này.", "Khiên " + status->version + " protects this machine."});
  } else {
    warn({"Khiên chưa bảo vệ được máy này: " + checked.error().what(), "Khiên does not protect this machine: " + checked.error().what()});
  }
  if (status) show(*status, system_clock().now());
  return checked ? 0 : 1;
}

}  // namespace

int status_command(const HealthArguments& arguments, const agent::AgentOptions& options) {
  const Duration deadline{system_clock().monotonic().ms + arguments.wait_seconds * 1000};
  for (;;) {
    const auto status = agent::read_status(options.run_folder, system_files());
    const auto checked = check(status, arguments);
    const bool last = checked || system_clock().monotonic() >= deadline;
    if (last && arguments.json) {
      std::fputs(status ? to_json(*status).c_str() : "{}\n", stdout);
      return checked ? 0 : 1;
    }
    if (last) return tell(status, checked, options);
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
  }
}

}  // namespace khien::app

#include <csignal>
#include <ctime>

#include "botnet_content.hpp"
#include "command.hpp"
#include "report_content.hpp"
#include "khien/hub/check_content.hpp"
#include "khien/hub/law_content.hpp"
#include "khien/core/log.hpp"
#include "khien/hub/hub.hpp"
#include "khien/hub/installation.hpp"
#include "khien/probe/content.hpp"
#include "advisory_desk.hpp"
#include "notice_set_up.hpp"
#include "nvd_pages.hpp"
#include "privileges.hpp"
#include "serving.hpp"
#include "sharing_set_up.hpp"
#include "web_watcher.hpp"

namespace khien::hub {
namespace {

// What the process ends with when a disk failed: a supervisor starts it again
// and it recovers.
constexpr int kStorageFailed = 70;

// SIGINT and SIGTERM are waited for, never handled: blocked before any thread
// starts, so that all inherit it.
sigset_t block_end_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

int run_until_told(Hub& hub, const sigset_t& signals) {
  const timespec one_second{1, 0};
  while (sigtimedwait(&signals, nullptr, &one_second) < 0) {
    if (hub.failed()) return kStorageFailed;
    hub.tick();
  }
  return 0;
}

void introduce_administrator(const Hub& hub, Console& console) {
  const auto& first = hub.first_administrator();
  if (!first) return;
  console.say({"Người quản trị đầu tiên: " + first->username, "First administrator: " + first->username});
  const std::string password(first->one_time_password.reveal());
  console.say({"Mật khẩu dùng một lần: " + password, "One-time password: " + password});
}

void greet(const Hub& hub, const Config& config, Console& console) {
  const std::string address = "https://" + config.names.front() + ":" + std::to_string(hub.people_port()) + "/";
  console.say({"Khiên đã sẵn sàng: " + address, "Khiên is ready: " + address});
  introduce_administrator(hub, console);
  // For scripts, and last, so that who waits for it has seen all of the above.
  console.out("agents " + std::to_string(hub.agents_port()) + " monitor " + std::to_string(hub.monitor_port()) + "\n");
}

// Who looks at sites; none where no site is to be looked at.
Result<std::shared_ptr<site::SiteWatcher>> watcher_of(const Config& config, const std::string& content, const std::string& worker,
                                                      const ServeWorld& world) {
  if (config.watch_sites_at_once == 0) return std::shared_ptr<site::SiteWatcher>();
  WebWatcher::Options options{.content = content, .worker = worker, .dns_servers = config.watch_dns_servers};
  options.pages = static_cast<std::size_t>(config.watch_site_pages);
  options.pause = world.site_pause;
  options.guard.ports = config.watch_ports;
  for (const std::string& network : config.watch_private_networks) {
    TRY(const auto range, crawl::IpRange::parse(network));
    options.guard.opened.push_back(range);
  }
  if (config.watch_rendered_pages > 0) {
    RenderedViews::Options rendered{.browser = {}, .guard = options.guard, .dns_servers = config.watch_dns_servers};
    rendered.pages_a_day = static_cast<std::uint64_t>(config.watch_rendered_pages);
    rendered.browser.socket = config.watch_browser;
    if (config.watch_browser.empty()) {
      TRY(rendered.browser.program, find_browser());
    }
    options.rendered = std::make_shared<RenderedViews>(std::move(rendered), world.env.clock);
  }
  TRY(auto watcher, WebWatcher::create(std::move(options), world.env));
  return std::shared_ptr<site::SiteWatcher>(std::move(watcher));
}

// Everything that lies outside the data folder is read before the privileges go.
Result<Hub::Options> prepare(const Arguments& arguments, Console& console, const ServeWorld& world) {
  Hub::Options options;
  TRY(options.config, config_of(arguments));
  TRY(const auto installation, find_installation());
  TRY(options.packs, probe::read_packs(installation.content));
  TRY(const auto content, find_content());
  TRY(options.checks, read_checks(content));
  TRY(options.law, installed_catalogues());
  TRY(options.advisories, read_advisory_settings(content));
  TRY(options.botnet_playbook, read_botnet_playbook(content));
  TRY(options.report_kinds, read_report_kinds(content));
  TRY(options.incidents, read_incident_content(content));
  if (!options.config.signing_trust.empty()) {
    TRY(options.trusted_signers_pem, system_files().read(options.config.signing_trust, kMostTrustBytes));
  }
  if (!options.config.signing_tsa_ca.empty()) {
    TRY(options.trusted_stampers_pem, system_files().read(options.config.signing_tsa_ca, kMostTrustBytes));
  }
  TRY(options.sharing, sharing_options(options.config.sharing, content, world.env.files));
  TRY(options.notice_rules, read_notice_rules(content, world.env.files));
  TRY(options.post, notice_post(options.config, content, world.env.files));
  TRY(options.nvd_key, nvd_key_in(options.config.feeds.nvd_key_file, world.env.files));
  TRY(options.outbox, outbox_options(options.config, world.env.files));
  if (auto became = become_user(options.config.user, options.config.folder); !became) {
    if (became.error().code() != Code::not_found) return std::move(became).error();
    console.warn({"Cảnh báo: không có tài khoản '" + options.config.user + "', trung tâm chạy bằng root.",
                  "Warning: there is no account '" + options.config.user + "'; the hub runs as root."});
  }
  options.ask_sites_every = world.ask_sites_every;
  TRY(options.watcher, watcher_of(options.config, content, installation.worker, world));
  return options;
}

int run(const Arguments& arguments, Console& console) { return serve(arguments, console, {.env = system_env()}); }

}  // namespace

int serve(const Arguments& arguments, Console& console, const ServeWorld& world) {
  const sigset_t signals = block_end_signals();
  std::signal(SIGPIPE, SIG_IGN);
  auto options = prepare(arguments, console, world);
  if (!options) return console.fail(options.error());
  set_log_output(2, options->config.log_level);

  const Config config = options->config;
  auto hub = Hub::start(std::move(options).value(), world.env);
  if (!hub) {
    console.warn({"Nếu chưa thấy mật khẩu của người quản trị đầu tiên: khien user reset admin",
                  "If the first administrator's password was never shown: khien user reset admin"});
    return console.fail(hub.error());
  }
  log_info("hub_started", {{"people_port", int{(*hub)->people_port()}}, {"agents_port", int{(*hub)->agents_port()}}});
  greet(**hub, config, console);
  const int code = run_until_told(**hub, signals);
  log_info("hub_ending", {{"code", code}});
  // After a failed sync nothing may be written any more: no orderly end then.
  if (code == kStorageFailed) std::_Exit(code);
  return code;
}

Command serve_command() {
  return {.name = "serve",
          .synopsis = "serve [--config FILE] [--folder PATH]",
          .summary = {"chạy trung tâm (máy chủ của tỉnh)", "run the hub (the province's server)"},
          .details = {"Lần đầu: tạo thư mục dữ liệu, khóa, và người quản trị với mật khẩu dùng một lần.\n"
                      "Nhật ký vận hành ghi ra lỗi chuẩn, mỗi dòng một JSON. Ctrl-C kết thúc gọn gàng.\n"
                      "Mã kết thúc 70: ổ đĩa hỏng khi ghi; khởi động lại để phục hồi.",
                      "The first time it makes the data folder, keys, and an administrator with a one-time password.\n"
                      "Its own log goes to standard error as JSON lines. Ctrl-C ends it cleanly.\n"
                      "Exit code 70: a disk failed while writing; start it again to recover."},
          .options = with_folder({}),
          .here = run};
}

}  // namespace khien::hub

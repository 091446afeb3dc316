#include <pwd.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "browser_words.hpp"
#include "command.hpp"
#include "khien/core/json.hpp"
#include "khien/hub/control.hpp"
#include "khien/hub/data_folder.hpp"
#include "khien/hub/installation.hpp"
#include "khien/net/certificate.hpp"
#include "khien/probe/content.hpp"

namespace khien::hub {
namespace {

// What one look at the installation found. `advice` says what to do about it.
struct Diagnosis {
  enum class Level : unsigned char { good, warning, bad };
  Level level = Level::good;
  LocalText what;
  LocalText advice;
};
using Level = Diagnosis::Level;

Diagnosis good(LocalText what) { return {Level::good, std::move(what), {}}; }

Diagnosis check_parts() {
  const auto found = find_installation();
  if (!found) {
    return {Level::bad,
            {"Thiếu thành phần: " + found.error().what(), "A part is missing: " + found.error().what()},
            {"Cài lại Khiên, hoặc dựng lại bằng ./run.", "Install Khiên again, or build it with ./run."}};
  }
  const auto packs = probe::read_packs(found->content);
  if (!packs) {
    return {Level::bad,
            {"Bộ quy tắc không đọc được: " + packs.error().what(), "The rules cannot be read: " + packs.error().what()},
            {"Khôi phục thư mục " + found->content + " từ bản cài đặt.",
             "Restore the folder " + found->content + " from the installation."}};
  }
  const std::string count = std::to_string(packs->size());
  return good({"Đủ thành phần; " + count + " bộ quy tắc.", "All parts are there; " + count + " rule pack(s)."});
}

Diagnosis check_account(const Config& config) {
  if (::getpwnam(config.user.c_str()) != nullptr) {
    return good({"Tài khoản hệ thống '" + config.user + "' có sẵn.", "The account '" + config.user + "' exists."});
  }
  return {Level::warning,
          {"Không có tài khoản '" + config.user + "': trung tâm sẽ chạy bằng root.",
           "There is no account '" + config.user + "': the hub would run as root."},
          {"Chạy: useradd --system --shell /usr/sbin/nologin " + config.user,
           "Run: useradd --system --shell /usr/sbin/nologin " + config.user}};
}

Diagnosis check_clamd() {
  if (::access("/usr/sbin/clamd", X_OK) != 0) {
    return {Level::warning,
            {"Chưa cài ClamAV: chỉ dùng được quy tắc của Khiên.", "ClamAV is not installed: only Khiên's own rules work."},
            {"Chạy: apt-get install clamav-daemon", "Run: apt-get install clamav-daemon"}};
  }
  const bool database = system_files().exists("/var/lib/clamav/main.cvd") || system_files().exists("/var/lib/clamav/main.cld");
  if (!database) {
    return {Level::warning,
            {"Có ClamAV nhưng chưa có bộ dấu hiệu của freshclam.", "ClamAV is there, but freshclam's signatures are not."},
            {"Chạy freshclam, hoặc chép main.cvd và daily.cvd vào /var/lib/clamav.",
             "Run freshclam, or copy main.cvd and daily.cvd to /var/lib/clamav."}};
  }
  return good({"ClamAV và bộ dấu hiệu có sẵn.", "ClamAV and its signatures are there."});
}

Diagnosis check_disk(const Config& config) {
  struct statvfs disk {};
  if (::statvfs(config.folder.c_str(), &disk) != 0) {
    return {Level::warning,
            {"Chưa có thư mục dữ liệu " + config.folder, "There is no data folder " + config.folder + " yet"},
            {"khien serve tạo thư mục này.", "khien serve makes it."}};
  }
  const std::uint64_t free_mib = (std::uint64_t{disk.f_bavail} * disk.f_frsize) >> 20;
  const std::string amount = std::to_string(free_mib) + " MiB";
  if (free_mib < 1'024) {
    return {Level::bad,
            {"Ổ đĩa gần đầy: còn " + amount, "The disk is nearly full: " + amount + " left"},
            {"Dọn hoặc mở rộng ổ chứa " + config.folder + ".", "Clean or enlarge the disk of " + config.folder + "."}};
  }
  return good({"Ổ đĩa còn " + amount + ".", amount + " of disk are free."});
}

Diagnosis check_secrecy(const Config& config) {
  struct stat folder {};
  if (::stat(config.folder.c_str(), &folder) != 0 || (folder.st_mode & 077) == 0) {
    return good({"Chỉ chủ sở hữu đọc được thư mục dữ liệu.", "Only its owner may read the data folder."});
  }
  return {Level::bad,
          {"Người khác đọc được thư mục dữ liệu.", "Others may read the data folder."},
          {"Chạy: chmod 700 " + config.folder, "Run: chmod 700 " + config.folder}};
}

Diagnosis check_certificate(const Config& config) {
  const auto text = system_files().read(config.folder + "/server.pem", 64u << 10);
  if (!text) return good({"Chứng thư sẽ được tạo khi khởi động.", "The certificate is made at the first start."});
  const auto ends = net::certificate_not_after(*text);
  const Duration left = ends ? *ends - system_clock().now() : Duration{};
  const std::string days_left = std::to_string(left.ms / days(1).ms);
  if (left < days(7)) {
    return {Level::bad,
            {"Chứng thư còn " + days_left + " ngày.", "The certificate ends in " + days_left + " day(s)."},
            {"Trung tâm tự gia hạn khi chạy: hãy khởi động, và xem đồng hồ máy có đúng không.",
             "A running hub renews it: start it, and see that the machine's clock is right."}};
  }
  return good({"Chứng thư còn " + days_left + " ngày.", "The certificate is good for " + days_left + " days."});
}

Diagnosis check_running(const Config& config, Console& console) {
  KeptConsole kept(console.language());
  const auto code = run_by_control(DataFolder::control_socket_of(config.folder), {"status"}, kept);
  if (code && *code == 0) return good({"Trung tâm đang chạy và trả lời.", "The hub runs and answers."});
  if (!code && code.error().code() == Code::not_found) {
    return {Level::warning,
            {"Trung tâm không chạy.", "The hub does not run."},
            {"Chạy: khien serve", "Run: khien serve"}};
  }
  return {Level::bad,
          {"Trung tâm chạy nhưng không trả lời đúng.", "The hub runs but does not answer as it should."},
          {"Xem nhật ký vận hành; khởi động lại trung tâm.", "Look at its log; start the hub again."}};
}

// As `khien status --json` tells it; none: an older hub, which does not.
Result<std::optional<site::BrowserState>> browser_from(std::string_view status) {
  JsonDocument memory;
  Budget budget({});
  TRY(const Json root, memory.parse(status, budget));
  const auto json = root.field("browser");
  if (!json) return std::optional<site::BrowserState>();
  site::BrowserState browser;
  const auto count = [&json](std::string_view name, std::uint64_t& into) -> Result<void> {
    TRY(const auto number, json->integer_at(name));
    into = static_cast<std::uint64_t>(number);
    return {};
  };
  const auto moment = [&json](std::string_view name, std::optional<Timestamp>& into) -> Result<void> {
    const auto text = json->string_at(name);
    if (!text) return {};
    TRY(into, from_rfc3339(*text));
    return {};
  };
  TRY(browser.on, json->boolean_at("enabled"));
  TRY_VOID(count("pages_a_day", browser.pages_a_day));
  TRY_VOID(count("opened_today", browser.opened_today));
  TRY_VOID(count("sites_today", browser.sites_today));
  TRY_VOID(count("sites_at_end", browser.sites_at_end));
  TRY_VOID(moment("opened_at", browser.opened_at));
  TRY_VOID(moment("error_at", browser.error_at));
  if (const auto error = json->string_at("error")) browser.error = *error;
  return std::optional(std::move(browser));
}

Diagnosis check_browser(const Config& config, Console& console) {
  KeptConsole kept(console.language());
  const auto code = run_by_control(DataFolder::control_socket_of(config.folder), {"status", "--json"}, kept);
  auto told = code && *code == 0 ? browser_from(kept.said()) : Result<std::optional<site::BrowserState>>(std::optional<site::BrowserState>());
  // Nobody was asked: what is to be when the hub runs.
  if (!told || !*told) return good(words_of_browser({.on = config.watch_rendered_pages > 0, .pages_a_day = static_cast<std::uint64_t>(config.watch_rendered_pages)}));
  const site::BrowserState& browser = **told;
  if (!browser.fails()) return good(words_of_browser(browser));
  return {Level::warning, words_of_browser(browser), words_of_missing_browser(browser.error)};
}

void show(const Diagnosis& diagnosis, Console& console) {
  const std::string_view mark = diagnosis.level == Level::good ? "✓ " : diagnosis.level == Level::warning ? "! " : "✗ ";
  console.out(std::string(mark) + pick(diagnosis.what, console.language()) + "\n");
  if (diagnosis.level != Level::good) console.out("  → " + pick(diagnosis.advice, console.language()) + "\n");
}

int run(const Arguments& arguments, Console& console) {
  const auto config = config_of(arguments);
  if (!config) return console.fail(config.error());
  bool any_bad = false;
  for (const Diagnosis& diagnosis :
       {check_parts(), check_account(*config), check_clamd(), check_disk(*config), check_secrecy(*config),
        check_certificate(*config), check_running(*config, console), check_browser(*config, console)}) {
    show(diagnosis, console);
    any_bad = any_bad || diagnosis.level == Level::bad;
  }
  return any_bad ? 1 : 0;
}

}  // namespace

Command doctor_command() {
  return {.name = "doctor",
          .synopsis = "doctor [--folder PATH]",
          .summary = {"xem bản cài đặt có gì sai và cách sửa", "say what is wrong with this installation, and the cure"},
          .details = {"✓ tốt, ! nên xem, ✗ phải sửa. Mã kết thúc 1 nếu có ✗.",
                      "✓ good, ! worth a look, ✗ must be mended. Exit code 1 if there is a ✗."},
          .options = with_folder({}),
          .here = run};
}

}  // namespace khien::hub

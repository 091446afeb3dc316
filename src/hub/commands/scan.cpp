#include <algorithm>
#include <charconv>
#include <filesystem>
#include <memory>
#include <thread>

#include "command.hpp"
#include "commands/scan_crew.hpp"
#include "commands/scan_report.hpp"
#include "khien/core/text.hpp"
#include "khien/hub/installation.hpp"
#include "khien/probe/endpoint.hpp"

namespace khien::hub {
namespace {

constexpr std::size_t kMaxJobs = 64;
constexpr std::size_t kMaxUnasked = 8;  // workers, where nobody says how many

std::size_t cores() { return std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, kMaxUnasked); }

Result<std::size_t> jobs_of(const Arguments& arguments) {
  const auto text = arguments.value("jobs");
  if (!text) return cores();
  std::size_t jobs = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), jobs);
  if (error != std::errc{} || end != text->data() + text->size() || jobs == 0 || jobs > kMaxJobs) {
    return Error(Code::invalid, "--jobs: 1 to " + std::to_string(kMaxJobs) + " wanted");
  }
  return jobs;
}

Result<ScanCrew::Options> options_of(const Arguments& arguments) {
  TRY(const auto installation, find_installation());
  ScanCrew::Options options;
  options.worker.executable = installation.worker;
  options.worker.content_folder = arguments.value_or("content", installation.content);
  options.clamd_socket = arguments.value_or("clamd", "");
  TRY(options.workers, jobs_of(arguments));
  return options;
}

// What the person named: followed where it is a link, for they named it.
Result<std::string> named_path(const std::string& path) {
  std::error_code error;
  const auto real = std::filesystem::canonical(path, error);
  if (error) return system_error(printable(path), error.value());
  return real.string();
}

class Scan {
 public:
  Scan(ScanCrew& crew, ScanReport& report, std::mutex& reporting) : crew_(crew), report_(report), reporting_(reporting) {}

  Result<void> named(const std::string& path) {
    TRY(const std::string real, named_path(path));
    std::error_code error;
    if (std::filesystem::is_directory(real, error)) return folder(real);
    return file(real);
  }

 private:
  Result<void> folder(const std::string& path) {
    TRY(const auto unread, probe::make_file_walker()->walk(path, [this](const probe::FileWalker::Entry& entry) -> Result<void> {
          auto file = entry.folder->open_file(entry.name);
          // Gone since it was listed: nothing to tell.
          if (!file && file.error().code() == Code::not_found) return {};
          if (!file) {
            tell_unreadable(entry.path, file.error());
            return {};
          }
          crew_.add({entry.path, std::move(file).value(), entry.status.size});
          return {};
        }));
    const std::lock_guard lock(reporting_);
    report_.unreadable(unread);
    return {};
  }

  Result<void> file(const std::string& path) {
    const std::filesystem::path split(path);
    TRY(const auto folder, DirFd::open(split.parent_path().string()));
    TRY(auto file, folder.open_file(split.filename().string()));
    TRY(const auto status, status_of(file));
    if (status.kind != FileStatus::Kind::regular) return Error(Code::invalid, "neither a file nor a folder");
    crew_.add({path, std::move(file), status.size});
    return {};
  }

  void tell_unreadable(const std::string& path, const Error& error) {
    const std::lock_guard lock(reporting_);
    report_.unreadable(path, error);
  }

  ScanCrew& crew_;
  ScanReport& report_;
  std::mutex& reporting_;
};

int run(const Arguments& arguments, Console& console) {
  if (arguments.positional().empty()) return console.misuse({"cần ít nhất một đường dẫn", "at least one path is needed"});
  auto options = options_of(arguments);
  if (!options) return console.unreadable(options.error());
  std::mutex reporting;
  ScanReport report(arguments.has("json"), console);
  auto crew = ScanCrew::start(std::move(options).value(), [&](const ScanJob& job, const scan::Verdict& verdict) {
    const std::lock_guard lock(reporting);
    report.file(job, verdict);
  });
  if (!crew) return console.unreadable(crew.error());
  Scan scan(**crew, report, reporting);
  for (const std::string& path : arguments.positional()) {
    if (auto done = scan.named(path); !done) {
      const std::lock_guard lock(reporting);
      report.unreadable(path, done.error());
    }
  }
  const auto finished = (*crew)->finish();
  const int code = report.finish();
  return finished ? code : console.unreadable(finished.error());
}

}  // namespace

Command scan_command() {
  return {.name = "scan",
          .synopsis = "scan PATH… [--json] [--content DIR] [--clamd SOCKET] [--jobs N]",
          .summary = {"quét tệp hoặc thư mục trên máy này", "scan files or folders on this machine"},
          .details = {"Đọc tệp trong tiến trình cách ly (khien-worker), kể cả tệp nén, thư, tài liệu lồng nhau. Không sửa gì.\n"
                      "Mã kết thúc: 0 sạch, 1 có phát hiện, 2 có tệp không đọc được hoặc lỗi.\n"
                      "Tệp \"not_scanned\" là tệp không quét hết: encrypted (có mật khẩu), damaged (hỏng), bomb (bung quá lớn),\n"
                      "too_large, budget (quá lâu).\n"
                      "Ví dụ: khien scan ~/Downloads\n"
                      "       khien scan --json /srv/upload | jq -r 'select(.verdict == \"malicious\").path'",
                      "Files are read in a sandboxed process (khien-worker), with what is packed in archives, mails and documents.\n"
                      "Nothing is changed. Exit codes: 0 clean, 1 found, 2 something could not be read, or failed.\n"
                      "\"not_scanned\" is a file that was not read whole: encrypted, damaged, bomb (unpacks too large), too_large,\n"
                      "budget (took too long).\n"
                      "Examples: khien scan ~/Downloads\n"
                      "          khien scan --json /srv/upload | jq -r 'select(.verdict == \"malicious\").path'"},
          .options = {{"json", "", {"in JSON, mỗi tệp một dòng", "print JSON, one line a file"}},
                      {"content", "DIR", {"thư mục các gói luật, thay cho gói đã cài", "folder of rule packs, instead of the installed ones"}},
                      {"clamd", "SOCKET", {"hỏi thêm clamd qua socket này", "ask clamd too, over this socket"}},
                      {"jobs", "N", {"số tiến trình quét cùng lúc (mặc định: số nhân)", "workers at once (default: one a core)"}}},
          .here = run};
}

}  // namespace khien::hub

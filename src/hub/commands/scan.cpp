#include <memory>

#include "command.hpp"
#include "khien/core/json.hpp"
#include "khien/core/text.hpp"
#include "khien/hub/installation.hpp"
#include "khien/model/observation.hpp"
#include "khien/probe/clamd.hpp"
#include "khien/probe/endpoint.hpp"
#include "khien/probe/worker.hpp"

namespace khien::hub {
namespace {

// clamd reads what it is sent into memory; beyond this our own engines must do.
constexpr std::uint64_t kMaxClamBytes = 25u << 20;

struct Tally {
  std::int64_t files = 0;
  std::int64_t found = 0;
  std::int64_t unread = 0;
};

// One scan of the paths on the command line.
class Scan {
 public:
  Scan(std::unique_ptr<probe::Worker> worker, std::unique_ptr<probe::ClamdClient> clam, bool json, Console& console)
      : worker_(std::move(worker)), clam_(std::move(clam)), json_(json), console_(console) {}

  Result<void> path(const std::string& path);
  Tally tally() const { return tally_; }

 private:
  Result<void> file(const std::string& path, const Fd& fd, const FileStatus& status);
  void ask_clam(const Fd& fd, scan::Verdict& verdict) const;
  void show(const std::string& path, const scan::Verdict& verdict);

  std::unique_ptr<probe::Worker> worker_;
  std::unique_ptr<probe::ClamdClient> clam_;
  bool json_;
  Console& console_;
  Tally tally_;
};

std::string parent_of(const std::string& path) {
  const auto slash = path.rfind('/');
  if (slash == path.npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

Result<void> Scan::path(const std::string& path) {
  if (const auto folder = DirFd::open(path)) {
    TRY(const auto unread, probe::make_file_walker()->walk(path, [this](const probe::FileWalker::Entry& entry) -> Result<void> {
          const auto fd = entry.folder->open_file(entry.name);
          if (!fd) {
            ++tally_.unread;
            return {};
          }
          return file(entry.path, *fd, entry.status);
        }));
    tally_.unread += static_cast<std::int64_t>(unread);
    return {};
  }
  TRY(const auto folder, DirFd::open(parent_of(path)));
  const auto slash = path.rfind('/');
  TRY(const auto fd, folder.open_file(slash == path.npos ? path : path.substr(slash + 1)));
  TRY(const auto status, status_of(fd));
  if (status.kind != FileStatus::Kind::regular) return Error(Code::invalid, "is neither a file nor a folder");
  return file(path, fd, status);
}

Result<void> Scan::file(const std::string& path, const Fd& fd, const FileStatus& status) {
  TRY(auto verdict, worker_->scan(fd, status.size));
  if (clam_ && verdict.verdict == FileVerdict::clean && status.size <= kMaxClamBytes) ask_clam(fd, verdict);
  ++tally_.files;
  if (verdict.verdict == FileVerdict::malicious || verdict.verdict == FileVerdict::suspicious) ++tally_.found;
  show(path, verdict);
  return {};
}

void Scan::ask_clam(const Fd& fd, scan::Verdict& verdict) const {
  const auto signature = clam_->scan(fd);
  if (!signature || signature->empty()) return;
  verdict.verdict = FileVerdict::malicious;
  verdict.matches.push_back({Engine::clamav, *signature, "clamav", Severity::high});
}

void Scan::show(const std::string& path, const scan::Verdict& verdict) {
  if (json_) {
    JsonWriter out;
    out.begin_object().field("path", path).field("verdict", to_string(verdict.verdict));
    if (verdict.verdict != FileVerdict::not_scanned) out.field("sha256", verdict.sha256.hex());
    if (!verdict.reason.empty()) out.field("reason", verdict.reason);
    out.key("matches").begin_array();
    for (const FileMatch& match : verdict.matches) {
      out.begin_object()
          .field("engine", to_string(match.engine))
          .field("rule", match.rule)
          .field("origin", match.origin)
          .field("severity", to_string(match.severity))
          .end_object();
    }
    out.end_array().end_object();
    console_.out(out.take() + "\n");
    return;
  }
  if (verdict.verdict == FileVerdict::clean) return;
  console_.out(std::string(to_string(verdict.verdict)) + "\t" + printable(path));
  if (!verdict.reason.empty()) console_.out("\t" + printable(verdict.reason));
  for (const FileMatch& match : verdict.matches) {
    console_.out("\t" + std::string(to_string(match.engine)) + ":" + printable(match.rule));
  }
  console_.out("\n");
}

Result<Scan> prepare(const Arguments& arguments, Console& console) {
  TRY(const auto installation, find_installation());
  TRY(auto worker, probe::Worker::start({.executable = installation.worker, .content_folder = installation.content},
                                        system_clock()));
  std::unique_ptr<probe::ClamdClient> clam;
  if (const auto socket = arguments.value("clamd")) clam = std::make_unique<probe::ClamdClient>(*socket);
  return Scan(std::move(worker), std::move(clam), arguments.has("json"), console);
}

int run(const Arguments& arguments, Console& console) {
  if (arguments.positional().empty()) return console.misuse({"cần ít nhất một đường dẫn", "at least one path is needed"});
  auto scan = prepare(arguments, console);
  if (!scan) return console.unreadable(scan.error());
  for (const std::string& path : arguments.positional()) {
    if (auto scanned = scan->path(path); !scanned)
      return console.unreadable(std::move(scanned).error().within(path));
  }
  const Tally tally = scan->tally();
  const auto counts = [&tally](std::string_view files, std::string_view found, std::string_view unread) {
    return std::to_string(tally.files) + std::string(files) + std::to_string(tally.found) + std::string(found) +
           std::to_string(tally.unread) + std::string(unread);
  };
  console.warn({counts(" tệp đã quét, ", " phát hiện, ", " không đọc được"),
                counts(" files scanned, ", " found, ", " unreadable")});
  return tally.found > 0 ? 1 : 0;
}

}  // namespace

Command scan_command() {
  return {.name = "scan",
          .synopsis = "scan PATH… [--json] [--clamd SOCKET]",
          .summary = {"quét tệp hoặc thư mục trên máy này", "scan files or folders on this machine"},
          .details = {"Đọc tệp trong tiến trình cách ly (khien-worker). Mã kết thúc: 0 sạch, 1 có phát hiện, 2 lỗi.\n"
                      "--json in mỗi tệp một dòng JSON.",
                      "Files are read in a sandboxed process (khien-worker). Exit codes: 0 clean, 1 found, 2 error.\n"
                      "--json prints one line of JSON a file."},
          .options = {{"json", "", {"in JSON, mỗi tệp một dòng", "print JSON, one line a file"}},
                      {"clamd", "SOCKET", {"hỏi thêm clamd qua socket này", "ask clamd too, over this socket"}}},
          .here = run};
}

}  // namespace khien::hub

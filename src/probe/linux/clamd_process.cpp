#include <fcntl.h>
#include <pwd.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include "clamd_reply.hpp"
#include "clamd_settings.hpp"
#include "khien/core/log.hpp"
#include "khien/probe/clamd.hpp"
#include "linux/child_process.hpp"

namespace khien::probe {
namespace {

constexpr std::uint64_t kMaxFileBytes = 64u << 20;
constexpr std::size_t kMaxOwnDatabaseBytes = 64u << 20;
constexpr std::size_t kMaxLogBytes = 256u << 10;
constexpr std::int64_t kFirstPauseMs = 1'000;
constexpr std::int64_t kLongestPauseMs = 300'000;
// One that lived this long starts its pauses anew.
constexpr std::int64_t kSteadyMs = 60'000;

struct User {
  uid_t uid = 0;
  gid_t gid = 0;
};

// Whom clamd runs as: 0 if we are nobody who could choose.
User user_for(const std::string& name) {
  if (geteuid() != 0) return {};
  const passwd* found = getpwnam(name.c_str());
  if (found == nullptr || found->pw_uid == 0) found = getpwnam("nobody");
  return found == nullptr ? User{} : User{found->pw_uid, found->pw_gid};
}

// Can somebody who is neither owner nor of the group pass through every folder
// of this path? clamd gives an unhelpful answer where they cannot.
Result<void> check_reachable(const std::string& path, const User& user) {
  if (user.uid == 0) return {};
  for (std::size_t end = path.find('/', 1);; end = path.find('/', end + 1)) {
    const std::string folder = path.substr(0, end);
    struct stat status {};
    if (stat(folder.c_str(), &status) != 0) return system_error("clamd: " + folder, errno);
    if ((status.st_mode & S_IXOTH) == 0 && status.st_uid != user.uid) {
      return Error(Code::denied, "clamd: its user may not pass through " + folder);
    }
    if (end == path.npos) return {};
  }
}

// The end of a log that its writer may have replaced by anything.
std::string read_log(const std::string& folder, const std::string& name) {
  std::string text;
  const auto dir = DirFd::open(folder);
  if (!dir) return text;
  const auto file = dir->open_file(name);
  const auto status = file ? status_of(*file) : Result<FileStatus>(Error(Code::not_found, name));
  if (!status || status->kind != FileStatus::Kind::regular) return text;
  text.resize(kMaxLogBytes);
  const auto from = status->size > text.size() ? status->size - text.size() : 0;
  const ssize_t got = pread(file->get(), text.data(), text.size(), static_cast<off_t>(from));
  text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  return text;
}

bool has_suffix_of(std::string_view name, std::initializer_list<std::string_view> suffixes) {
  return std::ranges::any_of(suffixes, [&](std::string_view suffix) { return name.ends_with(suffix); });
}

// As our own signatures are called; freshclam's are .cvd and .cld.
bool is_own(std::string_view name) { return has_suffix_of(name, {".ndb", ".hdb", ".hsb", ".ldb"}); }

}  // namespace

struct ClamdProcess::Impl {
  Options options;
  const Clock& clock;
  Files& files;
  User user;
  std::string socket_path;
  ChildProcess child{};
  bool running = false;
  std::int64_t started_ms = 0;
  std::int64_t next_start_ms = 0;
  std::int64_t pause_ms = kFirstPauseMs;
  mutable std::int64_t signatures = 0;

  std::string in_run_folder(std::string_view name) const { return options.run_folder + "/" + std::string(name); }

  Result<void> give_to_user(const std::string& path) const {
    if (user.uid == 0) return {};
    if (chown(path.c_str(), user.uid, user.gid) == 0) return {};
    return system_error("clamd: chown " + path, errno);
  }

  // Ours, so that nobody can put a link where we are going to write.
  Result<void> prepare() const {
    TRY_VOID(files.make_folder(options.run_folder, 0755));
    TRY_VOID(check_reachable(options.run_folder, user));
    TRY_VOID(files.make_folder(in_run_folder("database"), 0755));
    TRY_VOID(make_its_folder(in_run_folder("clamd")));
    TRY_VOID(files.write(in_run_folder("clamd.conf"), clamd_settings(options.run_folder, kMaxFileBytes), 0644));
    TRY_VOID(copy_own_database());
    return link_freshclam();
  }

  // clamd's own, emptied of what a clamd before left, and not reached by a path
  // through a folder that clamd may write.
  Result<void> make_its_folder(const std::string& path) const {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);  // follows no link
    TRY_VOID(files.make_folder(path, 0700));
    TRY_VOID(files.make_folder(path + "/temporary", 0700));
    TRY_VOID(give_to_user(path + "/temporary"));
    return give_to_user(path);
  }

  // Ours is copied: it may lie where clamd's user may not look. What is not among
  // them any more was withdrawn, as a false alarm is.
  Result<void> copy_own_database() const {
    TRY(const DirFd copies, DirFd::open(in_run_folder("database")));
    TRY_VOID(copies.each_name([&](std::string_view name, FileStatus::Kind) -> Result<void> {
      if (!is_own(name) || files.exists(options.own_database + "/" + std::string(name))) return {};
      return files.remove(in_run_folder("database/" + std::string(name)));
    }));
    TRY(const DirFd folder, DirFd::open(options.own_database));
    return folder.each_name([&](std::string_view name, FileStatus::Kind kind) -> Result<void> {
      if (kind != FileStatus::Kind::regular || !is_own(name)) return {};
      TRY(const std::string text, files.read(options.own_database + "/" + std::string(name), kMaxOwnDatabaseBytes));
      return files.write(in_run_folder("database/" + std::string(name)), text, 0644);
    });
  }

  // freshclam's are linked: they are large, and freshclam replaces them in place.
  // A "daily.cvd" becomes "daily.cld" some day, so old links go first.
  Result<void> link_freshclam() const {
    for (const std::string_view name : {"main", "daily", "bytecode"}) {
      for (const std::string_view suffix : {".cvd", ".cld"}) {
        const std::string file = std::string(name) + std::string(suffix);
        const std::string target = options.freshclam_folder + "/" + file;
        const std::string link = in_run_folder("database/" + file);
        const bool wanted = files.exists(target);
        if (!wanted) unlink(link.c_str());
        if (wanted && symlink(target.c_str(), link.c_str()) != 0 && errno != EEXIST) {
          return system_error("clamd: link " + link, errno);
        }
      }
    }
    return {};
  }

  Result<void> start_child() {
    TRY_VOID(prepare());
    signatures = 0;
    ChildOptions wanted;
    wanted.executable = options.executable;
    wanted.arguments = {"--config-file=" + in_run_folder("clamd.conf")};
    wanted.environment = {"TZ=UTC", "LC_ALL=C", "PATH=/usr/bin:/bin"};
    wanted.uid = user.uid;
    wanted.gid = user.gid;
    wanted.ends_with_us = true;
    TRY(child, ChildProcess::start(wanted));
    running = true;
    started_ms = clock.monotonic().ms;
    return {};
  }

  void note_end(const std::string& how) {
    const std::int64_t now_ms = clock.monotonic().ms;
    running = false;
    if (now_ms - started_ms >= kSteadyMs) pause_ms = kFirstPauseMs;
    next_start_ms = now_ms + pause_ms;
    log_warning("clamd.ended", {{"how", how}, {"pause_ms", pause_ms}});
    pause_ms = std::min(2 * pause_ms, kLongestPauseMs);
  }
};

ClamdProcess::ClamdProcess(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ClamdProcess::~ClamdProcess() { impl_->child.stop(seconds(3)); }

Result<std::unique_ptr<ClamdProcess>> ClamdProcess::start(Options options, const Env& env) {
  if (access(options.executable.c_str(), X_OK) != 0) {
    return Error(Code::not_found, "clamd is not installed: " + options.executable);
  }
  const User user = user_for(options.user);
  std::string socket_path = options.run_folder + "/clamd/clamd.sock";
  if (socket_path.size() >= sizeof(sockaddr_un::sun_path)) {
    return Error(Code::invalid, "clamd: run_folder is too long for a socket: " + options.run_folder);
  }
  auto impl = std::make_unique<Impl>(
      Impl{.options = std::move(options), .clock = env.clock, .files = env.files, .user = user,
           .socket_path = std::move(socket_path)});
  TRY_VOID(impl->start_child());
  return std::unique_ptr<ClamdProcess>(new ClamdProcess(std::move(impl)));
}

const std::string& ClamdProcess::socket_path() const { return impl_->socket_path; }

bool ClamdProcess::check() {
  std::string how;
  if (impl_->running && impl_->child.ended(how)) impl_->note_end(how);
  if (!impl_->running) {
    if (impl_->clock.monotonic().ms < impl_->next_start_ms) return false;
    if (const auto started = impl_->start_child(); !started) {
      impl_->note_end(started.error().what());
      return false;
    }
  }
  if (!impl_->link_freshclam()) log_warning("clamd.database_links");
  return ClamdClient(impl_->socket_path, seconds(2)).version().has_value();
}

void ClamdProcess::reload() {
  impl_->child.stop(seconds(3));
  impl_->running = false;
  if (const auto started = impl_->start_child(); !started) impl_->note_end(started.error().what());
}

std::int64_t ClamdProcess::signatures() const {
  // A reload says the number anew.
  const std::int64_t count = parse_signature_count(read_log(impl_->in_run_folder("clamd"), "clamd.log"));
  if (count > 0) impl_->signatures = count;
  return impl_->signatures;
}

}  // namespace khien::probe

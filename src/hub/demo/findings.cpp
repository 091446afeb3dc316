#include "findings.hpp"

#include <algorithm>
#include <set>

#include "khien/core/assert.hpp"
#include "khien/core/hash.hpp"
#include "khien/flow/findings.hpp"
#include "numbers.hpp"

namespace khien::hub::demo {
namespace {

enum Salt : std::uint64_t { kKind = 81, kWhere, kAge, kCourse, kDecided, kAfter, kNote, kSize };

struct Kind {
  Engine engine;
  std::string_view rule;
  Severity severity;
  bool server;
  std::uint64_t weight;
  std::string_view path;  // "#": a number
};
// The rules are those that are shipped, with their words for people; of ClamAV's
// only made-up names, so that none is looked up and taken for a real alarm.
constexpr Kind kKinds[] = {
    {Engine::yara, "khien_macro_dropper", Severity::high, false, 16,
     "/home/nguoidung/Tải xuống/Giay moi hop #.docm"},
    {Engine::yara, "khien_powershell_encoded", Severity::high, false, 10, "/media/usb-#/autorun/update.ps1"},
    {Engine::yara, "khien_powershell_cradle", Severity::high, false, 8,
     "/home/nguoidung/Tải xuống/cai_dat_#.ps1"},
    {Engine::yara, "khien_miner_config", Severity::high, false, 6, "/home/nguoidung/.cache/.x#/config.json"},
    {Engine::yara, "khien_miner_command", Severity::high, true, 3, "/etc/cron.d/sys-#"},
    {Engine::yara, "khien_php_eval_request", Severity::critical, true, 5,
     "/var/www/html/upload/2026/anh_#.php"},
    {Engine::yara, "khien_php_packed_code", Severity::high, true, 4, "/var/www/html/wp-includes/class-#.php"},
    {Engine::yara, "khien_htaccess_php_images", Severity::high, true, 3, "/var/www/html/upload/#/.htaccess"},
    {Engine::yara, "khien_jsp_shell", Severity::critical, true, 2, "/opt/tomcat/webapps/cong/tmp_#.jsp"},
    {Engine::yara, "khien_cron_download", Severity::high, true, 2, "/var/spool/cron/crontabs/dich-vu-#"},
    {Engine::yara, "khien_packed_elf_onion", Severity::medium, false, 6, "/tmp/.ICE-#/kworker"},
    {Engine::yara, "khien_ransom_note", Severity::high, false, 2, "/home/nguoidung/Tài liệu/DOC_TOI_#.txt"},
    {Engine::yara, "khien_eicar", Severity::high, false, 5, "/home/nguoidung/thu-khien-#.com"},
    {Engine::clamav, "KhienSample.PUA.Toolbar", Severity::medium, false, 14,
     "/home/nguoidung/Tải xuống/tien_ich_#.exe"},
    {Engine::clamav, "KhienSample.Doc.Suspicious", Severity::low, false, 10,
     "/home/nguoidung/Thư/dinh-kem-#.doc"},
    {Engine::clamav, "KhienSample.Adware.Script", Severity::low, false, 6,
     "/home/nguoidung/.mozilla/cache-#.js"},
};

constexpr std::string_view kSuppressed[] = {
    "Đã xem tệp: công cụ của đơn vị tự viết, không gây hại.",
    "Tệp thử của đoàn kiểm tra, giữ lại làm mẫu trên máy này.",
    "Cảnh báo nhầm: macro của phần mềm kế toán, đã hỏi nhà cung cấp.",
};
constexpr std::string_view kTaken[] = {
    "Đã gọi cán bộ đầu mối, đang lấy tệp làm minh chứng.",
    "Đã ngắt mạng máy, chờ đơn vị mang máy tới.",
    "Đang xem nhật ký để biết tệp từ đâu đến.",
};
constexpr std::string_view kSettled[] = {
    "Đã giữ minh chứng và xóa tệp, quét lại toàn bộ máy.",
    "Đã xóa tệp, đổi mật khẩu của người dùng, nhắc đơn vị không dùng USB lạ.",
    "Đã cách ly tệp, cập nhật máy chủ và bịt lỗ hổng tải tệp lên.",
    "Đã cài lại máy.",
};

constexpr std::uint64_t kOldestMinutes = 90 * 24 * 60;
constexpr std::uint64_t kYoungestMinutes = 20;
constexpr std::uint64_t kRecentMinutes = 2 * 24 * 60;

std::int64_t whole(std::uint64_t number) { return static_cast<std::int64_t>(number); }

const Kind& kind_of(std::size_t number) {
  std::uint64_t all = 0;
  for (const Kind& kind : kKinds) all += kind.weight;
  std::uint64_t chosen = scattered(number, kKind, all);
  for (const Kind& kind : kKinds) {
    if (chosen < kind.weight) return kind;
    chosen -= kind.weight;
  }
  khien_assert(false);
  return kKinds[0];
}

// Denser the nearer to today.
std::uint64_t age_in_minutes(std::size_t number) {
  const std::uint64_t thousandths = scattered(number, kAge, 1'001);
  return kYoungestMinutes + kOldestMinutes * thousandths * thousandths / 1'000'000;
}

Course course_of(std::size_t number, std::uint64_t age) {
  const std::uint64_t of_hundred = scattered(number, kCourse, 100);
  if (age < kRecentMinutes) {
    return of_hundred < 55 ? Course::fresh : of_hundred < 85 ? Course::taken : Course::settled_by_road;
  }
  if (of_hundred < 2) return Course::fresh;
  if (of_hundred < 8) return Course::taken;
  if (of_hundred < 14) return Course::suppressed;
  if (of_hundred < 48) return Course::settled_by_road;
  return of_hundred < 98 ? Course::settled_by_person : Course::came_back;
}

bool suits(const SampleMachine& machine, const Kind& kind) {
  const bool server = machine.device.kind == estate::DeviceKind::server;
  return server == kind.server && machine.fate != Fate::silent && machine.fate != Fate::pending;
}

std::string with_number(std::string_view path, std::size_t number) {
  std::string text(path);
  const auto place = text.find('#');
  khien_assert(place != text.npos);
  return text.replace(place, 1, std::to_string(100 + number));
}

FileSeen file_of(const Kind& kind, std::size_t number, Timestamp first_seen) {
  FileSeen file;
  file.path = with_number(kind.path, number);
  file.size = 700 + scattered(number, kSize, 90'000);
  file.mtime_ns = (first_seen - minutes(7)).ms * 1'000'000;
  file.owner_uid = kind.server ? 33 : 1000;
  // Of words, so that no real file has it.
  file.sha256 = sha256("Khiên, dữ liệu mẫu, tệp " + std::to_string(number));
  file.verdict = kind.severity >= Severity::high ? FileVerdict::malicious : FileVerdict::suspicious;
  file.matches = {{.engine = kind.engine,
                   .rule = std::string(kind.rule),
                   .origin = kind.engine == Engine::yara ? "khien-base" : "sample",
                   .severity = kind.severity}};
  return file;
}

bool is_decided(Course course) { return course != Course::fresh && course != Course::settled_by_road; }

Result<void> decide_one(Ground& ground, FindingId id, const SampleFinding& finding) {
  const UnitId unit = ground.machines.at(finding.machine).device.unit;
  const UserId who = ground.people.recorder_of(unit).user;
  const auto decide = [&](FindingState state, std::string_view note, bool take, Timestamp at) {
    return flow::decide(ground.connection, ground.scope, id, who, {state, std::string(note), take}, at);
  };
  const auto one_of = [&](const auto& notes) {
    return notes[scattered(finding.number, kNote, std::size(notes))];
  };
  if (finding.course == Course::suppressed) {
    return decide(FindingState::suppressed, one_of(kSuppressed), true, finding.decided_at);
  }
  TRY_VOID(decide(FindingState::in_progress, one_of(kTaken), true, finding.decided_at));
  if (finding.course == Course::taken) return {};
  return decide(FindingState::resolved, one_of(kSettled), false, finding.after - minutes(1));
}

}  // namespace

std::string SampleFinding::rule() const {
  return std::string(to_string(file.matches.front().engine)) + ":" + file.matches.front().rule;
}

std::vector<SampleFinding> plan_findings(std::span<const SampleMachine> machines, Timestamp now) {
  std::vector<SampleFinding> findings;
  std::set<std::size_t> used;
  for (std::size_t number = 0; number < kFindings; ++number) {
    const Kind& kind = kind_of(number);
    std::size_t machine = scattered(number, kWhere, machines.size());
    std::size_t looked = 0;
    while (looked < machines.size() && (used.contains(machine) || !suits(machines[machine], kind))) {
      machine = (machine + 1) % machines.size();
      ++looked;
    }
    if (looked == machines.size()) continue;
    used.insert(machine);
    const std::uint64_t age = age_in_minutes(number);
    SampleFinding finding{.machine = machine,
                          .file = {},
                          .course = course_of(number, age),
                          .first_seen = now - minutes(whole(age)),
                          .decided_at = {},
                          .after = {},
                          .number = number};
    // All of it before now, however young the finding: parts of its age.
    const std::int64_t all = minutes(whole(age)).ms - minutes(4).ms;
    const std::int64_t decided =
        std::min(all / 3, minutes(whole(15 + scattered(number, kDecided, 1'500))).ms);
    const std::int64_t later = std::min(all / 2, minutes(whole(10 + scattered(number, kAfter, 1'200))).ms);
    finding.decided_at = finding.first_seen + milliseconds(decided);
    finding.after = finding.decided_at + milliseconds(std::max(later, minutes(2).ms));
    khien_assert(finding.first_seen < finding.decided_at && finding.after < now);
    finding.file = file_of(kind, number, finding.first_seen);
    findings.push_back(std::move(finding));
  }
  return findings;
}

std::vector<ObservationBody> afterwards(const SampleFinding& finding) {
  switch (finding.course) {
    case Course::fresh:
    case Course::suppressed:
      break;
    case Course::taken:
      return {finding.file};
    case Course::settled_by_road:
    case Course::settled_by_person:
      return {FileGone{finding.file.path}};
    case Course::came_back:
      return {FileGone{finding.file.path}, finding.file};
  }
  return {};
}

Result<std::int64_t> decide_findings(Ground& ground, std::span<const SampleFinding> findings) {
  std::int64_t made = 0;
  for (const SampleFinding& finding : findings) {
    if (!is_decided(finding.course)) continue;
    const MachineId machine = ground.machines.at(finding.machine).agent.machine;
    TRY(const auto page, flow::list_findings(ground.connection, ground.scope,
                                             {.view = flow::FindingQuery::View::all, .asset = machine}));
    const auto found = std::ranges::find_if(page.items, [&](const flow::FindingRecord& record) {
      return record.rule == finding.rule() && record.subject == finding.file.path;
    });
    if (found == page.items.end())
      return Error(Code::internal, "the road made no finding of " + finding.file.path);
    TRY_VOID(decide_one(ground, found->id, finding));
    ++made;
  }
  return made;
}

}  // namespace khien::hub::demo

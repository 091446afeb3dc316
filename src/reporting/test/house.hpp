#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "../../flow/test/road.hpp"
#include "khien/duty/directives.hpp"
#include "khien/duty/duty_records.hpp"
#include "khien/duty/refusal.hpp"
#include "khien/estate/devices.hpp"
#include "khien/estate/unit_roles.hpp"
#include "khien/reporting/calendar.hpp"
#include "khien/reporting/gather.hpp"
#include "khien/reporting/reports.hpp"
#include "khien/reporting/rows.hpp"

namespace khien::reporting {

using flow::kNow;  // 2026-11-22, 15:00 in Vietnam
inline const Date kToday = vietnam_day(kNow);
inline constexpr duty::Actor kMaker{UserId{12}, Role::soc_operator};
inline constexpr duty::Actor kSecond{UserId{14}, Role::province_admin};

inline Date day(std::string_view text) { return Date::parse(text).value(); }

template <class File>
std::vector<File> content_files(const std::filesystem::path& folder, const std::filesystem::path& base) {
  std::vector<File> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.path().extension() != ".yaml") continue;
    std::ifstream file(entry.path(), std::ios::binary);
    files.push_back({std::filesystem::relative(entry.path(), base).string(), {std::istreambuf_iterator<char>(file), {}}});
  }
  std::ranges::sort(files, {}, &File::path);
  return files;
}

inline std::shared_ptr<const duty::Catalogues> shipped_law() {
  static const std::shared_ptr<const duty::Catalogues> law =
      duty::Catalogues::create(content_files<law::SourceFile>(KHIEN_CONTENT, KHIEN_CONTENT)).value();
  return law;
}
inline std::shared_ptr<const Kinds> shipped_kinds() {
  static const std::shared_ptr<const Kinds> kinds = [] {
    const std::filesystem::path content(KHIEN_CONTENT);
    auto made = Kinds::create(content_files<Kinds::File>(content / "reports", content));
    REQUIRE_MESSAGE(made, made.error().what());
    return *made;
  }();
  return kinds;
}

inline ScanSeen whole_scan() {
  return {.scan = 1, .state = ScanSeen::State::complete, .started_at = kNow, .finished_at = kNow, .files_seen = 9, .files_scanned = 9,
          .files_skipped = 0, .files_total = 9};
}

// A province whose numbers are known: the health department has three machines, of which one
// has malware and one was never scanned, and a device of which nothing is known; the commune
// has one machine that is well.
class House {
 public:
  template <class Work>
  auto write(Work work) { return road.write(work); }
  House() {
    write([&](store::Connection& c) { return duty::adopt_shipped(c, *shipped_law(), road.tenant(), kNow); }).value();
    police = unit("Công an tỉnh", estate::UnitKind::police);
    health = unit("Sở Y tế", estate::UnitKind::department);
    commune = unit("Xã Mỹ Châu", estate::UnitKind::commune);
    const estate::NewUnitRole role{police, "standing_security_body", day("2025-03-01"), std::nullopt, "1/QĐ-UBND"};
    write([&](store::Connection& c) { return estate::assign_unit_role(c, scope(), role); }).value();
    well = road.machine_of(scope(), health, "well");
    ill = road.machine_of(scope(), health, "ill");
    unseen = road.machine_of(scope(), health, "unseen");
    rural = road.machine_of(scope(), commune, "rural");
    write([&](store::Connection& c) {
      return estate::create_device(c, scope(), {.unit = health, .name = "no agent"}, estate::DeviceSource::hand, kNow);
    }).value();
    for (const auto* one : {&well, &ill, &rural}) road.see(*one, {whole_scan()});
    road.see(ill, {flow::infected("/a", "eicar"), flow::infected("/b", "eicar"), flow::infected("/c", "low", Severity::medium)});
  }

  store::TenantScope scope() const { return road.scope(); }
  store::TenantScope scope_of(UnitId unit) const { return store::TenantScope::for_test(road.tenant(), {unit}); }
  std::shared_ptr<const duty::TenantLaw> law() {
    return road.read([&](store::Connection& c) { return shipped_law()->of(c, road.tenant()); }).value();
  }
  UnitId unit(std::string_view name, estate::UnitKind kind) {
    return write([&](store::Connection& c) { return estate::create_unit(c, scope(), name, kind, road.root(), kNow); }).value();
  }

  Result<report::Snapshot> gathered(std::string_view kind, std::string_view period, std::optional<UnitId> of = {}) {
    const auto binding = law();
    const auto& entry = *shipped_kinds()->find(kind);
    return road.read([&](store::Connection& c) {
      return gather(c, scope(), binding, {.kind = entry.kind, .period = report::read_period(period).value(), .unit = of, .registers = shipped_kinds()->registers(), .now = road.clock().now()});
    });
  }
  report::Value value(const report::Snapshot& snapshot, std::string_view id) {
    const auto* figure = snapshot.figure(id);
    REQUIRE_MESSAGE(figure != nullptr, std::string(id));
    return figure->value;
  }

  Result<ReportId> make(std::string_view kind, std::string_view period, std::optional<UnitId> of = {}) { return make(kind, period, of, scope()); }
  Result<ReportId> make(std::string_view kind, std::string_view period, std::optional<UnitId> of, const store::TenantScope& by) {
    const auto binding = law();
    return write([&](store::Connection& c) -> Result<ReportId> {
      TRY(const auto counting, count_report(c, by, *shipped_kinds(), binding, {std::string(kind), std::string(period), of}, road.clock().now()));
      return keep_report(c, by, counting, kMaker.user, road.clock().now());
    });
  }
  static report::Issuer issuer() {
    return {.parent_agency = "UBND TỈNH LAM GIANG", .agency = "CÔNG AN TỈNH", .place = "Lam Giang", .symbol = "BC-CAT", .signer_mode = "KT.",
            .signer_mode_title = "GIÁM ĐỐC", .signer_title = "PHÓ GIÁM ĐỐC", .signer_name = "Nguyễn Văn An", .recipients = {"Như trên"}};
  }
  Result<void> change(ReportId id, ReportChange asked, bool count = false) {
    const auto binding = law();
    return write([&](store::Connection& c) -> Result<void> {
      if (count) {
        TRY(asked.anew, count_again(c, scope(), *shipped_kinds(), binding, id, road.clock().now()));
      }
      return update_report(c, scope(), id, asked, kMaker.user, road.clock().now());
    });
  }
  Result<ReportDetail> detail(ReportId id) { return detail(id, scope()); }
  Result<ReportDetail> detail(ReportId id, const store::TenantScope& by) {
    return road.read([&](store::Connection& c) { return get_report(c, by, id); });
  }
  ReportId ready(std::string_view kind, std::string_view period, std::optional<UnitId> of = {}) {
    const auto made = make(kind, period, of);
    REQUIRE_MESSAGE(made, made.error().what());
    std::map<std::string, std::string> words;
    for (const auto& field : shipped_kinds()->find(kind)->kind.fields) words[field.id] = "Đã xử lý.";
    const auto changed = change(*made, {.words = words, .issuer = issuer()});
    REQUIRE_MESSAGE(changed, changed.error().what());
    return *made;
  }
  Result<void> freeze(ReportId id, int number = 7, Date on = kToday) {
    const auto before = detail(id);
    if (!before) return before.error();
    const Freezing freezing{number, on};
    const auto pdf = print(*before, freezing, {});
    if (!pdf) return pdf.error();
    return write([&](store::Connection& c) {
      return freeze_report(c, scope(), id, freezing, before->report.digest, *pdf, kMaker, road.clock().now());
    });
  }
  Result<void> send(ReportId id, const Sending& sending) {
    const auto binding = law();
    return write([&](store::Connection& c) { return record_sent(c, scope(), *binding, id, sending, kMaker, road.clock().now()); });
  }
  Result<void> send(ReportId id) { return send(id, {vietnam_day(road.clock().now()), "Bộ Công an", "document_axis", "", {}}); }
  // A draft that corrects a frozen one.
  Result<ReportId> correct(ReportId old, std::string_view reason = "Sai số liệu một đơn vị") {
    const auto before = detail(old).value();
    const auto binding = law();
    return write([&](store::Connection& c) -> Result<ReportId> {
      const NewReport asked{.kind = before.report.kind, .period = before.report.period,
                            .unit = before.report.of_whole ? std::nullopt : std::optional(before.report.unit), .replaces = old, .reason = std::string(reason)};
      TRY(const auto counting, count_report(c, scope(), *shipped_kinds(), binding, asked, road.clock().now()));
      return keep_report(c, scope(), counting, kMaker.user, road.clock().now());
    });
  }
  Result<Bytes> issued(ReportId id) {
    return road.read([&](store::Connection& c) { return issued_pdf(c, scope(), id); });
  }
  std::vector<CalendarItem> calendar() {
    kept_law = law();
    return road.read([&](store::Connection& c) { return read_calendar(c, scope(), *shipped_kinds(), kept_law, {}, road.clock().now()); }).value();
  }
  // Of one duty and period.
  CalendarItem item(const std::vector<CalendarItem>& all, std::string_view duty, std::string_view period) {
    for (const auto& one : all) {
      if (one.duty->id == duty && one.period.id == period) return one;
    }
    FAIL("no such line in the calendar: ", std::string(duty), " ", std::string(period));
    return all.front();
  }

  flow::Road road;
  UnitId police, health, commune;
  AgentIdentity well, ill, unseen, rural;
  std::shared_ptr<const duty::TenantLaw> kept_law;
};

}  // namespace khien::reporting

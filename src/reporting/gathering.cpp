#include "gathering.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "khien/core/assert.hpp"
#include "khien/core/text.hpp"
#include "khien/estate/scope_sql.hpp"
#include "khien/incident/incidents.hpp"

namespace khien::reporting {
namespace {

constexpr std::size_t kPage = 500;

// Every page of a list.
template <class Item, class List>
Result<std::vector<Item>> all_of(List list) {
  std::vector<Item> all;
  std::string cursor;
  while (true) {
    TRY(auto page, list(cursor));
    std::ranges::move(page.items, std::back_inserter(all));
    if (!page.next) return all;
    cursor = *page.next;
  }
}

bool is_below(const std::map<UnitId, const estate::Unit*>& by_id, UnitId unit, UnitId root) {
  for (std::size_t steps = 0; steps <= by_id.size(); ++steps) {
    if (unit == root) return true;
    const auto found = by_id.find(unit);
    if (found == by_id.end() || !found->second->parent) return false;
    unit = *found->second->parent;
  }
  return false;
}

LocalText why_of(const duty::Measurement& measurement, const law::Metric* metric) {
  using Why = duty::Measurement::Why;
  switch (measurement.why) {
    case Why::later: return metric != nullptr && metric->note ? *metric->note : LocalText{"chưa có nguồn số liệu", "nothing gives this figure yet"};
    case Why::nothing: return {"chưa khai báo gì để đo", "nothing to measure was registered"};
    case Why::unseen: return {"chưa thấy trường hợp nào, nhưng còn đối tượng chưa được kiểm tra đúng hạn", "none was found, but not all were looked at in time"};
    case Why::elsewhere: return {"đo trên toàn địa bàn, ngoài phạm vi của đơn vị", "measured over the whole, outside of the unit"};
    case Why::no_reading: return {"không có số đo của ngày chốt", "nobody read it on the day of the cut-off"};
    case Why::known: break;
  }
  return {"được miễn theo văn bản của cấp có thẩm quyền", "exempt by a decision"};
}

}  // namespace

Gathering::Gathering(store::Connection& connection, const store::TenantScope& scope, std::shared_ptr<const duty::TenantLaw> law,
                     const Asking& asking, const report::Window& window)
    : connection_(connection),
      scope_(scope),
      law_(std::move(law)),
      unit_(asking.unit),
      registers_(asking.registers),
      window_(window),
      now_(asking.now),
      from_(asking.since.value_or(vietnam_moment(window.from))),
      cut_off_(cut_off_of(window, asking.now)),
      dated_after_(window.from - 1),
      dated_late_from_(window.from) {
  incident_id_ = asking.incident;
  if (asking.incident) cut_off_ = asking.now;
  if (asking.until) cut_off_ = std::min(cut_off_, *asking.until - milliseconds(1));
  if (!asking.since) return;
  dated_after_ = vietnam_day(*asking.since - milliseconds(1));
  dated_late_from_ = report::before(asking.period).from;
}

std::string Gathering::register_of(std::string_view source) const {
  const auto found = registers_.find(source);
  return found == registers_.end() ? std::string() : found->second;
}

Result<const std::string*> Gathering::roots() {
  if (!roots_) {
    TRY(roots_, estate::roots_below(connection_, scope_, unit_));
  }
  return &*roots_;
}

Result<const std::vector<estate::Unit>*> Gathering::units() {
  if (units_) return &*units_;
  TRY(auto all, estate::list_units(connection_, scope_, day()));
  if (unit_) {
    std::map<UnitId, const estate::Unit*> by_id;
    for (const auto& one : all) by_id.emplace(one.id, &one);
    std::vector<estate::Unit> below;
    for (const auto& one : all) {
      if (is_below(by_id, one.id, *unit_)) below.push_back(one);
    }
    all = std::move(below);
  }
  std::ranges::sort(all, [](const auto& a, const auto& b) {
    const int order = compare_vietnamese(a.name, b.name);
    return order != 0 ? order < 0 : a.id < b.id;
  });
  units_ = std::move(all);
  return &*units_;
}

Result<std::string> Gathering::unit_name(UnitId id) {
  TRY(const auto* all, units());
  const auto found = std::ranges::find(*all, id, &estate::Unit::id);
  return found == all->end() ? std::string() : found->name;
}

Result<std::vector<Gathering::Line>> Gathering::lines_of(const std::set<UnitId>& counted) {
  TRY(const auto* all, units());
  std::vector<Line> lines;
  std::set<UnitId> left = counted;
  for (const auto& one : *all) {
    lines.push_back({one.id, one.name});
    left.erase(one.id);
  }
  for (const auto id : left) {
    TRY(const auto unit, estate::get_unit(connection_, scope_, id));
    lines.push_back({id, unit.name + " (theo đơn vị quản lý hiện nay)"});
  }
  return lines;
}

Result<const std::vector<estate::Device>*> Gathering::devices() {
  if (!devices_) {
    TRY(devices_, all_of<estate::Device>([&](const std::string& cursor) {
          return estate::list_devices(connection_, scope_, {.unit = unit_, .words = {}, .state = {}, .gap = {}, .cursor = cursor, .limit = kPage}, now_);
        }));
  }
  return &*devices_;
}

Result<const std::vector<estate::Machine>*> Gathering::machines() {
  if (!machines_) {
    TRY(machines_, all_of<estate::Machine>([&](const std::string& cursor) {
          return estate::list_machines(connection_, scope_,
                                       {.unit = unit_, .words = {}, .health = {}, .os = {}, .kind = {}, .not_updated = {}, .cursor = cursor, .limit = kPage}, now_);
        }));
  }
  return &*machines_;
}

Result<const std::vector<estate::System>*> Gathering::systems() {
  if (!systems_) {
    TRY(systems_, all_of<estate::System>([&](const std::string& cursor) {
          return estate::list_systems(connection_, scope_, {.unit = unit_, .words = {}, .level = {}, .cursor = cursor, .limit = kPage, .past = !is_live()}, cut_off_);
        }));
  }
  return &*systems_;
}

Result<const std::vector<duty::Owed>*> Gathering::owed() {
  if (!owed_) {
    TRY(owed_, duty::list_owed(connection_, scope_, law_, unit_, day(), now_));
  }
  return &*owed_;
}

Result<const std::vector<patch::UnitStanding>*> Gathering::standings() {
  if (!standings_) {
    TRY(standings_, patch::list_standings(connection_, scope_, unit_, now_));
  }
  return &*standings_;
}

// Malware is what makes a machine infected: scan's findings of severity high and worse
// (estate::MachineHealth). How one stood is read from its transitions. What was open when the
// window began is open still or has changed since: no finding of long ago is looked at.
Result<const std::vector<Gathering::Detection>*> Gathering::detections() {
  if (detections_) return &*detections_;
  TRY(const auto* below, roots());
  std::vector<Detection> all;
  TRY_VOID(connection_.query(
      "WITH candidate (id) AS ("
      "SELECT id FROM finding WHERE tenant_id = ?1 AND first_seen BETWEEN ?3 AND ?4 UNION "
      "SELECT id FROM finding WHERE tenant_id = ?1 AND severity >= 3 AND state IN ('new', 'in_progress') UNION "
      "SELECT finding_id FROM finding_history WHERE tenant_id = ?1 AND at >= ?3 AND effect <> '') "
      "SELECT f.id, f.machine_id, f.unit_id, f.rule, f.first_seen, "
      "(SELECT h.effect FROM finding_history h WHERE h.tenant_id = f.tenant_id AND h.finding_id = f.id AND h.effect <> '' "
      "AND h.at <= ?4 ORDER BY h.number DESC LIMIT 1), "
      "(SELECT h.state FROM finding_history h WHERE h.tenant_id = f.tenant_id AND h.finding_id = f.id AND h.at <= ?4 "
      "ORDER BY h.number DESC LIMIT 1), "
      "(SELECT h.effect FROM finding_history h WHERE h.tenant_id = f.tenant_id AND h.finding_id = f.id AND h.effect <> '' "
      "AND h.at < ?3 ORDER BY h.number DESC LIMIT 1), "
      "EXISTS (SELECT 1 FROM finding_history h WHERE h.tenant_id = f.tenant_id AND h.finding_id = f.id AND h.effect = 'opened' "
      "AND h.at BETWEEN ?3 AND ?4), "
      "EXISTS (SELECT 1 FROM finding_history h WHERE h.tenant_id = f.tenant_id AND h.finding_id = f.id AND h.effect = 'resolved' "
      "AND h.at BETWEEN ?3 AND ?4) "
      "FROM candidate d CROSS JOIN finding f ON f.tenant_id = ?1 AND f.id = d.id WHERE f.unit_id IN " KHIEN_UNITS_IN_SCOPE
      " AND f.judge = 'scan' AND f.severity >= 3 AND f.machine_id IS NOT NULL AND f.first_seen <= ?4 ORDER BY f.id",
      {tenant(), *below, from_, cut_off_}, [&](const store::Row& row) -> Result<void> {
        if (row.text(6) == "suppressed") return {};
        Detection one{.id = row.id<FindingTag>(0), .machine = row.id<MachineTag>(1), .unit = row.id<UnitTag>(2), .rule = std::string(row.text(3)),
                      .first_seen = row.time(4)};
        one.open = row.text(5) == "opened";
        one.open_in_window = row.text(7) == "opened" || row.integer(8) != 0;
        one.closed_in_window = !one.open && row.integer(9) != 0;
        one.first_in_window = one.first_seen >= from_;
        all.push_back(std::move(one));
        return {};
      }));
  detections_ = std::move(all);
  return &*detections_;
}

Result<const std::map<MachineId, UnitId>*> Gathering::known_in_window() {
  if (known_) return &*known_;
  TRY(const auto* found, detections());
  std::set<MachineId> with_malware;
  for (const auto& one : *found) {
    if (one.open_in_window) with_malware.insert(one.machine);
  }
  TRY(const auto* below, roots());
  std::map<MachineId, UnitId> known;
  TRY_VOID(connection_.query(
      "SELECT m.id, m.unit_id, coalesce(m.first_complete_scan_at <= ?4, 0) FROM machine m WHERE m.tenant_id = ?1 AND m.stand_in = 0 "
      "AND m.unit_id IN " KHIEN_UNITS_IN_SCOPE " AND m.enrolled_at <= ?4 AND m.last_seen >= ?3 ORDER BY m.id",
      {tenant(), *below, from_, cut_off_}, [&](const store::Row& row) -> Result<void> {
        const auto machine = row.id<MachineTag>(0);
        if (row.integer(2) != 0 || with_malware.contains(machine)) known.emplace(machine, row.id<UnitTag>(1));
        return {};
      }));
  known_ = std::move(known);
  return &*known_;
}

Result<const duty::Measured*> Gathering::metric(const std::string& id) {
  const auto found = metrics_.find(id);
  if (found != metrics_.end()) return &found->second;
  TRY(auto measured, duty::measure(connection_, scope_, catalogue(),
                                   {.metrics = {id}, .unit = unit_, .as_of = day(), .period = std::pair(std::min(dated_after_ + 1, day()), day())}, now_));
  return &metrics_.emplace(id, std::move(measured.front())).first->second;
}

Result<const incident::IncidentDetail*> Gathering::incident() {
  if (!incident_id_) return static_cast<const incident::IncidentDetail*>(nullptr);
  if (!incident_) {
    TRY(incident_, incident::get_incident(connection_, scope_, *incident_id_, now_));
  }
  return &*incident_;
}

Result<const std::vector<incident::IncidentEntry>*> Gathering::timeline() {
  constexpr std::size_t kMostLines = 5'000;
  if (timeline_) return &*timeline_;
  khien_assert(incident_id_);
  TRY(auto page, incident::first_lines(connection_, scope_, *incident_id_, kMostLines));
  lines_ = page.total;
  timeline_ = std::move(page.items);
  return &*timeline_;
}

Result<std::string> Gathering::person(const std::optional<UserId>& user) {
  if (!user) return std::string("Hệ thống Khiên");
  if (const auto found = people_.find(*user); found != people_.end()) return found->second;
  std::string name;
  TRY_VOID(connection_.query("SELECT name FROM account WHERE tenant_id = ?1 AND id = ?2", {tenant(), *user}, [&](const store::Row& row) -> Result<void> {
    name = row.text(0);
    return {};
  }));
  return people_.emplace(*user, std::move(name)).first->second;
}

Result<const std::vector<roster::DutyBook>*> Gathering::duty_books() {
  if (books_) return &*books_;
  roster::Span span{from_, vietnam_moment(window_.to + 1)};
  for (const auto& holiday : catalogue().calendar().windows(window_.from, window_.to)) {
    if (holiday.last_work_before == window_.from) span = {holiday.from, holiday.to};
  }
  std::set<UnitId> wanted;
  if (unit_) {
    wanted.insert(*unit_);
  } else {
    TRY(const auto* owing, owed());
    for (const auto& one : *owing) {
      if (one.duty->recurrence == law::Recurrence::each_holiday) wanted.insert(one.unit);
    }
    TRY(const auto shifts, roster::list_shifts(connection_, scope_, {.unit = {}, .span = span}));
    for (const auto& shift : shifts) wanted.insert(shift.unit);
  }
  std::vector<roster::DutyBook> books;
  for (const auto unit : wanted) {
    TRY(auto book, roster::duty_book(connection_, scope_, unit, span, now_));
    books.push_back(std::move(book));
  }
  std::ranges::sort(books, [](const auto& a, const auto& b) {
    const int order = compare_vietnamese(a.unit_name, b.unit_name);
    return order != 0 ? order < 0 : a.unit < b.unit;
  });
  books_ = std::move(books);
  return &*books_;
}

Counted unknown(LocalText why) { return {report::Unknown{std::move(why)}, {}, false}; }

Counted number_of(std::set<std::string> rows) {
  const auto count = static_cast<std::int64_t>(rows.size());
  return {count, std::move(rows), true};
}

Counted share_of(std::set<std::string> rows, std::size_t whole, LocalText why_none) {
  if (whole == 0) return unknown(std::move(why_none));
  const auto part = static_cast<std::int64_t>(rows.size());
  return {report::Ratio{part, static_cast<std::int64_t>(whole)}, std::move(rows), true};
}

Counted not_begun() { return unknown({"kỳ này chưa bắt đầu", "the period has not begun"}); }

Counted not_read(const Gathering& gathering) {
  const auto day = report::describe(gathering.day());
  return unknown({"chưa có số liệu tại thời điểm ngày " + day.vi, "how it stood on " + day.en + " was not recorded"});
}

Result<Counted> count_metric(Gathering& gathering, std::string_view id) { return count_metric(gathering, id, nullptr); }

Result<Counted> count_metric(Gathering& gathering, std::string_view id, Result<std::set<std::string>> (*rows)(Gathering&, std::string_view)) {
  const auto* metric = gathering.catalogue().metric(id);
  if (metric == nullptr) return unknown({"chỉ số này không có trong nội dung đang dùng", "the content in use has no such metric"});
  TRY(const auto* measured, gathering.metric(std::string(id)));
  const auto& measurement = measured->measurement;
  if (!measurement.known() || measurement.exempt) return unknown(why_of(measurement, metric));
  Counted counted;
  const auto part = static_cast<std::int64_t>(std::llround(measurement.part));
  if (measurement.whole) {
    counted.value = report::Ratio{part, static_cast<std::int64_t>(std::llround(*measurement.whole))};
  } else {
    counted.value = part;
  }
  for (const auto record : measured->records) counted.rows.insert(key_of("record", record));
  if (metric->source != law::Metric::Source::live) return counted;
  if (!gathering.is_live()) {
    counted.rows.insert("reading:" + std::string(id) + ":" + to_string(gathering.day()));
  } else if (rows != nullptr) {
    TRY(counted.rows, rows(gathering, id));
    counted.of_rows = true;
  }
  return counted;
}

}  // namespace khien::reporting

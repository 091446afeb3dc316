#include "khien/incident/imports.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>

#include "khien/core/hash.hpp"
#include "khien/core/moment.hpp"
#include "khien/core/text.hpp"
#include "khien/estate/units.hpp"
#include "khien/incident/refusal.hpp"
#include "khien/model/table_columns.hpp"

namespace khien::incident {
namespace {

constexpr std::size_t kMostRows = 500;
constexpr std::size_t kMostNamed = 200;
constexpr std::size_t kMostShown = 100;      // bytes of a value
constexpr std::size_t kMostReference = 100;  // bytes

const std::array<Column, 8> kColumns{{
    {"unit", true, {"don vi", "unit", "co quan", "co quan don vi", "don vi xay ra su co", "ma don vi", "unit id", "unit code"}},
    {"title", true, {"ten su co", "su co", "title", "name", "tieu de", "incident"}},
    {"kind", true, {"loai", "loai su co", "kind", "type"}},
    {"severity", true, {"muc do", "muc", "severity", "muc do nghiem trong"}},
    {"detected_at", true, {"thoi diem phat hien", "phat hien luc", "ngay gio phat hien", "detected at", "detected", "thoi gian phat hien"}},
    {"words", true, {"mo ta", "noi dung", "dien bien", "words", "description", "su viec"}},
    {"reference", false, {"ma", "ma su co", "so", "so hieu", "reference", "ref", "id", "ma tham chieu"}},
    {"personal_data", false, {"du lieu ca nhan", "personal data", "lo du lieu ca nhan"}},
}};

template <class Value>
struct Word {
  std::string_view word;
  Value value;
};
constexpr std::array<Word<Kind>, 20> kKindWords{{
    {"malware", Kind::malware}, {"ma doc", Kind::malware}, {"website", Kind::website}, {"trang web", Kind::website}, {"chen noi dung", Kind::website},
    {"intrusion", Kind::intrusion}, {"xam nhap", Kind::intrusion}, {"xam nhap trai phep", Kind::intrusion}, {"data breach", Kind::data_breach},
    {"lo du lieu", Kind::data_breach}, {"lo lot du lieu", Kind::data_breach}, {"ro ri du lieu", Kind::data_breach}, {"phishing", Kind::phishing},
    {"lua dao", Kind::phishing}, {"denial of service", Kind::denial_of_service}, {"tu choi dich vu", Kind::denial_of_service},
    {"ddos", Kind::denial_of_service}, {"dos", Kind::denial_of_service}, {"other", Kind::other}, {"khac", Kind::other},
}};
constexpr std::array<Word<Severity>, 8> kSeverityWords{{
    {"low", Severity::low}, {"thap", Severity::low}, {"medium", Severity::medium}, {"trung binh", Severity::medium}, {"high", Severity::high},
    {"cao", Severity::high}, {"critical", Severity::critical}, {"nghiem trong", Severity::critical},
}};
constexpr std::array<Word<bool>, 12> kFlagWords{{
    {"", false}, {"khong", false}, {"no", false}, {"0", false}, {"false", false}, {"n", false}, {"co", true}, {"yes", true}, {"1", true}, {"true", true},
    {"x", true}, {"y", true},
}};

template <class Words>
auto value_of_word(const Words& words, std::string_view text) -> std::optional<decltype(words.front().value)> {
  const auto found = std::ranges::find(words, words_only(text), [](const auto& one) { return std::string(one.word); });
  return found == words.end() ? std::nullopt : std::optional(found->value);
}

class RowReader {
 public:
  RowReader(const Columns& columns, ImportReading& reading) : columns_(columns), reading_(reading) {}

  void read(const TableRow& row) {
    row_ = &row;
    if (std::ranges::all_of(kColumns, [&](const Column& one) { return value(one.key).empty(); })) return;
    whole_ = true;
    ImportRow made{.row = row.number, .unit = needed("unit"), .reference = std::string(truncate(value("reference"), kMostReference)), .incident = {}};
    made.incident = {.unit = {}, .title = needed("title"), .detected_at = moment(), .words = needed("words"), .traits = {}, .findings = {}, .source = Source::outside};
    made.incident.kind = one_of(kKindWords, "kind", {"Không có loại sự cố này: mã độc, trang web, xâm nhập, lộ dữ liệu, lừa đảo, từ chối dịch vụ, khác.",
                                                     "There is no such kind: malware, website, intrusion, data breach, phishing, denial of service, other."}).value_or(Kind::other);
    made.incident.severity = one_of(kSeverityWords, "severity", {"Mức độ phải là: thấp, trung bình, cao, nghiêm trọng.", "The severity is one of: low, medium, high, critical."}).value_or(Severity::low);
    const auto personal = one_of(kFlagWords, "personal_data", {"Ghi có hoặc không.", "Write yes or no."});
    if (personal == true) made.incident.traits.emplace_back(kPersonalData);
    if (whole_) reading_.rows.push_back(std::move(made));
  }

 private:
  std::string value(std::string_view key) const { return columns_.value(*row_, key); }

  void fault(std::string_view key, LocalText message) {
    whole_ = false;
    ++reading_.problems_total;
    if (reading_.problems.size() == kMostNamed) return;
    reading_.problems.push_back({row_->number, columns_.heading(key), std::string(truncate(value(key), kMostShown)), std::move(message)});
  }
  std::string needed(std::string_view key) {
    auto text = value(key);
    if (text.empty()) fault(key, {"Ô này không được để trống.", "This cell must not be empty."});
    return text;
  }
  Timestamp moment() {
    const auto text = value("detected_at");
    const auto read = read_moment(text);
    // The clocks run from it: an hour that nobody wrote would be one that we made up.
    const bool has_hour = text.find(':') != std::string::npos;
    if (!read || !has_hour) fault("detected_at", {"Cần cả ngày và giờ phát hiện, như 26/11/2026 08:30.", "Day and hour of detection are needed, such as 2026-11-26 08:30."});
    return read.value_or(Timestamp{});
  }
  template <class Words>
  auto one_of(const Words& words, std::string_view key, LocalText message) -> std::optional<decltype(words.front().value)> {
    const auto found = value_of_word(words, value(key));
    if (!found) fault(key, std::move(message));
    return found;
  }

  const Columns& columns_;
  ImportReading& reading_;
  const TableRow* row_ = nullptr;
  bool whole_ = true;
};

void fault_of_file(ImportReading& reading, LocalText message) {
  ++reading.problems_total;
  reading.problems.push_back({0, "", "", std::move(message)});
}

// By code, number or name. Two of one name are nobody's guess.
class Units {
 public:
  static Result<Units> load(store::Connection& connection, const store::TenantScope& scope) {
    Units units;
    TRY(const auto all, estate::list_units(connection, scope));
    for (const auto& unit : all) {
      units.by_word_.emplace(words_only(unit.name), unit.id);
      if (!unit.code.empty()) units.by_word_.emplace(words_only(unit.code), unit.id);
      units.by_word_.emplace("#" + std::to_string(unit.id.value), unit.id);
    }
    return units;
  }
  std::optional<UnitId> find(std::string_view text) const {
    const auto [from, to] = by_word_.equal_range(words_only(text));
    const auto number = by_word_.find("#" + neat(text));
    if (from == to) return number == by_word_.end() ? std::nullopt : std::optional(number->second);
    for (auto at = from; at != to; ++at) {
      if (at->second != from->second) return std::nullopt;
    }
    return from->second;
  }

 private:
  std::multimap<std::string, UnitId> by_word_;
};

struct Known {
  UnitId unit;
  Timestamp detected_at;
  bool operator==(const Known&) const = default;
};
Result<std::optional<Known>> known_by(store::Connection& connection, TenantId tenant, const std::string& key) {
  std::optional<Known> known;
  TRY_VOID(connection.query("SELECT unit_id, detected_at FROM incident WHERE tenant_id = ?1 AND outside_key = ?2", {tenant, key}, [&](const store::Row& row) -> Result<void> {
    known = Known{row.id<UnitTag>(0), row.time(1)};
    return {};
  }));
  return known;
}

std::string key_of(const ImportRow& row, UnitId unit) {
  if (!row.reference.empty()) return "ref:" + words_only(row.reference);
  const std::string all = std::to_string(unit.value) + "|" + words_only(row.incident.title) + "|" + std::to_string(row.incident.detected_at.ms);
  return "row:" + sha256(as_bytes(all)).hex();
}

class Importer {
 public:
  Importer(store::Connection& connection, const store::TenantScope& scope, const Rules& rules, const ImportReading& reading, Timestamp now)
      : connection_(connection), scope_(scope), rules_(rules), reading_(reading), now_(now) {}

  // What is to be opened; the report has what is wrong.
  Result<std::vector<NewIncident>> plan(ImportReport& report) {
    TRY(const auto units, Units::load(connection_, scope_));
    std::vector<NewIncident> fresh;
    std::map<std::string, Known> here;
    for (const ImportRow& row : reading_.rows) {
      const auto unit = units.find(row.unit);
      if (!unit) {
        fault(report, row, "unit", row.unit, {"Không có đơn vị này trong phạm vi của bạn, hoặc có nhiều đơn vị cùng tên: ghi mã đơn vị.", "There is no such unit in your scope, or several have the name: write its code."});
        continue;
      }
      NewIncident incident = row.incident;
      incident.unit = *unit;
      incident.outside_key = key_of(row, *unit);
      const Known its{*unit, incident.detected_at};
      TRY(auto known, known_by(connection_, scope_.tenant(), incident.outside_key));
      if (const auto before = here.find(incident.outside_key); !known && before != here.end()) known = before->second;
      if (known && *known != its) {
        fault(report, row, "reference", row.reference, {"Mã này đã dùng cho một sự cố khác (khác đơn vị hoặc thời điểm phát hiện).", "The number is another incident's (of another unit or moment)."});
      } else if (known) {
        ++report.known;
      } else {
        TRY_VOID(check(report, row, incident, fresh));
        here.emplace(incident.outside_key, its);
      }
    }
    return fresh;
  }

 private:
  Result<void> check(ImportReport& report, const ImportRow& row, const NewIncident& incident, std::vector<NewIncident>& fresh) {
    const auto checked = checked_incident(connection_, scope_, rules_, incident, now_);
    if (checked) {
      fresh.push_back(incident);
      return {};
    }
    const auto* refusal = refusal_of(checked.error());
    if (refusal == nullptr) return checked.error();
    const std::string field(refusal->field == "traits" ? std::string_view("personal_data") : refusal->field);
    fault(report, row, field, field == "detected_at" ? to_rfc3339(incident.detected_at) : std::string(), {refusal->vi, refusal->en});
    return {};
  }

  void fault(ImportReport& report, const ImportRow& row, std::string_view key, std::string_view value, LocalText message) const {
    ++report.problems_total;
    if (report.problems.size() == kMostNamed) return;
    const auto heading = std::ranges::find(reading_.headings, key, &std::pair<std::string, std::string>::first);
    report.problems.push_back({row.row, heading == reading_.headings.end() ? std::string(key) : heading->second, std::string(truncate(value, kMostShown)), std::move(message)});
  }

  store::Connection& connection_;
  const store::TenantScope& scope_;
  const Rules& rules_;
  const ImportReading& reading_;
  Timestamp now_;
};

}  // namespace

ImportReading read_incidents(const Table& table) {
  ImportReading reading;
  const auto columns = Columns::find(kColumns, table);
  if (!columns) {
    fault_of_file(reading, {"Không tìm thấy dòng tiêu đề. Cần các cột: Đơn vị, Tên sự cố, Loại, Mức độ, Thời điểm phát hiện, Mô tả.",
                            "No row of headings was found. Needed columns: unit, title, kind, severity, detected at, description."});
    return reading;
  }
  for (const Column& one : kColumns) {
    if (columns->has(one.key)) reading.headings.emplace_back(one.key, columns->heading(one.key));
  }
  if (columns->rows().size() > kMostRows) {
    fault_of_file(reading, {"Mỗi lần nhập tối đa 500 dòng.", "At most 500 rows at a time."});
    return reading;
  }
  RowReader reader(*columns, reading);
  for (const TableRow& row : columns->rows()) reader.read(row);
  return reading;
}

Result<ImportReport> import_incidents(store::Connection& connection, const store::TenantScope& scope, const Rules& rules, const ImportReading& reading,
                                      UserId who, Timestamp now) {
  ImportReport report{.rows = static_cast<std::int64_t>(reading.rows.size()), .incidents = {}, .problems_total = reading.problems_total, .problems = reading.problems};
  Importer importer(connection, scope, rules, reading, now);
  TRY(const auto fresh, importer.plan(report));
  std::ranges::sort(report.problems, [](const ImportProblem& a, const ImportProblem& b) { return std::pair(a.row, a.column) < std::pair(b.row, b.column); });
  if (report.problems_total > 0) {
    report.known = 0;
    return report;
  }
  for (const NewIncident& incident : fresh) {
    TRY(const auto id, open_incident(connection, scope, rules, incident, who, now));
    report.incidents.push_back(id);
  }
  report.opened = static_cast<std::int64_t>(report.incidents.size());
  return report;
}

}  // namespace khien::incident

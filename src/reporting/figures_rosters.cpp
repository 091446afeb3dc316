#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include "gathering.hpp"

// Who is, or was, on duty in a holiday: planned before it begins, so told ahead.

namespace khien::reporting {
namespace {

Result<Counted> count_shifts(Gathering& gathering, std::string_view) {
  TRY(const auto* books, gathering.duty_books());
  std::set<std::string> rows;
  for (const auto& book : *books) {
    for (const auto& shift : book.shifts) rows.insert(key_of("shift", shift.id));
  }
  return number_of(std::move(rows));
}

Result<Counted> count_gap_minutes(Gathering& gathering, std::string_view) {
  TRY(const auto* books, gathering.duty_books());
  if (books->empty()) return unknown({"không đơn vị nào phải trực và không có ca trực nào", "no unit has to be on duty, and there is no shift"});
  // Of a unit without any shift here it is not known who is there; it is told in the table.
  if (std::ranges::all_of(*books, [](const auto& book) { return book.shifts.empty(); })) {
    return unknown({"chưa xếp ca trực nào trên hệ thống", "no shift was entered here"});
  }
  Counted counted;
  std::int64_t minutes = 0;
  for (const auto& book : *books) {
    if (book.shifts.empty()) continue;
    minutes += book.coverage.gap_minutes;
    if (book.coverage.gap_minutes > 0) counted.rows.insert(key_of("unit", book.unit));
  }
  counted.value = minutes;
  return counted;
}

Result<Counted> count_answered(Gathering& gathering, std::string_view) {
  TRY(const auto* books, gathering.duty_books());
  std::size_t calls = 0;
  std::set<std::string> answered;
  for (const auto& book : *books) {
    calls += book.pings.size();
    for (const auto& ping : book.pings) {
      if (ping.answered_at) answered.insert(key_of("call", ping.id));
    }
  }
  return share_of(std::move(answered), calls, {"chưa gọi thử lần nào", "no test call was made"});
}

constexpr std::array<FigureRule, 3> kFigures{{
    {"rosters_gap_minutes", "Số phút không có người trực", "Minutes without anyone on duty", "phút", "minutes", "rosters_gap_minutes@2", count_gap_minutes, true},
    {"roster.shifts", "Số ca trực", "Shifts", "ca trực", "shifts", "roster.shifts@2", count_shifts, true},
    {"roster.answered", "Tỷ lệ cuộc gọi thử được trả lời", "Test calls answered", "", "", "roster.answered@2", count_answered, true},
}};

using report::ColumnType;
constexpr std::array<ColumnRule, 6> kRosterColumns{{{"from", "Từ", "From", ColumnType::moment, 2}, {"to", "Đến", "To", ColumnType::moment, 2},
                                                    {"unit", "Đơn vị", "Unit", ColumnType::text, 3}, {"person", "Người trực", "Person", ColumnType::text, 3},
                                                    {"phone", "Điện thoại", "Phone", ColumnType::text, 2}, {"answered", "Gọi thử", "Answered", ColumnType::text, 1}}};
constexpr std::array<ColumnRule, 4> kGapColumns{{{"from", "Từ", "From", ColumnType::moment, 2}, {"to", "Đến", "To", ColumnType::moment, 2},
                                                 {"unit", "Đơn vị", "Unit", ColumnType::text, 3}, {"minutes", "Số phút", "Minutes", ColumnType::number, 1}}};

bool is_of(const roster::Call& call, const roster::Shift& shift) {
  return call.step != roster::CallStep::leader && call.at >= shift.span.from && call.at < shift.span.to && call.person == shift.person &&
         call.phone == shift.phone && call.user == shift.user;
}

// Who is taken to have answered: whoever signed in to say so, or the last who was reached by
// telephone, when another wrote it down.
const roster::Call* answering(const roster::Ping& ping) {
  const roster::Call* found = nullptr;
  for (const auto& call : ping.calls) {
    if (!ping.answered_at || call.at > *ping.answered_at) continue;
    if (call.user && call.user == ping.answered_by) return &call;
    if (!call.user) found = &call;
  }
  return found;
}

// Of the calls that went to this person in the shift; one that was not answered counts most.
Result<std::string> answered_words(Gathering& gathering, const roster::DutyBook& book, const roster::Shift& shift) {
  std::string words = "Chưa gọi";
  for (const auto& ping : book.pings) {
    const auto own = std::ranges::find_if(ping.calls, [&](const auto& call) { return is_of(call, shift); });
    if (own == ping.calls.end()) continue;
    const auto* by = answering(ping);
    if (by == nullptr) return std::string("Không trả lời");
    if (!is_of(*by, shift)) return "Không trả lời; " + by->person + " trả lời";
    words = "Có trả lời";
    if (by->user) continue;
    TRY(const auto writer, gathering.person(ping.answered_by));
    words += " qua điện thoại, " + writer + " ghi";
  }
  return words;
}

void sort_by_time(std::vector<report::Table::Row>& rows) {
  std::ranges::sort(rows, {}, [](const report::Table::Row& row) { return std::tuple(std::get<Timestamp>(row.cells[0]), std::get<std::string>(row.cells[2]), row.key); });
}

Result<Filled> fill_shifts(Gathering& gathering) {
  TRY(const auto* books, gathering.duty_books());
  std::vector<report::Table::Row> rows;
  for (const auto& book : *books) {
    for (const auto& shift : book.shifts) {
      const std::string person = shift.person + (shift.part == roster::Part::deputy ? " (dự phòng)" : "");
      TRY(auto answered, answered_words(gathering, book, shift));
      rows.push_back({.key = key_of("shift", shift.id),
                      .cells = {shift.span.from, shift.span.to, book.unit_name, person, shift.phone, std::move(answered)}});
    }
  }
  sort_by_time(rows);
  return Filled(std::move(rows));
}

Result<Filled> fill_gaps(Gathering& gathering) {
  TRY(const auto* books, gathering.duty_books());
  std::vector<report::Table::Row> rows;
  for (const auto& book : *books) {
    if (book.shifts.empty()) {
      rows.push_back({.key = key_of("unit", book.unit),
                      .cells = {book.window.from, book.window.to, book.unit_name, report::Unknown{{"chưa xếp ca trực nào", "no shift was entered"}}}});
      continue;
    }
    for (const auto& gap : book.coverage.gaps) {
      rows.push_back({.key = key_of("unit", book.unit), .cells = {gap.from, gap.to, book.unit_name, roster::minutes_of(gap)}});
    }
  }
  sort_by_time(rows);
  return Filled(std::move(rows));
}

constexpr std::array<TableRule, 2> kTables{{
    {"roster.list", "Lịch trực", "Roster", "roster.list@2", kRosterColumns, fill_shifts, nullptr, nullptr, true},
    {"roster.gaps", "Khoảng trống không có người trực", "Gaps without anyone on duty", "roster.gaps@2", kGapColumns, fill_gaps, nullptr, nullptr, true},
}};

}  // namespace

std::span<const FigureRule> roster_figures() { return kFigures; }
std::span<const TableRule> roster_tables() { return kTables; }

}  // namespace khien::reporting

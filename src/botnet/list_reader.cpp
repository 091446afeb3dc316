#include "khien/botnet/list_reader.hpp"

#include <algorithm>
#include <array>

#include "khien/core/moment.hpp"
#include "khien/core/text.hpp"
#include "list_parts.hpp"
#include "khien/model/table_columns.hpp"

namespace khien::botnet {
namespace {

constexpr std::size_t kMostText = 200;  // bytes
constexpr std::size_t kMostValue = 120;
constexpr std::size_t kMostNamedSheets = 5;

const std::array<Column, 8> kColumns{{
    {"address", true, {"ip", "dia chi ip", "ip address", "address", "dia chi", "ip botnet", "dia chi ip botnet", "ip nhiem",
                       "ip nhiem ma doc", "dia chi ip nhiem", "dia chi ip nhiem ma doc", "src ip", "source ip", "srcip", "ip nguon",
                       "dia chi nguon", "public ip", "ip public", "dia chi ip public", "ip cong khai", "bot ip", "infected ip",
                       "victim ip", "ip may nhiem", "dia chi ip may nhiem"}},
    {"port", false, {"port", "cong", "src port", "source port", "cong nguon", "srcport"}},
    {"seen", false, {"thoi gian", "time", "timestamp", "seen", "last seen", "thoi diem", "thoi gian phat hien", "ngay phat hien",
                     "thoi gian ghi nhan", "thoi diem ghi nhan", "lan cuoi", "lan cuoi ghi nhan", "detected at", "date", "ngay",
                     "ngay gio", "datetime", "date time", "seen at", "thoi gian ket noi"}},
    {"hour", false, {"gio", "gio phat hien", "hour", "time of day"}},
    {"malware", false, {"loai ma doc", "ma doc", "malware", "malware family", "family", "ten ma doc", "botnet", "mang botnet",
                        "loai botnet", "ten botnet", "infection", "threat", "ho ma doc", "dong ma doc", "type", "loai"}},
    {"controller", false, {"c2", "c c", "cc", "c2 address", "c2 server", "c2 ip", "ip c2", "dia chi c2", "may chu c2", "c c server",
                           "may chu c c", "may chu dieu khien", "dia chi may chu dieu khien", "ip may chu dieu khien",
                           "ip dieu khien", "controller", "dst ip", "dest ip", "destination ip", "dstip", "ip dich", "dia chi dich"}},
    {"controller_port", false, {"c2 port", "cong c2", "dst port", "destination port", "cong dich", "cong may chu dieu khien", "dstport"}},
    {"origin", false, {"nguon", "source", "nguon tin", "nguon phat hien", "feed", "reporter", "don vi phat hien"}},
}};

constexpr std::array<std::string_view, 9> kSheetErrors{"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"};

bool is_sheet_error(std::string_view text) {
  const bool too_narrow = text.size() >= 3 && text.find_first_not_of('#') == text.npos;
  return too_narrow || std::ranges::find(kSheetErrors, text) != kSheetErrors.end();
}

// One row of a list with headings.
class RowReader {
 public:
  RowReader(const Columns& columns, ListTaker& taker) : columns_(columns), taker_(taker) {}

  void read(const TableRow& row) {
    bool blank = true;
    for (const Column& column : kColumns) blank = blank && columns_.value(row, column.key).empty();
    if (blank) return;
    ++taker_.reading.rows;
    if (taker_.is_full()) return;
    row_ = &row;
    whole_ = true;
    ListEntry entry{.row = row.number, .address = {}, .port = {}, .seen_at = {}, .malware = {}, .controller = {}, .controller_port = {}, .origin = {}};
    read_address(entry);
    entry.seen_at = read_seen();
    read_controller(entry);
    entry.malware = text("malware");
    entry.origin = text("origin");
    if (whole_) taker_.entry(std::move(entry), columns_.heading("address"), columns_.value(row, "address"));
  }

 private:
  std::string value(std::string_view key) const { return columns_.value(*row_, key); }
  void fault(std::string_view key, LocalText message) {
    whole_ = false;
    taker_.problem(row_->number, columns_.heading(key), value(key), std::move(message));
  }

  std::string text(std::string_view key) {
    const std::string words = value(key);
    if (is_sheet_error(words)) fault(key, {"Ô báo lỗi của bảng tính.", "The cell shows an error of the spreadsheet."});
    if (words.size() > kMostText) fault(key, {"Văn bản quá dài (tối đa 200 byte).", "The text is too long (200 bytes at most)."});
    return words;
  }

  std::optional<int> port(std::string_view key) {
    const std::string words = value(key);
    if (words.empty() || words == "-" || words == "0") return std::nullopt;
    const auto read = read_endpoint("192.0.2.1:" + words);
    if (const auto* endpoint = std::get_if<Endpoint>(&read)) return endpoint->port;
    fault(key, words_of(AddressFault::port));
    return std::nullopt;
  }

  void read_address(ListEntry& entry) {
    const std::string words = value("address");
    entry.port = port("port");
    if (words.empty()) return fault("address", {"Thiếu địa chỉ IP.", "The IP address is missing."});
    const auto read = read_endpoint(words);
    if (const auto* wrong = std::get_if<AddressFault>(&read)) return fault("address", words_of(*wrong));
    const auto& endpoint = std::get<Endpoint>(read);
    entry.address = endpoint.address;
    if (endpoint.port && entry.port && endpoint.port != entry.port) {
      return fault("port", {"Hai cổng khác nhau cho cùng một địa chỉ.", "Two different ports for one address."});
    }
    if (endpoint.port) entry.port = endpoint.port;
  }

  std::optional<Timestamp> read_seen() {
    const std::string words = value("seen"), hour = value("hour");
    if (words.empty() && hour.empty()) return std::nullopt;
    const auto moment = read_moment(hour.empty() ? words : words + " " + hour);
    const std::string_view key = words.empty() ? "hour" : "seen";
    if (!moment) {
      fault(key, {"Không đọc được thời gian. Ghi ngày/tháng/năm giờ:phút, ví dụ 20/11/2026 08:15.",
                  "The time cannot be read. Write day/month/year hour:minute, such as 20/11/2026 08:15."});
    } else if (auto late = taker_.too_late(*moment)) {
      fault(key, std::move(*late));
    }
    return moment;
  }

  void read_controller(ListEntry& entry) {
    const std::string words = value("controller");
    entry.controller_port = port("controller_port");
    if (words.empty() || words == "-") return;
    const auto read = read_endpoint(words);
    if (const auto* wrong = std::get_if<AddressFault>(&read)) return fault("controller", words_of(*wrong));
    const auto& endpoint = std::get<Endpoint>(read);
    if (auto why = not_public(endpoint.address)) return fault("controller", std::move(*why));
    entry.controller = endpoint.address;
    if (endpoint.port) entry.controller_port = endpoint.port;
  }

  const Columns& columns_;
  ListTaker& taker_;
  const TableRow* row_ = nullptr;
  bool whole_ = true;
};

void note_other_sheets(const Table& table, const Columns& columns, ListTaker& taker) {
  std::string others;
  std::size_t count = 0;
  for (const auto& sheet : table.sheets) {
    if (&sheet == &columns.sheet() || sheet.rows.empty() || ++count > kMostNamedSheets) continue;
    others += (others.empty() ? "“" : ", “") + printable(short_text(sheet.name)) + "”";
  }
  if (others.empty()) return;
  const std::string read = "“" + printable(short_text(columns.sheet().name)) + "”";
  taker.reading.notes.push_back({"Chỉ đọc trang tính " + read + ". Không đọc: " + others + ".", "Only the sheet " + read + " is read, not " + others + "."});
}

void read_with_headings(const Table& table, const Columns& columns, ListTaker& taker) {
  RowReader reader(columns, taker);
  for (const auto& row : columns.rows()) reader.read(row);
  note_other_sheets(table, columns, taker);
}

std::string key_of(const ListEntry& entry) {
  std::string key(reinterpret_cast<const char*>(entry.address.bytes.data()), entry.address.bytes.size());
  (key += std::to_string(entry.port.value_or(0))) += '|';
  (key += std::to_string(entry.seen_at ? entry.seen_at->ms : -1)) += '|';
  (key += fold(entry.malware)) += '|';
  if (entry.controller) key.append(reinterpret_cast<const char*>(entry.controller->bytes.data()), entry.controller->bytes.size());
  (key += '|') += std::to_string(entry.controller_port.value_or(0));
  return key;
}

}  // namespace

std::string short_text(std::string_view text) { return std::string(truncate(text, kMostValue)); }

ListTaker::ListTaker(Date listed_on) : ends_at_(vietnam_moment(listed_on + 1)) {}

void ListTaker::problem(std::int64_t row, std::string_view column, std::string_view value, LocalText message) {
  ++reading.problems_total;
  if (reading.problems.size() < kMostProblems) reading.problems.push_back({row, short_text(column), short_text(value), std::move(message)});
}

std::optional<LocalText> ListTaker::too_late(Timestamp seen) const {
  if (seen < ends_at_) return std::nullopt;
  return LocalText{"Thời gian ghi nhận muộn hơn ngày của danh sách. Kiểm tra lại ngày của danh sách, hoặc ngày và tháng bị đảo.",
                   "Seen after the day of the list. Check the list's day, or whether day and month are swapped."};
}

void ListTaker::entry(ListEntry entry, std::string_view column, std::string_view value) {
  if (auto why = not_public(entry.address)) return problem(entry.row, column, value, std::move(*why));
  if (!known_.insert(key_of(entry)).second) {
    ++reading.duplicates;
    return;
  }
  reading.entries.push_back(std::move(entry));
}

ListReading read_list(const Table& table, Date listed_on) {
  ListTaker taker(listed_on);
  const auto columns = Columns::find(kColumns, table);
  if (columns) {
    read_with_headings(table, *columns, taker);
  } else {
    read_free_text(table, taker);
    taker.reading.notes.push_back({"Không có dòng tiêu đề: các địa chỉ IP được tìm trong văn bản.",
                                   "There is no row of headings: the addresses were found in the text."});
  }
  if (taker.is_full()) {
    taker.reading.entries.clear();
    taker.problem(0, "", std::to_string(taker.reading.rows), {"Danh sách có quá nhiều dòng (tối đa 100.000).", "The list has too many rows (100,000 at most)."});
  } else if (taker.reading.entries.empty() && taker.reading.problems_total == 0 && !columns) {
    taker.problem(0, "", "", {"Không tìm thấy địa chỉ IP nào. Danh sách không có địa chỉ nào thì ghi vào nhật ký tra cứu, hoặc dùng tệp chỉ có dòng tiêu đề.",
                              "No IP address was found. A look-up that found none goes into the look-up log; a file with headings alone is an empty list."});
  }
  auto notes = table.notes;
  notes.insert(notes.end(), taker.reading.notes.begin(), taker.reading.notes.end());
  taker.reading.notes = std::move(notes);
  return std::move(taker.reading);
}

Table table_of_text(std::string_view text) {
  const std::string valid = to_valid_utf8(text);
  const auto composed = nfc(valid);
  const std::string_view all = composed ? std::string_view(*composed) : std::string_view(valid);
  Table table;
  auto& sheet = table.sheets.emplace_back();
  std::int64_t number = 0;
  for (std::size_t at = 0; at < all.size();) {
    const auto end = std::min(all.find('\n', at), all.size());
    std::string line(all.substr(at, end - at));
    ++number;
    at = end + 1;
    if (!neat(line).empty()) sheet.rows.push_back({number, {std::move(line)}});
  }
  return table;
}

}  // namespace khien::botnet

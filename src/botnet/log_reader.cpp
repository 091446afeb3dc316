#include "khien/botnet/log_reader.hpp"

#include <array>

#include "khien/core/moment.hpp"
#include "list_parts.hpp"
#include "khien/model/table_columns.hpp"

namespace khien::botnet {
namespace {

constexpr std::size_t kMostNamed = 20;

const std::array<Column, 6> kColumns{{
    {"time", true, {"time", "thoi gian", "timestamp", "date", "datetime", "date time", "ngay gio", "thoi diem", "eventtime", "event time",
                    "receive time"}},
    {"inside", true, {"inside", "inside address", "ip noi bo", "dia chi noi bo", "dia chi ip noi bo", "src", "src ip", "srcip", "source",
                      "source ip", "source address", "ip nguon", "dia chi nguon", "client", "client ip", "may"}},
    {"outside", true, {"outside", "outside address", "ip ben ngoai", "dia chi ben ngoai", "dst", "dst ip", "dstip", "dest ip",
                       "destination", "destination ip", "destination address", "ip dich", "dia chi dich", "server ip", "remote ip"}},
    {"port", false, {"port", "cong", "dst port", "dstport", "destination port", "cong dich"}},
    {"translated", false, {"nat", "nat ip", "nat address", "nat src", "nat source ip", "transip", "translated ip", "dia chi nat",
                           "ip nat", "ip cong khai", "public ip", "dia chi sau nat"}},
    {"translated_port", false, {"nat port", "transport port", "transport", "cong nat", "nat source port"}},
}};

class LineReader {
 public:
  LineReader(const Columns& columns, LogReading& reading) : columns_(columns), reading_(reading) {}

  void read(const TableRow& row) {
    if (columns_.value(row, "time").empty() && columns_.value(row, "inside").empty() && columns_.value(row, "outside").empty()) return;
    ++reading_.rows;
    row_ = &row;
    whole_ = true;
    LogLine line{.row = row.number, .at = {}, .inside = {}, .outside = {}, .outside_port = {}, .translated = {}, .translated_port = {}};
    const auto at = read_moment(columns_.value(row, "time"));
    if (!at) fault("time", {"Không đọc được thời gian.", "The time cannot be read."});
    line.at = at.value_or(Timestamp{});
    line.inside = address("inside").value_or(Endpoint{}).address;
    const auto outside = address("outside").value_or(Endpoint{});
    line.outside = outside.address;
    line.outside_port = port("port");
    if (outside.port) line.outside_port = outside.port;
    read_translated(line);
    if (whole_) reading_.lines.push_back(line);
    if (!whole_) ++reading_.unread;
  }

 private:
  void fault(std::string_view key, LocalText message) {
    // One reason a line is enough.
    if (whole_ && reading_.problems.size() < kMostNamed) {
      reading_.problems.push_back({row_->number, short_text(columns_.heading(key)), short_text(columns_.value(*row_, key)), std::move(message)});
    }
    whole_ = false;
  }

  std::optional<Endpoint> address(std::string_view key) {
    const auto read = read_endpoint(columns_.value(*row_, key));
    if (const auto* endpoint = std::get_if<Endpoint>(&read)) return *endpoint;
    fault(key, words_of(std::get<AddressFault>(read)));
    return std::nullopt;
  }

  std::optional<int> port(std::string_view key) {
    const std::string words = columns_.value(*row_, key);
    if (words.empty() || words == "0" || words == "-") return std::nullopt;
    const auto read = read_endpoint("192.0.2.1:" + words);
    if (const auto* endpoint = std::get_if<Endpoint>(&read)) return endpoint->port;
    fault(key, words_of(AddressFault::port));
    return std::nullopt;
  }

  // Lines that were not translated have nothing there, or zeros.
  void read_translated(LogLine& line) {
    const std::string words = columns_.value(*row_, "translated");
    if (words.empty() || words == "-" || words == "0.0.0.0") return;
    const auto endpoint = address("translated");
    if (!endpoint) return;
    line.translated = endpoint->address;
    line.translated_port = endpoint->port ? endpoint->port : port("translated_port");
  }

  const Columns& columns_;
  LogReading& reading_;
  const TableRow* row_ = nullptr;
  bool whole_ = true;
};

}  // namespace

LogReading read_log(const Table& table) {
  LogReading reading;
  const auto columns = Columns::find(kColumns, table);
  if (!columns) {
    reading.problems.push_back({0, "", "", {"Không tìm thấy dòng tiêu đề. Cần cột: Thời gian, IP nội bộ, IP đích.",
                                            "No row of headings was found. Needed columns: time, inside address, outside address."}});
    return reading;
  }
  LineReader reader(*columns, reading);
  for (const auto& row : columns->rows()) reader.read(row);
  return reading;
}

}  // namespace khien::botnet

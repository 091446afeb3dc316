#include <utility>

#include "khien/duty/csv.hpp"
#include "khien/request/requests.hpp"
#include "words.hpp"

namespace khien::request {
namespace {

std::string state_words(State state, bool vietnamese) {
  switch (state) {
    case State::sent: return vietnamese ? "Đã gửi, chưa đọc" : "Sent, not read";
    case State::read: return vietnamese ? "Đã đọc" : "Read";
    case State::answered: return vietnamese ? "Đã trả lời, chờ duyệt" : "Answered, to be looked at";
    case State::returned: return vietnamese ? "Yêu cầu bổ sung" : "More is asked for";
    case State::accepted: break;
  }
  return vietnamese ? "Đạt" : "Done";
}

std::string late_words(const Asked& asked, bool vietnamese) {
  if (asked.late) return vietnamese ? "Quá hạn" : "Overdue";
  if (asked.answered_late) return vietnamese ? "Trả lời muộn" : "Answered late";
  return "";
}

std::string time_or_none(const std::optional<Timestamp>& time) { return time ? time_words(*time) : ""; }

Result<std::string> file_names(store::Connection& connection, const store::TenantScope& scope, const std::vector<EvidenceId>& ids) {
  TRY(const auto files, evidence_of(connection, scope, ids));
  std::string names;
  for (const auto& file : files) (names += names.empty() ? "" : "; ") += file.file_name;
  return names;
}

std::vector<std::string> headings(const Request& request, bool vietnamese) {
  std::vector<std::string> cells =
      vietnamese ? std::vector<std::string>{"Đơn vị", "Tình trạng", "Hạn", "Đọc lúc", "Người đọc", "Trả lời lúc", "Người trả lời", "Số lần nhắc", "Nội dung", "Tệp"}
                 : std::vector<std::string>{"Unit", "State", "Deadline", "Read at", "Read by", "Answered at", "Answered by", "Reminders", "Words", "Files"};
  cells.insert(cells.end(), request.fields.begin(), request.fields.end());
  return cells;
}

Result<std::vector<std::string>> row_of(store::Connection& connection, const store::TenantScope& scope, const Request& request, const Asked& asked,
                                        bool vietnamese, const NameOf& name_of) {
  TRY(auto files, file_names(connection, scope, asked.evidence));
  std::vector<std::string> cells{asked.unit_name, state_words(asked.state, vietnamese), late_words(asked, vietnamese),
                                 time_or_none(asked.read_at), asked.read_by ? name_of(*asked.read_by) : "", time_or_none(asked.answered_at),
                                 asked.answered_by ? name_of(*asked.answered_by) : "", std::to_string(asked.reminders), asked.words, std::move(files)};
  for (std::size_t i = 0; i < request.fields.size(); ++i) cells.push_back(i < asked.numbers.size() ? std::to_string(asked.numbers[i]) : "");
  return cells;
}

}  // namespace

Result<std::string> request_as_csv(store::Connection& connection, const store::TenantScope& scope, RequestId id, bool vietnamese, const NameOf& name_of,
                                   Timestamp now) {
  TRY(const auto request, get_request(connection, scope, id, now));
  duty::CsvWriter csv;
  csv.row({vietnamese ? "Yêu cầu" : "Request", request.title});
  csv.row({vietnamese ? "Thời hạn" : "Last day", request.due ? day_words(*request.due) : ""});
  csv.row(headings(request, vietnamese));
  AskedQuery query{.state = {}, .unit = {}, .words = {}, .cursor = {}, .limit = 500};
  for (;;) {
    TRY(const auto page, list_asked(connection, scope, id, query, now));
    for (const auto& asked : page.items) {
      TRY(const auto cells, row_of(connection, scope, request, asked, vietnamese, name_of));
      csv.row(cells);
    }
    if (!page.next) return csv.take();
    query.cursor = *page.next;
  }
}

}  // namespace khien::request

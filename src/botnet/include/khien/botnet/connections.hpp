#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "khien/botnet/ids.hpp"
#include "khien/botnet/log_reader.hpp"
#include "khien/botnet/playbook.hpp"
#include "khien/core/result.hpp"
#include "khien/core/time.hpp"
#include "khien/model/ids.hpp"
#include "khien/store/connection.hpp"
#include "khien/store/scope.hpp"

namespace khien::botnet {

// A log of a unit's network against the open addresses of the unit and what is below it. Kept
// is only what touches one: a line to a listed controlling server, or a line that left by the
// listed address within the playbook's window around a time that a list gives. Lines that say
// the same are one, with how often; at most 200 a case and log. Inside is a machine if exactly
// one of the unit's has that address now. Where all kept lines to controlling servers of a case name one
// and the same machine, the case is this machine's, unless somebody said so before.
struct NewLog {
  UnitId unit;
  std::string file_name;
  UserId by;  // {0}: the command line
};
struct LogReport {
  LogId id;
  std::int64_t rows = 0, unread = 0;
  std::int64_t matched = 0;  // lines that touch an address
  std::int64_t kept = 0;     // different ones
  std::int64_t cases = 0;    // that they are about
  std::int64_t machines = 0; // that were found
  std::vector<ListProblem> problems;
};
// Code::not_found for a unit outside of the scope; refused (duty::Refusal) where nothing could
// be read at all.
Result<LogReport> take_log(store::Connection& connection, const store::TenantScope& scope, const Playbook& playbook,
                           const NewLog& log, const LogReading& reading, Timestamp now);

}  // namespace khien::botnet

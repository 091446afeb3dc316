#pragma once

#include <cstdint>
#include <memory>
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
// one of the unit's had that address then. Where all kept lines to controlling servers of a case name one
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
// A log as it touches open addresses, before anything of it is kept. A million lines take a
// second: they are matched on a snapshot, and the writer is held for what is kept alone.
class MatchedLog {
 public:
  MatchedLog(MatchedLog&&) noexcept;
  MatchedLog& operator=(MatchedLog&&) noexcept;
  ~MatchedLog();

 private:
  friend Result<MatchedLog> match_log(store::Connection&, const store::TenantScope&, const Playbook&, const NewLog&, const LogReading&);
  friend Result<LogReport> keep_log(store::Connection&, const store::TenantScope&, const MatchedLog&, Timestamp);
  struct Impl;
  explicit MatchedLog(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};
// Code::not_found for a unit outside of the scope; refused (duty::Refusal) where nothing could
// be read at all. Reads only.
Result<MatchedLog> match_log(store::Connection& connection, const store::TenantScope& scope, const Playbook& playbook, const NewLog& log,
                             const LogReading& reading);
// Of cases that are still open and the unit's.
Result<LogReport> keep_log(store::Connection& connection, const store::TenantScope& scope, const MatchedLog& matched, Timestamp now);

}  // namespace khien::botnet

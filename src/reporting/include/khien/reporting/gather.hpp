#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/result.hpp"
#include "khien/core/time.hpp"
#include "khien/duty/catalogues.hpp"
#include "khien/incident/incident.hpp"
#include "khien/model/ids.hpp"
#include "khien/report/kind.hpp"
#include "khien/report/snapshot.hpp"
#include "khien/store/connection.hpp"
#include "khien/store/scope.hpp"

namespace khien::reporting {

// Which register each source of figures is: content/reports/sources/registers.yaml.
using Registers = std::map<std::string, std::string, std::less<>>;

// What is to be counted. Both days of the window are included; nothing after the cut-off is.
struct Asking {
  const report::Kind& kind;
  report::Period period;
  std::optional<UnitId> unit;  // it and what is below; none: all that the scope sees
  const Registers& registers;
  Timestamp now;
  // Of a kind whose documents follow on each other: the first moment that the one before did
  // not count, and the first that the one after does.
  std::optional<Timestamp> since = {};
  std::optional<Timestamp> until = {};
  // The one that the document tells of; it is told as it stands now.
  std::optional<incident::IncidentId> incident = {};
  bool ahead = false;  // it may be asked before the window begins: a roster
};

// Keys of the rows behind a figure beyond those that the snapshot names, by the figure's id.
using FurtherRows = std::map<std::string, std::vector<std::string>, std::less<>>;

// The last moment that counts: the end of the window, or now if that is earlier.
Timestamp cut_off_of(const report::Window& window, Timestamp now);

// Counts every figure and table that the kind names. Without issuer and words: those are
// people's (reports.hpp).
//
// A figure of a period counts what happened in the window up to the cut-off. A figure of a
// state tells how it stands at the cut-off: now, or as it was read on that day; where nobody
// read it, it is Unknown with the reason. All numbers that another room computes are asked of
// that room.
//
// Of a figure of more rows than a snapshot names the others are put into `further`, where it is
// given.
//
// Reads only. Code::invalid for a figure or table that nothing counts, or a period that lies
// ahead as a whole; where that may be (Asking::ahead), what happens in it is Unknown.
// Where the kind tells of an incident, Snapshot::words proposes what its timeline says.
Result<report::Snapshot> gather(store::Connection& connection, const store::TenantScope& scope,
                                const std::shared_ptr<const duty::TenantLaw>& law, const Asking& asking, FurtherRows* further = nullptr);

// What can be counted: ids of figures and of tables, sorted.
std::vector<std::string_view> known_figures();
std::vector<std::string_view> known_tables();

}  // namespace khien::reporting

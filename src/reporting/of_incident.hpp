#pragma once

#include <map>
#include <string>

#include "gathering.hpp"

namespace khien::reporting {

// The province's own table of severities, in short; the document calls it internal.
LocalText severity_words(Severity severity);
LocalText state_words(incident::State state);

// What an incident and its timeline say of the fields that people write: a proposal, which they
// correct before the document is frozen. Fields of other kinds have none.
Result<std::map<std::string, std::string>> words_of_incident(Gathering& gathering, const report::Kind& kind);

// What those on duty handed over, as a proposal for the field of a roster's record.
Result<std::map<std::string, std::string>> words_of_roster(Gathering& gathering, const report::Kind& kind);

// The clock that a document of the kind meets when it is sent (Kind::meets): of those the first
// that was not met; empty where none is.
std::string clock_met_by(const report::Kind& kind, const incident::IncidentDetail& detail);

}  // namespace khien::reporting

#pragma once

#include "account_records.hpp"
#include "khien/botnet/incidents.hpp"
#include "khien/core/json.hpp"
#include "khien/incident/content.hpp"
#include "khien/incident/imports.hpp"
#include "khien/incident/incidents.hpp"

namespace khien::api {

struct ApiOptions;

// How incidents look in the interface (components/schemas).

void write_incident_clock(JsonWriter& json, const incident::Clock& clock, Timestamp now);
void write_incident(JsonWriter& json, const incident::Incident& incident, const NameMap& names, Timestamp now);
void write_incident_import(JsonWriter& json, const incident::ImportReport& report);
void write_incident_counts(JsonWriter& json, const incident::IncidentCounts& counts);
void write_incident_entry(JsonWriter& json, const incident::IncidentEntry& entry, const NameMap& names);
void write_incident_proposal(JsonWriter& json, const incident::Proposal& proposal, const LocalText& rule, std::string_view unit_name);

// "traits": what may be true of an incident by the rules of its day, and what says so.
void write_incident_traits(JsonWriter& json, const law::Catalogue& catalogue, Timestamp detected, const std::vector<std::string>& said,
                           const std::vector<std::string>& by_severity);

struct IncidentView {
  const incident::IncidentDetail& detail;
  const incident::Rules& rules;
  const ApiOptions& options;  // words of findings
  const NameMap& names;
  const std::vector<botnet::LinkedCase>& botnet;
  bool may_edit = false;
  Timestamp now;
};
void write_incident_detail(JsonWriter& json, const IncidentView& view);

}  // namespace khien::api

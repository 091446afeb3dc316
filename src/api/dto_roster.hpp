#pragma once

#include "account_records.hpp"
#include "call.hpp"
#include "khien/core/json.hpp"
#include "khien/law/calendar.hpp"
#include "khien/roster/needs.hpp"
#include "khien/roster/pings.hpp"
#include "khien/roster/shifts.hpp"

namespace khien::api {

// How rosters look in the interface (components/schemas). A person's name is text from
// people: text in JSON, never markup.

void write_shift(JsonWriter& json, const Call& call, const roster::Shift& shift, const NameMap& names);
void write_roster_span(JsonWriter& json, const roster::Span& span);
void write_roster_spans(JsonWriter& json, std::string_view name, const std::vector<roster::Span>& spans);
void write_duty_ping(JsonWriter& json, const Call& call, const roster::Ping& ping, const NameMap& names);
void write_roster_settings(JsonWriter& json, UnitId unit, std::string_view unit_name, const roster::UnitSettings& settings);

// May whoever asks change a roster that they see?
bool may_plan(const Call& call);

// An attempt that was refused is kept in the audit log beside those that were not.
Reply told_if_refused(const Call& call, Reply reply, std::string_view action, const std::string& what, std::string_view detail = {});

}  // namespace khien::api

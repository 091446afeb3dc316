#pragma once

#include <optional>
#include <string_view>

#include "account_records.hpp"
#include "authenticator.hpp"
#include "khien/core/date.hpp"
#include "khien/core/json.hpp"
#include "khien/estate/enrolment.hpp"
#include "khien/estate/machines.hpp"
#include "khien/estate/units.hpp"
#include "khien/flow/findings.hpp"
#include "khien/model/local_text.hpp"
#include "khien/scan/rules.hpp"

namespace khien::api {

// How our nouns look in the interface (components/schemas). Writers only: what
// comes in is checked by rules.hpp and read field by field.

void write_text(JsonWriter& json, const LocalText& text);
void write_ref(JsonWriter& json, std::int64_t id, std::string_view name);
void write_day(JsonWriter& json, std::string_view name, std::optional<Date> date);
void write_time(JsonWriter& json, std::string_view name, std::optional<Timestamp> time);
void write_next(JsonWriter& json, std::int64_t total, const std::optional<std::string>& next);
// {id, name}, or null where nobody is known by that id.
void write_user_ref(JsonWriter& json, std::optional<UserId> user, const NameMap& names);

void write_session(JsonWriter& json, const Principal& who, Timestamp now);
void write_machine(JsonWriter& json, const estate::Machine& machine, Timestamp now);
void write_machine_facets(JsonWriter& json, const estate::MachineFacets& facets);
void write_machine_detail(JsonWriter& json, const estate::Machine& machine, Timestamp now);
// schema AssetRef.
void write_asset(JsonWriter& json, AssetId asset, std::string_view name);
void write_finding(JsonWriter& json, const flow::FindingRecord& finding, const scan::RuleText& text,
                   const NameMap& names);
void write_unit(JsonWriter& json, const estate::Unit& unit, std::int64_t open_findings);
void write_token(JsonWriter& json, const estate::TokenRecord& token, const NameMap& names);
void write_account(JsonWriter& json, const AccountRecord& account, const UnitSet& units);

// Why a machine is not simply protected, in words; empty if it is.
std::vector<LocalText> health_reasons(const estate::Machine& machine, Timestamp now);

}  // namespace khien::api

#pragma once

#include <optional>
#include <string_view>

#include "account_records.hpp"
#include "khien/core/date.hpp"
#include "khien/core/json.hpp"
#include "khien/duty/agenda.hpp"
#include "khien/duty/cell.hpp"
#include "khien/duty/directives.hpp"
#include "khien/duty/level_plan.hpp"
#include "khien/duty/matrix.hpp"
#include "khien/duty/register_records.hpp"

namespace khien::api {

// How the nouns of law and duty look in the interface. Writers only.

void write_date(JsonWriter& json, std::string_view name, std::optional<Date> date);
void write_words(JsonWriter& json, std::string_view name, const LocalText& text);
// Null where there is none.
void write_words_or_null(JsonWriter& json, std::string_view name, const std::optional<LocalText>& text);
void write_text_or_null(JsonWriter& json, std::string_view name, const std::optional<std::string>& text);
// {id, name} of somebody who is known to exist.
void write_person(JsonWriter& json, UserId user, const NameMap& names);
void write_person_or_null(JsonWriter& json, std::string_view name, std::optional<UserId> user, const NameMap& names);
LocalText issuer_of(const law::Directive& directive);

void write_evidence(JsonWriter& json, const duty::Evidence& evidence, const NameMap& names);
void write_evidence_list(JsonWriter& json, const std::vector<duty::Evidence>& evidence, const NameMap& names);
// decided_by, decided_at, decision_note.
void write_decision(JsonWriter& json, const duty::Handling& handling, const NameMap& names);
void write_duty_record(JsonWriter& json, const duty::DutyRecord& record, const duty::TenantLaw& law,
                       const duty::Actor& actor, const NameMap& names);
void write_clause(JsonWriter& json, const duty::TenantLaw& law, const duty::Binding& binding, const law::Clause& clause,
                  const std::vector<std::string>& roles);
void write_cell(JsonWriter& json, const duty::Cell& cell, const duty::Actor& actor, const NameMap& names);
void write_matrix(JsonWriter& json, const duty::Matrix& matrix);
void write_shares(JsonWriter& json, const duty::KindShares& shares);  // fields without the braces
void write_level_plan(JsonWriter& json, const duty::LevelPlan& plan, const NameMap& names);

}  // namespace khien::api

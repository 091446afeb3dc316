#pragma once

#include "account_records.hpp"
#include "khien/core/json.hpp"
#include "khien/patch/advisories.hpp"
#include "khien/patch/decisions.hpp"
#include "khien/patch/letters.hpp"
#include "khien/patch/library.hpp"
#include "khien/patch/settings.hpp"
#include "khien/patch/software.hpp"
#include "khien/scan/rules.hpp"

namespace khien::api {

void write_patch_counts(JsonWriter& json, const patch::PatchCounts& counts);
void write_advisory(JsonWriter& json, const patch::AdvisoryRecord& record);
void write_advisory_unit(JsonWriter& json, const patch::AdvisoryUnit& unit, const NameMap& names);
void write_advisory_decision(JsonWriter& json, const patch::AdvisoryDecision& decision, const NameMap& names, bool may_end);
void write_advisory_fixes(JsonWriter& json, const std::vector<patch::AdvisoryFix>& fixes);
void write_advisory_history(JsonWriter& json, const std::vector<patch::AdvisoryEvent>& events, const NameMap& names);
void write_advisory_figures(JsonWriter& json, const patch::AdvisoryFigures& figures);
void write_software(JsonWriter& json, const patch::Software& software);
void write_advisory_settings(JsonWriter& json, const patch::Settings& settings, const NameMap& names);

void write_letter(JsonWriter& json, const patch::Letter& letter, const NameMap& names);
// `found` and `text` of LetterDetail.
void write_letter_facts(JsonWriter& json, const feed::LetterFacts& facts);
void write_feed(JsonWriter& json, const patch::FeedState& feed, Timestamp now);

// What a person is told to do about a vulnerability: steps of the task, and of its page.
scan::RuleText words_for_advisory(std::string_view name, std::string_view title);
std::vector<LocalText> steps_for_advisory(const patch::AdvisoryDetail& detail);

}  // namespace khien::api

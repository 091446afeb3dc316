#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "khien/core/date.hpp"
#include "khien/core/result.hpp"
#include "khien/core/time.hpp"
#include "khien/duty/evidence.hpp"
#include "khien/model/ids.hpp"
#include "khien/store/connection.hpp"
#include "khien/store/scope.hpp"

namespace khien::request {

// What is said to a person whose request is refused, and what is read from rows.

// Text that a person must give, or may: NFC, of at most `most` code points. Code::invalid with
// the field's name.
Result<std::string> checked_words(std::string_view text, std::string_view field, std::size_t most, bool required);

// [1,2] and back; what is stored was written here.
std::string numbers_to_json(const std::vector<std::int64_t>& numbers);
Result<std::vector<std::int64_t>> numbers_from_json(std::string_view text);
std::string evidence_to_json(const std::vector<EvidenceId>& evidence);
Result<std::vector<EvidenceId>> evidence_from_json(std::string_view text);
std::string texts_to_json(const std::vector<std::string>& texts);
Result<std::vector<std::string>> texts_from_json(std::string_view text);

// Each in scope and of that unit, none twice, not too many. Code::invalid or not_found.
Result<void> check_evidence_of(store::Connection& connection, const store::TenantScope& scope, UnitId unit,
                               const std::vector<EvidenceId>& evidence);
Result<std::vector<duty::Evidence>> evidence_of(store::Connection& connection, const store::TenantScope& scope,
                                                const std::vector<EvidenceId>& ids);

// "22/11/2026 15:00" at UTC+7, "22/11/2026".
std::string time_words(Timestamp time);
std::string day_words(Date day);

// A value, or NULL.
inline store::Value day_or_null(const std::optional<Date>& day) {
  return day ? store::Value(std::int64_t{day->days()}) : store::Value(nullptr);
}

}  // namespace khien::request

#pragma once

#include <string>
#include <string_view>

#include "khien/core/hash.hpp"
#include "khien/core/time.hpp"
#include "khien/model/asset.hpp"
#include "khien/model/ids.hpp"
#include "khien/model/severity.hpp"

namespace khien {

// law: how a machine is set up against what is asked of it (module check).
enum class JudgeId : unsigned char { scan, watch, advisory, detect, law };
std::string_view to_string(JudgeId judge);
Result<JudgeId> judge_from_string(std::string_view text);

// What a judge says of one subject on the asset that was observed.
struct Claim {
  // present: the rule holds now. gone: no rule of this judge holds for the
  // subject any more (`rule` is empty then).
  enum class Standing : unsigned char { present, gone };

  JudgeId judge = JudgeId::scan;
  Standing standing = Standing::present;
  std::string rule;     // "yara:khien_eicar"
  std::string subject;  // what it is about within the asset: a path, a page's address
  Severity severity = Severity::info;

  bool operator==(const Claim&) const = default;
};

// A finding is one claim however often it is seen: the fingerprint is its key.
// SHA-256 over tenant, asset, judge, rule and subject, each with its length. Stored:
// a machine's has no mark of its kind, for it is older than other kinds.
Sha256 fingerprint(TenantId tenant, AssetId asset, const Claim& claim);

// new → in_progress → resolved, by people or by a `gone` claim;
// suppressed by people only, with a reason; a `present` claim reopens what was
// resolved, never what was suppressed. flow/findings.cpp has the table.
enum class FindingState : unsigned char { new_, in_progress, suppressed, resolved };
std::string_view to_string(FindingState state);
Result<FindingState> finding_state_from_string(std::string_view text);

}  // namespace khien

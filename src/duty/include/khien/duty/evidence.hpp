#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/bytes.hpp"
#include "khien/core/date.hpp"
#include "khien/core/hash.hpp"
#include "khien/core/result.hpp"
#include "khien/core/time.hpp"
#include "khien/duty/state_secret.hpp"
#include "khien/model/ids.hpp"
#include "khien/store/connection.hpp"
#include "khien/store/scope.hpp"

namespace khien::duty {

// All functions of duty run on a connection that the caller holds: in a write
// they join its transaction, so a change and its audit entry are one. Code::invalid
// and conflict carry a Refusal.

inline constexpr std::size_t kMostEvidenceBytes = 10u << 20;

// A file that proves something. Its bytes are kept as they came, once for each
// content, and are only ever handed out as a download: Khiên opens no evidence.
struct Evidence {
  EvidenceId id;
  UnitId unit;
  std::string unit_name;
  std::string file_name;  // text from outside
  std::int64_t size = 0;  // bytes
  Sha256 sha256;
  LookedAt looked_at = LookedAt::name;
  std::optional<Date> effective_on;  // the document's own date
  UserId uploaded_by;
  Timestamp uploaded_at;
};

struct NewEvidence {
  UnitId unit;
  std::string file_name;
  ByteView bytes;
  Classification declared = Classification::none;
  std::optional<Date> effective_on;
  UserId by;
  // What another process read out of a document whose bytes Khiên does not open.
  std::optional<std::string> words = {};
};

// Refused without keeping anything: a declared classification, a marking of state
// secrets, an empty or too large file. Needs no database, so that nothing of a
// refused file comes near one.
Result<void> check_evidence(const NewEvidence& file);

// check_evidence() first. Code::not_found if the unit is not in scope.
Result<EvidenceId> keep_evidence(store::Connection& connection, const store::TenantScope& scope,
                                 const NewEvidence& file, Timestamp now);
Result<Evidence> get_evidence(store::Connection& connection, const store::TenantScope& scope, EvidenceId id);

struct EvidenceQuery {
  std::optional<UnitId> unit;  // and what is below it
  std::string words;           // in the file's name or the unit's; marks do not matter
  std::string cursor;
  std::size_t limit = 200;
};
struct EvidencePage {
  std::vector<Evidence> items;  // newest first
  std::optional<std::string> next;
};
// One page looks at a bounded number of files: with words it may be short, or empty, and still have a next one.
Result<EvidencePage> list_evidence(store::Connection& connection, const store::TenantScope& scope, const EvidenceQuery& query);

// Code::corrupt if the bytes are not those of the hash any more.
Result<Bytes> read_evidence(store::Connection& connection, const store::TenantScope& scope, EvidenceId id);

}  // namespace khien::duty

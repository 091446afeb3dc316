#pragma once

#include <optional>
#include <string>
#include <vector>

#include "khien/advisory/book.hpp"
#include "khien/advisory/record.hpp"
#include "khien/core/bytes.hpp"
#include "khien/core/date.hpp"
#include "khien/core/result.hpp"
#include "khien/core/time.hpp"
#include "khien/feed/letter.hpp"
#include "khien/flow/book.hpp"
#include "khien/patch/ids.hpp"
#include "khien/store/connection.hpp"
#include "khien/store/scope.hpp"

namespace khien::patch {

// An official warning that came as a letter. What was read in it is shown; nothing follows
// from it until a person confirmed it, field by field.
struct Letter {
  LetterId id;
  UnitId unit;              // that received it
  bool confirmed = false;
  std::string number, sender, title;
  Severity severity = Severity::info;
  std::optional<Date> issued, due;
  std::vector<std::string> cves;   // normal form
  std::vector<std::string> fixes;  // package URLs, each with the version that mends it
  std::string file_name;           // empty: pasted text
  UserId received_by;
  Timestamp received_at;
  std::optional<UserId> confirmed_by;
  std::optional<Timestamp> confirmed_at;
  std::optional<AdvisoryId> advisory;
  std::optional<EvidenceId> evidence;
};
struct LetterDetail {
  Letter letter;
  feed::LetterFacts facts;  // what was read
};

struct NewLetter {
  UnitId unit;
  std::string file_name;
  ByteView content;         // as it came: evidence once it is confirmed
  feed::LetterFacts facts;
  UserId by;
};
// Fields as far as the letter says them without a choice.
Result<LetterId> keep_letter(store::Connection& connection, const store::TenantScope& scope, const NewLetter& letter, Timestamp now);
Result<LetterDetail> get_letter(store::Connection& connection, const store::TenantScope& scope, LetterId id);
// Newest first, those to be confirmed before all; at most 500.
Result<std::vector<Letter>> list_letters(store::Connection& connection, const store::TenantScope& scope);
// Code::conflict if it is confirmed.
Result<void> discard_letter(store::Connection& connection, const store::TenantScope& scope, LetterId id);

// "pkg:deb/debian/openssl@3.0.14", as fixes have it.
std::string url_of(const advisory::PackageKey& key, const std::string& version);

struct Confirmation {
  std::string number, sender, title;
  Severity severity = Severity::info;
  Date issued;
  std::optional<Date> due;
  std::vector<std::string> cves;
  std::vector<std::string> fixes;
};
// It becomes a followed advisory with its day, and its file evidence. Code::invalid by the
// field's name: a number that an advisory has already, a due day before the letter's, no CVE
// and no fix, a fix that is no package URL with a version. `shipped` as flow has it.
Result<AdvisoryId> confirm_letter(store::Connection& connection, const store::TenantScope& scope, LetterId id,
                                  const Confirmation& confirmation, UserId who, const flow::Following& shipped, Timestamp now);

// Whoever sees the advisory sees its letter.
Result<std::optional<Letter>> letter_of(store::Connection& connection, TenantId tenant, AdvisoryId advisory);

// The records of all confirmed letters of all tenants, for the book.
Result<std::vector<advisory::Advisory>> records_of_letters(store::Connection& connection);

// Which of the names that letters name the book knows packages of: after all that is known
// was put before it. Until then, and where it knows none, nobody can say who is concerned,
// and machines without another word are unknown.
Result<void> note_known(store::Connection& connection, const advisory::Book& book);

}  // namespace khien::patch

#pragma once

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
#include "khien/duty/catalogues.hpp"
#include "khien/duty/record_state.hpp"
#include "khien/report/kind.hpp"
#include "khien/report/snapshot.hpp"
#include "khien/report/write.hpp"
#include "khien/reporting/ids.hpp"
#include "khien/reporting/kinds.hpp"
#include "khien/store/connection.hpp"
#include "khien/store/scope.hpp"

// Documents from the first count to the receipt. All functions run on a connection that the
// caller holds: in a write they join its transaction, so a change and its audit entry are
// one. Code::invalid and conflict carry a duty::Refusal in words for the person.

namespace khien::reporting {

// What is kept of one document, and as it is issued: the rest is room for its signatures, so
// that whatever was frozen can be handed in signed.
inline constexpr std::size_t kMostDocumentBytes = 10u << 20;
inline constexpr std::size_t kMostIssuedBytes = 9u << 20;

// draft → frozen → signed → sent → received. Signing may be left out (paper), and what is
// received was sent. From frozen on nothing of it changes.
enum class ReportState : unsigned char { draft, frozen, signed_, sent, received };
std::string_view to_string(ReportState state);
Result<ReportState> report_state_from_string(std::string_view text);

struct Report {
  ReportId id;
  std::string kind;
  UnitId unit;            // that makes it
  std::string unit_name;
  bool of_whole = false;  // for all units, by the standing body
  std::string period;     // id
  ReportState state = ReportState::draft;
  Timestamp cut_off;
  Sha256 digest;  // of the snapshot's JSON
  UserId made_by;
  Timestamp made_at;
  std::string symbol;
  std::optional<int> number;
  std::optional<Date> issued_on;
  std::optional<EvidenceId> evidence;
  std::string signer;
  std::optional<Date> sent_on;
  Date period_from, period_to;          // both days included
  std::optional<ReportId> replaces;     // the frozen one that it corrects
  std::optional<ReportId> replaced_by;  // the frozen one that corrects it
  std::optional<incident::IncidentId> incident;  // that it tells of

  // "07/BC-SKHCN"; empty for a draft.
  std::string number_words() const;
};

// With its name: of a holiday all of its days, though its id is the first.
report::Period period_of(const Report& report);

struct ReportEvent {
  std::string what;  // as table report_event has it
  Timestamp at;
  UserId by;
  std::string words;
};

// Of a duty that it proves.
struct MadeRecord {
  DutyRecordId record;
  std::string duty;
};

struct ReportDetail {
  Report report;
  report::Kind kind;  // as it read when it was counted
  std::string kind_text;
  report::Snapshot snapshot;
  std::vector<ReportEvent> history;  // newest first
  std::vector<MadeRecord> duties;

  report::Issue issue() const;
  std::optional<Timestamp> frozen_at() const;  // none: a draft
};

struct ReportQuery {
  std::optional<UnitId> unit;  // it and what is below
  std::string kind;
  std::optional<ReportState> state;
  std::string cursor;
  std::size_t limit = 200;
};
struct ReportPage {
  std::vector<Report> items;  // newest first
  std::int64_t total = 0;
  std::optional<std::string> next;
};
Result<ReportPage> list_reports(store::Connection& connection, const store::TenantScope& scope, const ReportQuery& query);
Result<ReportDetail> get_report(store::Connection& connection, const store::TenantScope& scope, ReportId id);

// Who makes it; without a unit for the whole, which only they may whose scope is all of the
// tenant (Code::denied).
struct NewReport {
  std::string kind;
  std::string period;
  std::optional<UnitId> unit;
  // A frozen document of the same kind, period and unit that this one corrects, and why.
  std::optional<ReportId> replaces = {};
  std::string reason = {};
  // The one that it tells of, of a kind that meets clocks: its unit makes the document, or the
  // whole, and the period is the day of its detection.
  std::optional<incident::IncidentId> incident = {};
};
// What was counted for a draft. Counting reads for seconds in a large province: it is done in
// a snapshot of its own, and only what it gave is written.
struct Counting {
  report::Snapshot snapshot;
  FurtherRows further;
  std::string kind_text;
  UnitId unit;
  bool of_whole = false;
  std::optional<ReportId> replaces = {};
  std::optional<incident::IncidentId> incident = {};
};
// The issuer is that of the last document of the unit; the first one has the unit's name and
// the kind's symbol. A correction begins with the words and the issuer of what it corrects.
// Reads only.
Result<Counting> count_report(store::Connection& connection, const store::TenantScope& scope, const Kinds& kinds,
                              const std::shared_ptr<const duty::TenantLaw>& law, const NewReport& asked, Timestamp now);
// The same for a draft, with its words and its issuer.
Result<Counting> count_again(store::Connection& connection, const store::TenantScope& scope, const Kinds& kinds,
                             const std::shared_ptr<const duty::TenantLaw>& law, ReportId id, Timestamp now);
Result<ReportId> keep_report(store::Connection& connection, const store::TenantScope& scope, const Counting& counting, UserId who,
                             Timestamp now);

struct ReportChange {
  std::optional<std::map<std::string, std::string>> words;  // by field; those that are not named stay
  std::optional<report::Issuer> issuer;
  std::optional<Counting> anew;  // of count_again()
};
Result<void> update_report(store::Connection& connection, const store::TenantScope& scope, ReportId id, const ReportChange& change,
                           UserId who, Timestamp now);
Result<void> discard_report(store::Connection& connection, const store::TenantScope& scope, ReportId id);

// What must be there before it can be frozen, in words; empty: it can be.
std::vector<LocalText> missing_of(const ReportDetail& detail);

// The bytes as they will be issued: no DRAFT across the pages. Pure; takes a while, so it is
// done before the transaction that freezes.
struct Freezing {
  int number = 0;
  Date issued_on;
};
Result<Bytes> print(const ReportDetail& detail, const Freezing& freezing, const report::Faces& faces);

// Freezes what was printed: gives it its number, keeps the PDF as issued and as evidence. It
// proves no duty yet. `issued_on` lies between the day of the cut-off, or 31 days ago if that is
// later, and today. Code::conflict if the draft is not the printed one any more
// (`printed_from`), if the number is taken, if it is frozen, if its period has a frozen document
// that it does not replace, or if the documents before or after it were frozen since it was
// counted (kinds with report::kSinceLast).
Result<void> freeze_report(store::Connection& connection, const store::TenantScope& scope, ReportId id, const Freezing& freezing,
                           const Sha256& printed_from, const Bytes& pdf, const duty::Actor& actor, Timestamp now);

// The PDF as it was issued. Code::not_found for a draft; corrupt if it is not what was kept.
Result<Bytes> issued_pdf(store::Connection& connection, const store::TenantScope& scope, ReportId id);
// The signed one, if there is one.
Result<std::optional<Bytes>> signed_pdf(store::Connection& connection, const store::TenantScope& scope, ReportId id);
// Of an issued or signed document in scope with these bytes.
Result<std::optional<ReportId>> find_issued(store::Connection& connection, const store::TenantScope& scope, const Sha256& sha256);
// The frozen document in scope whose snapshot's JSON has this digest.
Result<std::optional<ReportId>> find_snapshot(store::Connection& connection, const store::TenantScope& scope, const Sha256& digest);

// Whether `copy` is `issued` with something appended: what an incremental update of a PDF is
// (ISO 32000-1 §7.5.6).
bool continues(ByteView issued, ByteView copy);
// Keeps the signed copy. The caller verified that its signatures hold and whose they are;
// that it continues the issued one is checked here.
Result<void> keep_signed(store::Connection& connection, const store::TenantScope& scope, ReportId id, const Bytes& copy,
                         std::string_view signer, UserId who, Timestamp now);

struct Sending {
  Date sent_on;
  std::string recipient;
  std::string channel;
  std::string receipt;  // with it the document counts as received
  std::vector<EvidenceId> evidence;
  // Of a document of an incident. When, to the minute; without it the end of the day, or now.
  std::optional<Timestamp> sent_at = {};
  std::string clock = {};  // that it meets; empty: the one of its kind (Kind::meets)
};
// The first sending proves: it records each duty that the kind proves and the unit owes in the
// period that the document names, as done the day it was sent, not before the day it was
// frozen. What a unit owes for all is proved by a document of the whole alone; and none by one
// that was counted more than 31 days before the duty is due or its period ends, but for a roster,
// which is made ahead. Where a record of the period stands already, it stays; but those of a
// document that this one replaces are withdrawn, and what they recorded as done on their day is
// recorded anew, of that day, with this one as evidence. What was recorded, and what was not and
// why, stands in the words of the event "sent". Of a document of an incident the first sending
// is written into the incident as well: the clock is met, in the same transaction. Code::conflict for a draft, and for what was
// replaced before it was sent.
Result<void> record_sent(store::Connection& connection, const store::TenantScope& scope, const duty::TenantLaw& law, ReportId id,
                         const Sending& sending, const duty::Actor& actor, Timestamp now);

}  // namespace khien::reporting

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/hash.hpp"
#include "khien/core/id.hpp"
#include "khien/core/result.hpp"
#include "khien/core/time.hpp"
#include "khien/incident/clock_states.hpp"
#include "khien/incident/clocks.hpp"
#include "khien/incident/escalations.hpp"
#include "khien/model/ids.hpp"
#include "khien/model/local_text.hpp"
#include "khien/model/severity.hpp"

namespace khien::incident {

using IncidentId = Id<struct IncidentTag>;
using IncidentTaskId = Id<struct IncidentTaskTag>;
using IncidentEntryId = Id<struct IncidentEntryTag>;

enum class Kind : unsigned char { malware, website, intrusion, data_breach, phishing, denial_of_service, other };
std::string_view to_string(Kind kind);
Result<Kind> kind_from_string(std::string_view text);

enum class State : unsigned char { open, contained, closed };
std::string_view to_string(State state);
Result<State> state_from_string(std::string_view text);

enum class Source : unsigned char { finding, person, outside };
std::string_view to_string(Source source);
Result<Source> source_from_string(std::string_view text);

enum class Part : unsigned char { lead, analyst, communication, unit_contact };
std::string_view to_string(Part part);
Result<Part> part_from_string(std::string_view text);

enum class Channel : unsigned char { phone, document_axis, official_email, paper, portal, other };
std::string_view to_string(Channel channel);
Result<Channel> channel_from_string(std::string_view text);

// What a line of the timeline tells.
enum class What : unsigned char { opened, note, changed, contained, reported, task, member, finding, evidence, escalated, closed, reopened };
std::string_view to_string(What what);
Result<What> what_from_string(std::string_view text);

// The trait that a personal-data breach has in every version of the rules that knows it.
inline constexpr std::string_view kPersonalData = "personal_data";

// A clock as it was written down when the incident was opened or changed.
struct Clock {
  ReportingClock words;  // `due` as the law has it
  ClockTimes times;
};

struct Incident {
  IncidentId id;
  UnitId unit;
  std::string unit_name;
  std::string title;  // text from people
  Kind kind = Kind::other;
  Severity severity = Severity::low;
  State state = State::open;
  Timestamp detected_at;  // T0
  Timestamp opened_at;
  std::optional<UserId> opened_by;  // none: the hub, by a rule
  Source source = Source::person;
  std::string rule;  // that opened it; empty: none
  bool personal_data = false;
  std::optional<Clock> next_clock;  // not met; the one that ends first, one without a number last
  std::int64_t late = 0;            // clocks past their time and not met
  std::int64_t tasks_open = 0;
  std::optional<UserId> owner;  // who leads
};

struct IncidentReport {
  std::string clock;
  Step step = Step::unit;  // who of the chain sent it, to the clock's receiver
  Timestamp sent_at;
  std::string recipient;
  Channel channel = Channel::other;
  std::string receipt;
  std::optional<std::int64_t> document;  // id of a report of ours
  Timestamp recorded_at;
  UserId by;
};

struct IncidentTask {
  IncidentTaskId id;
  std::string words;
  std::optional<UserId> owner;
  std::optional<Timestamp> due_at;
  std::optional<Timestamp> done_at;
  std::optional<UserId> done_by;
};

struct IncidentMember {
  UserId user;
  Part part = Part::analyst;
};

// A finding as it was when it was added; `open` is of now.
struct IncidentFinding {
  FindingId id;
  std::string judge;
  std::string rule;
  std::string subject;
  Severity severity = Severity::info;
  bool open = false;
};

struct IncidentMachine {
  MachineId id;
  std::string name;
  std::string unit_name;  // of today
  bool open = false;      // a finding of the incident on it is not settled
};
struct IncidentSite {
  SiteId id;
  std::string address;
  std::string unit_name;
  bool open = false;
};

struct IncidentDetail {
  Incident incident;
  std::vector<std::string> said;  // traits that a person said
  std::vector<Clock> clocks;      // that apply, or were met: soonest first
  std::vector<IncidentReport> reports;    // newest first
  std::vector<IncidentTask> tasks;        // open ones first
  std::vector<IncidentMember> members;    // the lead first
  std::vector<IncidentFinding> findings;  // in scope, worst first, at most 500
  std::vector<IncidentMachine> machines;  // in scope, at most 500
  std::vector<IncidentSite> sites;        // in scope, at most 500
  std::string cause;
  std::string lesson;
  std::optional<Timestamp> first_seen;  // of its findings
  std::optional<Timestamp> first_reported_at;
  std::optional<Timestamp> contained_at;
  std::optional<Timestamp> closed_at;
};

struct EntryEvidence {
  EvidenceId id;
  std::string file_name;  // text from outside
  Sha256 sha256;          // when it was added
};

struct IncidentEntry {
  IncidentEntryId id;
  What what = What::note;
  Timestamp happened_at;
  Timestamp recorded_at;
  std::optional<UserId> by;  // none: the hub
  std::string words;         // a person's; may be empty
  LocalText told;            // the hub's, of what was done; may be empty
  std::vector<EntryEvidence> evidence;
};

}  // namespace khien::incident

#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/env.hpp"
#include "khien/core/hash.hpp"
#include "khien/core/result.hpp"
#include "khien/model/enrolment.hpp"
#include "khien/model/fleet.hpp"
#include "khien/store/connection.hpp"
#include "khien/store/store.hpp"

namespace khien::fleet {

// What a province decides.
struct Policy {
  int agreement = 3;         // different branches whose machines must have judged bytes clean
  int check_per_mille = 10;  // of what is told clean, judged by the asker all the same
};
inline constexpr int kMaxAgreement = 6;

// What the machines of a tenant found out about files, shared among them by hash.
//
// Every agent is hostile, and the design holds against one that lies:
//  (1) Only `clean` is shared, and only once machines of Policy::agreement different
//      branches voted so under the very same content. A branch is a unit directly
//      below the province's root with all below it, or the root's own machines: who
//      may enrol machines in one office, and in those below it, has one vote. Which
//      one a machine belongs to is the hub's word, not the agent's. No machine is
//      counted twice for a file, wherever it was moved, and none votes before it is
//      kVoterAge old. A province of fewer branches than must agree shares nothing:
//      Status::branches says so.
//  (2) One machine that finds the bytes malicious ends it: they are not told clean
//      any more, under any content, and who was told so judges again, if anybody was:
//      if enough others than the accuser agreed. No agent calls them malicious because
//      another did; each judges by its own engines. So one liar can neither hide a file
//      nor have one flagged. It can cost scans: those of 10,000 files, and three
//      recalls a day.
//  (3) An answer says `clean`, `judge` or `later` and no more, and `judge` is the word
//      for what is unknown, rare and malicious alike. The other two are said only of
//      bytes that machines of that many branches have, or asked about: who asks learns
//      whether a hash is that common. A document that one office has is never that.
//  (4) Everything can be recalled: by file, by machine, by content. Each recall
//      changes FleetAnswer::recall, at which agents forget every word of before.
//  (5) All is per tenant.
//  (6) It is a cache. Votes that are lost cost a scan; nothing in here is evidence.
//      What malware was found comes by the road.
//
// Bounds: kMaxContents a tenant; kMaxContentsOfMachine opened by one machine a day,
// and as many that too few branches took up, of which the one with the fewest goes
// when a place is needed; kMaxFiles rows; 8 voters and 8 accusers a file, 10,000
// files accused by one machine. Beyond, a vote is not kept.
inline constexpr std::int64_t kMaxContents = 64;
inline constexpr std::int64_t kMaxContentsOfMachine = 4;
inline constexpr std::int64_t kHashesOfMachine = 4'000'000;  // asked and voted for, a day
inline constexpr std::int64_t kMaxFiles = 50'000'000;
// Machines that a stolen account enrols are seen before they count: it spans a
// weekend, and each is in the audit log and in its office's list meanwhile.
inline constexpr Duration kVoterAge = days(3);

// Answers agents. Thread-safe.
class Desk {
 public:
  // The store and what `env` borrows must outlive it.
  Desk(store::Store& hub, const Env& env, Policy policy);
  ~Desk();

  // Reads in the caller's thread: a millisecond for a full question. Votes are
  // written later; a busy disk loses them. Code::exhausted when too many ask at
  // once, or one machine for more than kHashesOfMachine in a day.
  Result<FleetAnswer> take(const AgentIdentity& agent, const FleetQuestion& question);

  // Clears away files of contents that are recalled or that nobody votes for any
  // more, a bounded piece at a time. Call every few seconds.
  void tick();

  struct Counts {
    std::int64_t questions = 0;
    std::int64_t asked = 0;
    std::int64_t clean = 0;
    std::int64_t later = 0;
    std::int64_t votes = 0;
    std::int64_t votes_lost = 0;  // for want of a disk that keeps up, or beyond the bounds
    std::int64_t refused = 0;
  };
  Counts counts() const;
  const Policy& policy() const;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;  // shared with writes that are on their way
};

// What the road tells: a machine found these bytes malicious. The other machines
// that voted them clean under the same content: either they said what is not so, or
// the one that found them did. Empty if `content` is 0, the bytes were contested
// already, or it had others named for four files within a day.
Result<std::vector<MachineId>> contest(store::Connection& connection, const AgentIdentity& by, const Sha256& sha256,
                                       std::uint64_t content, Timestamp now);

// Did a person recall what it says?
Result<bool> is_distrusted(store::Connection& connection, TenantId tenant, MachineId machine);

// The recalls of a person. Each says the new recall's number. `reason` is kept.
Result<std::int64_t> recall_file(store::Connection&, TenantId, const Sha256&, std::string_view reason, Timestamp now);
// Its word counts no more, be it clean or malicious, that to come neither, until
// trust_machine(). What else it found is with the road.
// Code::not_found if the tenant has no such machine.
Result<std::int64_t> recall_machine(store::Connection&, TenantId, MachineId, std::string_view reason, Timestamp now);
Result<void> trust_machine(store::Connection&, TenantId, MachineId);
// Code::not_found if nobody voted under it.
Result<std::int64_t> recall_content(store::Connection&, TenantId, std::uint64_t content, std::string_view reason,
                                    Timestamp now);

// What a person sees.
struct ContentStatus {
  std::uint64_t content = 0;
  Timestamp first_seen;
  Timestamp last_seen;
  std::int64_t files = 0;   // with a vote
  std::int64_t agreed = 0;  // told clean
  std::int64_t answers = 0; // times told, about
};
struct Status {
  std::vector<ContentStatus> contents;  // newest first; those that were not recalled
  std::int64_t contested = 0;
  std::vector<MachineId> distrusted;
  std::int64_t recall = 0;
  std::int64_t branches = 0;  // with machines; fewer than Policy::agreement: nothing is shared
};
// Reads all of it: seconds for tens of millions of files.
Result<Status> status(store::Connection& connection, TenantId tenant, const Policy& policy);

// Of one file, under each content: what a person asks when a verdict is doubted.
struct FileStatusHere {
  std::uint64_t content = 0;
  std::vector<MachineId> voters;
  std::int64_t answers = 0;
};
struct FileReport {
  bool contested = false;
  std::vector<FileStatusHere> contents;
};
Result<FileReport> report(store::Connection& connection, TenantId tenant, const Sha256& sha256);

}  // namespace khien::fleet

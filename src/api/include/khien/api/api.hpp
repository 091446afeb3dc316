#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "khien/api/content_desk.hpp"
#include "khien/api/embedded_ui.hpp"
#include "khien/botnet/playbook.hpp"
#include "khien/check/checks.hpp"
#include "khien/core/bytes.hpp"
#include "khien/core/env.hpp"
#include "khien/core/result.hpp"
#include "khien/duty/catalogues.hpp"
#include "khien/feed/letter.hpp"
#include "khien/flow/flow.hpp"
#include "khien/incident/content.hpp"
#include "khien/inventory/inventory.hpp"
#include "khien/model/enrolment.hpp"
#include "khien/model/table.hpp"
#include "khien/net/http.hpp"
#include "khien/notice/messages.hpp"
#include "khien/patch/library.hpp"
#include "khien/patch/review.hpp"
#include "khien/patch/settings.hpp"
#include "khien/report/write.hpp"
#include "khien/reporting/kinds.hpp"
#include "khien/scan/rules.hpp"
#include "khien/seal/verify.hpp"
#include "khien/site/browser_state.hpp"
#include "khien/store/ledger.hpp"
#include "khien/store/store.hpp"

namespace khien::api {

// How hard a password is to guess offline: Argon2id (RFC 9106).
struct PasswordCost {
  std::size_t memory_kib = 19'456;
  unsigned passes = 3;
};

// Tries of a password or a code within 15 minutes; beyond, 429.
struct SignInLimits {
  unsigned per_account = 10;
  unsigned per_address = 100;  // an IPv4 address or an IPv6 /64: an office behind one router
  unsigned in_all = 3'000;
};

struct ApiOptions {
  // What a new machine needs to find the hub: "hub.lamgiang.gov.vn:8444".
  std::string agent_address;
  // SHA-256 of the hub CA's certificate, second half of an enrolment token.
  Sha256 ca_sha256;
  std::vector<std::shared_ptr<const scan::RulePack>> packs;  // words for findings
  std::shared_ptr<const check::CheckSet> checks;             // the same for checks; none: they have general words
  std::span<const EmbeddedFile> ui;
  // What directives demand; none: nothing binds anybody.
  std::shared_ptr<const duty::Catalogues> law;

  Duration session_idle = minutes(15);
  Duration session_most = hours(8);
  Duration step_up = minutes(5);
  PasswordCost password_cost;
  SignInLimits sign_in;

  // Of the audit log's checkpoints.
  std::string audit_origin;  // "hub.lamgiang.gov.vn/khien/audit"; no spaces
  Bytes audit_secret_key;    // Ed25519, 32 bytes

  // Threads for requests, and for passwords (Argon2id: 19 MiB each). 0 answers
  // inside handle(), for tests.
  unsigned threads = 2;
  unsigned password_threads = 2;

  // A list of software, whatever its format, read in khien-worker; none: only what is typed
  // by hand is taken.
  std::function<Result<inventory::Inventory>(ByteView bytes, const inventory::Hint& hint)> read_inventory;
  // Told after the commit that kept a list: the road is to have it.
  std::function<void()> on_inventory;

  // A list that somebody uploaded, as a table; none: imports are not served. The
  // bytes are hostile: the hub has them read in khien-worker.
  std::function<Result<Table>(ByteView bytes)> read_table;

  // The words of an office document or PDF that somebody uploaded as evidence; none: only
  // the names of such files are looked at. As hostile, and as read.
  std::function<Result<std::string>(ByteView bytes)> read_words;

  // Where releases of content are handed in; none: only the command line takes them.
  std::shared_ptr<ContentDesk> content_desk;

  // What units do with an address on a list of botnet addresses; none: its defaults, without steps.
  std::shared_ptr<const botnet::Playbook> botnet_playbook;

  // The book in force and its feeds; none: nothing was ever imported.
  std::shared_ptr<patch::Library> advisories;
  patch::Settings advisory_settings;  // as content ships them
  // What a letter says, read in khien-worker: the bytes are a document's, or pasted
  // words; none: letters are not taken.
  std::function<Result<feed::LetterFacts>(ByteView bytes)> read_letter;
  // Told after the commit that confirmed a letter: the book is to have it.
  std::function<void()> on_letter;

  // What incidents are judged by; none: nothing of them is served.
  std::shared_ptr<const incident::Content> incidents;

  // Kinds of document that leave the house; none: nothing of them is served.
  std::shared_ptr<const reporting::Kinds> report_kinds;
  report::Faces faces;
  // What the signatures of a file are worth, read in khien-worker; none: no file is verified,
  // and no signed copy taken. `first_revision` as in seal::VerifyOptions. Code::exhausted where
  // another file is being read: it never waits for that.
  std::function<Result<seal::Verification>(ByteView bytes, std::size_t first_revision)> verify_file;
  // Told after the commit that wishes malware data to be sent now, or again.
  std::function<void()> on_share_wished;

  // Who is told of what, for the words of messages; none: nobody is told of anything.
  std::shared_ptr<const notice::Rules> notice_rules;
  // What carries a test message out; none: it is shown in the page alone.
  std::shared_ptr<notice::Post> post;

  // Told after the commit that revoked a machine, so that nothing cached lives on.
  std::function<void(const AgentIdentity&)> on_revoke;

  // How the browser stands that opens pages for the watch; none: there is no watch.
  std::function<site::BrowserState()> browser_state;

  // Told after the commit that asks for a look at a site.
  std::function<void()> on_look_wished;
};

// What people and their browsers talk to: /api/v1 as schema/openapi.yaml says,
// word for word, and the embedded UI for every other path.
//
// Invariants
//  (1) An operation that is not in the interface does not exist; one that is
//      there without a handler does not link.
//  (2) No handler runs before session, origin, role, step-up, query and body
//      were checked.
//  (3) What is outside the caller's scope is answered byte for byte as what does
//      not exist.
//  (4) A change and its audit entry are one transaction.
//  (5) A role, scope or account that changes counts from the person's next
//      request on.
//  (6) Text from outside is data in answers, never part of a message.
//
// Thread-safe. Needs no socket: handle() is the whole of it.
class Api final : public net::Handler {
 public:
  // Code::invalid if the audit key is none.
  static Result<std::unique_ptr<Api>> create(store::Store& hub, store::Ledger& ledger, const Env& env,
                                             ApiOptions options);
  // The servers must have stopped. Waits for requests that run, drops those that wait.
  ~Api() override;

  void handle(net::Request request, net::Responder respond) override;
  std::size_t most_body_bytes(net::Method method, std::string_view path, const net::Headers& headers) const override;

  // Tells the screens that may see it. From any thread; never blocks.
  void publish(const flow::Change& change);
  // Tells all screens that releases of content fare otherwise than before; the same.
  void publish_content(std::int64_t version);
  // That some advisory stands otherwise than before: which one is not told, for it may be
  // another tenant's.
  void publish_advisories();

  // That a person has a message; no other screen hears of it.
  void publish_message(TenantId tenant, UserId person, std::int64_t message);

  // Call every second or so: signs audit checkpoints (each minute or 1,000
  // entries), ends streams whose session is over, forgets old tries.
  Result<void> tick();

  struct Counts {
    std::int64_t requests = 0;
    std::int64_t refused = 0;  // 4xx
    std::int64_t failed = 0;   // 5xx
    std::int64_t sign_ins = 0;
    std::int64_t sign_ins_failed = 0;
    std::int64_t streams_open = 0;
  };
  Counts counts() const;

 private:
  struct Impl;
  explicit Api(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace khien::api

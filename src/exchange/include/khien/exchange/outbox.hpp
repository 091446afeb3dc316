#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "khien/core/budget.hpp"
#include "khien/core/clock.hpp"
#include "khien/core/result.hpp"
#include "khien/core/secret.hpp"
#include "khien/exchange/avreport.hpp"
#include "khien/exchange/ids.hpp"
#include "khien/model/local_text.hpp"
#include "khien/store/connection.hpp"
#include "khien/store/scope.hpp"
#include "khien/store/store.hpp"

namespace khien::exchange {

// Mails and webhooks that wait, were sent, or failed. One queue; each line is sent at least
// once and names itself (Message-ID, X-Khien-Delivery), so that a receiver can tell.
enum class Channel : unsigned char { mail, webhook };
std::string_view to_string(Channel channel);
Result<Channel> channel_from_string(std::string_view text);

// Words of a mail as data: content/exchange/mail/*.yaml. "{name}" stands for a value.
class MailTemplate {
 public:
  // Code::invalid names the line.
  static Result<MailTemplate> from_yaml(std::string_view text, Budget& budget);

  const std::string& id() const { return id_; }
  struct Words {
    std::string subject;
    std::string body;
  };
  // In one language. Code::invalid names a value that is missing. Line ends in a value become
  // blanks in the subject.
  Result<Words> fill(const Facts& values, bool vietnamese) const;

 private:
  std::string id_;
  LocalText subject_;
  LocalText body_;
};

struct OutboxItem {
  OutboxItemId id;
  Channel channel = Channel::mail;
  std::string target;   // an address, a URL
  std::string subject;  // of a webhook: its event
  std::string state;    // "waiting", "sent", "failed"
  std::int64_t attempts = 0;
  Timestamp queued_at;
  std::optional<Timestamp> next_try_at;
  std::optional<Timestamp> sent_at;
  std::string last_error;
};

// Both join the caller's transaction: what is told and what it tells of are one commit.
// Code::invalid for what is no address (one, without line ends or names), or no http(s) URL.
Result<OutboxItemId> queue_mail(store::Connection& connection, TenantId tenant, std::string_view to,
                                const MailTemplate::Words& words, Timestamp now);
Result<OutboxItemId> queue_webhook(store::Connection& connection, TenantId tenant, std::string_view url, std::string_view event,
                                   std::string_view json, Timestamp now);

struct OutboxPage {
  std::vector<OutboxItem> items;  // newest first
  std::optional<std::string> next;
};
// Only who sees the whole tenant: else an empty page.
Result<OutboxPage> list_outbox(store::Connection& connection, const store::TenantScope& scope, std::string_view cursor,
                               std::size_t limit);

// For who runs the hub: what waits, and what was given up since then.
struct OutboxCounts {
  std::int64_t waiting = 0;
  std::int64_t failed = 0;
};
Result<OutboxCounts> count_outbox(store::Connection& connection, TenantId tenant, Timestamp since);

// For who reads messages in the page: whether mails go out. All zero: they do.
struct MailTrouble {
  std::optional<Timestamp> since;  // the oldest that was tried and waits was queued then
  std::int64_t waiting = 0;        // that were tried and failed so far
  std::int64_t given_up = 0;       // in the last seven days
};
Result<MailTrouble> mail_trouble(store::Connection& connection, TenantId tenant, Timestamp now);

// The mail as it goes over the wire (RFC 5322, MIME): subject and names in RFC 2047, the body
// quoted-printable. No value can begin a line of the header. Pure.
struct MailHead {
  std::string from;       // an address
  std::string from_name;  // in any letters; may be empty
  std::string to;
  std::string message_id;  // without brackets
  Timestamp date;
};
Result<std::string> mail_text(const MailHead& head, const MailTemplate::Words& words);

// "sha256=" and the HMAC-SHA-256 of "<timestamp>.<body>" in hexadecimal, as X-Khien-Signature has it.
std::string webhook_signature(const Secret& key, std::string_view timestamp, std::string_view body);

// What carries: a test has its own.
class Carrier {
 public:
  virtual ~Carrier() = default;
  // Code::unavailable, exhausted: try again. Anything else: it never will.
  virtual Result<void> mail(const std::string& from, const std::string& to, const std::string& text) = 0;
  virtual Result<void> webhook(const std::string& url, const std::vector<std::pair<std::string, std::string>>& headers,
                               const std::string& body) = 0;
};

struct CarrierOptions {
  std::string smtp_url;     // "smtp://mail.tinh.gov.vn:587", "smtps://…"
  bool start_tls = true;    // required with smtp://
  std::string user;         // empty: no sign-in
  Secret password;
  std::string ca_file;      // of mail and webhooks; empty: the system's
  bool inner_addresses = false;  // webhooks may go to addresses inside
  Duration timeout = seconds(30);
};
// On libcurl. Webhooks go to no inner address unless allowed, follow nothing, and the address
// that was judged is the one connected to.
Result<std::unique_ptr<Carrier>> make_carrier(CarrierOptions options);

// Carries what is due on a thread of its own: tried for four days with growing pauses (two hours at
// most), then failed; of one target at most `per_minute`. A thousand wait for one target at most: the
// oldest is given up for the newest. Thread-safe.
class Outbox {
 public:
  struct Options {
    std::string from;        // mail address; empty: no mail is sent
    std::string from_name;
    std::string host = "localhost";  // of Message-ID and of who it is that calls
    Secret webhook_key;       // empty: no webhook is sent
    std::int64_t per_minute = 20;
    std::shared_ptr<Carrier> carrier;
  };
  Outbox(store::Store& hub, const Clock& clock, Options options);
  ~Outbox();
  void start();
  void stop();
  Result<void> tend();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace khien::exchange

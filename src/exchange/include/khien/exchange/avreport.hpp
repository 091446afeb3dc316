#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/budget.hpp"
#include "khien/core/result.hpp"
#include "khien/core/time.hpp"
#include "khien/exchange/xml_sealer.hpp"
#include "khien/model/local_text.hpp"

namespace khien::exchange {

// The malware-sharing message ("AVReport") of letter 2290/BTTTT-CATTT of 2018 and of
// its successor 8676/A05-TT4 (docs/reference/sharing.md). What a message says is an
// AvReport; what it looks like is a Scheme, a table that is data.

// One row a malware found on a machine, a connection a machine made, a vulnerability a
// machine has, and one for the machine itself: its system and how it is protected.
enum class RowKind : unsigned char { malware, connection, vulnerability, machine };
inline constexpr std::size_t kRowKinds = 4;
std::string_view to_string(RowKind kind);
Result<RowKind> row_kind_from_string(std::string_view text);

// What a row says, by name. Of each row: ip, name, ip_public. Besides, of
//   malware        malware_name malware_type behaviour device_type files path sha256
//   connection     program md5 sha256 target_ip target_port
//   vulnerability  vulnerability os
//   machine        os last_update auto_protect firewall
// `files` and `target_port` are numbers, `last_update` Unix seconds, `behaviour` one of
// quarantined, removed, found, unknown; `auto_protect` and `firewall` one of on, off, unknown.
// What is not known is empty or absent.
using Facts = std::map<std::string, std::string, std::less<>>;
std::span<const std::string_view> fact_names(RowKind kind);

struct ReportRow {
  RowKind kind = RowKind::machine;
  Facts facts;

  bool operator==(const ReportRow&) const = default;
};

// Who sends. The id is dated (codes change with mergers): it is a setting, not a key.
struct Organisation {
  std::string id;         // "000.00.12.H28", at most 13 characters
  std::string name;
  std::string address;
  std::string email;
  std::string telephone;
  std::string fax;
  std::string website;
  std::string in_charge;  // 8676: who is in charge of it

  bool operator==(const Organisation&) const = default;
};

struct AvReport {
  Organisation from;
  std::string subject;
  std::string product = "Khiên";
  Timestamp at;                    // sent with seconds
  std::vector<ReportRow> rows;     // in any order; a scheme groups them by kind and machine
  std::int64_t not_updated = 0;    // machines of `rows` whose protection is 15 days old or more

  bool operator==(const AvReport&) const = default;
};

// What the receiver's answer means. accepted and duplicate end a message well; refused
// ends it badly; unclear (it said 200, and not that it accepted) and later are tried again.
enum class Outcome : unsigned char { accepted, duplicate, refused, unclear, later };
std::string_view to_string(Outcome outcome);
Result<Outcome> outcome_from_string(std::string_view text);

// One version of a scheme: envelope, namespaces, names and order of elements, which facts
// go where, how long a text may be, and which answers mean that a message was accepted.
// Read from content/exchange/avreport-*.yaml. Pure and immutable; copies are cheap and
// all functions may be called from many threads at once.
class Scheme {
 public:
  // Code::invalid names the line.
  static Result<Scheme> from_yaml(std::string_view text, Budget& budget);

  const std::string& id() const;            // "2290"
  const LocalText& title() const;
  const std::string& content_type() const;  // of the request
  const std::string& soap_action() const;   // empty: none
  const std::string& endpoint() const;      // where the scheme's receiver is known to be

  const SealPlace& seal_place() const;      // of the signature

  // The message without its signature. The same report gives the same bytes. Texts of rows lose
  // control characters and what is beyond their length; those of the organisation are refused
  // for it. Code::invalid names the element; Code::exhausted beyond kMostMessageBytes.
  Result<std::string> write(const AvReport& report) const;

  // The strict other way: any element, attribute, order, count, text or prefix that a signed
  // message of ours does not have is Code::invalid and named by its path. The Signature's own
  // shape and algorithms are looked at, its values are not: whoever asks verifies it beside.
  // Hostile bytes are welcome.
  enum class Signed : bool { no, yes };
  Result<AvReport> read(std::string_view xml, Budget& budget, Signed is_signed = Signed::yes) const;

  // First rule that fits; without one: 2xx unclear, 408, 425, 429 and 5xx later, else refused.
  // Words are looked for in any case, blanks left out.
  Outcome judge(int status, std::string_view body) const;
  // The same scheme whose receiver accepts, with 2xx, by these words alone: what the real one
  // says was published nowhere.
  Scheme accepting(std::vector<std::string> words) const;

  // The type of a malware by its name, as the table has it: "Trojan".
  std::string malware_type(std::string_view malware_name) const;

 private:
  struct Impl;
  explicit Scheme(std::shared_ptr<const Impl> impl);
  std::shared_ptr<const Impl> impl_;
};

inline constexpr std::size_t kMostRows = 1'000;  // in one message
inline constexpr std::size_t kLeastRows = 10;    // a smaller batch is never asked for
inline constexpr std::size_t kMostMessageBytes = 16u << 20;

}  // namespace khien::exchange

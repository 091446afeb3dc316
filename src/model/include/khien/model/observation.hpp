#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "khien/core/hash.hpp"
#include "khien/core/json.hpp"
#include "khien/core/time.hpp"
#include "khien/model/order.hpp"
#include "khien/model/page_seen.hpp"
#include "khien/model/policy.hpp"
#include "khien/model/severity.hpp"

namespace khien {

// The engines of an endpoint. Names on the wire are those of to_string().
enum class Engine : unsigned char { ioc, yara, clamav, watch };
std::string_view to_string(Engine engine);
Result<Engine> engine_from_string(std::string_view text);

enum class FileVerdict : unsigned char { clean, suspicious, malicious, not_scanned };
std::string_view to_string(FileVerdict verdict);
Result<FileVerdict> file_verdict_from_string(std::string_view text);

// One rule that matched one file.
struct FileMatch {
  Engine engine = Engine::ioc;
  std::string rule;    // as the engine names it: "khien_eicar", "Eicar-Test-Signature"
  std::string origin;  // the rule's pack: "khien-base", "clamav:daily"
  Severity severity = Severity::high;
  std::string inside = {};  // the part of the file: "b/c.docx › word/document.xml"; empty: the file itself

  bool operator==(const FileMatch&) const = default;
};

// A file was looked at. Sent when the verdict is not clean, and when a path
// that was not clean is clean now.
struct FileSeen {
  std::string path;            // absolute; bytes that are not UTF-8 become U+FFFD
  std::uint64_t size = 0;      // bytes
  std::int64_t mtime_ns = 0;   // Unix nanoseconds
  std::uint32_t owner_uid = 0;
  std::optional<Sha256> sha256;     // none if the file could not be read
  FileVerdict verdict = FileVerdict::clean;
  std::string reason;          // why not_scanned: "too_large", "budget", "worker_died", "unreadable"
  std::vector<FileMatch> matches;
  std::uint64_t content = 0;   // by which rules, signatures and engines; 0: not said

  bool operator==(const FileSeen&) const = default;
};

// A path that was not clean does not exist any more.
struct FileGone {
  std::string path;

  bool operator==(const FileGone&) const = default;
};

// What a machine says of itself.
struct MachineSeen {
  std::string hostname;
  std::string os_id;             // os-release ID: "debian"
  std::string os_name;           // PRETTY_NAME
  std::string os_version;        // VERSION_ID
  std::string kernel_running;
  std::string kernel_installed;  // newest installed; empty if unknown
  std::vector<std::string> addresses;
  std::string agent_version;
  // What a list of devices may know the machine by; empty if unknown.
  std::string serial;             // of its maker
  std::vector<std::string> macs;  // of its own network cards, not of virtual ones

  bool operator==(const MachineSeen&) const = default;
};

struct Package {
  std::string purl;     // package URL: "pkg:deb/debian/bash@5.2.15-2+b2?arch=amd64"
  std::string name;
  std::string version;
  std::string source;          // source package, where it has another name
  std::string source_version;

  bool operator==(const Package&) const = default;
};

// One part of the machine's whole package list. When the last part of an
// inventory is there, packages it did not name are no longer installed.
struct PackagesSeen {
  std::int64_t inventory = 0;  // grows with each listing
  std::uint32_t part = 1;      // 1 to parts
  std::uint32_t parts = 1;
  std::vector<Package> packages;
  // A device without an agent whose list a person handed in; {0}: the machine's own. Only
  // the hub tells the former.
  DeviceId device = {};

  bool operator==(const PackagesSeen&) const = default;
};

struct EngineState {
  enum class State : unsigned char { running, degraded, absent };
  Engine engine = Engine::ioc;
  State state = State::absent;
  std::int64_t signatures = 0;
  std::optional<Timestamp> updated_at;  // of its content
  std::string detail;                   // plain words for a log, English

  bool operator==(const EngineState&) const = default;
};
std::string_view to_string(EngineState::State state);
Result<EngineState::State> engine_state_from_string(std::string_view text);

// When a file is looked at: before it is opened or run, after it was written
// (fanotify, or inotify where that is not to be had), or on schedule only.
struct AccessState {
  enum class Mode : unsigned char { permission, notify, inotify, scheduled };
  Mode mode = Mode::scheduled;
  Mode wanted = Mode::notify;  // by the machine's own file and the policy
  std::string why;             // it is another one; plain words, English
  // Since the agent began; told with the rest, and no reason to tell.
  std::uint64_t denied = 0;
  std::uint64_t late = 0;      // let through without a verdict

  bool operator==(const AccessState&) const = default;
};
std::string_view to_string(AccessState::Mode mode);
Result<AccessState::Mode> access_mode_from_string(std::string_view text);

// Protection of another maker that was found on the machine, by its own files.
struct ProductState {
  std::string id;      // of its detector: "mdatp"
  std::string name;    // as its maker calls it
  bool on = false;     // it runs and protects
  std::optional<Timestamp> updated_at = {};  // of its content, where its files tell

  bool operator==(const ProductState&) const = default;
};

enum class FirewallState : unsigned char { unknown, off, on };
std::string_view to_string(FirewallState state);
Result<FirewallState> firewall_state_from_string(std::string_view text);

// How the machine is protected now.
struct ProtectionSeen {
  std::vector<EngineState> engines;
  std::vector<ProductState> products = {};
  FirewallState firewall = FirewallState::unknown;
  std::optional<AccessState> on_access = {};  // agents before 0.2 do not say

  bool operator==(const ProtectionSeen&) const = default;
};

// One thing that is so on a machine: "ssh.permit_root_login" is "yes". A name may
// be there several times. Never a secret: no password, no hash, no key.
struct Fact {
  std::string name;
  std::string value;

  bool operator==(const Fact&) const = default;
};

// How the machine is set up. Sent at start and when it changed.
struct ConfigurationSeen {
  std::vector<Fact> facts;          // sorted by name, then value
  // Areas that could not be read: "ssh". What would be there is not known.
  std::vector<std::string> unread = {};

  bool operator==(const ConfigurationSeen&) const = default;
};

// A removable medium that was mounted.
struct Medium {
  std::string mount_point;
  std::string file_system;  // "vfat"
  std::string source;       // "/dev/sdb1"
  bool cut_short = false;   // it holds more than is looked at

  bool operator==(const Medium&) const = default;
};

// How far a scan of the policy's folders, or of a medium, is. Sent at start, every
// few seconds, and once complete.
struct ScanSeen {
  enum class State : unsigned char { running, complete };
  std::int64_t scan = 0;  // grows with each scan
  State state = State::running;
  Timestamp started_at;
  std::optional<Timestamp> finished_at;
  std::uint64_t files_seen = 0;
  std::uint64_t files_scanned = 0;
  std::uint64_t files_skipped = 0;
  std::uint64_t files_total = 0;  // 0 while unknown
  std::optional<Medium> medium = {};  // none: the policy's folders

  bool operator==(const ScanSeen&) const = default;
};

// The agent is alive.
struct Heartbeat {
  std::int64_t uptime_ms = 0;
  std::uint64_t spool_events = 0;
  std::uint64_t memory_bytes = 0;
  std::uint64_t cpu_ms = 0;  // since start

  bool operator==(const Heartbeat&) const = default;
};

// What became of the machine's quarantine.
struct QuarantineSeen {
  // held: a file that was not clean is in the store, whole, and no longer where
  // it was. restored: it is back there. halted, resumed: the agent takes none by
  // its own decision any more, or again; such a word names no file.
  enum class State : unsigned char { held, restored, halted, resumed };
  State state = State::held;
  std::string quarantine;      // the agent's name of it, 32 hex digits
  std::string path;            // where it was, as in FileSeen
  std::optional<Sha256> sha256;
  std::uint64_t size = 0;      // bytes
  std::uint32_t owner_uid = 0;
  std::string rule;            // for which it was taken
  OrderId order;               // none: the agent's own decision
  bool emptied = false;        // users may write in its folder: an empty file was left behind
  bool running = false;        // a process was running it, and still is

  bool operator==(const QuarantineSeen&) const = default;
};
std::string_view to_string(QuarantineSeen::State state);
Result<QuarantineSeen::State> quarantine_state_from_string(std::string_view text);

// The agent's answer to an order.
struct OrderSeen {
  OrderId order;
  Refusal refusal = Refusal::none;  // none: done
  std::string quarantine;           // what it holds for it; empty if nothing

  bool operator==(const OrderSeen&) const = default;
};

// A file that somebody wanted to run or to open was kept from them, or let through
// because there was no verdict in time.
struct AccessSeen {
  enum class Answer : unsigned char { denied, late };
  Answer answer = Answer::denied;
  bool exec = true;                  // to run it; else to open it
  std::string path;                  // as in FileSeen
  std::optional<Sha256> sha256;
  std::vector<FileMatch> matches;    // why; none of a late one
  std::string program;               // who: what the process runs
  std::int64_t pid = 0;
  std::uint32_t uid = 0;
  std::uint64_t times = 1;           // of this path, since it was told last

  bool operator==(const AccessSeen&) const = default;
};
std::string_view to_string(AccessSeen::Answer answer);
Result<AccessSeen::Answer> access_answer_from_string(std::string_view text);

// Which policy the agent follows, and where it does otherwise. Sent at start, when
// it changes, and hourly.
struct PolicySeen {
  // expired: the last good one is followed on, and no newer one came.
  enum class State : unsigned char { none, in_force, expired };
  struct Difference {
    PolicySetting setting = PolicySetting::roots;
    PolicyDeviation why = PolicyDeviation::bound;

    bool operator==(const Difference&) const = default;
  };
  State state = State::none;
  std::int64_t version = 0;                // 0: none
  std::optional<Timestamp> expires_at;
  std::vector<Difference> differences;     // ascending, a setting once
  PolicyRefusal refusal = PolicyRefusal::none;  // of what was offered last

  bool operator==(const PolicySeen&) const = default;
};
std::string_view to_string(PolicySeen::State state);
Result<PolicySeen::State> policy_state_from_string(std::string_view text);

// A site was looked at as a whole. Sent once a look, after its pages. Only the hub's
// own crawler says it.
struct SiteSeen {
  SiteId site;
  std::int64_t look = 0;  // grows with each look at the site
  Timestamp started_at;
  Timestamp finished_at;
  bool answered = false;         // the home page gave anything at all
  std::uint64_t pages = 0;       // looked at
  std::uint64_t views = 0;       // of them, all visitors together
  std::uint64_t limited = 0;     // views that are not whole
  // What the site shows of itself, as in ConfigurationSeen: "tls.expires_at", "cms.name".
  std::vector<Fact> facts;
  std::vector<std::string> unread = {};  // areas that were not looked at, or not reached: "dns"

  bool operator==(const SiteSeen&) const = default;
};

using ObservationBody = std::variant<FileSeen, FileGone, MachineSeen, PackagesSeen, ProtectionSeen, ScanSeen, Heartbeat,
                                     QuarantineSeen, OrderSeen, ConfigurationSeen, AccessSeen, PolicySeen,
                                     PageSeen, SiteSeen>;

// A fact that a sensor reported: what was seen, and when by the sensor's clock.
// Which machine saw it is never part of it: that is the certificate's word. What the
// hub's own crawler saw names its site.
struct Observation {
  Timestamp observed_at;
  ObservationBody body;

  bool operator==(const Observation&) const = default;
};

// "file_seen", "heartbeat" …: the wire's and the store's name of a body.
std::string_view kind_of(const ObservationBody& body);

// An engine's detail, degraded, when its content is not loaded any more because it
// killed its workers: told at once, and kept to the last.
inline constexpr std::string_view kSafeMode = "safe mode: two contents failed, nothing is scanned";

// An agent may tell it. What the hub's own sensors tell is never taken from an agent.
// A list of packages is an agent's unless it names a device.
bool told_by_agents(const ObservationBody& body);

// What may be dropped last when a spool or a hub is full: p0 before all.
enum class Priority : unsigned char { p0 = 0, p1 = 1, p2 = 2, p3 = 3 };
Priority priority_of(const ObservationBody& body);

// One line of JSON with ECS field names; see docs/reference/agent-protocol.md.
std::string to_json(const Observation& observation);

// Strict: an unknown kind, a missing or a mistyped field is Code::invalid and
// named; unknown fields are passed over, so that a newer agent can talk to an
// older hub. Limits on counts and lengths are Code::exhausted.
Result<Observation> observation_from_json(std::string_view text, JsonDocument& memory, Budget& budget);

}  // namespace khien

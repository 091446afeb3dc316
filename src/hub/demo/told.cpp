#include "told.hpp"

#include <algorithm>
#include <utility>

#include "numbers.hpp"

namespace khien::hub::demo {
namespace {

enum Salt : std::uint64_t { kSystem = 101, kVersion, kScanned, kFiles, kUptime, kTrouble, kFirewall, kSettings };

constexpr std::size_t kTellEvery = 1'000;
constexpr std::int64_t kPatterns = 8'712'000;  // about as many as ClamAV has

struct System {
  std::string_view id, name, version, kernel;
};
constexpr System kOperatingSystems[] = {
    {"debian", "Debian GNU/Linux 12 (bookworm)", "12", "6.1.0-40-amd64"},
    {"debian", "Debian GNU/Linux 13 (trixie)", "13", "6.12.48+deb13-amd64"},
    {"ubuntu", "Ubuntu 22.04.5 LTS", "22.04", "5.15.0-160-generic"},
    {"ubuntu", "Ubuntu 24.04.3 LTS", "24.04", "6.8.0-88-generic"},
};
constexpr std::string_view kVersions[] = {"0.9.2", "0.9.2", "0.9.2", "0.9.1", "0.8.4"};

std::uint64_t key_of(const SampleMachine& machine) {
  return static_cast<std::uint64_t>(machine.agent.machine.value);
}

template <class T, std::size_t N>
const T& one_of(const T (&all)[N], std::uint64_t key, std::uint64_t salt) {
  return all[scattered(key, salt, N)];
}

MachineSeen itself(const SampleMachine& machine) {
  const System& system = one_of(kOperatingSystems, key_of(machine), kSystem);
  MachineSeen seen;
  seen.hostname = machine.device.name;
  seen.os_id = system.id;
  seen.os_name = system.name;
  seen.os_version = system.version;
  seen.kernel_running = system.kernel;
  seen.kernel_installed = system.kernel;
  seen.addresses = {machine.device.address};
  // On each list and page that shows a machine's agent.
  seen.agent_version = std::string(one_of(kVersions, key_of(machine), kVersion)) + std::string(kMadeUp);
  seen.serial = machine.device.serial;
  seen.macs = {machine.device.mac};
  return seen;
}

ProtectionSeen protection(const SampleMachine& machine) {
  const Timestamp updated =
      machine.last_word - hours(static_cast<std::int64_t>(2 + scattered(key_of(machine), kScanned, 20)));
  EngineState clamav{Engine::clamav, EngineState::State::running, kPatterns, updated, ""};
  if (machine.fate == Fate::engine_trouble) {
    const bool absent = scattered(key_of(machine), kTrouble, 2) == 0;
    clamav.state = absent ? EngineState::State::absent : EngineState::State::degraded;
    clamav.signatures = absent ? 0 : kPatterns - 40'000;
    clamav.detail = absent ? "clamd does not answer" : "the signatures are 16 days old";
    clamav.updated_at = updated - days(16);
  }
  ProtectionSeen seen{{{Engine::ioc, EngineState::State::running, 2, updated, ""},
                       {Engine::yara, EngineState::State::running, 21, updated, ""},
                       clamav,
                       {Engine::watch, EngineState::State::running, 0, std::nullopt, ""}}};
  seen.firewall = scattered(key_of(machine), kFirewall, 60) == 0 ? FirewallState::off : FirewallState::on;
  return seen;
}

// Few machines have something to mend; the others' settings are as a fresh system's.
ConfigurationSeen settings(const SampleMachine& machine) {
  const bool careless = scattered(key_of(machine), kSettings, 50) == 0;
  return {{{"listen.public", "tcp/22"},
           {"log.kept", "yes"},
           {"ssh.password_authentication", careless ? "yes" : "no"},
           {"ssh.permit_root_login", careless ? "yes" : "no"},
           {"ssh.running", "yes"},
           {"time.synchronised", "yes"},
           {"update.automatic", careless ? "no" : "yes"}},
          {}};
}

// Little, but told: a machine that tells no software is unknown to every warning.
PackagesSeen software(const SampleMachine& machine) {
  const System& system = one_of(kOperatingSystems, key_of(machine), kSystem);
  const std::string distro = "?distro=" + std::string(system.id) + "-" + std::string(system.version);
  PackagesSeen seen;
  seen.inventory = 1;
  for (const auto& [name, version] : {std::pair{"adduser", "3.134"}, std::pair{"tzdata", "2026b-0"}}) {
    seen.packages.push_back({.purl = "pkg:deb/" + std::string(system.id) + "/" + name + "@" + version + distro, .name = name, .version = version, .source = {}, .source_version = {}});
  }
  return seen;
}

ScanSeen last_scan(const SampleMachine& machine) {
  const std::uint64_t key = key_of(machine);
  const std::uint64_t files = 60'000 + scattered(key, kFiles, 240'000);
  ScanSeen seen;
  seen.files_total = files;
  if (machine.fate == Fate::pending) {
    seen.scan = 1;
    seen.started_at = machine.enrolled_at + minutes(1);
    seen.files_seen = files / 3;
    seen.files_scanned = files / 3 - 900;
    seen.files_skipped = 900;
    return seen;
  }
  const std::int64_t days_old =
      machine.fate == Fate::old_scan ? 8 + static_cast<std::int64_t>(scattered(key, kScanned, 20)) : 0;
  seen.state = ScanSeen::State::complete;
  seen.scan = (machine.last_word - machine.enrolled_at).ms / days(1).ms + 1;
  seen.finished_at = machine.last_word - days(days_old) -
                     minutes(static_cast<std::int64_t>(30 + scattered(key, kScanned, 1'200)));
  seen.started_at = *seen.finished_at - minutes(static_cast<std::int64_t>(6 + files / 20'000));
  seen.files_seen = files;
  seen.files_scanned = files - files / 50;
  seen.files_skipped = files / 50;
  return seen;
}

Heartbeat heartbeat(const SampleMachine& machine) {
  const auto up = hours(static_cast<std::int64_t>(1 + scattered(key_of(machine), kUptime, 300)));
  return {.uptime_ms = up.ms,
          .spool_events = 0,
          .memory_bytes = 58u << 20,
          .cpu_ms = static_cast<std::uint64_t>(up.ms / 400)};
}

std::vector<SampleFinding> by_time(std::span<const SampleFinding> findings,
                                   Timestamp SampleFinding::* moment) {
  std::vector<SampleFinding> sorted(findings.begin(), findings.end());
  std::ranges::sort(sorted, {}, [moment](const SampleFinding& finding) {
    return std::pair(finding.*moment, finding.number);
  });
  return sorted;
}

}  // namespace

Result<void> tell_findings(Words& words, std::span<const SampleMachine> machines,
                           std::span<const SampleFinding> findings) {
  for (const SampleFinding& finding : by_time(findings, &SampleFinding::first_seen)) {
    TRY_VOID(words.say(machines[finding.machine].agent, finding.first_seen, {finding.file}));
  }
  return words.arrive();
}

Result<void> tell_afterwards(Words& words, std::span<const SampleMachine> machines,
                             std::span<const SampleFinding> findings) {
  for (const SampleFinding& finding : by_time(findings, &SampleFinding::after)) {
    const auto bodies = afterwards(finding);
    if (!bodies.empty()) TRY_VOID(words.say(machines[finding.machine].agent, finding.after, bodies));
  }
  return words.arrive();
}

Result<void> tell_states(Words& words, std::span<const SampleMachine> machines,
                         const std::function<void(std::size_t)>& progress) {
  for (std::size_t i = 0; i < machines.size(); ++i) {
    const SampleMachine& machine = machines[i];
    TRY_VOID(words.say(machine.agent, machine.last_word,
                       {itself(machine), protection(machine), settings(machine), software(machine), last_scan(machine), heartbeat(machine)}));
    if ((i + 1) % kTellEvery != 0 && i + 1 != machines.size()) continue;
    TRY_VOID(words.arrive());
    progress(i + 1);
  }
  return {};
}

}  // namespace khien::hub::demo

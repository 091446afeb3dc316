#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <string>
#include <type_traits>
#include <utility>

#include "khien/model/fleet.hpp"
#include "khien/model/observation.hpp"
#include "malformed.hpp"

namespace khien {
namespace {

// Bounds on what one event may carry. Linux paths end at 4,096 bytes; the rest
// is far above what real machines say.
constexpr std::size_t kMaxPathBytes = 16'384;
constexpr std::size_t kMaxTextBytes = 1'024;
constexpr std::size_t kMaxMatches = 64;
constexpr std::size_t kMaxAddresses = 256;
constexpr std::size_t kMaxPackagesAPart = 5'000;
constexpr std::size_t kMaxEngines = 16;
constexpr std::size_t kMaxProducts = 16;
constexpr std::size_t kMaxFacts = 1'000;
constexpr std::size_t kMaxFactName = 64;
constexpr std::size_t kMaxAreas = 32;
constexpr std::size_t kMaxReasons = 64;
constexpr std::size_t kMaxPageLinks = 200;
constexpr std::size_t kMaxSteps = 32;
constexpr std::size_t kMaxViews = 5;

Result<std::string> text_at(const Json& object, std::string_view name, std::size_t max_bytes = kMaxTextBytes) {
  TRY(const auto text, object.string_at(name));
  if (text.size() > max_bytes) return Error(Code::exhausted, "field '" + std::string(name) + "' is too long");
  return std::string(text);
}

Result<std::string> optional_text_at(const Json& object, std::string_view name) {
  if (!object.field(name)) return std::string();
  return text_at(object, name);
}

Result<std::uint64_t> count_at(const Json& object, std::string_view name) {
  TRY(const auto number, object.integer_at(name));
  if (number < 0) return Error(Code::invalid, "field '" + std::string(name) + "' is negative");
  return static_cast<std::uint64_t>(number);
}

Result<std::uint32_t> small_count_at(const Json& object, std::string_view name) {
  TRY(const auto number, count_at(object, name));
  if (number > std::numeric_limits<std::uint32_t>::max()) {
    return Error(Code::invalid, "field '" + std::string(name) + "' is too large");
  }
  return static_cast<std::uint32_t>(number);
}

// Of an answer by HTTP; 0 where none came.
Result<int> status_at(const Json& object) {
  TRY(const auto number, object.integer_at("status"));
  if (number < 0 || number > 999) return Error(Code::invalid, "field 'status' is not a status");
  return static_cast<int>(number);
}

Result<Timestamp> time_at(const Json& object, std::string_view name) {
  TRY(const auto text, object.string_at(name));
  auto time = from_rfc3339(text);
  if (!time) return std::move(time).error().within("field '" + std::string(name) + "'");
  return *time;
}

Result<std::optional<Timestamp>> optional_time_at(const Json& object, std::string_view name) {
  const auto value = object.field(name);
  if (!value || value->is_null()) return std::optional<Timestamp>();
  TRY(const auto time, time_at(object, name));
  return std::optional<Timestamp>(time);
}

// Reads each element of object[name], at most `most`, with `read`.
template <class T, class Read>
Result<std::vector<T>> list_at(const Json& object, std::string_view name, std::size_t most, Read read) {
  TRY(const auto list, object.field(name));
  if (!list.is_array()) return Error(Code::invalid, "field '" + std::string(name) + "' is not an array");
  if (list.size() > most) return Error(Code::exhausted, "field '" + std::string(name) + "' has too many elements");
  std::vector<T> all;
  all.reserve(list.size());
  auto read_all = list.each([&](Json element) -> Result<void> {
    TRY(T value, read(element));
    all.push_back(std::move(value));
    return {};
  });
  if (!read_all) return std::move(read_all).error().within("field '" + std::string(name) + "'");
  return all;
}

Result<FileMatch> read_match(const Json& object) {
  FileMatch match;
  TRY(const auto engine, object.string_at("engine"));
  TRY(match.engine, engine_from_string(engine));
  TRY(match.rule, text_at(object, "rule"));
  TRY(match.origin, text_at(object, "origin"));
  TRY(const auto severity, object.string_at("severity"));
  TRY(match.severity, severity_from_string(severity));
  TRY(match.inside, optional_text_at(object, "inside"));
  return match;
}

Result<void> read_verdict(const Json& root, FileSeen& file) {
  TRY(const auto khien, root.field("khien"));
  TRY(const auto verdict, khien.string_at("verdict"));
  TRY(file.verdict, file_verdict_from_string(verdict));
  TRY(file.reason, optional_text_at(khien, "reason"));
  TRY(file.matches, list_at<FileMatch>(khien, "matches", kMaxMatches, read_match));
  TRY(const auto content, optional_text_at(khien, "content"));
  if (content.empty()) return {};
  TRY(file.content, content_from_name(content));
  return {};
}

Result<ObservationBody> read_file_seen(const Json& root) {
  FileSeen seen;
  TRY(const auto file, root.field("file"));
  TRY(seen.path, text_at(file, "path", kMaxPathBytes));
  TRY(seen.size, count_at(file, "size"));
  TRY(seen.mtime_ns, file.integer_at("mtime_ns"));
  TRY(seen.owner_uid, small_count_at(file, "uid"));
  if (const auto hash = file.field("hash")) {
    TRY(const auto digits, hash->string_at("sha256"));
    TRY(const auto sha256, Sha256::from_hex(digits));
    seen.sha256 = sha256;
  }
  TRY_VOID(read_verdict(root, seen));
  return ObservationBody(std::move(seen));
}

Result<ObservationBody> read_file_gone(const Json& root) {
  FileGone gone;
  TRY(const auto file, root.field("file"));
  TRY(gone.path, text_at(file, "path", kMaxPathBytes));
  return ObservationBody(std::move(gone));
}

Result<std::string> read_address(Json address) {
  TRY(const auto text, address.string());
  if (text.size() > kMaxTextBytes) return Error(Code::exhausted, "an address is too long");
  return std::string(text);
}

Result<ObservationBody> read_machine(const Json& root) {
  MachineSeen machine;
  TRY(const auto host, root.field("host"));
  TRY(machine.hostname, text_at(host, "hostname"));
  TRY(machine.addresses, list_at<std::string>(host, "ip", kMaxAddresses, read_address));
  // Agents before 0.2 do not say these.
  if (host.field("mac")) {
    TRY(machine.macs, list_at<std::string>(host, "mac", kMaxAddresses, read_address));
  }
  TRY(machine.serial, optional_text_at(host, "serial_number"));
  TRY(const auto os, host.field("os"));
  TRY(machine.os_id, text_at(os, "platform"));
  TRY(machine.os_name, text_at(os, "full"));
  TRY(machine.os_version, text_at(os, "version"));
  TRY(machine.kernel_running, text_at(os, "kernel"));
  TRY(machine.kernel_installed, text_at(os, "kernel_installed"));
  TRY(const auto agent, root.field("agent"));
  TRY(machine.agent_version, text_at(agent, "version"));
  return ObservationBody(std::move(machine));
}

Result<Package> read_package(const Json& object) {
  Package package;
  TRY(package.purl, text_at(object, "purl"));
  TRY(package.name, text_at(object, "name"));
  TRY(package.version, text_at(object, "version"));
  TRY(package.source, optional_text_at(object, "source"));
  TRY(package.source_version, optional_text_at(object, "source_version"));
  return package;
}

Result<ObservationBody> read_packages(const Json& root) {
  PackagesSeen seen;
  TRY(seen.inventory, root.integer_at("inventory"));
  TRY(seen.part, small_count_at(root, "part"));
  TRY(seen.parts, small_count_at(root, "parts"));
  if (seen.part < 1 || seen.part > seen.parts) return Error(Code::invalid, "field 'part' is not within 'parts'");
  TRY(seen.packages, list_at<Package>(root, "packages", kMaxPackagesAPart, read_package));
  if (const auto khien = root.field("khien"); khien && khien->field("device")) {
    TRY(seen.device.value, khien->integer_at("device"));
    if (seen.device.value <= 0) return Error(Code::invalid, "field 'device' is not a device's number");
  }
  return ObservationBody(std::move(seen));
}

Result<EngineState> read_engine(const Json& object) {
  EngineState engine;
  TRY(const auto name, object.string_at("engine"));
  TRY(engine.engine, engine_from_string(name));
  TRY(const auto state, object.string_at("state"));
  TRY(engine.state, engine_state_from_string(state));
  TRY(engine.signatures, object.integer_at("signatures"));
  TRY(engine.updated_at, optional_time_at(object, "updated_at"));
  TRY(engine.detail, text_at(object, "detail"));
  return engine;
}

Result<AccessState> read_on_access(const Json& object) {
  AccessState on_access;
  TRY(const auto mode, object.string_at("mode"));
  TRY(on_access.mode, access_mode_from_string(mode));
  TRY(const auto wanted, object.string_at("wanted"));
  TRY(on_access.wanted, access_mode_from_string(wanted));
  TRY(on_access.why, text_at(object, "why"));
  TRY(on_access.denied, count_at(object, "denied"));
  TRY(on_access.late, count_at(object, "late"));
  return on_access;
}

Result<ProductState> read_product(const Json& object) {
  ProductState product;
  TRY(product.id, text_at(object, "id", kMaxFactName));
  TRY(product.name, text_at(object, "name"));
  TRY(product.on, object.boolean_at("on"));
  TRY(product.updated_at, optional_time_at(object, "updated_at"));
  return product;
}

Result<ObservationBody> read_protection(const Json& root) {
  ProtectionSeen seen;
  TRY(seen.engines, list_at<EngineState>(root, "engines", kMaxEngines, read_engine));
  // Agents before 0.3 do not say these.
  if (root.field("products")) {
    TRY(seen.products, list_at<ProductState>(root, "products", kMaxProducts, read_product));
  }
  if (root.field("firewall")) {
    TRY(const auto firewall, root.string_at("firewall"));
    TRY(seen.firewall, firewall_state_from_string(firewall));
  }
  if (const auto object = root.field("on_access")) {
    TRY(seen.on_access, read_on_access(*object));
  }
  return ObservationBody(std::move(seen));
}

Result<Fact> read_fact(const Json& object) {
  Fact fact;
  TRY(fact.name, text_at(object, "name", kMaxFactName));
  TRY(fact.value, text_at(object, "value"));
  return fact;
}

Result<std::string> read_area(const Json& area) {
  TRY(const auto text, area.string());
  if (text.size() > kMaxFactName) return Error(Code::exhausted, "an area's name is too long");
  return std::string(text);
}

Result<ObservationBody> read_configuration(const Json& root) {
  ConfigurationSeen seen;
  TRY(seen.facts, list_at<Fact>(root, "facts", kMaxFacts, read_fact));
  TRY(seen.unread, list_at<std::string>(root, "unread", kMaxAreas, read_area));
  return ObservationBody(std::move(seen));
}

Result<Medium> read_medium(const Json& object) {
  Medium medium;
  TRY(medium.mount_point, text_at(object, "mount_point", kMaxPathBytes));
  TRY(medium.file_system, text_at(object, "file_system"));
  TRY(medium.source, text_at(object, "source", kMaxPathBytes));
  TRY(medium.cut_short, object.boolean_at("cut_short"));
  return medium;
}

Result<ObservationBody> read_scan(const Json& root) {
  ScanSeen scan;
  TRY(scan.scan, root.integer_at("scan"));
  TRY(const auto state, root.string_at("state"));
  if (state != "running" && state != "complete") return Error(Code::invalid, "field 'state' is not one that is known");
  scan.state = state == "complete" ? ScanSeen::State::complete : ScanSeen::State::running;
  TRY(scan.started_at, time_at(root, "started_at"));
  TRY(scan.finished_at, optional_time_at(root, "finished_at"));
  TRY(scan.files_seen, count_at(root, "files_seen"));
  TRY(scan.files_scanned, count_at(root, "files_scanned"));
  TRY(scan.files_skipped, count_at(root, "files_skipped"));
  TRY(scan.files_total, count_at(root, "files_total"));
  if (const auto object = root.field("medium")) {
    TRY(scan.medium, read_medium(*object));
  }
  return ObservationBody(std::move(scan));
}

Result<ObservationBody> read_heartbeat(const Json& root) {
  Heartbeat heartbeat;
  TRY(heartbeat.uptime_ms, root.integer_at("uptime_ms"));
  TRY(heartbeat.spool_events, count_at(root, "spool_events"));
  TRY(heartbeat.memory_bytes, count_at(root, "memory_bytes"));
  TRY(heartbeat.cpu_ms, count_at(root, "cpu_ms"));
  return ObservationBody(std::move(heartbeat));
}

Result<void> read_held_file(const Json& root, QuarantineSeen& seen) {
  TRY(const auto file, root.field("file"));
  TRY(seen.path, text_at(file, "path", kMaxPathBytes));
  TRY(seen.size, count_at(file, "size"));
  TRY(seen.owner_uid, small_count_at(file, "uid"));
  TRY(const auto hash, file.field("hash"));
  TRY(const auto digits, hash.string_at("sha256"));
  TRY(const auto sha256, Sha256::from_hex(digits));
  seen.sha256 = sha256;
  return {};
}

Result<ObservationBody> read_quarantine_seen(const Json& root) {
  QuarantineSeen seen;
  TRY(const auto khien, root.field("khien"));
  TRY(const auto state, khien.string_at("state"));
  TRY(seen.state, quarantine_state_from_string(state));
  const bool of_file = seen.state == QuarantineSeen::State::held || seen.state == QuarantineSeen::State::restored;
  if (!of_file) return ObservationBody(std::move(seen));
  TRY(seen.quarantine, text_at(khien, "quarantine"));
  if (!is_quarantine_name(seen.quarantine)) return Error(Code::invalid, "field 'quarantine' is not a name of one");
  TRY(seen.rule, text_at(khien, "rule"));
  TRY(seen.order.value, khien.integer_at("order"));
  TRY(seen.emptied, khien.boolean_at("emptied"));
  TRY(seen.running, khien.boolean_at("running"));
  TRY_VOID(read_held_file(root, seen));
  return ObservationBody(std::move(seen));
}

Result<ObservationBody> read_order_seen(const Json& root) {
  OrderSeen seen;
  TRY(const auto khien, root.field("khien"));
  TRY(seen.order.value, khien.integer_at("order"));
  TRY(const auto refusal, khien.string_at("refusal"));
  TRY(seen.refusal, refusal_from_string(refusal));
  TRY(seen.quarantine, optional_text_at(khien, "quarantine"));
  if (!seen.quarantine.empty() && !is_quarantine_name(seen.quarantine)) {
    return Error(Code::invalid, "field 'quarantine' is not a name of one");
  }
  return ObservationBody(std::move(seen));
}

Result<std::uint32_t> uid_at(const Json& object) {
  TRY(const auto text, object.string_at("id"));
  std::uint32_t uid = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), uid);
  if (error != std::errc() || end != text.data() + text.size()) return Error(Code::invalid, "field 'id' is not a number");
  return uid;
}

Result<ObservationBody> read_access_seen(const Json& root) {
  AccessSeen seen;
  TRY(const auto file, root.field("file"));
  TRY(seen.path, text_at(file, "path", kMaxPathBytes));
  if (const auto hash = file.field("hash")) {
    TRY(const auto digits, hash->string_at("sha256"));
    TRY(const auto sha256, Sha256::from_hex(digits));
    seen.sha256 = sha256;
  }
  TRY(const auto process, root.field("process"));
  TRY(seen.program, text_at(process, "executable", kMaxPathBytes));
  TRY(seen.pid, process.integer_at("pid"));
  TRY(const auto user, root.field("user"));
  TRY(seen.uid, uid_at(user));
  TRY(const auto khien, root.field("khien"));
  TRY(const auto answer, khien.string_at("answer"));
  TRY(seen.answer, access_answer_from_string(answer));
  TRY(seen.exec, khien.boolean_at("exec"));
  TRY(seen.times, count_at(khien, "times"));
  TRY(seen.matches, list_at<FileMatch>(khien, "matches", kMaxMatches, read_match));
  return ObservationBody(std::move(seen));
}

Result<PolicySeen::Difference> read_difference(const Json& object) {
  PolicySeen::Difference difference;
  TRY(const auto setting, object.string_at("setting"));
  TRY(difference.setting, policy_setting_from_string(setting));
  TRY(const auto why, object.string_at("why"));
  TRY(difference.why, policy_deviation_from_string(why));
  return difference;
}

Result<ObservationBody> read_policy_seen(const Json& root) {
  PolicySeen seen;
  TRY(const auto policy, root.field("policy"));
  TRY(const auto state, policy.string_at("state"));
  TRY(seen.state, policy_state_from_string(state));
  TRY(seen.version, policy.integer_at("version"));
  if (seen.version < 0) return Error(Code::invalid, "field 'version' is negative");
  TRY(seen.expires_at, optional_time_at(policy, "expires_at"));
  TRY(const auto refusal, policy.string_at("refusal"));
  TRY(seen.refusal, policy_refusal_from_string(refusal));
  TRY(seen.differences, list_at<PolicySeen::Difference>(policy, "differences", kPolicySettings, read_difference));
  const bool ascending = std::ranges::is_sorted(
      seen.differences, [](const auto& a, const auto& b) { return a.setting <= b.setting; });
  if (!ascending) return Error(Code::invalid, "field 'differences' does not ascend");
  return ObservationBody(std::move(seen));
}

Result<RedirectStep> read_step(const Json& object) {
  RedirectStep step;
  TRY(step.url, text_at(object, "url", kMaxPathBytes));
  TRY(step.status, status_at(object));
  TRY(const auto how, object.string_at("how"));
  TRY(step.how, redirect_how_from_string(how));
  return step;
}

Result<PageReason> read_reason(const Json& object) {
  PageReason reason;
  TRY(reason.name, text_at(object, "name", kMaxFactName));
  TRY(reason.points, object.integer_at("points"));
  return reason;
}

Result<PageLink> read_page_link(const Json& object) {
  PageLink link;
  TRY(link.url, text_at(object, "url", kMaxPathBytes));
  TRY(link.anchor, text_at(object, "anchor"));
  TRY(const auto visitor, object.string_at("visitor"));
  TRY(link.visitor, visitor_from_string(visitor));
  TRY(link.offset, count_at(object, "offset"));
  TRY(link.why, text_at(object, "why"));
  return link;
}

Result<SeenView> read_seen_view(const Json& object) {
  SeenView view;
  TRY(const auto visitor, object.string_at("visitor"));
  TRY(view.visitor, visitor_from_string(visitor));
  TRY(view.final_url, text_at(object, "final_url", kMaxPathBytes));
  TRY(view.status, status_at(object));
  TRY(view.limit, text_at(object, "limit", kMaxFactName));
  TRY(view.fetched_at, time_at(object, "fetched_at"));
  TRY(view.size, count_at(object, "size"));
  TRY(view.steps, list_at<RedirectStep>(object, "steps", kMaxSteps, read_step));
  const auto hash = object.field("hash");
  if (!hash) return view;
  TRY(const auto digits, hash->string_at("sha256"));
  TRY(const auto sha256, Sha256::from_hex(digits));
  view.sha256 = sha256;
  return view;
}

Result<SiteId> site_at(const Json& khien) {
  TRY(const auto site, khien.integer_at("site"));
  if (site <= 0) return Error(Code::invalid, "field 'site' is not a site's number");
  return SiteId{site};
}

Result<ObservationBody> read_page_seen(const Json& root) {
  PageSeen page;
  TRY(const auto url, root.field("url"));
  TRY(page.url, text_at(url, "full", kMaxPathBytes));
  TRY(const auto khien, root.field("khien"));
  TRY(page.site, site_at(khien));
  TRY(const auto page_class, khien.string_at("class"));
  TRY(page.page_class, page_class_from_string(page_class));
  TRY(page.score, khien.integer_at("score"));
  TRY(page.evidence.value, khien.integer_at("evidence"));
  TRY(page.reasons, list_at<PageReason>(khien, "reasons", kMaxReasons, read_reason));
  TRY(page.links, list_at<PageLink>(khien, "links", kMaxPageLinks, read_page_link));
  TRY(page.links_left_out, count_at(khien, "links_left_out"));
  TRY(page.views, list_at<SeenView>(khien, "views", kMaxViews, read_seen_view));
  const bool ascending =
      std::ranges::is_sorted(page.views, [](const auto& a, const auto& b) { return a.visitor <= b.visitor; });
  if (!ascending) return Error(Code::invalid, "field 'views' does not ascend");
  TRY(const auto content, optional_text_at(khien, "content"));
  if (content.empty()) return ObservationBody(std::move(page));
  TRY(page.content, content_from_name(content));
  return ObservationBody(std::move(page));
}

Result<ObservationBody> read_site_seen(const Json& root) {
  SiteSeen seen;
  TRY(const auto khien, root.field("khien"));
  TRY(seen.site, site_at(khien));
  TRY(seen.look, khien.integer_at("look"));
  TRY(seen.started_at, time_at(khien, "started_at"));
  TRY(seen.finished_at, time_at(khien, "finished_at"));
  TRY(seen.answered, khien.boolean_at("answered"));
  TRY(seen.pages, count_at(khien, "pages"));
  TRY(seen.views, count_at(khien, "views"));
  TRY(seen.limited, count_at(khien, "limited"));
  TRY(seen.facts, list_at<Fact>(root, "facts", kMaxFacts, read_fact));
  TRY(seen.unread, list_at<std::string>(root, "unread", kMaxAreas, read_area));
  return ObservationBody(std::move(seen));
}

// One row a kind, in the order of ObservationBody.
struct Kind {
  std::string_view name;
  Priority priority;
  Result<ObservationBody> (*read)(const Json&);
};
constexpr std::array<Kind, std::variant_size_v<ObservationBody>> kKinds{{
    {"file_seen", Priority::p0, read_file_seen},
    {"file_gone", Priority::p0, read_file_gone},
    {"machine_seen", Priority::p2, read_machine},
    {"packages_seen", Priority::p2, read_packages},
    {"protection_seen", Priority::p1, read_protection},
    {"scan_seen", Priority::p3, read_scan},
    {"heartbeat", Priority::p3, read_heartbeat},
    {"quarantine_seen", Priority::p0, read_quarantine_seen},
    {"order_seen", Priority::p1, read_order_seen},
    {"configuration_seen", Priority::p2, read_configuration},
    {"access_seen", Priority::p0, read_access_seen},
    {"policy_seen", Priority::p1, read_policy_seen},
    {"page_seen", Priority::p0, read_page_seen},
    {"site_seen", Priority::p2, read_site_seen},
}};

}  // namespace

std::string_view kind_of(const ObservationBody& body) { return kKinds.at(body.index()).name; }

bool told_by_agents(const ObservationBody& body) {
  const auto* packages = std::get_if<PackagesSeen>(&body);
  if (packages != nullptr && packages->device) return false;
  return !std::holds_alternative<PageSeen>(body) && !std::holds_alternative<SiteSeen>(body);
}

Priority priority_of(const ObservationBody& body) {
  // The end of a scan is what a machine's health hangs on; its progress is not.
  if (const auto* scan = std::get_if<ScanSeen>(&body); scan != nullptr && scan->state == ScanSeen::State::complete) {
    return Priority::p1;
  }
  if (const auto* protection = std::get_if<ProtectionSeen>(&body)) {
    const auto is_safe = [](const EngineState& engine) { return engine.detail == kSafeMode; };
    if (std::ranges::any_of(protection->engines, is_safe)) return Priority::p0;
  }
  return kKinds.at(body.index()).priority;
}

namespace {

Result<Observation> read_observation(std::string_view text, JsonDocument& memory, Budget& budget) {
  TRY(const auto root, memory.parse(text, budget));
  TRY(const auto observed_at, time_at(root, "@timestamp"));
  TRY(const auto name, root.string_at("kind"));
  for (const Kind& kind : kKinds) {
    if (kind.name != name) continue;
    auto body = kind.read(root);
    if (!body) return std::move(body).error().within(name);
    return Observation{observed_at, std::move(body).value()};
  }
  return Error(Code::invalid, "field 'kind' is not one that is known");
}

}  // namespace

Result<Observation> observation_from_json(std::string_view text, JsonDocument& memory, Budget& budget) {
  return malformed(read_observation(text, memory, budget));
}

}  // namespace khien

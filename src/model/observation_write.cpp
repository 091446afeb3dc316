#include <string>

#include "khien/core/text.hpp"
#include "khien/model/fleet.hpp"
#include "khien/model/observation.hpp"
#include "khien/model/sample.hpp"

namespace khien {
namespace {

// Each body under the ECS field set that fits it; what ECS has no word for is
// under "khien".

void write(JsonWriter& out, const FileMatch& match) {
  out.begin_object()
      .field("engine", to_string(match.engine))
      .field("rule", match.rule)
      .field("origin", match.origin)
      .field("severity", to_string(match.severity));
  if (!match.inside.empty()) out.field("inside", match.inside);
  out.end_object();
}

void write_body(JsonWriter& out, const FileSeen& file) {
  out.key("file").begin_object();
  out.field("path", file.path);
  out.field("size", static_cast<std::int64_t>(file.size));
  out.field("mtime_ns", file.mtime_ns);
  out.field("uid", std::int64_t{file.owner_uid});
  if (file.sha256) out.key("hash").begin_object().field("sha256", file.sha256->hex()).end_object();
  out.end_object();

  out.key("khien").begin_object();
  out.field("verdict", to_string(file.verdict));
  if (!file.reason.empty()) out.field("reason", file.reason);
  out.key("matches").begin_array();
  for (const FileMatch& match : file.matches) write(out, match);
  out.end_array();
  if (file.content != 0) out.field("content", content_name(file.content));
  out.end_object();
}

void write_body(JsonWriter& out, const FileGone& file) {
  out.key("file").begin_object().field("path", file.path).end_object();
}

void write_body(JsonWriter& out, const MachineSeen& machine) {
  out.key("host").begin_object();
  out.field("hostname", machine.hostname);
  out.key("ip").begin_array();
  for (const std::string& address : machine.addresses) out.string(address);
  out.end_array();
  out.key("mac").begin_array();
  for (const std::string& mac : machine.macs) out.string(mac);
  out.end_array();
  if (!machine.serial.empty()) out.field("serial_number", machine.serial);
  out.key("os").begin_object();
  out.field("platform", machine.os_id);
  out.field("full", machine.os_name);
  out.field("version", machine.os_version);
  out.field("kernel", machine.kernel_running);
  out.field("kernel_installed", machine.kernel_installed);
  out.end_object().end_object();
  out.key("agent").begin_object().field("version", machine.agent_version).end_object();
}

void write_body(JsonWriter& out, const PackagesSeen& seen) {
  if (seen.device) out.key("khien").begin_object().field("device", seen.device.value).end_object();
  out.field("inventory", seen.inventory);
  out.field("part", std::int64_t{seen.part});
  out.field("parts", std::int64_t{seen.parts});
  out.key("packages").begin_array();
  for (const Package& package : seen.packages) {
    out.begin_object().field("purl", package.purl).field("name", package.name).field("version", package.version);
    if (!package.source.empty()) out.field("source", package.source);
    if (!package.source_version.empty()) out.field("source_version", package.source_version);
    out.end_object();
  }
  out.end_array();
}

void write_body(JsonWriter& out, const ProtectionSeen& protection) {
  out.key("engines").begin_array();
  for (const EngineState& engine : protection.engines) {
    out.begin_object()
        .field("engine", to_string(engine.engine))
        .field("state", to_string(engine.state))
        .field("signatures", engine.signatures);
    if (engine.updated_at) out.field("updated_at", *engine.updated_at);
    out.field("detail", engine.detail).end_object();
  }
  out.end_array();
  out.key("products").begin_array();
  for (const ProductState& product : protection.products) {
    out.begin_object().field("id", product.id).field("name", product.name).field("on", product.on);
    if (product.updated_at) out.field("updated_at", *product.updated_at);
    out.end_object();
  }
  out.end_array();
  out.field("firewall", to_string(protection.firewall));
  if (!protection.on_access) return;
  const AccessState& on_access = *protection.on_access;
  out.key("on_access").begin_object();
  out.field("mode", to_string(on_access.mode)).field("wanted", to_string(on_access.wanted)).field("why", on_access.why);
  out.field("denied", static_cast<std::int64_t>(on_access.denied)).field("late", static_cast<std::int64_t>(on_access.late));
  out.end_object();
}

void write_facts(JsonWriter& out, const std::vector<Fact>& facts, const std::vector<std::string>& unread) {
  out.key("facts").begin_array();
  for (const Fact& fact : facts) {
    out.begin_object().field("name", fact.name).field("value", fact.value).end_object();
  }
  out.end_array();
  out.key("unread").begin_array();
  for (const std::string& area : unread) out.string(area);
  out.end_array();
}

void write_body(JsonWriter& out, const ConfigurationSeen& seen) { write_facts(out, seen.facts, seen.unread); }

void write_body(JsonWriter& out, const ScanSeen& scan) {
  out.field("scan", scan.scan);
  out.field("state", scan.state == ScanSeen::State::complete ? "complete" : "running");
  out.field("started_at", scan.started_at);
  if (scan.finished_at) out.field("finished_at", *scan.finished_at);
  out.field("files_seen", static_cast<std::int64_t>(scan.files_seen));
  out.field("files_scanned", static_cast<std::int64_t>(scan.files_scanned));
  out.field("files_skipped", static_cast<std::int64_t>(scan.files_skipped));
  out.field("files_total", static_cast<std::int64_t>(scan.files_total));
  if (!scan.medium) return;
  out.key("medium").begin_object().field("mount_point", scan.medium->mount_point);
  out.field("file_system", scan.medium->file_system).field("source", scan.medium->source);
  out.field("cut_short", scan.medium->cut_short).end_object();
}

void write_body(JsonWriter& out, const Heartbeat& heartbeat) {
  out.field("uptime_ms", heartbeat.uptime_ms);
  out.field("spool_events", static_cast<std::int64_t>(heartbeat.spool_events));
  out.field("memory_bytes", static_cast<std::int64_t>(heartbeat.memory_bytes));
  out.field("cpu_ms", static_cast<std::int64_t>(heartbeat.cpu_ms));
}

void write_body(JsonWriter& out, const QuarantineSeen& seen) {
  if (seen.sha256) {
    out.key("file").begin_object().field("path", seen.path).field("size", static_cast<std::int64_t>(seen.size));
    out.field("uid", std::int64_t{seen.owner_uid});
    out.key("hash").begin_object().field("sha256", seen.sha256->hex()).end_object().end_object();
  }
  out.key("khien").begin_object().field("state", to_string(seen.state));
  if (seen.sha256) {
    out.field("quarantine", seen.quarantine).field("rule", seen.rule).field("order", seen.order.value);
    out.field("emptied", seen.emptied).field("running", seen.running);
  }
  out.end_object();
}

void write_body(JsonWriter& out, const OrderSeen& seen) {
  out.key("khien").begin_object().field("order", seen.order.value).field("refusal", to_string(seen.refusal));
  if (!seen.quarantine.empty()) out.field("quarantine", seen.quarantine);
  out.end_object();
}

void write_body(JsonWriter& out, const AccessSeen& seen) {
  out.key("file").begin_object().field("path", seen.path);
  if (seen.sha256) out.key("hash").begin_object().field("sha256", seen.sha256->hex()).end_object();
  out.end_object();
  out.key("process").begin_object().field("executable", seen.program).field("pid", seen.pid).end_object();
  out.key("user").begin_object().field("id", std::to_string(seen.uid)).end_object();
  out.key("khien").begin_object().field("answer", to_string(seen.answer)).field("exec", seen.exec);
  out.field("times", static_cast<std::int64_t>(seen.times)).key("matches").begin_array();
  for (const FileMatch& match : seen.matches) write(out, match);
  out.end_array().end_object();
}

void write_body(JsonWriter& out, const PolicySeen& seen) {
  out.key("policy").begin_object().field("state", to_string(seen.state)).field("version", seen.version);
  if (seen.expires_at) out.field("expires_at", *seen.expires_at);
  out.field("refusal", to_string(seen.refusal)).key("differences").begin_array();
  for (const auto& difference : seen.differences) {
    out.begin_object().field("setting", to_string(difference.setting)).field("why", to_string(difference.why)).end_object();
  }
  out.end_array().end_object();
}

void write(JsonWriter& out, const RedirectStep& step) {
  out.begin_object().field("url", step.url).field("status", std::int64_t{step.status}).field("how", to_string(step.how)).end_object();
}

void write(JsonWriter& out, const PageLink& link) {
  out.begin_object().field("url", link.url).field("anchor", link.anchor).field("visitor", to_string(link.visitor));
  out.field("offset", static_cast<std::int64_t>(link.offset)).field("why", link.why).end_object();
}

void write(JsonWriter& out, const SeenView& view) {
  out.begin_object().field("visitor", to_string(view.visitor)).field("final_url", view.final_url);
  out.field("status", std::int64_t{view.status}).field("limit", view.limit).field("fetched_at", view.fetched_at);
  if (view.sha256) out.key("hash").begin_object().field("sha256", view.sha256->hex()).end_object();
  out.field("size", static_cast<std::int64_t>(view.size)).key("steps").begin_array();
  for (const RedirectStep& step : view.steps) write(out, step);
  out.end_array().end_object();
}

void write_body(JsonWriter& out, const PageSeen& page) {
  out.key("url").begin_object().field("full", page.url).end_object();
  out.key("khien").begin_object().field("site", page.site.value).field("class", to_string(page.page_class));
  out.field("score", page.score).field("evidence", page.evidence.value);
  if (page.content != 0) out.field("content", content_name(page.content));
  out.key("reasons").begin_array();
  for (const PageReason& reason : page.reasons) {
    out.begin_object().field("name", reason.name).field("points", reason.points).end_object();
  }
  out.end_array().key("links").begin_array();
  for (const PageLink& link : page.links) write(out, link);
  out.end_array().field("links_left_out", static_cast<std::int64_t>(page.links_left_out));
  out.key("views").begin_array();
  for (const SeenView& view : page.views) write(out, view);
  out.end_array().end_object();
}

void write_body(JsonWriter& out, const SiteSeen& seen) {
  out.key("khien").begin_object().field("site", seen.site.value).field("look", seen.look);
  out.field("started_at", seen.started_at).field("finished_at", seen.finished_at).field("answered", seen.answered);
  out.field("pages", static_cast<std::int64_t>(seen.pages)).field("views", static_cast<std::int64_t>(seen.views));
  out.field("limited", static_cast<std::int64_t>(seen.limited)).end_object();
  write_facts(out, seen.facts, seen.unread);
}

void write_members(JsonWriter& out, const Observation& observation) {
  out.field("@timestamp", observation.observed_at);
  out.field("kind", kind_of(observation.body));
  std::visit([&out](const auto& body) { write_body(out, body); }, observation.body);
}

}  // namespace

std::string to_json(const Observation& observation) {
  JsonWriter out;
  out.begin_object();
  write_members(out, observation);
  out.end_object();
  return out.take();
}

std::string to_sample_json(const Observation& observation) {
  JsonWriter out;
  out.begin_object();
  // First, so that whoever reads the bytes reads it before anything else.
  out.key("labels").begin_object().field("sample", true).end_object();
  write_members(out, observation);
  out.end_object();
  return out.take();
}

}  // namespace khien

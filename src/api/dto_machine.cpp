#include <algorithm>
#include <string>

#include "dto.hpp"
#include "khien/core/text.hpp"

namespace khien::api {
namespace {

constexpr std::size_t kMostDetailBytes = 300;

LocalText engine_name(Engine engine) {
  switch (engine) {
    case Engine::ioc: return {"Danh sách mã băm độc hại", "The list of bad hashes"};
    case Engine::yara: return {"Bộ luật YARA", "The YARA rules"};
    case Engine::clamav: return {"ClamAV", "ClamAV"};
    case Engine::watch: return {"Theo dõi thay đổi tập tin", "Watching files for changes"};
  }
  return {};
}

LocalText state_words(EngineState::State state) {
  switch (state) {
    case EngineState::State::running: return {"đang chạy", "is running"};
    case EngineState::State::degraded: return {"chạy nhưng chưa đầy đủ", "runs, but not fully"};
    case EngineState::State::absent: return {"không chạy trên máy này", "does not run on this machine"};
  }
  return {};
}

LocalText engine_sentence(const EngineState& engine) {
  const auto name = engine_name(engine.engine);
  const auto state = state_words(engine.state);
  return {name.vi + " " + state.vi + ".", name.en + " " + state.en + "."};
}

// Our sentence, then the agent's own words: data from outside, cleaned for a screen.
LocalText engine_detail(const EngineState& engine) {
  auto text = engine_sentence(engine);
  if (engine.detail.empty()) return text;
  const auto words = " (" + printable(truncate(engine.detail, kMostDetailBytes)) + ")";
  return {text.vi + words, text.en + words};
}

// The interface wants numbers that every JSON reader keeps exactly.
std::int64_t number(std::uint64_t value) {
  constexpr std::uint64_t kMost = 9'007'199'254'740'991;
  return static_cast<std::int64_t>(std::min(value, kMost));
}

void write_protection(JsonWriter& json, const std::vector<EngineState>& engines) {
  json.key("protection").begin_array();
  for (const EngineState& engine : engines) {
    json.begin_object().field("engine", to_string(engine.engine)).field("state", to_string(engine.state));
    json.field("signatures", engine.signatures);
    write_time(json, "updated_at", engine.updated_at);
    json.key("detail");
    write_text(json, engine_detail(engine));
    json.end_object();
  }
  json.end_array();
}

LocalText mode_words(AccessState::Mode mode) {
  switch (mode) {
    case AccessState::Mode::permission:
      return {"Tệp được xét trước khi chạy; tệp độc hại bị chặn.", "Files are judged before they run; malicious ones are kept from it."};
    case AccessState::Mode::notify:
      return {"Tệp được quét ngay sau khi ghi.", "Files are scanned as soon as they were written."};
    case AccessState::Mode::inotify:
      return {"Tệp được quét sau khi ghi; theo dõi từng thư mục, có thể sót.",
              "Files are scanned after they were written; folder by folder, some may be missed."};
    case AccessState::Mode::scheduled:
      return {"Không theo dõi thay đổi; chỉ quét theo lịch.", "Changes are not watched; scanned on schedule only."};
  }
  return {};
}

void write_on_access(JsonWriter& json, const std::optional<AccessState>& on_access) {
  json.key("on_access");
  if (!on_access) {
    json.null();
    return;
  }
  json.begin_object().field("mode", to_string(on_access->mode)).field("wanted", to_string(on_access->wanted));
  json.key("words");
  write_text(json, mode_words(on_access->mode));
  json.field("why", printable(truncate(on_access->why, kMostDetailBytes)));
  json.field("denied", number(on_access->denied)).field("late", number(on_access->late)).end_object();
}

void write_media(JsonWriter& json, const std::vector<ScanSeen>& media) {
  json.key("media").begin_array();
  for (const ScanSeen& seen : media) {
    json.begin_object().field("mount_point", seen.medium->mount_point);
    json.field("file_system", seen.medium->file_system).field("source", seen.medium->source);
    json.field("state", seen.state == ScanSeen::State::complete ? "complete" : "running");
    json.field("cut_short", seen.medium->cut_short).field("started_at", seen.started_at);
    write_time(json, "finished_at", seen.finished_at);
    json.field("files_seen", number(seen.files_seen)).field("files_scanned", number(seen.files_scanned)).end_object();
  }
  json.end_array();
}

void write_products(JsonWriter& json, const std::vector<ProductState>& products) {
  json.key("products").begin_array();
  for (const ProductState& product : products) {
    json.begin_object().field("id", product.id).field("name", product.name).field("on", product.on);
    write_time(json, "updated_at", product.updated_at);
    json.end_object();
  }
  json.end_array();
}

void write_scan(JsonWriter& json, const std::optional<ScanSeen>& scan) {
  json.key("scan");
  if (!scan) {
    json.null();
    return;
  }
  json.begin_object().field("state", scan->state == ScanSeen::State::complete ? "complete" : "running");
  json.field("started_at", scan->started_at);
  write_time(json, "finished_at", scan->finished_at);
  json.field("files_seen", number(scan->files_seen)).field("files_scanned", number(scan->files_scanned));
  json.field("files_skipped", number(scan->files_skipped)).field("files_total", number(scan->files_total));
  json.end_object();
}

}  // namespace

std::vector<LocalText> health_reasons(const estate::Machine& machine, Timestamp now) {
  std::vector<LocalText> reasons;
  const Timestamp seen_at = machine.judged_at(now);
  if (machine.sample_at) {
    reasons.push_back(
        {"Máy giả định của dữ liệu mẫu, không có thật.", "A made-up machine of the sample data."});
  }
  if (machine.revoked) {
    reasons.push_back({"Chứng thư của máy đã bị thu hồi.", "The machine's certificate is revoked."});
  }
  if (machine.open_findings > 0) {
    const auto count = std::to_string(machine.open_findings);
    reasons.push_back({count + " phát hiện chưa xử lý.", count + " open findings."});
  }
  if (seen_at - machine.last_seen >= estate::kSilentAfter) {
    reasons.push_back({"Không có tín hiệu từ máy.", "Nothing is heard from the machine."});
  }
  for (const EngineState& engine : machine.engines) {
    if (engine.state != EngineState::State::running) reasons.push_back(engine_sentence(engine));
  }
  if (!machine.last_complete_scan_at) {
    reasons.push_back({"Chưa quét xong lần nào.", "No scan was completed yet."});
  } else if (seen_at - *machine.last_complete_scan_at > days(7)) {
    reasons.push_back({"Lần quét xong gần nhất đã quá 7 ngày.", "The last complete scan is older than 7 days."});
  }
  return reasons;
}

void write_machine(JsonWriter& json, const estate::Machine& machine, Timestamp now) {
  json.begin_object().field("id", machine.id.value).field("name", machine.seen.hostname).key("unit");
  write_ref(json, machine.unit.value, machine.unit_name);
  json.field("health", to_string(machine.health)).field("os", machine.seen.os_name).key("addresses").begin_array();
  for (const auto& address : machine.seen.addresses) json.string(address);
  json.end_array().field("agent_version", machine.seen.agent_version).field("last_seen", machine.last_seen);
  json.field("open_findings", machine.open_findings);
  write_time(json, "last_scan_at", machine.last_complete_scan_at);
  json.key("protection_on");
  if (machine.protection_on) {
    json.boolean(*machine.protection_on);
  } else {
    json.null();
  }
  json.field("firewall", to_string(machine.firewall));
  write_time(json, "content_updated_at", machine.content_updated_at);
  json.field("not_updated", machine.not_updated(now)).end_object();
}

void write_machine_facets(JsonWriter& json, const estate::MachineFacets& facets) {
  json.begin_object().key("os").begin_array();
  for (const auto& os : facets.os) json.begin_object().field("name", os.name).field("machines", os.machines).end_object();
  json.end_array().key("kinds").begin_object();
  for (std::size_t i = 0; i < facets.by_kind.size(); ++i) {
    json.field(to_string(static_cast<estate::MachineKind>(i)), facets.by_kind[i]);
  }
  json.end_object().key("content").begin_object().field("updated", facets.updated);
  json.field("not_updated", facets.not_updated).end_object().key("units").begin_array();
  for (const auto& in : facets.units) {
    json.begin_object().key("unit");
    write_ref(json, in.unit.value, in.name);
    json.field("machines", in.machines).end_object();
  }
  json.end_array().end_object();
}

void write_machine_detail(JsonWriter& json, const estate::Machine& machine, Timestamp now) {
  json.begin_object().key("machine");
  write_machine(json, machine, now);
  json.key("device");
  machine.stands_for_device ? json.integer(machine.stands_for_device->value) : json.null();
  json.key("site");
  machine.stands_for_site ? json.integer(machine.stands_for_site->value) : json.null();
  json.field("kernel_running", machine.seen.kernel_running).field("kernel_installed", machine.seen.kernel_installed);
  json.field("enrolled_at", machine.enrolled_at).field("certificate_expires_at", machine.certificate_expires_at);
  json.field("revoked", machine.revoked).key("health_reasons").begin_array();
  for (const auto& reason : health_reasons(machine, now)) write_text(json, reason);
  json.end_array();
  write_protection(json, machine.engines);
  write_products(json, machine.products);
  write_on_access(json, machine.on_access);
  write_scan(json, machine.scan);
  write_media(json, machine.media);
  json.field("packages_total", machine.packages_total).end_object();
}

}  // namespace khien::api

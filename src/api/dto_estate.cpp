#include "dto_estate.hpp"

namespace khien::api {

void write_system(JsonWriter& json, const estate::System& system) {
  json.begin_object().field("id", system.id.value).key("unit");
  write_ref(json, system.unit.value, system.unit_name);
  json.field("name", system.name).field("purpose", system.purpose);
  json.key("level");
  if (system.level) {
    json.integer(system.level->level).field("level_rule", system.level->rule);
  } else {
    json.null().key("level_rule").null();
  }
  json.field("operator", system.operator_).field("monitor", system.monitor).field("assessor", system.assessor);
  write_day(json, "dossier_at", system.dossier_at);
  write_day(json, "approved_at", system.approved_at);
  write_day(json, "plan_deployed_at", system.plan_deployed_at);
  write_day(json, "assessed_at", system.assessed_at);
  json.key("warnings").begin_array();
  for (const auto& warning : estate::warnings_of(system)) write_text(json, warning);
  json.end_array().end_object();
}

void write_system_level(JsonWriter& json, const estate::SystemLevel& level, const LocalText& rule_title) {
  json.begin_object().field("level", std::int64_t{level.level}).field("rule", level.rule).key("rule_title");
  write_text(json, rule_title);
  write_day(json, "valid_from", level.valid_from);
  write_day(json, "valid_to", level.valid_to);
  json.field("decision", level.decision).end_object();
}

void write_device(JsonWriter& json, const estate::Device& device) {
  json.begin_object().field("id", device.id.value).key("unit");
  write_ref(json, device.unit.value, device.unit_name);
  json.field("name", device.name).field("kind", to_string(device.kind)).field("serial", device.serial);
  json.field("mac", device.mac).field("address", device.address).field("source", to_string(device.source));
  json.key("machine");
  if (device.machine) {
    json.integer(device.machine->value);
  } else {
    json.null();
  }
  json.field("state", to_string(device.state)).key("gap");
  if (device.gap) {
    json.string(to_string(*device.gap));
  } else {
    json.null();
  }
  write_time(json, "last_seen", device.last_seen);
  json.field("note", device.note);
  write_day(json, "retired_on", device.retired_on);
  json.end_object();
}

void write_device_counts(JsonWriter& json, const estate::DeviceCounts& counts) {
  json.begin_object().field("expected", counts.expected).field("protected", counts.protected_);
  json.field("unprotected", counts.unprotected).field("unknown", counts.unknown).field("retired", counts.retired);
  json.key("gaps").begin_object();
  for (std::size_t i = 0; i < estate::kDeviceGaps; ++i) {
    json.field(to_string(static_cast<estate::DeviceGap>(i)), counts.by_gap.at(i));
  }
  json.end_object().end_object();
}

void write_site(JsonWriter& json, const estate::Site& site) {
  json.begin_object().field("id", site.id.value).key("unit");
  write_ref(json, site.unit.value, site.unit_name);
  json.field("address", site.address).field("title", site.title).field("label", site.label);
  write_day(json, "label_valid_to", site.label_valid_to);
  write_day(json, "domain_valid_to", site.domain_valid_to);
  write_day(json, "valid_to", site.valid_to);
  json.field("open_findings", site.open_findings).end_object();
}

void write_address_range(JsonWriter& json, const estate::AddressRange& range) {
  json.begin_object().field("id", range.id.value).key("unit");
  write_ref(json, range.unit.value, range.unit_name);
  json.field("range", range.range).field("purpose", range.purpose).end_object();
}

void write_contact(JsonWriter& json, const estate::Contact& contact) {
  json.begin_object().field("id", contact.id.value).key("unit");
  write_ref(json, contact.unit.value, contact.unit_name);
  json.field("purpose", to_string(contact.purpose)).field("name", contact.name).field("title", contact.title);
  json.field("phone", contact.phone).field("email", contact.email);
  json.field("around_the_clock", contact.around_the_clock);
  write_day(json, "valid_from", contact.valid_from);
  write_day(json, "valid_to", contact.valid_to);
  json.end_object();
}

void write_import(JsonWriter& json, const estate::ImportRecord& import) {
  const auto& report = import.report;
  json.begin_object().field("id", import.id.value).field("kind", to_string(import.kind)).key("unit");
  write_ref(json, import.unit.value, import.unit_name);
  json.field("file_name", import.file_name).field("state", import.state).field("rows", report.rows);
  json.field("adds", report.adds).field("changes", report.changes).field("same", report.same);
  json.field("problems_total", report.problems_total).key("problems").begin_array();
  for (const auto& problem : report.problems) {
    json.begin_object().field("row", problem.row).field("column", problem.column).field("value", problem.value);
    json.key("message");
    write_text(json, problem.message);
    json.end_object();
  }
  json.end_array().key("notes").begin_array();
  for (const auto& note : report.notes) write_text(json, note);
  json.end_array().key("sample").begin_array();
  for (const auto& sample : report.sample) {
    json.begin_object().field("row", sample.row).field("action", sample.action).field("text", sample.text).end_object();
  }
  json.end_array().end_object();
}

void write_unit_role(JsonWriter& json, const estate::UnitRole& role, const LocalText& title) {
  json.begin_object().field("id", role.id.value).field("role", role.role).key("title");
  write_text(json, title);
  write_day(json, "valid_from", role.valid_from);
  write_day(json, "valid_to", role.valid_to);
  json.field("decision", role.decision).end_object();
}

void write_succession(JsonWriter& json, const estate::Succession& succession) {
  json.begin_object().field("kind", to_string(succession.kind)).field("on", to_string(succession.on));
  json.field("decision", succession.decision);
  const auto side = [&](std::string_view name, const std::vector<estate::NamedUnit>& units) {
    json.key(name).begin_array();
    for (const auto& unit : units) write_ref(json, unit.id.value, unit.name);
    json.end_array();
  };
  side("from", succession.from);
  side("into", succession.into);
  json.end_object();
}

}  // namespace khien::api

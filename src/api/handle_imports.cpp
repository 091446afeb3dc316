#include <set>
#include <string>
#include <utility>

#include "call.hpp"
#include "dto_estate.hpp"
#include "events.hpp"
#include "khien/botnet/cases.hpp"
#include "khien/core/bytes.hpp"
#include "khien/estate/units.hpp"
#include "problem.hpp"

namespace khien::api {
namespace {

constexpr Words kUnreadable{"Không đọc được tệp. Cần tệp CSV hoặc XLSX (không phải .xls, không đặt mật khẩu).",
                            "The file cannot be read. It must be CSV or XLSX (not .xls, without a password)."};
constexpr Words kTooMuch{"Tệp quá lớn hoặc được nén bất thường.", "The file is too large, or packed in an unusual way."};

std::string import_object(ImportId id) { return "import:" + std::to_string(id.value); }

Result<Reply> one_import(const Call& call, store::Connection& connection, ImportId id) {
  TRY(const auto import, estate::get_import(connection, call.scope(), id));
  JsonWriter json;
  write_import(json, import);
  return call.json(json);
}

Reply unreadable(const Error& error) {
  if (error.code() == Code::invalid) return problem(422, "invalid", kUnreadable, "content");
  if (error.code() == Code::exhausted) return problem(422, "invalid", kTooMuch, "content");
  return refusal(error);
}

// Who may not make a unit by hand makes none by a list.
bool may_import(const Call& call, estate::ImportKind kind) {
  return kind != estate::ImportKind::units || call.who->role == Role::province_admin;
}

// Addresses of a list that were nobody's may lie in ranges that the import brought.
Result<void> attribute_to_new(const Call& call, store::Connection& connection, const std::set<std::string>& before) {
  TRY(auto ranges, botnet::registered_ranges(connection, call.scope()));
  for (const auto& range : before) ranges.erase(range);
  if (ranges.empty()) return {};
  TRY_VOID(botnet::attribute_unknown(connection, call.scope(), ranges, call.who->user, call.now));
  return {};
}

}  // namespace

namespace route {

Reply create_import(Call& call) {
  const auto kind = estate::import_kind_from_string(call.text("kind").value_or(""));
  if (!kind) return invalid("kind");
  if (!may_import(call, *kind)) return denied();
  // Foreign before anything is read, so that the file tells nothing of it.
  const UnitId unit{call.integer("unit").value_or(0)};
  const auto seen = call.read([&](store::Connection& connection) -> Result<Reply> {
    TRY_VOID(estate::get_unit(connection, call.scope(), unit));
    return call.done();
  });
  if (seen.status >= 400) return seen;
  const auto bytes = from_base64(call.text("content").value_or(""));
  if (!bytes) return invalid("content");
  if (!call.services.options.read_table) return unavailable();
  const auto table = call.services.options.read_table(*bytes);
  if (!table) return unreadable(table.error());
  const estate::NewImport import{.kind = *kind,
                                 .unit = unit,
                                 .file_name = call.text("file_name").value_or(""),
                                 .table = &*table,
                                 .created_by = call.who->user};
  // Ten thousand rows take a second: everybody else's writes do not wait for it.
  estate::ImportPlan plan;
  const auto planned = call.services.hub.rehearse(
      call.who->tenant(), estate::kImportTables, [&](store::Connection& connection) -> Result<void> {
        TRY(plan, estate::plan_import(connection, call.scope(), *kind, unit, *table, call.now));
        return {};
      });
  if (!planned) return refusal(planned.error());
  return call.write([&](store::Connection& connection) -> Result<Reply> {
    TRY(const auto id, estate::keep_preview(connection, call.scope(), import, plan, call.now));
    TRY_VOID(call.audit(connection, "import.preview", import_object(id), to_string(*kind)));
    TRY(const auto preview, estate::get_import(connection, call.scope(), id));
    if (const auto rows = estate::rows_held_elsewhere(preview.report); rows > 0) {
      TRY_VOID(call.audit(connection, "identity.held_elsewhere", import_object(id), std::to_string(rows) + " rows"));
    }
    return one_import(call, connection, id);
  });
}

Reply get_import(Call& call) {
  return call.read([&](store::Connection& connection) { return one_import(call, connection, {call.object}); });
}

Reply discard_import(Call& call) {
  return call.write([&](store::Connection& connection) -> Result<Reply> {
    const ImportId id{call.object};
    TRY_VOID(estate::discard_import(connection, call.scope(), id));
    TRY_VOID(call.audit(connection, "import.discard", import_object(id)));
    return call.done();
  });
}

Reply confirm_import(Call& call) {
  bool taken = false;  // lists of software, of which the road is told behind the commit
  auto reply = call.write([&](store::Connection& connection) -> Result<Reply> {
    const ImportId id{call.object};
    TRY(const auto import, estate::get_import(connection, call.scope(), id));
    if (!may_import(call, import.kind)) return denied();
    const bool of_ranges = import.kind == estate::ImportKind::address_ranges;
    std::set<std::string> before;
    if (of_ranges) {
      TRY(before, botnet::registered_ranges(connection, call.scope()));
    }
    TRY(const auto state, estate::confirm_import(connection, call.scope(), id, call.now));
    if (of_ranges) TRY_VOID(attribute_to_new(call, connection, before));
    taken = import.kind == estate::ImportKind::appliances && state == "confirmed";
    TRY_VOID(call.audit(connection, "import.confirm", import_object(id), std::string(to_string(import.kind)) + " " + state));
    return one_import(call, connection, id);
  });
  if (reply.status < 400 && taken && call.services.options.on_inventory) call.services.options.on_inventory();
  // Whoever looks at live events sees by units: they come back with the new tree.
  if (reply.status < 400) call.services.events.close_tenant(call.who->tenant());
  return reply;
}

}  // namespace route
}  // namespace khien::api

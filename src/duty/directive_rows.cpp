#include "directive_rows.hpp"

#include "khien/core/json.hpp"

namespace khien::duty {

Result<std::vector<BindingRow>> read_bindings(store::Connection& connection, TenantId tenant) {
  std::vector<BindingRow> rows;
  TRY_VOID(connection.query(
      "SELECT id, key, text, last_day FROM directive WHERE tenant_id = ?1 AND state = 'in_force' ORDER BY id", {tenant},
      [&](const store::Row& row) -> Result<void> {
        BindingRow one{row.id<DirectiveTag>(0), std::string(row.text(1)), std::string(row.text(2)), {}};
        if (!row.is_null(3)) one.last_day = Date::from_days(row.integer(3));
        rows.push_back(std::move(one));
        return {};
      }));
  return rows;
}

Result<Sha256> read_revision(store::Connection& connection, TenantId tenant) {
  Sha256 revision;
  TRY_VOID(connection.query("SELECT digest FROM directive_revision WHERE tenant_id = ?1", {tenant},
                            [&](const store::Row& row) -> Result<void> {
                              TRY(revision, Sha256::from_bytes(row.bytes(0)));
                              return {};
                            }));
  return revision;
}

Result<void> renew_revision(store::Connection& connection, TenantId tenant) {
  TRY(const auto rows, read_bindings(connection, tenant));
  JsonWriter json;
  json.begin_array();
  for (const auto& row : rows) {
    json.integer(row.id.value).string(row.key).string(sha256(row.text).hex());
    json.string(row.last_day ? to_string(*row.last_day) : "");
  }
  json.end_array();
  const auto digest = sha256(json.take());
  TRY_VOID(connection.run(
      "INSERT INTO directive_revision (tenant_id, digest) VALUES (?1, ?2) "
      "ON CONFLICT (tenant_id) DO UPDATE SET digest = ?2",
      {tenant, digest.view()}));
  return {};
}

law::SourceFile file_of(std::string_view key, std::string_view text) {
  return {"directives/" + std::string(key.empty() ? "entered" : key) + ".yaml", std::string(text)};
}

}  // namespace khien::duty

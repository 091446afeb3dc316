#include "khien/store/audit_log.hpp"

#include <charconv>

#include "khien/core/assert.hpp"
#include "khien/core/json.hpp"
#include "khien/core/text.hpp"
#include "merkle.hpp"
#include "signed_note.hpp"

namespace khien::store {
namespace {

// Canonical: always these fields in this order, always valid UTF-8.
std::string leaf_of(TenantId tenant, std::int64_t index, const AuditEntry& entry) {
  JsonWriter json;
  json.begin_object()
      .field("tenant", tenant.value)
      .field("index", index)
      .field("at", entry.at.ms)
      .field("who", entry.who)
      .field("action", entry.action)
      .field("object", entry.object)
      .field("detail", entry.detail)
      .field("address", entry.address)
      .end_object();
  return json.take();
}

// Is the folded text somewhere in the entry?
bool mentions(const AuditEntry& entry, std::string_view folded) {
  for (const std::string* field : {&entry.who, &entry.action, &entry.object, &entry.detail, &entry.address}) {
    if (fold(*field).find(folded) != std::string::npos) return true;
  }
  return false;
}

// The stored edge; the empty tree's if the tenant has none.
Result<MerkleEdge> load_edge(Connection& connection, TenantId tenant) {
  MerkleEdge edge;
  TRY_VOID(connection.query("SELECT size, edge FROM audit_tree WHERE tenant_id = ?", {tenant},
                            [&](const Row& row) -> Result<void> {
                              TRY(edge, MerkleEdge::from_bytes(row.integer(0), row.bytes(1)));
                              return {};
                            }));
  return edge;
}

std::string checkpoint_text(std::string_view origin, const MerkleEdge& edge) {
  return std::string(origin) + "\n" + std::to_string(edge.size()) + "\n" + to_base64(edge.root().view()) + "\n";
}

// Cuts the next line off; Code::invalid if there is none.
Result<std::string_view> next_line(std::string_view& text) {
  const auto end = text.find('\n');
  if (end == text.npos) return Error(Code::invalid, "checkpoint: a line is missing");
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return line;
}

Result<std::int64_t> tree_size_of(std::string_view digits) {
  std::int64_t size = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), size);
  const bool spelled_once = !digits.empty() && (digits == "0" || (digits[0] != '0' && digits[0] != '-'));
  if (error != std::errc() || end != digits.data() + digits.size() || !spelled_once) {
    return Error(Code::invalid, "checkpoint: not a tree size");
  }
  return size;
}

}  // namespace

Result<std::int64_t> append_audit(Connection& connection, TenantId tenant, const AuditEntry& entry) {
  khien_assert(tenant);
  khien_assert(!entry.action.empty());
  TRY(auto edge, load_edge(connection, tenant));
  const std::int64_t index = edge.size();
  const std::string leaf = leaf_of(tenant, index, entry);
  const Sha256 hash = merkle_leaf(as_bytes(leaf));
  edge.push(hash);
  TRY_VOID(connection.run("INSERT INTO audit_entry (tenant_id, leaf_index, leaf, leaf_hash) VALUES (?, ?, ?, ?)",
                          {tenant, index, leaf, hash.view()}));
  const Bytes bytes = edge.bytes();
  TRY_VOID(connection.run("INSERT INTO audit_tree (tenant_id, size, edge) VALUES (?1, ?2, ?3)"
                          " ON CONFLICT (tenant_id) DO UPDATE SET size = ?2, edge = ?3",
                          {tenant, edge.size(), ByteView(bytes)}));
  return index;
}

Result<Sha256> audit_root(Connection& connection, TenantId tenant) {
  TRY(const auto edge, load_edge(connection, tenant));
  return edge.root();
}

Result<std::int64_t> audit_size(Connection& connection, TenantId tenant) {
  TRY(const auto edge, load_edge(connection, tenant));
  return edge.size();
}

Result<std::vector<AuditRecord>> read_audit_before(Connection& connection, TenantId tenant, std::int64_t before,
                                                   std::size_t limit, std::string_view containing) {
  const std::string wanted = fold(containing);
  std::vector<AuditRecord> records;
  const auto keep = [&](const Row& row) -> Result<void> {
    if (records.size() >= limit) return Error(Code::exhausted, "enough");
    AuditEntry entry{row.time(1), std::string(row.text(2)), std::string(row.text(3)), std::string(row.text(4)),
                     std::string(row.text(5)), std::string(row.text(6))};
    if (!wanted.empty() && !mentions(entry, wanted)) return {};
    TRY(const auto hash, Sha256::from_bytes(row.bytes(7)));
    records.push_back({row.integer(0), std::move(entry), hash});
    return {};
  };
  auto read = connection.query("SELECT leaf_index, json_extract(leaf, '$.at'), json_extract(leaf, '$.who'),"
                               " json_extract(leaf, '$.action'), json_extract(leaf, '$.object'),"
                               " json_extract(leaf, '$.detail'), json_extract(leaf, '$.address'), leaf_hash"
                               " FROM audit_entry WHERE tenant_id = ? AND leaf_index < ? ORDER BY leaf_index DESC",
                               {tenant, before}, keep);
  if (!read && records.size() < limit) return std::move(read).error();
  return records;
}

Result<std::string> write_audit_checkpoint(Connection& connection, TenantId tenant, std::string_view origin,
                                           ByteView ed25519_secret_key, Timestamp at) {
  TRY(const auto edge, load_edge(connection, tenant));
  TRY(auto note, sign_note(checkpoint_text(origin, edge), origin, ed25519_secret_key));
  // The same tree gives the same note: writing it twice changes nothing.
  TRY_VOID(connection.run("INSERT OR IGNORE INTO audit_checkpoint (tenant_id, size, note, at) VALUES (?, ?, ?, ?)",
                          {tenant, edge.size(), note, at}));
  return note;
}

Result<AuditCheckpoint> read_audit_checkpoint(std::string_view note, ByteView ed25519_public_key) {
  // The log's key is named like the log, which the first line says.
  const std::string origin(note.substr(0, note.find('\n')));
  TRY(const std::string text, open_note(note, origin, ed25519_public_key));
  std::string_view rest = text;
  TRY_VOID(next_line(rest));
  TRY(const auto size_line, next_line(rest));
  TRY(const auto root_line, next_line(rest));
  TRY(const auto size, tree_size_of(size_line));
  TRY(const auto root_bytes, from_base64(root_line));
  TRY(const auto root, Sha256::from_bytes(root_bytes));
  return AuditCheckpoint{origin, size, root};
}

}  // namespace khien::store

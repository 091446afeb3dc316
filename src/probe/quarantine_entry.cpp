#include <algorithm>
#include <array>
#include <limits>
#include <string>

#include "khien/core/budget.hpp"
#include "khien/core/json.hpp"
#include "khien/probe/quarantine.hpp"

namespace khien::probe {
namespace {

constexpr std::size_t kMaxEntryBytes = 64u << 10;
constexpr std::size_t kMaxPathBytes = 8'192;
constexpr std::size_t kMaxNameBytes = 255;
constexpr std::array<std::string_view, 4> kStates{"taking", "held", "restoring", "restored"};

// Paths are bytes, JSON is text.
Result<std::string> bytes_at(const Json& root, std::string_view name, std::size_t most) {
  TRY(const auto digits, root.string_at(name));
  if (digits.size() > 2 * most) return Error(Code::invalid, "field '" + std::string(name) + "' is too long");
  TRY(const auto bytes, from_hex(digits));
  return std::string(as_text(bytes));
}

template <class Number>
Result<Number> number_at(const Json& root, std::string_view name) {
  TRY(const auto number, root.integer_at(name));
  if (number < 0 || static_cast<std::uint64_t>(number) > std::numeric_limits<Number>::max()) {
    return Error(Code::invalid, "field '" + std::string(name) + "' is out of range");
  }
  return static_cast<Number>(number);
}

// Devices and inodes use all 64 bits.
Result<std::uint64_t> bits_at(const Json& root, std::string_view name) {
  TRY(const auto number, root.integer_at(name));
  return static_cast<std::uint64_t>(number);
}

bool is_step(std::string_view step) { return !step.empty() && step != "." && step != ".."; }

bool is_name(std::string_view name) {
  return is_step(name) && name.size() <= kMaxNameBytes && name.find('/') == name.npos && name.find('\0') == name.npos;
}

bool is_below(std::string_view folder) {
  if (folder.empty()) return true;
  for (;;) {
    const auto slash = std::min(folder.find('/'), folder.size());
    if (!is_name(folder.substr(0, slash))) return false;
    if (slash == folder.size()) return true;
    folder.remove_prefix(slash + 1);
  }
}

bool is_root(std::string_view root) {
  return root == "/" || (root.starts_with('/') && is_below(root.substr(1)));
}

Result<void> check(const QuarantineEntry& entry) {
  if (!is_quarantine_name(entry.name)) return Error(Code::invalid, "field 'name' is not a name of the store");
  TRY_VOID(check_place(entry));
  if (!entry.aside.empty() && !is_name(entry.aside)) return Error(Code::invalid, "field 'aside' is not a name");
  if (entry.mode > 07777u || entry.folder_mode > 07777u) return Error(Code::invalid, "field 'mode' is out of range");
  return {};
}

Result<QuarantineEntry::State> state_at(const Json& root) {
  TRY(const auto text, root.string_at("state"));
  const auto* const found = std::ranges::find(kStates, text);
  if (found == kStates.end()) return Error(Code::invalid, "field 'state' is not one that is known");
  return static_cast<QuarantineEntry::State>(found - kStates.begin());
}

Result<void> read_place(const Json& root, QuarantineEntry& entry) {
  TRY(entry.root, bytes_at(root, "root", kMaxPathBytes));
  TRY(entry.folder, bytes_at(root, "folder", kMaxPathBytes));
  TRY(entry.file, bytes_at(root, "file", kMaxNameBytes));
  TRY(entry.aside, bytes_at(root, "aside", kMaxNameBytes));
  TRY(entry.folder_uid, number_at<std::uint32_t>(root, "folder_uid"));
  TRY(entry.folder_mode, number_at<std::uint32_t>(root, "folder_mode"));
  return {};
}

Result<void> read_file(const Json& root, QuarantineEntry& entry) {
  TRY(const auto digits, root.string_at("sha256"));
  TRY(entry.sha256, Sha256::from_hex(digits));
  TRY(const auto size, number_at<std::int64_t>(root, "size"));
  entry.size = static_cast<std::uint64_t>(size);
  TRY(entry.device, bits_at(root, "device"));
  TRY(entry.inode, bits_at(root, "inode"));
  TRY(entry.uid, number_at<std::uint32_t>(root, "uid"));
  TRY(entry.gid, number_at<std::uint32_t>(root, "gid"));
  TRY(entry.mode, number_at<std::uint32_t>(root, "mode"));
  TRY(entry.mtime_ns, root.integer_at("mtime_ns"));
  TRY(entry.emptied, root.boolean_at("emptied"));
  TRY(entry.running, root.boolean_at("running"));
  return {};
}

Result<void> read_why(const Json& root, QuarantineEntry& entry) {
  TRY(const auto rule, root.string_at("rule"));
  TRY(const auto reason, root.string_at("reason"));
  if (rule.size() > kMaxPathBytes || reason.size() > kMaxPathBytes) return Error(Code::invalid, "a text is too long");
  entry.rule = rule;
  entry.reason = reason;
  TRY(entry.order, root.integer_at("order"));
  TRY(entry.taken_at.ms, root.integer_at("taken_at_ms"));
  TRY(entry.restore_order, root.integer_at("restore_order"));
  TRY(entry.restored_at.ms, root.integer_at("restored_at_ms"));
  return {};
}

}  // namespace

Result<void> check_place(const QuarantineEntry& entry) {
  if (!is_root(entry.root)) return Error(Code::invalid, "field 'root' is not an absolute folder");
  if (!is_below(entry.folder)) return Error(Code::invalid, "field 'folder' leads elsewhere");
  if (!is_name(entry.file)) return Error(Code::invalid, "field 'file' is not a name");
  return {};
}

std::string QuarantineEntry::path() const {
  std::string path = root == "/" ? std::string() : root;
  if (!folder.empty()) path += "/" + folder;
  return path + "/" + file;
}

std::string to_json(const QuarantineEntry& entry) {
  const auto bits = [](std::uint64_t number) { return static_cast<std::int64_t>(number); };
  const auto hex = [](std::string_view text) { return to_hex(as_bytes(text)); };
  JsonWriter out;
  out.begin_object().field("name", entry.name).field("state", kStates.at(static_cast<std::size_t>(entry.state)));
  out.field("root", hex(entry.root)).field("folder", hex(entry.folder)).field("file", hex(entry.file));
  out.field("aside", hex(entry.aside));
  out.field("folder_uid", std::int64_t{entry.folder_uid}).field("folder_mode", std::int64_t{entry.folder_mode});
  out.field("sha256", entry.sha256.hex()).field("size", bits(entry.size));
  out.field("device", bits(entry.device)).field("inode", bits(entry.inode));
  out.field("uid", std::int64_t{entry.uid}).field("gid", std::int64_t{entry.gid});
  out.field("mode", std::int64_t{entry.mode}).field("mtime_ns", entry.mtime_ns);
  out.field("emptied", entry.emptied).field("running", entry.running);
  out.field("rule", entry.rule).field("reason", entry.reason).field("order", entry.order);
  out.field("taken_at_ms", entry.taken_at.ms).field("restore_order", entry.restore_order);
  out.field("restored_at_ms", entry.restored_at.ms).end_object();
  return out.take();
}

Result<QuarantineEntry> quarantine_entry_from_json(std::string_view text) {
  Budget budget({.bytes_in = kMaxEntryBytes, .depth = 4});
  JsonDocument memory;
  TRY(const auto root, memory.parse(text, budget));
  QuarantineEntry entry;
  TRY(const auto name, root.string_at("name"));
  entry.name = name;
  TRY(entry.state, state_at(root));
  TRY_VOID(read_place(root, entry));
  TRY_VOID(read_file(root, entry));
  TRY_VOID(read_why(root, entry));
  TRY_VOID(check(entry));
  return entry;
}

}  // namespace khien::probe

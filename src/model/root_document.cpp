#include <algorithm>
#include <set>
#include <utility>

#include "khien/core/budget.hpp"
#include "khien/core/json.hpp"
#include "khien/model/trust.hpp"
#include "malformed.hpp"

namespace khien {
namespace {

constexpr std::size_t kMaxKeys = 32;
constexpr std::size_t kKeyBytes = 32;

Result<void> check_role(const SigningRole& role, const std::set<Sha256>& known) {
  const std::string name(to_string(role.type));
  if (role.threshold < 1 || role.threshold > role.keys.size()) {
    return Error(Code::invalid, name + ": the threshold is not between 1 and the number of its keys");
  }
  if (role.keys.size() > kMaxSignatures) return Error(Code::exhausted, name + ": too many keys");
  for (std::size_t i = 0; i < role.keys.size(); ++i) {
    if (i > 0 && role.keys[i - 1] >= role.keys[i]) return Error(Code::invalid, name + ": keys are not in order, each once");
    if (!known.contains(role.keys[i])) return Error(Code::invalid, name + ": a key that is not in the list");
  }
  return {};
}

Result<SigningRole> read_role(const Json& object) {
  SigningRole role;
  TRY(const auto type, object.string_at("type"));
  TRY(role.type, signed_type_from_string(type));
  TRY(const auto threshold, object.integer_at("threshold"));
  if (threshold < 1) return Error(Code::invalid, "a threshold below 1");
  role.threshold = static_cast<std::size_t>(threshold);
  TRY(const auto keys, object.field("keys"));
  TRY_VOID(keys.each([&](Json element) -> Result<void> {
    TRY(const auto text, element.string());
    TRY(const auto key, Sha256::from_hex(text));
    role.keys.push_back(key);
    return {};
  }));
  return role;
}

Result<RootDocument> read_root(std::string_view text) {
  Budget budget({.bytes_in = kMaxRootBytes, .depth = 6, .entries = 1'000});
  JsonDocument memory;
  TRY(const auto object, memory.parse(text, budget));
  RootDocument root;
  TRY(const auto keys, object.field("keys"));
  TRY_VOID(keys.each([&](Json element) -> Result<void> {
    TRY(const auto spelled, element.string());
    TRY(auto key, from_hex(spelled));
    root.keys.push_back(std::move(key));
    return {};
  }));
  TRY(const auto roles, object.field("roles"));
  TRY_VOID(roles.each([&](Json element) -> Result<void> {
    TRY(auto role, read_role(element));
    root.roles.push_back(std::move(role));
    return {};
  }));
  TRY_VOID(check_root(root));
  if (to_json(root) != text) return Error(Code::invalid, "a root document in another spelling");
  return root;
}

}  // namespace

Result<void> check_root(const RootDocument& root) {
  if (root.keys.size() > kMaxKeys) return Error(Code::exhausted, "too many keys");
  std::set<Sha256> known;
  for (const Bytes& key : root.keys) {
    if (key.size() != kKeyBytes) return Error(Code::invalid, "a public key has 32 bytes");
    const Sha256 id = key_id(key);
    if (!known.empty() && *known.rbegin() >= id) return Error(Code::invalid, "keys are not in order, each once");
    known.insert(id);
  }
  for (std::size_t i = 0; i < root.roles.size(); ++i) {
    if (i > 0 && root.roles[i - 1].type >= root.roles[i].type) return Error(Code::invalid, "roles are not in order, each once");
    TRY_VOID(check_role(root.roles[i], known));
  }
  if (root.roles.empty() || root.roles.front().type != SignedType::root) {
    return Error(Code::invalid, "no role for roots");
  }
  return {};
}

std::string to_json(const RootDocument& root) {
  JsonWriter out;
  out.begin_object().key("keys").begin_array();
  for (const Bytes& key : root.keys) out.string(to_hex(key));
  out.end_array().key("roles").begin_array();
  for (const SigningRole& role : root.roles) {
    out.begin_object().field("type", to_string(role.type));
    out.field("threshold", static_cast<std::int64_t>(role.threshold)).key("keys").begin_array();
    for (const Sha256& key : role.keys) out.string(key.hex());
    out.end_array().end_object();
  }
  out.end_array().end_object();
  return out.take();
}

Result<RootDocument> root_document_from_json(std::string_view text) {
  if (text.size() > kMaxRootBytes) return Error(Code::exhausted, "a root document over 32 KiB");
  return malformed(read_root(text));
}

}  // namespace khien

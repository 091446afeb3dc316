#include "khien/model/trust.hpp"

#include <algorithm>
#include <utility>

#include "khien/core/assert.hpp"
#include "khien/core/budget.hpp"
#include "khien/core/json.hpp"
#include "malformed.hpp"

namespace khien {
namespace {

constexpr std::size_t kMaxTrustBytes = 256u << 10;

const SigningRole* role_of(const RootDocument& root, SignedType type) {
  const auto found = std::ranges::find(root.roles, type, &SigningRole::type);
  return found == root.roles.end() ? nullptr : &*found;
}

const Bytes& key_of(const RootDocument& root, const Sha256& id) {
  const auto found = std::ranges::find_if(root.keys, [&id](const Bytes& key) { return key_id(key) == id; });
  khien_assert(found != root.keys.end());  // check_root
  return *found;
}

// A threshold of the role's keys, each counted once; others' signatures say nothing.
Result<void> check_threshold(const SignedEnvelope& envelope, const RootDocument& root) {
  const SigningRole* role = role_of(root, envelope.statement.type);
  const std::string type(to_string(envelope.statement.type));
  if (role == nullptr) return Error(Code::denied, "the root lets nobody sign " + type);
  std::size_t good = 0;
  for (const Sha256& id : role->keys) good += check_signature(envelope, key_of(root, id)) ? 1 : 0;
  if (good >= role->threshold) return {};
  return Error(Code::denied, type + ": " + std::to_string(good) + " of " + std::to_string(role->threshold) + " signatures hold");
}

struct Root {
  SignedEnvelope envelope;
  RootDocument document;
};

Result<Root> read_root(std::string_view signed_root) {
  if (signed_root.size() > kMaxRootBytes + kMaxEnvelopeBytes) return Error(Code::exhausted, "a root over 40 KiB");
  TRY(auto file, read_signed_file(as_bytes(signed_root)));
  const Statement& statement = file.envelope.statement;
  if (statement.type != SignedType::root || statement.name != kRootName) return Error(Code::invalid, "not a root");
  if (sha256(file.payload) != statement.payload_sha256 || file.payload.size() != statement.payload_size) {
    return Error(Code::corrupt, "not the root document that was signed");
  }
  TRY(auto document, root_document_from_json(as_text(file.payload)));
  TRY_VOID(check_threshold(file.envelope, document));
  return Root{std::move(file.envelope), std::move(document)};
}

}  // namespace

Result<Trust> Trust::pin(std::string_view signed_root) {
  Trust trust;
  TRY_VOID(trust.take_root(signed_root));
  return trust;
}

Result<void> Trust::take_root(std::string_view signed_root) {
  TRY(auto root, read_root(signed_root));
  signed_root_ = signed_root;
  version_ = root.envelope.statement.version;
  expires_at_ = root.envelope.statement.expires_at;
  not_before_ = std::max(not_before_, root.envelope.statement.issued_at);
  root_ = std::move(root.document);
  return {};
}

Result<void> Trust::rotate(std::string_view signed_root) {
  TRY(const auto next, read_root(signed_root));
  TRY_VOID(check_threshold(next.envelope, root_));
  const std::int64_t version = next.envelope.statement.version;
  if (version != version_ + 1) {
    return Error(Code::conflict, "root " + std::to_string(version) + " does not follow root " + std::to_string(version_));
  }
  // (5): whoever had the old keys may have burnt the versions ahead.
  std::erase_if(releases_, [&](const Release& release) {
    const SigningRole* before = role_of(root_, release.type);
    const SigningRole* after = role_of(next.document, release.type);
    return before == nullptr || after == nullptr || before->keys != after->keys;
  });
  return take_root(signed_root);
}

Result<void> Trust::check_signers(const SignedEnvelope& envelope, SignedType type, std::string_view name) const {
  const Statement& statement = envelope.statement;
  if (type == SignedType::root || statement.type != type || statement.name != name) {
    return Error(Code::invalid, "signed as " + std::string(to_string(statement.type)) + " '" + statement.name + "', not as " +
                                    std::string(to_string(type)) + " '" + std::string(name) + "'");
  }
  return check_threshold(envelope, root_);
}

Result<void> Trust::check_version(const Statement& statement, const Release* seen) const {
  const std::int64_t highest = seen == nullptr ? 0 : seen->version;
  const std::int64_t expired = seen == nullptr ? 0 : seen->expired;
  const std::string version = "version " + std::to_string(statement.version);
  if (statement.version - std::max(highest, expired) > kMaxVersionStep) {
    return Error(Code::exhausted, version + " is too far ahead of " + std::to_string(highest));
  }
  if (statement.version < highest) return Error(Code::conflict, version + " is older than " + std::to_string(highest));
  if (statement.version == highest && seen->payload != statement.payload_sha256) {
    return Error(Code::conflict, version + " was taken with other bytes");
  }
  if (statement.version <= expired) return Error(Code::unavailable, version + " was seen expired");
  return {};
}

Result<void> Trust::accept(const SignedEnvelope& envelope, SignedType type, std::string_view name,
                           const Sha256& payload_sha256, std::uint64_t payload_size, Timestamp now) {
  const Statement& statement = envelope.statement;
  TRY_VOID(check_signers(envelope, type, name));
  TRY_VOID(check_version(statement, seen(type, name)));
  const Timestamp time = std::max(now, not_before_);
  if (time >= expires_at_) return Error(Code::unavailable, "the root expired on " + to_rfc3339(expires_at_));
  if (time >= statement.expires_at) {
    TRY(Release* const release, remembered(type, name));
    release->expired = std::max(release->expired, statement.version);
    return Error(Code::unavailable, "it expired on " + to_rfc3339(statement.expires_at));
  }
  if (payload_sha256 != statement.payload_sha256 || payload_size != statement.payload_size) {
    return Error(Code::corrupt, "not the bytes that were signed");
  }
  TRY(Release* const release, remembered(type, name));
  release->version = statement.version;
  release->payload = statement.payload_sha256;
  not_before_ = std::max(not_before_, statement.issued_at);
  return {};
}

const Trust::Release* Trust::seen(SignedType type, std::string_view name) const {
  const auto found = std::ranges::find_if(
      releases_, [&](const Release& release) { return release.type == type && release.name == name; });
  return found == releases_.end() ? nullptr : &*found;
}

Result<Trust::Release*> Trust::remembered(SignedType type, std::string_view name) {
  if (const Release* found = seen(type, name)) return const_cast<Release*>(found);
  if (releases_.size() >= kMaxReleases) return Error(Code::exhausted, "too many lines of releases");
  releases_.push_back({.type = type, .name = std::string(name), .version = 0, .payload = {}, .expired = 0});
  return &releases_.back();
}

std::int64_t Trust::seen_version(SignedType type, std::string_view name) const {
  const Release* found = seen(type, name);
  return found == nullptr ? 0 : found->version;
}

std::string Trust::to_json() const {
  JsonWriter out;
  out.begin_object().field("root", signed_root_).field("not_before", not_before_).key("releases").begin_array();
  for (const Release& release : releases_) {
    out.begin_object().field("type", to_string(release.type)).field("name", release.name);
    out.field("version", release.version).field("payload_sha256", release.payload.hex());
    out.field("expired", release.expired).end_object();
  }
  out.end_array().end_object();
  return out.take();
}

Result<Trust> Trust::from_json(std::string_view text) {
  Budget budget({.bytes_in = kMaxTrustBytes, .depth = 5, .entries = 8 * kMaxReleases});
  JsonDocument memory;
  const auto read = [&]() -> Result<Trust> {
    TRY(const auto object, memory.parse(text, budget));
    TRY(const auto root, object.string_at("root"));
    Trust trust;
    TRY_VOID(trust.take_root(root));
    TRY(const auto not_before, object.string_at("not_before"));
    TRY(trust.not_before_, from_rfc3339(not_before));
    TRY(const auto releases, object.field("releases"));
    TRY_VOID(releases.each([&](Json element) -> Result<void> {
      TRY(const auto type_name, element.string_at("type"));
      TRY(const auto type, signed_type_from_string(type_name));
      TRY(const auto name, element.string_at("name"));
      TRY(Release* const release, trust.remembered(type, name));
      TRY(release->version, element.integer_at("version"));
      TRY(const auto payload, element.string_at("payload_sha256"));
      TRY(release->payload, Sha256::from_hex(payload));
      TRY(release->expired, element.integer_at("expired"));
      return {};
    }));
    return trust;
  };
  return malformed(read());
}

}  // namespace khien

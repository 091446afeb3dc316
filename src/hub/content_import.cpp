#include "content_import.hpp"

#include <optional>
#include <utility>

#include "content_gate.hpp"
#include "khien/core/replacing_file.hpp"
#include "khien/core/text.hpp"
#include "khien/hub/installation.hpp"
#include "khien/rollout/rollout.hpp"

namespace khien::hub {
namespace {

constexpr std::size_t kMostRefusalBytes = 500;

std::string object_of(std::int64_t version) { return "content:" + std::to_string(version); }

std::string release_path(const ContentImport& import, const Sha256& sha256) {
  return import.folder + "/content/" + sha256.hex() + ".release";
}

// The payload into the hub's folder, hashed on the way.
Result<Sha256> keep_payload(const ContentImport& import, const SignedFile& file) {
  TRY_VOID(import.env.files.make_folder(import.folder + "/content", 0700));
  const Sha256 hash = sha256(file.payload);
  if (hash != file.envelope.statement.payload_sha256) return Error(Code::corrupt, "not the bytes that were signed");
  TRY(auto kept, ReplacingFile::begin(release_path(import, hash), 0600));
  TRY_VOID(kept.append(file.payload));
  TRY_VOID(kept.commit());
  return hash;
}

// What is at work now, for the gate to measure against.
Result<std::string> content_before(const ContentImport& import, const std::string& shipped) {
  std::string path = shipped;
  TRY_VOID(import.hub.read([&](store::Connection& connection) -> Result<void> {
    TRY(const auto all, rollout::releases(connection));
    for (const auto& one : all) {
      if (one.rollout.standing != rollout::Standing::done) continue;
      path = release_path(import, one.sha256);
      return {};
    }
    return {};
  }));
  return path;
}

Result<std::string> run_gate(const ContentImport& import, const Sha256& sha256) {
  TRY(const auto installation, find_installation());
  Gate gate;
  gate.stop = import.stop;
  gate.workers = {installation.worker};
  // The programs of the version before, kept by an upgrade: half the province has them.
  const std::string previous = installation.worker + ".previous";
  if (import.env.files.exists(previous)) gate.workers.push_back(previous);
  TRY(gate.content_before, content_before(import, installation.content));
  return pass_gate(gate, release_path(import, sha256), import.env.clock);
}

Result<void> believe(const ContentImport& import, const SignedEnvelope& envelope, const Sha256& sha256) {
  std::optional<Error> refusal;
  TRY_VOID(import.hub.write([&](store::Connection& connection) -> Result<void> {
    const Statement& statement = envelope.statement;
    TRY_VOID(rollout::accept(connection, envelope, sha256, statement.payload_size, import.env.clock.now(), refusal));
    if (!refusal) return {};
    return import.audit(connection, "content.refuse", object_of(statement.version), refusal->what());
  }));
  if (refusal) return std::move(*refusal);
  return {};
}

// The gate's word, as an error of its own: the caller's still holds the file's.
Result<std::string> try_release(const ContentImport& import, const Sha256& hash, std::int64_t version) {
  auto note = run_gate(import, hash);
  if (note) return note;
  (void)import.env.files.remove(release_path(import, hash));
  (void)import.hub.write([&](store::Connection& connection) -> Result<void> {
    return import.audit(connection, "content.refuse", object_of(version), truncate(note.error().what(), kMostRefusalBytes));
  });
  return note;
}

}  // namespace

// Signatures first: what nobody signed is not even copied. What is there keeps its file.
Result<void> check_new_content(const ContentImport& import, const SignedEnvelope& envelope) {
  return import.hub.read([&](store::Connection& connection) -> Result<void> {
    TRY(const auto trust, rollout::trust(connection));
    TRY_VOID(trust.check_signers(envelope, SignedType::content, kScanContent));
    TRY(const auto all, rollout::releases(connection));
    for (const auto& one : all) {
      if (one.version != envelope.statement.version && one.sha256 != envelope.statement.payload_sha256) continue;
      return Error(Code::conflict, "it is there, as version " + std::to_string(one.version));
    }
    return {};
  });
}

Result<std::string> import_content(const ContentImport& import, const SignedFile& file, bool emergency) {
  const std::int64_t version = file.envelope.statement.version;
  TRY_VOID(check_new_content(import, file.envelope));
  TRY(const auto hash, keep_payload(import, file));
  if (auto believed = believe(import, file.envelope, hash); !believed) {
    (void)import.env.files.remove(release_path(import, hash));
    return std::move(believed).error();
  }
  TRY(auto note, try_release(import, hash, version));
  TRY_VOID(import.hub.write([&](store::Connection& connection) -> Result<void> {
    TRY_VOID(rollout::begin(connection, file.envelope, emergency, note, import.env.clock.now()));
    return import.audit(connection, "content.import", object_of(version), emergency ? "emergency; " + note : note);
  }));
  return note;
}

}  // namespace khien::hub

#include "signed_note.hpp"

#include <algorithm>

#include "khien/core/bytes.hpp"
#include "khien/core/hash.hpp"
#include "khien/core/signature.hpp"
#include "khien/store/audit_log.hpp"

namespace khien::store {
namespace {

constexpr std::size_t kMaxNoteBytes = 16u << 10;
constexpr std::string_view kSignatureStart = "\u2014 ";  // em dash
constexpr std::size_t kKeyHashBytes = 4;

bool is_key_name(std::string_view name) {
  return !name.empty() && name.size() <= 255 && std::ranges::all_of(name, [](char c) {
    return static_cast<unsigned char>(c) > 0x20 && c != '+' && c != 0x7f;
  });
}

// Tells keys apart before any signature is checked.
Bytes key_hash(std::string_view name, ByteView public_key) {
  Sha256Stream hash;
  hash.update(as_bytes(name));
  hash.update(as_bytes("\n\x01"));  // 0x01: Ed25519
  hash.update(public_key);
  const Sha256 whole = hash.finish();
  return {whole.bytes.begin(), whole.bytes.begin() + kKeyHashBytes};
}

// "— name base64" → key hash and signature, if it is by `name`; empty otherwise.
Result<Bytes> signature_by(std::string_view line, std::string_view name) {
  if (!line.starts_with(kSignatureStart)) return Error(Code::invalid, "note: a signature line begins with a dash");
  line.remove_prefix(kSignatureStart.size());
  const auto space = line.find(' ');
  if (space == line.npos || !is_key_name(line.substr(0, space))) {
    return Error(Code::invalid, "note: a signature line has a name and a signature");
  }
  TRY(auto signature, from_base64(line.substr(space + 1)));
  if (signature.size() <= kKeyHashBytes) return Error(Code::invalid, "note: a signature is too short");
  if (line.substr(0, space) != name) return Bytes{};
  return signature;
}

}  // namespace

Result<std::string> sign_note(std::string_view text, std::string_view name, ByteView secret_key) {
  if (!text.ends_with('\n')) return Error(Code::invalid, "note: the text ends in a newline");
  if (!is_key_name(name)) return Error(Code::invalid, "note: not a key name");
  TRY(const auto public_key, ed25519_public_key(secret_key));
  TRY(const auto signature, ed25519_sign(secret_key, as_bytes(text)));
  Bytes signed_by = key_hash(name, public_key);
  signed_by.insert(signed_by.end(), signature.begin(), signature.end());
  std::string note(text);
  note += '\n';
  note += kSignatureStart;
  note += name;
  note += ' ' + to_base64(signed_by) + '\n';
  return note;
}

Result<std::string> open_note(std::string_view note, std::string_view name, ByteView public_key) {
  if (note.size() > kMaxNoteBytes) return Error(Code::exhausted, "note: too long");
  const auto split = note.rfind("\n\n");
  if (split == note.npos || !note.ends_with('\n')) return Error(Code::invalid, "note: no signatures");
  const std::string_view text = note.substr(0, split + 1);
  std::string_view lines = note.substr(split + 2);
  const Bytes wanted = key_hash(name, public_key);
  bool holds = false;
  while (!lines.empty()) {
    const auto end = lines.find('\n');
    TRY(const auto signature, signature_by(lines.substr(0, end), name));
    lines.remove_prefix(end + 1);
    if (signature.empty() || !std::equal(wanted.begin(), wanted.end(), signature.begin())) continue;
    TRY_VOID(ed25519_verify(public_key, as_bytes(text), ByteView(signature).subspan(kKeyHashBytes)));
    holds = true;
  }
  if (!holds) return Error(Code::denied, "note: not signed by " + std::string(name));
  return std::string(text);
}

}  // namespace khien::store

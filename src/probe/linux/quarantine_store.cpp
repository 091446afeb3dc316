#include "linux/quarantine_store.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "khien/core/assert.hpp"
#include "khien/core/seal.hpp"

namespace khien::probe {
namespace {

constexpr std::string_view kBytesMagic = "KHIENQ1\n";
constexpr std::string_view kEntryMagic = "KHIENE1\n";
constexpr std::string_view kBytesKind = ".bytes";
constexpr std::string_view kEntryKind = ".entry";
constexpr std::size_t kPiece = 64u << 10;
constexpr std::size_t kMaxEntryBytes = 128u << 10;

// Fewer than asked for only at the end.
Result<std::size_t> read_piece(const Fd& fd, std::byte* to, std::size_t count, std::uint64_t at) {
  std::size_t got = 0;
  while (got < count) {
    const ssize_t n = ::pread(fd.get(), to + got, count - got, static_cast<off_t>(at + got));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return system_error("read", errno);
    if (n == 0) break;
    got += static_cast<std::size_t>(n);
  }
  return got;
}

Result<void> write_piece(const Fd& fd, ByteView bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd.get(), bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return system_error("write", errno);
    bytes = bytes.subspan(static_cast<std::size_t>(n));
  }
  return {};
}

Result<void> sync(const Fd& fd) {
  if (::fsync(fd.get()) != 0) return system_error("sync", errno);
  return {};
}

Result<void> sync_folder(const std::string& path) {
  TRY(const auto folder, DirFd::open(path));
  return sync(folder.fd());
}

std::string purpose_of(std::string_view kind, std::string_view name) {
  return "khien quarantine " + std::string(kind) + " " + std::string(name);
}

Result<Secret> read_key(const std::string& path, const Env& env) {
  if (!env.files.exists(path)) {
    const Bytes fresh = env.random.bytes(Seal::kKeyBytes);
    TRY_VOID(env.files.write(path, as_text(fresh), 0600));
  }
  TRY(auto key, env.files.read(path, Seal::kKeyBytes));
  if (key.size() != Seal::kKeyBytes) return Error(Code::corrupt, "the quarantine's key has not 32 bytes");
  return Secret(std::move(key));
}

bool is_half_written(std::string_view name) { return name.starts_with(".khien-") && name.ends_with(".tmp"); }

}  // namespace

std::string seal_entry(const QuarantineEntry& entry, ByteView key, Random& random) {
  const Bytes salt = random.bytes(Seal::kSaltBytes);
  const Seal seal(key, purpose_of("entry", entry.name), salt);
  std::string text(kEntryMagic);
  text += as_text(salt);
  text += as_text(seal.close(0, true, as_bytes(to_json(entry))));
  return text;
}

Result<QuarantineEntry> open_entry(std::string_view sealed, std::string_view name, ByteView key) {
  if (!sealed.starts_with(kEntryMagic)) return Error(Code::corrupt, "not a record of the quarantine");
  sealed.remove_prefix(kEntryMagic.size());
  if (sealed.size() < Seal::kSaltBytes) return Error(Code::corrupt, "the record is cut off");
  const Seal seal(key, purpose_of("entry", name), as_bytes(sealed.substr(0, Seal::kSaltBytes)));
  TRY(const auto plain, seal.open(0, true, as_bytes(sealed.substr(Seal::kSaltBytes))));
  TRY(auto entry, quarantine_entry_from_json(as_text(plain)));
  if (entry.name != name) return Error(Code::corrupt, "the record is another's");
  return entry;
}

Result<QuarantineStore> QuarantineStore::open(const std::string& folder, const Env& env) {
  TRY_VOID(env.files.make_folder(folder, 0700));
  TRY(auto key, read_key(folder + "/key", env));
  return QuarantineStore(folder, std::move(key), env);
}

std::string QuarantineStore::path(std::string_view name, std::string_view kind) const {
  khien_assert(is_quarantine_name(name));
  return folder_ + "/" + std::string(name) + std::string(kind);
}

Result<QuarantineStore::Copied> QuarantineStore::copy_in(const Fd& file, const std::string& name,
                                                         std::uint64_t most) const {
  const std::string target = path(name, kBytesKind);
  Fd to(::open(target.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!to) return system_error("create in quarantine", errno);
  auto copied = write_sealed(file, to, name, most);
  if (copied) {
    if (auto synced = sync(to); !synced) copied = std::move(synced).error();
  }
  if (copied) {
    if (auto synced = sync_folder(folder_); !synced) copied = std::move(synced).error();
  }
  if (!copied) ::unlink(target.c_str());
  return copied;
}

Result<QuarantineStore::Copied> QuarantineStore::write_sealed(const Fd& from, const Fd& to, const std::string& name,
                                                              std::uint64_t most) const {
  const Bytes salt = env_.random.bytes(Seal::kSaltBytes);
  const Seal seal(as_bytes(key_.reveal()), purpose_of("bytes", name), salt);
  TRY_VOID(write_piece(to, as_bytes(kBytesMagic)));
  TRY_VOID(write_piece(to, salt));
  Copied copied;
  Sha256Stream hash;
  Bytes piece(kPiece);
  for (std::uint64_t number = 0;; ++number) {
    TRY(const std::size_t got, read_piece(from, piece.data(), kPiece, copied.size));
    copied.size += got;
    if (copied.size > most) return Error(Code::exhausted, "the file is too large for quarantine");
    hash.update(ByteView(piece).first(got));
    const bool last = got < kPiece;
    TRY_VOID(write_piece(to, seal.close(number, last, ByteView(piece).first(got))));
    if (!last) continue;
    copied.sha256 = hash.finish();
    return copied;
  }
}

Result<QuarantineStore::Copied> QuarantineStore::copy_out(const std::string& name, const Fd& file) const {
  const Fd from(::open(path(name, kBytesKind).c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  if (!from) return system_error("open in quarantine", errno);
  Bytes head(kBytesMagic.size() + Seal::kSaltBytes);
  TRY(const std::size_t head_size, read_piece(from, head.data(), head.size(), 0));
  if (head_size != head.size() || !as_text(head).starts_with(kBytesMagic)) {
    return Error(Code::corrupt, "not a file of the quarantine");
  }
  const Seal seal(as_bytes(key_.reveal()), purpose_of("bytes", name), ByteView(head).subspan(kBytesMagic.size()));
  Copied copied;
  Sha256Stream hash;
  Bytes sealed(kPiece + Seal::kTagBytes);
  std::uint64_t at = head.size();
  for (std::uint64_t number = 0;; ++number) {
    TRY(const std::size_t got, read_piece(from, sealed.data(), sealed.size(), at));
    at += got;
    const bool last = got < sealed.size();
    TRY(const auto plain, seal.open(number, last, ByteView(sealed).first(got)));
    hash.update(plain);
    copied.size += plain.size();
    TRY_VOID(write_piece(file, plain));
    if (!last) continue;
    copied.sha256 = hash.finish();
    return copied;
  }
}

Result<Sha256> QuarantineStore::hash_of(const Fd& file, std::uint64_t size) const {
  Sha256Stream hash;
  Bytes piece(kPiece);
  for (std::uint64_t at = 0; at < size;) {
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(kPiece, size - at));
    TRY(const std::size_t got, read_piece(file, piece.data(), wanted, at));
    if (got == 0) return Error(Code::corrupt, "the file ends early");
    hash.update(ByteView(piece).first(got));
    at += got;
  }
  return hash.finish();
}

Result<void> QuarantineStore::put(const QuarantineEntry& entry) const {
  return env_.files.write(path(entry.name, kEntryKind), seal_entry(entry, as_bytes(key_.reveal()), env_.random), 0600);
}

Result<QuarantineEntry> QuarantineStore::get(const std::string& name) const {
  TRY(const auto sealed, env_.files.read(path(name, kEntryKind), kMaxEntryBytes));
  return open_entry(sealed, name, as_bytes(key_.reveal()));
}

Result<void> QuarantineStore::remove_file(const std::string& path) const {
  auto removed = env_.files.remove(path);
  if (!removed && removed.error().code() != Code::not_found) return removed;
  return {};
}

Result<void> QuarantineStore::remove(const std::string& name) const {
  TRY_VOID(remove_file(path(name, kEntryKind)));
  TRY_VOID(sync_folder(folder_));
  return remove_file(path(name, kBytesKind));
}

Result<void> QuarantineStore::remove_bytes(const std::string& name) const { return remove_file(path(name, kBytesKind)); }

Result<std::vector<std::string>> QuarantineStore::tidy() const {
  TRY(const auto folder, DirFd::open(folder_));
  std::vector<std::string> entries;
  std::vector<std::string> bytes;
  std::vector<std::string> half;
  TRY_VOID(folder.each_name([&](std::string_view name, FileStatus::Kind) -> Result<void> {
    if (is_half_written(name)) half.emplace_back(name);
    for (const auto& [kind, names] : {std::pair{kEntryKind, &entries}, std::pair{kBytesKind, &bytes}}) {
      if (!name.ends_with(kind)) continue;
      const auto plain = name.substr(0, name.size() - kind.size());
      if (is_quarantine_name(plain)) names->emplace_back(plain);
    }
    return {};
  }));
  for (const std::string& name : half) TRY_VOID(remove_file(folder_ + "/" + name));
  std::ranges::sort(entries);
  for (const std::string& name : bytes) {
    if (!std::ranges::binary_search(entries, name)) TRY_VOID(remove_bytes(name));
  }
  return entries;
}

}  // namespace khien::probe

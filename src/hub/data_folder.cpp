#include "khien/hub/data_folder.hpp"

#include <utility>

#include "khien/core/signature.hpp"

namespace khien::hub {
namespace {

constexpr std::size_t kMaxKeyFileBytes = 64u << 10;
constexpr Duration kServerCertificateValid = days(90);
constexpr Duration kRenewBefore = days(30);

std::string joined(const std::vector<std::string>& names) {
  std::string all;
  for (const std::string& name : names) all += name + "\n";
  return all;
}

}  // namespace

Result<DataFolder> DataFolder::open(const std::string& path, const Env& env) {
  TRY_VOID(env.files.make_folder(path, 0700));
  TRY(auto lock, FileLock::take(path + "/lock"));
  return DataFolder(path, std::move(lock), env);
}

Result<net::CertificateAuthority> DataFolder::authority(std::string_view name) const {
  const std::string certificate = path_ + "/ca.pem";
  const std::string key = path_ + "/ca.key";
  // The key is written first: a certificate without its key would be a hub that
  // can never enrol anyone.
  if (!env_.files.exists(certificate)) {
    TRY(auto made, net::CertificateAuthority::create(name, env_.clock.now(), env_.random));
    TRY_VOID(env_.files.write(key, made.key_pem().reveal(), 0600));
    TRY_VOID(env_.files.write(certificate, made.certificate_pem(), 0644));
    return made;
  }
  TRY(const auto certificate_pem, env_.files.read(certificate, kMaxKeyFileBytes));
  TRY(auto key_pem, env_.files.read(key, kMaxKeyFileBytes));
  return net::CertificateAuthority::load(certificate_pem, Secret(std::move(key_pem)));
}

Result<DataFolder::SigningKey> DataFolder::signing_key(std::string_view name) const {
  const std::string file = path_ + "/" + std::string(name);
  if (!env_.files.exists(file)) {
    TRY_VOID(env_.files.write(file, to_hex(env_.random.bytes(32)), 0600));
  }
  TRY(const auto digits, env_.files.read(file, kMaxKeyFileBytes));
  TRY(auto secret, from_hex(digits));
  TRY(auto public_key, ed25519_public_key(secret));
  return SigningKey{std::move(secret), std::move(public_key)};
}

Result<net::KeyAndCertificate> DataFolder::server_certificate(const net::CertificateAuthority& authority,
                                                              const std::vector<std::string>& names) const {
  const std::string certificate = path_ + "/server.pem";
  const std::string key = path_ + "/server.key";
  const std::string for_names = path_ + "/server.names";
  const auto made_for = env_.files.read(for_names, kMaxKeyFileBytes);
  if (made_for && *made_for == joined(names)) {
    TRY(auto certificate_pem, env_.files.read(certificate, kMaxKeyFileBytes));
    TRY(auto key_pem, env_.files.read(key, kMaxKeyFileBytes));
    TRY(const auto not_after, net::certificate_not_after(certificate_pem));
    if (not_after - env_.clock.now() > kRenewBefore) {
      return net::KeyAndCertificate{Secret(std::move(key_pem)), std::move(certificate_pem)};
    }
  }
  TRY(auto issued, authority.issue_server(names, env_.clock.now(), kServerCertificateValid, env_.random));
  TRY_VOID(env_.files.write(key, issued.key_pem.reveal(), 0600));
  TRY_VOID(env_.files.write(certificate, issued.certificate_pem, 0644));
  // Last, so that a half-written pair is made again.
  TRY_VOID(env_.files.write(for_names, joined(names), 0644));
  return issued;
}

}  // namespace khien::hub

#include "sharing_set_up.hpp"

#include "khien/core/hash.hpp"
#include "khien/exchange/key_sealer.hpp"

namespace khien::hub {
namespace {

constexpr std::size_t kMostSchemeBytes = 256u << 10;
constexpr std::size_t kMostPemBytes = 4u << 20;
constexpr std::string_view kSystemAuthorities = "/etc/ssl/certs/ca-certificates.crt";
constexpr std::string_view kPin = "sha256//";

Result<void> trust(exchange::PartnerSettings& settings, const std::string& trusted, Files& files) {
  if (trusted.starts_with(kPin)) {
    settings.pinned_key = trusted;
    return {};
  }
  const std::string path = trusted.empty() ? std::string(kSystemAuthorities) : trusted;
  auto pem = files.read(path, kMostPemBytes);
  if (!pem) return std::move(pem).error().within("sharing: " + path);
  settings.ca_pem = std::move(*pem);
  return {};
}

}  // namespace

Result<exchange::Scheme> read_share_scheme(const std::string& content_folder, std::string_view id, Files& files) {
  const std::string name = "avreport-" + std::string(id) + ".yaml";
  TRY(const auto text, files.read(content_folder + "/exchange/" + name, kMostSchemeBytes));
  Budget budget({.bytes_in = kMostSchemeBytes, .depth = 40});
  auto scheme = exchange::Scheme::from_yaml(text, budget);
  if (!scheme) return std::move(scheme).error().within(name);
  return scheme;
}

Result<exchange::PartnerSettings> share_settings(const SharingConfig& config, exchange::Scheme scheme, Files& files) {
  TRY(const auto users, exchange::name_rule_from_string(config.user_names));
  TRY(const auto documents, exchange::name_rule_from_string(config.document_names));
  // The same name is the same hash for as long as the key is the same, and for nobody else.
  std::string salt;
  if (!config.key_file.empty()) {
    TRY(const auto key, files.read(config.key_file, kMostPemBytes));
    salt = hmac_sha256(as_bytes(key), as_bytes("names in paths")).hex();
  }
  exchange::PartnerSettings settings{
      .name = scheme.id(), .scheme = scheme, .url = {}, .ca_pem = {}, .pinned_key = {}, .source_address = config.source_address,
      .from = {.id = config.organ_id, .name = config.organ_name, .address = config.organ_address, .email = config.organ_email,
               .telephone = config.organ_telephone, .fax = config.organ_fax, .website = config.organ_website,
               .in_charge = config.organ_in_charge},
      .public_address = config.public_address, .privacy = {.users = users, .documents = documents, .salt = std::move(salt)},
      .batch = static_cast<std::size_t>(config.batch), .since = {}};
  if (!config.accept_words.empty()) settings.scheme = scheme.accepting(config.accept_words);
  return settings;
}

Result<exchange::XmlSealer> share_sealer(const SharingConfig& config, Files& files) {
  if (config.key_file.empty()) return exchange::XmlSealer();
  auto key = files.read(config.key_file, kMostPemBytes);
  if (!key) return std::move(key).error().within("sharing.key_file");
  auto certificate = files.read(config.certificate_file, kMostPemBytes);
  if (!certificate) return std::move(certificate).error().within("sharing.certificate_file");
  auto sealer = exchange::make_key_sealer(Secret(std::move(*key)), *certificate);
  if (!sealer) return std::move(sealer).error().within("sharing");
  return sealer;
}

Result<exchange::Sender::Options> sharing_options(const SharingConfig& config, const std::string& content_folder, Files& files) {
  exchange::Sender::Options options;
  options.every = minutes(config.every_minutes);
  options.regular_days = config.regular_days;
  options.keep_days = config.keep_days;
  struct Wanted {
    std::string_view scheme;
    const std::string& url;
    const std::string& trust;
  };
  for (const auto& [id, url, trusted] : {Wanted{"2290", config.url_2290, config.trust_2290}, Wanted{"8676", config.url_8676, config.trust_8676}}) {
    if (url.empty()) continue;
    TRY(auto scheme, read_share_scheme(content_folder, id, files));
    TRY(auto settings, share_settings(config, std::move(scheme), files));
    settings.url = url;
    TRY_VOID(trust(settings, trusted, files));
    options.partners.push_back(std::move(settings));
  }
  if (options.partners.empty()) return options;
  TRY(options.seal, share_sealer(config, files));
  return options;
}

}  // namespace khien::hub

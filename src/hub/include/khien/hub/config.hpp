#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/log.hpp"
#include "khien/core/result.hpp"
#include "khien/model/local_text.hpp"

namespace khien::hub {

// [sharing] of khien.toml: with whom malware data are shared, and as whom.
struct SharingConfig {
  std::string url_2290;          // empty: not shared by this scheme
  std::string url_8676;
  std::string trust_2290;        // a file of CAs, "sha256//…", or empty: the system's CAs
  std::string trust_8676;
  std::string source_address;
  std::string key_file;          // PEM; empty: nothing is signed, so nothing sent
  std::string certificate_file;
  std::string organ_id, organ_name, organ_address, organ_email, organ_telephone, organ_fax, organ_website, organ_in_charge;
  std::string public_address;
  std::string user_names, document_names;  // "keep", "strip", "hash"
  std::int64_t batch = 0;
  std::int64_t every_minutes = 0;
  std::int64_t regular_days = 0;
  std::int64_t keep_days = 0;
  std::vector<std::string> accept_words;   // empty: those of the scheme
};

// [mail] of khien.toml: the server that takes our mails, and as whom. TLS is always asked for.
struct MailConfig {
  std::string server;         // "smtp://mail.tinh.gov.vn:587" (STARTTLS), "smtps://…"; empty: no mail
  std::string from;           // an address
  std::string from_name;
  std::string user;           // empty: no sign-in
  std::string password_file;
  std::string ca_file;        // empty: the system's
  std::int64_t per_minute = 0;  // to one address
};

// [webhook] of khien.toml: one receiver that hears of what is urgent as JSON.
struct WebhookConfig {
  std::string url;       // https; empty: none
  std::string key_file;  // of the signature
  std::string ca_file;   // empty: the system's
  bool inner_addresses = false;
};

// [feeds] of khien.toml: feeds of vulnerabilities that the hub fetches by itself.
struct FeedsConfig {
  std::vector<std::string> urls;  // https; empty: none
  std::int64_t every_hours = 0;
  std::string ca_file;            // empty: the system's
  std::string proxy;              // empty: none
  std::string nvd_key_file;       // of NVD's API; empty: none, and its pace is slower
};

// [hub] of khien.toml. Every key is documented where it is declared, in
// config.cpp; docs/reference/khien.toml.md shows them.
struct Config {
  std::string folder;                     // data folder
  std::string province;                   // name of the tenant made at the first start
  std::vector<std::string> names;         // host names and addresses in the certificate
  std::string people_address;
  std::uint16_t people_port = 0;
  std::string agents_address;
  std::uint16_t agents_port = 0;
  std::uint16_t monitor_port = 0;         // loopback only
  std::string user;                       // to become after start, if we are root
  LogLevel log_level = LogLevel::info;
  std::int64_t session_idle_minutes = 0;
  std::int64_t fleet_agreement = 0;
  std::int64_t fleet_check_per_mille = 0;
  std::int64_t watch_sites_at_once = 0;   // 0: none
  std::int64_t watch_sites_every_hours = 0;
  std::int64_t watch_site_pages = 0;
  std::vector<std::string> watch_private_networks;  // "10.20.0.0/16"; each is one
  std::vector<std::uint16_t> watch_ports;           // of sites
  std::string watch_dns_servers;                    // empty: the system's
  std::int64_t watch_rendered_pages = 0;            // of a site and day, in a browser; 0: none
  std::string watch_browser;                        // socket of the service; empty: started by the hub, as root
  // Of the token that signs, and of whom we trust; each empty where there is none.
  std::string signing_module;   // the PKCS #11 library
  std::string signing_token;    // labels
  std::string signing_key;
  std::string signing_tsa_url;
  std::string signing_tsa_ca;   // files of certificates in PEM
  bool signing_tsa_required = true;
  std::string signing_trust;
  std::string signing_crls;     // a folder
  SharingConfig sharing;
  MailConfig mail;
  WebhookConfig webhook;
  FeedsConfig feeds;
};

// One key, for the documents and the check.
struct ConfigKey {
  std::string_view name;           // "people_port"
  std::string_view default_value;  // as it is written in TOML
  LocalText help;
  std::string_view section = "hub";
};
std::span<const ConfigKey> config_keys();

// The defaults.
Config default_config();

// `text` is the file's content, `file` its name for errors. Code::invalid as
// "khien.toml:12: hub.people_port: must be 0 to 65535". Unknown keys are errors;
// [agent] belongs to the agent and is passed over here.
Result<Config> config_from_toml(std::string_view text, std::string_view file);

// A khien.toml with every section and key, commented out, with its help in one language.
std::string config_template(bool vietnamese);

}  // namespace khien::hub

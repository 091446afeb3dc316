#include "khien/agent/identity.hpp"

#include <limits>
#include <utility>

#include "khien/core/json.hpp"
#include "khien/core/log.hpp"
#include "khien/core/text.hpp"
#include "khien/net/certificate.hpp"

#include "hub_answers.hpp"

namespace khien::agent {
namespace {

constexpr std::size_t kMaxPemBytes = 16u << 10;
constexpr std::size_t kMaxSettingsBytes = 4'096;
constexpr mode_t kSecret = 0600;
constexpr mode_t kPublic = 0644;
constexpr mode_t kFolder = 0700;

constexpr std::string_view kKey = "key.pem";
constexpr std::string_view kCertificate = "certificate.pem";
constexpr std::string_view kNextKey = "key.next.pem";
constexpr std::string_view kNextCertificate = "certificate.next.pem";
constexpr std::string_view kCa = "ca.pem";
constexpr std::string_view kSettings = "agent.json";
constexpr std::string_view kPolicyKey = "policy.pub";
constexpr std::string_view kPolicy = "policy.signed";

struct Settings {
  std::string hub_url;
  std::uint32_t epoch = 0;
  Timestamp issued_at;
};

std::string to_json(const Settings& settings) {
  JsonWriter out;
  out.begin_object()
      .field("hub_url", settings.hub_url)
      .field("epoch", std::int64_t{settings.epoch})
      .field("issued_at", settings.issued_at)
      .end_object();
  return out.take() + "\n";
}

Result<Settings> settings_from_json(std::string_view text) {
  Budget budget({.bytes_in = kMaxSettingsBytes, .depth = 4});
  JsonDocument memory;
  TRY(const auto root, memory.parse(text, budget));
  Settings settings;
  TRY(settings.hub_url, root.string_at("hub_url"));
  TRY(const auto epoch, root.integer_at("epoch"));
  if (epoch < 0 || epoch > std::numeric_limits<std::int32_t>::max()) {
    return Error(Code::invalid, "field 'epoch' is out of range");
  }
  settings.epoch = static_cast<std::uint32_t>(epoch);
  TRY(const auto issued_at, root.string_at("issued_at"));
  TRY(settings.issued_at, from_rfc3339(issued_at));
  return settings;
}

Result<net::KeyAndCertificate> read_pair(Files& files, const std::string& key_path, const std::string& certificate_path) {
  net::KeyAndCertificate pair;
  TRY(pair.certificate_pem, files.read(certificate_path, kMaxPemBytes));
  TRY(auto key, files.read(key_path, kMaxPemBytes));
  pair.key_pem = Secret(std::move(key));
  return pair;
}

// "https://hub:8444" of what a person typed.
Result<std::string> clean_url(std::string_view url) {
  while (url.ends_with('/')) url.remove_suffix(1);
  if (!url.starts_with("https://") || url.size() == std::string_view("https://").size()) {
    return Error(Code::invalid, "the hub's address begins with https://");
  }
  if (url.size() > 512 || url.find_first_of(" \t\r\n\"\\?#@") != url.npos) {
    return Error(Code::invalid, "the hub's address is not a URL");
  }
  return std::string(url);
}

}  // namespace

Result<Identity> Identity::load(std::string folder, Files& files) {
  Identity identity(std::move(folder), files);
  if (!files.exists(identity.path(kSettings)) || !files.exists(identity.path(kCertificate))) {
    return Error(Code::not_found, "'" + identity.folder_ + "' holds no identity: enrol this machine first");
  }
  TRY_VOID(identity.read_settings());
  TRY_VOID(identity.read_pairs());
  return identity;
}

Result<void> Identity::read_settings() {
  TRY(const auto text, files_->read(path(kSettings), kMaxSettingsBytes));
  auto settings = settings_from_json(text);
  if (!settings) return std::move(settings).error().within(path(kSettings));
  hub_url_ = std::move(settings->hub_url);
  epoch_ = settings->epoch;
  issued_at_ = settings->issued_at;
  TRY(ca_pem_, files_->read(path(kCa), kMaxPemBytes));
  if (!files_->exists(path(kPolicyKey))) return {};
  TRY(const auto digits, files_->read(path(kPolicyKey), kMaxSettingsBytes));
  TRY(policy_key_, from_hex(digits));
  return {};
}

Result<void> Identity::read_pairs() {
  if (files_->exists(path(kNextCertificate))) {
    TRY(next_, read_pair(*files_, path(kNextKey), path(kNextCertificate)));
  }
  TRY(current_, read_pair(*files_, path(kKey), path(kCertificate)));
  return {};
}

Result<void> Identity::write_settings() const {
  return files_->write(path(kSettings), to_json(Settings{hub_url_, epoch_, issued_at_}), kPublic);
}

Result<void> Identity::pin_policy_key(const Bytes& key) {
  if (!policy_key_.empty() || key.empty()) return {};
  TRY_VOID(files_->write(path(kPolicyKey), to_hex(key), kPublic));
  policy_key_ = key;
  return {};
}

Result<void> Identity::propose(net::KeyAndCertificate next) {
  TRY_VOID(discard());
  TRY_VOID(files_->write(path(kNextKey), next.key_pem.reveal(), kSecret));
  TRY_VOID(files_->write(path(kNextCertificate), next.certificate_pem, kPublic));
  next_ = std::move(next);
  return {};
}

// A crash between the two writes leaves a pair that does not belong together,
// but the next pair, which is used first, is still whole.
Result<void> Identity::accept(Timestamp now) {
  if (!next_) return {};
  TRY_VOID(files_->write(path(kKey), next_->key_pem.reveal(), kSecret));
  TRY_VOID(files_->write(path(kCertificate), next_->certificate_pem, kPublic));
  current_ = *std::exchange(next_, std::nullopt);
  issued_at_ = now;
  TRY_VOID(write_settings());
  return discard();
}

Result<void> Identity::discard() {
  // The certificate first: without it the pair is not there.
  for (const std::string_view name : {kNextCertificate, kNextKey}) {
    if (files_->exists(path(name))) TRY_VOID(files_->remove(path(name)));
  }
  next_.reset();
  return {};
}

Result<void> Identity::remember_epoch(std::uint32_t epoch) {
  if (epoch <= epoch_) return {};
  epoch_ = epoch;
  return write_settings();
}

Result<void> check_issued(const IssuedCertificate& issued, std::string_view csr_pem, const Sha256& ca_sha256) {
  TRY(const auto ca, net::certificate_sha256(issued.ca_pem));
  if (ca != ca_sha256) return Error(Code::denied, "the hub answered with another CA");
  TRY(const auto ours, net::public_key_sha256(csr_pem));
  TRY(const auto theirs, net::public_key_sha256(issued.certificate_pem));
  if (ours != theirs) return Error(Code::denied, "the hub certified another key");
  return {};
}

namespace {

Result<IssuedCertificate> ask(net::Client& client, const std::string& hub_url, const EnrolRequest& request) {
  net::ClientRequest post{.method = net::Method::post, .url = hub_url + "/agent/v1/enrol", .headers = {}, .body = {}};
  post.headers.add("Content-Type", "application/json");
  post.body = khien::to_json(request);
  TRY(const auto answer, client.send(post));
  if (answer.status == 200) return issued_certificate_from_json(answer.body);
  const std::string why = "the hub refused (" + std::to_string(answer.status) + ") " + refusal_message(answer.body);
  return Error(answer.status == 403 ? Code::denied : Code::unavailable, why);
}

Result<void> store_new(const Enrolment& enrolment, const std::string& hub_url, const net::KeyAndRequest& key,
                       const IssuedCertificate& issued, const Env& env) {
  const auto path = [&](std::string_view name) { return enrolment.folder + "/" + std::string(name); };
  Files& files = env.files;
  // Gone first: an identity is there once its certificate is, and it must not be
  // the old one with the new key.
  for (const std::string_view name : {kCertificate, kNextCertificate, kNextKey, kPolicy, kPolicyKey}) {
    if (files.exists(path(name))) TRY_VOID(files.remove(path(name)));
  }
  if (!issued.policy_key.empty()) TRY_VOID(files.write(path(kPolicyKey), to_hex(issued.policy_key), kPublic));
  TRY_VOID(files.write(path(kKey), key.key_pem.reveal(), kSecret));
  TRY_VOID(files.write(path(kCa), issued.ca_pem, kPublic));
  TRY_VOID(files.write(path(kSettings), to_json(Settings{hub_url, 0, env.clock.now()}), kPublic));
  return files.write(path(kCertificate), issued.certificate_pem, kPublic);
}

// A token says whom to trust, and came over a way that somebody else may have been
// on; the hub's CA as it was heard by another way says whether to.
Result<void> check_ca(const Sha256& of_token, std::string_view heard) {
  if (heard.empty()) return {};
  std::string digits;
  for (const char c : lower(heard)) {
    if (c != ':' && c != ' ') digits += c;
  }
  const auto wanted = Sha256::from_hex(digits);
  if (!wanted) return Error(Code::invalid, "the CA's SHA-256 must be 64 hexadecimal digits");
  if (*wanted != of_token) return Error(Code::denied, "the token is of another hub: its CA has another SHA-256");
  return {};
}

}  // namespace

Result<void> enrol(const Enrolment& enrolment, const Env& env, const FetchCa& fetch_ca,
                   const ClientFactory& make_client) {
  if (!enrolment.again && env.files.exists(enrolment.folder + "/" + std::string(kCertificate))) {
    return Error(Code::conflict, "'" + enrolment.folder + "' holds an identity already");
  }
  TRY(const auto hub_url, clean_url(enrolment.hub_url));
  TRY(const auto token, EnrolmentToken::from_text(enrolment.token));
  TRY_VOID(check_ca(token.ca_sha256, enrolment.ca_sha256));
  // Before the token is spent: a folder that cannot be written would waste it.
  TRY_VOID(env.files.make_folder(enrolment.folder, kFolder));

  auto ca_pem = fetch_ca(hub_url, token.ca_sha256);
  if (!ca_pem) return std::move(ca_pem).error().within("fetch the hub's CA");
  TRY(auto key, net::make_key_and_request(enrolment.hostname));
  net::ClientOptions options;
  options.ca_pem = *ca_pem;
  TRY(auto client, make_client(std::move(options)));
  TRY(const auto issued, ask(*client, hub_url, {token.secret, key.csr_pem, enrolment.hostname, enrolment.agent_version}));
  TRY_VOID(check_issued(issued, key.csr_pem, token.ca_sha256));
  auto stored = store_new(enrolment, hub_url, key, issued, env);
  if (!stored) return std::move(stored).error().within("store the identity");
  log_info("agent.enrolled", {{"hub", hub_url}, {"folder", enrolment.folder}});
  return {};
}

}  // namespace khien::agent

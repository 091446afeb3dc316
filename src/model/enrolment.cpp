#include "khien/model/enrolment.hpp"

#include <charconv>
#include <utility>

#include "malformed.hpp"

namespace khien {
namespace {

constexpr std::size_t kMaxMessageBytes = 32u << 10;
constexpr std::size_t kMaxPemBytes = 8u << 10;

// Reads a small flat message; the visitor takes its fields.
template <class Message, class Read>
Result<Message> read_message(std::string_view text, Read read) {
  Budget budget({.bytes_in = kMaxMessageBytes, .depth = 4});
  JsonDocument memory;
  TRY(const auto root, memory.parse(text, budget));
  Message message;
  if (auto taken = read(root, message); !taken) return malformed(std::move(taken).error());
  return message;
}

Result<std::string> text_at(const Json& root, std::string_view name, std::size_t max_bytes) {
  TRY(const auto text, root.string_at(name));
  if (text.empty() || text.size() > max_bytes) {
    return Error(Code::invalid, "field '" + std::string(name) + "' is empty or too long");
  }
  return std::string(text);
}

// A positive number without sign, leading zeros or anything behind it.
Result<std::int64_t> read_number(std::string_view digits) {
  std::int64_t number = 0;
  const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  const bool whole = problem == std::errc() && end == digits.data() + digits.size();
  if (!whole || number < 1 || std::to_string(number) != digits) return Error(Code::invalid, "not a number");
  return number;
}

constexpr std::string_view kTenantPart = "urn:khien:tenant:";
constexpr std::string_view kMachinePart = ":machine:";

}  // namespace

std::string EnrolmentToken::text() const { return secret + "." + ca_sha256.hex(); }

Result<EnrolmentToken> EnrolmentToken::from_text(std::string_view text) {
  const auto dot = text.find('.');
  if (dot == text.npos) return Error(Code::invalid, "the token has no '.': was it copied whole?");
  EnrolmentToken token;
  token.secret = text.substr(0, dot);
  TRY(const auto bytes, from_base64url(token.secret));
  if (bytes.size() != 32) return Error(Code::invalid, "the token's first part is not 32 bytes");
  TRY(token.ca_sha256, Sha256::from_hex(text.substr(dot + 1)));
  return token;
}

std::string to_json(const EnrolRequest& request) {
  JsonWriter out;
  out.begin_object()
      .field("secret", request.secret)
      .field("csr", request.csr_pem)
      .field("hostname", request.hostname)
      .field("agent_version", request.agent_version)
      .end_object();
  return out.take();
}

Result<EnrolRequest> enrol_request_from_json(std::string_view text) {
  return read_message<EnrolRequest>(text, [](const Json& root, EnrolRequest& request) -> Result<void> {
    TRY(request.secret, text_at(root, "secret", 64));
    TRY(request.csr_pem, text_at(root, "csr", kMaxPemBytes));
    TRY(request.hostname, text_at(root, "hostname", 255));
    TRY(request.agent_version, text_at(root, "agent_version", 64));
    return {};
  });
}

std::string to_json(const RenewRequest& request) {
  JsonWriter out;
  out.begin_object().field("csr", request.csr_pem).end_object();
  return out.take();
}

Result<RenewRequest> renew_request_from_json(std::string_view text) {
  return read_message<RenewRequest>(text, [](const Json& root, RenewRequest& request) -> Result<void> {
    TRY(request.csr_pem, text_at(root, "csr", kMaxPemBytes));
    return {};
  });
}

std::string to_json(const IssuedCertificate& issued) {
  JsonWriter out;
  out.begin_object().field("certificate", issued.certificate_pem).field("ca", issued.ca_pem);
  if (!issued.policy_key.empty()) out.field("policy_key", to_hex(issued.policy_key));
  out.end_object();
  return out.take();
}

Result<IssuedCertificate> issued_certificate_from_json(std::string_view text) {
  return read_message<IssuedCertificate>(text, [](const Json& root, IssuedCertificate& issued) -> Result<void> {
    TRY(issued.certificate_pem, text_at(root, "certificate", kMaxPemBytes));
    TRY(issued.ca_pem, text_at(root, "ca", kMaxPemBytes));
    // Hubs before 0.4 do not say it.
    if (root.field("policy_key")) {
      TRY(const auto digits, text_at(root, "policy_key", 64));
      TRY(issued.policy_key, from_hex(digits));
      if (issued.policy_key.size() != 32) return Error(Code::invalid, "field 'policy_key' is not 32 bytes");
    }
    return {};
  });
}

std::string AgentIdentity::uri() const {
  return std::string(kTenantPart) + std::to_string(tenant.value) + std::string(kMachinePart) +
         std::to_string(machine.value);
}

Result<AgentIdentity> AgentIdentity::from_uri(std::string_view uri) {
  if (!uri.starts_with(kTenantPart)) return Error(Code::invalid, "not the name of an agent");
  uri.remove_prefix(kTenantPart.size());
  const auto cut = uri.find(kMachinePart);
  if (cut == uri.npos) return Error(Code::invalid, "not the name of an agent");
  TRY(const auto tenant, read_number(uri.substr(0, cut)));
  TRY(const auto machine, read_number(uri.substr(cut + kMachinePart.size())));
  return AgentIdentity{TenantId{tenant}, MachineId{machine}};
}

}  // namespace khien

#include "names.hpp"

#include "khien/exchange/avreport.hpp"
#include "khien/exchange/outbox.hpp"
#include "khien/exchange/privacy.hpp"
#include "khien/exchange/sender.hpp"

namespace khien::exchange {
namespace {

constexpr std::array<std::string_view, kRowKinds> kRowKindNames{"malware", "connection", "vulnerability", "machine"};
constexpr std::array<std::string_view, 5> kOutcomeNames{"accepted", "duplicate", "refused", "unclear", "later"};
constexpr std::array<std::string_view, 3> kNameRuleNames{"keep", "strip", "hash"};
constexpr std::array<std::string_view, 4> kRowStateNames{"unshared", "queued", "shared", "failed"};
constexpr std::array<std::string_view, 3> kMessageStateNames{"queued", "shared", "failed"};
constexpr std::array<std::string_view, 2> kChannelNames{"mail", "webhook"};

constexpr std::array<std::string_view, 10> kMalwareFacts{"ip", "name", "ip_public", "malware_name", "malware_type",
                                                         "behaviour", "device_type", "files", "path", "sha256"};
constexpr std::array<std::string_view, 8> kConnectionFacts{"ip", "name", "ip_public", "program",
                                                           "md5", "sha256", "target_ip", "target_port"};
constexpr std::array<std::string_view, 5> kVulnerabilityFacts{"ip", "name", "ip_public", "vulnerability", "os"};
constexpr std::array<std::string_view, 7> kMachineFacts{"ip", "name", "ip_public", "os", "last_update", "auto_protect", "firewall"};

}  // namespace

std::string_view to_string(RowKind kind) { return name_in(kRowKindNames, kind); }
Result<RowKind> row_kind_from_string(std::string_view text) { return value_in<RowKind>(kRowKindNames, text, "kind of row"); }

std::string_view to_string(Outcome outcome) { return name_in(kOutcomeNames, outcome); }
Result<Outcome> outcome_from_string(std::string_view text) { return value_in<Outcome>(kOutcomeNames, text, "outcome"); }

std::string_view to_string(NameRule rule) { return name_in(kNameRuleNames, rule); }
Result<NameRule> name_rule_from_string(std::string_view text) { return value_in<NameRule>(kNameRuleNames, text, "rule for names"); }

std::string_view to_string(RowState state) { return name_in(kRowStateNames, state); }
Result<RowState> row_state_from_string(std::string_view text) { return value_in<RowState>(kRowStateNames, text, "state of a row"); }

std::string_view to_string(MessageState state) { return name_in(kMessageStateNames, state); }
Result<MessageState> message_state_from_string(std::string_view text) {
  return value_in<MessageState>(kMessageStateNames, text, "state of a message");
}

std::string_view to_string(Channel channel) { return name_in(kChannelNames, channel); }
Result<Channel> channel_from_string(std::string_view text) { return value_in<Channel>(kChannelNames, text, "channel"); }

std::span<const std::string_view> fact_names(RowKind kind) {
  switch (kind) {
    case RowKind::malware: return kMalwareFacts;
    case RowKind::connection: return kConnectionFacts;
    case RowKind::vulnerability: return kVulnerabilityFacts;
    case RowKind::machine: break;
  }
  return kMachineFacts;
}

}  // namespace khien::exchange

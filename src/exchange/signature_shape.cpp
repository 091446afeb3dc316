#include "signature_shape.hpp"

#include <array>
#include <initializer_list>
#include <pugixml.hpp>
#include <string_view>
#include <vector>

#include "scheme_table.hpp"

namespace khien::exchange {
namespace {

constexpr std::string_view kExclusive = "http://www.w3.org/2001/10/xml-exc-c14n#";
constexpr std::string_view kEnveloped = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
constexpr std::string_view kRsaSha256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";
constexpr std::string_view kSha256 = "http://www.w3.org/2001/04/xmlenc#sha256";

// Exactly these element children, in this order.
bool has_children(const pugi::xml_node& node, std::initializer_list<std::string_view> names) {
  auto child = node.first_child();
  for (const auto name : names) {
    if (child.type() != pugi::node_element || child.name() != name) return false;
    child = child.next_sibling();
  }
  return !child;
}

bool is_algorithm(const pugi::xml_node& node, std::string_view algorithm) {
  const auto attribute = node.attribute("Algorithm");
  return attribute && attribute.value() == algorithm && !attribute.next_attribute();
}

bool is_base64(const pugi::xml_node& node) {
  constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=\r\n \t";
  const std::string_view text = node.child_value();
  return !text.empty() && text.find_first_not_of(kLetters) == text.npos && has_children(node, {}) == false &&
         !node.first_child().next_sibling();
}

std::string reference_fault(const pugi::xml_node& reference) {
  const auto uri = reference.attribute("URI");
  if (!uri || *uri.value() != '\0' || uri.next_attribute() || uri != reference.first_attribute()) return "Reference: URI must be empty";
  if (!has_children(reference, {"Transforms", "DigestMethod", "DigestValue"})) return "Reference: other elements";
  const auto transforms = reference.child("Transforms");
  if (!has_children(transforms, {"Transform", "Transform"}) || !is_algorithm(transforms.first_child(), kEnveloped) ||
      !is_algorithm(transforms.last_child(), kExclusive)) {
    return "Transforms: must be enveloped-signature, then exclusive c14n";
  }
  if (!is_algorithm(reference.child("DigestMethod"), kSha256)) return "DigestMethod: must be SHA-256";
  return is_base64(reference.child("DigestValue")) ? "" : "DigestValue: must be base64";
}

std::string key_fault(const pugi::xml_node& key) {
  if (!has_children(key, {"X509Data"})) return "KeyInfo: must be X509Data";
  const auto data = key.child("X509Data");
  if (!has_children(data, {"X509SubjectName", "X509Certificate"})) return "X509Data: must be X509SubjectName, X509Certificate";
  if (*data.child("X509SubjectName").child_value() == '\0') return "X509SubjectName: must not be empty";
  return is_base64(data.child("X509Certificate")) ? "" : "X509Certificate: must be base64";
}

}  // namespace

std::string signature_fault(const pugi::xml_node& signature) {
  const auto declared = signature.attribute("xmlns");
  if (!declared || declared.value() != kSignatureNamespace || declared.next_attribute()) return "must declare XML-DSig's namespace";
  if (!has_children(signature, {"SignedInfo", "SignatureValue", "KeyInfo"})) return "other elements";
  const auto info = signature.child("SignedInfo");
  if (!has_children(info, {"CanonicalizationMethod", "SignatureMethod", "Reference"})) return "SignedInfo: other elements";
  if (!is_algorithm(info.child("CanonicalizationMethod"), kExclusive)) return "CanonicalizationMethod: must be exclusive c14n";
  if (!is_algorithm(info.child("SignatureMethod"), kRsaSha256)) return "SignatureMethod: must be RSA-SHA256";
  if (auto fault = reference_fault(info.child("Reference")); !fault.empty()) return fault;
  if (!is_base64(signature.child("SignatureValue"))) return "SignatureValue: must be base64";
  return key_fault(signature.child("KeyInfo"));
}

}  // namespace khien::exchange

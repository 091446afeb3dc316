#include "khien/seal/xml_signature.hpp"

namespace khien::seal {
namespace {

constexpr std::string_view kBegin = "<";
constexpr std::size_t kMaxPrefix = 20;

bool is_prefix(std::string_view text) {
  if (text.empty() || text.size() > kMaxPrefix) return false;
  for (const char c : text) {
    if (c < 'a' || c > 'z') return false;
  }
  return true;
}

}  // namespace

// Exclusive c14n renders only the one namespace that these elements use, so the octets
// follow from prefix and digest alone.
std::string canonical_signed_info(std::string_view prefix, const Sha256& digest, XmlMethod method) {
  const std::string p = prefix.empty() ? "" : std::string(prefix) + ":";
  const std::string xmlns = prefix.empty() ? "xmlns" : "xmlns:" + std::string(prefix);
  const auto element = [&](std::string_view name, std::string_view algorithm) {
    return "<" + p + std::string(name) + " Algorithm=\"" + std::string(algorithm) + "\"></" + p + std::string(name) + ">";
  };
  std::string text = "<" + p + "SignedInfo " + xmlns + "=\"http://www.w3.org/2000/09/xmldsig#\">";
  text += element("CanonicalizationMethod", "http://www.w3.org/2001/10/xml-exc-c14n#");
  text += element("SignatureMethod", method == XmlMethod::rsa_sha256 ? "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
                                                                 : "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256");
  text += "<" + p + "Reference URI=\"\"><" + p + "Transforms>";
  text += element("Transform", "http://www.w3.org/2000/09/xmldsig#enveloped-signature");
  text += element("Transform", "http://www.w3.org/2001/10/xml-exc-c14n#");
  text += "</" + p + "Transforms>" + element("DigestMethod", "http://www.w3.org/2001/04/xmlenc#sha256");
  text += "<" + p + "DigestValue>" + to_base64(digest.view()) + "</" + p + "DigestValue>";
  return text + "</" + p + "Reference></" + p + "SignedInfo>";
}

Result<void> check_signed_info(std::string_view octets, const Sha256& digest, XmlMethod method) {
  std::string prefix;
  const auto colon = octets.find(":SignedInfo ");
  if (colon != octets.npos && octets.starts_with(kBegin) && is_prefix(octets.substr(1, colon - 1))) prefix = octets.substr(1, colon - 1);
  if (octets != canonical_signed_info(prefix, digest, method)) {
    return Error(Code::denied, "what is to be signed is not the digest that was approved");
  }
  return {};
}

}  // namespace khien::seal

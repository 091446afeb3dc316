#include "judge_xml.hpp"
#include "khien/seal/xml_signature.hpp"
#include "xml_place.hpp"
#include "xmlsec_check.hpp"

namespace khien::seal {
namespace {

std::string escaped(std::string_view text) {
  std::string all;
  for (const char c : text) {
    if (c == '&') all += "&amp;";
    else if (c == '<') all += "&lt;";
    else if (c == '>') all += "&gt;";
    else all += c;
  }
  return all;
}

// `info`: SignedInfo as canonical_signed_info() has it, here without the namespace, which its
// parent declares.
std::string signature_text(std::string_view prefix, std::string info, ByteView value, const std::vector<Bytes>& certificates) {
  const std::string p = prefix.empty() ? "" : std::string(prefix) + ":";
  const std::string declaration = (prefix.empty() ? " xmlns" : " xmlns:" + std::string(prefix)) + "=\"http://www.w3.org/2000/09/xmldsig#\"";
  info.erase(info.find(declaration), declaration.size());
  const auto element = [&](std::string_view name, std::string_view content) {
    return "<" + p + std::string(name) + ">" + std::string(content) + "</" + p + std::string(name) + ">";
  };
  std::string data = element("X509SubjectName", escaped(subject_of(certificates[0])));
  for (const Bytes& certificate : certificates) data += element("X509Certificate", to_base64(certificate));
  return "<" + p + "Signature" + declaration + ">" + info + element("SignatureValue", to_base64(value)) +
         element("KeyInfo", element("X509Data", data)) + "</" + p + "Signature>";
}

// What is given out is read again as a stranger would, but for whom it trusts.
Result<void> check_own(std::string_view xml, ByteView certificate) {
  Budget budget(verify_limits());
  const Trust nobody{{}};
  const Revocations no_lists{{}};
  TRY(const auto findings, judge_xml(xml, {.documents = nobody, .stamps = nobody, .revocations = no_lists, .now = {}}, budget));
  using enum SignatureState;
  const auto state = findings.size() == 1 ? findings[0].state : malformed;
  const bool holds = state == valid || state == untrusted || state == expired || state == not_yet_valid;
  if (!holds) return Error(Code::corrupt, "the signature that was made does not hold: " + (findings.empty() ? "" : findings[0].detail));
  return xmlsec_check(xml, certificate);
}

}  // namespace

Result<std::string> finish_xml(PreparedXml prepared, const SigningJob& job, Signer& signer) {
  if (job.digest != prepared.digest_) return Error(Code::denied, "another digest was approved");
  TRY(const auto certificates, signer.certificates());
  if (certificates.empty()) return Error(Code::not_found, "the signer has no certificate");
  const std::string& prefix = prepared.signing_.prefix;
  const std::string info = canonical_signed_info(prefix, job.digest, is_of_curve(certificates[0]) ? XmlMethod::ecdsa_sha256 : XmlMethod::rsa_sha256);
  TRY(const auto value, signer.sign_xml(job, info));
  std::string xml = std::move(prepared.xml_);
  xml.replace(xml.find(kSignaturePlace), kSignaturePlace.size(), signature_text(prefix, info, value, certificates));
  xml.insert(0, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
  TRY_VOID(check_own(xml, certificates[0]));
  return xml;
}

}  // namespace khien::seal

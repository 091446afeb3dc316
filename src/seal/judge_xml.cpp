#include "judge_xml.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "digest.hpp"
#include "khien/core/text.hpp"
#include "xml_file.hpp"

namespace khien::seal {
namespace {

using enum SignatureState;

constexpr std::string_view kExclusive = "http://www.w3.org/2001/10/xml-exc-c14n#";
constexpr std::string_view kInclusive = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315";
constexpr std::string_view kEnveloped = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
constexpr std::size_t kMaxCertificates = 8;
constexpr std::size_t kMaxText = 64u << 10;
constexpr std::size_t kMaxSignedInfo = 16u << 10;

struct Named {
  std::string_view uri;
  DigestKind digest;
  bool is_ecdsa = false;
};
constexpr std::array kSignatures = {Named{"http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256", DigestKind::sha256, true},
                                    Named{"http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384", DigestKind::sha384, true},
                                    Named{"http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512", DigestKind::sha512, true},
                                    Named{"http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", DigestKind::sha256},
                                    Named{"http://www.w3.org/2001/04/xmldsig-more#rsa-sha384", DigestKind::sha384},
                                    Named{"http://www.w3.org/2001/04/xmldsig-more#rsa-sha512", DigestKind::sha512},
                                    Named{"http://www.w3.org/2000/09/xmldsig#rsa-sha1", DigestKind::weak},
                                    Named{"http://www.w3.org/2001/04/xmldsig-more#rsa-md5", DigestKind::weak}};
constexpr std::array kDigests = {Named{"http://www.w3.org/2001/04/xmlenc#sha256", DigestKind::sha256},
                                 Named{"http://www.w3.org/2001/04/xmldsig-more#sha384", DigestKind::sha384},
                                 Named{"http://www.w3.org/2001/04/xmlenc#sha512", DigestKind::sha512},
                                 Named{"http://www.w3.org/2000/09/xmldsig#sha1", DigestKind::weak}};

Error damaged(std::string_view how) { return Error(Code::corrupt, "XML signature: " + std::string(how)); }

struct XmlSignature {
  xmlNode* signed_info = nullptr;
  Canonical info_form = Canonical::exclusive;
  Canonical form = Canonical::inclusive;  // of the reference
  DigestKind kind = DigestKind::weak;     // of the signature
  bool is_ecdsa = false;                  // else RSA PKCS #1 v1.5
  DigestKind digest = DigestKind::weak;   // of the reference
  bool whole = false;                     // the reference is to the whole document
  Bytes digest_value;
  Bytes value;
  std::vector<Bytes> certificates;
  std::string subject;
};

// The children of a signature's element: elements alone, with blanks between.
Result<std::vector<xmlNode*>> children_of(const xmlNode* parent, std::size_t most) {
  std::vector<xmlNode*> children;
  for (xmlNode* child = parent->children; child != nullptr; child = child->next) {
    if (child->type == XML_TEXT_NODE && xmlIsBlankNode(child) == 1) continue;
    if (child->type != XML_ELEMENT_NODE || children.size() == most) return damaged("something in it that nobody knows");
    children.push_back(child);
  }
  return children;
}

bool is_dsig(const xmlNode* node, std::string_view name) { return is_element(node, kDsigNamespace, name); }

std::string take_chars(xmlChar* chars) {
  std::string text(chars == nullptr ? "" : reinterpret_cast<const char*>(chars));
  xmlFree(chars);
  return text;
}

Result<std::string> attribute_of(const xmlNode* node, const char* name) {
  std::size_t count = 0;
  for (const xmlAttr* one = node->properties; one != nullptr; one = one->next) ++count;
  xmlAttr* wanted = xmlHasNsProp(node, reinterpret_cast<const xmlChar*>(name), nullptr);
  if (wanted == nullptr || count != 1) return damaged(std::string(name) + " is missing or not alone");
  return take_chars(xmlNodeListGetString(node->doc, wanted->children, 1));
}

// Elements above their text alone: nothing may hide beside it.
Result<std::string> text_of(const xmlNode* node) {
  if (node->properties != nullptr) return damaged("an attribute where none belongs");
  std::string text;
  for (const xmlNode* child = node->children; child != nullptr; child = child->next) {
    if (child->type != XML_TEXT_NODE || child->content == nullptr) return damaged("something in a text");
    text += reinterpret_cast<const char*>(child->content);
    if (text.size() > kMaxText) return damaged("a text beyond all need");
  }
  return text;
}

Result<Bytes> base64_of(const xmlNode* node) {
  TRY(auto text, text_of(node));
  std::erase_if(text, [](char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; });
  return from_base64(text);
}

template <class List>
Result<Named> find(const List& list, std::string_view uri) {
  const auto found = std::ranges::find(list, uri, &Named::uri);
  if (found == list.end()) return damaged("an algorithm that is not read here");
  return *found;
}

Result<Canonical> canonical_of(std::string_view uri) {
  if (uri == kExclusive) return Canonical::exclusive;
  if (uri == kInclusive) return Canonical::inclusive;
  return damaged("a canonical form that is not read here");
}

Result<void> read_transforms(XmlSignature& signature, const xmlNode* transforms) {
  TRY(const auto all, children_of(transforms, 2));
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (!is_dsig(all[i], "Transform") || all[i]->children != nullptr) return damaged("a transform that is not read here");
    TRY(const auto uri, attribute_of(all[i], "Algorithm"));
    if (i == 0) {
      if (uri != kEnveloped) return damaged("not enveloped");
    } else {
      TRY(signature.form, canonical_of(uri));
    }
  }
  if (all.empty()) return damaged("not enveloped");
  return {};
}

// "" or the root's own Id: anything else is a part, and parts are where wrapping begins.
bool refers_to_all(const xmlNode* reference, std::string_view uri) {
  if (uri.empty()) return true;
  xmlNode* root = xmlDocGetRootElement(reference->doc);
  for (const char* name : {"Id", "ID", "id"}) {
    const std::string id = take_chars(xmlGetNoNsProp(root, reinterpret_cast<const xmlChar*>(name)));
    if (!id.empty() && uri == "#" + id) return true;
  }
  return false;
}

Result<void> read_reference(XmlSignature& signature, const xmlNode* reference) {
  xmlAttr* uri = xmlHasNsProp(reference, reinterpret_cast<const xmlChar*>("URI"), nullptr);
  if (uri == nullptr) return damaged("a reference to nothing");
  signature.whole = refers_to_all(reference, take_chars(xmlNodeListGetString(reference->doc, uri->children, 1)));
  TRY(const auto parts, children_of(reference, 3));
  if (parts.size() != 3 || !is_dsig(parts[0], "Transforms") || !is_dsig(parts[1], "DigestMethod") || !is_dsig(parts[2], "DigestValue")) {
    return damaged("a reference of another form");
  }
  TRY_VOID(read_transforms(signature, parts[0]));
  TRY(const auto method, attribute_of(parts[1], "Algorithm"));
  TRY(const auto named, find(kDigests, method));
  signature.digest = named.digest;
  TRY(signature.digest_value, base64_of(parts[2]));
  return {};
}

Result<void> read_signed_info(XmlSignature& signature) {
  TRY(const auto parts, children_of(signature.signed_info, 8));
  if (parts.size() < 3 || !is_dsig(parts[0], "CanonicalizationMethod") || !is_dsig(parts[1], "SignatureMethod") || !is_dsig(parts[2], "Reference")) {
    return damaged("another form");
  }
  if (parts.size() > 3) return damaged("several references");
  if (parts[0]->children != nullptr || parts[1]->children != nullptr) return damaged("an algorithm with parameters");
  TRY(const auto form, attribute_of(parts[0], "Algorithm"));
  TRY(signature.info_form, canonical_of(form));
  TRY(const auto method, attribute_of(parts[1], "Algorithm"));
  TRY(const auto named, find(kSignatures, method));
  signature.kind = named.digest;
  signature.is_ecdsa = named.is_ecdsa;
  return read_reference(signature, parts[2]);
}

// What stands here is under no signature: nothing is read that the certificate does not prove.
Result<void> read_key_info(XmlSignature& signature, const xmlNode* key_info) {
  TRY(const auto data, children_of(key_info, 1));
  if (data.size() != 1 || !is_dsig(data[0], "X509Data") || key_info->properties != nullptr || data[0]->properties != nullptr) {
    return damaged("a key that no certificate vouches for");
  }
  TRY(const auto parts, children_of(data[0], kMaxCertificates + 1));
  for (const xmlNode* part : parts) {
    if (is_dsig(part, "X509SubjectName") && signature.subject.empty()) {
      TRY(signature.subject, text_of(part));
    } else if (is_dsig(part, "X509Certificate")) {
      TRY(auto certificate, base64_of(part));
      signature.certificates.push_back(std::move(certificate));
    } else {
      return damaged("something beside the certificate");
    }
  }
  if (signature.certificates.empty()) return damaged("without the signer's certificate");
  return {};
}

// An Id, which nothing here refers to; what else stood there would be under no signature.
bool has_known_attributes(const xmlNode* node) {
  const xmlAttr* first = node->properties;
  return first == nullptr || (first->next == nullptr && first->ns == nullptr && std::string_view(reinterpret_cast<const char*>(first->name)) == "Id");
}

Result<XmlSignature> read_signature(const xmlNode* node) {
  if (!has_known_attributes(node)) return damaged("an attribute that nobody knows");
  TRY(const auto parts, children_of(node, 3));
  if (parts.size() != 3 || !is_dsig(parts[0], "SignedInfo") || !is_dsig(parts[1], "SignatureValue") || !is_dsig(parts[2], "KeyInfo")) {
    return damaged("another form");
  }
  XmlSignature signature;
  signature.signed_info = parts[0];
  TRY_VOID(read_signed_info(signature));
  TRY(signature.value, base64_of(parts[1]));
  TRY_VOID(read_key_info(signature, parts[2]));
  return signature;
}

void settle(SignatureFinding& finding, Judged judged) {
  finding.state = judged.state;
  finding.detail = std::move(judged.detail);
}

void say_who(SignatureFinding& finding, ByteView certificate) {
  Identity identity = identity_of(certificate);
  finding.signer = std::move(identity.subject);
  finding.issuer = std::move(identity.issuer);
  finding.serial = std::move(identity.serial);
}

Result<Bytes> octets_of(xmlDoc* document, const xmlNode* only, Canonical form, Budget& budget) {
  Bytes octets;
  TRY_VOID(canonical(document, only, form, budget, [&](ByteView piece) { octets.insert(octets.end(), piece.begin(), piece.end()); }));
  return octets;
}

// The document's digest without its signature, as the enveloped transform has it.
Result<Judged> judge_reference(xmlDoc* document, xmlNode* node, const XmlSignature& signature, Budget& budget) {
  if (signature.digest == DigestKind::weak) return Judged{weak_algorithm, "SHA-1"};
  if (!signature.whole) return Judged{covers_part_only, "the reference is to a part of the document"};
  xmlUnlinkNode(node);
  Digest digest(signature.digest);
  const auto done = canonical(document, nullptr, signature.form, budget, [&](ByteView piece) { digest.update(piece); });
  xmlFreeNode(node);
  TRY_VOID(done);
  if (!std::ranges::equal(digest.finish(), signature.digest_value)) return Judged{digest_mismatch, "the digest is another"};
  return Judged{};
}

// Are these the bytes that were signed, and by this certificate's key?
Result<Judged> judge_integrity(xmlDoc* document, xmlNode* node, const XmlSignature& signature, Budget& budget) {
  const ByteView signer = signature.certificates[0];
  TRY(const auto octets, octets_of(document, signature.signed_info, signature.info_form, budget));
  if (octets.size() > kMaxSignedInfo) return Judged{malformed, "XML signature: larger than anybody needs"};
  TRY(Judged reference, judge_reference(document, node, signature, budget));
  // Two numbers side by side in XML (RFC 4050 §3.3), a sequence of them anywhere else.
  const Bytes value = signature.is_ecdsa ? ecdsa_sequence(signer, signature.value) : signature.value;
  Judged made = judge_signature(signer, signature.kind, signature.is_ecdsa, octets, value);
  if (!reference.valid()) return reference;
  if (!made.valid()) return made;
  if (!signature.subject.empty() && !names_subject(signer, signature.subject)) {
    return Judged{malformed, "X509SubjectName is not the certificate's"};
  }
  return Judged{};
}

}  // namespace

Result<std::vector<SignatureFinding>> judge_xml(std::string_view xml, const Grounds& grounds, Budget& budget) {
  std::vector<SignatureFinding> findings;
  TRY(const auto document, read_xml(xml, budget));
  TRY(const auto found, elements(document.get(), kDsigNamespace, "Signature", budget));
  if (found.nodes.empty()) return findings;
  SignatureFinding& finding = findings.emplace_back();
  if (found.nodes.size() > 1) {
    finding.detail = "XML signature: several";
    return findings;
  }
  if (found.nodes[0] == xmlDocGetRootElement(document.get())) {
    finding.detail = "XML signature: not enveloped";
    return findings;
  }
  const auto signature = read_signature(found.nodes[0]);
  if (!signature) {
    finding.detail = signature.error().what();
    return findings;
  }
  say_who(finding, signature->certificates[0]);
  auto judged = judge_integrity(document.get(), found.nodes[0], *signature, budget);
  if (!judged && judged.error().code() == Code::exhausted) return std::move(judged).error();
  settle(finding, judged ? std::move(judged).value() : Judged{malformed, judged.error().what()});
  if (finding.state != valid) return findings;
  const std::vector<ByteView> others(signature->certificates.begin() + 1, signature->certificates.end());
  judge_certificate(signature->certificates[0], others, grounds.now, Moment::claimed, grounds, finding);
  if (finding.state == valid && found.has_comments) settle(finding, {covers_part_only, "comments are under no XML signature"});
  return findings;
}

}  // namespace khien::seal

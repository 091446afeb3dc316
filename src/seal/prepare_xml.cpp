#include "khien/core/text.hpp"
#include "khien/seal/xml_signature.hpp"
#include "xml_place.hpp"
#include "xml_file.hpp"

namespace khien::seal {
namespace {

constexpr const char* kPlaceName = "khien-signature";

bool is_prefix(std::string_view prefix) {
  for (const char c : prefix) {
    if (c < 'a' || c > 'z') return false;
  }
  return prefix.size() <= 20;
}

// The element that gets the signature.
Result<xmlNode*> parent_of(xmlDoc* document, const XmlSigning& signing, Budget& budget) {
  if (signing.parent_name.empty()) return xmlDocGetRootElement(document);
  TRY(const auto found, elements(document, signing.parent_namespace, signing.parent_name, budget));
  if (found.nodes.size() == 1) return found.nodes[0];
  return Error(Code::invalid, "XML: " + std::to_string(found.nodes.size()) + " elements " + printable(signing.parent_name) + " where one is to be signed in");
}

}  // namespace

Result<PreparedXml> prepare_xml(std::string_view xml, const XmlSigning& signing, Budget& budget) {
  if (!is_prefix(signing.prefix)) return Error(Code::invalid, "XML: the signature's prefix is to be of small letters");
  TRY(const auto document, read_xml(xml, budget));
  TRY(const auto found, elements(document.get(), kDsigNamespace, "Signature", budget));
  if (!found.nodes.empty()) return Error(Code::conflict, "XML: signed already");
  if (found.has_comments) return Error(Code::invalid, "XML: comments would be under no signature");
  PreparedXml prepared;
  prepared.signing_ = signing;
  Sha256Stream digest;
  TRY_VOID(canonical(document.get(), nullptr, Canonical::exclusive, budget, [&](ByteView piece) { digest.update(piece); }));
  prepared.digest_ = digest.finish();
  TRY(xmlNode* parent, parent_of(document.get(), signing, budget));
  xmlAddChild(parent, xmlNewDocPI(document.get(), reinterpret_cast<const xmlChar*>(kPlaceName), nullptr));
  // Inclusive: declarations stay that a value may mean ("xsi:type").
  TRY_VOID(canonical(document.get(), nullptr, Canonical::inclusive, budget, [&](ByteView piece) { prepared.xml_ += as_text(piece); }));
  const auto place = prepared.xml_.find(kSignaturePlace);
  if (place == std::string::npos || prepared.xml_.find(kSignaturePlace, place + 1) != std::string::npos) {
    return Error(Code::invalid, "XML: it holds what looks like the signature's place");
  }
  return prepared;
}

}  // namespace khien::seal

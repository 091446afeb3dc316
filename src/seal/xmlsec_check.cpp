#include "xmlsec_check.hpp"

#include <libxml/parser.h>
#include <xmlsec/crypto.h>
#include <xmlsec/errors.h>
#include <xmlsec/xmldsig.h>
#include <xmlsec/xmlsec.h>
#include <xmlsec/xmltree.h>

#include <memory>
#include <mutex>

#include "xml_file.hpp"

namespace khien::seal {
namespace {

bool start_library() {
  static std::once_flag once;
  static bool started = false;
  std::call_once(once, [] {
    xmlInitParser();
    started = xmlSecInit() >= 0 && xmlSecCryptoAppInit(nullptr) >= 0 && xmlSecCryptoInit() >= 0;
    // Its errors are for a console; ours is the verdict.
    xmlSecErrorsSetCallback(nullptr);
  });
  return started;
}

struct ContextFree {
  void operator()(xmlSecDSigCtx* context) const { xmlSecDSigCtxDestroy(context); }
};

}  // namespace

Result<void> xmlsec_check(std::string_view xml, ByteView certificate) {
  const Error wrong(Code::corrupt, "the signature that was made does not hold: libxmlsec");
  if (!start_library()) return Error(Code::internal, "libxmlsec does not start");
  const XmlDocument document(xmlReadMemory(xml.data(), static_cast<int>(xml.size()), nullptr, nullptr, XML_PARSE_NONET));
  if (!document) return wrong;
  xmlNode* signature = xmlSecFindNode(xmlDocGetRootElement(document.get()), xmlSecNodeSignature, xmlSecDSigNs);
  const std::unique_ptr<xmlSecDSigCtx, ContextFree> context(xmlSecDSigCtxCreate(nullptr));
  if (signature == nullptr || !context) return wrong;
  context->enabledReferenceUris = xmlSecTransformUriTypeEmpty;
  context->signKey = xmlSecCryptoAppKeyLoadMemory(reinterpret_cast<const xmlSecByte*>(certificate.data()), static_cast<xmlSecSize>(certificate.size()),
                                                  xmlSecKeyDataFormatCertDer, nullptr, nullptr, nullptr);
  if (context->signKey == nullptr) return wrong;
  const bool holds = xmlSecDSigCtxVerify(context.get(), signature) >= 0 && context->status == xmlSecDSigStatusSucceeded;
  if (!holds) return wrong;
  return {};
}

}  // namespace khien::seal

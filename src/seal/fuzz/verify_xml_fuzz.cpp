// Input: the bytes of a file that claims to be signed XML. Never valid, unless without its
// signature it is, in canonical form, what one of the seeds is.
#include <cstdint>

#include "fuzz/genuine.hpp"
#include "xml_file.hpp"

using namespace khien;

namespace {

std::string content_of(ByteView bytes) {
  Budget budget(seal::verify_limits());
  const auto document = seal::read_xml(as_text(bytes), budget);
  if (!document) return {};
  const auto found = seal::elements(document->get(), seal::kDsigNamespace, "Signature", budget);
  if (!found) return {};
  for (xmlNode* node : found->nodes) {
    xmlUnlinkNode(node);
    xmlFreeNode(node);
  }
  Sha256Stream digest;
  const auto done = seal::canonical(document->get(), nullptr, seal::Canonical::inclusive, budget, [&](ByteView piece) { digest.update(piece); });
  return done ? digest.finish().hex() : std::string();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  seal::verify_seed({reinterpret_cast<const std::byte*>(data), size}, seal::FileKind::xml, content_of);
  return 0;
}

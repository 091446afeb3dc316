// Input: a packet between hub and signer. What is read is written again alike; a SignedInfo
// is only right where it is built anew to the same octets.
#include <cstdint>
#include <cstdlib>

#include "khien/seal/signer_protocol.hpp"
#include "khien/seal/xml_signature.hpp"

using namespace khien;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView packet(reinterpret_cast<const std::byte*>(data), size);
  const auto request = seal::decode_signer_request(packet);
  if (request && encode(*request) != as_text(packet)) std::abort();
  const auto reply = seal::decode_signer_reply(packet);
  if (reply && encode(*reply) != as_text(packet)) std::abort();
  if (request && reply) std::abort();
  if (!request) return 0;
  const auto right = seal::check_signed_info(request->signed_info, request->job.digest);
  const bool has_digest = request->signed_info.find(to_base64(request->job.digest.view())) != std::string::npos;
  if (right && !has_digest) std::abort();
  return 0;
}

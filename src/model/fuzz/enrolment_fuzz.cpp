// Input: a kind byte, then the message: a token, an enrolment request, an
// answer, an acknowledgement or the name in a certificate.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "khien/model/batch.hpp"
#include "khien/model/enrolment.hpp"

using namespace khien;

namespace {

void check(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 5) {
    case 0:
      if (const auto token = EnrolmentToken::from_text(text)) check(EnrolmentToken::from_text(token->text()).has_value());
      break;
    case 1:
      if (const auto request = enrol_request_from_json(text)) check(enrol_request_from_json(to_json(*request)).has_value());
      break;
    case 2:
      if (const auto issued = issued_certificate_from_json(text)) {
        check(issued_certificate_from_json(to_json(*issued)).has_value());
      }
      break;
    case 3:
      if (const auto said = acknowledgement_from_json(text)) check(acknowledgement_from_json(to_json(*said)).has_value());
      break;
    default:
      if (const auto agent = AgentIdentity::from_uri(text)) check(agent->uri() == text);
  }
  return 0;
}

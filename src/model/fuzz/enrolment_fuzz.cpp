// Input: a kind byte, then the message: a token, an enrolment request, an
// answer, an acknowledgement, the name in a certificate, what the fleet is asked or
// answers.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "khien/model/batch.hpp"
#include "khien/model/enrolment.hpp"
#include "khien/model/fleet.hpp"

using namespace khien;

namespace {

void check(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 7) {
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
    case 5:
      if (const auto asked = fleet_question_from_json(text)) {
        const auto again = fleet_question_from_json(to_json(*asked));
        check(again.has_value() && *again == *asked);
      }
      break;
    case 6:
      for (const std::size_t asked : {std::size_t{0}, std::size_t{3}}) {
        const auto said = fleet_answer_from_json(text, asked);
        check(!said || said->words.size() == asked);
        if (said) check(fleet_answer_from_json(to_json(*said), asked).value() == *said);
      }
      break;
    default:
      if (const auto agent = AgentIdentity::from_uri(text)) check(agent->uri() == text);
  }
  return 0;
}

#include "khien/model/enrolment.hpp"

#include <doctest/doctest.h>

namespace khien {
namespace {

TEST_CASE("a token carries its secret and the hub it is for") {
  const EnrolmentToken token{to_base64url(sha256("s").view()), sha256("ca")};
  const auto again = EnrolmentToken::from_text(token.text());
  REQUIRE(again);
  CHECK(again->secret == token.secret);
  CHECK(again->ca_sha256 == token.ca_sha256);
}

TEST_CASE("a token that was not copied whole is refused") {
  const auto text = EnrolmentToken{to_base64url(sha256("s").view()), sha256("ca")}.text();
  for (std::size_t cut = 0; cut < text.size(); ++cut) CHECK_FALSE(EnrolmentToken::from_text(text.substr(0, cut)));
  CHECK_FALSE(EnrolmentToken::from_text(text + "0"));
}

TEST_CASE("an agent's name has one spelling") {
  const AgentIdentity agent{TenantId{1}, MachineId{42}};
  CHECK(agent.uri() == "urn:khien:tenant:1:machine:42");
  CHECK(*AgentIdentity::from_uri(agent.uri()) == agent);
  for (const auto* wrong :
       {"", "urn:khien:tenant:1", "urn:khien:tenant:01:machine:42", "urn:khien:tenant:1:machine:",
        "urn:khien:tenant:+1:machine:42", "urn:khien:tenant:1:machine:42 ", "urn:khien:tenant:0:machine:42",
        "urn:khien:tenant:1:machine:-42", "URN:khien:tenant:1:machine:42",
        "urn:khien:tenant:1:machine:99999999999999999999", "urn:khien:tenant:1:machine:42:machine:43"}) {
    CHECK_FALSE(AgentIdentity::from_uri(wrong));
  }
}

TEST_CASE("enrolment messages survive the wire") {
  const EnrolRequest request{"s", "csr", "máy-01", "0.1.0"};
  const auto heard = enrol_request_from_json(to_json(request));
  REQUIRE(heard);
  CHECK(heard->hostname == "máy-01");
  CHECK(renew_request_from_json(to_json(RenewRequest{"csr"}))->csr_pem == "csr");
  CHECK(issued_certificate_from_json(to_json(IssuedCertificate{"a", "b"}))->ca_pem == "b");
  CHECK_FALSE(enrol_request_from_json(to_json(EnrolRequest{"s", "csr", std::string(256, 'h'), "1"})));
  CHECK(enrol_request_from_json("{}").error().code() == Code::invalid);
}

}  // namespace
}  // namespace khien

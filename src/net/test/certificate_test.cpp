#include "khien/net/certificate.hpp"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "house.hpp"
#include "peer_certificate.hpp"
#include "x509.hpp"

namespace khien::net {
namespace {

constexpr AgentIdentity kAgent{TenantId{3}, MachineId{5}};

std::string request_pem(EVP_PKEY* key, EVP_PKEY* signer) {
  const X509RequestPointer request(X509_REQ_new());
  X509_REQ_set_pubkey(request.get(), key);
  X509_REQ_sign(request.get(), signer, EVP_sha256());
  return write_request(request.get());
}

ByteView der_of(X509* certificate, std::string& keep) {
  unsigned char* der = nullptr;
  const int size = i2d_X509(certificate, &der);
  keep.assign(reinterpret_cast<const char*>(der), static_cast<std::size_t>(size));
  OPENSSL_free(der);
  return as_bytes(keep);
}

bool is_critical(X509* certificate, int nid) {
  const int at = X509_get_ext_by_NID(certificate, nid, -1);
  return at >= 0 && X509_EXTENSION_get_critical(X509_get_ext(certificate, at)) == 1;
}

TEST_CASE("the authority signs end certificates only, and says so") {
  House house;
  const auto own = read_certificate(house.authority.certificate_pem()).value();
  CHECK(X509_check_ca(own.get()) == 1);
  CHECK(X509_get_pathlen(own.get()) == 0);
  CHECK(X509_get_key_usage(own.get()) == (KU_KEY_CERT_SIGN | KU_CRL_SIGN));
  CHECK(is_critical(own.get(), NID_basic_constraints));
  CHECK(is_critical(own.get(), NID_key_usage));
  CHECK(is_p256(X509_get0_pubkey(own.get())));
  CHECK(X509_verify(own.get(), X509_get0_pubkey(own.get())) == 1);
  const auto days_valid =
      (certificate_not_after(house.authority.certificate_pem()).value() - house.now).ms / days(1).ms;
  CHECK(days_valid >= 3651);
  CHECK(house.authority.sha256() == certificate_sha256(house.authority.certificate_pem()).value());
}

TEST_CASE("an agent's certificate binds the identity to its key, for clients only") {
  House house;
  const auto made = make_key_and_request("any name; it is not taken over").value();
  const auto pem =
      house.authority.issue_agent(made.csr_pem, kAgent, house.now, days(30), house.random).value();
  const auto certificate = read_certificate(pem).value();
  CHECK(public_key_sha256(pem).value() == public_key_sha256(made.csr_pem).value());
  CHECK(peer_certificate(certificate.get()).value().agent == kAgent);
  CHECK(certificate_agent(pem).value() == kAgent);
  CHECK(certificate_agent(house.authority.certificate_pem()).error().code() == Code::invalid);
  CHECK(X509_get_extended_key_usage(certificate.get()) == XKU_SSL_CLIENT);
  CHECK(X509_get_key_usage(certificate.get()) == KU_DIGITAL_SIGNATURE);
  CHECK(is_critical(certificate.get(), NID_key_usage));
  CHECK(X509_check_ca(certificate.get()) == 0);
  CHECK(X509_check_issued(read_certificate(house.authority.certificate_pem()).value().get(),
                          certificate.get()) == X509_V_OK);
  CHECK(X509_get0_authority_key_id(certificate.get()) != nullptr);
  CHECK(X509_get0_subject_key_id(certificate.get()) != nullptr);
  CHECK(to_timestamp(X509_get0_notBefore(certificate.get())).value().ms / 1000 ==
        (house.now - minutes(5)).ms / 1000);
  CHECK(to_timestamp(X509_get0_notAfter(certificate.get())).value().ms / 1000 ==
        (house.now + days(30)).ms / 1000);
}

TEST_CASE("nothing but the key is taken from a request") {
  House house;
  const auto key = make_p256_key();
  const X509RequestPointer request(X509_REQ_new());
  X509_REQ_set_pubkey(request.get(), key.get());
  X509_NAME_add_entry_by_txt(X509_REQ_get_subject_name(request.get()), "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>("evil"), -1, -1, 0);
  STACK_OF(X509_EXTENSION)* wishes = sk_X509_EXTENSION_new_null();
  sk_X509_EXTENSION_push(wishes,
                         X509V3_EXT_conf_nid(nullptr, nullptr, NID_basic_constraints, "critical,CA:TRUE"));
  sk_X509_EXTENSION_push(wishes, X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name,
                                                     "URI:urn:khien:tenant:9:machine:9"));
  X509_REQ_add_extensions(request.get(), wishes);
  sk_X509_EXTENSION_pop_free(wishes, X509_EXTENSION_free);
  X509_REQ_sign(request.get(), key.get(), EVP_sha256());
  const auto pem =
      house.authority.issue_agent(write_request(request.get()), kAgent, house.now, days(1), house.random)
          .value();
  const auto certificate = read_certificate(pem).value();
  CHECK(peer_certificate(certificate.get()).value().agent == kAgent);
  CHECK(X509_check_ca(certificate.get()) == 0);
  std::array<char, 64> name{};
  X509_NAME_get_text_by_NID(X509_get_subject_name(certificate.get()), NID_commonName, name.data(), 64);
  CHECK(std::string_view(name.data()) == "khien-agent");
}

TEST_CASE("a request with another key or a false signature is refused") {
  House house;
  const auto issue = [&](const std::string& csr_pem) {
    return house.authority.issue_agent(csr_pem, kAgent, house.now, days(1), house.random);
  };
  const auto p256 = make_p256_key();
  const KeyPointer p384(EVP_EC_gen("P-384"));
  const KeyPointer rsa(EVP_RSA_gen(2048));
  CHECK(issue(request_pem(p256.get(), p256.get())));
  CHECK(issue(request_pem(p384.get(), p384.get())).error().code() == Code::invalid);
  CHECK(issue(request_pem(rsa.get(), rsa.get())).error().code() == Code::invalid);
  CHECK(issue(request_pem(p256.get(), make_p256_key().get())).error().code() == Code::invalid);
  CHECK(issue("").error().code() == Code::invalid);
  CHECK(issue(house.authority.certificate_pem()).error().code() == Code::invalid);
  CHECK(issue(std::string(70'000, '-')).error().code() == Code::invalid);
}

TEST_CASE("a server's certificate carries host names and addresses, nothing else") {
  House house;
  const auto issued =
      house.authority
          .issue_server({"khien.gov.vn", "10.1.2.3", "2001:db8::1"}, house.now, days(1), house.random)
          .value();
  const auto certificate = read_certificate(issued.certificate_pem).value();
  CHECK(X509_check_host(certificate.get(), "khien.gov.vn", 0, 0, nullptr) == 1);
  CHECK(X509_check_host(certificate.get(), "other.gov.vn", 0, 0, nullptr) == 0);
  CHECK(X509_check_ip_asc(certificate.get(), "10.1.2.3", 0) == 1);
  CHECK(X509_check_ip_asc(certificate.get(), "2001:db8::1", 0) == 1);
  CHECK(X509_get_extended_key_usage(certificate.get()) == XKU_SSL_SERVER);
  CHECK(X509_check_private_key(certificate.get(), read_key(issued.key_pem).value().get()) == 1);
  for (const std::string bad : {"", "a b", "a,DNS:b", "a\nb", "-a", ".a", "email:x", "https://a", "tên"}) {
    CAPTURE(bad);
    CHECK_FALSE(house.authority.issue_server({bad}, house.now, days(1), house.random));
  }
  CHECK_FALSE(house.authority.issue_server({}, house.now, days(1), house.random));
}

TEST_CASE("no certificate outlives its authority") {
  House house;
  const auto end = certificate_not_after(house.authority.certificate_pem()).value();
  const auto pem =
      house.authority.issue_server({"a"}, house.now, days(10'000), house.random).value().certificate_pem;
  CHECK(certificate_not_after(pem).value() == end);
  CHECK_FALSE(house.authority.issue_server({"a"}, end, days(1), house.random));
  CHECK_FALSE(house.authority.issue_server({"a"}, house.now, Duration{0}, house.random));
}

TEST_CASE("serial numbers are 128 bits of the given randomness") {
  House house;
  House same;
  const auto serial = [](House& at) {
    const auto certificate =
        read_certificate(at.authority.issue_server({"a"}, at.now, days(1), at.random).value().certificate_pem)
            .value();
    const std::unique_ptr<BIGNUM, FreeBy<BN_free>> number(
        ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate.get()), nullptr));
    const std::unique_ptr<char, decltype([](char* text) { OPENSSL_free(text); })> text(
        BN_bn2hex(number.get()));
    return std::string(text.get());
  };
  const auto first = serial(house);
  CHECK(first == serial(same));
  CHECK(first != serial(house));
  CHECK(first.size() > 28);
}

TEST_CASE("an authority is loaded again from what it wrote") {
  House house;
  auto again =
      CertificateAuthority::load(house.authority.certificate_pem(), house.authority.key_pem()).value();
  CHECK(again.sha256() == house.authority.sha256());
  CHECK(again.issue_server({"a"}, house.now, days(1), house.random));
  const auto other = CertificateAuthority::create("other", house.now, house.random).value();
  CHECK_FALSE(CertificateAuthority::load(other.certificate_pem(), house.authority.key_pem()));
  CHECK_FALSE(CertificateAuthority::load(house.server.certificate_pem, house.server.key_pem));
  CHECK_FALSE(CertificateAuthority::load("", Secret("")));
}

TEST_CASE("an encrypted key is refused without asking anybody for its passphrase") {
  const auto key = make_p256_key();
  const BioPointer bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_PKCS8PrivateKey(bio.get(), key.get(), EVP_aes_256_cbc(), "secret", 6, nullptr, nullptr);
  char* data = nullptr;
  const auto size = static_cast<std::size_t>(BIO_get_mem_data(bio.get(), &data));
  CHECK_FALSE(read_key(Secret(std::string(data, size))));
}

TEST_CASE("only a subjectAltName with one exact URI names an agent") {
  House house;
  const auto agent_of = [&](const char* names) {
    const auto key = make_p256_key();
    const X509Pointer certificate(X509_new());
    X509_set_version(certificate.get(), X509_VERSION_3);
    X509_set_pubkey(certificate.get(), key.get());
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
    ASN1_TIME_set(X509_getm_notBefore(certificate.get()), 0);
    ASN1_TIME_set(X509_getm_notAfter(certificate.get()), 2'000'000'000);
    if (names != nullptr) {
      X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, names);
      REQUIRE(extension != nullptr);
      X509_add_ext(certificate.get(), extension, -1);
      X509_EXTENSION_free(extension);
    }
    X509_sign(certificate.get(), key.get(), EVP_sha256());
    std::string keep;
    return peer_certificate_from_der(der_of(certificate.get(), keep)).value().agent;
  };
  CHECK(agent_of("URI:urn:khien:tenant:3:machine:5") == kAgent);
  CHECK_FALSE(agent_of(nullptr));
  for (const auto* names :
       {"DNS:urn:khien:tenant:3:machine:5", "email:urn:khien:tenant:3:machine:5",
        "URI:urn:khien:tenant:3:machine:5,URI:urn:khien:tenant:3:machine:6",
        "URI:urn:khien:tenant:3:machine:5,DNS:a", "URI:urn:khien:tenant:03:machine:5",
        "URI:URN:khien:tenant:3:machine:5", "URI:urn:khien:tenant:3:machine:5%20",
        "URI:urn:khien:tenant:0:machine:5", "URI:urn:khien:tenant:-3:machine:5",
        "URI:urn:khien:tenant:3:machine:5:machine:6", "URI:urn:khien:tenant:3", "URI:https://a"}) {
    CAPTURE(names);
    CHECK_FALSE(agent_of(names));
  }
}

TEST_CASE("bytes after a certificate's end are not overlooked") {
  House house;
  std::string der;
  der_of(read_certificate(house.server.certificate_pem).value().get(), der);
  CHECK(peer_certificate_from_der(as_bytes(der)));
  CHECK_FALSE(peer_certificate_from_der(as_bytes(der + "x")));
  CHECK_FALSE(peer_certificate_from_der(as_bytes(std::string_view(der).substr(0, der.size() - 1))));
  CHECK_FALSE(peer_certificate_from_der({}));
}

}  // namespace
}  // namespace khien::net

// Who gets in, and as whom.
#include <openssl/pem.h>

#include "raw_peer.hpp"

namespace khien::net {
namespace {

using Pair = KeyAndCertificate;

// A certificate made by hand, as an attacker would.
struct Forgery {
  const char* names = "URI:urn:khien:tenant:3:machine:5";
  const char* usage = "clientAuth";  // null: no extended key usage
  const char* constraints = "critical,CA:FALSE";
  Duration from = minutes(-5);
  Duration to = days(1);
};

void extend(X509* certificate, X509* issuer, int nid, const char* value) {
  if (value == nullptr) return;
  X509V3_CTX context{};
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value);
  REQUIRE(extension != nullptr);
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

// Signed by the issuer; by itself if there is none.
Pair forge(const Forgery& wish, Timestamp now, const Pair* issuer = nullptr) {
  const auto key = make_p256_key();
  const X509Pointer certificate(X509_new());
  X509_set_version(certificate.get(), X509_VERSION_3);
  X509_set_pubkey(certificate.get(), key.get());
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 77);
  ASN1_TIME_set(X509_getm_notBefore(certificate.get()), (now + wish.from).ms / 1000);
  ASN1_TIME_set(X509_getm_notAfter(certificate.get()), (now + wish.to).ms / 1000);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()), "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>("forged"), -1, -1, 0);
  const X509Pointer parent = issuer ? read_certificate(issuer->certificate_pem).value() : nullptr;
  const KeyPointer signer = issuer ? read_key(issuer->key_pem).value() : nullptr;
  X509* above = parent ? parent.get() : certificate.get();
  X509_set_issuer_name(certificate.get(), X509_get_subject_name(above));
  extend(certificate.get(), above, NID_basic_constraints, wish.constraints);
  const bool signs = std::string_view(wish.constraints).ends_with("TRUE");
  extend(certificate.get(), above, NID_key_usage,
         signs ? "critical,keyCertSign" : "critical,digitalSignature");
  extend(certificate.get(), above, NID_ext_key_usage, wish.usage);
  extend(certificate.get(), above, NID_subject_key_identifier, "hash");
  extend(certificate.get(), above, NID_authority_key_identifier, "keyid");
  extend(certificate.get(), above, NID_subject_alt_name, wish.names);
  X509_sign(certificate.get(), signer ? signer.get() : key.get(), EVP_sha256());
  return {write_key(key.get()), write_certificate(certificate.get())};
}

RawTls as(const Pair& pair, const std::string& between = "") {
  RawTls tls;
  tls.certificate_pem = pair.certificate_pem;
  tls.key_pem = pair.key_pem.reveal();
  tls.between_pem = between;
  return tls;
}

struct Door {
  House house;
  ManualClock clock{house.now};
  Answering handler;
  std::unique_ptr<Server> server = started(one(house.listener(handler, true)), {}, clock);

  // The status of one request; 0 if the door stayed shut.
  int knock(const RawTls& tls) {
    RawPeer peer(server->port(0), tls);
    if (!peer.is_secure() || !peer.send(get("/"))) return 0;
    return status_of(peer.receive_until("\r\n\r\n"));
  }
  std::optional<AgentIdentity> known_as() {
    const auto certificate = handler.last().certificate;
    return certificate ? certificate->agent : std::nullopt;
  }
  Pair authority() const {
    return {Secret(std::string(house.authority.key_pem().reveal())), house.authority.certificate_pem()};
  }
};

TEST_CASE("without a certificate a peer is let in as nobody") {
  Door door;
  CHECK(door.knock({}) == 200);
  CHECK_FALSE(door.handler.last().certificate);
}

TEST_CASE("a certificate of our authority is known; what it says is the identity") {
  Door door;
  auto agent = door.house.issue_agent();
  CHECK(door.knock(as({std::move(agent.key_pem), agent.certificate_pem})) == 200);
  CHECK(door.known_as() == AgentIdentity{TenantId{3}, MachineId{5}});
  auto other = door.house.issue_agent({TenantId{4}, MachineId{1}});
  CHECK(door.knock(as({std::move(other.key_pem), other.certificate_pem})) == 200);
  CHECK(door.known_as() == AgentIdentity{TenantId{4}, MachineId{1}});
}

TEST_CASE("each certificate that is not quite right ends its handshake") {
  Door door;
  const auto now = door.house.now;
  const auto ours = door.authority();
  SeededRandom random(9);
  const auto strange = CertificateAuthority::create("Khiên test", now, random).value();
  const Pair other{Secret(std::string(strange.key_pem().reveal())), strange.certificate_pem()};
  auto agent = door.house.issue_agent();
  const Pair agent_pair{std::move(agent.key_pem), agent.certificate_pem};
  const auto rogue_ca = forge({nullptr, nullptr, "critical,CA:TRUE"}, now, &ours);

  CHECK(door.knock(as(forge({}, now, &ours))) == 200);  // the forger's tools work
  const auto refused = [&](const char* what, const Pair& pair, const std::string& between = "") {
    CAPTURE(what);
    const int before = door.handler.count();
    CHECK(door.knock(as(pair, between)) == 0);
    CHECK(door.handler.count() == before);
  };
  refused("expired", forge({.from = days(-2), .to = days(-1)}, now, &ours));
  refused("not yet valid", forge({.from = days(1), .to = days(2)}, now, &ours));
  refused("of another authority with our name", forge({}, now, &other));
  refused("signed by itself", forge({}, now));
  refused("for servers", forge({.usage = "serverAuth"}, now, &ours));
  refused("for mail", forge({.usage = "emailProtection"}, now, &ours));
  refused("for no purpose", forge({.usage = nullptr}, now, &ours));
  refused("signed by an agent", forge({}, now, &agent_pair), agent_pair.certificate_pem);
  refused("signed by a CA below ours", forge({}, now, &rogue_ca), rogue_ca.certificate_pem);
  refused("the hub's own",
          {Secret(std::string(door.house.server.key_pem.reveal())), door.house.server.certificate_pem});
  CHECK(eventually([&] { return door.server->counts().handshakes_failed >= 10; }));
  CHECK(door.knock({}) == 200);
}

TEST_CASE("a certificate that names nobody is proved but names no agent") {
  Door door;
  const auto ours = door.authority();
  CHECK(door.knock(as(forge({.names = "DNS:somebody"}, door.house.now, &ours))) == 200);
  REQUIRE(door.handler.last().certificate);
  CHECK_FALSE(door.known_as());
}

TEST_CASE("a certificate that ends while its connection lives is refused from then on") {
  Door door;
  const auto ours = door.authority();
  RawPeer peer(door.server->port(0), as(forge({.to = hours(1)}, door.house.now, &ours)));
  REQUIRE(peer.send(get("/")));
  CHECK(status_of(peer.receive_until("\r\n\r\n")) == 200);
  door.clock.jump_to(door.house.now + hours(1) + seconds(2));
  REQUIRE(peer.send(get("/")));
  CHECK(status_of(peer.receive_until("\r\n\r\n")) == 403);
}

// A session of `peer`, as a client keeps it; the ticket comes with the answer.
std::unique_ptr<SSL_SESSION, FreeBy<SSL_SESSION_free>> session_of(RawPeer& peer) {
  REQUIRE(peer.send(get("/")));
  peer.receive_until("/");
  return std::unique_ptr<SSL_SESSION, FreeBy<SSL_SESSION_free>>(SSL_get1_session(peer.ssl()));
}

TEST_CASE("a resumed session has the identity of the one it resumes, while that lasts") {
  Door door;
  const auto ours = door.authority();
  const auto pair = forge({.to = hours(1)}, door.house.now, &ours);
  RawPeer first(door.server->port(0), as(pair));
  const auto session = session_of(first);
  auto tls = as(pair);
  tls.session = session.get();

  RawPeer second(door.server->port(0), tls);
  CHECK(SSL_session_reused(second.ssl()) == 1);
  REQUIRE(second.send(get("/again")));
  CHECK(status_of(second.receive_until("/again")) == 200);
  CHECK(door.known_as() == AgentIdentity{TenantId{3}, MachineId{5}});
  CHECK(door.handler.last().certificate->sha256 == certificate_sha256(pair.certificate_pem).value());

  door.clock.jump_to(door.house.now + hours(1) + seconds(2));
  CHECK(door.knock(tls) == 0);
}

TEST_CASE("an agent's ticket names a session that the server keeps; a person's is the session itself") {
  const auto ticket_bytes = [](RawPeer& peer) {
    const auto session = session_of(peer);
    const unsigned char* ticket = nullptr;
    std::size_t length = 0;
    SSL_SESSION_get0_ticket(session.get(), &ticket, &length);
    return length;
  };
  Door door;
  const auto ours = door.authority();
  RawPeer agent(door.server->port(0), as(forge({}, door.house.now, &ours)));
  CHECK(ticket_bytes(agent) == 32);
  House house;
  Answering handler;
  const auto server = started(one(house.listener(handler)));
  RawPeer person(server->port(0), {});
  CHECK(ticket_bytes(person) > 100);
}

TEST_CASE("a renewed certificate is shown to new connections; old ones live on") {
  Door door;
  RawPeer before(door.server->port(0), {});
  REQUIRE(before.is_secure());
  const auto renewed = door.house.issue_server();
  REQUIRE(door.server->replace_certificate(0, renewed.certificate_pem, renewed.key_pem));
  RawPeer after(door.server->port(0), {});
  CHECK(der_sha256(SSL_get0_peer_certificate(before.ssl())) ==
        certificate_sha256(door.house.server.certificate_pem).value());
  CHECK(der_sha256(SSL_get0_peer_certificate(after.ssl())) ==
        certificate_sha256(renewed.certificate_pem).value());
  REQUIRE(before.send(get("/")));
  CHECK(status_of(before.receive_until("\r\n\r\n")) == 200);
  // A key that is not its own changes nothing.
  CHECK_FALSE(door.server->replace_certificate(0, renewed.certificate_pem, door.house.server.key_pem));
  CHECK(door.knock({}) == 200);
}

TEST_CASE("agents speak TLS 1.3 only, people 1.2 too, nobody less") {
  House house;
  Answering handler;
  auto listeners = one(house.listener(handler, true));
  listeners.push_back(house.listener(handler));
  const auto server = started(std::move(listeners));
  const auto opens = [&](std::size_t listener, int version) {
    RawTls tls;
    tls.max_version = version;
    return RawPeer(server->port(listener), tls).is_secure();
  };
  CHECK(opens(0, TLS1_3_VERSION));
  CHECK_FALSE(opens(0, TLS1_2_VERSION));
  CHECK(opens(1, TLS1_2_VERSION));
  CHECK_FALSE(opens(1, TLS1_1_VERSION));
}

TEST_CASE("a peer that wants to renegotiate gets nowhere") {
  House house;
  Answering handler;
  const auto server = started(one(house.listener(handler)));
  RawTls tls;
  tls.max_version = TLS1_2_VERSION;
  RawPeer peer(server->port(0), tls);
  REQUIRE(peer.is_secure());
  REQUIRE(SSL_renegotiate(peer.ssl()) == 1);
  CHECK(SSL_do_handshake(peer.ssl()) != 1);
}

TEST_CASE("HTTP/1.1 is agreed on; a peer that offers only other protocols is told in the handshake") {
  House house;
  Answering handler;
  const auto server = started(one(house.listener(handler)));
  const auto agreed = [&](const std::string& offer) {
    RawTls tls;
    tls.alpn = offer;
    const RawPeer peer(server->port(0), tls);
    if (!peer.is_secure()) return std::string("refused");
    const unsigned char* name = nullptr;
    unsigned length = 0;
    SSL_get0_alpn_selected(peer.ssl(), &name, &length);
    return length == 0 ? std::string() : std::string(reinterpret_cast<const char*>(name), length);
  };
  CHECK(agreed(std::string("\x02h2\x08http/1.1")) == "http/1.1");
  CHECK(agreed(std::string("\x02h2")) == "refused");
  CHECK(agreed("") == "");
}

TEST_CASE("a listener with a broken certificate, key or CA is not opened") {
  House house;
  Answering handler;
  const auto create = [&](Listener listener) {
    return Server::create(one(std::move(listener)), {}, system_clock()).has_value();
  };
  CHECK(create(house.listener(handler)));
  auto broken = house.listener(handler);
  broken.certificate_pem = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
  CHECK_FALSE(create(std::move(broken)));
  auto swapped = house.listener(handler);
  swapped.key_pem = std::move(house.issue_server().key_pem);
  CHECK_FALSE(create(std::move(swapped)));
  auto no_ca = house.listener(handler, true);
  no_ca.client_ca_pem = "no";
  CHECK_FALSE(create(std::move(no_ca)));
}

}  // namespace
}  // namespace khien::net

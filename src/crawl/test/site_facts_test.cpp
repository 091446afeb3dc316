#include "khien/crawl/site_facts.hpp"

#include <doctest/doctest.h>

#include "khien/core/file.hpp"
#include "khien/crawl/content.hpp"
#include "khien/crawl/domain_facts.hpp"
#include "khien/crawl/fingerprints.hpp"
#include "lab_names.hpp"

namespace khien::crawl {
namespace {

PageView view(std::vector<HttpHeader> headers, std::string final_url = "https://a.vn/") {
  PageView view;
  view.url = "http://a.vn/";
  view.final_url = std::move(final_url);
  view.status = 200;
  view.headers = std::move(headers);
  return view;
}

std::string content(const std::string& name) {
  return system_files().read(std::string(KHIEN_SOURCE_DIR "/content/crawl/") + name, 1u << 20).value();
}

TEST_CASE("headers that protect, as they are sent") {
  const SecurityHeaders facts = security_headers_of(
      view({{"strict-transport-security", "max-age=\"31536000\"; includeSubDomains"}, {"content-security-policy", "default-src 'self'; frame-ancestors 'none'"},
            {"x-content-type-options", "NoSniff"}, {"server", "nginx"}, {"set-cookie", "a=1; Secure; HttpOnly"}, {"set-cookie", "b=2; Secure"}}));
  CHECK(facts.hsts_seconds == 31536000);
  CHECK(facts.hsts_subdomains);
  CHECK(facts.frames_closed);
  CHECK(facts.no_sniffing);
  CHECK(facts.server == "nginx");
  CHECK(facts.open_cookies == std::vector<std::string>{"b"});
}

TEST_CASE("what a browser would not obey is not there") {
  CHECK_FALSE(security_headers_of(view({{"strict-transport-security", "max-age=9"}}, "http://a.vn/")).hsts_seconds);
  CHECK_FALSE(security_headers_of(view({{"strict-transport-security", "max-age=-1"}})).hsts_seconds);
  CHECK_FALSE(security_headers_of(view({{"x-frame-options", "ALLOW-FROM b.vn"}})).frames_closed);
}

TEST_CASE("a site that moves its visitors to https moves them to itself") {
  CHECK(moves_to_https(view({})));
  CHECK(moves_to_https(view({}, "https://www.a.vn/x")));
  CHECK_FALSE(moves_to_https(view({}, "https://b.vn/")));
  CHECK_FALSE(moves_to_https(view({}, "http://a.vn/")));
}

TEST_CASE("fingerprints that are shipped tell their own examples, and no others") {
  Budget budget({});
  const auto prints = Fingerprints::parse(content("fingerprints.yaml"), budget);
  REQUIRE_MESSAGE(prints.has_value(), (prints ? "" : prints.error().what()));
  CHECK(prints->size() >= 15);
  PageView page = view({{"server", "Apache/2.4.6 (CentOS) PHP/5.4.16"}, {"x-powered-by", "PHP/5.4.16"}});
  page.body = "<html><head><META NAME=\"generator\" CONTENT=\"Joomla! 3.10.12 - Open Source\"><script src=\"/media/jui/js/jquery.min.js\">";
  const auto found = prints->match(page);
  REQUIRE(found.size() == 4);
  CHECK(found[0] == SiteProduct{"joomla", "Joomla!", "3.10.12", "generator: joomla!", "cpe:2.3:a:joomla:joomla\\!:3.10.12:*:*:*:*:*:*:*"});
  CHECK(found[1] == SiteProduct{"php", "PHP", "5.4.16", "header: x-powered-by: php", ""});
  CHECK(found[2] == SiteProduct{"apache", "Apache HTTP Server", "2.4.6", "header: server: apache", ""});
  CHECK(found[3].name == "jquery");
  CHECK(prints->match(view({})).empty());
}

TEST_CASE("a fingerprint that does not tell its example is refused by name") {
  const auto refused = [](const std::string& yaml) {
    Budget budget({});
    const auto prints = Fingerprints::parse(yaml, budget);
    return prints ? std::string("taken") : prints.error().what();
  };
  const std::string good = "products:\n  - name: a\n    title: A\n    marks: [\"body: made-by-a\"]\n    hit: \"made-by-a\"\n    miss: \"b\"\n";
  CHECK(refused(good) == "taken");
  CHECK(refused("products:\n  - name: a\n    title: A\n    marks: [\"body: made-by-a\"]\n    hit: \"b\"\n    miss: \"b\"\n") == "line 2: a is not told of its own example");
  CHECK(refused("products:\n  - name: a\n    title: A\n    marks: [\"body: made\"]\n    hit: \"made\"\n    miss: \"made\"\n") == "line 2: a is told of an example that is not its own");
  CHECK(refused("products:\n  - name: a\n    title: A\n    marks: [\"smell: made\"]\n    hit: \"made\"\n    miss: \"x\"\n").starts_with("line 4: a mark is"));
  CHECK(refused("products:\n  - name: a\n    title: A\n    cpe: \"A:b\"\n    marks: [\"body: made\"]\n    hit: \"made\"\n    miss: \"x\"\n") == "line 4: 'cpe' is VENDOR:PRODUCT in small letters");
  CHECK(refused("{}") == "line 1: 'products' is missing");
}

TEST_CASE("paths and services that are shipped can be read") {
  Budget budget({});
  const auto paths = parse_crawl_paths(content("paths.yaml"), budget);
  REQUIRE(paths);
  CHECK(paths->upload_folders.size() >= 5);
  CHECK(paths->search_paths.size() >= 5);
  CHECK(parse_hosted_services(content("takeover.yaml"), budget).value().size() >= 15);
  CHECK_FALSE(parse_crawl_paths("upload_folders: [up]\nsearch_paths: []\n", budget));
  CHECK_FALSE(parse_hosted_services("services: [{ name: a, suffix: b }]\n", budget));
}

TEST_CASE("a name that points to what is nobody's can be taken") {
  const std::vector<HostedService> services{{"Pages", "github.io", "There isn't"}, {"App", "azurewebsites.net", ""}};
  CHECK(takeover_candidates({"xa.github.io"}, true, "<p>There isn't a site", services) == std::vector<TakeoverCandidate>{{"xa.github.io", "Pages"}});
  CHECK(takeover_candidates({"xa.github.io"}, true, "<p>Xã", services).empty());
  CHECK(takeover_candidates({"xa.azurewebsites.net"}, false, "", services).size() == 1);
  CHECK(takeover_candidates({"xa.azurewebsites.net"}, true, "", services).empty());
  CHECK(takeover_candidates({"notgithub.io", "github.io.vn"}, false, "", services).empty());
}

TEST_CASE("records of mail") {
  MailFacts facts;
  read_spf({"google-site-verification=x", "V=SPF1 include:_spf.a.vn ~ALL"}, facts);
  CHECK(facts.spf == "V=SPF1 include:_spf.a.vn ~ALL");
  CHECK(facts.spf_rest == "~all");
  CHECK_FALSE(facts.spf_twice);
  read_dmarc({"v=DMARC1; p = Quarantine ; rua=mailto:a@a.vn"}, facts);
  CHECK(facts.dmarc_policy == "quarantine");
  CHECK(facts.dmarc_reports);

  MailFacts twice;
  read_spf({"v=spf1 -all", "v=spf1 +all", "v=spf10 x"}, twice);
  CHECK(twice.spf_twice);
  CHECK(twice.spf_rest == "-all");
  MailFacts none;
  read_spf({"v=spf1 mx", "x"}, none);
  read_dmarc({"p=reject", "v=DMARC2; p=reject"}, none);
  CHECK(none.spf_rest.empty());
  CHECK(none.dmarc.empty());
  CHECK(holds_dkim_key({"v=DKIM1; k=rsa; p=MIIB"}));
  CHECK_FALSE(holds_dkim_key({"v=DKIM1; k=rsa; p="}));
}

TEST_CASE("a domain is asked about, and what nobody answers stays empty") {
  NameServer names("127.0.0.1", 0,
                   {{"www.xa.test", {.first = {"=xa.github.io"}}},
                    {"xa.test", {.texts = {"v=spf1 mx -all", std::string(300, 'x')}, .mail = {"mx1.xa.test", "mx2.xa.test"}}},
                    {"_dmarc.xa.test", {.texts = {"v=DMARC1; p=none"}}},
                    {"selector1._domainkey.xa.test", {.texts = {"v=DKIM1; p=" + std::string(400, 'A')}}}});
  const std::string server = "127.0.0.1:" + std::to_string(names.port());
  const auto facts = look_up_domain("www.xa.test", "xa.test", server, system_clock());
  REQUIRE(facts);
  CHECK(facts->aliases == std::vector<std::string>{"xa.github.io"});
  CHECK(facts->addresses.empty());
  CHECK_FALSE(facts->ipv6);
  CHECK(facts->mail.exchangers == std::vector<std::string>{"mx1.xa.test", "mx2.xa.test"});
  CHECK(facts->mail.spf_rest == "-all");
  CHECK(facts->mail.dmarc_policy == "none");
  CHECK(facts->mail.dkim == std::vector<std::string>{"selector1"});
  CHECK_FALSE(look_up_domain("gone.test", "gone.test", server, system_clock()).value().exists);
  const auto beside = names_below({"*.xa.test", "WWW.xa.test", "xa.test", "cu.xa.test", "cu.xa.test", "notxa.test"}, "xa.test", "xa.test");
  CHECK(beside == std::vector<std::string>{"www.xa.test", "cu.xa.test"});
  CHECK(names_below(std::vector<std::string>(50, "a.xa.test"), "xa.test", "xa.test").size() == 1);
  const auto names_seen = look_up_names(beside, server, system_clock()).value();
  REQUIRE(names_seen.size() == 2);
  CHECK(names_seen[0].aliases == std::vector<std::string>{"xa.github.io"});
  CHECK_FALSE(names_seen[0].has_address);
  CHECK(names_seen[1].aliases.empty());
  CHECK_FALSE(look_up_domain("a b", "a.vn", server, system_clock()));
}

}  // namespace
}  // namespace khien::crawl

#include "khien/crawl/web_url.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>

namespace khien::crawl {
namespace {

struct Row {
  const char* from;
  const char* to;
};

std::string read(std::string_view text) {
  const auto url = WebUrl::parse(text);
  return url ? url->text() : "refused: " + url.error().what();
}

TEST_CASE("one address has one spelling") {
  for (const Row& row : std::array{
           Row{"http://a.vn", "http://a.vn/"}, Row{"HTTP://A.VN:80/x", "http://a.vn/x"},
           Row{"https://a.vn:443", "https://a.vn/"}, Row{"https://a.vn:8443/?q", "https://a.vn:8443/?q"},
           Row{"  http://a.vn/\n", "http://a.vn/"}, Row{"ht\ntp://a.\tvn/", "http://a.vn/"},
           Row{"http:\\\\a.vn\\x\\y", "http://a.vn/x/y"}, Row{"http:a.vn", "http://a.vn/"},
           Row{"http:////a.vn/", "http://a.vn/"}, Row{"http://a.vn./", "http://a.vn/"},
           Row{"http://a.vn/b/../c/./d", "http://a.vn/c/d"}, Row{"http://a.vn/%2E%2e/x", "http://a.vn/x"},
           Row{"http://a.vn/../../x", "http://a.vn/x"}, Row{"http://a.vn/a/..", "http://a.vn/"},
           Row{"http://a.vn//x//", "http://a.vn//x//"}, Row{"http://a.vn/x#y?z", "http://a.vn/x"},
           Row{"http://a.vn?x=1#2", "http://a.vn/?x=1"}, Row{"http://a.vn/tin tức", "http://a.vn/tin%20t%E1%BB%A9c"},
           Row{"http://a.vn/?q=nhà cái", "http://a.vn/?q=nh%C3%A0%20c%C3%A1i"},
           Row{"http://a.vn/%zz", "http://a.vn/%zz"}, Row{"http://%61.vn/", "http://a.vn/"},
           Row{"http://việtnam.vn/", "http://xn--vitnam-jk8b.vn/"}, Row{"http://VIỆTNAM.vn/", "http://xn--vitnam-jk8b.vn/"},
           Row{"http://xn--vitnam-jk8b.vn/", "http://xn--vitnam-jk8b.vn/"}, Row{"http://a_b.vn/", "http://a_b.vn/"},
           Row{"http://ａ.ｖｎ/", "http://a.vn/"}, Row{"http://a。vn/", "http://a.vn/"}}) {
    CAPTURE(row.from);
    CHECK(read(row.from) == row.to);
  }
}

TEST_CASE("a number is an address in whatever base it is written") {
  for (const char* text : {"http://127.0.0.1/", "http://2130706433/", "http://0x7f000001/", "http://0x7F.0.0.1/",
                           "http://017700000001/", "http://0177.0.0.1/", "http://127.1/", "http://127.0.1/",
                           "http://127.0.0.1./", "http://0x7f.1/", "http://１２７.0.0.1/", "http://127。0。0。1/",
                           "http://①②⑦.0.0.①/", "http://%31%32%37.0.0.1/", "http://0300.0250.0.1:80@127.0.0.1/",
                           "http://0x0000000000007f.0.0.1/"}) {
    CAPTURE(text);
    const auto url = WebUrl::parse(text);
    if (!url) {
      CHECK(url.error().what() == "credentials");
      continue;
    }
    REQUIRE(url->address);
    CHECK(url->host == "127.0.0.1");
    CHECK_FALSE(url->address->v6);
  }
  CHECK(read("http://0/") == "http://0.0.0.0/");
  CHECK(read("http://0x/") == "http://0.0.0.0/");
  CHECK(read("http://4294967295/") == "http://255.255.255.255/");
  for (const char* text : {"http://4294967296/", "http://256.0.0.1/", "http://1.2.3.4.5/", "http://1.2.3.08/",
                           "http://127.0.0.0x100/", "http://a.1/", "http://1.2.3.99999999999999999999/"})
    CHECK_FALSE(WebUrl::parse(text));
}

TEST_CASE("IPv6 in brackets, and no zone") {
  CHECK(read("http://[::1]/") == "http://[::1]/");
  CHECK(read("http://[0:0::0:1]:8443/x") == "http://[::1]:8443/x");
  CHECK(read("http://[::FFFF:127.0.0.1]/") == "http://[::ffff:127.0.0.1]/");
  for (const char* text : {"http://[::1%25eth0]/", "http://[::1/", "http://::1/", "http://[1.2.3.4]/", "http://[]/",
                           "http://[::1]x/", "http://[::g]/"})
    CHECK_FALSE(WebUrl::parse(text));
}

TEST_CASE("what a crawler has no business with is refused by name") {
  for (const char* text : {"ftp://a.vn/", "file:///etc/passwd", "gopher://a.vn:70/_x", "javascript:alert(1)", "data:text/html,x",
                           "dict://a.vn:11211/", "ws://a.vn/", "view-source:http://a.vn/", "jar:http://a.vn!/x", "ldap://a.vn"}) {
    CAPTURE(text);
    const auto url = WebUrl::parse(text);
    REQUIRE_FALSE(url);
    CHECK(url.error().code() == Code::denied);
    CHECK(url.error().what() == "scheme");
  }
  for (const char* text : {"http://user@a.vn/", "http://u:p@a.vn/", "http://@a.vn/", "http://a.vn@127.0.0.1/",
                           "http://a.vn\t@b.vn/", "http:u@a.vn"}) {
    const auto url = WebUrl::parse(text);
    REQUIRE_FALSE(url);
    CHECK(url.error().what() == "credentials");
  }
}

TEST_CASE("what nobody can read is refused") {
  for (const std::string& text :
       {std::string("a.vn"), std::string("//a.vn"), std::string("http://"), std::string("http:///"), std::string("http://a..vn/"),
        std::string("http://.vn/"), std::string("http://a vn/"), std::string("http://a%vn/"), std::string("http://a.vn:x/"),
        std::string("http://a.vn:65536/"), std::string("http://a.vn:80:80/"), std::string("http://a<b.vn/"), std::string("http://a\0b.vn/", 14),
        std::string("http://a%00.vn/"), std::string("http://\xff.vn/"), std::string("http://xn--zzzzzz-.vn/"),
        "http://" + std::string(64, 'a') + ".vn/", "http://a.vn/" + std::string(WebUrl::kMaxBytes, 'a')}) {
    CAPTURE(text.substr(0, 60));
    CHECK_FALSE(WebUrl::parse(text));
  }
}

TEST_CASE("a reference leads where a browser would go") {
  const WebUrl base = WebUrl::parse("https://a.vn/b/c?d").value();
  for (const Row& row : std::array{
           Row{"", "https://a.vn/b/c?d"}, Row{"#x", "https://a.vn/b/c?d"}, Row{"?e", "https://a.vn/b/c?e"},
           Row{"e", "https://a.vn/b/e"}, Row{"./e", "https://a.vn/b/e"}, Row{"../e", "https://a.vn/e"},
           Row{"/e?f", "https://a.vn/e?f"}, Row{"//b.vn", "https://b.vn/"}, Row{"\\\\b.vn\\x", "https://b.vn/x"},
           Row{"http://b.vn", "http://b.vn/"}, Row{"http:e", "http://e/"}, Row{"https:e", "https://a.vn/b/e"},
           Row{"https:/e", "https://a.vn/e"}, Row{" /e\n", "https://a.vn/e"}, Row{"/\t/b.vn/", "https://b.vn/"},
           Row{"e:f", "scheme"}, Row{"//b@c.vn", "credentials"}, Row{"?q=//x", "https://a.vn/b/c?q=//x"}}) {
    CAPTURE(row.from);
    const auto next = base.resolve(row.from);
    CHECK((next ? next->text() : next.error().what()) == row.to);
  }
}

TEST_CASE("what was written is read as the same value") {
  for (const char* text : {"http://a.vn/x?y", "https://[2405::1]:8443/", "http://1.2.3.4:8443/%20?%22", "https://việtnam.vn/ă?ă"}) {
    const auto url = WebUrl::parse(text).value();
    CHECK(WebUrl::parse(url.text()).value() == url);
  }
}

}  // namespace
}  // namespace khien::crawl

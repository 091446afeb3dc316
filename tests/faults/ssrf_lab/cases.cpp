#include "cases.hpp"

#include <arpa/inet.h>

#include <cstdint>
#include <string_view>

#include "khien/core/assert.hpp"

namespace khien::ssrf {
namespace {

std::uint32_t number_of(const std::string& address) {
  in_addr four{};
  khien_assert(inet_pton(AF_INET, address.c_str(), &four) == 1);
  return ntohl(four.s_addr);
}

std::string in_base(std::uint32_t number, unsigned base, std::size_t digits = 1) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  for (; number > 0 || out.size() < digits; number /= base) out.insert(out.begin(), kDigits[number % base]);
  return out;
}

std::string decimal(std::uint32_t number) { return in_base(number, 10); }
std::string hex(std::uint32_t number) { return "0x" + in_base(number, 16); }
std::string octal(std::uint32_t number) { return "0" + in_base(number, 8); }

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) out += "%" + in_base(static_cast<unsigned char>(c), 16, 2);
  return out;
}

// Full-width digits, and an ideographic full stop.
std::string wide(const std::string& text) {
  std::string out;
  for (const char c : text) out += c == '.' ? "\xE3\x80\x82" : std::string("\xEF\xBC") + static_cast<char>(0x90 + (c - '0'));
  return out;
}

std::vector<std::string> spellings(const std::string& address) {
  const std::uint32_t n = number_of(address);
  const unsigned a = n >> 24, b = (n >> 16) & 255, c = (n >> 8) & 255, d = n & 255;
  return {address,
          address + ".",
          decimal(n),
          hex(n),
          "0X" + in_base(n, 16, 8),
          octal(n),
          octal(a) + "." + octal(b) + "." + octal(c) + "." + octal(d),
          hex(a) + "." + hex(b) + "." + hex(c) + "." + hex(d),
          "000000" + in_base(a, 8) + "." + decimal(b) + "." + decimal(c) + "." + hex(d),
          decimal(a) + "." + decimal(n & 0xffffff),
          decimal(a) + "." + decimal(b) + "." + decimal(n & 0xffff),
          hex(a) + "." + decimal(n & 0xffffff),
          escaped(address),
          wide(address)};
}

void add_numbers(std::vector<Case>& all) {
  for (const char* address : {"127.0.0.1", "10.0.0.5", "169.254.169.254", "192.168.1.1", "0.0.0.0", "100.64.0.9"}) {
    for (const std::string& host : spellings(address)) all.push_back({"numbers", "http://" + host + "/"});
  }
  for (const char* address : {"172.16.0.5", "127.8.8.8", "198.18.0.1", "192.0.2.1", "224.0.0.1", "255.255.255.255", "192.0.0.1"})
    all.push_back({"numbers", std::string("https://") + address + "/"});
}

void add_version_6(std::vector<Case>& all) {
  for (const char* host :
       {"[::1]", "[::]", "[::ffff:127.0.0.1]", "[::FFFF:7f00:1]", "[0:0:0:0:0:ffff:0a00:0005]", "[::ffff:169.254.169.254]",
        "[::127.0.0.1]", "[::ffff:0:127.0.0.1]", "[64:ff9b::7f00:1]", "[64:ff9b::10.0.0.5]", "[64:ff9b:1::10.0.0.5]",
        "[2002:7f00:1::]", "[2002:a00:5::1]", "[2001:0:7f00:1::]", "[fd00::5]", "[fc00::1]", "[fe80::5]", "[fe80::5%25lo]",
        "[fe80::5%lo]", "[fec0::1]", "[ff02::1]", "[2001:db8::1]", "[100::1]", "[2405:4800::5efe:10.0.0.5]",
        "[::1%25lo]", "[0000:0000:0000:0000:0000:0000:0000:0001]", "[5f00::1]", "[3fff::1]"})
    all.push_back({"version 6", std::string("http://") + host + "/"});
}

void add_schemes_and_ports(std::vector<Case>& all) {
  for (const char* url : {"file:///etc/passwd", "file://127.0.0.1/etc/passwd", "gopher://127.0.0.1:6379/_INFO", "dict://127.0.0.1:11211/stat",
                          "ftp://10.0.0.5/", "tftp://10.0.0.5/x", "ldap://10.0.0.5/", "smb://10.0.0.5/x", "telnet://127.0.0.1:80/",
                          "jar:http://127.0.0.1!/", "view-source:http://127.0.0.1/", "netdoc:///etc/passwd", "ws://127.0.0.1/",
                          "scp://10.0.0.5/x", "imap://10.0.0.5/", "rtsp://10.0.0.5/"})
    all.push_back({"scheme", url});
  for (const int port : {0, 22, 25, 81, 2375, 3306, 6379, 8080, 9200, 65535})
    all.push_back({"port", "http://site.test:" + std::to_string(port) + "/"});
}

void add_confusions(std::vector<Case>& all) {
  for (const char* url :
       {"http://site.test@127.0.0.1/", "http://site.test:80@127.0.0.1:80/", "http://127.0.0.1@site.test/", "http://@127.0.0.1/",
        "http://site.test%40127.0.0.1/", "http://site.test\\@127.0.0.1/", "http://127.0.0.1\\@site.test/", "http://site.test#@127.0.0.1/",
        "http://127.0.0.1#@site.test/", "http://127.0.0.1?@site.test/", "http://127.0.0.1/@site.test", "http:///127.0.0.1/",
        "http:127.0.0.1/", "http:\\\\127.0.0.1\\", "http:/127.0.0.1/", "http:////127.0.0.1/", "//127.0.0.1/", "\\\\127.0.0.1\\",
        "http://127.0.0.1%00.site.test/", "http://127.0.0.1%2F.site.test/", "http://127.0.0.1%09.site.test/", "ht\ttp://127.0.0.1/",
        "http://127.0.\n0.1/", " http://127.0.0.1/ ", "http://site.test :80@127.0.0.1/", "http://[::1]@site.test/",
        "http://site.test@[::1]/", "http://127.0.0.1:80:80/", "http://127.0.0.1:+80/", "http://127.0.0.1:80\\.site.test/",
        "http://0x7f.1:0x50/", "http://[127.0.0.1]/", "http://127.0.0.1../", "http://.127.0.0.1/", "http://site.test;127.0.0.1/",
        "http://site.test,127.0.0.1/", "http://127.0.0.1;site.test/"})
    all.push_back({"confusion", url});
}

void add_scripts(std::vector<Case>& all) {
  for (const char* host : {"ⓛⓞⓒⓐⓛⓗⓞⓢⓣ", "①②⑦.⓪.⓪.①", "①②⑦。0｡0．1", "localhost", "LOCALHOST.", "ｌｏｃａｌｈｏｓｔ", "１６９.254.169.254",
                           "xn--127-0-0-1", "127.0.0.1\xC2\xAD", "𝟏𝟐𝟕.𝟎.𝟎.𝟏", "loc\u200Balhost", "\u202E1.0.0.721"})
    all.push_back({"script", std::string("http://") + host + "/"});
}

void add_names(std::vector<Case>& all) {
  for (const auto& [name, zone] : zones()) {
    if (name == "site.test") continue;
    all.push_back({"dns", "http://" + name + "/"});
    all.push_back({"dns", "https://" + name + ":8443/x"});
  }
}

void add_redirects(std::vector<Case>& all) {
  const std::vector<std::string> targets{"http://127.0.0.1/",  "http://169.254.169.254/latest/meta-data/", "http://[::1]/", "//10.0.0.5/",
                                         "http://2130706433/", "http://inner.test/",                       "file:///etc/passwd",
                                         "http://user@127.0.0.1/"};
  for (const std::string& target : targets) {
    for (const char* how : {"301", "302", "303", "307", "308", "refresh-header", "meta", "script", "404", "chain", "two", "secure"})
      all.push_back({"redirect", std::string("http://site.test/") + how + "?" + escaped(target)});
  }
}

void add_upgrades(std::vector<Case>& all) {
  for (const char* path : {"hsts", "alt-svc", "alt-svc-own", "upgrade", "link", "proxy", "early"}) {
    all.push_back({"upgrade", std::string("http://site.test/") + path});
    all.push_back({"upgrade", std::string("https://site.test/") + path});
    all.push_back({"upgrade", std::string("https://site.test/again-") + path});
  }
}

}  // namespace

const std::vector<std::string>& inner_addresses() {
  static const std::vector<std::string> all{"127.0.0.1", "10.0.0.5",  "172.16.0.5", "192.168.1.1", "169.254.169.254",    "100.64.0.9",
                                            "198.18.0.1", "192.0.2.1", "::1",        "fd00::5",     "64:ff9b::7f00:1",    "64:ff9b::a00:5",
                                            "2002:7f00:1::", "2002:a00:5::1", "2001:db8::1", "2001:0:7f00:1::", "2405:4800::5efe:a00:5"};
  return all;
}

std::map<std::string, crawl::Zone> zones() {
  std::map<std::string, crawl::Zone> all;
  all["site.test"] = {.first = {kPublic, kPublic6}};
  const auto name = [&](const std::string& host, std::vector<std::string> first, std::vector<std::string> later = {}) {
    all[host + ".test"] = {.first = std::move(first), .later = std::move(later)};
  };
  name("inner", {"10.0.0.5"});
  name("loop", {"127.0.0.1"});
  name("metadata", {"169.254.169.254"});
  name("zero", {"0.0.0.0"});
  name("shared", {"100.64.0.9"});
  name("loop6", {"::1"});
  name("unique", {"fd00::5"});
  name("mapped", {"::ffff:127.0.0.1"});
  name("nat64", {"64:ff9b::a00:5"});
  name("six-to-four", {"2002:a00:5::1"});
  name("both", {kPublic, "10.0.0.5"});
  name("both-turned", {"10.0.0.5", kPublic});
  name("many", {kPublic, "203.119.8.11", "203.119.8.12", "203.119.8.13", "127.0.0.1"});
  name("four-open-six-inner", {kPublic, "::1"});
  name("four-inner-six-open", {"10.0.0.5", kPublic6});
  name("four-open-six-mapped", {kPublic, "::ffff:10.0.0.5"});
  name("alias", {"=inner.test"});
  name("alias-twice", {"=alias.test"});
  name("alias-open-too", {kPublic, "=inner.test"});
  name("alias-circle", {"=alias-circle.test"});
  name("alias-localhost", {"=localhost"});
  name("rebind", {kPublic}, {"127.0.0.1"});
  name("rebind-inner", {kPublic}, {"10.0.0.5"});
  name("rebind-six", {kPublic, kPublic6}, {"::1"});
  name("rebind-back", {"10.0.0.5"}, {kPublic});
  name("rebind-metadata", {kPublic}, {"169.254.169.254"});
  name("empty", {});
  return all;
}

std::vector<Case> cases() {
  std::vector<Case> all;
  add_numbers(all);
  add_version_6(all);
  add_schemes_and_ports(all);
  add_confusions(all);
  add_scripts(all);
  add_names(all);
  add_redirects(all);
  add_upgrades(all);
  return all;
}

}  // namespace khien::ssrf

#include "settings/settings.hpp"

#include <doctest/doctest.h>

#include <string>

namespace khien::probe {
namespace {

TEST_CASE("sshd_config: keywords in any case, quotes, equals signs, comments") {
  const auto lines = parse_word_lines(
      "# PermitRootLogin yes\n\n  permitrootlogin  prohibit-password\nMaxAuthTries=3\nBanner \"/etc/issue net\"\r\nUsePAM yes");
  REQUIRE(lines.size() == 4);
  CHECK(lines[0].key == "permitrootlogin");
  CHECK(lines[0].value == "prohibit-password");
  CHECK(lines[1].key == "maxauthtries");
  CHECK(lines[1].value == "3");
  CHECK(lines[2].value == "/etc/issue net");
  CHECK(lines[3].value == "yes");
}

TEST_CASE("php.ini and smb.conf: sections, comments, quotes") {
  const auto lines = parse_ini(
      "; a comment\n[PHP]\ndisplay_errors = Off ; never on a server\n;expose_php = On\nexpose_php=\"On\"\nno equals\n"
      "[ Tài liệu chung ]\n  guest ok = yes\n# path = /x\n[broken\na=b");
  REQUIRE(lines.size() == 4);
  CHECK(lines[0].section == "php");
  CHECK(lines[0].key == "display_errors");
  CHECK(lines[0].value == "Off");
  CHECK(lines[1].value == "On");
  CHECK(lines[2].section == "tài liệu chung");
  CHECK(lines[2].key == "guest ok");
  CHECK(lines[3].section == "broken");
}

TEST_CASE("nginx and apt: blocks, quotes, comments") {
  const auto lines = parse_braces(
      "user www-data;\nhttp {\n  # autoindex on;\n  ssl_protocols TLSv1 TLSv1.2;\n  server { location / { autoindex on; } }\n"
      "  server_tokens \"off\" ;\n}\nAPT::Periodic::Unattended-Upgrade \"1\";\n// APT::X \"0\";\nunfinished words");
  REQUIRE(lines.size() == 5);
  CHECK(lines[0].within.empty());
  CHECK(lines[1].words == std::vector<std::string>{"ssl_protocols", "TLSv1", "TLSv1.2"});
  CHECK(lines[2].within == "http server location");
  CHECK(lines[2].words == std::vector<std::string>{"autoindex", "on"});
  CHECK(lines[3].within == "http");
  CHECK(lines[3].words[1] == "off");
  CHECK(lines[4].words == std::vector<std::string>{"APT::Periodic::Unattended-Upgrade", "1"});
}

TEST_CASE("blocks deeper than anybody writes are still closed") {
  std::string text;
  for (int i = 0; i < 1'000; ++i) text += "a { ";
  for (int i = 0; i < 1'000; ++i) text += "} ";
  const auto lines = parse_braces(text + "b c;");
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].within.empty());
}

TEST_CASE("Apache: sections with their argument") {
  const auto lines = parse_apache(
      "ServerTokens OS\n<Directory \"/var/www/a b/\">\n  Options -Indexes +FollowSymLinks\n</Directory>\n"
      "<VirtualHost *:80>\n DocumentRoot /var/www/html\n <Directory /var/www/html>\nOptions Indexes\n</Directory>\n"
      "TraceEnable off\n</VirtualHost>\n</Odd>\nLast one");
  REQUIRE(lines.size() == 6);
  CHECK(lines[0].words == std::vector<std::string>{"servertokens", "OS"});
  CHECK(lines[1].section == "directory");
  CHECK(lines[1].argument == "/var/www/a b/");
  CHECK(lines[2].section == "virtualhost");
  CHECK(lines[3].argument == "/var/www/html");
  CHECK(lines[4].section == "virtualhost");
  CHECK(lines[5].section.empty());
}

TEST_CASE("accounts: whether there is a password, and nothing of it") {
  const auto accounts = parse_accounts(
      "root:x:0:0:root:/root:/bin/bash\nvanthu:x:1000:1000::/home/vanthu:/bin/bash\nwww-data:x:33:33::/var/www:/usr/sbin/nologin\n"
      "old::1001:1001::/home/old:/bin/sh\nbroken:x:abc:0::/:/bin/sh\n+@nis\nunknown:x:1002:1002::/:/bin/sh\n",
      "root:$y$j9T$secret:19000:0:99999:7:::\nvanthu::19000::::::\nwww-data:*:1::::::\n");
  REQUIRE(accounts.size() == 5);
  CHECK(accounts[0].password == Account::Password::set);
  CHECK(accounts[0].shell == "/bin/bash");
  CHECK(accounts[1].password == Account::Password::empty);
  CHECK(accounts[2].password == Account::Password::locked);
  CHECK(accounts[3].password == Account::Password::empty);
  CHECK(accounts[4].name == "unknown");
  CHECK(accounts[4].password == Account::Password::locked);
}

TEST_CASE("ports that wait for others") {
  // 0.0.0.0:22, 127.0.0.1:631, an established connection, 10.0.0.7:3306.
  const auto tcp = parse_open_ports(
      "  sl  local_address rem_address   st tx_queue rx_queue\n"
      "   0: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1\n"
      "   1: 0100007F:0277 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1\n"
      "   2: 0700000A:0050 0800000A:C000 01 00000000:00000000 00:00000000 00000000     0        0 1 1\n"
      "   3: 0700000A:0CEA 00000000:0000 0A 00000000:00000000 00:00000000 00000000   113        0 1 1\n",
      true);
  CHECK(tcp == std::vector<std::uint16_t>{22, 3306});
  // [::]:80, [::1]:25, ::ffff:127.0.0.1:8080.
  const auto tcp6 = parse_open_ports(
      "   0: 00000000000000000000000000000000:0050 00000000000000000000000000000000:0000 0A x\n"
      "   1: 00000000000000000000000001000000:0019 00000000000000000000000000000000:0000 0A x\n"
      "   2: 0000000000000000FFFF00000100007F:1F90 00000000000000000000000000000000:0000 0A x\n",
      true);
  CHECK(tcp6 == std::vector<std::uint16_t>{80});
  const auto udp = parse_open_ports(
      "  12: 00000000:006F 00000000:0000 07 x\n  13: 0700000A:D431 08080808:0035 01 x\n  14: 00000000:ZZZZ 00000000:0000 07 x\n", false);
  CHECK(udp == std::vector<std::uint16_t>{111});
}

}  // namespace
}  // namespace khien::probe

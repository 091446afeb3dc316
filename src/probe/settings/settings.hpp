#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// Parsers of the settings files of other programs: pure, and never failing. Who may
// write such a file is not trusted, so each reads a bounded number of statements of
// bounded length and passes over what it does not understand. What they return is
// text from outside; the callers compare it and send on what they know.

namespace khien::probe {

inline constexpr std::size_t kMaxStatements = 20'000;

// "Key value" on a line, '#' begins a comment: sshd_config, sudoers.
struct WordLine {
  std::string key;    // lower case
  std::string value;  // the rest, quotes taken off
};
std::vector<WordLine> parse_word_lines(std::string_view text);

// "[section]" and "key = value", '#' and ';' begin a comment: php.ini, smb.conf,
// daemon.conf, ufw.conf.
struct IniLine {
  std::string section;  // lower case; empty before the first
  std::string key;      // lower case
  std::string value;    // as it stands, quotes taken off
};
std::vector<IniLine> parse_ini(std::string_view text);

// "words;" and "words { … }", '#' and "//" begin a comment: nginx, apt.
struct BraceLine {
  std::string within;              // first words of the blocks around it: "http server"
  std::vector<std::string> words;  // at most 32
};
std::vector<BraceLine> parse_braces(std::string_view text);

// "Words" and "<Section words> … </Section>": Apache.
struct ApacheLine {
  std::string section;             // the innermost, lower case: "directory"; empty outside
  std::string argument;            // of that section: "/var/www/"
  std::vector<std::string> words;  // at most 32; the first in lower case
};
std::vector<ApacheLine> parse_apache(std::string_view text);

// /etc/passwd beside /etc/shadow. Of a password only whether there is one.
struct Account {
  enum class Password : unsigned char { locked, empty, set };
  std::string name;
  std::uint32_t uid = 0;
  std::string shell;
  Password password = Password::locked;
};
std::vector<Account> parse_accounts(std::string_view passwd, std::string_view shadow);

// /proc/net/tcp, tcp6, udp, udp6: ports on which something waits for others than
// this machine. Sorted, each once.
std::vector<std::uint16_t> parse_open_ports(std::string_view table, bool tcp);

}  // namespace khien::probe

#include "khien/probe/configuration.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <string>

#include "khien/check/facts.hpp"
#include "khien/core/json.hpp"
#include "khien/core/clock.hpp"
#include "test/folder.hpp"

namespace khien::probe {
namespace {

constexpr Timestamp kNow{1'795'334'461'123};

check::Detectors shipped_detectors() {
  const auto text = system_files().read(KHIEN_SOURCE_DIR "/content/detectors/protection.yaml", 1u << 20);
  REQUIRE(text);
  Budget budget({});
  auto detectors = check::load_detectors("protection.yaml", *text, budget);
  REQUIRE_MESSAGE(detectors, detectors.error().what());
  return std::move(detectors).value();
}

// A machine made of files.
struct FakeMachine {
  TestFolder root;
  ManualClock clock{kNow};

  void put(const std::string& path, std::string_view content, unsigned mode = 0644) const {
    std::filesystem::create_directories(std::filesystem::path(root.path() + path).parent_path());
    REQUIRE(system_files().write(root.path() + path, content, mode));
    REQUIRE(chmod((root.path() + path).c_str(), mode) == 0);
  }
  void make(const std::string& path) const { std::filesystem::create_directories(root.path() + path); }
  void link(const std::string& path, const std::string& target) const {
    std::filesystem::create_directories(std::filesystem::path(root.path() + path).parent_path());
    REQUIRE(symlink(target.c_str(), (root.path() + path).c_str()) == 0);
  }
  void enable(const std::string& unit) const {
    link("/etc/systemd/system/multi-user.target.wants/" + unit, "/usr/lib/systemd/system/" + unit);
  }
  std::unique_ptr<ConfigurationProbe> probe() const {
    auto made = make_configuration_probe(shipped_detectors(), clock, root.path());
    REQUIRE_MESSAGE(made, made.error().what());
    return std::move(made).value();
  }
  ConfigurationSeen seen() const { return probe()->configuration(); }
};

std::vector<std::string> values(const ConfigurationSeen& seen, std::string_view name) {
  std::vector<std::string> all;
  for (const Fact& fact : seen.facts) {
    if (fact.name == name) all.push_back(fact.value);
  }
  return all;
}

using Texts = std::vector<std::string>;

TEST_CASE("an empty machine tells nothing, and nothing of it is wrong") {
  const FakeMachine machine;
  const auto seen = machine.seen();
  CHECK(seen.facts.empty());
  CHECK(seen.unread.empty());
  CHECK(machine.probe()->protection().firewall == FirewallState::unknown);
}

TEST_CASE("sshd: first value wins, included files come in their place, Match is left out") {
  const FakeMachine machine;
  machine.put("/etc/ssh/sshd_config",
              "Include /etc/ssh/sshd_config.d/*.conf\nPermitRootLogin yes\nPasswordAuthentication no\nMatch User a\n"
              "PermitEmptyPasswords yes\n");
  machine.put("/etc/ssh/sshd_config.d/00-a.conf", "PermitRootLogin no\nMaxAuthTries 3\n");
  machine.put("/etc/ssh/sshd_config.d/50-b.conf", "PermitRootLogin forced-commands-only\n");
  machine.enable("ssh.service");
  const auto seen = machine.seen();
  CHECK(values(seen, "ssh.permit_root_login") == Texts{"no"});
  CHECK(values(seen, "ssh.password_authentication") == Texts{"no"});
  CHECK(values(seen, "ssh.permit_empty_passwords") == Texts{"no"});
  CHECK(values(seen, "ssh.max_auth_tries") == Texts{"3"});
  CHECK(values(seen, "ssh.running") == Texts{"yes"});
}

TEST_CASE("a setting that is a link, or a device, or too large, is not known") {
  const FakeMachine machine;
  machine.put("/secret", "PermitRootLogin yes\n");
  machine.link("/etc/ssh/sshd_config", "../../secret");
  CHECK(machine.seen().unread == Texts{"ssh"});
  CHECK(values(machine.seen(), "ssh.permit_root_login").empty());

  const FakeMachine pipe;
  pipe.make("/etc/ssh");
  REQUIRE(mkfifo((pipe.root.path() + "/etc/ssh/sshd_config").c_str(), 0644) == 0);
  CHECK(pipe.seen().unread == Texts{"ssh"});

  const FakeMachine large;
  large.put("/etc/ssh/sshd_config", std::string(300u << 10, '#'));
  CHECK(large.seen().unread == Texts{"ssh"});
}

TEST_CASE("accounts: states, never a hash") {
  const FakeMachine machine;
  machine.put("/etc/passwd",
              "root:x:0:0:root:/root:/bin/bash\ntoor:x:0:0::/root:/bin/bash\nvanthu:x:1000:1000::/home/vanthu:/bin/bash\n"
              "www-data:x:33:33::/var/www:/bin/sh\nnobody:x:65534:65534::/:/usr/sbin/nologin\n");
  machine.put("/etc/shadow", "root:$y$j9T$verysecret$hash:1::::::\ntoor:!:1::::::\nvanthu::1::::::\nwww-data:$6$x$othersecret:1::::::\n", 0644);
  machine.put("/etc/sudoers.d/90-cloud", "# x\nubuntu ALL=(ALL) NOPASSWD:ALL\nbackup ALL=(root) NOPASSWD: /usr/bin/rsync\n");
  const auto seen = machine.seen();
  CHECK(values(seen, "account.root_like") == Texts{"toor"});
  CHECK(values(seen, "account.empty_password") == Texts{"vanthu"});
  CHECK(values(seen, "account.system_login") == Texts{"www-data"});
  CHECK(values(seen, "account.sudo_without_password") == Texts{"ubuntu"});
  CHECK(values(seen, "file.exposed") == Texts{"/etc/shadow"});
  const auto told = to_json(Observation{kNow, seen});
  CHECK_FALSE(told.contains("secret"));
  CHECK_FALSE(told.contains("$y$"));
}

TEST_CASE("ports, kernel settings, patches, clock and log") {
  const FakeMachine machine;
  machine.put("/proc/1/net/tcp",
              "  sl  local_address rem_address   st\n   0: 00000000:0CEA 00000000:0000 0A x\n   1: 00000000:8235 00000000:0000 0A x\n");
  machine.put("/proc/1/net/udp", "   0: 00000000:0045 00000000:0000 07 x\n   1: 00000000:14E9 00000000:0000 07 x\n");
  machine.put("/proc/sys/kernel/randomize_va_space", "0\n");
  machine.put("/proc/sys/fs/protected_symlinks", "1\n");
  machine.put("/proc/sys/fs/protected_hardlinks", "0\n");
  machine.put("/proc/sys/net/ipv4/tcp_syncookies", "x1\n");
  machine.put("/etc/apt/apt.conf.d/20auto-upgrades", "APT::Periodic::Update-Package-Lists \"1\";\nAPT::Periodic::Unattended-Upgrade \"1\";\n");
  machine.put("/etc/apt/sources.list", "deb http://deb.debian.org/debian bookworm main\n# deb http://security.debian.org x\n");
  machine.put("/run/reboot-required", "");
  machine.make("/run/systemd/system");
  machine.enable("rsyslog.service");
  auto seen = machine.seen();
  CHECK(values(seen, "listen.public") == Texts{"tcp/3306", "udp/69"});
  CHECK(values(seen, "sysctl.randomize_va_space") == Texts{"0"});
  CHECK(values(seen, "sysctl.links_protected") == Texts{"no"});
  CHECK(values(seen, "sysctl.tcp_syncookies").empty());
  CHECK(values(seen, "update.automatic") == Texts{"no"});  // the program is not installed
  CHECK(values(seen, "update.security_source") == Texts{"no"});
  CHECK(values(seen, "update.reboot_required") == Texts{"yes"});
  CHECK(values(seen, "time.synchronised") == Texts{"no"});
  CHECK(values(seen, "log.kept") == Texts{"yes"});

  machine.put("/usr/bin/unattended-upgrade", "");
  machine.put("/etc/apt/sources.list.d/debian.sources", "Types: deb\nURIs: http://deb.debian.org/debian-security\n");
  machine.link("/etc/systemd/system/sysinit.target.wants/systemd-timesyncd.service", "/x");
  seen = machine.seen();
  CHECK(values(seen, "update.automatic") == Texts{"yes"});
  CHECK(values(seen, "update.security_source") == Texts{"yes"});
  CHECK(values(seen, "time.synchronised") == Texts{"yes"});
}

TEST_CASE("the age of package lists goes in steps") {
  FakeMachine machine;
  machine.put("/etc/apt/sources.list", "deb x y z\n");
  machine.make("/var/lib/apt/lists/partial");
  const auto age_after = [&](std::int64_t many) {
    machine.clock.jump_to(system_clock().now() + days(many));
    return values(machine.seen(), "update.lists_days");
  };
  CHECK(age_after(0) == Texts{"0"});
  CHECK(age_after(6) == Texts{"0"});
  CHECK(age_after(16) == Texts{"15"});
  CHECK(age_after(29) == Texts{"15"});
  CHECK(age_after(100) == Texts{"90"});
}

TEST_CASE("Apache and what lies in its folders") {
  const FakeMachine machine;
  machine.enable("apache2.service");
  machine.put("/etc/apache2/apache2.conf", "<Directory /var/www/>\n Options Indexes FollowSymLinks\n</Directory>\n");
  machine.put("/etc/apache2/conf-available/security.conf", "ServerTokens OS\nTraceEnable Off\n");
  machine.link("/etc/apache2/conf-enabled/security.conf", "../conf-available/security.conf");
  machine.put("/etc/apache2/sites-available/xa.conf", "<VirtualHost *:80>\nDocumentRoot /srv/xa/\n</VirtualHost>\n");
  machine.link("/etc/apache2/sites-enabled/xa.conf", "../sites-available/xa.conf");
  machine.put("/outside.conf", "ServerTokens Prod\n");
  machine.link("/etc/apache2/sites-enabled/zz.conf", "../../../outside.conf");
  machine.put("/srv/xa/wp-config.php", "<?php define('DB_PASSWORD', 'bimat');", 0644);
  machine.put("/srv/xa/backup-2025.zip", "PK");
  machine.put("/srv/xa/tailieu.zip", "PK");
  machine.put("/srv/xa/.env", "APP_KEY=bimat");
  machine.put("/srv/xa/phpinfo.php", "");
  machine.make("/srv/xa/app/.git");
  machine.make("/srv/xa/uploads");
  REQUIRE(chmod((machine.root.path() + "/srv/xa/uploads").c_str(), 0777) == 0);
  machine.put("/etc/php/8.2/apache2/php.ini", "display_errors = On\nexpose_php = Off\nallow_url_include = \"On\"\n");
  const auto seen = machine.seen();
  CHECK(values(seen, "apache.server_tokens") == Texts{"os"});
  CHECK(values(seen, "apache.trace") == Texts{"off"});
  CHECK(values(seen, "apache.indexes") == Texts{"/var/www/"});
  CHECK(values(seen, "web.config_readable") == Texts{"/srv/xa/wp-config.php"});
  CHECK(values(seen, "web.backup") == Texts{"/srv/xa/backup-2025.zip"});
  CHECK(values(seen, "web.env") == Texts{"/srv/xa/.env"});
  CHECK(values(seen, "web.git") == Texts{"/srv/xa/app/.git"});
  CHECK(values(seen, "web.phpinfo") == Texts{"/srv/xa/phpinfo.php"});
  CHECK(values(seen, "web.world_writable") == Texts{"/srv/xa/uploads"});
  CHECK(values(seen, "php.display_errors") == Texts{"/etc/php/8.2/apache2/php.ini"});
  CHECK(values(seen, "php.allow_url_include").size() == 1);
  CHECK(values(seen, "php.expose_php").empty());
  CHECK_FALSE(to_json(Observation{kNow, seen}).contains("bimat"));
}

TEST_CASE("nginx, Samba and a desktop") {
  const FakeMachine machine;
  machine.enable("nginx.service");
  machine.enable("smbd.service");
  machine.put("/etc/nginx/nginx.conf", "http {\n ssl_protocols TLSv1 TLSv1.1 TLSv1.2;\n # server_tokens off;\n}\n");
  machine.put("/etc/nginx/sites-available/default", "server { root /var/www/html; autoindex on; }\n");
  machine.link("/etc/nginx/sites-enabled/default", "/etc/nginx/sites-available/default");
  machine.put("/etc/samba/smb.conf",
              "[global]\n server min protocol = NT1\n[printers]\n guest ok = yes\n[TaiLieu]\n path = /srv/x\n guest ok = Yes\n");
  machine.put("/etc/gdm3/daemon.conf", "[daemon]\nAutomaticLoginEnable=True\nAutomaticLogin=vanthu\n");
  const auto seen = machine.seen();
  CHECK(values(seen, "nginx.server_tokens") == Texts{"on"});
  CHECK(values(seen, "nginx.old_tls") == Texts{"TLSv1", "TLSv1.1"});
  CHECK(values(seen, "nginx.autoindex") == Texts{"/etc/nginx/sites-available/default"});
  CHECK(values(seen, "samba.guest_share") == Texts{"tailieu"});
  CHECK(values(seen, "samba.smb1") == Texts{"yes"});
  CHECK(values(seen, "desktop.automatic_login") == Texts{"yes"});
  CHECK(values(seen, "unit.enabled") == Texts{"nginx.service", "smbd.service"});
}

TEST_CASE("protection of other makers, by their own files") {
  const FakeMachine machine;
  machine.put("/etc/hostname", "a\n");
  machine.put("/opt/microsoft/mdatp/definitions.noindex/v1/mpavbase.vdm", "x");
  machine.put("/proc/77/comm", "wdavdaemon\n");
  auto found = machine.probe()->protection();
  REQUIRE(found.products.size() == 1);
  CHECK(found.products[0].id == "mdatp");
  CHECK_FALSE(found.products[0].on);  // its unit is not started by systemd
  CHECK(found.products[0].updated_at);
  CHECK(found.firewall == FirewallState::off);

  machine.enable("mdatp.service");
  CHECK(machine.probe()->protection().products[0].on);
  machine.put("/etc/opt/microsoft/mdatp/managed/mdatp_managed.json", "{\"antivirusEngine\": {\"enforcementLevel\": \"passive\"}}");
  CHECK_FALSE(machine.probe()->protection().products[0].on);
}

TEST_CASE("firewalls: what is only installed is off") {
  const FakeMachine machine;
  machine.put("/etc/ufw/ufw.conf", "# ENABLED=yes\nENABLED=no\n");
  machine.enable("ufw.service");
  CHECK(machine.probe()->protection().firewall == FirewallState::off);
  machine.put("/etc/ufw/ufw.conf", "ENABLED=yes\n");
  CHECK(machine.probe()->protection().firewall == FirewallState::on);

  const FakeMachine nft;
  nft.enable("nftables.service");
  nft.put("/etc/nftables.conf", "table inet filter { chain input { type filter hook input priority filter; } }\n");
  CHECK(nft.probe()->protection().firewall == FirewallState::off);
  nft.put("/etc/nftables.conf", "table inet filter { chain input { type filter hook input priority 0; policy drop; } }\n");
  CHECK(nft.probe()->protection().firewall == FirewallState::on);
}

TEST_CASE("the machine of the test: every fact is of the vocabulary, and it says the same twice") {
  auto probe = make_configuration_probe(shipped_detectors(), system_clock());
  REQUIRE(probe);
  const auto seen = (*probe)->configuration();
  for (const Fact& fact : seen.facts) {
    CAPTURE(fact.name);
    REQUIRE(check::find_fact(fact.name) != nullptr);
    CHECK(check::find_fact(fact.name)->source == check::Source::configuration);
    CHECK(fact.value.size() <= 300);
  }
  CHECK(std::ranges::is_sorted(seen.facts, {}, [](const Fact& fact) { return std::pair(fact.name, fact.value); }));
  CHECK((*probe)->configuration() == seen);
}

}  // namespace
}  // namespace khien::probe

// From what happened to the mail in somebody's box, over the wire.
#include <doctest/doctest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include "khien/core/bytes.hpp"
#include "khien/core/clock.hpp"
#include "khien/core/env.hpp"
#include "khien/estate/sites.hpp"
#include "khien/estate/units.hpp"
#include "khien/exchange/outbox.hpp"
#include "khien/net/certificate.hpp"
#include "notice_desk.hpp"
#include "notice_set_up.hpp"
#include "temporary_folder.hpp"
#include "tls_mail_server.hpp"

namespace khien::hub {
namespace {

constexpr Timestamp kNow{1'795'334'400'000};  // 2026-11-22T08:00:00Z
const std::string kContent = std::string(KHIEN_SOURCE_DIR) + "/content";

// A province, a commune whose officer reads mail, and a name that would like to be a header.
struct Province {
  explicit Province(const TemporaryFolder& folder) : path(folder / "hub.db") {
    const auto hub = open();
    REQUIRE(hub->write([&](store::Connection& c) -> Result<void> {
      TRY(tenant, estate::create_tenant(c, "Tỉnh", kNow));
      const auto scope = store::TenantScope::for_test(tenant.tenant, {tenant.root});
      TRY(commune, estate::create_unit(c, scope, "Xã Mỹ Châu {address}", estate::UnitKind::commune, tenant.root, kNow));
      TRY(site, estate::create_site(c, scope, {.unit = commune, .address = "https://mychau.mau.gov.vn/"}, kNow));
      TRY_VOID(c.run("INSERT INTO account (tenant_id, username, name, name_order, role, password, password_is_one_time, created_at) "
                     "VALUES (?1, 'officer', 'Cán bộ', x'00', 'unit_officer', '', 0, 0)",
                     {tenant.tenant}));
      const UserId officer{c.last_insert_id()};
      TRY_VOID(c.run("INSERT INTO account_scope (tenant_id, account_id, unit_id) VALUES (?1, ?2, ?3)", {tenant.tenant, officer, commune}));
      return notice::set_settings(c, tenant.tenant, officer, {.vietnamese = true, .mail = "canbo@mychau.gov.vn", .by_mail = true, .quiet = {}}, kNow);
    }));
  }
  std::unique_ptr<store::Store> open() const {
    return store::Store::open({.path = path, .migrations = store::hub_migrations(), .vfs = {}, .on_fatal = {}}).value();
  }
  void alter_the_site(store::Store& hub, Timestamp at) const {
    REQUIRE(hub.write([&](store::Connection& c) -> Result<void> {
      TRY_VOID(c.run("INSERT INTO site_case (tenant_id, site_id, unit_id, state, opened_at, entered_at) VALUES (?1, ?2, ?3, 'open', ?4, ?4)",
                     {tenant.tenant, site, commune, at}));
      return {};
    }));
  }
  static std::int64_t number(store::Store& hub, store::Sql sql) {
    std::int64_t value = -1;
    REQUIRE(hub.read([&](store::Connection& c) {
      return c.query_one(sql, {}, [&](const store::Row& row) -> Result<void> {
        value = row.integer(0);
        return {};
      });
    }));
    return value;
  }

  std::string path;
  estate::NewTenant tenant;
  UnitId commune;
  SiteId site;
};

struct MailRoom {
  MailRoom() : authority(net::CertificateAuthority::create("Thư", system_clock().now(), system_random()).value()) {
    auto own = authority.issue_server({"localhost"}, system_clock().now(), days(1), system_random()).value();
    // "\0khien\0mật khẩu"
    const std::string plain = std::string("\0khien\0", 7) + "mật khẩu";
    server = std::make_unique<TlsMailServer>(own.certificate_pem, own.key_pem.reveal(), to_base64(as_bytes(plain)));
    std::ofstream(folder / "ca.pem") << authority.certificate_pem();
    std::ofstream(folder / "password") << "mật khẩu\n";
  }
  Config config() const {
    Config made = default_config();
    made.names = {"khien.mau.gov.vn"};
    made.mail.server = server->url();
    made.mail.from = "khien@mau.gov.vn";
    made.mail.user = "khien";
    made.mail.password_file = folder / "password";
    made.mail.ca_file = folder / "ca.pem";
    return made;
  }
  TemporaryFolder folder;
  net::CertificateAuthority authority;
  std::unique_ptr<TlsMailServer> server;
};

NoticeDesk desk_on(store::Store& hub, const Clock& clock, const Config& config) {
  return NoticeDesk(hub, clock, {.rules = read_notice_rules(kContent, system_files()).value(),
                                 .post = notice_post(config, kContent, system_files()).value(),
                                 .law = nullptr,
                                 .told = {}});
}

// Tells of the altered site and waits to be killed: the mail is queued, and not sent.
[[noreturn]] void tell_and_wait(const Province& province, const Config& config, int pipe) {
  const auto hub = province.open();
  ManualClock clock(kNow);
  auto desk = desk_on(*hub, clock, config);
  bool good = desk.ask().has_value();
  province.alter_the_site(*hub, kNow + seconds(1));
  clock.advance(minutes(1));
  good = desk.ask().has_value() && good;
  const char word = good ? 'y' : 'n';
  static_cast<void>(::write(pipe, &word, 1));
  for (;;) ::pause();
}

// Quoted-printable breaks a long line with "=" at its end (RFC 2045 §6.7).
std::string without_soft_breaks(std::string text) {
  for (auto at = text.find("=\r\n"); at != text.npos; at = text.find("=\r\n", at)) text.erase(at, 3);
  return text;
}

TEST_CASE("killed between telling and sending: the mail comes once, encrypted, with nothing that was seen") {
  const TemporaryFolder folder;
  const Province province(folder);
  Config config = default_config();
  config.names = {"khien.mau.gov.vn"};
  config.mail.server = "smtp://localhost:1";
  int pipe[2];
  REQUIRE(::pipe(pipe) == 0);
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) tell_and_wait(province, config, pipe[1]);
  char word = 0;
  REQUIRE(::read(pipe[0], &word, 1) == 1);
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  ::close(pipe[0]);
  ::close(pipe[1]);
  REQUIRE(word == 'y');

  const MailRoom room;
  const auto hub = province.open();
  ManualClock clock(kNow + minutes(2));
  auto desk = desk_on(*hub, clock, room.config());
  exchange::Outbox outbox(*hub, clock, outbox_options(room.config(), system_files()).value());
  for (int i = 0; i < 5; ++i) {
    REQUIRE(desk.ask());
    REQUIRE(outbox.tend());
    clock.advance(minutes(1));
  }
  CHECK(room.server->fault() == "");
  const auto mails = room.server->mails();
  REQUIRE(mails.size() == 1);
  CHECK(mails[0].from == "khien@mau.gov.vn");
  CHECK(mails[0].to == "canbo@mychau.gov.vn");
  const auto text = without_soft_breaks(mails[0].text);
  CHECK_FALSE(text.contains("mychau.mau.gov.vn"));
  CHECK_MESSAGE(text.contains("https://khien.mau.gov.vn:8443/website/vu-viec/1"), text);
  CHECK(Province::number(*hub, "SELECT count(*) FROM notice_message WHERE channel = 'mail'") == 1);
  CHECK(Province::number(*hub, "SELECT count(*) FROM outbox_item WHERE state = 'sent'") == 1);
}

TEST_CASE("a server whose certificate nobody vouches for gets nothing, nor one with a wrong password") {
  const TemporaryFolder folder;
  const Province province(folder);
  const MailRoom room;
  const auto hub = province.open();
  ManualClock clock(kNow);
  REQUIRE(hub->write([&](store::Connection& c) -> Result<void> {
    TRY_VOID(exchange::queue_mail(c, province.tenant.tenant, "a@mau.gov.vn", {.subject = "s", .body = "b"}, kNow));
    return {};
  }));
  auto strange = room.config();
  strange.mail.ca_file.clear();
  exchange::Outbox first(*hub, clock, outbox_options(strange, system_files()).value());
  REQUIRE(first.tend());
  CHECK(room.server->mails().empty());
  std::ofstream(room.folder / "password") << "sai\n";
  clock.advance(minutes(10));
  exchange::Outbox second(*hub, clock, outbox_options(room.config(), system_files()).value());
  REQUIRE(second.tend());
  CHECK(room.server->mails().empty());
  CHECK(room.server->fault() == "");
}

TEST_CASE("what belongs to mail and webhooks is asked for before the hub starts") {
  Config config = default_config();
  CHECK(outbox_options(config, system_files())->carrier == nullptr);
  config.mail.server = "smtps://mail.mau.gov.vn";
  CHECK(outbox_options(config, system_files()).error().what().contains("mail.from"));
  config.mail.from = "khien@mau.gov.vn";
  CHECK(outbox_options(config, system_files())->carrier != nullptr);
  config.mail.user = "khien";
  CHECK(outbox_options(config, system_files()).error().what().contains("mail.password_file"));
  config.mail.password_file = "/nowhere";
  CHECK(outbox_options(config, system_files()).error().what().contains("mail.password_file"));
  config = default_config();
  config.webhook.url = "https://truc.mau.gov.vn/";
  CHECK(outbox_options(config, system_files()).error().what().contains("webhook.key_file"));
}

TEST_CASE("a webhook says what, where and how many, and one mail lists all that is due") {
  const TemporaryFolder folder;
  const Province province(folder);
  const auto hub = province.open();
  Config config = default_config();
  config.names = {"khien.mau.gov.vn"};
  config.mail.server = "smtp://localhost:1";
  config.webhook.url = "https://truc.mau.gov.vn/";
  const auto post = notice_post(config, kContent, system_files()).value();
  const notice::Note note{.id = {7}, .kind = notice::CauseKind::malware, .urgent = true, .level = 0, .unit = province.commune,
                          .title = {"Có mã độc\r\nBcc: x@x.vn", "Malware"}, .path = "/phat-hien?id=3", .count = 12, .due = kNow, .told_at = kNow,
                          .read_at = {}, .acknowledged_at = {}};
  const std::vector notes{note, note};
  REQUIRE(hub->write([&](store::Connection& c) -> Result<void> {
    TRY_VOID(post->webhook(c, province.tenant.tenant, note, kNow));
    return post->mail(c, province.tenant.tenant, {"a@mau.gov.vn", false}, notes, kNow);
  }));
  std::vector<std::string> rows;
  REQUIRE(hub->read([&](store::Connection& c) {
    return c.query("SELECT channel, subject, body FROM outbox_item ORDER BY id", {}, [&](const store::Row& row) -> Result<void> {
      rows.push_back(std::string(row.text(0)) + "|" + std::string(row.text(1)) + "|" + std::string(row.text(2)));
      return {};
    });
  }));
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].starts_with("webhook|notice.malware|{"));
  CHECK(rows[0].contains(R"("url":"https://khien.mau.gov.vn:8443/phat-hien?id=3")"));
  CHECK(rows[0].contains(R"("count":12)"));
  CHECK(rows[1].starts_with("mail|[Khiên] Malware (+1)|"));
  CHECK(rows[1].contains("Malware (due 22/11/2026)\nhttps://khien.mau.gov.vn:8443/phat-hien?id=3"));
}

}  // namespace
}  // namespace khien::hub

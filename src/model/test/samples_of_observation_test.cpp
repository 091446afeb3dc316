#include "test/samples.hpp"

namespace khien {
namespace {

constexpr Timestamp kSeen{1'795'334'461'123};

FileSeen eicar() {
  return {.path = "/srv/tài liệu/eicar.com",
          .size = 68,
          .mtime_ns = 1'795'334'460'000'000'001,
          .owner_uid = 1000,
          .sha256 = sha256("X5O"),
          .verdict = FileVerdict::malicious,
          .reason = {},
          .matches = {{Engine::yara, "khien_eicar", "khien-base", Severity::high},
                      {Engine::clamav, "Eicar-Test-Signature", "clamav", Severity::critical}}};
}

}  // namespace

std::vector<Observation> sample_observations() {
  FileSeen unread = eicar();
  unread.sha256.reset();
  unread.matches.clear();
  unread.verdict = FileVerdict::not_scanned;
  unread.reason = "too_large";

  const MachineSeen machine{.hostname = "ubnd-xa-01",
                            .os_id = "debian",
                            .os_name = "Debian GNU/Linux 12 (bookworm)",
                            .os_version = "12",
                            .kernel_running = "6.1.0-40-amd64",
                            .kernel_installed = "6.1.0-41-amd64",
                            .addresses = {"10.0.0.7", "fe80::1"},
                            .agent_version = "0.1.0",
                            .serial = "VN12345",
                            .macs = {"00:15:5d:0a:0b:0c"}};
  const PackagesSeen packages{
      .inventory = 7,
      .part = 1,
      .parts = 2,
      .packages = {{"pkg:deb/debian/bash@5.2.15-2%2Bb2?arch=amd64", "bash", "5.2.15-2+b2", "", ""},
                   {"pkg:deb/debian/libssl3@3.0.17", "libssl3", "3.0.17", "openssl", "3.0.17"}}};
  const ProtectionSeen protection{
      .engines = {{Engine::yara, EngineState::State::running, 18, kSeen, "khien-base 1"},
                  {Engine::clamav, EngineState::State::absent, 0, std::nullopt, "clamd is not installed"}},
      .products = {{"mdatp", "Microsoft Defender for Endpoint", true, kSeen}, {"falcon", "CrowdStrike Falcon", false}},
      .firewall = FirewallState::on};
  ProtectionSeen guarded = protection;
  guarded.on_access = AccessState{.mode = AccessState::Mode::notify, .wanted = AccessState::Mode::permission,
                                  .why = "fanotify with permissions: not permitted", .denied = 3, .late = 4};
  ScanSeen running{.scan = 3, .started_at = kSeen, .finished_at = {}, .files_seen = 10, .files_scanned = 8,
                   .files_skipped = 2, .files_total = 0};
  ScanSeen complete = running;
  complete.state = ScanSeen::State::complete;
  complete.finished_at = kSeen + seconds(4);

  ScanSeen medium = complete;
  medium.medium = Medium{.mount_point = "/media/an/USB Màu", .file_system = "vfat", .source = "/dev/sdb1", .cut_short = true};
  const AccessSeen denied{.answer = AccessSeen::Answer::denied,
                          .exec = true,
                          .path = "/home/an/tài liệu/eicar.com",
                          .sha256 = sha256("X5O"),
                          .matches = {{Engine::yara, "khien_eicar", "khien-base", Severity::high}},
                          .program = "/usr/bin/bash",
                          .pid = 4711,
                          .uid = 1000,
                          .times = 2};
  const AccessSeen late{.answer = AccessSeen::Answer::late, .exec = false, .path = "/srv/large.iso", .program = {}};

  const PolicySeen policy{.state = PolicySeen::State::in_force,
                          .version = 4,
                          .expires_at = kSeen + days(30),
                          .differences = {{PolicySetting::cpu_percent, PolicyDeviation::unsupported},
                                          {PolicySetting::on_access, PolicyDeviation::bound}},
                          .refusal = PolicyRefusal::older};
  const QuarantineSeen held{.state = QuarantineSeen::State::held,
                            .quarantine = "0123456789abcdef0123456789abcdef",
                            .path = "/home/an/tài liệu/eicar.com",
                            .sha256 = sha256("X5O"),
                            .size = 68,
                            .owner_uid = 1000,
                            .rule = "yara:khien_eicar",
                            .order = OrderId{5},
                            .emptied = true,
                            .running = false};

  const PageSeen page{
      .site = SiteId{7},
      .url = "https://xa.gov.vn/tin-tức?id=1",
      .content = 0x1234,
      .page_class = PageClass::compromised,
      .score = 1'250,
      .reasons = {{"after_html", 900}, {"context_lowers", -150}},
      .links = {{"https://game.example/a?b=\"c\"", "tài xỉu <b>", Visitor::googlebot, 4'711, "after_html"}},
      .links_left_out = 3,
      .views = {{.visitor = Visitor::desktop, .final_url = "https://xa.gov.vn/tin-tức?id=1", .status = 200,
                 .sha256 = sha256("<html>"), .size = 6, .fetched_at = kSeen},
                {.visitor = Visitor::googlebot, .final_url = "https://game.example/",
                 .steps = {{"https://xa.gov.vn/tin-tức?id=1", 404, RedirectStep::How::script}},
                 .status = 0, .limit = "timeout", .fetched_at = kSeen}},
      .evidence = PageEvidenceId{9}};
  const SiteSeen site{.site = SiteId{7}, .look = 3, .started_at = kSeen, .finished_at = kSeen + seconds(9),
                      .answered = true, .pages = 50, .views = 200, .limited = 2,
                      .facts = {{"cms.name", "WordPress"}, {"tls.expires_at", "2026-12-01"}}, .unread = {"dns"}};

  return {{kSeen, eicar()},   {kSeen, unread},     {kSeen, FileGone{"/tmp/a"}}, {kSeen, machine},
          {kSeen, packages},  {kSeen, protection}, {kSeen, running},            {kSeen, complete},
          {kSeen, held},      {kSeen, QuarantineSeen{.state = QuarantineSeen::State::halted}},
          {kSeen, OrderSeen{OrderId{5}, Refusal::hard_links, ""}},
          {kSeen, OrderSeen{OrderId{6}, Refusal::none, held.quarantine}},
          {kSeen, ConfigurationSeen{{{"listen.public", "tcp/22 sshd"}, {"ssh.permit_root_login", "yes"}}, {"accounts"}}},
          {kSeen, guarded},   {kSeen, medium},     {kSeen, denied},             {kSeen, late},
          {kSeen, policy},    {kSeen, PolicySeen{}},
          {kSeen, page},      {kSeen, site},       {kSeen, PageSeen{.site = SiteId{1}, .url = "http://a.vn"}},
          {kSeen, Heartbeat{.uptime_ms = 5, .spool_events = 6, .memory_bytes = 7, .cpu_ms = 8}}};
}

}  // namespace khien

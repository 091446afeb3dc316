#include "browser_words.hpp"
#include "command.hpp"
#include "khien/api/accounts.hpp"
#include "khien/core/json.hpp"
#include "khien/estate/machines.hpp"
#include "khien/exchange/outbox.hpp"
#include "khien/flow/findings.hpp"
#include "khien/site/watcher.hpp"

namespace khien::hub {
namespace {

struct Status {
  estate::MachineCounts machines;
  estate::ProtectionCounts protection;
  flow::FindingCounts findings;
  exchange::OutboxCounts outbox;
  std::int64_t ledger_events = 0;
  std::int64_t lag_events = 0;
};

Result<Status> look(Office& office) {
  Status status;
  TRY_VOID(office.hub.read([&](store::Connection& connection) -> Result<void> {
    TRY(const auto scope, api::owner_scope(connection, office.tenant));
    TRY(status.machines, estate::count_machines(connection, scope, std::nullopt, office.env.clock.now()));
    TRY(status.protection, estate::count_protection(connection, scope, std::nullopt, office.env.clock.now()));
    TRY(status.findings, flow::count_findings(connection, scope, std::nullopt, UserId{}));
    TRY(status.outbox, exchange::count_outbox(connection, office.tenant, office.env.clock.now() - days(1)));
    return {};
  }));
  TRY(const auto newest, office.ledger.newest());
  status.ledger_events = newest.value;
  if (office.flow != nullptr) {
    TRY(const auto lag, office.flow->lag());
    status.lag_events = lag.events;
  }
  return status;
}

site::BrowserState browser_of(const Office& office) {
  return office.watcher != nullptr ? office.watcher->browser() : site::BrowserState();
}

void write_browser(JsonWriter& out, const site::BrowserState& browser) {
  out.key("browser").begin_object().field("enabled", browser.on).field("fails", browser.fails());
  out.field("pages_a_day", static_cast<std::int64_t>(browser.pages_a_day)).field("opened_today", static_cast<std::int64_t>(browser.opened_today));
  out.field("sites_today", static_cast<std::int64_t>(browser.sites_today)).field("sites_at_end", static_cast<std::int64_t>(browser.sites_at_end));
  if (browser.opened_at) out.field("opened_at", *browser.opened_at);
  if (browser.error_at) out.field("error", browser.error).field("error_at", *browser.error_at);
  out.end_object();
}

std::string as_json(const Office& office, const Status& status) {
  JsonWriter out;
  out.begin_object()
      .field("running", office.flow != nullptr)
      .field("machines", status.machines.total)
      .field("machines_scanned", status.machines.total - status.machines.pending)
      .field("protected", status.machines.protected_)
      .field("attention", status.machines.attention)
      .field("infected", status.machines.infected)
      .field("silent", status.machines.silent)
      .field("pending", status.machines.pending)
      .field("protection_on", status.protection.on)
      .field("firewall_on", status.protection.firewall_on)
      .field("firewall_off", status.protection.firewall_off)
      .field("not_updated_15_days", status.protection.not_updated)
      .field("files_scanned", status.machines.files_scanned)
      .field("findings_open", status.findings.open)
      .field("ledger_events", status.ledger_events)
      .field("applier_lag_events", status.lag_events)
      .field("mail_configured", !office.config.mail.server.empty())
      .field("outbox_waiting", status.outbox.waiting)
      .field("outbox_failed_last_day", status.outbox.failed);
  if (status.machines.last_scan_at) out.field("last_scan_at", *status.machines.last_scan_at);
  write_browser(out, browser_of(office));
  out.end_object();
  return out.take() + "\n";
}

int run(Office& office, const Arguments& arguments, Console& console) {
  const auto status = look(office);
  if (!status) return console.fail(status.error());
  if (arguments.has("json")) {
    console.out(as_json(office, *status));
    return 0;
  }
  const auto& machines = status->machines;
  const auto line = [&console](std::string_view vi, std::string_view en, std::int64_t value) {
    const std::string number = std::to_string(value);
    console.say({std::string(vi) + ": " + number, std::string(en) + ": " + number});
  };
  console.say(office.flow != nullptr ? LocalText{"Trung tâm đang chạy.", "The hub is running."}
                                     : LocalText{"Trung tâm không chạy.", "The hub is not running."});
  line("Máy", "Machines", machines.total);
  line("  được bảo vệ", "  protected", machines.protected_);
  line("  nhiễm mã độc", "  infected", machines.infected);
  line("  cần chú ý", "  need attention", machines.attention);
  line("  mất liên lạc", "  silent", machines.silent);
  line("  chưa quét xong lần đầu", "  not scanned once yet", machines.pending);
  line("Máy đang bật phòng chống mã độc", "Machines with malware protection on", status->protection.on);
  line("Máy đang bật tường lửa", "Machines with a firewall on", status->protection.firewall_on);
  line("Máy quá 15 ngày chưa cập nhật", "Machines not updated for 15 days", status->protection.not_updated);
  line("Tệp đã quét", "Files scanned", machines.files_scanned);
  line("Phát hiện đang mở", "Open findings", status->findings.open);
  if (office.config.mail.server.empty()) {
    console.say({"Thư điện tử: chưa cấu hình ([mail] trong khien.toml).", "Mail: not configured ([mail] of khien.toml)."});
  }
  if (office.flow != nullptr) console.say(words_of_browser(browser_of(office)));
  line("Thư và webhook đang chờ gửi", "Mails and webhooks that wait", status->outbox.waiting);
  line("  không gửi được trong 24 giờ qua", "  given up in the last 24 hours", status->outbox.failed);
  return 0;
}

}  // namespace

Command status_command() {
  return {.name = "status",
          .synopsis = "status [--json]",
          .summary = {"tình trạng trung tâm, máy và phát hiện", "the hub, its machines and findings at a glance"},
          .details = {"Số liệu lấy từ cơ sở dữ liệu tại thời điểm hỏi.", "The figures are those of the moment you ask."},
          .options = with_folder({{"json", "", {"in JSON", "print JSON"}}}),
          .office = run};
}

}  // namespace khien::hub

#include "khien/check/facts.hpp"

#include <algorithm>
#include <array>

namespace khien::check {
namespace {

constexpr std::array kKinds = std::to_array<FactKind>({
    {"account.empty_password", Source::configuration, "Tài khoản không có mật khẩu", "Account without a password"},
    {"account.root_like", Source::configuration, "Tài khoản có quyền như root (uid 0)", "Account with root's rights (uid 0)"},
    {"account.system_login", Source::configuration, "Tài khoản dịch vụ đăng nhập được", "Service account that can sign in"},
    {"account.sudo_without_password", Source::configuration, "Dùng sudo không cần mật khẩu", "Uses sudo without a password"},
    {"apache.indexes", Source::configuration, "Apache liệt kê thư mục", "Apache lists the folder"},
    {"apache.server_tokens", Source::configuration, "Apache: ServerTokens", "Apache: ServerTokens"},
    {"apache.trace", Source::configuration, "Apache: TraceEnable", "Apache: TraceEnable"},
    {"desktop.automatic_login", Source::configuration, "Tự đăng nhập khi mở máy", "Signs in by itself"},
    {"file.exposed", Source::configuration, "Tệp hệ thống để quyền quá rộng", "System file open too wide"},
    {"listen.public", Source::configuration, "Cổng mở ra mạng", "Port open to the network"},
    {"log.kept", Source::configuration, "Nhật ký hệ thống được lưu", "System log is kept"},
    {"nginx.autoindex", Source::configuration, "nginx liệt kê thư mục", "nginx lists folders"},
    {"nginx.old_tls", Source::configuration, "nginx nhận TLS cũ", "nginx accepts old TLS"},
    {"nginx.server_tokens", Source::configuration, "nginx: server_tokens", "nginx: server_tokens"},
    {"php.allow_url_include", Source::configuration, "PHP: allow_url_include", "PHP: allow_url_include"},
    {"php.display_errors", Source::configuration, "PHP: display_errors", "PHP: display_errors"},
    {"php.expose_php", Source::configuration, "PHP: expose_php", "PHP: expose_php"},
    {"samba.guest_share", Source::configuration, "Thư mục chia sẻ không cần mật khẩu", "Share without a password"},
    {"samba.smb1", Source::configuration, "Samba nhận giao thức SMB1", "Samba accepts SMB1"},
    {"ssh.max_auth_tries", Source::configuration, "sshd: MaxAuthTries", "sshd: MaxAuthTries"},
    {"ssh.password_authentication", Source::configuration, "sshd: PasswordAuthentication", "sshd: PasswordAuthentication"},
    {"ssh.permit_empty_passwords", Source::configuration, "sshd: PermitEmptyPasswords", "sshd: PermitEmptyPasswords"},
    {"ssh.permit_root_login", Source::configuration, "sshd: PermitRootLogin", "sshd: PermitRootLogin"},
    {"ssh.running", Source::configuration, "Máy nhận kết nối SSH", "The machine accepts SSH"},
    {"sysctl.accept_source_route", Source::configuration, "net.ipv4.conf.all.accept_source_route", "net.ipv4.conf.all.accept_source_route"},
    {"sysctl.links_protected", Source::configuration, "Nhân chặn đường dẫn bẫy", "The kernel stops trap links"},
    {"sysctl.randomize_va_space", Source::configuration, "kernel.randomize_va_space", "kernel.randomize_va_space"},
    {"sysctl.suid_dumpable", Source::configuration, "fs.suid_dumpable", "fs.suid_dumpable"},
    {"sysctl.tcp_syncookies", Source::configuration, "net.ipv4.tcp_syncookies", "net.ipv4.tcp_syncookies"},
    {"time.synchronised", Source::configuration, "Đồng bộ giờ", "Clock is synchronised"},
    {"unit.enabled", Source::configuration, "Dịch vụ tự khởi động", "Service that starts by itself"},
    {"update.automatic", Source::configuration, "Tự cập nhật bản vá", "Updates by itself"},
    {"update.lists_days", Source::configuration, "Danh mục phần mềm cũ (ngày, làm tròn xuống)", "Age of the package lists (days, rounded down)"},
    {"update.reboot_required", Source::configuration, "Hệ điều hành xin khởi động lại", "The system asks for a restart"},
    {"update.security_source", Source::configuration, "Có nguồn bản vá bảo mật", "Has a source of security updates"},
    {"web.backup", Source::configuration, "Bản sao lưu trong thư mục web", "Backup in a web folder"},
    {"web.config_readable", Source::configuration, "Tệp cấu hình ai cũng đọc được", "Configuration that anybody can read"},
    {"web.env", Source::configuration, "Tệp .env trong thư mục web", "A .env file in a web folder"},
    {"web.git", Source::configuration, "Kho mã nguồn .git trong thư mục web", "A .git store in a web folder"},
    {"web.installer", Source::configuration, "Thư mục cài đặt còn lại", "Installer left behind"},
    {"web.phpinfo", Source::configuration, "Trang thông tin PHP", "A page that tells PHP's settings"},
    {"web.world_writable", Source::configuration, "Thư mục web ai cũng ghi được", "Web folder that anybody can write"},
    {"machine.kernel_waits", Source::machine, "Nhân mới chờ khởi động lại", "A new kernel waits for a restart"},
    {"machine.os", Source::machine, "Hệ điều hành", "Operating system"},
    {"protection.content_days", Source::protection, "Mẫu nhận diện cũ (ngày)", "Age of the signatures (days)"},
    {"protection.firewall", Source::protection, "Tường lửa", "Firewall"},
    {"protection.on", Source::protection, "Phòng chống mã độc đang bật", "Malware protection is on"},
    {"protection.product_off", Source::protection, "Phần mềm bảo vệ có cài nhưng không chạy", "Protection that is installed and does not run"},
});

std::string yes_no(bool value) { return value ? "yes" : "no"; }

Facts facts_of(const MachineSeen& machine) {
  Facts facts{.source = Source::machine, .all = {}, .unread = {}};
  facts.all.push_back({"machine.os", machine.os_id + " " + machine.os_version});
  // A container has no kernel of its own: nothing waits there.
  if (machine.kernel_installed.empty()) return facts;
  const bool waits = machine.kernel_installed != machine.kernel_running;
  facts.all.push_back({"machine.kernel_waits", waits ? machine.kernel_running + " → " + machine.kernel_installed : "no"});
  return facts;
}

Facts facts_of(const ProtectionSeen& protection, Timestamp observed_at) {
  Facts facts{.source = Source::protection, .all = {}, .unread = {}};
  facts.all.push_back({"protection.on", yes_no(is_protected(protection))});
  facts.all.push_back({"protection.firewall", std::string(to_string(protection.firewall))});
  if (const auto updated = content_updated_at(protection)) {
    // Both by the machine's clock: how wrong it is does not matter.
    const std::int64_t age = std::max<std::int64_t>(0, (observed_at - *updated).ms / days(1).ms);
    facts.all.push_back({"protection.content_days", std::to_string(age)});
  }
  for (const ProductState& product : protection.products) {
    if (!product.on) facts.all.push_back({"protection.product_off", product.name});
  }
  return facts;
}

bool judges_files(const EngineState& engine) {
  return engine.engine != Engine::watch && engine.state == EngineState::State::running;
}

}  // namespace

std::span<const FactKind> fact_kinds() { return kKinds; }

const FactKind* find_fact(std::string_view name) {
  const auto found = std::ranges::find(kKinds, name, &FactKind::name);
  return found == kKinds.end() ? nullptr : &*found;
}

std::string_view area_of(std::string_view fact) { return fact.substr(0, fact.find('.')); }

std::optional<Facts> facts_of(const Observation& observation) {
  if (const auto* seen = std::get_if<ConfigurationSeen>(&observation.body)) {
    return Facts{.source = Source::configuration, .all = seen->facts, .unread = seen->unread};
  }
  if (const auto* seen = std::get_if<MachineSeen>(&observation.body)) return facts_of(*seen);
  if (const auto* seen = std::get_if<ProtectionSeen>(&observation.body)) return facts_of(*seen, observation.observed_at);
  return std::nullopt;
}

bool is_protected(const ProtectionSeen& seen) {
  if (std::ranges::any_of(seen.products, &ProductState::on)) return true;
  const bool watches = std::ranges::any_of(seen.engines, [](const EngineState& engine) {
    return engine.engine == Engine::watch && engine.state != EngineState::State::absent;
  });
  return watches && std::ranges::any_of(seen.engines, judges_files);
}

std::optional<Timestamp> content_updated_at(const ProtectionSeen& seen) {
  std::optional<Timestamp> newest;
  for (const EngineState& engine : seen.engines) {
    if (judges_files(engine)) newest = std::max(newest, engine.updated_at);
  }
  for (const ProductState& product : seen.products) {
    if (product.on) newest = std::max(newest, product.updated_at);
  }
  return newest;
}

}  // namespace khien::check

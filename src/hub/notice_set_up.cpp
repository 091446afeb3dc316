#include "notice_set_up.hpp"

#include <algorithm>
#include <utility>

#include "khien/core/date.hpp"
#include "khien/core/json.hpp"
#include "secret_file.hpp"

namespace khien::hub {
namespace {

constexpr std::size_t kMostContentBytes = 256u << 10;

// Each has authorities of its own.
class TwoCarriers final : public exchange::Carrier {
 public:
  TwoCarriers(std::unique_ptr<exchange::Carrier> mail, std::unique_ptr<exchange::Carrier> webhook)
      : mail_(std::move(mail)), webhook_(std::move(webhook)) {}
  Result<void> mail(const std::string& from, const std::string& to, const std::string& text) override { return mail_->mail(from, to, text); }
  Result<void> webhook(const std::string& url, const std::vector<std::pair<std::string, std::string>>& headers, const std::string& body) override {
    return webhook_->webhook(url, headers, body);
  }

 private:
  std::unique_ptr<exchange::Carrier> mail_, webhook_;
};

Result<exchange::CarrierOptions> mail_carrier(const MailConfig& config, Files& files) {
  exchange::CarrierOptions options;
  options.smtp_url = config.server;
  options.start_tls = config.server.starts_with("smtp://");
  options.user = config.user;
  options.ca_file = config.ca_file;
  if (config.user.empty()) return options;
  if (config.password_file.empty()) return Error(Code::invalid, "mail.password_file: is missing");
  TRY(options.password, secret_in(config.password_file, "mail.password_file", files));
  return options;
}

std::string address_of(const Config& config) { return "https://" + config.names.front() + ":" + std::to_string(config.people_port); }

std::string day_text(Timestamp time) {
  const std::string day = vietnam_date(time);  // "2026-11-22"
  return day.substr(8, 2) + "/" + day.substr(5, 2) + "/" + day.substr(0, 4);
}

std::string line_of(const notice::Note& note, const std::string& address, bool vietnamese) {
  std::string line = vietnamese ? note.title.vi : note.title.en;
  if (note.due) line += (vietnamese ? " (hạn " : " (due ") + day_text(*note.due) + ")";
  return line + "\n" + address + note.path + "\n";
}

}  // namespace

Result<std::shared_ptr<const notice::Rules>> read_notice_rules(const std::string& content_folder, Files& files) {
  const std::string path = content_folder + "/notices/rules.yaml";
  TRY(const auto text, files.read(path, kMostContentBytes));
  Budget budget({.bytes_in = kMostContentBytes, .depth = 20});
  auto rules = notice::Rules::from_yaml(text, budget);
  if (!rules) return std::move(rules).error().within(path);
  return std::make_shared<const notice::Rules>(std::move(*rules));
}

Result<exchange::Outbox::Options> outbox_options(const Config& config, Files& files) {
  exchange::Outbox::Options options;
  if (config.mail.server.empty() && config.webhook.url.empty()) return options;
  exchange::CarrierOptions mail, webhook;
  if (!config.mail.server.empty()) {
    if (config.mail.from.empty()) return Error(Code::invalid, "mail.from: is missing");
    TRY(mail, mail_carrier(config.mail, files));
    options.from = config.mail.from;
    options.from_name = config.mail.from_name;
  }
  if (!config.webhook.url.empty()) {
    if (config.webhook.key_file.empty()) return Error(Code::invalid, "webhook.key_file: is missing");
    TRY(options.webhook_key, secret_in(config.webhook.key_file, "webhook.key_file", files));
    webhook.ca_file = config.webhook.ca_file;
    webhook.inner_addresses = config.webhook.inner_addresses;
  }
  options.host = config.names.front();
  options.per_minute = config.mail.per_minute;
  TRY(auto for_mail, exchange::make_carrier(std::move(mail)));
  TRY(auto for_webhook, exchange::make_carrier(std::move(webhook)));
  options.carrier = std::make_shared<TwoCarriers>(std::move(for_mail), std::move(for_webhook));
  return options;
}

NoticePost::NoticePost(exchange::MailTemplate words, std::string address, Ways ways)
    : words_(std::move(words)), address_(std::move(address)), ways_(std::move(ways)) {}

Result<void> NoticePost::mail(store::Connection& connection, TenantId tenant, const notice::Addressee& to, std::span<const notice::Note> notes,
                              Timestamp now) {
  const auto mail = notice::notes_of_mail(notes);
  const auto& head = mail.said.front();
  std::string title = to.vietnamese ? head.title.vi : head.title.en;
  if (notes.size() > 1) title += " (+" + std::to_string(notes.size() - 1) + ")";
  std::string lines;
  for (const auto& note : mail.said) lines += line_of(note, address_, to.vietnamese) + "\n";
  if (mail.left_out > 0) {
    const auto number = std::to_string(mail.left_out);
    lines += to.vietnamese ? "và " + number + " việc khác\n" : "and " + number + " more\n";
  }
  TRY(const auto words, words_.fill({{"title", title}, {"lines", lines}, {"address", address_ + "/thong-bao"}}, to.vietnamese));
  TRY_VOID(exchange::queue_mail(connection, tenant, to.mail, words, now));
  return {};
}

Result<void> NoticePost::webhook(store::Connection& connection, TenantId tenant, const notice::Note& note, Timestamp now) {
  JsonWriter json;
  json.begin_object().field("id", note.id.value).field("kind", to_string(note.kind)).field("urgent", note.urgent).field("level", std::int64_t{note.level});
  json.field("unit", note.unit.value).field("count", note.count).field("told_at", to_rfc3339(note.told_at)).field("url", address_ + note.path);
  json.key("title").begin_object().field("vi", note.title.vi).field("en", note.title.en).end_object().end_object();
  TRY_VOID(exchange::queue_webhook(connection, tenant, ways_.webhook_url, "notice." + std::string(to_string(note.kind)), json.take(), now));
  return {};
}

Result<std::shared_ptr<notice::Post>> notice_post(const Config& config, const std::string& content_folder, Files& files) {
  TRY(const auto text, files.read(content_folder + "/exchange/mail/notice.yaml", kMostContentBytes));
  Budget budget({.bytes_in = kMostContentBytes, .depth = 20});
  TRY(auto words, exchange::MailTemplate::from_yaml(text, budget));
  const NoticePost::Ways ways{.mail = !config.mail.server.empty(), .webhook_url = config.webhook.url};
  return std::shared_ptr<notice::Post>(std::make_shared<NoticePost>(std::move(words), address_of(config), ways));
}

}  // namespace khien::hub

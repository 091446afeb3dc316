#pragma once

#include <memory>
#include <string>

#include "khien/core/env.hpp"
#include "khien/exchange/outbox.hpp"
#include "khien/hub/config.hpp"
#include "khien/notice/messages.hpp"

namespace khien::hub {

// content/notices/rules.yaml.
Result<std::shared_ptr<const notice::Rules>> read_notice_rules(const std::string& content_folder, Files& files);

// What [mail] and [webhook] name: secrets are read now, before the privileges go. Neither: the
// carrier is null. Code::invalid where something that belongs to it is missing.
Result<exchange::Outbox::Options> outbox_options(const Config& config, Files& files);

// Queues notes as mails and webhooks; their links begin with `address` ("https://khien.tinh.gov.vn:8443").
class NoticePost final : public notice::Post {
 public:
  struct Ways {
    bool mail = false;
    std::string webhook_url;  // empty: none
  };
  NoticePost(exchange::MailTemplate words, std::string address, Ways ways);

  bool has_mail() const override { return ways_.mail; }
  bool has_webhook() const override { return !ways_.webhook_url.empty(); }
  Result<void> mail(store::Connection& connection, TenantId tenant, const notice::Addressee& to, std::span<const notice::Note> notes,
                    Timestamp now) override;
  Result<void> webhook(store::Connection& connection, TenantId tenant, const notice::Note& note, Timestamp now) override;

 private:
  exchange::MailTemplate words_;
  std::string address_;
  Ways ways_;
};
Result<std::shared_ptr<notice::Post>> notice_post(const Config& config, const std::string& content_folder, Files& files);

}  // namespace khien::hub

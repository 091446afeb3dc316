#include "khien/exchange/outbox.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <mutex>

#include "../../flow/test/road.hpp"
#include "khien/core/encoding.hpp"
#include "khien/net/certificate.hpp"
#include "khien/net/server.hpp"
#include "sample_report.hpp"
#include "small_mail_server.hpp"

namespace khien::exchange {
namespace {

const MailHead kHead{.from = "khien@mau.gov.vn", .from_name = "Khiên", .to = "cntt@mau.gov.vn", .message_id = "1@khien", .date = flow::kNow};

std::string decoded_body(std::string_view mail) {
  std::string text(mail.substr(mail.find("\r\n\r\n") + 4));
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '=') out += text[i];
    else if (text.compare(i, 3, "=\r\n") == 0) i += 2;
    else {
      out += static_cast<char>(std::stoi(text.substr(i + 1, 2), nullptr, 16));
      i += 2;
    }
  }
  return out;
}

TEST_CASE("a mail in Vietnamese: words of RFC 2047, quoted-printable, short lines") {
  const std::string body = "Kính gửi bộ phận thường trực,\n.\nDòng kết thúc bằng dấu cách \n" + std::string(200, 'x') + "=\n";
  const auto mail = mail_text(kHead, {.subject = "Chưa gửi được dữ liệu mã độc tới trung tâm quốc gia trong bảy ngày", .body = body});
  REQUIRE_MESSAGE(mail, mail.error().what());
  CHECK(mail->starts_with("From: =?UTF-8?B?S2hpw6pu?= <khien@mau.gov.vn>\r\nTo: cntt@mau.gov.vn\r\nSubject: =?UTF-8?B?"));
  CHECK(mail->contains("\r\nDate: Sun, 22 Nov 2026 15:00:00 +0700\r\nMessage-ID: <1@khien>\r\n"));
  std::size_t begin = 0;
  for (auto end = mail->find("\r\n"); end != mail->npos; begin = end + 2, end = mail->find("\r\n", begin)) CHECK(end - begin <= 76);
  for (const char c : *mail) CHECK(static_cast<unsigned char>(c) < 0x7F);
  std::string expected;
  for (const char c : body) expected += c == '\n' ? "\r\n" : std::string(1, c);
  CHECK(decoded_body(*mail) == expected);
}

TEST_CASE("nothing that is filled in begins a line of the header") {
  const auto mail = mail_text(kHead, {.subject = "a\r\nBcc: kẻ xấu <x@x.vn>\nX: y", .body = "b"});
  REQUIRE(mail);
  CHECK_FALSE(mail->contains("\nBcc"));
  MailHead head = kHead;
  for (const std::string to : {"a@b.vn\r\nBcc: x@x.vn", "a b@c.vn", "<a@b.vn>", "a@b.vn, c@d.vn", "a", "@b.vn", "a@", "a@b..vn", "\"a\"@b.vn"}) {
    head.to = to;
    CHECK_FALSE(mail_text(head, {.subject = "s", .body = "b"}));
  }
  head = kHead;
  head.from_name = "x\r\nBcc: y@y.vn";
  CHECK_FALSE(mail_text(head, {.subject = "s", .body = "b"})->contains("\nBcc"));
}

TEST_CASE("templates that are shipped: both languages, and a value that is missing is named") {
  for (const std::string name : {"sharing-failed", "duty-due"}) {
    Budget budget = plenty();
    const auto read = MailTemplate::from_yaml(file_text(std::string(KHIEN_SOURCE_DIR) + "/content/exchange/mail/" + name + ".yaml"), budget);
    REQUIRE_MESSAGE(read, read.error().what());
    CHECK(read->id() == name);
    const Facts values{{"partner", "2290"}, {"since", "20/11/2026"}, {"error", "HTTP\n500"}, {"address", "https://khien/"}, {"unit", "Xã A\r\nBcc: x"},
                       {"duty", "Gửi báo cáo"}, {"day", "25/12"}, {"contact", "Ông B"}, {"clause", "KG-1.3b"}};
    for (const bool vietnamese : {true, false}) {
      const auto words = read->fill(values, vietnamese);
      REQUIRE_MESSAGE(words, words.error().what());
      CHECK_FALSE(words->subject.contains('\n'));
      CHECK_FALSE(words->body.contains('{'));
    }
    CHECK(read->fill({}, true).error().what().contains("is missing"));
  }
}

TEST_CASE("a webhook's signature is the HMAC of time and body") {
  // printf '1795334400.{}' | openssl dgst -sha256 -hmac secret
  CHECK(webhook_signature(Secret("secret"), "1795334400", "{}") ==
        "sha256=" + hmac_sha256(as_bytes("secret"), as_bytes("1795334400.{}")).hex());
  CHECK(webhook_signature(Secret("secret"), "1795334401", "{}") != webhook_signature(Secret("secret"), "1795334400", "{}"));
}

struct FakeCarrier final : Carrier {
  Result<void> mail(const std::string&, const std::string& to, const std::string& text) override {
    mails.push_back(to + "\n" + text);
    return answer;
  }
  Result<void> webhook(const std::string& url, const std::vector<std::pair<std::string, std::string>>& headers, const std::string& body) override {
    webhooks.push_back(url + "\n" + body);
    last_headers = headers;
    return answer;
  }
  std::vector<std::string> mails, webhooks;
  std::vector<std::pair<std::string, std::string>> last_headers;
  Result<void> answer;
};

struct Post {
  explicit Post(std::shared_ptr<Carrier> by) : outbox(road.hub(), road.clock(), options(std::move(by))) {}
  static Outbox::Options options(std::shared_ptr<Carrier> by) {
    Outbox::Options made;
    made.from = "khien@mau.gov.vn";
    made.from_name = "Khiên";
    made.host = "khien.mau.gov.vn";
    made.webhook_key = Secret("khóa");
    made.per_minute = 3;
    made.carrier = std::move(by);
    return made;
  }
  Result<OutboxItemId> mail(std::string_view to) {
    return road.write([&](store::Connection& c) { return queue_mail(c, road.tenant(), to, {.subject = "Việc đến hạn", .body = "Kính gửi\n"}, road.clock().now()); });
  }
  Result<OutboxItemId> webhook(std::string_view url, std::string_view event = "sharing.failed") {
    return road.write([&](store::Connection& c) { return queue_webhook(c, road.tenant(), url, event, R"({"a":1})", road.clock().now()); });
  }
  std::vector<OutboxItem> items() { return road.read([&](store::Connection& c) { return list_outbox(c, road.scope(), "", 100); }).value().items; }
  flow::Road road;
  Outbox outbox;
};

TEST_CASE("what cannot go now goes later, at growing pauses for four days, then it is given up") {
  const auto carrier = std::make_shared<FakeCarrier>();
  carrier->answer = Error(Code::unavailable, "down");
  Post post(carrier);
  REQUIRE(post.mail("a@mau.gov.vn"));
  const auto trouble = [&] { return post.road.read([&](store::Connection& c) { return mail_trouble(c, post.road.tenant(), post.road.clock().now()); }).value(); };
  CHECK_FALSE(trouble().since);
  const auto queued = post.road.clock().now();
  for (int minute = 0; minute < 95 * 60; ++minute) {
    REQUIRE(post.outbox.tend());
    post.road.clock().advance(minutes(1));
    if (minute == 60) CHECK(carrier->mails.size() == 6);  // after 0, 1, 3, 7, 15, 31 minutes
  }
  // A long weekend is not the end of it.
  CHECK(post.items().at(0).state == "waiting");
  CHECK(trouble().since == queued);
  CHECK(trouble().waiting == 1);
  for (int minute = 0; minute < 4 * 60; ++minute) {
    REQUIRE(post.outbox.tend());
    post.road.clock().advance(minutes(1));
  }
  CHECK(trouble().waiting == 0);
  CHECK(trouble().given_up == 1);
  const auto tries = carrier->mails.size();
  CHECK(tries > 50);
  CHECK(tries < 60);
  CHECK(post.items().at(0).state == "failed");
  CHECK(post.items().at(0).last_error == "down");
  // The same mail each time.
  CHECK(carrier->mails.front() == carrier->mails.back());

  carrier->answer = Error(Code::invalid, "no such user");
  REQUIRE(post.mail("b@mau.gov.vn"));
  REQUIRE(post.outbox.tend());
  CHECK(post.items().at(0).state == "failed");
  const auto counted = post.road.read([&](store::Connection& c) { return count_outbox(c, post.road.tenant(), post.road.clock().now() - days(1)); }).value();
  CHECK(counted.waiting == 0);
  CHECK(counted.failed == 2);
  CHECK(post.items().at(0).attempts == 1);
  carrier->answer = Result<void>();
  REQUIRE(post.mail("c@mau.gov.vn"));
  REQUIRE(post.outbox.tend());
  CHECK(post.items().at(0).state == "sent");
  CHECK(post.items().at(0).sent_at);
  REQUIRE(post.outbox.tend());
  CHECK(carrier->mails.size() == tries + 2);
}

TEST_CASE("one target gets no more than it can bear; others do not wait for it") {
  const auto carrier = std::make_shared<FakeCarrier>();
  Post post(carrier);
  for (int i = 0; i < 7; ++i) REQUIRE(post.mail("a@mau.gov.vn"));
  REQUIRE(post.mail("b@mau.gov.vn"));
  REQUIRE(post.outbox.tend());
  CHECK(carrier->mails.size() == 4);
  REQUIRE(post.outbox.tend());
  CHECK(carrier->mails.size() == 4);
  post.road.clock().advance(minutes(1));
  REQUIRE(post.outbox.tend());
  CHECK(carrier->mails.size() == 7);
}

TEST_CASE("a server that is back after three days gets what waited; one that is away is asked three times a round") {
  const auto carrier = std::make_shared<FakeCarrier>();
  carrier->answer = Error(Code::unavailable, "down");
  Post post(carrier);
  for (int i = 0; i < 9; ++i) REQUIRE(post.mail("a" + std::to_string(i) + "@mau.gov.vn"));
  REQUIRE(post.outbox.tend());
  CHECK(carrier->mails.size() == 3);
  for (int hour = 0; hour < 72; ++hour) {
    REQUIRE(post.outbox.tend());
    post.road.clock().advance(hours(1));
  }
  carrier->answer = Result<void>();
  for (int round = 0; round < 5; ++round) {
    post.road.clock().advance(hours(1));
    REQUIRE(post.outbox.tend());
  }
  CHECK(std::ranges::count(post.items(), "sent", &OutboxItem::state) == 9);
}

TEST_CASE("a thousand that wait for one target hold up no other, and the oldest make place for the newest") {
  const auto carrier = std::make_shared<FakeCarrier>();
  Post post(carrier);
  REQUIRE(post.road.write([&](store::Connection& c) -> Result<OutboxItemId> {
    OutboxItemId last;
    for (int i = 0; i < 1'010; ++i) {
      TRY(last, queue_mail(c, post.road.tenant(), "a@mau.gov.vn", {.subject = std::to_string(i), .body = "x\n"}, post.road.clock().now()));
    }
    return last;
  }));
  REQUIRE(post.mail("b@mau.gov.vn"));
  const auto counts = [&] { return post.road.read([&](store::Connection& c) { return count_outbox(c, post.road.tenant(), post.road.clock().now() - days(1)); }).value(); };
  CHECK(counts().waiting == 1'001);
  CHECK(counts().failed == 10);
  REQUIRE(post.outbox.tend());
  CHECK(std::ranges::count_if(carrier->mails, [](const auto& mail) { return mail.starts_with("b@"); }) == 1);
  CHECK(carrier->mails.front().contains("Subject: 10\r\n"));  // 0 to 9 made place
}

TEST_CASE("only what is an address is queued, and only who sees all sees the list") {
  const auto carrier = std::make_shared<FakeCarrier>();
  Post post(carrier);
  CHECK_FALSE(post.mail("a@b.vn\nBcc: c@d.vn"));
  CHECK_FALSE(post.webhook("file:///etc/passwd"));
  CHECK_FALSE(post.webhook("https://a.vn/", "Bad\r\nEvent"));
  REQUIRE(post.webhook("https://a.vn/hook"));
  REQUIRE(post.outbox.tend());
  REQUIRE(carrier->webhooks.size() == 1);
  CHECK(carrier->last_headers[1] == std::pair<std::string, std::string>("X-Khien-Event", "sharing.failed"));
  CHECK(carrier->last_headers[4].second == webhook_signature(Secret("khóa"), carrier->last_headers[3].second, R"({"a":1})"));
  const auto unit = post.road.unit(post.road.root(), "Xã");
  const auto of_unit = store::TenantScope::for_test(post.road.tenant(), {unit});
  CHECK(post.road.read([&](store::Connection& c) { return list_outbox(c, of_unit, "", 10); }).value().items.empty());
}

TEST_CASE("over the wire: a strict mail server takes it; 550 is final, 451 is not") {
  SmallMailServer server;
  const auto carrier = make_carrier({.smtp_url = server.url(), .start_tls = false, .user = {}, .password = {}, .ca_file = {}}).value();
  const auto text = mail_text(kHead, {.subject = "Việc đến hạn", .body = ".\n..\nKính gửi\n"}).value();
  const auto sent = carrier->mail("khien@mau.gov.vn", "cntt@mau.gov.vn", text);
  REQUIRE_MESSAGE(sent, sent.error().what());
  CHECK(server.fault() == "");
  REQUIRE(server.mails().size() == 1);
  CHECK(server.mails()[0].from == "khien@mau.gov.vn");
  CHECK(server.mails()[0].to == "cntt@mau.gov.vn");
  CHECK(server.mails()[0].text == text);
  server.answer("550 no such user");
  CHECK(carrier->mail("khien@mau.gov.vn", "x@mau.gov.vn", text).error().code() == Code::invalid);
  server.answer("451 later");
  CHECK(carrier->mail("khien@mau.gov.vn", "x@mau.gov.vn", text).error().code() == Code::unavailable);
  CHECK(carrier->mail("khien@mau.gov.vn", "x@mau.gov.vn\r\nDATA", text).error().code() == Code::invalid);
  // A server that speaks no TLS gets nothing where TLS is asked for.
  const auto careful = make_carrier({.smtp_url = server.url(), .start_tls = true, .user = {}, .password = {}, .ca_file = {}}).value();
  server.answer("250 ok");
  CHECK_FALSE(careful->mail("khien@mau.gov.vn", "x@mau.gov.vn", text));
  CHECK(server.mails().size() == 1);
}

struct Hook final : net::Handler {
  void handle(net::Request request, net::Responder respond) override {
    const std::lock_guard lock(mutex);
    bodies.push_back(*request.body);
    signature = std::string(request.headers.get("x-khien-signature").value_or(""));
    respond({.status = status, .headers = {}, .body = ""});
  }
  std::mutex mutex;
  std::vector<std::string> bodies;
  std::string signature;
  int status = 204;
};

TEST_CASE("over the wire: a webhook goes to no inner address unless allowed") {
  Hook hook;
  auto authority = net::CertificateAuthority::create("Bên nhận", system_clock().now(), system_random()).value();
  auto own = authority.issue_server({"127.0.0.1"}, system_clock().now(), days(1), system_random()).value();
  std::vector<net::Listener> listeners(1);
  listeners[0].handler = &hook;
  listeners[0].certificate_pem = own.certificate_pem;
  listeners[0].key_pem = std::move(own.key_pem);
  const auto server = net::Server::create(std::move(listeners), {}, system_clock()).value();
  REQUIRE(server->start());
  const std::string url = "https://127.0.0.1:" + std::to_string(server->port(0)) + "/hook";
  const std::string ca = (std::filesystem::temp_directory_path() / ("khien-ca-" + std::to_string(::getpid()))).string();
  std::ofstream(ca) << authority.certificate_pem();

  const auto closed = make_carrier({.smtp_url = {}, .user = {}, .password = {}, .ca_file = ca}).value();
  for (const std::string& inner : {url, std::string("https://localhost:8443/"), std::string("https://169.254.169.254/"), std::string("https://10.0.0.1/"),
                                  std::string("https://[::1]/"), std::string("http://203.0.113.1/")}) {
    CHECK(closed->webhook(inner, {}, "{}").error().code() == Code::denied);
  }
  CHECK(hook.bodies.empty());
  const auto open = make_carrier({.smtp_url = {}, .user = {}, .password = {}, .ca_file = ca, .inner_addresses = true}).value();
  const auto sent = open->webhook(url, {{"X-Khien-Signature", "sha256=1"}}, R"({"a":"b"})");
  REQUIRE_MESSAGE(sent, sent.error().what());
  CHECK(hook.bodies.at(0) == R"({"a":"b"})");
  CHECK(hook.signature == "sha256=1");
  CHECK(open->webhook("https://169.254.169.254/", {}, "{}").error().code() == Code::denied);
  hook.status = 500;
  CHECK(open->webhook(url, {}, "{}").error().code() == Code::unavailable);
  hook.status = 302;
  CHECK(open->webhook(url, {}, "{}").error().code() == Code::invalid);
  hook.status = 204;
  // Whom nobody trusts gets nothing.
  const auto strict = make_carrier({.smtp_url = {}, .user = {}, .password = {}, .ca_file = {}, .inner_addresses = true}).value();
  CHECK_FALSE(strict->webhook(url, {}, "{}"));
  CHECK(hook.bodies.size() == 3);
  std::filesystem::remove(ca);
}

}  // namespace
}  // namespace khien::exchange

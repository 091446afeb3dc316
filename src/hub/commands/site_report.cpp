#include "commands/site_check.hpp"

#include <algorithm>

#include "khien/core/hash.hpp"
#include "khien/core/json.hpp"
#include "khien/core/text.hpp"
#include "khien/crawl/site_facts.hpp"

namespace khien::hub {
namespace {

void write_texts(JsonWriter& out, std::string_view name, const std::vector<std::string>& texts) {
  out.key(name).begin_array();
  for (const std::string& text : texts) out.string(text);
  out.end_array();
}

void write_tls(JsonWriter& out, const crawl::TlsFacts& tls) {
  out.key("tls").begin_object().field("protocol", tls.protocol).field("cipher", tls.cipher);
  out.field("subject", tls.subject).field("issuer", tls.issuer);
  write_texts(out, "names", tls.names);
  out.field("not_before", tls.not_before).field("not_after", tls.not_after);
  out.field("chain_ok", tls.chain_ok).field("name_ok", tls.name_ok).field("fault", tls.fault).end_object();
}

void write_view(JsonWriter& out, const crawl::Fetched& fetched) {
  const PageView& view = fetched.view;
  out.begin_object().field("visitor", to_string(view.visitor)).field("url", view.url).field("final_url", view.final_url);
  out.key("steps").begin_array();
  for (const RedirectStep& step : view.steps) {
    out.begin_object().field("url", step.url).field("status", static_cast<std::int64_t>(step.status));
    out.field("how", to_string(step.how)).end_object();
  }
  out.end_array().field("status", static_cast<std::int64_t>(view.status)).field("limit", view.limit).field("refusal", fetched.refusal);
  out.field("bytes", static_cast<std::int64_t>(view.body.size())).field("sha256", sha256(view.body).hex());
  out.field("peer", fetched.peer).field("http", fetched.http).field("ms", fetched.took.ms).field("fetched_at", view.fetched_at);
  write_texts(out, "aliases", fetched.aliases);
  if (fetched.tls) write_tls(out, *fetched.tls);
  out.end_object();
}

void write_headers(JsonWriter& out, const crawl::SecurityHeaders& facts) {
  out.key("security_headers").begin_object();
  if (facts.hsts_seconds) out.field("hsts_seconds", *facts.hsts_seconds).field("hsts_subdomains", facts.hsts_subdomains);
  out.field("content_security_policy", facts.content_security_policy).field("frames_closed", facts.frames_closed);
  out.field("no_sniffing", facts.no_sniffing).field("referrer_policy", facts.referrer_policy);
  out.field("permissions_policy", facts.permissions_policy).field("server", facts.server).field("powered_by", facts.powered_by);
  write_texts(out, "open_cookies", facts.open_cookies);
  out.end_object();
}

void write_mail(JsonWriter& out, const crawl::MailFacts& mail, const std::optional<crawl::MailDoor>& door) {
  out.key("mail").begin_object();
  write_texts(out, "exchangers", mail.exchangers);
  out.field("spf", mail.spf).field("spf_rest", mail.spf_rest).field("spf_twice", mail.spf_twice);
  out.field("dmarc", mail.dmarc).field("dmarc_policy", mail.dmarc_policy).field("dmarc_reports", mail.dmarc_reports);
  write_texts(out, "dkim", mail.dkim);
  // None: nobody answered, so nothing is known of it.
  if (door) out.field("starttls", door->offered).field("tls_protocol", door->tls ? door->tls->protocol : "");
  out.end_object();
}

void write_domain(JsonWriter& out, const CheckedSite& site) {
  if (!site.domain) return;
  out.key("domain").begin_object().field("exists", site.domain->exists).field("ipv6", site.domain->ipv6);
  out.key("addresses").begin_array();
  for (const crawl::IpAddress& address : site.domain->addresses) out.string(address.text());
  out.end_array();
  write_texts(out, "aliases", site.domain->aliases);
  out.key("takeovers").begin_array();
  for (const crawl::TakeoverCandidate& each : site.takeovers)
    out.begin_object().field("alias", each.alias).field("service", each.service).end_object();
  out.end_array();
  write_mail(out, site.domain->mail, site.mail_door);
  out.end_object();
}

LocalText words_of_limit(const std::string& limit) {
  if (limit == "refused_address") return {"địa chỉ không được phép truy cập", "an address that may not be visited"};
  if (limit == "name") return {"không có tên miền này", "the name leads nowhere"};
  if (limit == "connection") return {"không kết nối được, hoặc đứt giữa chừng", "no connection, or it broke off"};
  if (limit == "tls") return {"không lập được kết nối mã hoá", "no encrypted connection"};
  if (limit == "timeout") return {"quá lâu", "took too long"};
  if (limit == "too_large") return {"quá lớn, chỉ đọc phần đầu", "too large, only its beginning was read"};
  if (limit == "redirects") return {"chuyển hướng quá nhiều lần", "too many redirects"};
  if (limit == "coding") return {"nén sai", "broken coding"};
  return {limit, limit};
}

std::string line_of(const crawl::Fetched& fetched, Language language) {
  const PageView& view = fetched.view;
  std::string line = "  " + std::string(to_string(view.visitor));
  line.resize(std::max<std::size_t>(line.size() + 2, 18), ' ');
  line += (view.status == 0 ? "---" : std::to_string(view.status)) + "  " + printable(view.final_url) + "  " + std::to_string(view.body.size()) + " B";
  for (const RedirectStep& step : view.steps) line += "\n" + std::string(20, ' ') + "← " + printable(step.url) + " (" + std::string(to_string(step.how)) + ")";
  if (!view.limit.empty()) {
    line += "\n" + std::string(20, ' ') + pick(words_of_limit(view.limit), language);
    if (!fetched.refusal.empty()) line += " (" + printable(fetched.refusal) + ")";
  }
  return line + "\n";
}

std::string tls_line(const crawl::TlsFacts& tls, Language language) {
  const std::string until = vietnam_date(tls.not_after);
  const LocalText words = tls.chain_ok && tls.name_ok
                              ? LocalText{"chứng thư tốt, đến " + until, "certificate is good, until " + until}
                              : LocalText{"chứng thư không tin được (" + printable(tls.name_ok ? tls.fault : "sai tên") + "), đến " + until,
                                          "certificate is not to be trusted (" + printable(tls.name_ok ? tls.fault : "another name") + "), until " + until};
  return "  " + tls.protocol + ": " + pick(words, language) + "\n";
}

}  // namespace

std::string json_of(const CheckedSite& site) {
  JsonWriter out;
  out.begin_object().field("url", site.url).key("views").begin_array();
  for (const crawl::Fetched& fetched : site.views) write_view(out, fetched);
  out.end_array();
  if (site.sends_to_https) out.field("sends_to_https", *site.sends_to_https);
  write_headers(out, crawl::security_headers_of(site.views.front().view));
  out.key("products").begin_array();
  for (const crawl::SiteProduct& product : site.products) {
    out.begin_object().field("name", product.name).field("title", product.title).field("version", product.version);
    out.field("mark", product.mark).field("cpe", product.cpe).end_object();
  }
  out.end_array();
  write_domain(out, site);
  out.end_object();
  // Both are one object of their own maker: their members become one's.
  std::string facts = out.take();
  facts.back() = ',';
  return facts + watch::to_json(site.judgement).substr(1);
}

std::string text_of(const CheckedSite& site, Language language) {
  std::string text = std::string(to_string(site.judgement.judged)) + "\t" + std::to_string(site.judgement.score) + "\t" + printable(site.url) + "\n";
  for (const crawl::Fetched& fetched : site.views) text += line_of(fetched, language);
  if (const auto& tls = site.views.front().tls) text += tls_line(*tls, language);
  if (site.sends_to_https == false) text += "  " + pick({"không tự chuyển sang https", "does not send on to https"}, language) + "\n";
  for (const crawl::SiteProduct& product : site.products) text += "  " + printable(product.title) + " " + printable(product.version) + "\n";
  for (const crawl::TakeoverCandidate& each : site.takeovers) {
    const std::string where = printable(each.alias) + " (" + printable(each.service) + ")";
    text += "  " + pick({"tên miền con có thể bị chiếm: " + where, "the name may be taken over: " + where}, language) + "\n";
  }
  for (const watch::Reason& reason : site.judgement.reasons)
    text += "  " + std::to_string(reason.weight) + "\t" + printable(reason.name) + "\t" + printable(reason.where) + "\n";
  for (const watch::BadLink& link : site.judgement.links)
    text += "  →\t" + printable(link.url) + "\t" + printable(link.text) + "\t" + std::string(to_string(link.visitor)) + "\n";
  return text;
}

}  // namespace khien::hub

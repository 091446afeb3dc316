#include "khien/hub/config.hpp"

#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <functional>
#include <utility>

#include "khien/crawl/ip_address.hpp"
#include "khien/exchange/avreport.hpp"
#include "khien/exchange/privacy.hpp"
#include "khien/fleet/fleet.hpp"
#include "khien/notice/settings.hpp"

namespace khien::hub {
namespace {

// Reads one value into the configuration, or says what it must be.
using Read = std::function<Result<void>(Config&, const toml::node&)>;

Read text_into(std::string Config::*member) {
  return [member](Config& config, const toml::node& node) -> Result<void> {
    const auto value = node.value_exact<std::string>();
    if (!value || value->empty()) return Error(Code::invalid, "must be text in quotes");
    config.*member = *value;
    return {};
  };
}

Read port_into(std::uint16_t Config::*member) {
  return [member](Config& config, const toml::node& node) -> Result<void> {
    const auto value = node.value_exact<std::int64_t>();
    if (!value || *value < 0 || *value > 65'535) return Error(Code::invalid, "must be 0 to 65535");
    config.*member = static_cast<std::uint16_t>(*value);
    return {};
  };
}

Result<void> read_names(Config& config, const toml::node& node) {
  std::vector<std::string> names;
  if (const auto* array = node.as_array()) {
    for (const toml::node& element : *array) {
      const auto name = element.value_exact<std::string>();
      if (!name || name->empty()) return Error(Code::invalid, "must be a list of texts in quotes");
      names.push_back(*name);
    }
  }
  if (names.empty()) return Error(Code::invalid, "must be a list of texts in quotes");
  config.names = std::move(names);
  return {};
}

Result<void> read_log_level(Config& config, const toml::node& node) {
  constexpr std::array<std::string_view, 4> kLevels{"debug", "info", "warning", "error"};
  const auto value = node.value_exact<std::string>();
  for (std::size_t i = 0; value && i < kLevels.size(); ++i) {
    if (kLevels[i] != *value) continue;
    config.log_level = static_cast<LogLevel>(i);
    return {};
  }
  return Error(Code::invalid, R"(must be "debug", "info", "warning" or "error")");
}

Read count_into(std::int64_t Config::*member, std::int64_t least, std::int64_t most) {
  return [=](Config& config, const toml::node& node) -> Result<void> {
    const auto value = node.value_exact<std::int64_t>();
    if (!value || *value < least || *value > most) {
      return Error(Code::invalid, "must be " + std::to_string(least) + " to " + std::to_string(most));
    }
    config.*member = *value;
    return {};
  };
}

// Networks are checked here, so that a wrong one is named by its line.
Result<void> read_private_networks(Config& config, const toml::node& node) {
  const auto* array = node.as_array();
  if (array == nullptr) return Error(Code::invalid, "must be a list of networks in quotes");
  std::vector<std::string> networks;
  for (const toml::node& element : *array) {
    const auto text = element.value_exact<std::string>();
    if (!text || !crawl::IpRange::parse(*text)) return Error(Code::invalid, "must be a list of networks in quotes, as \"10.20.0.0/16\"");
    networks.push_back(*text);
  }
  config.watch_private_networks = std::move(networks);
  return {};
}

Result<void> read_watch_ports(Config& config, const toml::node& node) {
  std::vector<std::uint16_t> ports;
  if (const auto* array = node.as_array()) {
    for (const toml::node& element : *array) {
      const auto port = element.value_exact<std::int64_t>();
      if (!port || *port < 1 || *port > 65'535) return Error(Code::invalid, "must be a list of ports, 1 to 65535");
      ports.push_back(static_cast<std::uint16_t>(*port));
    }
  }
  if (ports.empty()) return Error(Code::invalid, "must be a list of ports, 1 to 65535");
  config.watch_ports = std::move(ports);
  return {};
}

Result<void> read_dns_servers(Config& config, const toml::node& node) {
  const auto value = node.value_exact<std::string>();
  if (!value) return Error(Code::invalid, "must be text in quotes");
  config.watch_dns_servers = *value;
  return {};
}

// Text that may be empty: then there is none.
Read optional_text_into(std::string Config::*member) {
  return [member](Config& config, const toml::node& node) -> Result<void> {
    const auto value = node.value_exact<std::string>();
    if (!value) return Error(Code::invalid, "must be text in quotes");
    config.*member = *value;
    return {};
  };
}

// The signer loads it: nothing that depends on where we stand.
Read optional_path_into(std::string Config::*member) {
  return [member](Config& config, const toml::node& node) -> Result<void> {
    const auto value = node.value_exact<std::string>();
    if (!value || (!value->empty() && !value->starts_with('/'))) return Error(Code::invalid, "must be an absolute path in quotes, or empty");
    config.*member = *value;
    return {};
  };
}

Read boolean_into(bool Config::*member) {
  return [member](Config& config, const toml::node& node) -> Result<void> {
    const auto value = node.value_exact<bool>();
    if (!value) return Error(Code::invalid, "must be true or false");
    config.*member = *value;
    return {};
  };
}

Result<void> read_session_idle(Config& config, const toml::node& node) {
  const auto value = node.value_exact<std::int64_t>();
  if (!value || *value < 1 || *value > 480) return Error(Code::invalid, "must be 1 to 480");
  config.session_idle_minutes = *value;
  return {};
}

using SharingText = std::string SharingConfig::*;
using SharingNumber = std::int64_t SharingConfig::*;

Read sharing_text(SharingText member) {
  return [member](Config& config, const toml::node& node) -> Result<void> {
    const auto value = node.value_exact<std::string>();
    if (!value) return Error(Code::invalid, "must be text in quotes");
    config.sharing.*member = *value;
    return {};
  };
}

Read sharing_url(SharingText member) {
  return [member](Config& config, const toml::node& node) -> Result<void> {
    const auto value = node.value_exact<std::string>();
    const bool is_url = value && (value->empty() || value->starts_with("https://") || value->starts_with("http://127.0.0.1"));
    if (!is_url) return Error(Code::invalid, "must be an https address in quotes");
    config.sharing.*member = *value;
    return {};
  };
}

Read sharing_name_rule(SharingText member) {
  return [member](Config& config, const toml::node& node) -> Result<void> {
    const auto value = node.value_exact<std::string>();
    if (!value || !exchange::name_rule_from_string(*value)) return Error(Code::invalid, R"(must be "keep", "strip" or "hash")");
    config.sharing.*member = *value;
    return {};
  };
}

Read sharing_count(SharingNumber member, std::int64_t least, std::int64_t most) {
  return [=](Config& config, const toml::node& node) -> Result<void> {
    const auto value = node.value_exact<std::int64_t>();
    if (!value || *value < least || *value > most) {
      return Error(Code::invalid, "must be " + std::to_string(least) + " to " + std::to_string(most));
    }
    config.sharing.*member = *value;
    return {};
  };
}

Result<void> read_accept_words(Config& config, const toml::node& node) {
  const auto* array = node.as_array();
  if (array == nullptr) return Error(Code::invalid, "must be a list of texts in quotes");
  std::vector<std::string> words;
  for (const toml::node& element : *array) {
    const auto word = element.value_exact<std::string>();
    // A word of one letter would be found in every answer.
    if (!word || word->size() < 2) return Error(Code::invalid, "must be a list of texts in quotes, of two letters or more");
    words.push_back(*word);
  }
  config.sharing.accept_words = std::move(words);
  return {};
}

using MailText = std::string MailConfig::*;
using WebhookText = std::string WebhookConfig::*;

Read mail_text_into(MailText member) {
  return [member](Config& config, const toml::node& node) -> Result<void> {
    const auto value = node.value_exact<std::string>();
    if (!value) return Error(Code::invalid, "must be text in quotes");
    config.mail.*member = *value;
    return {};
  };
}

// Nothing that is not encrypted on its way.
Result<void> read_mail_server(Config& config, const toml::node& node) {
  const auto value = node.value_exact<std::string>();
  const bool is_server = value && (value->empty() || value->starts_with("smtp://") || value->starts_with("smtps://"));
  if (!is_server || value->find_first_of(" @\r\n\t") != std::string::npos) {
    return Error(Code::invalid, R"(must be as "smtp://mail.tinh.gov.vn:587" or "smtps://mail.tinh.gov.vn")");
  }
  config.mail.server = *value;
  return {};
}

Result<void> read_mail_from(Config& config, const toml::node& node) {
  const auto value = node.value_exact<std::string>();
  if (!value || (!value->empty() && !notice::is_plain_address(*value))) return Error(Code::invalid, "must be an address in quotes");
  config.mail.from = *value;
  return {};
}

Result<void> read_mail_pace(Config& config, const toml::node& node) {
  const auto value = node.value_exact<std::int64_t>();
  if (!value || *value < 1 || *value > 600) return Error(Code::invalid, "must be 1 to 600");
  config.mail.per_minute = *value;
  return {};
}

Read webhook_text_into(WebhookText member) {
  return [member](Config& config, const toml::node& node) -> Result<void> {
    const auto value = node.value_exact<std::string>();
    if (!value) return Error(Code::invalid, "must be text in quotes");
    config.webhook.*member = *value;
    return {};
  };
}

Result<void> read_webhook_url(Config& config, const toml::node& node) {
  const auto value = node.value_exact<std::string>();
  if (!value || (!value->empty() && !value->starts_with("https://"))) return Error(Code::invalid, "must be an https address in quotes");
  config.webhook.url = *value;
  return {};
}

Result<void> read_inner_addresses(Config& config, const toml::node& node) {
  const auto value = node.value_exact<bool>();
  if (!value) return Error(Code::invalid, "must be true or false");
  config.webhook.inner_addresses = *value;
  return {};
}

constexpr std::size_t kMostFeeds = 100;

Result<void> read_feed_urls(Config& config, const toml::node& node) {
  const auto* array = node.as_array();
  if (array == nullptr || array->size() > kMostFeeds) return Error(Code::invalid, "must be a list of at most 100 https addresses in quotes");
  std::vector<std::string> urls;
  for (const toml::node& element : *array) {
    const auto url = element.value_exact<std::string>();
    const bool plain = url && url->starts_with("https://") && url->size() <= 2'000 && url->find_first_of(" \t\r\n") == url->npos;
    if (!plain || std::ranges::find(urls, *url) != urls.end()) return Error(Code::invalid, "must be a list of https addresses in quotes, each once");
    urls.push_back(*url);
  }
  config.feeds.urls = std::move(urls);
  return {};
}

Result<void> read_feeds_every(Config& config, const toml::node& node) {
  const auto value = node.value_exact<std::int64_t>();
  if (!value || *value < 1 || *value > 720) return Error(Code::invalid, "must be 1 to 720");
  config.feeds.every_hours = *value;
  return {};
}

Read feeds_path_into(std::string FeedsConfig::*member) {
  return [member](Config& config, const toml::node& node) -> Result<void> {
    const auto value = node.value_exact<std::string>();
    if (!value || (!value->empty() && !value->starts_with('/'))) return Error(Code::invalid, "must be an absolute path in quotes, or empty");
    config.feeds.*member = *value;
    return {};
  };
}

Result<void> read_feeds_proxy(Config& config, const toml::node& node) {
  const auto value = node.value_exact<std::string>();
  const bool is_proxy = value && (value->empty() || value->starts_with("http://") || value->starts_with("https://"));
  if (!is_proxy || value->find_first_of(" @\t\r\n") != value->npos) return Error(Code::invalid, R"(must be as "http://10.0.0.1:3128", without a password, or empty)");
  config.feeds.proxy = *value;
  return {};
}

struct Key {
  ConfigKey shown;
  Read read;
};

const std::vector<Key>& keys() {
  static const std::vector<Key> all = {
      {{"folder", R"("/var/lib/khien/hub")",
        {"Thư mục dữ liệu: cơ sở dữ liệu, khóa, chứng thư.", "Data folder: databases, keys, certificates."}},
       text_into(&Config::folder)},
      {{"province", R"("Tỉnh chưa đặt tên")",
        {"Tên tỉnh hoặc cơ quan chủ quản, dùng khi khởi tạo lần đầu.",
         "Name of the province or governing body; used at the first start."}},
       text_into(&Config::province)},
      {{"names", R"(["localhost", "127.0.0.1"])",
        {"Tên máy và địa chỉ mà người dùng và máy trạm dùng để kết nối; ghi vào chứng thư. Tên đầu tiên xuất hiện "
         "trong lệnh cài đặt máy mới.",
         "Host names and addresses that people and agents connect to; they go into the certificate. The first is "
         "shown in the command for new machines."}},
       read_names},
      {{"people_address", R"("0.0.0.0")",
        {"Địa chỉ nhận kết nối của người dùng.", "Address to listen on for people."}},
       text_into(&Config::people_address)},
      {{"people_port", "8443",
        {"Cổng HTTPS cho người dùng; 0 là cổng trống bất kỳ.", "HTTPS port for people; 0 takes any free one."}},
       port_into(&Config::people_port)},
      {{"agents_address", R"("0.0.0.0")",
        {"Địa chỉ nhận kết nối của máy được giám sát.", "Address to listen on for agents."}},
       text_into(&Config::agents_address)},
      {{"agents_port", "8444",
        {"Cổng HTTPS cho máy được giám sát (có chứng thư riêng); 0 là cổng trống bất kỳ.",
         "HTTPS port for agents (with client certificates); 0 takes any free one."}},
       port_into(&Config::agents_port)},
      {{"monitor_port", "8445",
        {"Cổng của /healthz và /metrics, chỉ trên 127.0.0.1; 0 là cổng trống bất kỳ.",
         "Port of /healthz and /metrics, on 127.0.0.1 only; 0 takes any free one."}},
       port_into(&Config::monitor_port)},
      {{"user", R"("khien")",
        {"Tài khoản hệ thống mà trung tâm chuyển sang sau khi khởi động bằng root.",
         "System account that the hub becomes when it was started as root."}},
       text_into(&Config::user)},
      {{"log_level", R"("info")",
        {"Mức ghi nhật ký vận hành: debug, info, warning, error.",
         "Least level of its own log: debug, info, warning, error."}},
       read_log_level},
      {{"session_idle_minutes", "15",
        {"Số phút không thao tác thì phiên đăng nhập kết thúc, từ 1 đến 480.",
         "Minutes without activity after which a session ends, 1 to 480."}},
       read_session_idle},
      {{"fleet_agreement", "3",
        {"Số đơn vị trực thuộc tỉnh, tính cả đơn vị cấp dưới, phải cùng kết luận một tệp là sạch thì các máy khác mới dùng "
         "chung kết luận đó, từ 1 đến 6.",
         "How many different units directly below the province, each with all below it, must have judged a file clean "
         "before other machines share that verdict, 1 to 6."}},
       count_into(&Config::fleet_agreement, 1, fleet::kMaxAgreement)},
      {{"fleet_check_per_mille", "10",
        {"Trong 1000 kết luận dùng chung, số lần máy vẫn tự quét để kiểm tra, từ 0 đến 1000.",
         "Of 1000 shared verdicts, how many a machine judges all the same, as a check, 0 to 1000."}},
       count_into(&Config::fleet_check_per_mille, 0, 1'000)},
      {{"watch_sites_at_once", "2",
        {"Số trang web được quét cùng lúc, từ 0 (không quét trang web) đến 16.",
         "How many websites are looked at at once, 0 (none is looked at) to 16."}},
       count_into(&Config::watch_sites_at_once, 0, 16)},
      {{"watch_sites_every_hours", "24",
        {"Cứ bao nhiêu giờ thì quét lại một trang web, từ 1 đến 720; trang có vụ việc được quét dày hơn.",
         "After how many hours a website is looked at again, 1 to 720; one with a case is looked at more often."}},
       count_into(&Config::watch_sites_every_hours, 1, 720)},
      {{"watch_site_pages", "50",
        {"Mỗi lần quét xem bao nhiêu trang con của một trang web, từ 1 đến 1000.",
         "How many pages of a website each look takes, 1 to 1000."}},
       count_into(&Config::watch_site_pages, 1, 1'000)},
      {{"watch_private_networks", "[]",
        {"Mạng nội bộ mà bộ quét trang web được phép vào, ví dụ [\"10.20.0.0/16\"]; mặc định là không mạng nào. Nguy hiểm: trang bị "
         "chèn mã ở bất cứ đâu đều có thể chuyển hướng bộ quét tới mọi máy trong mạng này, trên các cổng của watch_ports. Chỉ mở "
         "mạng dành riêng cho máy chủ web; 169.254.0.0/16 luôn đóng.",
         "Inner networks that the watch of websites may enter, as [\"10.20.0.0/16\"]; by default none. Danger: a hacked page anywhere "
         "can send the watch to every machine of these networks, on the ports of watch_ports. Open only a network that holds web "
         "servers and nothing else; 169.254.0.0/16 stays closed."}},
       read_private_networks},
      {{"watch_ports", "[80, 443, 8443]",
        {"Các cổng mà bộ quét trang web được phép kết nối.", "Ports that the watch of websites may connect to."}},
       read_watch_ports},
      {{"watch_dns_servers", R"("")",
        {"Máy chủ DNS mà bộ quét trang web dùng, ví dụ \"10.0.0.53,10.0.1.53:5353\"; để trống là của hệ thống.",
         "DNS servers that the watch of websites asks, as \"10.0.0.53,10.0.1.53:5353\"; empty: the system's."}},
       read_dns_servers},
      {{"watch_rendered_pages", "0",
        {"Mỗi ngày mở bằng trình duyệt (chạy cả mã lệnh, chụp ảnh) nhiều nhất bao nhiêu trang con của một trang web, từ 0 (không mở) đến "
         "200: trang mà người dùng yêu cầu, trang không có mã lệnh thì gần như trống, trang có phát hiện. Cần gói chromium.",
         "How many pages of a website are opened in a browser each day (scripts run, a picture is taken), 0 (none) to 200: of sites for "
         "which somebody asked, pages that are next to empty without scripts, pages with a finding. Needs the package chromium."}},
       count_into(&Config::watch_rendered_pages, 0, 200)},
      {{"watch_browser", R"("/run/khien-browser/browser.sock")",
        {"Socket của dịch vụ khien-browser, nơi mở trình duyệt dưới tài khoản riêng và không có mạng; để trống: trung tâm tự mở, chỉ khi "
         "chạy bằng root.",
         "Socket of the service khien-browser, which starts the browser under an account of its own and without a network; empty: the hub "
         "starts it, which it can as root only."}},
       text_into(&Config::watch_browser)},
      {{"signing_module", R"("")",
        {"Thư viện PKCS #11 của thiết bị ký số (USB token), ví dụ \"/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so\"; để trống: văn bản "
         "chỉ là bản dự thảo.",
         "PKCS #11 library of the signing token, as \"/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so\"; empty: documents stay drafts."}},
       optional_path_into(&Config::signing_module)},
      {{"signing_token", R"("")",
        {"Nhãn của thiết bị ký số, như `pkcs11-tool -L` hiển thị.", "Label of the token, as `pkcs11-tool -L` prints it."}},
       optional_text_into(&Config::signing_token)},
      {{"signing_key", R"("")",
        {"Nhãn của khóa và chứng thư trên thiết bị.", "Label of the key and the certificate on the token."}},
       optional_text_into(&Config::signing_key)},
      {{"signing_tsa_url", R"("")",
        {"Địa chỉ máy chủ cấp dấu thời gian (RFC 3161, http hoặc https); để trống: chữ ký không có dấu thời gian.",
         "Address of the time stamp server (RFC 3161, http or https); empty: signatures carry no time stamp."}},
       optional_text_into(&Config::signing_tsa_url)},
      {{"signing_tsa_ca", R"("")",
        {"Tệp chứng thư (PEM) mà chứng thư của máy chủ dấu thời gian phải dẫn tới; cần có khi có signing_tsa_url.",
         "File of certificates (PEM) that the time stamp server's must lead to; needed with signing_tsa_url."}},
       optional_path_into(&Config::signing_tsa_ca)},
      {{"signing_tsa_required", "true",
        {"true: máy chủ dấu thời gian không trả lời thì không ký; false: vẫn ký, không có dấu thời gian, và kết quả nói rõ điều đó.",
         "true: nothing is signed while the time stamp server does not answer; false: it is signed without a time stamp, and the result says so."}},
       boolean_into(&Config::signing_tsa_required)},
      {{"signing_trust", R"("")",
        {"Tệp chứng thư gốc (PEM) được tin cậy khi kiểm tra chữ ký số, ví dụ của Ban Cơ yếu Chính phủ; để trống: không tin ai.",
         "File of authorities' certificates (PEM) that are trusted when signatures are checked, as the Government CA's; empty: nobody."}},
       optional_path_into(&Config::signing_trust)},
      {{"signing_crls", R"("")",
        {"Thư mục danh sách thu hồi chứng thư (.crl, .der, .pem; có thể nhiều ngày của một nơi cấp) dùng khi kiểm tra chữ ký số; để trống: "
         "không kiểm tra thu hồi.",
         "Folder of lists of revoked certificates (.crl, .der, .pem; of one authority there may be many days) by which signatures are checked; "
         "empty: revocation is not checked."}},
       optional_path_into(&Config::signing_crls)},
      {{"url_2290", R"("")",
        {"Địa chỉ nhận báo cáo mã độc theo Công văn 2290 (https); để trống là không gửi theo mẫu này.",
         "Where malware data go by letter 2290 (https); empty: they do not go by it."}, "sharing"},
       sharing_url(&SharingConfig::url_2290)},
      {{"url_8676", R"("")",
        {"Địa chỉ nhận báo cáo mã độc theo Công văn 8676 (https); để trống là không gửi theo mẫu này.",
         "Where malware data go by letter 8676 (https); empty: they do not go by it."}, "sharing"},
       sharing_url(&SharingConfig::url_8676)},
      {{"trust_2290", R"("")",
        {"Tin bên nhận nào: tệp chứng thư gốc (PEM), hoặc \"sha256//…\" là khóa công khai của đúng máy chủ đó; để trống là các chứng "
         "thư gốc của hệ thống.",
         "Which receiver is trusted: a file of CAs (PEM), or \"sha256//…\", the public key of this very server; empty: the system's CAs."},
        "sharing"},
       sharing_text(&SharingConfig::trust_2290)},
      {{"trust_8676", R"("")",
        {"Như trust_2290, cho Công văn 8676.", "As trust_2290, for letter 8676."}, "sharing"},
       sharing_text(&SharingConfig::trust_8676)},
      {{"source_address", R"("")",
        {"Gửi từ địa chỉ IP này của máy: bên nhận chỉ cho phép địa chỉ tĩnh đã đăng ký; để trống là địa chỉ bất kỳ.",
         "Send from this IP address of the machine: receivers allow a registered static one only; empty: any."}, "sharing"},
       sharing_text(&SharingConfig::source_address)},
      {{"key_file", R"("")",
        {"Tệp khóa riêng (PEM, RSA từ 2048 bit) để ký thông điệp; để trống thì không ký và không gửi.",
         "File of the private key (PEM, RSA of 2048 bits or more) that signs messages; empty: nothing is signed, and nothing sent."},
        "sharing"},
       sharing_text(&SharingConfig::key_file)},
      {{"certificate_file", R"("")",
        {"Tệp chứng thư (PEM) của khóa đó.", "File of that key's certificate (PEM)."}, "sharing"},
       sharing_text(&SharingConfig::certificate_file)},
      {{"organ_id", R"("")",
        {"Mã định danh cơ quan gửi, tối đa 13 ký tự, ví dụ \"000.00.12.H28\".",
         "Code of the sending body, at most 13 characters, as \"000.00.12.H28\"."}, "sharing"},
       sharing_text(&SharingConfig::organ_id)},
      {{"organ_name", R"("")", {"Tên cơ quan gửi.", "Name of the sending body."}, "sharing"}, sharing_text(&SharingConfig::organ_name)},
      {{"organ_address", R"("")", {"Địa chỉ trụ sở.", "Its postal address."}, "sharing"}, sharing_text(&SharingConfig::organ_address)},
      {{"organ_email", R"("")", {"Thư điện tử liên hệ.", "Its e-mail address."}, "sharing"}, sharing_text(&SharingConfig::organ_email)},
      {{"organ_telephone", R"("")", {"Điện thoại liên hệ.", "Its telephone."}, "sharing"}, sharing_text(&SharingConfig::organ_telephone)},
      {{"organ_fax", R"("")", {"Số fax, nếu có.", "Its fax, if any."}, "sharing"}, sharing_text(&SharingConfig::organ_fax)},
      {{"organ_website", R"("")", {"Trang thông tin điện tử.", "Its website address."}, "sharing"}, sharing_text(&SharingConfig::organ_website)},
      {{"organ_in_charge", R"("")",
        {"Cơ quan chủ quản (chỉ trong mẫu 8676).", "The body in charge of it (scheme 8676 only)."}, "sharing"},
       sharing_text(&SharingConfig::organ_in_charge)},
      {{"public_address", R"("")",
        {"Địa chỉ IP công cộng của các máy (chỉ trong mẫu 8676); để trống là không nêu.",
         "Public IP address of the machines (scheme 8676 only); empty: not told."}, "sharing"},
       sharing_text(&SharingConfig::public_address)},
      {{"user_names", R"("strip")",
        {"Tên người dùng trong đường dẫn: \"keep\" giữ, \"strip\" bỏ, \"hash\" thay bằng mã băm.",
         "Names of people in paths: \"keep\" them, \"strip\" them, or put a \"hash\" in their place."}, "sharing"},
       sharing_name_rule(&SharingConfig::user_names)},
      {{"document_names", R"("strip")",
        {"Tên tài liệu và thư mục riêng trong đường dẫn: như user_names.",
         "Names of documents and of people's own folders in paths: as user_names."}, "sharing"},
       sharing_name_rule(&SharingConfig::document_names)},
      {{"batch", "500",
        {"Số dòng trong một thông điệp, từ 10 đến 1000.", "Rows in one message, 10 to 1000."}, "sharing"},
       sharing_count(&SharingConfig::batch, static_cast<std::int64_t>(exchange::kLeastRows), static_cast<std::int64_t>(exchange::kMostRows))},
      {{"every_minutes", "60",
        {"Cứ bao nhiêu phút thì gom và gửi một lần, từ 5 đến 1440.",
         "After how many minutes data are gathered and sent, 5 to 1440."}, "sharing"},
       sharing_count(&SharingConfig::every_minutes, 5, 1'440)},
      {{"regular_days", "7",
        {"Đơn vị có dữ liệu được nhận trong bao nhiêu ngày gần nhất thì tính là chia sẻ đều, từ 1 đến 90; do tỉnh đặt.",
         "A unit shares regularly if its data were accepted within these days, 1 to 90; set by the province."}, "sharing"},
       sharing_count(&SharingConfig::regular_days, 1, 90)},
      {{"keep_days", "400",
        {"Giữ bản đã ký và trả lời gốc bao nhiêu ngày, từ 30 đến 3650.",
         "For how many days signed messages and raw answers are kept, 30 to 3650."}, "sharing"},
       sharing_count(&SharingConfig::keep_days, 30, 3'650)},
      {{"accept_words", "[]",
        {"Câu mà bên nhận trả lời khi đã nhận; có thì thay các câu của mẫu. HTTP 200 không đủ để coi là đã nhận.",
         "What the receiver answers once it accepted; in place of the scheme's own. HTTP 200 alone is never accepted."}, "sharing"},
       read_accept_words},
      {{"server", R"("")",
        {"Máy chủ thư, ví dụ \"smtp://mail.tinh.gov.vn:587\" (bắt buộc STARTTLS) hoặc \"smtps://mail.tinh.gov.vn\"; để trống là không "
         "gửi thư.",
         "The mail server, as \"smtp://mail.tinh.gov.vn:587\" (STARTTLS is demanded) or \"smtps://mail.tinh.gov.vn\"; empty: no mail is "
         "sent."},
        "mail"},
       read_mail_server},
      {{"from", R"("")", {"Địa chỉ người gửi.", "The sender's address."}, "mail"}, read_mail_from},
      {{"from_name", R"("Khiên")", {"Tên người gửi.", "The sender's name."}, "mail"}, mail_text_into(&MailConfig::from_name)},
      {{"user", R"("")",
        {"Tài khoản trên máy chủ thư; để trống là không đăng nhập.", "Account at the mail server; empty: no sign-in."}, "mail"},
       mail_text_into(&MailConfig::user)},
      {{"password_file", R"("")",
        {"Tệp có mật khẩu của tài khoản đó ở dòng đầu; chỉ root đọc được là đủ.",
         "File with that account's password in its first line; that root can read it is enough."},
        "mail"},
       mail_text_into(&MailConfig::password_file)},
      {{"ca_file", R"("")",
        {"Tệp chứng thư gốc (PEM) mà máy chủ thư phải dẫn tới, trung tâm phải đọc được; để trống là của hệ thống.",
         "File of authorities (PEM) that the mail server's certificate must lead to; the hub must be able to read it; empty: the system's."},
        "mail"},
       mail_text_into(&MailConfig::ca_file)},
      {{"per_minute", "20",
        {"Mỗi phút gửi tối đa bao nhiêu thư tới một địa chỉ, từ 1 đến 600.", "Mails a minute to one address, 1 to 600."}, "mail"},
       read_mail_pace},
      {{"url", R"("")",
        {"Nơi nhận thông báo khẩn dạng JSON (chỉ https), ví dụ của nhóm trực; để trống là không gửi.",
         "Who hears of what is urgent as JSON (https only), as the watch's own system; empty: nobody."},
        "webhook"},
       read_webhook_url},
      {{"key_file", R"("")",
        {"Tệp có khóa ký (X-Khien-Signature) ở dòng đầu; bắt buộc khi có url.",
         "File with the key of the signature (X-Khien-Signature) in its first line; needed with url."},
        "webhook"},
       webhook_text_into(&WebhookConfig::key_file)},
      {{"ca_file", R"("")",
        {"Tệp chứng thư gốc (PEM) mà nơi nhận phải dẫn tới; để trống là của hệ thống.",
         "File of authorities (PEM) that the receiver's certificate must lead to; empty: the system's."},
        "webhook"},
       webhook_text_into(&WebhookConfig::ca_file)},
      {{"inner_addresses", "false",
        {"Nơi nhận có địa chỉ trong mạng nội bộ.", "The receiver has an address of an inner network."}, "webhook"},
       read_inner_addresses},
      {{"urls", "[]",
        {"Địa chỉ (https) của các nguồn cảnh báo lỗ hổng mà trung tâm tự tải, ví dụ "
         "[\"https://www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities.json\"]; mặc định không tải gì: nguồn được nhập "
         "bằng khien advisory import. Địa chỉ API 2.0 của NVD (https://services.nvd.nist.gov/rest/json/cves/2.0) được tải theo từng trang.",
         "Addresses (https) of feeds of vulnerabilities that the hub fetches by itself, as "
         "[\"https://www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities.json\"]; by default none: feeds are imported by "
         "khien advisory import. That of NVD's API 2.0 (https://services.nvd.nist.gov/rest/json/cves/2.0) is walked in pages."},
        "feeds"},
       read_feed_urls},
      {{"every_hours", "6",
        {"Cứ bao nhiêu giờ thì hỏi lại mỗi nguồn, từ 1 đến 720; nguồn không đổi thì không tải lại.",
         "After how many hours each is asked again, 1 to 720; one that did not change is not fetched again."},
        "feeds"},
       read_feeds_every},
      {{"ca_file", R"("")",
        {"Tệp chứng thư gốc (PEM) mà nơi tải phải dẫn tới, ví dụ của máy chủ bản sao trong tỉnh; để trống là của hệ thống.",
         "File of authorities (PEM) that the servers' certificates must lead to, as of a mirror of the province; empty: the system's."},
        "feeds"},
       feeds_path_into(&FeedsConfig::ca_file)},
      {{"proxy", R"("")",
        {"Máy chủ trung gian (proxy) để ra mạng, ví dụ \"http://10.0.0.1:3128\"; để trống là đi thẳng.",
         "The proxy to the network, as \"http://10.0.0.1:3128\"; empty: none."},
        "feeds"},
       read_feeds_proxy},
      {{"nvd_key_file", R"("")",
        {"Tệp có khóa API của NVD ở dòng đầu (xin miễn phí tại https://nvd.nist.gov/developers/request-an-api-key); có khóa thì được hỏi nhanh gấp "
         "mười: 50 lượt thay vì 5 lượt mỗi 30 giây. Khóa chỉ được gửi tới địa chỉ API 2.0 của NVD nêu trong urls; để trống là không có khóa.",
         "File with the key to NVD's API in its first line (free of charge at https://nvd.nist.gov/developers/request-an-api-key); with one it may be "
         "asked ten times as fast: 50 instead of 5 times in 30 seconds. It is sent to nobody but the address of NVD's API 2.0 in urls; empty: none."},
        "feeds"},
       feeds_path_into(&FeedsConfig::nvd_key_file)},
  };
  return all;
}

Error at(std::string_view file, const toml::source_region& where, std::string what) {
  return Error(Code::invalid, std::string(file) + ":" + std::to_string(where.begin.line) + ": " + std::move(what));
}

Result<void> read_section(Config& config, std::string_view section, const toml::table& table, std::string_view file) {
  for (const auto& [name, node] : table) {
    const Key* found = nullptr;
    for (const Key& key : keys()) {
      if (key.shown.section == section && key.shown.name == name.str()) found = &key;
    }
    const std::string path = std::string(section) + "." + std::string(name.str());
    if (found == nullptr) return at(file, name.source(), path + ": there is no such key");
    if (auto read = found->read(config, node); !read) return at(file, node.source(), path + ": " + read.error().what());
  }
  return {};
}

}  // namespace

std::span<const ConfigKey> config_keys() {
  static const std::vector<ConfigKey> shown = [] {
    std::vector<ConfigKey> all;
    for (const Key& key : keys()) all.push_back(key.shown);
    return all;
  }();
  return shown;
}

Config default_config() {
  std::string text;
  std::string_view section;
  for (const ConfigKey& key : config_keys()) {
    if (key.section != std::exchange(section, key.section)) text += "[" + std::string(key.section) + "]\n";
    text += std::string(key.name) + " = " + std::string(key.default_value) + "\n";
  }
  return config_from_toml(text, "defaults").value();
}

Result<Config> config_from_toml(std::string_view text, std::string_view file) {
  // The defaults are read by this very function, from a text with every key.
  Config config = file == "defaults" ? Config{} : default_config();
  try {
    const toml::table root = toml::parse(text, file);
    for (const auto& [name, node] : root) {
      if (name.str() == "agent" && node.is_table()) continue;
      const bool is_ours = name.str() == "hub" || name.str() == "sharing" || name.str() == "mail" || name.str() == "webhook" || name.str() == "feeds";
      const auto* table = is_ours ? node.as_table() : nullptr;
      if (table == nullptr) return at(file, name.source(), std::string(name.str()) + ": there is no such section");
      TRY_VOID(read_section(config, name.str(), *table, file));
    }
  } catch (const toml::parse_error& error) {
    return at(file, error.source(), std::string(error.description()));
  }
  return config;
}

std::string config_template(bool vietnamese) {
  std::string text;
  std::string_view section;
  for (const ConfigKey& key : config_keys()) {
    if (key.section != std::exchange(section, key.section)) text += "[" + std::string(key.section) + "]\n";
    text += "# " + (vietnamese ? key.help.vi : key.help.en) + "\n";
    text += "# " + std::string(key.name) + " = " + std::string(key.default_value) + "\n\n";
  }
  return text;
}

}  // namespace khien::hub

#include <unistd.h>

#include <climits>

#include "command.hpp"
#include "khien/api/accounts.hpp"
#include "khien/core/date.hpp"
#include "khien/core/json.hpp"
#include "khien/core/text.hpp"
#include "khien/exchange/key_sealer.hpp"
#include "khien/exchange/sharing.hpp"
#include "khien/hub/installation.hpp"
#include "khien/seal/xml_signature.hpp"
#include "share_sample.hpp"
#include "sharing_set_up.hpp"
#include "token_signing.hpp"

namespace khien::hub {
namespace {

constexpr mode_t kFileMode = 0640;
constexpr std::size_t kMostXmlBytes = exchange::kMostMessageBytes;
constexpr std::string_view kSampleAddress = "203.0.113.10";  // of documentation: nobody's

// "-o FILE" or "--output FILE"; "-" is standard output.
std::optional<std::string> output_of(const Arguments& arguments) {
  if (const auto named = arguments.value("output")) return named;
  const auto& words = arguments.positional();
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    if (words[i] == "-o") return words[i + 1];
  }
  return std::nullopt;
}

// Relative to where the caller stands, not the hub.
Result<void> prepare_share(const Arguments& arguments, std::vector<std::string>& words) {
  const auto file = output_of(arguments);
  if (!file || *file == "-" || file->starts_with('/')) return {};
  std::string here(PATH_MAX, '\0');
  if (::getcwd(here.data(), here.size()) == nullptr) return system_error("getcwd", errno);
  words.push_back("--output=" + std::string(here.c_str()) + "/" + *file);
  return {};
}

Result<std::optional<Timestamp>> since_of(const Arguments& arguments) {
  const auto text = arguments.value("since");
  if (!text) return std::optional<Timestamp>();
  if (auto moment = from_rfc3339(*text)) return std::optional(*moment);
  auto moment = from_rfc3339(*text + "T00:00:00+07:00");
  if (!moment) return Error(Code::invalid, "--since: a day as 2026-11-01, or a moment as 2026-11-01T00:00:00Z");
  return std::optional(*moment);
}

// The sample province has no settings of its own: what it would have.
void as_sample(exchange::PartnerSettings& settings) {
  settings.from = {.id = "000.00.00.H99", .name = "UBND Tỉnh Lam Giang (mẫu)", .address = "1 đường Mẫu", .email = "mau@lamgiang.example",
                   .telephone = "0000000000", .fax = "", .website = "https://lamgiang.example", .in_charge = "Công an Tỉnh Lam Giang (mẫu)"};
  settings.public_address = std::string(kSampleAddress);
}

struct Composed {
  std::string xml;
  std::size_t rows = 0;
  bool is_cut = false;
};

Result<Composed> compose(Office& office, const Arguments& arguments, const std::string& scheme_id, std::optional<Timestamp> since) {
  const bool is_demo = arguments.has("demo");
  TRY(const auto content, find_content());
  TRY(auto scheme, read_share_scheme(content, scheme_id, office.env.files));
  TRY(auto settings, share_settings(office.config.sharing, scheme, office.env.files));
  if (is_demo) as_sample(settings);
  const Timestamp now = office.env.clock.now();
  exchange::Gathered gathered;
  TRY_VOID(office.hub.read([&](store::Connection& connection) -> Result<void> {
    TRY(gathered, exchange::gather(connection, settings, {.tenant = office.tenant, .unit = {}, .since = since.value_or(now - days(30)), .now = now,
                                                          .sample = is_demo}));
    return {};
  }));
  if (is_demo && gathered.rows.empty()) return Error(Code::not_found, "there is no sample here: khien demo load");
  const exchange::AvReport report{.from = settings.from, .subject = "Báo cáo thông tin mã độc", .at = now, .rows = gathered.rows,
                                  .not_updated = gathered.not_updated};
  TRY(const auto plain, scheme.write(report));
  if (arguments.has("unsigned")) return Composed{.xml = plain, .rows = gathered.rows.size(), .is_cut = gathered.rows.size() >= exchange::kMostRows};
  exchange::XmlSealer seal;
  if (is_demo) {
    TRY(const auto key, exchange::make_throw_away_key("Khiên: khóa thử, không có giá trị"));
    TRY(seal, exchange::make_key_sealer(key.key_pem, key.certificate_pem));
  } else {
    TRY(seal, share_sealer(office.config.sharing, office.env.files));
    if (!seal) return Error(Code::invalid, "sharing.key_file is empty: there is no key to sign with");
  }
  TRY(auto xml, seal(plain, scheme.seal_place()));
  return Composed{.xml = std::move(xml), .rows = gathered.rows.size(), .is_cut = gathered.rows.size() >= exchange::kMostRows};
}

int write_out(Office& office, const Arguments& arguments, const std::string& scheme, std::optional<Timestamp> since, const std::string& file,
              Console& console) {
  const auto composed = compose(office, arguments, scheme, since);
  if (!composed) return console.fail(composed.error());
  if (file == "-") {
    console.out(composed->xml);
  } else {
    if (auto written = office.env.files.write(file, composed->xml, kFileMode); !written) return console.fail(written.error());
    const std::string rows = std::to_string(composed->rows);
    console.say({"Đã ghi " + rows + " dòng vào " + printable(file) + ", đã ký.", rows + " rows written to " + printable(file) + ", signed."});
  }
  if (composed->is_cut) {
    console.warn({"Chỉ gồm 1000 dòng đầu: một thông điệp không chứa nhiều hơn. --send gửi hết, theo từng lô.",
                  "Only the first 1000 rows: one message holds no more. --send sends all of them, in batches."});
  }
  return 0;
}

std::string time_or_dash(const std::optional<Timestamp>& time) { return time ? to_rfc3339(*time) : "-"; }

void say_partner(const exchange::Partner& partner, Console& console) {
  const auto& rows = partner.rows;
  console.out(printable(partner.name) + "\t" + printable(partner.url) + "\n");
  const auto number = [](std::int64_t n) { return std::to_string(n); };
  console.say({"  chưa gửi " + number(rows.unshared) + ", đang chờ " + number(rows.queued) + ", đã được nhận " + number(rows.shared) +
                   ", không thành " + number(rows.failed) + "; lần được nhận gần nhất " + time_or_dash(partner.last_success_at),
               "  unshared " + number(rows.unshared) + ", queued " + number(rows.queued) + ", shared " + number(rows.shared) + ", failed " +
                   number(rows.failed) + "; last accepted " + time_or_dash(partner.last_success_at)});
  if (partner.paused_at) console.say({"  đang tạm dừng: " + printable(partner.pause_note), "  paused: " + printable(partner.pause_note)});
  if (!partner.last_error.empty()) console.out("  " + printable(partner.last_error) + "\n");
}

Result<std::vector<exchange::Partner>> partners_of(Office& office) {
  std::vector<exchange::Partner> partners;
  TRY_VOID(office.hub.read([&](store::Connection& connection) -> Result<void> {
    TRY(const auto scope, api::owner_scope(connection, office.tenant));
    TRY(partners, exchange::list_partners(connection, scope));
    return {};
  }));
  return partners;
}

// The running hub's sender, or one for as long as this takes.
Result<void> send_all(Office& office, const std::string& scheme, std::optional<Timestamp> since) {
  std::unique_ptr<exchange::Sender> own;
  if (office.sharing == nullptr) {
    TRY(const auto content, find_content());
    TRY(auto options, sharing_options(office.config.sharing, content, office.env.files));
    own = std::make_unique<exchange::Sender>(office.hub, office.env.clock, office.env.random, std::move(options));
  }
  exchange::Sender& sender = own ? *own : *office.sharing;
  TRY_VOID(sender.set_up());
  const Timestamp now = office.env.clock.now();
  TRY_VOID(office.hub.write([&](store::Connection& connection) -> Result<void> {
    TRY(const auto scope, api::owner_scope(connection, office.tenant));
    TRY(const auto partners, exchange::list_partners(connection, scope));
    for (const auto& partner : partners) {
      if (partner.name != scheme || partner.url.empty()) continue;
      if (since) TRY_VOID(exchange::share_since(connection, scope, partner.id, *since));
      return exchange::send_now(connection, scope, partner.id, now);
    }
    return Error(Code::not_found, "sharing.url_" + scheme + " is not set in khien.toml");
  }));
  return sender.tend(true);
}

int send(Office& office, const std::string& scheme, std::optional<Timestamp> since, Console& console) {
  if (auto sent = send_all(office, scheme, since); !sent) return console.fail(sent.error());
  const auto partners = partners_of(office);
  if (!partners) return console.fail(partners.error());
  bool all_well = true;
  for (const auto& partner : *partners) {
    if (partner.name != scheme) continue;
    say_partner(partner, console);
    all_well = partner.rows.unshared + partner.rows.queued + partner.rows.failed == 0;
  }
  return all_well ? 0 : 1;
}

int avreport(Office& office, const Arguments& arguments, Console& console) {
  const std::string scheme = arguments.value_or("scheme", "");
  if (scheme != "2290" && scheme != "8676") return console.misuse({"cần --scheme 2290 hoặc 8676", "--scheme 2290 or 8676 is needed"});
  const auto since = since_of(arguments);
  if (!since) return console.misuse({since.error().what(), since.error().what()});
  const auto file = output_of(arguments);
  if (file.has_value() == arguments.has("send")) return console.misuse({"cần -o TỆP hoặc --send", "-o FILE or --send is needed"});
  return file ? write_out(office, arguments, scheme, *since, *file, console) : send(office, scheme, *since, console);
}

int status(Office& office, Console& console) {
  const auto partners = partners_of(office);
  if (!partners) return console.fail(partners.error());
  if (partners->empty()) console.say({"Chưa chia sẻ với ai: xem [sharing] trong khien.toml.", "Nothing is shared: see [sharing] of khien.toml."});
  for (const auto& partner : *partners) say_partner(partner, console);
  return 0;
}

// What is wrong with a message that is written by this process, not where the databases are.
std::optional<int> misused_here(const Arguments& arguments, const std::optional<std::string>& file, Console& console) {
  const std::string scheme = arguments.value_or("scheme", "");
  const auto since = since_of(arguments);
  if (arguments.positional().empty() || arguments.positional()[0] != "avreport") return console.misuse({"cần avreport", "avreport is needed"});
  if (scheme != "2290" && scheme != "8676") return console.misuse({"cần --scheme 2290 hoặc 8676", "--scheme 2290 or 8676 is needed"});
  if (!since) return console.misuse({since.error().what(), since.error().what()});
  if (arguments.has("send") && arguments.has("demo")) return console.misuse({"dữ liệu mẫu không bao giờ được gửi", "sample data are never sent"});
  if (arguments.has("send")) return console.misuse({"--send ký bằng sharing.key_file, không bằng thiết bị ký số", "--send signs with sharing.key_file, not by a token"});
  if (!file) return console.misuse({"cần -o TỆP", "-o FILE is needed"});
  return std::nullopt;
}

// The sample is made anew for this, in a folder of its own: no hub is needed, and none is asked.
int sample_message(const Arguments& arguments, const std::string& file, Console& console) {
  return with_sample_office(console, [&](Office& office) {
    return write_out(office, arguments, arguments.value_or("scheme", ""), since_of(arguments).value(), file, console);
  });
}

Result<std::string> signed_by_token(const std::string& xml, const std::string& scheme_id, const TokenChoice& token, const std::string& name, Console& console) {
  TRY(const auto content, find_content());
  TRY(const auto scheme, read_share_scheme(content, scheme_id, system_files()));
  Budget budget({.bytes_in = 4 * kMostXmlBytes, .depth = 64});
  TRY(auto prepared, seal::prepare_xml(xml, {.parent_namespace = scheme.seal_place().parent_namespace, .parent_name = scheme.seal_place().parent_name, .prefix = {}}, budget));
  const seal::SigningJob job{.approval_id = "cli-" + prepared.digest().hex().substr(0, 16), .title = "AVReport " + scheme_id + ": " + std::string(truncate(name, 400)),
                             .digest = prepared.digest()};
  TRY(auto signer, approved_signer(token, job, console));
  return seal::finish_xml(std::move(prepared), job, *signer);
}

// The hub composes, whoever holds the token signs here.
int token_message(const Arguments& arguments, const std::string& file, Console& console) {
  const auto config = config_of(arguments);
  if (!config) return console.fail(config.error());
  const auto token = token_of(arguments, *config);
  if (!token) return console.fail(token.error());
  if (!token->is_named()) return console.misuse({"cần --module, --token, --key", "--module, --token and --key are needed"});
  const std::string scheme = arguments.value_or("scheme", "");
  std::vector<std::string> words{"share", "avreport", "--scheme", scheme, "--unsigned", "--output=-"};
  if (const auto since = arguments.value("since")) words.insert(words.end(), {"--since", *since});
  KeptConsole kept(console.language());
  const int code = ask_the_office(arguments, words, kept);
  console.err(kept.complained());
  if (code != 0) return code;
  const auto xml = signed_by_token(kept.said(), scheme, *token, file, console);
  if (!xml) return console.fail(xml.error());
  if (file == "-") {
    console.out(*xml);
    return 0;
  }
  if (auto written = system_files().write(file, *xml, kFileMode); !written) return console.fail(written.error());
  console.say({"Đã ký bằng thiết bị ký số, ghi ra " + printable(file) + ".", "Signed by the token, written to " + printable(file) + "."});
  return 0;
}

bool is_signed_by_token(const Arguments& arguments) { return arguments.has("token") || arguments.has("key") || arguments.has("module"); }
bool is_at_the_office(const Arguments& arguments) { return !arguments.has("demo") && !is_signed_by_token(arguments); }

int run_here(const Arguments& arguments, Console& console) {
  const auto file = output_of(arguments);
  if (const auto wrong = misused_here(arguments, file, console)) return *wrong;
  return arguments.has("demo") ? sample_message(arguments, *file, console) : token_message(arguments, *file, console);
}

int run(Office& office, const Arguments& arguments, Console& console) {
  const auto& words = arguments.positional();
  if (!words.empty() && words[0] == "avreport") return avreport(office, arguments, console);
  if (words == std::vector<std::string>{"status"}) return status(office, console);
  return console.misuse({"cần avreport hoặc status", "avreport or status is needed"});
}

}  // namespace

Command share_command() {
  return {.name = "share",
          .synopsis = "share avreport --scheme 2290|8676 [--since DAY] -o FILE|--send [--demo] [--module PATH --token LABEL --key LABEL] | share status",
          .summary = {"chia sẻ dữ liệu mã độc với trung tâm quốc gia", "share malware data with the national centre"},
          .details = {"avreport: thông điệp theo Công văn 2290 (edXML) hoặc 8676 (SOAP), đã ký số. -o ghi một thông điệp ra tệp (\"-\" là màn hình)\n"
                      "mà không ghi vào sổ; --send gom, ký, gửi ngay những gì chưa được nhận và ghi sổ. --since: từ ngày nào (mặc định 30 ngày).\n"
                      "--demo: từ tỉnh mẫu, không cần trung tâm nào, ký bằng khóa dùng một lần; chỉ để xem, không bao giờ được gửi.\n"
                      "--module, --token, --key với -o: ký thông điệp bằng thiết bị ký số, mã PIN hỏi trên màn hình; --send luôn ký bằng sharing.key_file.\n"
                      "status: mỗi bên nhận: chưa gửi, đang chờ, đã được nhận, không thành. Mã kết thúc của --send: 0 đã được nhận hết, 1 chưa.\n"
                      "Ví dụ: khien share avreport --scheme 2290 --since 2026-11-01 -o bao-cao.xml\n"
                      "       khien share avreport --scheme 8676 --send",
                      "avreport: the message of letter 2290 (edXML) or 8676 (SOAP), signed. -o writes one message to a file (\"-\": the screen) and\n"
                      "nothing into the ledger; --send gathers, signs and sends what was not accepted yet, and keeps the ledger. --since: from which\n"
                      "day (by default 30 days). --demo: of the sample province, without any hub, signed with a throw-away key; to look at, never sent.\n"
                      "--module, --token, --key with -o: signed by a token, the PIN asked on the terminal; --send always signs with sharing.key_file.\n"
                      "status: each receiver: unshared, queued, shared, failed. Exit code of --send: 0 all was accepted, 1 not yet.\n"
                      "Examples: khien share avreport --scheme 2290 --since 2026-11-01 -o report.xml\n"
                      "          khien share avreport --scheme 8676 --send"},
          .options = with_token(with_folder({{"scheme", "2290|8676", {"mẫu thông điệp", "which scheme"}},
                                  {"since", "DAY", {"từ ngày", "from this day on"}},
                                  {"output", "FILE", {"như -o", "as -o"}},
                                  {"send", "", {"gửi ngay", "send now"}},
                                  {"demo", "", {"tỉnh mẫu", "the sample province"}},
                                  {"unsigned", "", {"chưa ký", "not signed"}, true}})),
          .here = run_here,
          .office = run,
          .prepare = prepare_share,
          .at_the_office = is_at_the_office};
}

}  // namespace khien::hub

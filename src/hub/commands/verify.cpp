#include <optional>

#include "command.hpp"
#include "file_verifying.hpp"
#include "khien/core/clock.hpp"
#include "khien/core/date.hpp"
#include "khien/core/file.hpp"
#include "khien/core/json.hpp"
#include "khien/core/text.hpp"

namespace khien::hub {
namespace {

using seal::SignatureFinding;
using seal::Verification;

constexpr std::size_t kMostTrust = 4u << 20;

// --trust, or signing_trust of the configuration; none: nobody is trusted.
Result<std::string> anchors(const Arguments& arguments) {
  std::string path = arguments.value_or("trust", "");
  if (path.empty()) {
    TRY(const auto config, config_of(arguments));
    path = config.signing_trust;
  }
  if (path.empty()) return std::string();
  auto pem = system_files().read(path, kMostTrust);
  if (!pem) return std::move(pem).error().within(printable(path));
  return pem;
}

// "26/11/2026 14:27", in Vietnam.
std::string moment(Timestamp at) {
  const Date day = vietnam_day(at);
  const auto minute = (at.ms - vietnam_moment(day).ms) / 60'000;
  const auto two = [](std::int64_t number) { return (number < 10 ? "0" : "") + std::to_string(number); };
  return two(day.day()) + "/" + two(day.month()) + "/" + std::to_string(day.year()) + " " + two(minute / 60) + ":" + two(minute % 60);
}

void show(const SignatureFinding& one, Console& console) {
  const auto line = [&](const LocalText& label, const std::string& value) {
    if (!value.empty()) console.say({"    " + label.vi + ": " + printable(value), "    " + label.en + ": " + printable(value)});
  };
  const LocalText words = words_of(one.state);
  console.say({"  – " + words.vi, "  – " + words.en});
  line({"Người ký", "Signer"}, one.signer);
  line({"Nơi cấp chứng thư", "Issuer"}, one.issuer);
  line({"Số chứng thư", "Serial"}, one.serial);
  if (one.signed_at) line({"Thời điểm ký (do người ký khai)", "Signed at (claimed)"}, moment(*one.signed_at));
  if (one.timestamped_at) line({"Dấu thời gian", "Time stamp"}, moment(*one.timestamped_at));
  line({"Chi tiết kỹ thuật", "Detail"}, one.detail);
}

void show(const std::string& path, const Verification& verification, bool json, Console& console) {
  if (json) {
    JsonWriter line;
    line.begin_object().field("path", to_valid_utf8(path)).key("verification").raw(to_json(verification)).end_object();
    console.out(line.take() + "\n");
    return;
  }
  console.say({printable(path) + ": " + verification.words.vi, printable(path) + ": " + verification.words.en});
  for (const SignatureFinding& one : verification.signatures) show(one, console);
}

int run(const Arguments& arguments, Console& console) {
  if (arguments.positional().empty()) return console.misuse({"cần ít nhất một tệp", "at least one file is needed"});
  auto trust = anchors(arguments);
  if (!trust) return console.unreadable(trust.error());
  const seal::VerifyOptions options{.trust_pem = std::move(trust).value(), .now = system_clock().now()};
  if (options.trust_pem.empty()) {
    console.warn({"Chưa có tệp chứng thư gốc tin cậy (--trust hoặc signing_trust): không chữ ký số nào được coi là hợp lệ.",
                  "There is no file of trusted authorities (--trust or signing_trust): no signature can be valid."});
  }
  bool valid = true, read = true;
  for (const std::string& path : arguments.positional()) {
    const auto bytes = read_to_verify(path);
    const auto verification = bytes ? verify_in_worker(*bytes, options) : Result<Verification>(bytes.error());
    if (!verification) {
      console.unreadable(verification.error());
      read = false;
      continue;
    }
    show(path, *verification, arguments.has("json"), console);
    valid = valid && verification->valid;
  }
  return !read ? 2 : valid ? 0 : 1;
}

}  // namespace

Command verify_command() {
  return {.name = "verify",
          .synopsis = "verify FILE… [--trust PEM] [--json]",
          .summary = {"kiểm tra chữ ký số của tệp PDF, XML", "check the digital signatures of PDF and XML files"},
          .details = {"Đọc tệp trong tiến trình cách ly (khien-worker), không cần trung tâm đang chạy. Chỉ tin chứng thư dẫn tới tệp --trust\n"
                      "(mặc định: signing_trust trong khien.toml). Không kiểm tra thu hồi chứng thư.\n"
                      "Mã kết thúc: 0 mọi tệp hợp lệ, 1 có tệp không hợp lệ hoặc không có chữ ký, 2 sai cách dùng hoặc không đọc được.\n"
                      "Ví dụ: khien verify --trust ca-chinh-phu.pem bao-cao.pdf",
                      "Files are read in a sandboxed process (khien-worker); no running hub is needed. Only certificates that lead to one of\n"
                      "--trust are trusted (default: signing_trust of khien.toml). Revocation is not checked.\n"
                      "Exit codes: 0 all files are valid, 1 one is not or has no signature, 2 wrong use or not readable.\n"
                      "Example: khien verify --trust government-ca.pem report.pdf"},
          .options = with_folder({{"trust", "PEM", {"tệp chứng thư gốc tin cậy", "certificates of the trusted authorities"}},
                                  {"json", "", {"in JSON, mỗi tệp một dòng", "print JSON, one line a file"}}}),
          .here = run};
}

}  // namespace khien::hub

#include <charconv>
#include <optional>

#include "command.hpp"
#include "file_verifying.hpp"
#include "khien/core/clock.hpp"
#include "khien/core/file.hpp"
#include "khien/core/json.hpp"
#include "khien/core/text.hpp"
#include "time_stamping.hpp"

namespace khien::hub {
namespace {

using seal::SignatureFinding;
using seal::Verification;

constexpr std::size_t kMostTrust = 4u << 20;

Result<std::string> read_authorities(const std::string& path) {
  if (path.empty()) return std::string();
  auto pem = system_files().read(path, kMostTrust);
  if (!pem) return std::move(pem).error().within(printable(path));
  return pem;
}

// --trust, or what the configuration says; none: nobody is trusted. With --trust nothing of the
// configuration is asked for.
Result<seal::VerifyOptions> grounds(const Arguments& arguments) {
  seal::VerifyOptions options{.trust_pem = {}, .now = system_clock().now()};
  std::string trust = arguments.value_or("trust", ""), lists = arguments.value_or("crls", "");
  if (trust.empty()) {
    TRY(const auto config, config_of(arguments));
    trust = config.signing_trust;
    TRY(options.time_trust_pem, read_authorities(config.signing_tsa_ca));
    if (lists.empty()) lists = config.signing_crls;
  }
  TRY(options.trust_pem, read_authorities(trust));
  TRY(options.revocation_lists, read_revocation_lists(lists));
  return options;
}

void show(const SignatureFinding& one, Console& console) {
  const auto say = [&](const LocalText& label, const LocalText& value) {
    console.say({"    " + label.vi + ": " + printable(value.vi), "    " + label.en + ": " + printable(value.en)});
  };
  const auto line = [&](const LocalText& label, const std::string& value) {
    if (!value.empty()) say(label, {value, value});
  };
  const LocalText words = words_of(one.state);
  console.say({"  – " + words.vi, "  – " + words.en});
  line({"Người ký", "Signer"}, one.signer);
  line({"Nơi cấp chứng thư", "Issuer"}, one.issuer);
  line({"Số chứng thư", "Serial"}, one.serial);
  if (one.signed_at) line({"Thời điểm ký (do người ký khai)", "Signed at (claimed)"}, moment_text(*one.signed_at));
  if (one.timestamped_at) line({"Dấu thời gian", "Time stamp"}, moment_text(*one.timestamped_at));
  if (one.revoked_at) line({"Bị thu hồi từ", "Revoked since"}, moment_text(*one.revoked_at));
  if (one.state == seal::SignatureState::valid) {
    LocalText lists = words_of(one.revocation);
    if (one.lists_of) lists = {lists.vi + " (lập ngày " + moment_text(*one.lists_of) + ")", lists.en + " (made at " + moment_text(*one.lists_of) + ")"};
    say({"Thu hồi", "Revocation"}, lists);
  }
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

// What the N-th signature was made for: to look at beside the whole.
int write_revision(const Verification& verification, std::string_view bytes, const Arguments& arguments, Console& console) {
  const std::string wanted = arguments.value_or("revision", ""), output = arguments.value_or("output", "");
  std::size_t number = 0;
  const auto [end, problem] = std::from_chars(wanted.data(), wanted.data() + wanted.size(), number);
  const bool known = problem == std::errc() && end == wanted.data() + wanted.size() && number >= 1 && number <= verification.signatures.size();
  const std::int64_t size = known ? verification.signatures[number - 1].signed_bytes : 0;
  if (size <= 0 || static_cast<std::size_t>(size) > bytes.size()) {
    return console.misuse({"không có bản nào mà chữ ký số " + printable(wanted) + " bảo vệ", "there is no revision that signature " + printable(wanted) + " is of"});
  }
  if (const auto done = system_files().write(output, bytes.substr(0, static_cast<std::size_t>(size)), 0644); !done) return console.fail(done.error());
  console.say({"Bản mà chữ ký " + wanted + " đã ký: " + printable(output), "What signature " + wanted + " was made for: " + printable(output)});
  return 0;
}

int run(const Arguments& arguments, Console& console) {
  if (arguments.positional().empty()) return console.misuse({"cần ít nhất một tệp", "at least one file is needed"});
  const bool of_one = arguments.has("revision");
  if (of_one && (arguments.positional().size() != 1 || !arguments.has("output"))) {
    return console.misuse({"--revision cần đúng một tệp và --output TỆP", "--revision needs one file alone and --output FILE"});
  }
  const auto by = grounds(arguments);
  if (!by) return console.unreadable(by.error());
  const seal::VerifyOptions& options = *by;
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
    if (!of_one) continue;
    if (const int written = write_revision(*verification, *bytes, arguments, console); written != 0) return written;
  }
  return !read ? 2 : valid ? 0 : 1;
}

}  // namespace

Command verify_command() {
  return {.name = "verify",
          .synopsis = "verify FILE… [--trust PEM] [--crls FOLDER] [--revision N --output FILE] [--json]",
          .summary = {"kiểm tra chữ ký số của tệp PDF, XML", "check the digital signatures of PDF and XML files"},
          .details = {"Đọc tệp trong tiến trình cách ly (khien-worker), không cần trung tâm đang chạy. Chỉ tin chứng thư dẫn tới tệp --trust\n"
                      "(mặc định: signing_trust trong khien.toml). Thu hồi chứng thư được kiểm tra theo\n"
                      "các danh sách trong thư mục --crls (mặc định: signing_crls), không qua mạng; thiếu danh sách còn hiệu lực thì cảnh báo.\n"
                      "Mã kết thúc: 0 mọi tệp hợp lệ, 1 có tệp không hợp lệ hoặc không có chữ ký, 2 sai cách dùng hoặc không đọc được.\n"
                      "Ví dụ: khien verify --trust ca-chinh-phu.pem bao-cao.pdf",
                      "Files are read in a sandboxed process (khien-worker); no running hub is needed. Only certificates that lead to one of\n"
                      "--trust are trusted (default: signing_trust of khien.toml). Revocation is judged by the\n"
                      "lists in the folder --crls (default: signing_crls), never over the network; where none is new enough it warns.\n"
                      "Exit codes: 0 all files are valid, 1 one is not or has no signature, 2 wrong use or not readable.\n"
                      "Example: khien verify --trust government-ca.pem report.pdf"},
          .options = with_folder({{"trust", "PEM", {"tệp chứng thư gốc tin cậy", "certificates of the trusted authorities"}},
                                  {"crls", "FOLDER", {"thư mục danh sách thu hồi chứng thư", "folder of lists of revoked certificates"}},
                                  {"revision", "N", {"ghi ra bản mà chữ ký thứ N đã ký", "write what the N-th signature was made for"}},
                                  {"output", "FILE", {"tệp ghi ra", "the file to write"}},
                                  {"json", "", {"in JSON, mỗi tệp một dòng", "print JSON, one line a file"}}}),
          .here = run};
}

}  // namespace khien::hub

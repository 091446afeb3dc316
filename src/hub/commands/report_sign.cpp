#include <utility>

#include "commands/report.hpp"
#include "khien/core/clock.hpp"
#include "khien/core/file.hpp"
#include "khien/core/text.hpp"
#include "khien/seal/pdf_signature.hpp"
#include "time_stamping.hpp"
#include "token_signing.hpp"

namespace khien::hub {
namespace {

constexpr std::size_t kMostPdfBytes = 10u << 20;

Result<seal::SignedPdf> signed_by_token(const TokenChoice& token, const seal::Stamping& stamping, const std::string& name, ByteView pdf, Console& console) {
  Budget budget({.bytes_in = 4 * kMostPdfBytes});
  TRY(auto prepared, seal::prepare_pdf(pdf, {.name = {}, .reason = {}, .location = {}, .at = system_clock().now()}, budget));
  const seal::SigningJob job{.approval_id = "cli-" + prepared.digest().hex().substr(0, 16), .title = std::string(truncate(name, 400)), .digest = prepared.digest()};
  TRY(auto signer, approved_signer(token, job, console));
  return seal::finish_pdf(std::move(prepared), job, *signer, stamping);
}

// What the signature is worth later: with a time stamp longer than its certificate.
void tell_stamp(const seal::SignedPdf& made, Console& console) {
  if (made.stamped_at) {
    const std::string at = moment_text(*made.stamped_at);
    return console.say({"Có dấu thời gian: " + at + ".", "Time stamp: " + at + "."});
  }
  if (made.why_not_stamped) {
    const std::string why = printable(made.why_not_stamped->what());
    return console.warn({"Đã ký nhưng KHÔNG có dấu thời gian, vì máy chủ dấu thời gian không cấp (" + why + ").",
                         "Signed WITHOUT a time stamp, for its server gave none (" + why + ")."});
  }
  console.say({"Chữ ký không có dấu thời gian: chỉ có giá trị khi chứng thư còn hạn.", "The signature has no time stamp: it holds as long as its certificate."});
}

}  // namespace

int sign_report(const Arguments& arguments, Console& console) {
  auto given = arguments.positional();
  const auto output = output_of(arguments, given);
  const auto config = config_of(arguments);
  if (!config) return console.fail(config.error());
  const auto token = token_of(arguments, *config);
  if (!token) return console.fail(token.error());
  if (given.size() != 2 || !output || !token->is_named()) {
    return console.misuse({"cần TỆP, -o TỆP, và thiết bị ký: signing_module, signing_token, signing_key trong khien.toml, hoặc --module, --token, --key",
                           "FILE, -o FILE and a token are needed: signing_module, signing_token, signing_key of khien.toml, or --module, --token, --key"});
  }
  const auto server = arguments.has("without-time-stamp") ? Result<StampServer>(StampServer{}) : stamp_server_of(*config, system_files());
  if (!server) return console.fail(server.error());
  const seal::Stamping stamping{.stamper = server->stamper.get(), .may_lack = !config->signing_tsa_required};
  const auto pdf = system_files().read(given[1], kMostPdfBytes);
  if (!pdf) return console.unreadable(pdf.error());
  const auto made = signed_by_token(*token, stamping, given[1], as_bytes(*pdf), console);
  if (!made) return console.fail(made.error());
  if (const auto done = system_files().write(*output, as_text(made->bytes), 0644); !done) return console.fail(done.error());
  tell_stamp(*made, console);
  console.say({"Đã ký, ghi ra " + printable(*output) + ". Đưa lên ở trang «Báo cáo» để hoàn tất.",
               "Signed, written to " + printable(*output) + ". Hand it in on the page «Reports» to finish."});
  return 0;
}

}  // namespace khien::hub

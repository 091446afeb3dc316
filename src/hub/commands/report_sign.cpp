#include <utility>

#include "commands/report.hpp"
#include "khien/core/clock.hpp"
#include "khien/core/file.hpp"
#include "khien/core/text.hpp"
#include "khien/seal/pdf_signature.hpp"
#include "token_signing.hpp"

namespace khien::hub {
namespace {

constexpr std::size_t kMostPdfBytes = 10u << 20;

Result<Bytes> signed_by_token(const TokenChoice& token, const Config& config, const std::string& name, ByteView pdf, Console& console) {
  TRY(const auto stamper, ConfiguredStamper::create(config));
  Budget budget({.bytes_in = 4 * kMostPdfBytes});
  TRY(auto prepared, seal::prepare_pdf(pdf, {.name = {}, .reason = {}, .location = {}, .at = system_clock().now()}, budget));
  const seal::SigningJob job{.approval_id = "cli-" + prepared.digest().hex().substr(0, 16), .title = std::string(truncate(name, 400)), .digest = prepared.digest()};
  TRY(auto signer, approved_signer(token, job, console));
  return seal::finish_pdf(std::move(prepared), job, *signer, stamper.get());
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
  const auto pdf = system_files().read(given[1], kMostPdfBytes);
  if (!pdf) return console.unreadable(pdf.error());
  const auto made = signed_by_token(*token, *config, given[1], as_bytes(*pdf), console);
  if (!made) return console.fail(made.error());
  if (const auto done = system_files().write(*output, as_text(*made), 0644); !done) return console.fail(done.error());
  console.say({"Đã ký, ghi ra " + printable(*output) + ". Đưa lên ở trang «Báo cáo» để hoàn tất.",
               "Signed, written to " + printable(*output) + ". Hand it in on the page «Reports» to finish."});
  return 0;
}

}  // namespace khien::hub

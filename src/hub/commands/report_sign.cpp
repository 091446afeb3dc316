#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <utility>

#include "commands/report.hpp"
#include "khien/core/clock.hpp"
#include "khien/core/file.hpp"
#include "khien/core/secret.hpp"
#include "khien/core/text.hpp"
#include "khien/hub/installation.hpp"
#include "khien/seal/pdf_signature.hpp"
#include "khien/seal/signer_process.hpp"
#include "time_stamping.hpp"

namespace khien::hub {
namespace {

constexpr std::size_t kMostPdfBytes = 10u << 20;
constexpr std::size_t kMostPin = 64;

// The terminal without its echo, put back whatever happens.
class Unechoed {
 public:
  explicit Unechoed(int terminal) : terminal_(terminal) {
    if (::tcgetattr(terminal_, &before_) != 0) return;
    termios quiet = before_;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO | ECHOE | ECHOK);
    is_quiet_ = ::tcsetattr(terminal_, TCSAFLUSH, &quiet) == 0;
  }
  ~Unechoed() {
    if (is_quiet_) ::tcsetattr(terminal_, TCSAFLUSH, &before_);
  }
  Unechoed(const Unechoed&) = delete;
  Unechoed& operator=(const Unechoed&) = delete;
  bool is_quiet() const { return is_quiet_; }

 private:
  int terminal_;
  termios before_{};
  bool is_quiet_ = false;
};

// Of the terminal itself, not of standard input: a PIN never comes out of a pipe or a file.
Result<Secret> ask_pin(const std::string& question) {
  const Fd terminal(::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY));
  if (!terminal) return Error(Code::unavailable, "the PIN is asked on a terminal, and there is none");
  const Unechoed unechoed(terminal.get());
  if (!unechoed.is_quiet()) return Error(Code::unavailable, "the terminal cannot hide what is typed");
  if (::write(terminal.get(), question.data(), question.size()) < 0) return system_error("/dev/tty", errno);
  std::string typed;
  typed.reserve(kMostPin + 1);  // on the heap, and it never grows: no piece of it stays elsewhere
  char one = 0;
  while (typed.size() < kMostPin) {
    const auto got = ::read(terminal.get(), &one, 1);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0 || one == '\n' || one == '\r') break;
    typed += one;
  }
  one = 0;
  (void)::write(terminal.get(), "\n", 1);
  Secret pin(std::move(typed));  // the very bytes: it wipes them
  if (pin.empty()) return Error(Code::denied, "no PIN was typed");
  return pin;
}

// Named on the command line, or as khien.toml has it.
struct Token {
  std::string module, token, key;
  std::string counts;  // the folder of its wrong PINs
};

// Where all who sign on this machine count wrong PINs: the hub's data folder, or where there
// is none or it is not ours, a folder of this user's own.
Result<std::string> count_folder(const std::string& data_folder) {
  if (::access(data_folder.c_str(), W_OK | X_OK) == 0) return data_folder;
  const char* home = std::getenv("HOME");
  if (home == nullptr || *home != '/') return Error(Code::unavailable, "no folder to count wrong PINs in: " + printable(data_folder));
  std::string folder = home;
  for (const char* part : {"/.local", "/state", "/khien"}) {
    folder += part;
    if (!system_files().exists(folder)) TRY_VOID(system_files().make_folder(folder, 0700));
  }
  return folder;
}

Result<std::string> signer_program(const Arguments& arguments) {
  if (const auto given = arguments.value("signer")) return *given;
  return find_signer();
}

Result<seal::SignedPdf> signed_by_token(const Arguments& arguments, const Token& token, const seal::Stamping& stamping, const std::string& name, ByteView pdf,
                                        Console& console) {
  TRY(auto executable, signer_program(arguments));
  Budget budget({.bytes_in = 4 * kMostPdfBytes});
  TRY(auto prepared, seal::prepare_pdf(pdf, {.name = {}, .reason = {}, .location = {}, .at = system_clock().now()}, budget));
  const seal::SigningJob job{.approval_id = "cli-" + prepared.digest().hex().substr(0, 16), .title = std::string(truncate(name, 400)), .digest = prepared.digest()};
  TRY(auto signer, seal::SignerProcess::start({.executable = std::move(executable), .module = token.module, .token = token.token, .key = token.key,
                                                .count_folder = token.counts},
                                              system_files(), system_clock()));
  // What is signed is shown before it is: its name and the digest that the token gets.
  console.say({"Ký: " + printable(job.title) + "\nMã băm SHA-256: " + job.digest.hex(), "Signing: " + printable(job.title) + "\nSHA-256: " + job.digest.hex()});
  TRY(auto pin, ask_pin(pick({"Mã PIN của thiết bị ký số: ", "PIN of the token: "}, console.language())));
  TRY_VOID(signer->approve(job, std::move(pin)));
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
  const auto counts = count_folder(config->folder);
  if (!counts) return console.fail(counts.error());
  const Token token{.module = arguments.value_or("module", config->signing_module), .token = arguments.value_or("token", config->signing_token),
                    .key = arguments.value_or("key", config->signing_key), .counts = *counts};
  if (given.size() != 2 || !output || token.module.empty() || token.token.empty() || token.key.empty()) {
    return console.misuse({"cần TỆP, -o TỆP, và thiết bị ký: signing_module, signing_token, signing_key trong khien.toml, hoặc --module, --token, --key",
                           "FILE, -o FILE and a token are needed: signing_module, signing_token, signing_key of khien.toml, or --module, --token, --key"});
  }
  const auto server = arguments.has("without-time-stamp") ? Result<StampServer>(StampServer{}) : stamp_server_of(*config, system_files());
  if (!server) return console.fail(server.error());
  const seal::Stamping stamping{.stamper = server->stamper.get(), .may_lack = !config->signing_tsa_required};
  const auto pdf = system_files().read(given[1], kMostPdfBytes);
  if (!pdf) return console.unreadable(pdf.error());
  const auto made = signed_by_token(arguments, token, stamping, given[1], as_bytes(*pdf), console);
  if (!made) return console.fail(made.error());
  if (const auto done = system_files().write(*output, as_text(made->bytes), 0644); !done) return console.fail(done.error());
  tell_stamp(*made, console);
  console.say({"Đã ký, ghi ra " + printable(*output) + ". Đưa lên ở trang «Báo cáo» để hoàn tất.",
               "Signed, written to " + printable(*output) + ". Hand it in on the page «Reports» to finish."});
  return 0;
}

}  // namespace khien::hub

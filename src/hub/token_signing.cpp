#include "token_signing.hpp"

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <utility>

#include "khien/core/clock.hpp"
#include "khien/core/file.hpp"
#include "khien/core/secret.hpp"
#include "khien/core/text.hpp"
#include "khien/hub/installation.hpp"

namespace khien::hub {
namespace {

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

Result<void> check_environment(const std::vector<std::string>& environment) {
  for (const auto& one : environment) {
    const auto equals = one.find('=');
    if (equals == one.npos || equals == 0) return Error(Code::invalid, "--module-environment needs NAME=VALUE");
  }
  return {};
}

}  // namespace

Result<TokenChoice> token_of(const Arguments& arguments, const Config& config) {
  TokenChoice choice{.module = arguments.value_or("module", config.signing_module), .token = arguments.value_or("token", config.signing_token),
                     .key = arguments.value_or("key", config.signing_key), .program = arguments.value_or("signer", ""), .counts = {},
                     .environment = arguments.values("module-environment")};
  TRY_VOID(check_environment(choice.environment));
  if (!choice.is_named()) return choice;
  TRY(choice.counts, count_folder(config.folder));
  if (choice.program.empty()) {
    TRY(choice.program, find_signer());
  }
  return choice;
}

Result<std::unique_ptr<seal::SignerProcess>> approved_signer(const TokenChoice& choice, const seal::SigningJob& job, Console& console) {
  TRY(auto signer, seal::SignerProcess::start({.executable = choice.program, .module = choice.module, .token = choice.token, .key = choice.key,
                                               .environment = choice.environment, .count_folder = choice.counts},
                                              system_files(), system_clock()));
  // What is signed is shown before it is: its name and the digest that the token gets.
  console.say({"Ký: " + printable(job.title) + "\nMã băm SHA-256: " + job.digest.hex(), "Signing: " + printable(job.title) + "\nSHA-256: " + job.digest.hex()});
  TRY(auto pin, ask_pin(pick({"Mã PIN của thiết bị ký số: ", "PIN of the token: "}, console.language())));
  TRY_VOID(signer->approve(job, std::move(pin)));
  return signer;
}

std::vector<OptionSpec> with_token(std::vector<OptionSpec> options) {
  options.push_back({"module", "PATH", {"thư viện PKCS#11", "the PKCS #11 library"}});
  options.push_back({"token", "LABEL", {"nhãn của thiết bị ký", "the token's label"}});
  options.push_back({"key", "LABEL", {"nhãn của khóa", "the key's label"}});
  options.push_back({"module-environment", "NAME=VALUE",
                     {"biến môi trường mà thư viện của hãng cần; dùng được nhiều lần", "a variable that the maker's library wants; may stand several times"}});
  options.push_back({"signer", "PATH", {"chương trình khien-signer", "the program khien-signer"}});
  return options;
}

}  // namespace khien::hub

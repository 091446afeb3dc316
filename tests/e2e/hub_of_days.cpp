// `khien serve` for tests whose days pass faster: its clock is the system's and as many hours more as the file that
// KHIEN_HOURS names says, read anew each time it is asked. Everything else is the hub that provinces run, but that it asks
// sites as fast as they answer, and several times a second which are due.
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "khien/core/file.hpp"
#include "serving.hpp"

namespace {

class HoursClock final : public khien::Clock {
 public:
  explicit HoursClock(std::string file) : file_(std::move(file)) {}

  khien::Timestamp now() const override { return khien::system_clock().now() + khien::hours(hours()); }
  khien::Duration monotonic() const override { return khien::system_clock().monotonic(); }

 private:
  std::int64_t hours() const {
    const auto text = khien::system_files().read(file_, 64);
    return text ? std::strtoll(text->c_str(), nullptr, 10) : 0;
  }

  std::string file_;
};

}  // namespace

int main(int argc, char** argv) {
  const char* file = std::getenv("KHIEN_HOURS");
  if (file == nullptr) {
    std::fputs("KHIEN_HOURS names no file\n", stderr);
    return 2;
  }
  using namespace khien::hub;
  TerminalConsole console(Language::en);
  const std::vector<std::string> words(argv + 1, argv + argc);
  const auto arguments = Arguments::parse(words, {{.name = "config", .value = "FILE", .help = {}}});
  if (!arguments) return console.fail(arguments.error());
  const HoursClock clock(file);
  const khien::Env system = khien::system_env();
  return serve(*arguments, console, {.env = {clock, system.random, system.files}, .site_pause = khien::milliseconds(5),
                                     .ask_sites_every = khien::milliseconds(200)});
}

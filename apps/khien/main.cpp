#include <cstdlib>
#include <string>
#include <vector>

#include "khien/hub/command_line.hpp"

namespace {

std::string_view environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view() : std::string_view(value);
}

}  // namespace

int main(int argc, char** argv) {
  using namespace khien::hub;
  TerminalConsole console(language_of(environment("KHIEN_LANG"), environment("LC_ALL"), environment("LC_MESSAGES"),
                                      environment("LANG")));
  return run_command_line(std::vector<std::string>(argv + 1, argv + argc), console);
}

#include <malloc.h>
#include <unistd.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "khien/hub/match_alone.hpp"

namespace {

std::string_view environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view() : std::string_view(value);
}

}  // namespace

int main(int argc, char** argv) {
  using namespace khien::hub;
  // What is large for a moment goes back to the system at once.
  mallopt(M_MMAP_THRESHOLD, 64 << 10);
  mallopt(M_TRIM_THRESHOLD, 64 << 10);
  TerminalConsole console(language_of(environment("KHIEN_LANG"), environment("LC_ALL"), environment("LC_MESSAGES"),
                                      environment("LANG")));
  // Never exit(): what runs at exit wants more than the sandbox leaves.
  _exit(match_alone(std::vector<std::string>(argv + 1, argv + argc), console));
}

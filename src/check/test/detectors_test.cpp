#include "khien/check/detectors.hpp"

#include <doctest/doctest.h>

#include <string>

#include "khien/core/file.hpp"

namespace khien::check {
namespace {

constexpr std::string_view kSmall = R"(products:
  - id: one
    name: One
    present: [{ path: /opt/one }]
    on: [{ unit: one.service }, { process: oned }]
    off: [{ text: passive, in: /etc/one.json }]
    content: [/var/lib/one]
firewalls:
  - id: wall
    on: [{ text: ENABLED=yes, in: /etc/wall.conf }]
)";

Result<Detectors> load(std::string_view text) {
  Budget budget({});
  return load_detectors("d.yaml", text, budget);
}

std::string fault(std::string_view from, std::string_view to) {
  std::string text(kSmall);
  text.replace(text.find(from), from.size(), to);
  const auto loaded = load(text);
  REQUIRE_FALSE(loaded);
  return std::string(loaded.error().what());
}

TEST_CASE("a detector is four verbs") {
  const auto detectors = load(kSmall);
  REQUIRE_MESSAGE(detectors, detectors.error().what());
  const auto& one = detectors->products.at(0);
  CHECK(one.on.at(1).verb == Look::Verb::process);
  CHECK(one.off.at(0).what == "/etc/one.json");
  CHECK(one.off.at(0).text == "passive");
  CHECK(detectors->firewalls.at(0).on.at(0).verb == Look::Verb::text);
}

TEST_CASE("no fifth verb, no detour, no command") {
  CHECK(fault("{ path: /opt/one }", "{ run: /opt/one }") == "d.yaml:4: unknown verb 'run'");
  CHECK(fault("{ path: /opt/one }", "{ path: /opt/../etc }") == "d.yaml:4: must be an absolute path without detours");
  CHECK(fault("{ path: /opt/one }", "{ path: opt }") == "d.yaml:4: must be an absolute path without detours");
  CHECK(fault("{ unit: one.service }", "{ unit: a/b }") == "d.yaml:5: must be a name");
  CHECK(fault("process: oned", "process: a-name-that-is-long") == "d.yaml:5: the kernel keeps 15 characters of a process's name");
  CHECK(fault("[/var/lib/one]", "[/var/lib/./one]") == "d.yaml:7: must be absolute paths without detours");
  CHECK(fault("    name: One\n", "    name: One\n    argv: x\n") == "d.yaml:4: unknown field 'argv'");
}

TEST_CASE("what is shipped loads") {
  const auto text = system_files().read(KHIEN_SOURCE_DIR "/content/detectors/protection.yaml", 1u << 20);
  REQUIRE(text);
  const auto detectors = load(*text);
  REQUIRE_MESSAGE(detectors, detectors.error().what());
  CHECK(detectors->products.size() >= 5);
  CHECK(detectors->firewalls.size() >= 5);
}

}  // namespace
}  // namespace khien::check

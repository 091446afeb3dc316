// Input: requests one after another, each: a byte for the operation, a byte for
// whose object (own, sibling's, foreign, absent), a byte for the caller's role, a
// byte for the length in 16s of what follows: the query up to a NUL, then the
// body. An empty body takes the one of the tenant matrix.
#include "fuzz_world.hpp"

using namespace khien;
using namespace khien::api;

namespace {

struct Fuzzed {
  Fuzzed() {
    set_log_output(2, LogLevel::error);
    for (const auto& [role, user] : world.callers) browsers.push_back(world.world.session(world.a.tenant, user));
  }
  MatrixWorld world;
  std::vector<Browser> browsers;
};

std::int64_t object_of(const Fuzzed& fuzzed, const Route& route, std::uint8_t choice) {
  const auto& world = fuzzed.world;
  switch (choice % 4) {
    case 0: return world.id_of(world.first, route.object);
    case 1: return world.id_of(world.sibling, route.object);
    case 2: return world.id_of(world.foreign, route.object);
    default: return kAbsent;
  }
}

// The oracle: never our fault, always JSON, never a word of another place, and
// foreign is never anything but 404 or what comes before it. A password's hash is
// never in an answer; its word may be, where the request (`asked`) held it: the
// name of an unknown field is named.
void check(const Fuzzed& fuzzed, const Route& route, std::uint8_t choice, std::string_view asked,
           const net::Response& answer) {
  if (answer.status >= 500) std::abort();
  const auto text = whole(answer);
  for (const auto* place : {&fuzzed.world.sibling, &fuzzed.world.foreign}) {
    if (text.find(place->canary) != text.npos) std::abort();
  }
  if (text.find("argon2") != text.npos && asked.find("argon2") == asked.npos) std::abort();
  if (route.object != ObjectKind::none && choice % 4 != 0 && answer.status < 400) std::abort();
  if (answer.stream || answer.body.empty()) return;
  JsonDocument document;
  Budget budget({});
  if (!document.parse(answer.body, budget)) std::abort();
}

void ask(Fuzzed& fuzzed, std::uint8_t operation, std::uint8_t choice, std::uint8_t role, std::string_view rest) {
  const Route& route = routes()[operation % routes().size()];
  // Ended sessions would make the rest of the run a test of 401.
  if (route.operation == Operation::sign_out || route.operation == Operation::sign_in) return;
  auto& browser = fuzzed.browsers[role % fuzzed.browsers.size()];
  const auto nul = rest.find('\0');
  const auto query = rest.substr(0, nul);
  std::string body(nul == rest.npos ? std::string_view() : rest.substr(nul + 1));
  if (body.empty()) body = with_unit(*body_for(route.operation), fuzzed.world.first.unit.value);
  auto target = target_of(route, object_of(fuzzed, route, choice));
  if (!query.empty()) target.append("?").append(query);
  const auto answer = answer_of(*fuzzed.world.world.api, browser.request(route.method, target, body));
  check(fuzzed, route, choice, target + body, answer);
  // Tries of secrets are limited; that limit has its own tests.
  if (route.operation == Operation::step_up || route.operation == Operation::change_password) {
    fuzzed.world.world.clock.advance(milliseconds(1));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static auto& context = checks_without_test();
  static auto fuzzed = std::make_unique<Fuzzed>();
  static int requests = 0;
  (void)context;
  // A fresh world now and then: tables that only grow would slow the run down.
  if (requests > 20'000) {
    fuzzed = std::make_unique<Fuzzed>();
    requests = 0;
  }
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  for (int i = 0; i < 8 && rest.size() >= 4; ++i, ++requests) {
    const auto length = static_cast<std::size_t>(static_cast<std::uint8_t>(rest[3])) * 16;
    const auto payload = rest.substr(4, length);
    ask(*fuzzed, static_cast<std::uint8_t>(rest[0]), static_cast<std::uint8_t>(rest[1]),
        static_cast<std::uint8_t>(rest[2]), payload);
    rest.remove_prefix(std::min(rest.size(), 4 + length));
  }
  return 0;
}

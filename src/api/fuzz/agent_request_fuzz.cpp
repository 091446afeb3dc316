// Input: a byte: which operation, certificate and encoding; then the body.
#include "fuzz_world.hpp"

using namespace khien;
using namespace khien::api;

namespace {

struct Fuzzed {
  Fuzzed() {
    set_log_output(2, LogLevel::error);
    tenant = world.add_tenant("Tỉnh A");
    machine = world.enrol(tenant, tenant.root, "mx1");
  }
  std::int64_t stored() const { return world.ledger->newest().value().value; }

  World world;
  estate::NewTenant tenant;
  EnrolledMachine machine;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static auto& context = checks_without_test();
  static Fuzzed fuzzed;
  (void)context;
  if (size == 0) return 0;
  constexpr const char* kPaths[] = {"/agent/v1/batch", "/agent/v1/renew", "/agent/v1/enrol", "/agent/v1/fleet"};
  const auto path = kPaths[data[0] % 4];
  const bool has_certificate = (data[0] & 4) == 0;
  auto request = request_of(net::Method::post, path, std::string(reinterpret_cast<const char*>(data) + 1, size - 1));
  if ((data[0] & 8) != 0) request.headers.add("Content-Encoding", "zstd");
  if (has_certificate) request.certificate = fuzzed.machine.certificate;
  const auto before = fuzzed.stored();
  const auto answer = late_answer_of(*fuzzed.world.agents, std::move(request));
  // Beyond "no crash": never our fault; stored only what was acknowledged, and
  // nothing without a certificate.
  if (answer.status >= 500) std::abort();
  const bool grew = fuzzed.stored() != before;
  if (grew && (answer.status != 200 || !has_certificate)) std::abort();
  fuzzed.world.clock.advance(seconds(1));
  return 0;
}

#include <signal.h>

#include "khien/core/lock.hpp"
#include "lab.hpp"

namespace khien::token {
namespace {

using seal::SignerProcess;

std::size_t flags_low() {
  std::string said;
  lab().run("SOFTHSM2_CONF=$PWD/softhsm2.conf pkcs11-tool --module /usr/lib/softhsm/libsofthsm2.so --token-label khien-lab -L", &said);
  return said.find("user PIN locked") == said.npos ? (said.find("user PIN count low") == said.npos ? 0 : 1) : 2;
}

// The lab's own PIN, then a digest that somebody might want.
Sha256 any_digest() { return sha256(std::string_view("x")); }

TEST_CASE("nothing is signed that was not approved") {
  if (!Lab::is_possible()) return;
  const auto signer = lab().signer();
  const auto job = job_for(any_digest());
  CHECK(signer->sign_cms(job).error().code() == Code::denied);
  REQUIRE(signer->approve(job, lab().pin()));
  CHECK(signer->sign_cms(job_for(sha256(std::string_view("y")))).error().code() == Code::denied);
  // Who asked for something else has used the approval up.
  CHECK(signer->sign_cms(job).error().code() == Code::denied);
  REQUIRE(signer->approve(job, lab().pin()));
  CHECK(signer->sign_cms(job));
  // One approval, one signature.
  CHECK(signer->sign_cms(job).error().code() == Code::denied);
  CHECK(signer->approve(job, lab().pin()).error().code() == Code::denied);
}

TEST_CASE("octets that are not the approved digest's SignedInfo are not signed") {
  if (!Lab::is_possible()) return;
  const auto signer = lab().signer();
  const auto job = job_for(any_digest());
  const std::string right = seal::canonical_signed_info("ds", job.digest);
  std::string other = right;
  other.replace(other.find("URI=\"\""), 6, "URI=\"#a\"");
  for (const std::string& octets : {other, seal::canonical_signed_info("ds", sha256(std::string_view("y"))), right + " ", std::string("x")}) {
    REQUIRE(signer->approve(job, lab().pin()));
    CHECK(signer->sign_xml(job, octets).error().code() == Code::denied);
  }
  REQUIRE(signer->approve(job, lab().pin()));
  CHECK(signer->sign_xml(job, right));
}

TEST_CASE("an empty PIN is refused before any token sees it") {
  if (!Lab::is_possible()) return;
  const auto signer = lab().signer();
  CHECK(signer->approve(job_for(any_digest()), Secret()).error().code() == Code::denied);
  CHECK(signer->approve(job_for(any_digest()), Secret(std::string(65, '1'))).error().code() == Code::denied);
  CHECK(signer->certificates());
}

TEST_CASE("wrong PINs never lock a token: after two it is left alone") {
  if (!Lab::is_possible()) return;
  const auto options = lab().options();
  const auto start = [&] {
    auto started = SignerProcess::start(options, system_files(), system_clock());
    REQUIRE(started);
    return std::move(started).value();
  };
  const auto job = job_for(any_digest());
  for (const Code expected : {Code::denied, Code::denied, Code::conflict, Code::conflict, Code::conflict}) {
    // Another process each time: the count is kept.
    const auto signer = start();
    REQUIRE(signer->approve(job, Secret(std::string("000000"))));
    CHECK(signer->sign_cms(job).error().code() == expected);
  }
  CHECK(flags_low() == 1);
  // Neither is the right one tried: nobody knows that it is.
  {
    const auto signer = start();
    REQUIRE(signer->approve(job, lab().pin()));
    CHECK(signer->sign_cms(job).error().code() == Code::conflict);
  }
  // The token's own program has seen the right one since, and says so by its flag.
  CHECK(lab().run("SOFTHSM2_CONF=$PWD/softhsm2.conf pkcs11-tool --module /usr/lib/softhsm/libsofthsm2.so --token-label khien-lab --login "
                  "--pin \"$(cat pin)\" -O >/dev/null") == 0);
  const auto signer = start();
  REQUIRE(signer->approve(job, lab().pin()));
  CHECK(signer->sign_cms(job));
  std::string said;
  CHECK(lab().run("ls pin-* | grep -v lock", &said) != 0);
}

TEST_CASE("two who hold the same token count its wrong PINs together") {
  if (!Lab::is_possible()) return;
  const auto job = job_for(any_digest());
  const auto wrong = [&](SignerProcess& signer) {
    REQUIRE(signer.approve(job, Secret(std::string("000000"))));
    return signer.sign_cms(job).error().code();
  };
  const auto first = lab().signer(), second = lab().signer();
  CHECK(wrong(*first) == Code::denied);
  CHECK(wrong(*second) == Code::denied);
  CHECK(wrong(*first) == Code::conflict);
  CHECK(wrong(*second) == Code::conflict);
  // While one tries, the other waits for no count that is on its way.
  std::string name;
  REQUIRE(lab().run("ls pin-* | grep lock", &name) == 0);
  name.pop_back();
  CHECK(lab().run("rm pin-*[!k]") == 0);
  {
    const auto held = FileLock::take(lab().path(name));
    REQUIRE(held);
    REQUIRE(first->approve(job, lab().pin()));
    CHECK(first->sign_cms(job).error().code() == Code::unavailable);
  }
  REQUIRE(second->approve(job, lab().pin()));
  CHECK(second->sign_cms(job));
}

TEST_CASE("without a folder to count wrong PINs in nothing is started") {
  auto options = seal::SignerProcess::Options{.executable = KHIEN_SIGNER, .module = "/usr/lib/none.so", .token = "t", .key = "k"};
  CHECK(SignerProcess::start(options, system_files(), system_clock()).error().code() == Code::invalid);
}

TEST_CASE("no such token, key or module is an error with its name") {
  if (!Lab::is_possible()) return;
  auto options = lab().options();
  options.token = "other";
  auto signer = SignerProcess::start(options, system_files(), system_clock());
  REQUIRE(signer);
  CHECK((*signer)->certificates().error().code() == Code::not_found);
  options = lab().options();
  options.key = "other";
  signer = SignerProcess::start(options, system_files(), system_clock());
  REQUIRE(signer);
  CHECK((*signer)->certificates().error().code() == Code::not_found);
  options.module = "/nowhere.so";
  CHECK(SignerProcess::start(options, system_files(), system_clock()).error().code() == Code::not_found);
  options.module = "/usr/lib/x86_64-linux-gnu/libm.so.6";
  CHECK(SignerProcess::start(options, system_files(), system_clock()).error().code() == Code::invalid);
  options.module = "relative.so";
  CHECK(SignerProcess::start(options, system_files(), system_clock()).error().code() == Code::invalid);
}

TEST_CASE("a signer that was killed is an error, and another takes the next job") {
  if (!Lab::is_possible()) return;
  const auto signer = lab().signer();
  const auto job = job_for(any_digest());
  REQUIRE(signer->approve(job, lab().pin()));
  kill(signer->pid(), SIGKILL);
  CHECK(signer->sign_cms(job).error().code() == Code::unavailable);
  CHECK(signer->certificates());
  REQUIRE(signer->approve(job, lab().pin()));
  CHECK(signer->sign_cms(job));
}

TEST_CASE("a token that hangs is ended in time") {
  auto options = lab().options();
  options.module = KHIEN_HANGING_MODULE;
  options.job_time = milliseconds(300);
  const auto signer = SignerProcess::start(options, system_files(), system_clock());
  REQUIRE_MESSAGE(signer, signer.error().what());
  const auto began = system_clock().monotonic();
  const auto certificates = (*signer)->certificates();
  CHECK(certificates.error().code() == Code::unavailable);
  CHECK(certificates.error().what().find("no answer within") != std::string::npos);
  CHECK(system_clock().monotonic().ms - began.ms < 5'000);
}

TEST_CASE("the signer is shut in") {
  if (!Lab::is_possible()) return;
  const auto signer = lab().signer();
  CHECK(signer->in_force().find("not dumpable") != std::string::npos);
  std::ifstream limits("/proc/" + std::to_string(signer->pid()) + "/limits");
  std::string line;
  bool no_core = false;
  while (std::getline(limits, line)) no_core = no_core || (line.starts_with("Max core file size") && line.find(" 0 ") != line.npos);
  CHECK(no_core);
  struct stat status {};
  REQUIRE(stat(("/proc/" + std::to_string(signer->pid()) + "/mem").c_str(), &status) == 0);
  CHECK(status.st_uid == 0);  // what is not dumpable belongs to root, whoever runs it
  if (geteuid() == 0) CHECK(signer->in_force().find("uid 0") == std::string::npos);
}

}  // namespace
}  // namespace khien::token

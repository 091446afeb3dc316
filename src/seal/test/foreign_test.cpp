#include "forged.hpp"

namespace khien::seal {
namespace {

// poppler signs by NSS, which writes its CMS as a stream; LibreOffice does the same.
std::string by_poppler(const std::string& pdf, const std::string& who) {
  lab().write("in.pdf", pdf);
  const std::string script =
      "set -e\nrm -f out.pdf\nif [ ! -d db ]; then mkdir db; certutil -N -d sql:db --empty-password; certutil -A -d sql:db -n root -t CT,C,C -i ca.pem; fi\n"
      "openssl pkcs12 -export -in " + who + ".pem -inkey " + who + ".key -name " + who + " -passout pass:x -out nss.p12\n"
      "pk12util -i nss.p12 -d sql:db -W x || true\npdfsig -nssdir sql:db -add-signature -nick " + who + " in.pdf out.pdf || true\ntest -s out.pdf\n";
  lab().write("nss.sh", script);
  REQUIRE_MESSAGE(lab().run("sh nss.sh >log 2>&1") == 0, lab().read("log"));
  return lab().read("out.pdf");
}

bool is_installed() {
  for (const char* tool : {"/usr/bin/certutil", "/usr/bin/pk12util", "/usr/bin/pdfsig"}) {
    if (std::filesystem::exists(tool)) continue;
    MESSAGE("skipped: " << tool << " is not installed");
    return false;
  }
  return true;
}

TEST_CASE("what poppler signed is valid, once and twice; a byte of it that is changed is told") {
  if (!is_installed()) return;
  const std::string once = by_poppler(update("", base("")), "leader");
  const auto first = judged(once);
  REQUIRE(first.signatures.size() == 1);
  CHECK_MESSAGE(first.valid, first.signatures[0].detail);
  const std::string twice = by_poppler(once, "clerk");
  const auto both = judged(twice);
  REQUIRE(both.signatures.size() == 2);
  CHECK_MESSAGE(both.valid, (both.signatures[0].detail + both.signatures[1].detail));
  CHECK(signers_of(both) == "Leader; Clerk");
  CHECK_FALSE(both.signatures[0].pictured_after);
  // The whole CMS, where lengths are not told, and what follows it.
  const auto begin = once.find("/Contents <") + 11, end = once.find('>', begin);
  REQUIRE(once.substr(begin, 4) == "3080");
  std::size_t valid = 0, tried = 0;
  for (std::size_t at = begin - 1; at <= end; at += at < begin + 200 || at + 120 > once.rfind("00000000>") ? 1 : 17) {
    std::string changed = once;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    valid += judged(changed).valid ? 1 : 0;
    ++tried;
  }
  CHECK(valid == 0);
  CHECK(tried > 300);
}

}  // namespace
}  // namespace khien::seal

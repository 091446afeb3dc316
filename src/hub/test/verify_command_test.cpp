#include <doctest/doctest.h>

#include <fstream>
#include <string>

#include "khien/hub/command_line.hpp"
#include "khien/hub/console.hpp"
#include "test/temporary_folder.hpp"

namespace khien::hub {
namespace {

// Signed by openssl and xmlsec1; see seal's seeds_test.
const std::string kSeeds = std::string(KHIEN_SOURCE_DIR) + "/src/seal/fuzz/corpus/";

struct Said {
  int code = 0;
  std::string out, err;
};

Said verify(std::vector<std::string> words, Language language = Language::vi) {
  words.insert(words.begin(), "verify");
  KeptConsole console(language);
  const int code = run_command_line(words, console);
  return {code, console.said(), console.complained()};
}

// The certificate between the marks of seal's authority.hpp.
std::string write_authority(const TemporaryFolder& folder) {
  std::ifstream source(std::string(KHIEN_SOURCE_DIR) + "/src/seal/fuzz/authority.hpp");
  const std::string path = folder.path() + "/ca.pem";
  std::ofstream out(path);
  bool inside = false;
  for (std::string line; std::getline(source, line);) {
    inside = inside || line.starts_with("-----BEGIN");
    if (inside) out << line << "\n";
    if (line.starts_with("-----END")) inside = false;
  }
  return path;
}

TEST_CASE("verify: 0 is valid, 1 is not, 2 is not read; in Vietnamese first") {
  const TemporaryFolder folder;
  const std::string trust = write_authority(folder);
  Said said = verify({kSeeds + "verify_pdf/signed-cades.pdf", kSeeds + "verify_xml/signed-exclusive.xml", "--trust", trust});
  CHECK_MESSAGE(said.code == 0, (said.out + said.err));
  CHECK(said.out.find("Hợp lệ: 1 chữ ký số") != std::string::npos);
  CHECK(said.out.find("Người ký: Nguyễn Văn A") != std::string::npos);

  said = verify({kSeeds + "verify_pdf/signed-cades.pdf", kSeeds + "verify_pdf/changed.pdf", "--trust", trust});
  CHECK(said.code == 1);
  CHECK(said.out.find("Không hợp lệ: nội dung đã bị sửa sau khi ký.") != std::string::npos);

  said = verify({kSeeds + "verify_pdf/updated.pdf", "--trust", trust, "--json"});
  CHECK(said.code == 1);
  CHECK(said.out.find(R"("state":"changed_after")") != std::string::npos);

  said = verify({folder.path() + "/absent.pdf", "--trust", trust});
  CHECK(said.code == 2);
  CHECK(verify({}).code == 2);
  CHECK(verify({folder.path(), "--trust", trust}).code == 2);
}

TEST_CASE("verify: lists of revoked certificates come from a folder; a folder that is not there is no silence") {
  const TemporaryFolder folder;
  const std::string trust = write_authority(folder);
  const std::string pdf = kSeeds + "verify_pdf/signed-cades.pdf";
  CHECK(verify({pdf, "--trust", trust}).out.find("Thu hồi: chưa kiểm tra thu hồi chứng thư") != std::string::npos);
  CHECK(verify({pdf, "--trust", trust, "--crls", folder.path() + "/absent"}).code == 2);
  std::ofstream(folder.path() + "/2026-11-26.crl") << "no list";
  std::ofstream(folder.path() + "/README") << "not asked for";
  const Said said = verify({pdf, "--trust", trust, "--crls", folder.path()});
  CHECK(said.code == 0);
  CHECK(said.out.find("CẢNH BÁO: chưa biết chứng thư có bị thu hồi hay không") != std::string::npos);
  // ca.pem of the folder is read as well, and is none either.
  CHECK(said.out.find("2 of those given cannot be used") != std::string::npos);
}

TEST_CASE("verify: what an earlier signature was made for can be written and looked at") {
  const TemporaryFolder folder;
  const std::string trust = write_authority(folder), pdf = kSeeds + "verify_pdf/altered-between.pdf", earlier = folder.path() + "/earlier.pdf";
  CHECK(verify({pdf, "--trust", trust, "--revision", "1"}).code == 2);
  CHECK(verify({pdf, "--trust", trust, "--revision", "3", "--output", earlier}).code == 2);
  CHECK(verify({pdf, "--trust", trust, "--revision", "1", "--output", earlier}).code == 1);
  // Altered after it was signed; what was signed is whole.
  const Said said = verify({earlier, "--trust", trust});
  CHECK_MESSAGE(said.code == 0, (said.out + said.err));
}

TEST_CASE("verify: who trusts nobody is told so") {
  const TemporaryFolder folder;
  std::ofstream(folder.path() + "/khien.toml") << "[hub]\n";
  const Said said = verify({kSeeds + "verify_pdf/signed-cades.pdf", "--config", folder.path() + "/khien.toml"});
  CHECK(said.code == 1);
  CHECK(said.err.find("signing_trust") != std::string::npos);
  CHECK(said.out.find("không do tổ chức chứng thực được tin cậy cấp") != std::string::npos);
}

}  // namespace
}  // namespace khien::hub

#pragma once

#include <doctest/doctest.h>

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>

#include "khien/core/clock.hpp"
#include "khien/core/file.hpp"
#include "khien/core/secret.hpp"
#include "khien/seal/pdf_signature.hpp"
#include "khien/seal/signer_process.hpp"
#include "khien/seal/verify.hpp"
#include "khien/seal/xml_signature.hpp"

namespace khien::token {

inline constexpr const char* kSoftHsm = "/usr/lib/softhsm/libsofthsm2.so";

// A folder with an authority, a time stamp server's key and a SoftHSM token that holds a
// signer's. The PIN is made by the shell: this process sees it when it reads the file.
class Lab {
 public:
  Lab() {
    std::string pattern = "/tmp/khien-token-XXXXXX";
    folder_ = mkdtemp(pattern.data());
    chmod(folder_.c_str(), 0755);
    std::ofstream(folder_ + "/make.sh") << kScript;
    REQUIRE(run("sh make.sh >log 2>&1") == 0);
  }
  Lab(const Lab&) = delete;
  Lab& operator=(const Lab&) = delete;
  ~Lab() { std::filesystem::remove_all(folder_); }

  static bool is_possible() {
    for (const char* tool : {kSoftHsm, "/usr/bin/softhsm2-util", "/usr/bin/pkcs11-tool", "/usr/bin/openssl"}) {
      if (std::filesystem::exists(tool)) continue;
      MESSAGE("skipped: " << tool << " is not installed");
      return false;
    }
    return true;
  }

  const std::string& folder() const { return folder_; }
  std::string path(const std::string& name) const { return folder_ + "/" + name; }

  // In the folder; the exit code, and with `output` what it printed.
  int run(const std::string& command, std::string* output = nullptr) const {
    const std::string whole = "cd " + folder_ + " && { " + command + "; } 2>&1";
    FILE* pipe = popen(whole.c_str(), "r");
    std::array<char, 4096> buffer{};
    for (std::size_t got; (got = fread(buffer.data(), 1, buffer.size(), pipe)) > 0;) {
      if (output != nullptr) output->append(buffer.data(), got);
    }
    const int status = pclose(pipe);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 255;
  }

  std::string read(const std::string& name) const {
    std::ifstream file(path(name), std::ios::binary);
    std::ostringstream all;
    all << file.rdbuf();
    return all.str();
  }
  void write(const std::string& name, std::string_view bytes) const {
    std::ofstream(path(name), std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  }
  void write(const std::string& name, const Bytes& bytes) const { write(name, as_text(bytes)); }

  Secret pin() const {
    char digits[12] = {};
    const Fd file(::open(path("pin").c_str(), O_RDONLY));
    REQUIRE(::read(file.get(), digits, sizeof digits) == sizeof digits);
    Secret pin(std::string(digits, sizeof digits));
    explicit_bzero(digits, sizeof digits);
    return pin;
  }

  seal::SignerProcess::Options options(std::string key = "sign") const {
    return {.executable = KHIEN_SIGNER, .module = kSoftHsm, .token = "khien-lab", .key = std::move(key), .environment = {"SOFTHSM2_CONF=" + path("softhsm2.conf")},
            .count_folder = folder_};
  }
  std::unique_ptr<seal::SignerProcess> signer(std::string key = "sign") const {
    auto started = seal::SignerProcess::start(options(std::move(key)), system_files(), system_clock());
    REQUIRE_MESSAGE(started, started.error().what());
    return std::move(started).value();
  }

  seal::VerifyOptions trust() const { return {.trust_pem = read("ca.pem"), .now = system_clock().now()}; }

 private:
  static constexpr const char* kScript = R"make(set -e
tr -dc 0-9 < /dev/urandom | head -c 12 > pin
mkdir tokens
printf 'directories.tokendir = %s/tokens\nobjectstore.backend = file\nlog.level = ERROR\n' "$PWD" > softhsm2.conf
export SOFTHSM2_CONF="$PWD/softhsm2.conf"
openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 3650 -subj '/C=VN/CN=Lab Root' -addext keyUsage=critical,keyCertSign,cRLSign
issue() { # name, subject, extensions, kind of key
  openssl req -newkey ${4:-rsa:2048} ${5:+-pkeyopt $5} -nodes -keyout $1.key -out $1.csr -subj "$2" -utf8
  printf '%b' "authorityKeyIdentifier=keyid\nsubjectKeyIdentifier=hash\n$3" > $1.ext
  openssl x509 -req -in $1.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 365 -out $1.pem -extfile $1.ext
}
issue sign '/C=VN/O=Sở Thông tin/CN=Nguyễn Văn A' 'keyUsage=critical,digitalSignature,nonRepudiation'
issue tsa '/C=VN/CN=Lab Time' 'keyUsage=critical,digitalSignature\nextendedKeyUsage=critical,timeStamping'
for curve in P-256 P-384; do
  issue $curve "/C=VN/O=Sở Thông tin/CN=Nguyễn Văn $curve" 'keyUsage=critical,digitalSignature,nonRepudiation' ec ec_paramgen_curve:$curve
done
openssl x509 -req -in sign.csr -CA ca.pem -CAkey ca.key -set_serial 78 -days -1 -outform DER -out old.der -extfile sign.ext
softhsm2-util --init-token --free --label khien-lab --pin "$(cat pin)" --so-pin 87654321
id=10
for one in sign P-256 P-384; do
  openssl pkcs8 -topk8 -nocrypt -in $one.key -out $one.p8
  openssl x509 -in $one.pem -outform DER -out $one.der
  softhsm2-util --import $one.p8 --token khien-lab --label $one --id $id --pin "$(cat pin)"
  pkcs11-tool --module /usr/lib/softhsm/libsofthsm2.so --token-label khien-lab --login --pin "$(cat pin)" --write-object $one.der --type cert --id $id --label $one
  id=$((id + 1))
done
pkcs11-tool --module /usr/lib/softhsm/libsofthsm2.so --token-label khien-lab --login --pin "$(cat pin)" --write-object old.der --type cert --id 02 --label last-year
if [ "$(id -u)" = 0 ]; then chown -R nobody tokens; chmod 755 .; fi
)make";

  std::string folder_;
};

// A PDF of one page, by hand.
inline std::string small_pdf() {
  const std::string content = "BT /F1 24 Tf 72 720 Td (Bao cao) Tj ET";
  const std::array<std::string, 5> objects = {
      "<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
      "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
      "<< /Length " + std::to_string(content.size()) + " >>\nstream\n" + content + "\nendstream",
      "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"};
  std::string pdf = "%PDF-1.7\n%\xe2\xe3\xcf\xd3\n";
  std::string table = "0000000000 65535 f \n";
  for (std::size_t i = 0; i < objects.size(); ++i) {
    char line[24];
    std::snprintf(line, sizeof line, "%010zu 00000 n \n", pdf.size());
    table += line;
    pdf += std::to_string(i + 1) + " 0 obj\n" + objects[i] + "\nendobj\n";
  }
  const std::size_t at = pdf.size();
  return pdf + "xref\n0 6\n" + table + "trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n" + std::to_string(at) + "\n%%EOF\n";
}

inline seal::SigningJob job_for(const Sha256& digest, std::string id = "approval-1") {
  return {.approval_id = std::move(id), .title = "Báo cáo quý III", .digest = digest};
}

inline seal::PreparedPdf prepared_pdf(const std::string& pdf = small_pdf()) {
  Budget budget(seal::verify_limits());
  auto prepared = seal::prepare_pdf(as_bytes(pdf), {.name = "Nguyễn Văn A", .reason = "Phát hành", .location = "", .at = system_clock().now()}, budget);
  REQUIRE_MESSAGE(prepared, prepared.error().what());
  return std::move(prepared).value();
}

inline Result<seal::SignedPdf> sign_pdf(const Lab& lab, const seal::Stamping& stamping, const std::string& pdf = small_pdf(), std::string key = "sign") {
  const auto signer = lab.signer(std::move(key));
  auto prepared = prepared_pdf(pdf);
  const auto job = job_for(prepared.digest());
  const auto approved = signer->approve(job, lab.pin());
  REQUIRE_MESSAGE(approved, approved.error().what());
  return seal::finish_pdf(std::move(prepared), job, *signer, stamping);
}

inline Bytes signed_pdf(const Lab& lab, seal::TimeStamper* stamper = nullptr, const std::string& pdf = small_pdf(), std::string key = "sign") {
  auto done = sign_pdf(lab, {.stamper = stamper}, pdf, std::move(key));
  REQUIRE_MESSAGE(done, done.error().what());
  CHECK(done->stamped_at.has_value() == (stamper != nullptr));
  return std::move(done->bytes);
}

inline constexpr std::string_view kLetter =
    R"(<?xml version="1.0" encoding="UTF-8"?>
<edXMLEnvelope xmlns:edXML="http://www.mic.gov.vn/TBT/QCVN_102_2016"><edXML:edXMLHeader><edXML:MessageHeader><edXML:Subject>Chia sẻ &amp; "báo cáo"</edXML:Subject></edXML:MessageHeader></edXML:edXMLHeader><edXML:edXMLBody><AVReport name="Khiên"><Datetime>1700000000</Datetime></AVReport></edXML:edXMLBody></edXMLEnvelope>)";

inline seal::XmlSigning in_header(std::string prefix = "") {
  return {.parent_namespace = "http://www.mic.gov.vn/TBT/QCVN_102_2016", .parent_name = "edXMLHeader", .prefix = std::move(prefix)};
}

inline std::string signed_xml(const Lab& lab, std::string prefix = "", std::string key = "sign") {
  Budget budget(seal::verify_limits());
  auto prepared = seal::prepare_xml(kLetter, in_header(std::move(prefix)), budget);
  REQUIRE_MESSAGE(prepared, prepared.error().what());
  const auto signer = lab.signer(std::move(key));
  const auto job = job_for(prepared->digest());
  const auto approved = signer->approve(job, lab.pin());
  REQUIRE_MESSAGE(approved, approved.error().what());
  auto done = seal::finish_xml(std::move(prepared).value(), job, *signer);
  REQUIRE_MESSAGE(done, done.error().what());
  return std::move(done).value();
}

inline seal::Verification judged(ByteView bytes, const seal::VerifyOptions& options) {
  Budget budget(seal::verify_limits(), &system_clock());
  auto verification = seal::verify(bytes, options, budget);
  REQUIRE_MESSAGE(verification, verification.error().what());
  return std::move(verification).value();
}

inline std::string part(const Bytes& bytes, std::size_t from, std::size_t size) { return std::string(as_text(bytes).substr(from, size)); }

// What ByteRange says, by a reader of our own.
inline std::array<std::size_t, 4> byte_range(const Bytes& pdf) {
  std::array<std::size_t, 4> range{};
  const std::string text(as_text(pdf));
  const auto at = text.find("/ByteRange");
  REQUIRE(at != text.npos);
  REQUIRE(std::sscanf(text.c_str() + at, "/ByteRange [ %zu %zu %zu %zu", &range[0], &range[1], &range[2], &range[3]) == 4);
  return range;
}

// "content": what was signed, "signature.der": the CMS, for `openssl`.
inline void take_apart(const Lab& lab, const Bytes& pdf) {
  const auto range = byte_range(pdf);
  lab.write("content", part(pdf, 0, range[1]) + part(pdf, range[2], range[3]));
  lab.write("signature.hex", part(pdf, range[1] + 1, range[2] - range[1] - 2));
  REQUIRE(lab.run("xxd -r -p signature.hex > signature.der") == 0);
}
inline constexpr const char* kOpensslVerify =
    "openssl cms -verify -cades -binary -inform DER -in signature.der -content content -CAfile ca.pem -purpose any -out verified";

inline Lab& lab() {
  static Lab one;
  return one;
}

}  // namespace khien::token

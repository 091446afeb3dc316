#pragma once

#include <doctest/doctest.h>
#include <stdlib.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>

#include "khien/core/clock.hpp"
#include "khien/seal/time_stamp.hpp"
#include "khien/seal/verify.hpp"
#include "stamped_cms.hpp"

// Files as somebody makes them who wants a document taken for signed that is not: by hand,
// with certificates that are genuine.
namespace khien::seal {

using Objects = std::map<int, std::string>;

inline constexpr std::size_t kRoom = 16384;
inline constexpr std::string_view kMake = R"(set -e
openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 3650 -subj '/C=VN/CN=Lab Root' -addext keyUsage=critical,keyCertSign,cRLSign
issue() { # name, subject, extensions
  openssl req -newkey rsa:2048 -nodes -keyout $1.key -out $1.csr -subj "$2" -utf8
  printf '%b' "authorityKeyIdentifier=keyid\nsubjectKeyIdentifier=hash\n$3" > $1.ext
  openssl x509 -req -in $1.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days ${4:-365} -out $1.pem -extfile $1.ext
}
sign='keyUsage=critical,digitalSignature,nonRepudiation'
issue leader /CN=Leader "$sign"
issue clerk /CN=Clerk "$sign\nextendedKeyUsage=clientAuth,emailProtection"
issue person /CN=Person "$sign\nextendedKeyUsage=clientAuth"
issue signer /CN=Signer "$sign\nextendedKeyUsage=1.3.6.1.5.5.7.3.36"
issue tls /CN=www.example.vn 'keyUsage=critical,digitalSignature,keyEncipherment\nextendedKeyUsage=serverAuth,clientAuth'
issue code /CN=Code "$sign\nextendedKeyUsage=codeSigning"
issue tsa /CN=Time 'keyUsage=critical,digitalSignature\nextendedKeyUsage=critical,timeStamping'
issue silent /CN=Silent 'subjectAltName=DNS:silent.example.vn'
issue cipher /CN=Cipher 'keyUsage=critical,keyEncipherment'
issue nameless / "$sign"
openssl x509 -req -in leader.csr -CA ca.pem -CAkey ca.key -set_serial 77 -days -1 -out old.pem -extfile leader.ext
printf '[tsa]\ndefault_tsa = t\n[t]\nserial = serial\ncrypto_device = builtin\nsigner_digest = sha256\ndefault_policy = 1.2.3.4\ndigests = sha256\nordering = no\ntsa_name = no\ness_cert_id_chain = no\ness_cert_id_alg = sha256\n' > ts.cnf
)";

class ForgeLab {
 public:
  ForgeLab() {
    std::string pattern = "/tmp/khien-seal-XXXXXX";
    folder_ = mkdtemp(pattern.data());
    write("make.sh", kMake);
    REQUIRE_MESSAGE(run("sh make.sh >log 2>&1") == 0, read("log"));
  }
  ForgeLab(const ForgeLab&) = delete;
  ForgeLab& operator=(const ForgeLab&) = delete;
  ~ForgeLab() { std::filesystem::remove_all(folder_); }

  int run(const std::string& command) const { return system(("cd " + folder_ + " && { " + command + "; }").c_str()); }
  void write(const std::string& name, std::string_view bytes) const {
    std::ofstream(folder_ + "/" + name, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  }
  std::string read(const std::string& name) const {
    std::ifstream file(folder_ + "/" + name, std::ios::binary);
    std::ostringstream all;
    all << file.rdbuf();
    return all.str();
  }

  // The last placeholder of the file filled in, by whom; nobody: a time stamp. `stamped`: with a
  // time stamp of the signature.
  std::string sign(std::string pdf, const std::string& who, const std::string& more = "", bool stamped = false) const {
    const std::string gap = "<" + std::string(kRoom, '0') + ">";
    const auto begin = pdf.rfind(gap), end = begin + gap.size();
    const std::array<std::pair<std::string_view, std::size_t>, 3> numbers = {{{"AAAAAAAAAA", begin}, {"BBBBBBBBBB", end}, {"CCCCCCCCCC", pdf.size() - end}}};
    for (const auto& [mark, number] : numbers) {
      std::string text = std::to_string(number);
      text.resize(mark.size(), ' ');
      pdf.replace(pdf.rfind(mark), mark.size(), text);
    }
    write("d", pdf.substr(0, begin) + pdf.substr(end));
    const std::string stamp = "openssl ts -query -data d -sha256 -cert -out q && openssl ts -reply -config ts.cnf -section t -queryfile q -signer tsa.pem "
                              "-inkey tsa.key -token_out -out cms";
    const std::string person = "openssl cms -sign -cades -binary -nosmimecap -md sha256 -in d -signer " + who + ".pem -inkey " + who + ".key" + more + " -outform DER -out cms";
    REQUIRE_MESSAGE(run("{ " + (who.empty() ? stamp : person) + "; } >log 2>&1") == 0, read("log"));
    if (stamped) stamp_cms();
    const std::string made = read("cms");
    const std::string hex = to_hex(as_bytes(made));
    REQUIRE(hex.size() <= kRoom);
    return pdf.replace(begin + 1, hex.size(), hex);
  }

 private:
  // By openssl alone, but for putting the token into the CMS.
  void stamp_cms() const;

  std::string folder_;
};

// Gives the token that `openssl ts` made.
class OpensslStamper final : public TimeStamper {
 public:
  explicit OpensslStamper(const ForgeLab& lab) : lab_(lab) {}
  Result<TimeStampToken> stamp(ByteView bytes) override {
    lab_.write("sv", as_text(bytes));
    REQUIRE(lab_.run("{ openssl ts -query -data sv -sha256 -cert -out q && openssl ts -reply -config ts.cnf -section t -queryfile q -signer tsa.pem "
                     "-inkey tsa.key -token_out -out token; } >log 2>&1") == 0);
    const std::string token = lab_.read("token");
    const ByteView der = as_bytes(token);
    return TimeStampToken{.der = Bytes(der.begin(), der.end()), .at = {}};
  }

 private:
  const ForgeLab& lab_;
};

inline void ForgeLab::stamp_cms() const {
  const std::string cms = read("cms");
  OpensslStamper stamper(*this);
  const auto stamped = with_time_stamp(as_bytes(cms), stamper);
  REQUIRE(stamped);
  write("cms", as_text(stamped->cms));
}

inline const ForgeLab& lab() {
  static const ForgeLab one;
  return one;
}

inline std::string stream(const std::string& data, const std::string& more = "") {
  return "<< /Length " + std::to_string(data.size()) + " " + more + ">>\nstream\n" + data + "\nendstream";
}
inline std::string says(const std::string& sum) { return "BT /F1 24 Tf 72 720 Td (Pay " + sum + ") Tj ET"; }
inline std::string shows(const std::string& sum) {
  return stream(says(sum), "/Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources << /Font << /F1 5 0 R >> >> ");
}

inline constexpr std::string_view kPerson = "/Type /Sig /SubFilter /ETSI.CAdES.detached", kStamp = "/Type /DocTimeStamp /SubFilter /ETSI.RFC3161";

inline std::string signature(std::string_view kind = kPerson) {
  return "<< " + std::string(kind) + " /Filter /Adobe.PPKLite /ByteRange [0 AAAAAAAAAA BBBBBBBBBB CCCCCCCCCC] /Contents <" + std::string(kRoom, '0') + "> >>";
}
inline std::string field(int value, const std::string& more = "/Rect [0 0 0 0]") {
  const std::string number = std::to_string(value);
  return "<< /Type /Annot /Subtype /Widget /FT /Sig /T (S" + number + ") /V " + number + " 0 R /F 132 /P 3 0 R " + more + " >>";
}
inline std::string catalog(const std::string& fields, const std::string& more = "") {
  return "<< /Type /Catalog /Pages 2 0 R " + (fields.empty() ? "" : "/AcroForm << /Fields [" + fields + "] /SigFlags 3 >> ") + more + " >>";
}
inline std::string page(const std::string& fields, const std::string& resources = "/Font << /F1 5 0 R >>") {
  return "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R " + (fields.empty() ? "" : "/Annots [" + fields + "] ") + "/Resources << " +
         resources + " >> >>";
}

// An update at the end of `pdf`, or a file of its own.
inline std::string update(std::string pdf, const Objects& objects, const std::string& trailer = "") {
  const auto word = pdf.rfind("startxref\n");
  const std::string previous = word == pdf.npos ? "" : " /Prev " + std::to_string(std::stoul(pdf.substr(word + 10)));
  if (pdf.empty()) pdf = "%PDF-1.7\n%\xe2\xe3\xcf\xd3\n";
  std::string table = previous.empty() ? "0 1\n0000000000 65535 f \n" : "";
  for (const auto& [number, body] : objects) {
    char line[24];
    std::snprintf(line, sizeof line, "%010zu 00000 n \n", pdf.size());
    table += std::to_string(number) + " 1\n" + line;
    pdf += std::to_string(number) + " 0 obj\n" + body + "\nendobj\n";
  }
  const std::string at = std::to_string(pdf.size());
  return pdf + "xref\n" + table + "trailer\n<< /Size 20 /Root 1 0 R" + previous + trailer + " >>\nstartxref\n" + at + "\n%%EOF\n";
}

inline Objects base(const std::string& fields, const std::string& catalog_more = "") {
  return {{1, catalog(fields, catalog_more)}, {2, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>"}, {3, page(fields)}, {4, stream(says("100"))},
          {5, "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"}};
}
// One page with room for one signature.
inline Objects letter(const std::string& catalog_more = "", std::string_view kind = kPerson) {
  Objects objects = base("6 0 R", catalog_more);
  objects[6] = field(7);
  objects[7] = signature(kind);
  return objects;
}
// What a second signer adds.
inline Objects second(const std::string& widget = "/Rect [0 0 0 0]", const std::string& catalog_more = "", std::string_view kind = kPerson) {
  return {{1, catalog("6 0 R 10 0 R", catalog_more)}, {3, page("6 0 R 10 0 R")}, {10, field(11, widget)}, {11, signature(kind)}};
}

inline Verification judged(const std::string& pdf, std::size_t first_revision = 0) {
  Budget budget(verify_limits(), &system_clock());
  auto verification = verify(as_bytes(pdf), {.trust_pem = lab().read("ca.pem"), .now = system_clock().now(), .first_revision = first_revision}, budget);
  REQUIRE_MESSAGE(verification, verification.error().what());
  // The worker says it all.
  CHECK(verification_from_json(to_json(*verification)).value() == *verification);
  return std::move(verification).value();
}
inline SignatureState first_state(const std::string& pdf) {
  const auto verification = judged(pdf);
  CHECK_FALSE(verification.valid);
  REQUIRE(verification.signatures.size() == 2);
  return verification.signatures[0].state;
}
inline std::string by_leader(const Objects& objects, const std::string& trailer = "") { return lab().sign(update("", objects, trailer), "leader"); }

}  // namespace khien::seal

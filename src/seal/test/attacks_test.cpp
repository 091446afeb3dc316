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
#include "khien/seal/verify.hpp"

// Files as somebody makes them who wants a document taken for signed that is not: by hand,
// with certificates that are genuine.
namespace khien::seal {
namespace {

using enum SignatureState;
using Objects = std::map<int, std::string>;

constexpr std::size_t kRoom = 16384;
constexpr std::string_view kMake = R"(set -e
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

class Lab {
 public:
  Lab() {
    std::string pattern = "/tmp/khien-seal-XXXXXX";
    folder_ = mkdtemp(pattern.data());
    write("make.sh", kMake);
    REQUIRE_MESSAGE(run("sh make.sh >log 2>&1") == 0, read("log"));
  }
  Lab(const Lab&) = delete;
  Lab& operator=(const Lab&) = delete;
  ~Lab() { std::filesystem::remove_all(folder_); }

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

  // The last placeholder of the file filled in, by whom; nobody: a time stamp.
  std::string sign(std::string pdf, const std::string& who, const std::string& more = "") const {
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
    const std::string made = read("cms");
    const std::string hex = to_hex(as_bytes(made));
    REQUIRE(hex.size() <= kRoom);
    return pdf.replace(begin + 1, hex.size(), hex);
  }

 private:
  std::string folder_;
};

const Lab& lab() {
  static const Lab one;
  return one;
}

std::string stream(const std::string& data, const std::string& more = "") {
  return "<< /Length " + std::to_string(data.size()) + " " + more + ">>\nstream\n" + data + "\nendstream";
}
std::string says(const std::string& sum) { return "BT /F1 24 Tf 72 720 Td (Pay " + sum + ") Tj ET"; }
std::string shows(const std::string& sum) {
  return stream(says(sum), "/Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources << /Font << /F1 5 0 R >> >> ");
}

constexpr std::string_view kPerson = "/Type /Sig /SubFilter /ETSI.CAdES.detached", kStamp = "/Type /DocTimeStamp /SubFilter /ETSI.RFC3161";

std::string signature(std::string_view kind = kPerson) {
  return "<< " + std::string(kind) + " /Filter /Adobe.PPKLite /ByteRange [0 AAAAAAAAAA BBBBBBBBBB CCCCCCCCCC] /Contents <" + std::string(kRoom, '0') + "> >>";
}
std::string field(int value, const std::string& more = "/Rect [0 0 0 0]") {
  const std::string number = std::to_string(value);
  return "<< /Type /Annot /Subtype /Widget /FT /Sig /T (S" + number + ") /V " + number + " 0 R /F 132 /P 3 0 R " + more + " >>";
}
std::string catalog(const std::string& fields, const std::string& more = "") {
  return "<< /Type /Catalog /Pages 2 0 R " + (fields.empty() ? "" : "/AcroForm << /Fields [" + fields + "] /SigFlags 3 >> ") + more + " >>";
}
std::string page(const std::string& fields, const std::string& resources = "/Font << /F1 5 0 R >>") {
  return "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R " + (fields.empty() ? "" : "/Annots [" + fields + "] ") + "/Resources << " +
         resources + " >> >>";
}

// An update at the end of `pdf`, or a file of its own.
std::string update(std::string pdf, const Objects& objects, const std::string& trailer = "") {
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

Objects base(const std::string& fields, const std::string& catalog_more = "") {
  return {{1, catalog(fields, catalog_more)}, {2, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>"}, {3, page(fields)}, {4, stream(says("100"))},
          {5, "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"}};
}
// One page with room for one signature.
Objects letter(const std::string& catalog_more = "", std::string_view kind = kPerson) {
  Objects objects = base("6 0 R", catalog_more);
  objects[6] = field(7);
  objects[7] = signature(kind);
  return objects;
}
// What a second signer adds.
Objects second(const std::string& widget = "/Rect [0 0 0 0]", const std::string& catalog_more = "", std::string_view kind = kPerson) {
  return {{1, catalog("6 0 R 10 0 R", catalog_more)}, {3, page("6 0 R 10 0 R")}, {10, field(11, widget)}, {11, signature(kind)}};
}

Verification judged(const std::string& pdf, std::size_t first_revision = 0) {
  Budget budget(verify_limits(), &system_clock());
  auto verification = verify(as_bytes(pdf), {.trust_pem = lab().read("ca.pem"), .now = system_clock().now(), .first_revision = first_revision}, budget);
  REQUIRE_MESSAGE(verification, verification.error().what());
  // The worker says it all.
  CHECK(verification_from_json(to_json(*verification)).value() == *verification);
  return std::move(verification).value();
}
SignatureState first_state(const std::string& pdf) {
  const auto verification = judged(pdf);
  CHECK_FALSE(verification.valid);
  REQUIRE(verification.signatures.size() == 2);
  return verification.signatures[0].state;
}
std::string by_leader(const Objects& objects, const std::string& trailer = "") { return lab().sign(update("", objects, trailer), "leader"); }

TEST_CASE("a time stamp alone is nobody's signature") {
  const auto alone = judged(lab().sign(update("", letter("", kStamp)), ""));
  CHECK_FALSE(alone.valid);
  REQUIRE(alone.signatures.size() == 1);
  CHECK(alone.signatures[0].state == valid);
  CHECK(alone.signatures[0].is_time_stamp);
  CHECK(alone.words.vi == "Không hợp lệ: tệp chỉ có dấu thời gian, không có chữ ký số của người hay cơ quan nào.");
  // Beside a signature it is welcome, and is not counted as one.
  const auto both = judged(lab().sign(update(by_leader(letter()), second("/Rect [0 0 0 0]", "", kStamp)), ""));
  CHECK_MESSAGE(both.valid, both.signatures[0].detail);
  CHECK(both.words.vi.starts_with("Hợp lệ: 1 chữ ký số"));
  CHECK(signers_of(both) == "Leader");
}

TEST_CASE("a second signer leaves the first valid, if his field shows nothing") {
  const std::string leader = by_leader(letter());
  REQUIRE(judged(leader).valid);
  const auto twice = judged(lab().sign(update(leader, second()), "clerk"));
  CHECK_MESSAGE(twice.valid, twice.signatures[0].detail);
  CHECK(signers_of(twice) == "Leader; Clerk");
  // A form of no size, and an entry with nothing in it, as programs write them.
  Objects formal = second("/Rect [0 0 0 0] /MK << >> /AP << /N 12 0 R >>");
  formal[12] = stream("", "/Type /XObject /Subtype /Form /BBox [0 0 0 0] ");
  CHECK(judged(lab().sign(update(leader, formal), "clerk")).valid);
}

TEST_CASE("a field that paints over what was signed is told") {
  const std::string leader = by_leader(letter());
  for (const std::string_view kind : {kPerson, kStamp}) {
    Objects over = second("/Rect [0 0 595 842] /AP << /N 12 0 R >>", "", kind);
    over[12] = shows("999");
    CHECK(first_state(lab().sign(update(leader, over), kind == kPerson ? "clerk" : "")) == covers_part_only);
  }
  for (const char* widget : {"/Rect [0 0 1 1]", "/Rect [0 0 0 0] /A << /S /JavaScript /JS (1) >>", "/Rect [0 0 0 0] /AA << >>", "/Rect [0 0 0 0] /MK << /BG [1] >>"}) {
    CHECK(first_state(lab().sign(update(leader, second(widget)), "clerk")) == covers_part_only);
  }
  // A "field" whose value is no signature is no signature field.
  Objects hollow = second();
  hollow[10] = "<< /Type /Annot /Subtype /Widget /FT /Sig /T (S2) /V << >> /P 3 0 R /Rect [0 0 0 0] >>";
  CHECK(first_state(lab().sign(update(leader, hollow), "clerk")) == changed_after);
}

TEST_CASE("what a page shows is not replaced under another name") {
  // As the file's metadata.
  Objects more = letter("/Metadata 4 0 R");
  std::string leader = by_leader(more);
  REQUIRE(judged(leader).valid);
  for (const std::string_view kind : {kPerson, kStamp}) {
    Objects swapped = second("/Rect [0 0 0 0]", "/Metadata 4 0 R", kind);
    swapped[4] = stream(says("999"));
    CHECK(first_state(lab().sign(update(leader, swapped), kind == kPerson ? "clerk" : "")) == changed_after);
  }
  // As the file's information: its producer is what the page draws.
  more = letter();
  more[3] = page("6 0 R", "/XObject 13 0 R");
  more[4] = stream("/Producer Do");
  more[13] = "<< /Producer 14 0 R >>";
  more[14] = shows("100");
  leader = by_leader(more, " /Info 13 0 R");
  REQUIRE(judged(leader).valid);
  Objects swapped = {{1, catalog("6 0 R 10 0 R")}, {10, field(11)}, {11, signature()}, {13, "<< /Producer 15 0 R >>"}, {15, shows("999")}};
  CHECK(first_state(lab().sign(update(leader, swapped, " /Info 13 0 R"), "clerk")) == changed_after);
  // As the catalog, whose new entry the page draws.
  more[3] = page("6 0 R", "/XObject 1 0 R");
  more[4] = stream("/DSS Do");
  leader = by_leader(more);
  REQUIRE(judged(leader).valid);
  swapped = {{1, catalog("6 0 R 10 0 R", "/DSS 15 0 R")}, {10, field(11)}, {11, signature()}, {15, shows("999")}};
  CHECK(first_state(lab().sign(update(leader, swapped), "clerk")) == changed_after);
}

TEST_CASE("what only the file itself knows may be renewed by a later signer") {
  const std::string meta = "/Type /Metadata /Subtype /XML ";
  Objects more = letter("/Metadata 12 0 R");
  more[12] = stream("<x/>", meta);
  more[13] = "<< /Producer (a) /Title (t) >>";
  const std::string leader = by_leader(more, " /Info 13 0 R");
  Objects renewed = second("/Rect [0 0 0 0]", "/Metadata 12 0 R /DSS 14 0 R");
  renewed[12] = stream("<y/>", meta);
  renewed[13] = "<< /Producer (b) /ModDate (D:2026) /Title (t) >>";
  renewed[14] = "<< /Type /DSS >>";
  CHECK(judged(lab().sign(update(leader, renewed, " /Info 13 0 R"), "clerk")).valid);
  renewed[13] = "<< /Producer (b) /Title (another) >>";
  CHECK(first_state(lab().sign(update(leader, renewed, " /Info 13 0 R"), "clerk")) == changed_after);
}

TEST_CASE("a signed copy is the issued document and signatures, whoever signs it once or twice") {
  const std::string issued = update("", base(""));
  const Objects first = {{1, catalog("10 0 R")}, {3, page("10 0 R")}, {10, field(11)}, {11, signature()}};
  const std::string copy = lab().sign(update(issued, first), "leader");
  CHECK(judged(copy).valid);
  CHECK_FALSE(judged(copy).covers_first_revision_only_signatures);  // nobody asked
  CHECK(judged(copy, issued.size()).covers_first_revision_only_signatures);
  const Objects next = {{1, catalog("10 0 R 12 0 R")}, {3, page("10 0 R 12 0 R")}, {12, field(13)}, {13, signature()}};
  const auto twice = judged(lab().sign(update(copy, next), "clerk"), issued.size());
  CHECK(twice.valid);
  CHECK(twice.covers_first_revision_only_signatures);
  // Begins with the issued bytes, is signed over all, and shows another sum.
  Objects swapped = first;
  swapped[4] = stream(says("999"));
  const auto false_copy = judged(lab().sign(update(issued, swapped), "leader"), issued.size());
  CHECK(false_copy.valid);
  CHECK_FALSE(false_copy.covers_first_revision_only_signatures);
  Objects painted = first;
  painted[10] = field(11, "/Rect [0 0 595 842] /AP << /N 12 0 R >>");
  painted[12] = shows("999");
  CHECK_FALSE(judged(lab().sign(update(issued, painted), "leader"), issued.size()).covers_first_revision_only_signatures);
}

TEST_CASE("a certificate that is for servers, programs, stamps or nothing signs no document") {
  const std::string pdf = update("", letter());
  for (const char* who : {"leader", "clerk", "person", "signer"}) CHECK_MESSAGE(judged(lab().sign(pdf, who)).valid, who);
  for (const char* who : {"tls", "code", "tsa", "silent", "cipher"}) {
    const auto verification = judged(lab().sign(pdf, who));
    CHECK_FALSE_MESSAGE(verification.valid, who);
    CHECK(verification.signatures[0].state == untrusted);
  }
}

TEST_CASE("a certificate without a name is nobody's") {
  const auto verification = judged(lab().sign(update("", letter()), "nameless"));
  REQUIRE(verification.signatures.size() == 1);
  CHECK(signers_of(verification).empty());
}

TEST_CASE("last year's certificate beside the signer's does no harm") {
  const std::string pdf = update("", letter());
  const auto verification = judged(lab().sign(pdf, "leader", " -certfile old.pem"));
  CHECK_MESSAGE(verification.valid, verification.signatures[0].detail);
  // One that leads nowhere could be changed by anybody.
  lab().run("openssl req -x509 -newkey rsa:2048 -nodes -keyout foreign.key -out foreign.pem -days 1 -subj /CN=foreign >log 2>&1");
  CHECK_FALSE(judged(lab().sign(pdf, "leader", " -certfile foreign.pem")).valid);
}

}  // namespace
}  // namespace khien::seal

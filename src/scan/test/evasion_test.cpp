#include <doctest/doctest.h>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "khien/core/text.hpp"
#include "khien/scan/engine.hpp"
#include "test/base_pack.hpp"
#include "test/containers.hpp"

// One thing is changed in a container that holds the test file. Where a common
// reader still gives the file out, we have found it, or say that we have not read
// everything: never "clean".
namespace khien::scan {
namespace {

using namespace std::string_literals;

Verdict judge(std::string_view bytes) {
  static Engine engine = Engine::create({base_pack()}).value();
  Budget budget(file_limits(64u << 20, seconds(30)), &system_clock());
  return engine.judge(as_bytes(bytes), budget);
}

void never_clean(const std::string& changed, std::string_view bytes) {
  CAPTURE(changed);
  CHECK(judge(bytes).verdict != FileVerdict::clean);
}

void found(const std::string& changed, std::string_view bytes) {
  CAPTURE(changed);
  CHECK(judge(bytes).verdict == FileVerdict::malicious);
}

void put(std::string& bytes, std::size_t at, std::uint64_t value, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i) bytes[at + i] = static_cast<char>(value >> (8 * i));
}

struct Zip {
  std::string bytes;
  std::size_t list() const { return bytes.rfind("PK\x01\x02"); }
  std::size_t end() const { return bytes.rfind("PK\x05\x06"); }
};

Zip zip_with_virus(const char* compression = "deflate") {
  return {archive_of("zip", "none", {{"virus.com", eicar()}}, "zip:compression="s + compression)};
}

TEST_CASE("evasion: what kind of file a zip's entry claims to be") {
  for (const char* compression : {"deflate", "store"}) {
    for (const std::uint64_t mode : {0010000u, 0020000u, 0040000u, 0060000u, 0120000u, 0140000u, 0170000u}) {
      Zip zip = zip_with_virus(compression);
      put(zip.bytes, zip.list() + 4, 0x0314, 2);
      put(zip.bytes, zip.list() + 38, (mode | 0644u) << 16, 4);
      found("mode " + std::to_string(mode), zip.bytes);
    }
    Zip zip = zip_with_virus(compression);
    put(zip.bytes, zip.list() + 4, 20, 2);
    put(zip.bytes, zip.list() + 38, 0x10, 4);
    found("a folder of DOS", zip.bytes);
  }
  std::string named = zip_with_virus("store").bytes;
  for (auto at = named.find("virus.com"); at != named.npos; at = named.find("virus.com")) named.replace(at, 9, "virus.co/");
  found("a folder's name", named);
}

TEST_CASE("evasion: each byte of a zip's heads") {
  for (const char* compression : {"deflate", "store"}) {
    const Zip zip = zip_with_virus(compression);
    const auto change = [&](std::size_t begin, std::size_t size) {
      for (std::size_t at = begin; at < begin + size; ++at) {
        for (const unsigned value : {0x00u, 0x01u, 0x08u, 0x7Fu, 0xFFu}) {
          std::string changed = zip.bytes;
          changed[at] = static_cast<char>(value);
          never_clean(std::to_string(at) + " is " + std::to_string(value), changed);
        }
      }
    };
    change(0, 30);
    change(zip.list(), 46);
    change(zip.end(), 20);
  }
}

TEST_CASE("evasion: a zip's method, here and there") {
  for (const std::uint64_t method : {0u, 1u, 6u, 8u, 9u, 10u, 12u, 14u, 16u, 19u, 93u, 95u, 97u, 98u, 99u}) {
    Zip zip = zip_with_virus();
    put(zip.bytes, 8, method, 2);
    found("before the file: " + std::to_string(method), zip.bytes);
    put(zip.bytes, zip.list() + 10, method, 2);
    never_clean("both: " + std::to_string(method), zip.bytes);
    never_clean("both, behind something: " + std::to_string(method), "GIF89a" + std::string(50, 'x') + zip.bytes);
  }
}

TEST_CASE("evasion: before, between and behind zips") {
  const Zip bad = zip_with_virus();
  const std::string good = zip_of({{"readme.txt", "nothing"}});
  for (const std::size_t comment : {0u, 1u, 16'400u, 40'000u, 65'535u}) {
    for (const std::size_t before : {0u, 1u, 3'000u, 200'000u}) {
      Zip zip = bad;
      put(zip.bytes, zip.end() + 20, comment, 2);
      zip.bytes += std::string(comment, 'c');
      found(std::to_string(comment) + " behind, " + std::to_string(before) + " before", std::string(before, 'x') + zip.bytes);
    }
  }
  found("two", bad.bytes + good);
  found("two, otherwise", good + bad.bytes);
  found("three", good + bad.bytes + good);
  found("two behind a program", "MZ" + std::string(900, 'x') + bad.bytes + "between" + good);
  found("an end that lists nothing", bad.bytes + "PK\x05\x06"s + std::string(18, '\0'));
  found("much behind it", bad.bytes + std::string(300'000, 'x'));
  // Its list is gone, another zip's follows.
  never_clean("unlisted", bad.bytes.substr(0, bad.list()) + good);
}

TEST_CASE("evasion: marks that hide the one that counts") {
  const std::string seven = archive_of("7zip", "none", {{"virus.com", eicar()}});
  const std::string mark = "7z\xbc\xaf\x27\x1c\0\4"s;
  for (const char* before : {"MZ", "\x7f" "ELF", "\xff\xd8\xff\xe0", "GIF89a", "{\\rtf1 ", "plain text", "\x89PNG"}) {
    found(before, before + std::string(2000, 'x') + seven);
    found(before, before + std::string(200, 'x') + mark + std::string(200, 'x') + seven);
    std::string many = before;
    for (int i = 0; i < 1000; ++i) many += mark + "decoy";
    found(before, many + seven);
  }
  const std::string compound = compound_of({{"Data", eicar()}});
  found("a compound file behind a decoy", "MZ \xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 decoy" + compound);
  // Heads that are sound, and nothing behind them: read as such, so damaged.
  never_clean("rar", "MZ" + std::string(90, 'x') + "Rar!\x1a\x07\0"s + "cs\x73\0\0\x0d\0\0\0\0\0\0\0"s + "garbage");
  never_clean("rar 5", "MZ" + std::string(90, 'x') + "Rar!\x1a\x07\1\0"s + "csum\x03\x01\0\0"s + "garbage");
  CHECK(judge("MZ" + std::string(90, 'x') + "Rar!\x1a\x07\0"s + " is the mark that it looks for").verdict == FileVerdict::clean);
  CHECK(judge("MZ" + std::string(90, 'x') + mark + " is another").verdict == FileVerdict::clean);
}

TEST_CASE("evasion: the first file's name is another format's mark") {
  const std::vector<std::string> marks = {"{\\rtf1",      "070707",      "070701",       "%PDF-1.7", "From: x", "MZ", "!<arch>\n",
                                          "BZh91AY&SY",   "PK\x03\x04",  "\x1f\x8b\x08", "MSCF",     "LZIP\x01", "Rar!\x1a\x07",
                                          "7z\xbc\xaf\x27\x1c", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "\x78\x9f\x3e\x22", "\x1f\x9d\x90",
                                          "\xed\xab\xee\xdb",   "Subject: x\nTo: y", "xx-lh5-"};
  for (const char* format : {"ustar", "gnutar", "v7tar"}) {
    for (const std::string& name : marks) {
      std::string tar = archive_of(format, "none", {{"aaaaaaaaaaaaaaaaaaaaaaaa", ""}, {"virus.com", eicar()}});
      tar.replace(0, name.size(), name);
      unsigned sum = 8 * ' ';
      for (std::size_t i = 0; i < 512; ++i) sum += i >= 148 && i < 156 ? 0u : static_cast<unsigned char>(tar[i]);
      std::string digits;
      for (int shift = 15; shift >= 0; shift -= 3) digits += static_cast<char>('0' + (sum >> shift & 7));
      tar.replace(148, 7, digits + '\0');
      found(std::string(format) + " " + name, tar);
    }
  }
  const std::string iso = archive_of("iso9660", "none", {{"virus.com", eicar()}});
  for (const std::string& mark : marks) {
    std::string changed = iso;
    changed.replace(0, mark.size(), mark);
    found("iso " + mark, changed);
  }
}

TEST_CASE("evasion: what kind of file a tar's entry claims to be") {
  // Python takes a kind it does not know for a file.
  for (const char type : {'0', '\0', '7', 'Z', 'a'}) {
    std::string tar = archive_of("ustar", "none", {{"virus.com", eicar()}});
    const int was = tar[156];
    tar[156] = type;
    unsigned sum = 8 * ' ';
    for (std::size_t i = 0; i < 512; ++i) sum += i >= 148 && i < 156 ? 0u : static_cast<unsigned char>(tar[i]);
    std::string digits;
    for (int shift = 15; shift >= 0; shift -= 3) digits += static_cast<char>('0' + (sum >> shift & 7));
    tar.replace(148, 7, digits + '\0');
    CAPTURE(was);
    never_clean("type "s + type, tar);
  }
}

TEST_CASE("evasion: a disk's image that nobody here reads") {
  std::string image(300'000, '\0');
  image.replace(32769, 5, "BEA01");
  image.replace(34817, 5, "NSR02");
  image.replace(200'000, eicar().size(), eicar());
  never_clean("UDF", image);
  std::string iso = archive_of("iso9660", "none", {{"readme.txt", "nothing"}});
  iso.resize(iso.size() + 8192);
  CHECK(judge(iso).verdict == FileVerdict::clean);
  iso.replace(32768 + 6 * 2048 + 1, 5, "NSR03");
  never_clean("ISO 9660 and UDF", iso);
}

std::string pdf_of(const std::string& dictionary, const std::string& stream, const std::string& more = {}) {
  return "%PDF-1.7\n1 0 obj\n<< " + dictionary + " >>\nstream\r\n" + stream + "\r\nendstream\nendobj\n" + more +
         "trailer << /Root 2 0 R >>\n%%EOF\n";
}

TEST_CASE("evasion: a PDF's dictionary") {
  const std::string flate = deflated(eicar());
  for (const char* dictionary :
       {"/Filter /FlateDecode", "/Filter[/FlateDecode]", "/Filter [ /Fl ]", "/#46ilter /#46lateDecode", "/F /FlateDecode",
        "/X << /Filter /DCTDecode >> /Filter /FlateDecode", "/X [<< /Filter /DCTDecode >>] /Filter /FlateDecode",
        "/X (/Filter /DCTDecode >> stream) /Filter /FlateDecode", "/Filter %/DCTDecode\n/FlateDecode", "/Filter [/Crypt /FlateDecode]",
        "/Filter [/Crypt /FlateDecode] /DecodeParms [<< /Name /Identity >> null]", "/Filter null /F /FlateDecode",
        "/Filter /FlateDecode /DecodeParms null", "/Filter /FlateDecode /DecodeParms << /Predictor 1 >>",
        "/Filter /FlateDecode /Length 3", "/Filter /FlateDecode /Length 99999999999", "/Filter /FlateDecode /Length 7 0 R",
        "/Y <</obj 1>> /Filter /FlateDecode", "/Y (obj) /Filter /FlateDecode"}) {
    found(dictionary, pdf_of(dictionary, flate));
  }
  for (const char* dictionary :
       {"/Filter /DCTDecode /Filter /FlateDecode", "/Filter /FlateDecode /Filter /DCTDecode", "/Filter /Unknown", "/Filter [/FlateDecode /Unknown]",
        "/Filter [/Unknown /FlateDecode]", "/Filter 9 0 R", "/Filter /JBIG2Decode", "/Filter [/DCTDecode /FlateDecode] /Subtype /Image",
        "/Filter [/Crypt /FlateDecode] /DecodeParms [<< /Name /StdCF >> null]", "/Filter /FlateDecode /DecodeParms << /Predictor 9 >>",
        "/Filter /FlateDecode /DecodeParms << /Predictor 12 /Columns 0 >>", "/Filter (FlateDecode)", "/Filter /LZWDecode",
        "/Filter /FlateDecode /X << /Y"}) {
    never_clean(dictionary, pdf_of(dictionary, flate));
  }
  found("a list elsewhere", pdf_of("/Filter 12 0 R", flate, "12 0 obj\n[ /FlateDecode ]\nendobj\n"));
  found("a list of what is elsewhere", pdf_of("/Filter [12 0 R]", flate, "12 0 obj /FlateDecode endobj\n"));
  never_clean("told twice", pdf_of("/Filter 12 0 R", flate, "12 0 obj /DCTDecode endobj\n12 0 obj /FlateDecode endobj\n"));
  found("a comment before the stream", "%PDF-1.7\n1 0 obj<</Filter/FlateDecode>>%x\nstream\n" + flate + "\nendstream");
  const std::string inner = pdf_of("/Filter /FlateDecode", flate).substr(9);
  found("a length that swallows another object",
        pdf_of("/Length " + std::to_string(inner.size()), inner));
  never_clean("cut off", pdf_of("/Filter /FlateDecode", deflated(std::string(2000, 'x') + eicar()).substr(0, 20)));
  std::string encrypted = pdf_of("/Filter /FlateDecode", "ciphertext");
  encrypted.insert(encrypted.find("/Root"), "/#45ncr#79pt 5 0 R ");
  never_clean("encrypted", encrypted);
}

TEST_CASE("evasion: a PDF's filters, many and large") {
  std::string hex = to_hex(as_bytes(eicar()));
  std::string filters = "/ASCIIHexDecode ";
  for (int i = 0; i < 11; ++i) {
    // A stored run of at most 128 bytes adds but one.
    std::string run;
    for (std::size_t at = 0; at < hex.size(); at += 128) {
      const std::string part = hex.substr(at, 128);
      run += static_cast<char>(part.size() - 1) + part;
    }
    hex = run + '\x80';
    filters.insert(0, "/RunLengthDecode ");
  }
  found("twelve", pdf_of("/Filter [" + filters + "]", hex));
  for (int i = 0; i < 40; ++i) filters.insert(0, "/Crypt ");
  never_clean("fifty", pdf_of("/Filter [" + filters + "]", hex));
  const std::string blanks(17u << 20, ' ');
  found("17 MiB before a simple filter", pdf_of("/Filter /ASCIIHexDecode", blanks + to_hex(as_bytes(eicar()))));
  found("17 MiB before two", pdf_of("/Filter [/ASCIIHexDecode /FlateDecode]", blanks + to_hex(as_bytes(deflated(eicar())))));
}

// Rows as PNG's predictors write them, each kind in turn.
std::string png_rows(const std::string& text, std::size_t columns) {
  std::string rows, above(columns, '\0');
  for (std::size_t at = 0, n = 0; at < text.size(); at += columns, ++n) {
    std::string row = text.substr(at, columns);
    const int how = static_cast<int>(n % 5);
    rows += static_cast<char>(how);
    for (std::size_t i = 0; i < row.size(); ++i) {
      const int left = i > 0 ? static_cast<unsigned char>(row[i - 1]) : 0;
      const int up = static_cast<unsigned char>(above[i]);
      const int corner = i > 0 ? static_cast<unsigned char>(above[i - 1]) : 0;
      const int guess = left + up - corner;
      const auto far = [&](int from) { return std::abs(guess - from); };
      const int nearest = far(left) <= far(up) && far(left) <= far(corner) ? left : far(up) <= far(corner) ? up : corner;
      const int foretold = how == 1 ? left : how == 2 ? up : how == 3 ? (left + up) / 2 : how == 4 ? nearest : 0;
      rows += static_cast<char>(static_cast<unsigned char>(row[i]) - foretold);
    }
    above = row;
    above.resize(columns);
  }
  return rows;
}

TEST_CASE("evasion: a PDF's predictors are undone") {
  for (const std::size_t columns : {1u, 4u, 10u, 17u, 68u, 100u}) {
    const std::string settings = "/Filter /FlateDecode /DecodeParms << /Predictor 12 /Columns " + std::to_string(columns) + " >>";
    found(settings, pdf_of(settings, deflated(png_rows(eicar(), columns))));
    found(settings, pdf_of("/Filter [/FlateDecode] /DP [<< /Columns 5 0 R /Predictor 15 >>]", deflated(png_rows(eicar(), columns)),
                           "5 0 obj " + std::to_string(columns) + " endobj\n"));
    std::string differences = eicar();
    for (std::size_t i = differences.size(); i-- > 1;) {
      if (i % columns != 0) differences[i] = static_cast<char>(differences[i] - differences[i - 1]);
    }
    const std::string tiff = "/Filter /FlateDecode /DecodeParms << /Predictor 2 /Columns " + std::to_string(columns) + " >>";
    found(tiff, pdf_of(tiff, deflated(differences)));
  }
}

TEST_CASE("pictures in a PDF are no gaps") {
  for (const char* filter : {"/DCTDecode", "/JPXDecode", "/JBIG2Decode", "/CCITTFaxDecode", "[/DCTDecode]"}) {
    CAPTURE(filter);
    CHECK(judge(pdf_of("/Type /XObject /Subtype /Image /Width 1 /Height 1 /Filter "s + filter, "what a picture is")).verdict ==
          FileVerdict::clean);
  }
  CHECK(judge(pdf_of("/Subtype /Image /Width 1 /Filter [/FlateDecode /DCTDecode]", deflated("a picture"))).verdict == FileVerdict::clean);
  CHECK(judge(pdf_of("/Filter /FlateDecode /Length 0", "")).verdict == FileVerdict::clean);
  found("what is raw behind a picture's filter", pdf_of("/Filter /DCTDecode /Subtype /Image", eicar()));
}

std::string body_of(std::string_view bytes) { return to_base64(as_bytes(bytes)); }

TEST_CASE("evasion: a letter's head") {
  const std::string parts = "--q\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\n" + body_of(eicar()) +
                            "\r\n--q--\r\n";
  const std::string type = "Content-Type: multipart/mixed; boundary=q\r\n";
  for (const std::string first : {"Sender: a", "Cc: a", "from: a", "FROM: a", "\xef\xbb\xbf" "From: a", "\xef\xbb\xbf" "Sender: a", "Received: a",
                                  "Zzz: a", "From a@b Mon", "List-Id: a", "Priority: a"}) {
    found(first, first + "\r\n" + type + "\r\n" + parts);
    found(first + ", long", first + "\r\n" + std::string(300'000, 'x') + ": y\r\n" + type + "\r\n" + parts);
    std::string many = first + "\r\n";
    for (int i = 0; i < 9000; ++i) many += "X-Filler-" + std::to_string(i) + ": some words that nobody reads\r\n";
    found(first + ", many", many + type + "\r\n" + parts);
  }
  for (const char* each :
       {"Content-Type: multipart/mixed; boundary=\"q\"", "content-type: MULTIPART/MIXED; BOUNDARY=q", "Content-Type: multipart/mixed;\r\n\tboundary=q",
        "Content-Type: (x) multipart/mixed; boundary=q", "Content-Type: multipart/mixed; boundary*=us-ascii''%71",
        "Content-Type: multipart/mixed; boundary*0=\"q\"", "Content-Type: multipart/mixed; boundary=<q>", "Content-Type: x; boundary=q",
        "Content-Type: multipart/mixed; boundary=\"\\q\"", "Content-Type: multipart/mixed; boundary=q\r\nContent-Type: text/plain",
        "Content-Type: text/plain\r\nContent-Type: multipart/mixed; boundary=q",
        "Content-Type: multipart/mixed; boundary=p\r\nContent-Type: multipart/mixed; boundary=q", "no field at all\r\nContent-Type: multipart/mixed; boundary=q"}) {
    found(each, "From: a\r\nSubject: b\r\n"s + each + "\r\n\r\n" + parts);
  }
  found("no empty line", "From: a\r\n" + type + parts);
  found("a mailbox's line in the text", "From a\r\nSubject: b\r\n" + type + "\r\nhello\r\n\r\nFrom here on\r\n\r\n" + parts);
  std::string old = "From: a\r\nSubject: b\r\n" + type + "\r\n" + parts;
  std::erase(old, '\n');
  found("an old Macintosh's lines", old);
}

TEST_CASE("evasion: how a letter's part is encoded") {
  const std::string head = "From: a\nSubject: b\nMIME-Version: 1.0\n";
  for (const char* each :
       {"base64", "BASE64", "\"base64\"", "(x) base64", "base64 (x)", " base64", "base64;", "'base64'", "x-base64", "base-64", "7bit", "",
        "base64\nContent-Transfer-Encoding: 7bit", "7bit\nContent-Transfer-Encoding: base64", "quoted-printable\nContent-Transfer-Encoding: base64",
        "base64\nContent-Transfer-Encoding: quoted-printable", "binary", "unknown", "\n base64"}) {
    found(each, head + "Content-Transfer-Encoding: " + each + "\n\n" + body_of(eicar()) + "\n");
  }
  found("none", head + "\n" + body_of(eicar()) + "\n");
  std::string quoted;
  for (const char c : eicar()) quoted += "=" + to_hex(as_bytes(std::string(1, c)));
  for (const char* each : {"quoted-printable", "\"quoted-printable\"", "(x) Quoted-Printable", "unknown"}) {
    found(each, head + "Content-Transfer-Encoding: " + each + "\n\n" + quoted);
  }
}

TEST_CASE("evasion: a macro behind a decoy") {
  RulePack pack{"test", "1", "rule marked { meta: severity = \"high\" strings: $a = \"Shell powershell\" condition: $a }", {}, {}, {}};
  Engine engine = Engine::create({std::make_shared<const RulePack>(std::move(pack))}).value();
  const auto hit = [&](const std::string& stream) {
    Budget budget(file_limits(64u << 20, seconds(30)), &system_clock());
    return engine.judge(as_bytes(compound_of({{"VBA/Module1", stream}})), budget).verdict != FileVerdict::clean;
  };
  const std::string decoy = vba_module_of("Attribute VB_Name = \"Decoy\"\r\n");
  const std::string text = "Attribute VB_Name = \"Module1\"\r\nSh\" & \"ell\r\n" + std::string(200, '\'') + "\r\nShell powershell\r\n";
  CHECK(hit(vba_module_of(text)));
  CHECK(hit(decoy + "\xff" + vba_module_of(text)));
  CHECK(hit(decoy + decoy + "\xff" + vba_module_of(text)));
  CHECK_FALSE(hit(decoy + decoy));
  // A chunk that is not packed, and other letters.
  CHECK(hit(decoy + "\x01\xff\x3f"s + "ATTRIBUTE x\r\nShell powershell\r\n" + std::string(4096, '\'')));
  // More decoys than an editor holds text.
  std::string many;
  for (int i = 0; i < 2100; ++i) many += "\x01\x0c\xb0\0Attribut\x02" "e\xff\x0f"s;
  CHECK(hit(many + vba_module_of(text)));
}

}  // namespace
}  // namespace khien::scan

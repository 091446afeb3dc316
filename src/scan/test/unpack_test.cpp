#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "khien/core/text.hpp"
#include "khien/scan/engine.hpp"
#include "test/base_pack.hpp"
#include "test/containers.hpp"

namespace khien::scan {
namespace {

Engine& base_engine() {
  static Engine engine = Engine::create({base_pack()}).value();
  return engine;
}

Engine engine_for(const std::string& text) {
  RulePack pack{"test", "1", "rule marked { meta: severity = \"high\" strings: $a = \"" + text + "\" condition: $a }", {}, {}, {}};
  return Engine::create({std::make_shared<const RulePack>(std::move(pack))}).value();
}

Verdict judge(Engine& engine, std::string_view bytes, Budget::Limits limits = file_limits(64u << 20, seconds(30))) {
  Budget budget(limits, &system_clock());
  return engine.judge(as_bytes(bytes), budget);
}
Verdict judge(std::string_view bytes) { return judge(base_engine(), bytes); }

// Where the test file was found; "clean" or the reason where it was not.
std::string found_in(std::string_view bytes) {
  const Verdict verdict = judge(bytes);
  if (verdict.verdict == FileVerdict::clean) return "clean";
  if (verdict.verdict == FileVerdict::not_scanned) return verdict.reason;
  return verdict.matches.front().inside;
}

std::string almost_eicar() {
  std::string text = eicar();
  text[20] = static_cast<char>(text[20] + 1);
  return text;
}

std::string mail_of(const std::string& name, std::string_view bytes, bool base64 = true) {
  std::string body = base64 ? to_base64(as_bytes(bytes)) : std::string(bytes);
  if (base64) {
    for (std::size_t at = 76; at < body.size(); at += 78) body.insert(at, "\r\n");
  }
  return "Received: from a by b\r\nFrom: a@example.vn\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
         "Content-Type: multipart/mixed;\r\n boundary=\"==next\"\r\n\r\nno one reads this\r\n--==next\r\n"
         "Content-Type: text/plain; charset=utf-8\r\n\r\nKính gửi,\r\n--==next\r\n"
         "Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: " +
         std::string(base64 ? "base64" : "7bit") + "\r\nContent-Disposition: attachment; filename=\"" + name + "\"\r\n\r\n" +
         body + "\r\n--==next--\r\n";
}

std::string docx_of(const std::string& name, const std::string& bytes) {
  return zip_of({{"[Content_Types].xml", "<Types/>"}, {"word/document.xml", "<w:document/>"}, {name, bytes}});
}

std::string pdf_of(const std::string& dictionary, const std::string& stream) {
  return "%PDF-1.7\n1 0 obj\n<< /Type /EmbeddedFile " + dictionary + " /Length " + std::to_string(stream.size()) +
         " >>\nstream\r\n" + stream + "\r\nendstream\nendobj\ntrailer << /Root 2 0 R >>\n%%EOF\n";
}

TEST_CASE("the test file is found in every archive, and the path inside is told") {
  const std::vector<Inner> files{{"readme.txt", "nothing"}, {"b/virus.com", eicar()}};
  for (const char* format : {"zip", "7zip", "ustar", "gnutar", "pax", "newc", "odc", "xar"}) {
    CAPTURE(format);
    CHECK(found_in(archive_of(format, "none", files)) == "b/virus.com");
  }
  for (const char* filter : {"gzip", "xz", "bzip2", "zstd", "lz4", "lzma", "lzip", "compress"}) {
    CAPTURE(filter);
    CHECK(found_in(archive_of("ustar", filter, files)) == "b/virus.com");
    CHECK(found_in(archive_of("raw", filter, {{"x", eicar()}})) == "data");
  }
  CHECK(found_in(archive_of("ar", "none", {{"virus.com", eicar()}})) == "virus.com");
  CHECK(found_in(archive_of("iso9660", "none", {{"virus.com", eicar()}})) == "virus.com");
}

TEST_CASE("one byte changed is clean, in every archive") {
  const std::vector<Inner> files{{"readme.txt", "nothing"}, {"b/virus.com", almost_eicar()}};
  for (const char* format : {"zip", "7zip", "ustar", "newc"}) {
    CAPTURE(format);
    CHECK(found_in(archive_of(format, "none", files)) == "clean");
  }
  CHECK(found_in(archive_of("ustar", "gzip", files)) == "clean");
  CHECK(found_in(docx_of("word/media/a.bin", almost_eicar())) == "clean");
  CHECK(found_in(mail_of("virus.com", almost_eicar())) == "clean");
}

TEST_CASE("documents and letters are archives too") {
  CHECK(found_in(docx_of("word/media/a.bin", eicar())) == "word/media/a.bin");
  CHECK(found_in(mail_of("virus.com", eicar())) == "virus.com");
  CHECK(found_in(mail_of("virus.com", eicar(), false)) == "virus.com");
}

TEST_CASE("nested five deep it is found, and a layer more than eight is a bomb") {
  std::string bytes = archive_of("ustar", "gzip", {{"virus.com", eicar()}});
  bytes = archive_of("7zip", "none", {{"a.tgz", bytes}});
  bytes = zip_of({{"b/c.7z", bytes}});
  bytes = docx_of("word/embeddings/d.zip", bytes);
  bytes = mail_of("e.docx", bytes);
  CHECK(found_in(bytes) == "e.docx › word/embeddings/d.zip › b/c.7z › a.tgz › virus.com");

  bytes = eicar();
  for (int i = 0; i < 8; ++i) bytes = zip_of({{"n.zip", bytes}});
  CHECK(judge(bytes).verdict == FileVerdict::malicious);
  bytes = zip_of({{"n.zip", bytes}});
  CHECK(found_in(bytes) == "bomb");
}

TEST_CASE("a rule is told once, where it was met first, and a part's hash is asked for") {
  IocSet iocs = IocSet::of({{sha256("innermost"), "known", Severity::critical}});
  RulePack pack{"test", "1", "rule named { meta: severity = \"low\" strings: $a = \"marked.name\" condition: $a }", std::move(iocs), {}, {}};
  auto made = Engine::create({std::make_shared<const RulePack>(std::move(pack))});
  REQUIRE_MESSAGE(made, (made ? "" : made.error().what()));
  Engine engine = std::move(made).value();
  const Verdict verdict = judge(engine, zip_of({{"marked.name", zip_of({{"marked.name", "innermost"}})}}));
  REQUIRE(verdict.matches.size() == 2);
  CHECK(verdict.matches[0] == FileMatch{khien::Engine::ioc, "known", "test", Severity::critical, "marked.name › marked.name"});
  CHECK(verdict.matches[1] == FileMatch{khien::Engine::yara, "named", "test", Severity::low, ""});
}

TEST_CASE("what is encrypted is told, and the rest is judged") {
  const std::string locked =
      archive_of("zip", "none", {{"secret.doc", "what nobody may read"}}, "zip:encryption=zipcrypt", "khong-biet");
  Verdict verdict = judge(locked);
  CHECK(verdict.verdict == FileVerdict::not_scanned);
  CHECK(verdict.reason == "encrypted");
  CHECK(verdict.gaps == std::vector<Gap>{{"secret.doc", "encrypted"}});
  verdict = judge(zip_of({{"locked.zip", locked}, {"virus.com", eicar()}}));
  CHECK(verdict.verdict == FileVerdict::malicious);
  CHECK(verdict.matches.front().inside == "virus.com");
  CHECK(verdict.gaps == std::vector<Gap>{{"locked.zip › secret.doc", "encrypted"}});
  CHECK(found_in(archive_of("zip", "none", {{"s", "x"}}, "zip:encryption=aes256", "khong-biet")) == "encrypted");
}

TEST_CASE("a damaged archive is not called clean, and is read as far as it goes") {
  const std::string whole = archive_of("ustar", "gzip", {{"virus.com", eicar()}, {"big", std::string(4000, 'x')}});
  CHECK(found_in(whole.substr(0, whole.size() - 20)) == "data › virus.com");
  const std::string zip = zip_of({{"a", "nothing"}});
  CHECK(found_in(zip.substr(0, 20)) == "damaged");
  // The list at the end is gone, the files are not.
  const std::string found = zip_of({{"virus.com", eicar()}});
  CHECK(found_in(found.substr(0, found.rfind("PK\x01\x02"))) == "virus.com");
}

TEST_CASE("a compressed file that begins like the end of a tar is read, and an empty one is clean") {
  Engine engine = engine_for("behind zeros");
  for (const char* filter : {"gzip", "xz", "bzip2", "zstd"}) {
    CAPTURE(filter);
    const std::string bytes = archive_of("raw", filter, {{"x", std::string(2048, '\0') + "behind zeros"}});
    CHECK(judge(engine, bytes).matches.size() == 1);
  }
  CHECK(found_in(archive_of("raw", "gzip", {{"x", ""}})) == "clean");
}

TEST_CASE("an archive behind a program or a picture is seen") {
  CHECK(found_in("MZ" + std::string(3000, 'x') + zip_of({{"virus.com", eicar()}})) == "virus.com");
  CHECK(found_in("MZ" + std::string(3000, 'x') + archive_of("7zip", "none", {{"virus.com", eicar()}})) == "virus.com");
  CHECK(found_in("\xff\xd8\xff\xe0" + std::string(3000, 'x') + zip_of({{"virus.com", eicar()}})) == "virus.com");
  CHECK(found_in("MZ and MSCF" + std::string(4, '\0') + "by chance") == "clean");
}

TEST_CASE("names from inside are harmless and bounded") {
  const std::string name = "\x1b[31m\xe2\x80\xae" + std::string(900, 'n') + ".com";
  Verdict verdict = judge(archive_of("pax", "none", {{name, eicar()}}));
  REQUIRE_FALSE(verdict.matches.empty());
  std::string inside = verdict.matches[0].inside;
  CHECK(inside.size() <= kMaxInsideBytes);
  CHECK(printable(inside) == inside);
  std::string bytes = eicar();
  for (int i = 0; i < 6; ++i) bytes = archive_of("pax", "none", {{std::string(100, 'a') + "\xe1\xbb\x87.tar", bytes}});
  verdict = judge(bytes);
  REQUIRE_FALSE(verdict.matches.empty());
  inside = verdict.matches[0].inside;
  CHECK(inside.size() <= kMaxInsideBytes);
  CHECK(printable(inside) == inside);
  CHECK(is_utf8(inside));
}

TEST_CASE("a mail's parts in every encoding, and a mailbox's letters") {
  Engine engine = engine_for("evil macro");
  const auto part = [&](const std::string& head, const std::string& body) {
    const Verdict verdict = judge(engine, "From: a@b\nMIME-Version: 1.0\n" + head + "\n\n" + body);
    return verdict.matches.empty() ? std::string("clean") : verdict.matches[0].inside;
  };
  CHECK(part("Content-Transfer-Encoding: quoted-printable", "ev=69l =\nma=63ro") == "#1");
  CHECK(part("Content-Type: text/plain; name=a.txt\nContent-Transfer-Encoding: BASE64", "ZXZpbCBt\nYWNybw==") == "a.txt");
  CHECK(part("Content-Disposition: attachment;\n filename*=utf-8''b.txt\nContent-Transfer-Encoding: base64", "ZXZpbCBtYWNybw==") ==
        "b.txt");
  CHECK(part("Content-Type: text/plain; name=\"=?UTF-8?B?YsOgaS50eHQ=?=\"\nContent-Transfer-Encoding: base64",
             "ZXZpbCBtYWNybw==") == "bài.txt");
  CHECK(part("Subject: x", "text\nbegin 644 c.txt\n*979I;\"!M86-R;P``\n`\nend\n") == "c.txt");
  const std::string box = "From a Mon\nSubject: 1\n\nx\n\nFrom b Tue\nContent-Transfer-Encoding: base64\nTo: x\n\nZXZpbCBtYWNybw==\n";
  CHECK(judge(engine, box).matches.size() == 1);
  // What follows the end mark is read as well.
  CHECK(part("Content-Type: multipart/mixed; boundary=q",
             "--q--\nContent-Transfer-Encoding: base64\n\nZXZpbCBtYWNybw==\n") == "#1");
}

TEST_CASE("a PDF's streams are read through their filters") {
  CHECK(found_in(pdf_of("/Filter /FlateDecode", deflated(eicar()))) == "#1");
  CHECK(found_in(pdf_of("/Filter/Fl#61teDecode", deflated(eicar()))) == "#1");
  CHECK(found_in(pdf_of("/Filter [/ASCIIHexDecode /FlateDecode]", to_hex(as_bytes(deflated(eicar()))) + ">")) == "#1");
  CHECK(found_in(pdf_of("/Filter /FlateDecode", deflated(zip_of({{"virus.com", eicar()}})))) == "#1 › virus.com");
  CHECK(found_in(pdf_of("/Filter /FlateDecode", deflated(almost_eicar()))) == "clean");
  // The specification's own example (7.4.4.2).
  Engine engine = engine_for("-----A---B");
  const std::string coded("\x80\x0B\x60\x50\x22\x0C\x0C\x85\x01", 9);
  CHECK(judge(engine, pdf_of("/Filter /LZWDecode", coded)).matches.size() == 1);
  CHECK(judge(engine, pdf_of("/Filter /ASCII85Decode", "9PJBLDJ*N2BOQp~>")).gaps.empty());
}

TEST_CASE("an encrypted PDF says so") {
  std::string pdf = pdf_of("/Filter /FlateDecode", "ciphertext");
  pdf.insert(pdf.find("/Root"), "/Encrypt 5 0 R ");
  CHECK(found_in(pdf) == "encrypted");
}

TEST_CASE("Office's old files: streams, macros, embedded files") {
  CHECK(found_in(compound_of({{"Data", eicar()}})) == "Data");
  CHECK(found_in(compound_of({{"ObjectPool/\x01Ole10Native", "size" + package_of("virus.com", eicar())}})) ==
        "virus.com");
  Engine engine = engine_for("Shell powershell");
  const std::string macro = "Attribute VB_Name = \"Module1\"\r\n" + std::string(5000, '\'') + "\r\nShell powershell\r\n";
  const std::string vba = compound_of({{"VBA/Module1", vba_module_of(macro)}, {"VBA/dir", "\x01"}});
  Verdict verdict = judge(engine, vba);
  REQUIRE(verdict.matches.size() == 1);
  CHECK(verdict.matches[0].inside == "VBA/Module1.vba");
  verdict = judge(engine, docx_of("word/vbaProject.bin", vba));
  REQUIRE(verdict.matches.size() == 1);
  CHECK(verdict.matches[0].inside == "word/vbaProject.bin › VBA/Module1.vba");
  CHECK(found_in(compound_of({{"EncryptedPackage", "ciphertext"}})) == "encrypted");
}

TEST_CASE("a macro's copies are copied: MS-OVBA's own example") {
  // 3.2.3 of the specification: "#aaabcdefaaaaghijaaaaaklaaamnopqaaaaaaaaaaaarstuvwxyzaaa".
  Engine engine = engine_for("Attribute Attribute");
  std::string stream("\x01\x00\xb0\x00"
                     "Attribut"
                     "\x02"
                     "e",
                     14);
  // Flags 0000'0110b would be wrong for the "e": it is the first token, the copies follow.
  stream[12] = '\x04';
  stream += ' ';
  stream += std::string("\x06\x90", 2);  // 10 back, 9 long, of 10 bytes done: 4 bits of offset
  stream[1] = static_cast<char>(stream.size() - 3 - 1);
  const Verdict verdict = judge(engine, compound_of({{"VBA/M", stream}}));
  CHECK(verdict.matches.size() == 1);
}

TEST_CASE("files in RTF and in Outlook's winmail.dat") {
  std::string object("\x01\x05\0\0\x02\0\0\0", 8);
  object += std::string("\x08\0\0\0Package\0\0\0\0\0\0\0\0\0", 20);
  const std::string package = package_of("virus.com", eicar());
  object += static_cast<char>(package.size());
  object += std::string(3, '\0') + package;
  std::string digits = to_hex(as_bytes(object));
  digits.insert(30, "{\\*\\hidden 41}\\par\n ");
  CHECK(found_in("{\\rtf1{\\object\\objemb{\\*\\objdata " + digits + "}}}") == "virus.com");

  std::string tnef("\x78\x9f\x3e\x22\x01\x00", 6);
  const auto attribute = [&](const char* id, const std::string& value) {
    tnef += std::string("\x02", 1) + std::string(id, 4) + static_cast<char>(value.size()) + std::string(3, '\0') + value + "cs";
  };
  attribute("\x02\x90\x06\x00", "rend");
  attribute("\x10\x80\x01\x00", std::string("virus.com\0", 10));
  attribute("\x0f\x80\x06\x00", eicar());
  CHECK(found_in(tnef) == "virus.com");
}

}  // namespace
}  // namespace khien::scan

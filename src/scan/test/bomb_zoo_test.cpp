#include <doctest/doctest.h>

#include <cstdio>
#include <string>
#include <vector>

#include "khien/scan/engine.hpp"
#include "test/base_pack.hpp"
#include "test/containers.hpp"

namespace khien::scan {
namespace {

// Each beast must end in a verdict, soon, with a reason, and leave the engine fit
// for the next file.
struct Ended {
  std::string reason;
  std::int64_t ms;
};

Ended judge(std::string_view bytes, Budget::Limits limits = file_limits(64u << 20, seconds(10))) {
  static Engine engine = Engine::create({base_pack()}).value();
  const auto begun = system_clock().monotonic();
  Budget budget(limits, &system_clock());
  const Verdict verdict = engine.judge(as_bytes(bytes), budget);
  const auto ms = system_clock().monotonic().ms - begun.ms;
  CHECK(ms <= 12'000);
  Budget again(limits, &system_clock());
  CHECK(engine.judge(as_bytes(eicar()), again).verdict == FileVerdict::malicious);
  return {verdict.verdict == FileVerdict::not_scanned ? verdict.reason : std::string(to_string(verdict.verdict)), ms};
}

TEST_CASE("bomb zoo: much out of little") {
  const std::string zeros(100u << 20, '\0');
  CHECK(judge(archive_of("zip", "none", {{"zeros", zeros}})).reason == "bomb");
  CHECK(judge(archive_of("raw", "gzip", {{"zeros", zeros}})).reason == "bomb");
  CHECK(judge(archive_of("raw", "xz", {{"zeros", zeros}})).reason == "bomb");
  CHECK(judge(archive_of("raw", "bzip2", {{"zeros", zeros}})).reason == "bomb");
  CHECK(judge(archive_of("raw", "zstd", {{"zeros", zeros}})).reason == "bomb");
  CHECK(judge(archive_of("7zip", "none", {{"zeros", zeros}})).reason == "bomb");
}

TEST_CASE("bomb zoo: a PDF's stream and a mail's attachment are no way around") {
  const std::string zeros(100u << 20, '\0');
  const std::string stream = deflated(zeros);
  CHECK(judge("%PDF-1.4\n1 0 obj << /Filter /FlateDecode /Length " + std::to_string(stream.size()) + " >>\nstream\n" + stream +
              "\nendstream")
            .reason == "bomb");
  CHECK(judge("Subject: x\nTo: y\nContent-Transfer-Encoding: base64\n\n" + to_base64(as_bytes(archive_of("raw", "gzip", {{"z", zeros}}))))
            .reason == "bomb");
}

TEST_CASE("bomb zoo: the 42 kind, sixteen in each of five layers") {
  std::string bytes = archive_of("zip", "none", {{"zeros", std::string(4u << 20, '\0')}});
  for (int layer = 0; layer < 5; ++layer) {
    std::vector<Inner> sixteen;
    for (int i = 0; i < 16; ++i) sixteen.push_back({std::to_string(i) + ".zip", bytes});
    bytes = zip_of(sixteen);
  }
  CHECK(judge(bytes).reason == "bomb");
}

TEST_CASE("bomb zoo: gzip in gzip, a thousand times") {
  std::string bytes = "in the end nothing";
  for (int i = 0; i < 1000; ++i) bytes = archive_of("raw", "gzip", {{"x", bytes}}, "gzip:compression-level=1");
  CHECK(judge(bytes).reason == "bomb");
}

TEST_CASE("bomb zoo: one file in many places, by a list that overlaps") {
  // All entries of the list lead to the same bytes.
  const std::string one = archive_of("zip", "none", {{"zeros", std::string(16u << 20, '\0')}});
  const auto list = one.find("PK\x01\x02");
  const auto end = one.rfind("PK\x05\x06");
  const std::string entry = one.substr(list, end - list);
  std::string bytes = one.substr(0, list);
  constexpr unsigned kCopies = 2000;
  for (unsigned i = 0; i < kCopies; ++i) bytes += entry;
  std::string tail = one.substr(end, 22);
  const auto put = [&](std::size_t at, std::size_t value, std::size_t size) {
    for (std::size_t i = 0; i < size; ++i) tail[at + i] = static_cast<char>(value >> (8 * i));
  };
  put(8, kCopies, 2);
  put(10, kCopies, 2);
  put(12, entry.size() * kCopies, 4);
  put(16, list, 4);
  tail[20] = tail[21] = 0;
  // libarchive reads each place once, so that here it is one file of 16 MiB.
  const std::string reason = judge(bytes + tail).reason;
  CHECK((reason == "bomb" || reason == "clean"));
}

TEST_CASE("bomb zoo: a dictionary of four gibibytes") {
  std::string lzma("\x5d\0\0\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", 13);
  CHECK(judge(lzma + std::string(1000, '\0')).reason != "malicious");
  // zstd: a frame that asks for a window of 2 TiB.
  const std::string zstd("\x28\xb5\x2f\xfd\x00\xff\x01\x00\x00", 9);
  CHECK(judge(zstd + std::string(100, '\0')).reason == "damaged");
}

TEST_CASE("bomb zoo: more parts than there may be") {
  std::string tar;
  const std::string one = archive_of("ustar", "none", {{"x", ""}});
  for (int i = 0; i < 300; ++i) tar += one.substr(0, 512);
  auto limits = file_limits(64u << 20, seconds(10));
  limits.entries = 200;
  CHECK(judge(tar, limits).reason == "bomb");
  limits.entries = 400;
  CHECK(judge(tar, limits).reason == "clean");
}

TEST_CASE("bomb zoo: a sparse file of a tebibyte") {
  // GNU's format: one block of data behind a hole of a tebibyte.
  std::string head(512, '\0');
  head.replace(0, 6, "sparse");
  head.replace(100, 8, "0000644\0", 8);
  head.replace(124, 12, "00000001000\0", 12);
  head.replace(136, 12, "00000000000\0", 12);
  head[156] = 'S';
  head.replace(257, 8, "ustar  \0", 8);
  // One piece: at 2^39, 512 bytes; the whole size in base 256.
  head.replace(386, 12, std::string("\x80\0\0\0\0\0\0\x80\0\0\0\0", 12));
  head.replace(398, 12, "00000001000\0", 12);
  head.replace(483, 12, std::string("\x80\0\0\0\0\0\0\x80\0\0\x02\0", 12));
  unsigned sum = 8 * ' ';
  for (std::size_t i = 0; i < 512; ++i) sum += i >= 148 && i < 156 ? 0u : static_cast<unsigned char>(head[i]);
  char digits[8];
  std::snprintf(digits, sizeof digits, "%06o", sum);
  head.replace(148, 7, digits, 7);
  head[155] = ' ';
  const std::string reason = judge(head + std::string(512, 'x') + std::string(1024, '\0')).reason;
  CHECK((reason == "budget" || reason == "bomb"));
}

TEST_CASE("bomb zoo: letters in letters, boundaries in boundaries") {
  std::string mail = "the end";
  for (int i = 0; i < 200; ++i) {
    const std::string boundary = "b" + std::to_string(i);
    mail = "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=" + boundary + "\n\n--" + boundary + "\n" + mail + "\n--" +
           boundary + "--\n";
  }
  CHECK(judge(mail).reason == "bomb");
}

TEST_CASE("bomb zoo: a compound file whose chains are rings") {
  std::string bytes = compound_of({{"A", std::string(2000, 'a')}, {"B", std::string(2000, 'b')}});
  // Every sector leads to itself, so every chain would be without end.
  for (std::uint32_t i = 1; i < 128; ++i) {
    for (int byte = 0; byte < 4; ++byte) bytes[512 + 4 * i + static_cast<std::size_t>(byte)] = static_cast<char>(i >> (8 * byte));
  }
  CHECK(judge(bytes).ms < 2'000);
}

}  // namespace
}  // namespace khien::scan

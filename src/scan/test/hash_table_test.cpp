#include "khien/scan/hash_table.hpp"

#include <doctest/doctest.h>

#include <cstring>
#include <string>

#include "khien/scan/engine.hpp"
#include "test/base_pack.hpp"
#include "test/containers.hpp"

namespace khien::scan {
namespace {

std::string refusal(std::string_view list) {
  Budget budget({});
  HashTableBuilder builder;
  const auto added = builder.add_list(list, budget);
  return added ? "accepted" : added.error().what();
}

Bytes block_of(std::string_view list) {
  Budget budget({.bytes_in = 1u << 30, .entries = 1u << 30});
  HashTableBuilder builder;
  REQUIRE(builder.add_list(list, budget));
  return builder.finish().value();
}

HashTable table_of(std::string_view list) {
  const auto kept = std::make_shared<const Bytes>(block_of(list));
  return HashTable::open(*kept, kept).value();
}

Sha256 nth(int number) { return sha256("file " + std::to_string(number)); }

std::string many(int count) {
  std::string list;
  for (int i = 0; i < count; ++i) list += nth(i).hex() + ":*:Family." + std::to_string(i % 100) + "\n";
  return list;
}

TEST_CASE("of a hundred thousand hashes each is found and no stranger is") {
  constexpr int kCount = 100'000;
  const HashTable table = table_of(many(kCount));
  CHECK(table.count() == kCount);
  CHECK(table.verify());
  int found = 0;
  for (int i = 0; i < kCount; ++i) {
    const auto hit = table.find(HashKind::sha256, nth(i).view(), 1);
    if (hit && hit->name == "Family." + std::to_string(i % 100)) ++found;
  }
  CHECK(found == kCount);
  for (int i = kCount; i < 2 * kCount; ++i) REQUIRE_FALSE(table.find(HashKind::sha256, nth(i).view(), 1));
}

TEST_CASE("ClamAV's lines and ours, of three kinds of hash") {
  const std::string list = "# a comment\n\n" + to_hex(md5(as_bytes("abc"))) + ":3:By.MD5\r\n" + to_hex(sha1(as_bytes("abc"))) +
                           ":*:By.SHA1:73\n" + sha256("abc").hex() + " critical by SHA-256, in words\n";
  const HashTable table = table_of(list);
  CHECK(table.find(HashKind::md5, md5(as_bytes("abc")), 3)->name == "By.MD5");
  CHECK(table.find(HashKind::md5, md5(as_bytes("abc")), 3)->severity == Severity::high);
  CHECK(table.find(HashKind::sha1, sha1(as_bytes("abc")), 77)->name == "By.SHA1");
  CHECK(table.find(HashKind::sha256, sha256("abc").view(), 3)->name == "by SHA-256, in words");
  CHECK(table.find(HashKind::sha256, sha256("abc").view(), 3)->severity == Severity::critical);
  // The size belongs to the hash.
  CHECK_FALSE(table.find(HashKind::md5, md5(as_bytes("abc")), 4));
  CHECK(to_hex(md5(as_bytes("abc"))) == "900150983cd24fb0d6963f7d28e17f72");
  CHECK(to_hex(sha1(as_bytes("abc"))) == "a9993e364706816aba3e25717850c26c9cd0d89d");
}

TEST_CASE("a hash named twice has the worse word, and one for each size") {
  const std::string hash = sha256("x").hex();
  const HashTable table = table_of(hash + " low mild\n" + hash + " critical grave\n" + hash + ":7:seven\n" + hash + " medium mid\n");
  CHECK(table.count() == 2);
  CHECK(table.find(HashKind::sha256, sha256("x").view(), 1)->name == "grave");
}

TEST_CASE("a bad line is refused by its number") {
  const std::string good = to_hex(md5({})) + ":0:Empty\n";
  CHECK(refusal(good) == "accepted");
  CHECK(refusal(good + "xyz:1:Name\n") == "line 2: no hash of 32, 40 or 64 hexadecimal digits");
  CHECK(refusal(good + good + std::string(32, 'g') + ":1:Name").starts_with("line 3: "));
  CHECK(refusal(to_hex(md5({})) + ":many:Name").starts_with("line 1: the size"));
  CHECK(refusal(to_hex(md5({})) + ":1:") == "line 1: name is missing");
  CHECK(refusal(to_hex(md5({})) + ":1:\x1b[31m").starts_with("line 1: name has unprintable"));
  CHECK(refusal(to_hex(md5({})) + " grave Name").starts_with("line 1: "));
  CHECK(refusal(to_hex(md5({})) + ":1:" + std::string(129, 'n')).starts_with("line 1: name is longer"));
}

TEST_CASE("a bad table is refused, and the place is told") {
  const Bytes good = block_of(many(1000));
  const auto open = [](const Bytes& bytes) { return HashTable::open(bytes, nullptr); };
  CHECK(open(good));
  CHECK(open({}).error().what() == "hash table: shorter than its head");
  Bytes bad = good;
  bad[3] ^= std::byte{1};
  CHECK(open(bad).error().what().starts_with("hash table: byte 0: "));
  bad = good;
  bad[20] ^= std::byte{1};
  CHECK(open(bad).error().what().find("the head does not fit") != std::string::npos);
  bad = good;
  bad.pop_back();
  CHECK(open(bad).error().what().find("bytes and says") != std::string::npos);
  // What open() leaves to verify().
  bad = good;
  bad[good.size() / 2] ^= std::byte{1};
  const auto opened = open(bad);
  REQUIRE(opened);
  CHECK(opened->verify().error().code() == Code::corrupt);
}

TEST_CASE("a table that lies in any byte stays within its bytes") {
  Bytes block = block_of(many(300) + to_hex(md5({})) + ":0:Empty\n");
  for (std::size_t at = 16; at < block.size(); at += at < 256 ? 1 : 37) {
    Bytes bad = block;
    bad[at] = std::byte{0xFF};
    // With its checksum made to fit again, as one who means harm would.
    const Sha256 head = sha256(ByteView(bad).first(208));
    std::memcpy(bad.data() + 208, head.bytes.data(), 32);
    const auto table = HashTable::open(bad, nullptr);
    if (!table) continue;
    for (int i = 0; i < 20; ++i) (void)table->find(HashKind::sha256, nth(i).view(), 1);
    (void)table->find(HashKind::md5, md5({}), 0);
    (void)table->verify();
  }
}

TEST_CASE("the engine asks the tables, for the file and for its parts") {
  RulePack pack{"lists", "1", "", {}, {table_of(to_hex(md5(as_bytes("mal"))) + ":3:By.MD5\n" + sha256("ware").hex() + ":*:By.SHA256\n")}, {}};
  Engine engine = Engine::create({std::make_shared<const RulePack>(std::move(pack))}).value();
  CHECK(engine.ioc_count() == 2);
  const auto judge = [&](std::string_view bytes) {
    Budget budget(file_limits(64u << 20, seconds(10)));
    return engine.judge(as_bytes(bytes), budget);
  };
  CHECK(judge("mal").matches == std::vector<FileMatch>{{khien::Engine::ioc, "By.MD5", "lists", Severity::high, ""}});
  CHECK(judge("ware").matches.at(0).rule == "By.SHA256");
  CHECK(judge(zip_of({{"a", "mal"}})).matches == std::vector<FileMatch>{{khien::Engine::ioc, "By.MD5", "lists", Severity::high, "a"}});
  CHECK(judge("nal").verdict == FileVerdict::clean);
  CHECK(engine.judge_hash(sha256("ware"), 4, "too_large").verdict == FileVerdict::malicious);
}

}  // namespace
}  // namespace khien::scan

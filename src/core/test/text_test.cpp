#include "khien/core/text.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "khien/core/json.hpp"
#include "khien/core/random.hpp"
#include "utf8.hpp"

namespace khien {
namespace {

using namespace std::string_literals;

int sign(int n) { return (n > 0) - (n < 0); }

// Text of letters that are hard in some way.
std::string hard_text(Random& random) {
  static const std::vector<std::string> pieces = {
      "a", "Z", "đ", "Đ", "ệ", "ệ", "Ữ", "o\u0323\u0302", "o\u0302\u0323", "ß", "ẞ", "İ", "ı", "ﬁ", "Ω", "Å",
      "각", "한", "ก็", "कि", "е\u0308", "\U0001F600", "\U0001D15E", "\u034f", "\u302e", "\u1b44", "\u0345", "Σ", "ς",
      "\xff", "\xc3", "\xe1\xba", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xc0\x80", "\u202e", "\u0085", "\x1b", " ",
      "ǅ", "ΐ", "Ὰ", "\U00010400", "\u0f77", "\u1e9b\u0323"};
  std::string text;
  for (std::uint64_t i = random.below(12); i > 0; --i) text += pieces[random.below(pieces.size())];
  return text;
}

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// The folder with the data sets that are not committed; empty if there is none.
std::string shared_data() {
  const char* shared = std::getenv("KHIEN_SHARED");
  const std::string root = shared != nullptr ? shared : KHIEN_SOURCE_DIR "/../shared";
  return std::filesystem::is_directory(root + "/data/vi") ? root + "/data/vi" : "";
}

TEST_CASE("small letters keep their marks, and what is no text becomes the replacement sign") {
  CHECK(lower("UBND XÃ ĐÔNG Ở ẤP 3") == "ubnd xã đông ở ấp 3");
  CHECK(lower("A\xff\xc3Z") == "a\xef\xbf\xbd\xef\xbf\xbdz");
  CHECK(lower("").empty());
}

TEST_CASE("UTF-8 is what RFC 3629 says it is") {
  CHECK(is_utf8(""));
  CHECK(is_utf8("Mỹ Châu \U0001F600"));
  CHECK(is_utf8("\u0000"s));
  CHECK(is_utf8("\xef\xbf\xbf\xf4\x8f\xbf\xbf"));
  for (const auto* text : {"\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xc3", "\xc3(", "\xe0\x80\x80", "\xe1\xba",
                           "\xed\xa0\x80", "\xed\xbf\xbf", "\xf0\x80\x80\x80", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80",
                           "\xfe", "\xff", "a\xcc"}) {
    CAPTURE(text);
    CHECK_FALSE(is_utf8(text));
    CHECK(is_utf8(to_valid_utf8(text)));
  }
}

TEST_CASE("invalid sequences become U+FFFD one by one, as in browsers") {
  CHECK(to_valid_utf8("tốt") == "tốt");
  CHECK(to_valid_utf8("a\xff\xfe\x62") == "a\ufffd\ufffdb");
  CHECK(to_valid_utf8("\xe1\xba") == "\ufffd");
  CHECK(to_valid_utf8("\xe1\xbax") == "\ufffdx");
  CHECK(to_valid_utf8("\xc0\x80") == "\ufffd\ufffd");
  CHECK(to_valid_utf8("\xed\xa0\x80") == "\ufffd\ufffd\ufffd");
  CHECK(to_valid_utf8("\xf4\x90\x80\x80") == "\ufffd\ufffd\ufffd\ufffd");
  CHECK(to_valid_utf8("\xf0\x9f\x98") == "\ufffd");
}

TEST_CASE("normal form C composes marks, in whatever order they came") {
  CHECK(nfc("e\u0302\u0323").value() == "ệ");
  CHECK(nfc("e\u0323\u0302").value() == "ệ");
  CHECK(nfc("My\u0303 Cha\u0302u").value() == "Mỹ Châu");
  CHECK(nfc("Đ\u0301").value() == "Đ\u0301");
  CHECK(nfc("").value() == "");
  CHECK(nfc("\u212b").value() == "Å");
}

TEST_CASE("normal form C of invalid text is refused") {
  CHECK(nfc("a\xff").error().code() == Code::invalid);
  CHECK(nfc("\xed\xa0\x80").error().code() == Code::invalid);
}

TEST_CASE("a search key forgets case, tones and marks") {
  CHECK(fold("Mỹ Châu") == "my chau");
  CHECK(fold("MY CHAU") == fold("Mỹ Châu"));
  CHECK(fold("My\u0303 Cha\u0302u") == fold("Mỹ Châu"));
  CHECK(fold("hoà") == fold("hòa"));
  CHECK(fold("ĐƯỜNG đường Đường") == "duong duong duong");
  CHECK(fold("THỪA THIÊN HUẾ") == "thua thien hue");
  CHECK(fold("") == "");
  CHECK(fold("İSTANBUL ÀÉÎÕÜ ç ñ") == "istanbul aeiou c n");
  CHECK(fold("Ёлка ΆΛΦΑ") == fold("елка αλφα"));
  CHECK(fold("đ\xff") == "d\ufffd");
  CHECK(fold("\xff") == "\ufffd");
  CHECK(fold("a-1_B.c") == "a-1_b.c");
}

TEST_CASE("the short ways of folding agree with the long one") {
  // A letter outside the Latin table sends the whole text the long way.
  const auto the_long_way = [](const std::string& text) {
    const std::string folded = fold(text + "한");
    return folded.substr(0, folded.size() - fold("한").size());
  };
  for (char32_t c = 1; c < 0x1f00; ++c) {
    if (c >= 0x370 && c < 0x1e00) continue;
    std::string text = "x";
    append_utf8(text, c);
    CAPTURE(text);
    CHECK(fold(text) == the_long_way(text));
  }
}

TEST_CASE("folding and composing twice changes nothing, and both give valid text") {
  SeededRandom random(8);
  for (int i = 0; i < 20'000; ++i) {
    const std::string text = hard_text(random);
    CAPTURE(text);
    const std::string folded = fold(text);
    CHECK(is_utf8(folded));
    CHECK(fold(folded) == folded);
    CHECK(fold(to_valid_utf8(text)) == folded);
    const std::string composed = nfc(to_valid_utf8(text)).value();
    CHECK(nfc(composed).value() == composed);
    CHECK(fold(composed) == folded);
  }
}

TEST_CASE("spacing marks are put in order once nothing stands between them") {
  CHECK(fold("a\u302e\u034f\u1b44") == "a\u1b44\u302e");
}

TEST_CASE("the Vietnamese alphabet is in its order") {
  const std::vector<std::string> alphabet = {"a", "ă", "â", "b", "c", "d", "đ", "e", "ê", "g", "h", "i", "k", "l", "m",
                                             "n", "o", "ô", "ơ", "p", "q", "r", "s", "t", "u", "ư", "v", "x", "y"};
  CHECK(std::ranges::is_sorted(alphabet, [](auto& a, auto& b) { return compare_vietnamese(a, b) < 0; }));
  CHECK(std::ranges::is_sorted(alphabet, {}, collation_key));
  for (std::size_t i = 1; i < alphabet.size(); ++i) {
    // The letter decides before anything that follows it.
    CHECK(compare_vietnamese(alphabet[i - 1] + "z", alphabet[i] + "a") < 0);
  }
}

TEST_CASE("tones are in their order: none, huyền, hỏi, ngã, sắc, nặng") {
  const std::vector<std::string> tones = {"ma", "mà", "mả", "mã", "má", "mạ"};
  for (std::size_t i = 1; i < tones.size(); ++i) {
    CHECK(compare_vietnamese(tones[i - 1], tones[i]) < 0);
    // ... but count only where the letters are the same.
    CHECK(compare_vietnamese(tones[i] + "a", tones[i - 1] + "b") < 0);
  }
}

TEST_CASE("provinces come as a Vietnamese list has them") {
  std::vector<std::string> names = {"Đồng Nai", "Điện Biên", "Đà Nẵng", "Cà Mau", "An Giang", "Cần Thơ", "Hà Nội",
                                    "Đắk Lắk", "Cao Bằng", "Bắc Ninh"};
  std::ranges::sort(names, [](auto& a, auto& b) { return compare_vietnamese(a, b) < 0; });
  CHECK(names == std::vector<std::string>{"An Giang", "Bắc Ninh", "Cà Mau", "Cao Bằng", "Cần Thơ", "Đà Nẵng",
                                          "Đắk Lắk", "Điện Biên", "Đồng Nai", "Hà Nội"});
}

TEST_CASE("text that looks the same compares the same") {
  CHECK(compare_vietnamese("Mỹ", "My\u0303") == 0);
  CHECK(compare_vietnamese("e\u0302\u0323", "ệ") == 0);
  CHECK(compare_vietnamese("", "") == 0);
  CHECK(compare_vietnamese("", "a") < 0);
  CHECK(compare_vietnamese("a", "A") != 0);
  CHECK(collation_key("e\u0302\u0323") == collation_key("ệ"));
}

TEST_CASE("keys are ordered as their texts are") {
  SeededRandom random(9);
  for (int i = 0; i < 20'000; ++i) {
    const std::string a = hard_text(random);
    const std::string b = hard_text(random);
    CAPTURE(a);
    CAPTURE(b);
    const int order = compare_vietnamese(a, b);
    CHECK(sign(order) == sign(collation_key(a).compare(collation_key(b))));
    CHECK(order == -compare_vietnamese(b, a));
  }
}

TEST_CASE("a long text has a whole key") {
  const std::string text(20'000, 'b');
  CHECK(collation_key(text + "a") < collation_key(text + "b"));
}

TEST_CASE("many threads compare at once") {
  std::vector<std::thread> threads;
  std::vector<int> wrong(4);
  for (std::size_t t = 0; t < wrong.size(); ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 500; ++i) {
        wrong[t] += compare_vietnamese("Đà Nẵng", "Đắk Lắk") < 0 ? 0 : 1;
        wrong[t] += fold("Đà Nẵng") == "da nang" ? 0 : 1;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(wrong == std::vector<int>(4));
}

TEST_CASE("legacy text of commune offices is read") {
  CHECK(from_tcvn3("C\xE9ng h\xDF\x61 x\xB7 h\xE9i ch\xF1 ngh\xDC\x61 Vi\xD6t Nam") ==
        "Cộng hòa xã hội chủ nghĩa Việt Nam");
  CHECK(from_vni("Co\xE4ng ho\xF8\x61 xa\xF5 ho\xE4i chu\xFB ngh\xF3\x61 Vie\xE4t Nam") ==
        "Cộng hòa xã hội chủ nghĩa Việt Nam");
  CHECK(from_tcvn3("\xA7\xA5N V\xDE \xAE\xAC") == "ĐƠN Vị đơ");
  CHECK(from_vni("\xD1\xD4N V\xD2 \xF1\xF4n") == "ĐƠN VỊ đơn");
}

TEST_CASE("Ỷ and Ỹ are read as VNI fonts write them") {
  CHECK(from_vni("Y\xDB Y\xD5 y\xFB y\xF5") == "Ỷ Ỹ ỷ ỹ");
}

TEST_CASE("bytes a legacy table does not know are kept as Latin-1") {
  CHECK(from_tcvn3("a\x80\xFF") == "a\u0080\u00ff");
  CHECK(from_vni("\xA9 \xD8") == "\u00a9 Ø");
  CHECK(from_tcvn3("").empty());
  CHECK(from_vni("plain ASCII") == "plain ASCII");
}

TEST_CASE("a capital before a small marked letter is not swallowed") {
  // "Uỷ ban": U then ỷ, not a capital with a mark.
  CHECK(from_tcvn3("U\xFB ban") == "Uỷ ban");
  CHECK(from_tcvn3("Y\xAAn") == "Yên");
}

TEST_CASE("any bytes become valid text in either encoding") {
  SeededRandom random(10);
  for (int i = 0; i < 2'000; ++i) {
    const Bytes bytes = random.bytes(random.below(40));
    CHECK(is_utf8(from_tcvn3(as_text(bytes))));
    CHECK(is_utf8(from_vni(as_text(bytes))));
  }
}

struct Row {
  std::string letter;
  std::string vni;
  std::string tcvn3;
};

// The table writes its bytes as Latin-1 characters.
std::string latin1(const std::string& text) {
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x80) bytes.push_back(text[i]);
    else bytes.push_back(static_cast<char>((byte & 3) << 6 | (static_cast<unsigned char>(text[++i]) & 0x3f)));
  }
  return bytes;
}

std::vector<Row> charset_table(const std::string& path) {
  std::ifstream file(path);
  std::vector<Row> rows;
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    const std::size_t first = line.find('\t');
    const std::size_t second = line.find('\t', first + 1);
    const std::size_t third = line.find('\t', second + 1);
    rows.push_back({line.substr(0, first), latin1(line.substr(first + 1, second - first - 1)),
                    latin1(line.substr(second + 1, third - second - 1))});
  }
  return rows;
}

// The table gives these the bytes of Ì and ì; see text_legacy.cpp.
bool is_misplaced(const Row& row) { return row.letter == "Ỹ" || row.letter == "ỹ"; }

void check_table(const std::vector<Row>& rows) {
  REQUIRE(rows.size() == 134);
  for (const Row& row : rows) {
    CAPTURE(row.letter);
    CHECK(from_tcvn3(row.tcvn3) == row.letter);
    if (!is_misplaced(row)) CHECK(from_vni(row.vni) == row.letter);
  }
}

TEST_CASE("every row of the charset table is read") { check_table(charset_table(KHIEN_TEST_DATA "/charset_table.tsv")); }

TEST_CASE("letters written by the table one after the other are read back") {
  const auto rows = charset_table(KHIEN_TEST_DATA "/charset_table.tsv");
  for (const Row& first : rows) {
    for (const Row& second : rows) {
      CAPTURE(first.letter);
      CAPTURE(second.letter);
      // Latin letters between them, as a base letter takes a mark that follows.
      CHECK(from_tcvn3(first.tcvn3 + "n" + second.tcvn3) == first.letter + "n" + second.letter);
      if (is_misplaced(first) || is_misplaced(second)) continue;
      CHECK(from_vni(first.vni + "n" + second.vni) == first.letter + "n" + second.letter);
    }
  }
}

TEST_CASE("the committed charset table is the shared one") {
  if (shared_data().empty()) {
    MESSAGE("skipped: no shared data");
    return;
  }
  check_table(charset_table(shared_data() + "/charset_table.tsv"));
  CHECK(read_file(shared_data() + "/charset_table.tsv") == read_file(KHIEN_TEST_DATA "/charset_table.tsv"));
}

TEST_CASE("every commune's name is found without its marks and survives both fonts") {
  if (shared_data().empty()) {
    MESSAGE("skipped: no shared data");
    return;
  }
  std::map<std::string, Row> table;
  for (const Row& row : charset_table(KHIEN_TEST_DATA "/charset_table.tsv")) {
    if (!is_misplaced(row)) table[row.letter] = row;
  }
  table["ỹ"] = {"ỹ", "y\xF5", "\xFC"};
  table["Ỹ"] = {"Ỹ", "Y\xD5", "Y\xFC"};

  const auto check_name = [&](const std::string& name) {
    CAPTURE(name);
    const std::string folded = fold(name);
    CHECK(std::ranges::all_of(folded, [](char c) { return static_cast<unsigned char>(c) < 0x80; }));
    const std::string composed = nfc(name).value();
    std::string tcvn3;
    std::string vni;
    for (std::string_view rest = composed; !rest.empty();) {
      std::size_t size = 1;
      while (size < rest.size() && (static_cast<unsigned char>(rest[size]) & 0xc0) == 0x80) ++size;
      const std::string letter(rest.substr(0, size));
      tcvn3 += table.contains(letter) ? table[letter].tcvn3 : letter;
      vni += table.contains(letter) ? table[letter].vni : letter;
      rest.remove_prefix(size);
    }
    CHECK(from_tcvn3(tcvn3) == composed);
    CHECK(from_vni(vni) == composed);
  };

  std::size_t names = 0;
  const auto walk = [&](const auto& self, Json value) -> Result<void> {
    if (value.is_array()) return value.each([&](Json element) { return self(self, element); });
    if (!value.is_object()) return {};
    return value.each_field([&](std::string_view key, Json member) -> Result<void> {
      if (!member.string() || key.find("ame") == key.npos) return self(self, member);
      ++names;
      check_name(std::string(member.string().value()));
      return {};
    });
  };
  JsonDocument document;
  Budget budget({});
  const std::string units = read_file(shared_data() + "/vn_units_2026-07-25.json");
  REQUIRE(walk(walk, document.parse(units, budget).value()));
  CHECK(names > 3'000);
}

TEST_CASE("what could disguise text is shown for what it is") {
  CHECK(printable("Mỹ Châu \"\\") == "Mỹ Châu \"\\");
  CHECK(printable("a\r\n\tb") == "a\\u000D\\u000A\\u0009b");
  CHECK(printable("\x1b[31m") == "\\u001B[31m");
  CHECK(printable("\0"s) == "\\u0000");
  CHECK(printable("\x7f\u0080\u009f\u00a0") == "\\u007F\\u0080\\u009F\u00a0");
  CHECK(printable("\u202Egpj.exe") == "\\u202Egpj.exe");
  CHECK(printable("\u200e\u200f\u061c\u2066\u2069") == "\\u200E\\u200F\\u061C\\u2066\\u2069");
  CHECK(printable("\u2028\u2029") == "\\u2028\\u2029");
  CHECK(printable("\xff\xc3") == "\ufffd\ufffd");
  CHECK(printable("\u200d\u200c") == "\u200d\u200c");
}

TEST_CASE("a text is cut between code points") {
  CHECK(truncate("Mỹ", 10) == "Mỹ");
  CHECK(truncate("Mỹ", 4) == "Mỹ");
  CHECK(truncate("Mỹ", 3) == "M");
  CHECK(truncate("Mỹ", 2) == "M");
  CHECK(truncate("Mỹ", 1) == "M");
  CHECK(truncate("Mỹ", 0) == "");
  CHECK(truncate("\U0001F600", 3) == "");
  CHECK(truncate("", 0) == "");
}

TEST_CASE("bytes that are no text are cut somewhere, not endlessly") {
  CHECK(truncate(std::string(100, '\x80'), 50).size() >= 47);
}

}  // namespace
}  // namespace khien

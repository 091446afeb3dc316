#include "khien/scan/rules.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace khien::scan {
namespace {

constexpr std::string_view kTexts =
    R"("texts":{"r":{"title":{"vi":"v","en":"e"},"what_happened":{"vi":"v","en":"e"},)"
    R"("what_to_do":[{"vi":"v","en":"e"}]}})";

std::string pack_json(std::string_view texts = kTexts) {
  return R"({"name":"p","version":"1",)" + std::string(texts) + "}";
}

Result<RulePack> parse(std::string_view json, std::string_view yara = "", std::string_view iocs = "") {
  Budget budget({});
  return parse_pack(json, yara, iocs, budget);
}

Result<IocSet> parse_iocs(std::string_view text, Budget::Limits limits = {}) {
  Budget budget(limits);
  return IocSet::parse(text, budget);
}

TEST_CASE("an empty set knows nothing") {
  CHECK(IocSet().find(sha256("x")) == nullptr);
  CHECK(IocSet().size() == 0);
}

TEST_CASE("every entry is found, whatever its neighbours, and nothing else") {
  std::vector<IocSet::Entry> entries;
  for (int i = 0; i < 5'000; ++i) entries.push_back({sha256(std::to_string(i)), std::to_string(i), Severity::high});
  // The same first 8 bytes: all in one run of slots.
  for (int i = 0; i < 100; ++i) {
    Sha256 digest = sha256("same");
    digest.bytes[31] = static_cast<std::byte>(i);
    entries.push_back({digest, "same" + std::to_string(i), Severity::low});
  }
  const IocSet set = IocSet::of(entries);
  CHECK(set.size() == 5'100);
  for (const IocSet::Entry& entry : entries) {
    const auto* found = set.find(entry.sha256);
    REQUIRE(found != nullptr);
    CHECK(found->name == entry.name);
  }
  for (int i = 5'000; i < 10'000; ++i) CHECK(set.find(sha256(std::to_string(i))) == nullptr);
  Sha256 near = sha256("same");
  near.bytes[31] = static_cast<std::byte>(200);
  CHECK(set.find(near) == nullptr);
}

TEST_CASE("a digest named twice keeps the worse word") {
  const IocSet set = IocSet::of({{sha256("x"), "less", Severity::low},
                                 {sha256("x"), "more", Severity::critical},
                                 {sha256("x"), "less again", Severity::medium}});
  CHECK(set.size() == 1);
  CHECK(set.find(sha256("x"))->name == "more");
}

TEST_CASE("a list is read with its comments, blanks and line ends") {
  const auto set = parse_iocs("# a list\r\n\r\n  " + sha256("x").hex() + "\thigh  Some name \r\n" + sha256("y").hex() +
                              " low last").value();
  CHECK(set.size() == 2);
  CHECK(set.find(sha256("x"))->name == "Some name");
  CHECK(set.find(sha256("y"))->severity == Severity::low);
}

TEST_CASE("a bad line is named") {
  const std::string good = sha256("x").hex();
  CHECK(parse_iocs("#\nabc high name").error().what().starts_with("line 2: "));
  CHECK(parse_iocs(good + " grave name").error().what().starts_with("line 1: "));
  CHECK(parse_iocs(good + " high").error().what() == "line 1: name is missing");
  CHECK(parse_iocs(good + " high a\x1b[0mb").error().what() == "line 1: name has unprintable characters");
  CHECK(parse_iocs(good + " high \xff").error().code() == Code::invalid);
  CHECK(parse_iocs(good + " high " + std::string(129, 'n')).error().code() == Code::invalid);
}

TEST_CASE("a list is bounded by the budget") {
  const std::string line = sha256("x").hex() + " high n\n";
  CHECK(parse_iocs(line + line, {.entries = 1}).error().code() == Code::exhausted);
  CHECK(parse_iocs(line, {.bytes_in = 10}).error().code() == Code::exhausted);
}

TEST_CASE("a pack is read whole") {
  const auto pack = parse(pack_json(), "rule r { condition: true }", sha256("x").hex() + " high n").value();
  CHECK(pack.name == "p");
  CHECK(pack.version == "1");
  CHECK(pack.iocs.size() == 1);
  CHECK(pack.texts.at("r").title == LocalText{"v", "e"});
  CHECK(pack.texts.at("r").what_to_do.size() == 1);
}

TEST_CASE("what is wrong with a pack is named") {
  CHECK(parse("{}").error().what().starts_with("pack.json: "));
  CHECK(parse(R"({"name":"a b","version":"1","texts":{}})").error().what().starts_with("pack.json: name: "));
  CHECK(parse(R"({"name":"p","version":"1","texts":[]})").error().what() == "pack.json: texts: an object wanted");
  CHECK(parse(pack_json(R"("texts":{"r":{}})")).error().what().starts_with("pack.json: texts: r: "));
  CHECK(parse(pack_json(R"("texts":{"r":{"title":{"vi":"","en":"e"}}})")).error().what() ==
        "pack.json: texts: r: title: vi: empty");
  CHECK(parse(pack_json(), std::string_view("rule\0x", 6)).error().what() == "pack 'p': a zero byte in the rules");
  CHECK(parse(pack_json(), "", "x").error().what().starts_with("pack 'p': iocs.txt: line 1: "));
}

TEST_CASE("text becomes NFC, so that it compares and sorts") {
  const std::string decomposed = "\"texts\":{\"r\":{\"title\":{\"vi\":\"o\xcc\x80\",\"en\":\"e\"},\"what_happened\":"
                                 "{\"vi\":\"v\",\"en\":\"e\"},\"what_to_do\":[{\"vi\":\"v\",\"en\":\"e\"}]}}";
  CHECK(parse(pack_json(decomposed)).value().texts.at("r").title.vi == "\xc3\xb2");
}

TEST_CASE("a match is told in the pack's words, or in general ones that name the rule") {
  const std::vector packs{std::make_shared<const RulePack>(parse(pack_json()).value())};
  CHECK(text_for(packs, "yara:r").title.en == "e");
  CHECK(text_for(packs, "yara:other").title.en == "File matches rule other");
  CHECK(text_for(packs, "clamav:r").title.en == "ClamAV found malware: r");
  CHECK(text_for(packs, "ioc:Some file").title.en == "File is known malware: Some file");
  CHECK(text_for({}, "").what_to_do.size() == 3);
}

TEST_CASE("a rule's name cannot disguise text") {
  const auto text = text_for({}, "clamav:bad\n\x1b[31m" + std::string(1'000, 'x'));
  CHECK(text.title.en.find('\n') == std::string::npos);
  CHECK(text.title.en.find('\x1b') == std::string::npos);
  CHECK(text.title.en.size() < 300);
}

}  // namespace
}  // namespace khien::scan

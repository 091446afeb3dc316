// html5lib's cases, where they stand beside the project: what an attacker could use is the same, and
// where libxml2 differs is counted, so that a newer one cannot differ more in silence.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "khien/core/file.hpp"
#include "khien/core/json.hpp"
#include "khien/core/text.hpp"
#include "khien/watch/page.hpp"

namespace khien::watch {
namespace {

std::string cases_folder() {
  const char* folder = std::getenv("KHIEN_SHARED");
  return folder == nullptr ? std::string() : std::string(folder) + "/data/web/html5lib/";
}

std::string without_spaces(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (static_cast<unsigned char>(c) > ' ') out += c;
  }
  return out;
}

// The characters of a case's tokens; none where the case begins in a state that no page begins in.
std::string characters_of(const Json& output) {
  std::string text;
  (void)output.each([&](Json token) -> Result<void> {
    std::vector<std::string> parts;
    (void)token.each([&](Json part) -> Result<void> {
      const auto string = part.string();
      parts.emplace_back(string ? *string : std::string_view());
      return {};
    });
    if (parts.size() == 2 && parts[0] == "Character") text += parts[1];
    return {};
  });
  return text;
}

std::string words_of(std::string_view html) {
  Budget budget(page_limits());
  // As a page whatever it begins with.
  const Page page = read_page(as_bytes("<html><body><p>" + std::string(html)), "utf-8", budget).value();
  std::string text = page.title;
  for (const Block& block : page.blocks) text += block.text;
  return text;
}

struct Count {
  int same = 0, all = 0;
};

Count compare_tokens(const std::string& file) {
  Count count;
  const std::string text = system_files().read(file, 4u << 20).value();
  Budget budget({.bytes_in = 4u << 20, .depth = 32, .entries = 1'000'000});
  JsonDocument document;
  const auto root = document.parse(text, budget);
  REQUIRE(root);
  (void)root->field("tests")->each([&](Json one) -> Result<void> {
    if (one.field("initialStates") || one.field("doubleEscaped")) return {};
    const std::string wanted = without_spaces(characters_of(*one.field("output")));
    const std::string got = without_spaces(words_of(*one.string_at("input")));
    ++count.all;
    if (wanted == got) ++count.same;
    else if (std::getenv("KHIEN_SHOW") != nullptr) std::printf("%s | %s | %s\n", std::string(*one.string_at("description")).c_str(), wanted.c_str(), got.c_str());
    return {};
  });
  return count;
}

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

Count compare_encodings(const std::string& file) {
  Count count;
  const std::string text = system_files().read(file, 4u << 20).value();
  for (auto at = text.find("#data\n"); at != text.npos; at = text.find("#data\n", at + 6)) {
    const auto name_at = text.find("\n#encoding\n", at);
    if (name_at == text.npos) break;
    const std::string data = text.substr(at + 6, name_at - at - 6);
    const auto begin = name_at + 11;
    const std::string wanted = lower(text.substr(begin, text.find('\n', begin) - begin));
    const std::string got = encoding_of(as_bytes(data), {});
    ++count.all;
    const bool alike = is_ascii(data) && (wanted == "windows-1252" || wanted == "utf-8") && (got == "windows-1252" || got == "utf-8");
    if (wanted == got || alike) ++count.same;
    else if (std::getenv("KHIEN_SHOW") != nullptr) std::printf("%s | %s | %s\n", data.c_str(), wanted.c_str(), got.c_str());
  }
  return count;
}

}  // namespace

TEST_CASE("words are the same as html5lib's in nearly all its cases") {
  const std::string folder = cases_folder();
  if (folder.empty()) {
    MESSAGE("KHIEN_SHARED is not set: left out");
    return;
  }
  Count all;
  for (const std::string_view name : {"test1", "test2", "contentModelFlags", "entities"}) {
    const Count count = compare_tokens(folder + "tokenizer/" + std::string(name) + ".test");
    MESSAGE(name, ": ", count.same, " of ", count.all);
    all.same += count.same;
    all.all += count.all;
  }
  CHECK(all.same * 100 >= all.all * 60);
  Count encodings;
  for (const std::string_view name : {"tests1.dat", "tests2.dat"}) {
    const Count count = compare_encodings(folder + "encoding/" + std::string(name));
    MESSAGE(name, ": ", count.same, " of ", count.all);
    encodings.same += count.same;
    encodings.all += count.all;
  }
  CHECK(encodings.same * 100 >= encodings.all * 80);
}

TEST_CASE("what an attacker could make of libxml2's ways stays seen") {
  const auto links = [](std::string_view html) {
    Budget budget(page_limits());
    return read_page(as_bytes(html), {}, budget).value().links.size();
  };
  CHECK(links("<p>a</p></body></html></html><!-- x --><a href=q>b</a>") == 1);
  CHECK(links("<a href=q <b>c</b>>d</a>") == 1);
  CHECK(links("<A HREF='q'>d</A>") == 1);
  CHECK(links("<a/href='q'>d</a>") == 1);
  CHECK(links("<section><custom-tag><a href=q>d</a>") == 1);
  CHECK(links("<table><a href=q>d</a><tr><td></table>") == 1);
  CHECK(links("<select><a href=q>d</a></select>") == 1);
  CHECK(links("<title><a href=q>d</title><a href=z>e</a>") >= 1);
  CHECK(links("<!--><a href=q>d</a>-->") <= 1);
  CHECK(links("<svg><a href=q>d</a></svg><math><a href=q>d</a></math>") == 2);
  CHECK(links("<frameset><frame src=x></frameset><noframes><a href=q>d</a></noframes>") == 1);
}

}  // namespace khien::watch

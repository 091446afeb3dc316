// Input: one page, or two with a line "=====" between: before and now. Judged by the shipped
// rules twice, the answer is the same; it comes through its JSON unchanged; a link that is
// named is one of the page's; a page judged against itself, approved here or anywhere on its site,
// says nothing of links.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "khien/core/file.hpp"
#include "khien/watch/desk.hpp"

using namespace khien;

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

const watch::Rules& rules() {
  static const watch::Rules shipped = [] {
    std::vector<watch::SourceFile> files;
    for (const auto& entry : std::filesystem::directory_iterator(KHIEN_SOURCE_DIR "/content/web")) {
      const std::string name = entry.path().filename().string();
      if (name.ends_with(".yaml")) files.push_back({name, system_files().read(entry.path().string(), 8u << 20).value()});
    }
    std::ranges::sort(files, {}, &watch::SourceFile::path);
    Budget budget(watch::rules_limits());
    return watch::Rules::load(files, budget).value();
  }();
  return shipped;
}

watch::Page page_of(std::string_view bytes) {
  Budget budget(watch::page_limits());
  return watch::read_page(as_bytes(bytes), {}, budget).value();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto cut = text.find("\n=====\n");
  const std::string now = cut == text.npos ? text : text.substr(cut + 7);
  watch::Baseline baseline;
  if (cut != text.npos) baseline.learn(page_of(text.substr(0, cut)), "https://xa.gov.vn/");
  watch::SeenPage seen{.url = "https://xa.gov.vn/", .final_url = "https://xa.gov.vn/", .steps = {}, .limit = {}, .page = page_of(now)};
  const watch::Baseline* known = cut == text.npos ? nullptr : &baseline;
  const auto judged = watch::judge({seen}, known, rules());
  require(judged == watch::judge({seen}, known, rules()));
  require(judged.score >= 0 && judged.score <= 100 && (!is_mended(judged.judged) || judged.links.empty()));
  Budget budget({.bytes_in = 64u << 20, .entries = 1'000'000});
  require(watch::judgement_from_json(to_json(judged), budget).value() == judged);
  for (const watch::BadLink& bad : judged.links) {
    require(std::ranges::any_of(seen.page.links, [&](const watch::Link& link) { return link.offset == bad.offset; }));
  }
  baseline.approve(seen.page, "https://xa.gov.vn/");
  const auto approved = watch::judge({seen}, &baseline, rules());
  require(approved.links.empty() || approved.judged == PageClass::dead_link);
  // A person's word counts for all pages of the site.
  const watch::PageKeys keys = watch::keys_of(seen.page, "https://xa.gov.vn/");
  Budget reading(watch::page_limits());
  require(watch::page_keys_from_json(to_json(keys), reading).value() == keys);
  watch::Baseline site;
  site.approve(keys);
  const watch::SiteMemory memory{.baseline = &site, .spreading = {}};
  const auto elsewhere = watch::judge({seen}, nullptr, rules(), &memory);
  require(elsewhere.links.empty() || elsewhere.judged == PageClass::dead_link);
  return 0;
}

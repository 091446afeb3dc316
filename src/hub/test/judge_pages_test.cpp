// Many pages in few processes, and one that cannot be read costs the others nothing.
#include "judge_pages.hpp"

#include <doctest/doctest.h>

#include "khien/hub/installation.hpp"

namespace khien::hub {
namespace {

std::vector<watch::Case> pages(std::size_t count) {
  std::vector<watch::Case> cases;
  for (std::size_t i = 0; i < count; ++i) {
    PageView view;
    view.url = view.final_url = "https://xa.example.gov.vn/" + std::to_string(i);
    view.status = 200;
    view.body = "<html lang=vi><body><h1>UBND xã</h1><p>Tin số " + std::to_string(i) + "</p><a href=/tin>Tin</a></body></html>";
    cases.push_back({.id = view.url, .views = {view}, .baseline = {}});
  }
  return cases;
}

}  // namespace

TEST_CASE("a sitting judges all its pages in one process, and tells what they hold where a site is named") {
  const auto judge = PageJudge::create(read_web_rules(find_content().value()).value(), find_installation().value().worker);
  REQUIRE_MESSAGE(judge, judge.error().what());
  PageSitting sitting(*judge);
  std::size_t clean = 0, with_keys = 0;
  for (int i = 0; i < 20; ++i) {
    sitting.judge(pages(8), [&](const watch::Case&, const watch::Answer& answer) { clean += answer.judgement.judged == PageClass::clean ? 1 : 0; });
  }
  sitting.judge(pages(8), [&](const watch::Case&, const watch::Answer& answer) { with_keys += answer.keys.blocks.empty() ? 0 : 1; }, std::string());
  CHECK(clean == 160);
  CHECK(with_keys == 8);
  CHECK(sitting.processes() == 1);
}

}  // namespace khien::hub

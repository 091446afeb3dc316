// What several visitors get of one address, and the judge's way in and out of a process.
#include <doctest/doctest.h>

#include <string>

#include "khien/watch/desk.hpp"
#include "shipped_rules.hpp"

namespace khien::watch {
namespace {

const std::string kClean = "<html lang=vi><head><title>UBND xã</title></head><body><nav><a href=/>Trang chủ</a></nav><p>Lịch tiếp công dân của Ủy ban nhân dân xã.</p></body></html>";
const std::string kSpam = kClean + "<div><a href=https://kuwin88.club>kuwin</a> <a href=https://sunwin.cash>sunwin</a> <a href=https://x.example.com>nhà cái uy tín</a></div>";

PageView view(Visitor visitor, std::string body, std::string final_url = "https://xa.gov.vn/") {
  PageView one;
  one.visitor = visitor;
  one.url = "https://xa.gov.vn/";
  one.final_url = std::move(final_url);
  one.status = 200;
  one.body = std::move(body);
  return one;
}

Judgement judged(std::vector<PageView> views) { return judge_case({.id = "x", .views = std::move(views), .baseline = {}}, shipped_rules(), nullptr); }

bool has_reason(const Judgement& judgement, std::string_view name) {
  return std::ranges::find(judgement.reasons, name, &Reason::name) != judgement.reasons.end();
}

}  // namespace

TEST_CASE("what only a search engine gets is cloaked, and names who gets it") {
  const auto cloaked = judged({view(Visitor::desktop, kClean), view(Visitor::desktop_google, kClean), view(Visitor::googlebot, kSpam), view(Visitor::mobile_google, kClean)});
  CHECK(cloaked.judged == PageClass::cloaked);
  CHECK(cloaked.visitors == std::vector{Visitor::googlebot});
  CHECK(cloaked.links.size() == 3);
  CHECK(has_reason(cloaked, "other_face"));
  CHECK(judged({view(Visitor::desktop, kSpam), view(Visitor::googlebot, kSpam)}).judged == PageClass::compromised);
  CHECK(judged({view(Visitor::desktop, kSpam), view(Visitor::googlebot, kSpam)}).links.size() == 3);
  CHECK(judged({view(Visitor::desktop, kClean), view(Visitor::googlebot, kClean)}).judged == PageClass::clean);
}

TEST_CASE("what a script writes is shown to everybody at a desktop: compromised, not cloaked") {
  const auto written = judged({view(Visitor::desktop, kClean), view(Visitor::desktop_google, kClean), view(Visitor::googlebot, kClean),
                               view(Visitor::mobile_google, kClean), view(Visitor::rendered, kSpam)});
  CHECK(written.judged == PageClass::compromised);
  CHECK(written.visitors == std::vector{Visitor::rendered});
  CHECK(written.links.front().visitor == Visitor::rendered);
  const auto taken_away = judged({view(Visitor::desktop, kClean), view(Visitor::googlebot, kSpam), view(Visitor::rendered, kClean)});
  CHECK(taken_away.judged == PageClass::cloaked);
}

TEST_CASE("views that got the same bytes are told the same as if each had been read") {
  const auto all = [](const std::string& desktop) {
    return judged({view(Visitor::desktop, desktop), view(Visitor::desktop_google, kSpam), view(Visitor::googlebot, kSpam), view(Visitor::mobile_google, kSpam)});
  };
  CHECK(all(kSpam) == all(kSpam + " "));
  CHECK(all(kSpam).visitors.size() == 4);
  CHECK(all(kClean).judged == PageClass::cloaked);
  auto elsewhere = view(Visitor::googlebot, kClean, "https://8xbxx08.com/");
  elsewhere.steps.push_back({"https://xa.gov.vn/", 302, RedirectStep::How::location});
  CHECK(judged({view(Visitor::desktop, kClean), elsewhere}).judged == PageClass::redirected);
}

TEST_CASE("who comes from a search result and is sent elsewhere is redirected") {
  auto away = view(Visitor::mobile_google, "<p>Đăng ký</p>", "https://8xbxx08.com/");
  away.steps.push_back({"https://xa.gov.vn/", 302, RedirectStep::How::location});
  const auto redirected = judged({view(Visitor::desktop, kClean), view(Visitor::desktop_google, kClean), away});
  CHECK(redirected.judged == PageClass::redirected);
  CHECK(redirected.visitors == std::vector{Visitor::mobile_google});

  auto moved = view(Visitor::desktop, kClean, "https://xa.tinh.gov.vn/");
  CHECK(judged({moved}).judged == PageClass::clean);
  auto company = view(Visitor::desktop, kClean, "https://congty-abc.com.vn/");
  company.steps.push_back({"https://xa.gov.vn/", 301, RedirectStep::How::location});
  CHECK(judged({company}).judged == PageClass::clean);
  auto not_there = view(Visitor::desktop, "<p>hi</p>", "https://abc.example.com/");
  not_there.steps.push_back({"https://xa.gov.vn/", 404, RedirectStep::How::script});
  CHECK(judged({not_there}).judged == PageClass::redirected);
}

TEST_CASE("who is sent to a bookmaker that gives no answer was sent to a bookmaker") {
  // What name servers close for the country is closed for us.
  auto sent = view(Visitor::mobile_google, "");
  sent.status = 302;
  sent.headers = {{"location", "https://8xbxx08.com/"}};
  sent.steps.push_back({"https://xa.gov.vn/", 302, RedirectStep::How::location});
  sent.limit = "name";
  const auto redirected = judged({view(Visitor::desktop, kClean), view(Visitor::googlebot, kClean), sent});
  CHECK(redirected.judged == PageClass::redirected);
  CHECK(redirected.visitors == std::vector{Visitor::mobile_google});
  const std::vector<Case> cases{{.id = "x", .views = {view(Visitor::desktop, kClean), sent}, .baseline = {}}};
  const auto answers = Desk().run(as_bytes(encode_job(shipped_files(), cases)), nullptr);
  REQUIRE(answers);
  CHECK(read_answers(*answers, 1).value().front().judgement.judged == PageClass::redirected);

  auto inside = sent;
  inside.headers = {{"location", "/tin-tuc"}};
  CHECK(judged({inside}).judged != PageClass::redirected);
  auto moved = sent;
  moved.headers = {{"location", "https://congty-abc.com.vn/"}};
  CHECK(judged({moved}).judged != PageClass::redirected);
}

TEST_CASE("a page on another port sends on to that port") {
  auto one = view(Visitor::desktop, "<script>location.href='/hai'</script>");
  one.url = one.final_url = "http://xa.gov.vn:8080/mot";
  Budget budget(page_limits());
  const auto jump = next_address(one, budget);
  REQUIRE(jump);
  REQUIRE(*jump);
  CHECK((*jump)->url == "http://xa.gov.vn:8080/hai");
}

TEST_CASE("a page that was not read whole is unknown, unless what was read is enough") {
  auto cut = view(Visitor::desktop, kClean);
  cut.limit = "too_large";
  CHECK(judged({cut}).judged == PageClass::unknown);
  auto bad = view(Visitor::desktop, kSpam);
  bad.limit = "timeout";
  const auto judgement = judged({bad});
  CHECK(judgement.judged == PageClass::compromised);
  CHECK(has_reason(judgement, "limit"));
  CHECK(judged({}).judged == PageClass::unknown);
}

TEST_CASE("a job of many cases comes back in their order, whatever stands in the pages") {
  std::vector<Case> cases;
  cases.push_back({.id = "a", .views = {view(Visitor::desktop, kClean)}, .baseline = {}});
  cases.push_back({.id = "b", .views = {view(Visitor::desktop, kSpam)}, .baseline = kClean});
  cases.push_back({.id = "c", .views = {view(Visitor::desktop, std::string("\n\0{\"class\":\"clean\"}\n", 21))}, .baseline = {}});
  cases.push_back({.id = "d", .views = {view(Visitor::desktop, kClean)}, .baseline = "{\"baseline\":\"khien-site-1\"}"});
  const std::string job = encode_job(shipped_files(), cases);
  const auto answers = Desk().run(as_bytes(job), nullptr);
  REQUIRE(answers);
  const auto judgements = read_answers(*answers, 4).value();
  CHECK(judgements[0].judgement.judged == PageClass::clean);
  CHECK(judgements[1].judgement.judged == PageClass::compromised);
  CHECK(judgements[1].judgement == judge_case(cases[1], shipped_rules(), nullptr));
  CHECK(judgements[2].judgement.judged == PageClass::clean);
  CHECK(judgements[3].judgement.judged == PageClass::unknown);
  CHECK_FALSE(read_answers(*answers, 3));
  CHECK_FALSE(read_answers(*answers, 5));
  CHECK_FALSE(Desk().run(as_bytes(job.substr(0, job.size() - 1)), nullptr));
  CHECK_FALSE(Desk().run(as_bytes("khien-judge 1\n{}"), nullptr));
}

TEST_CASE("rules that are wrong are refused with file and line") {
  const auto fault_of = [](const std::string& name, const std::string& from, const std::string& to) {
    auto files = shipped_files();
    const auto file = std::ranges::find(files, name, &SourceFile::path);
    REQUIRE(file != files.end());
    const auto at = file->text.find(from);
    REQUIRE(at != std::string::npos);
    file->text.replace(at, from.size(), to);
    Budget budget(rules_limits());
    const auto rules = Rules::load(files, budget);
    return rules ? std::string() : rules.error().what();
  };
  CHECK(fault_of("weights.yaml", "link_threshold: 4", "link_threshold: x").contains("weights.yaml:4: must be a number"));
  CHECK(fault_of("weights.yaml", "link_threshold: 4", "link_thresholds: 4").contains("'link_threshold' is missing"));
  CHECK(fault_of("weights.yaml", "dead_link: 60", "dead_link: 60\nmore: 1").contains("nothing asks for"));
  CHECK(fault_of("lexicon-vi.yaml", "kind: gambling", "kind: gamble").contains("lexicon-vi.yaml:"));
  CHECK(fault_of("lexicon-vi.yaml", "hit: [\"Top 10 nhà cái", "hit: [\"Top 10 nha sĩ").contains("does not hit"));
  CHECK(fault_of("lexicon-vi.yaml", "miss: [\"cải cách", "miss: [\"soi kèo cải cách").contains("hits its miss"));
  CHECK(fault_of("sites.yaml", "hit: [www.sotttt.hanoi.gov.vn", "hit: [www.sotttt.hanoi.gov.la").contains("sites.yaml:"));
  CHECK(shipped_rules().domain_count() > 60'000);
  CHECK(shipped_rules().word_count() > 800);
}

}  // namespace khien::watch

#include "khien/watch/baseline.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <string>

#include "khien/core/random.hpp"
#include "khien/watch/desk.hpp"
#include "shipped_rules.hpp"

namespace khien::watch {
namespace {

constexpr std::string_view kAddress = "https://huyen.example.gov.vn/";

// What hackers put in, and the addresses in it: of several ways and languages.
struct Injected {
  std::string html;
  std::vector<std::string> urls;
};

const std::vector<Injected>& injected_blocks() {
  static const std::vector<Injected> blocks{
      {"<div style=\"display:none\"><a href=\"https://a1.example.com/\">nhà cái uy tín</a><a href=\"https://a2.example.com/x\">tại đây</a><a href=\"https://a3.example.com/y\">tài xỉu online</a></div>",
       {"https://a1.example.com/", "https://a2.example.com/x", "https://a3.example.com/y"}},
      {"<div style='position:absolute;left:-7000px'><a href='https://s1.example.ac.id/'>slot gacor</a> <a href='https://s2.example.ac.id/'>shionaga</a> <a href='https://s3.example.org/'>situs toto</a></div>",
       {"https://s1.example.ac.id/", "https://s2.example.ac.id/", "https://s3.example.org/"}},
      {"<h3>Liên kết hữu ích</h3><div>Thiết bị <a href=\"http://b1.example.vn/nha-thi-dau\">nhà thi đấu</a>, vào <a href=\"http://www.fun122.com/lm/\">FUN88</a>, <a href=\"http://b3.example.vn\">Báo bóng đá</a>, <a href=\"http://cachvaom88.net\">M88</a></div>",
       {"http://b1.example.vn/nha-thi-dau", "http://www.fun122.com/lm/", "http://b3.example.vn", "http://cachvaom88.net"}},
      {"<ul><li><a rel=dofollow href='https://123b.cx'><b>123b</b></a></li><li><a href='https://corgi.example.org/'><b>cakhia tv trực tiếp bóng đá</b></a></li></ul>",
       {"https://123b.cx", "https://corgi.example.org/"}},
      {"<span style=font-size:0><a href=https://pgs.example.co/>สล็อตเว็บตรง</a></span>", {"https://pgs.example.co/"}},
  };
  return blocks;
}

std::string portal(int day) {
  std::string html = "<html lang=vi><head><title>Cổng thông tin điện tử huyện</title></head><body><nav><a href=/>Trang chủ</a><a href=/tin>Tin tức</a></nav><main>";
  const char* subjects[] = {"Hội nghị triển khai nhiệm vụ", "Công an huyện bắt nhóm đánh bạc", "Khai mạc giải bóng đá thiếu niên", "Cảnh báo lừa đảo qua mạng", "Lịch tiếp công dân",
                            "Kết quả xổ số kiến thiết gây quỹ", "Ra quân làm thủy lợi", "Thông báo tuyển dụng viên chức"};
  for (int i = 0; i < 12; ++i) {
    const int number = day * 5 + i;
    html += "<article><h3><a href=/tin/" + std::to_string(number) + ">" + subjects[number % 8] + " số " + std::to_string(number) + "</a></h3><p>Nội dung tóm tắt của tin " + std::to_string(number) + ".</p></article>";
  }
  html += "</main><aside><h3>Liên kết</h3>";
  for (int i = 0; i < 3 + day / 7; ++i) html += "<a href=https://doitac" + std::to_string(i) + ".example.com/>Đối tác số " + std::to_string(i) + "</a> ";
  return html + "</aside><footer>UBND huyện</footer></body></html>";
}

Page page_of(std::string_view html) {
  Budget budget(page_limits());
  return read_page(as_bytes(html), {}, budget).value();
}

Judgement judged(const std::string& html, const Baseline* baseline) {
  const std::string address(kAddress);
  return judge({SeenPage{.url = address, .final_url = address, .steps = {}, .limit = {}, .page = page_of(html)}}, baseline, shipped_rules());
}

// Real pages where they stand beside the project, and the made-up portal.
std::vector<std::string> clean_pages() {
  std::vector<std::string> pages{portal(0), portal(9)};
  if (const char* shared = std::getenv("KHIEN_SHARED")) {
    for (const auto& entry : std::filesystem::directory_iterator(std::string(shared) + "/data/web/pages")) {
      const std::string name = entry.path().filename().string();
      if (name.starts_with("gov-")) pages.push_back(system_files().read(entry.path().string(), 4u << 20).value());
    }
  }
  return pages;
}

std::size_t find_small(const std::string& html, std::string_view tag) {
  const auto at = html.rfind(tag);
  return at == html.npos ? html.size() : at;
}

// A site of eight pages with one frame around them.
constexpr int kPages = 8;

std::string page_of_site(int page, int day, std::string_view in_frame = {}) {
  std::string html = portal(day + page * 40);
  html.insert(html.find("<footer>") + 8, in_frame);
  return html;
}

std::vector<Case> site_cases(int day, std::string_view in_frame = {}, int pages_with_it = kPages) {
  std::vector<Case> cases;
  for (int page = 0; page < kPages; ++page) {
    PageView view;
    view.url = view.final_url = std::string(kAddress) + "p/" + std::to_string(page);
    view.status = 200;
    view.body = page_of_site(page, day, page < pages_with_it ? in_frame : std::string_view());
    cases.push_back({.id = view.url, .views = {view}, .baseline = {}});
  }
  return cases;
}

// A look at the site: what is known of it is what it was before.
std::vector<Answer> looked(Desk& desk, const std::vector<Case>& cases, const Baseline& site) {
  const std::string job = encode_job(shipped_files(), cases, site.empty() ? std::string() : site.to_json());
  return read_answers(desk.run(as_bytes(job), nullptr).value(), cases.size()).value();
}

void learn(Baseline& site, const std::vector<Answer>& answers) {
  for (const Answer& one : answers) {
    if (is_mended(one.judgement.judged)) site.learn(one.keys);
  }
}

std::multiset<std::string> named_by(const Answer& answer) {
  std::multiset<std::string> named;
  for (const BadLink& link : answer.judgement.links) named.insert(link.url);
  return named;
}

}  // namespace

TEST_CASE("thirty days of a whole site, with new partners in its frame every week, raise nothing") {
  Desk desk;
  Baseline site;
  for (int day = 0; day < 30; ++day) {
    std::string frame;
    for (int i = 0; i <= day / 7; ++i) frame += "<a href=https://lienket" + std::to_string(i) + ".example.net/>Liên kết số " + std::to_string(i) + "</a> ";
    const auto answers = looked(desk, site_cases(day, frame), site);
    for (const Answer& one : answers) CHECK_MESSAGE(is_mended(one.judgement.judged), day, to_json(one.judgement));
    learn(site, answers);
  }
  CHECK(desk.loaded() == 1);
  CHECK(site.looks() == 30 * kPages);
}

TEST_CASE("a block put into the frame of all pages is found exactly, on each of them") {
  Desk desk;
  Baseline site;
  learn(site, looked(desk, site_cases(0), site));
  for (const Injected& block : injected_blocks()) {
    const auto answers = looked(desk, site_cases(1, block.html), site);
    for (const Answer& one : answers) {
      CHECK_MESSAGE(named_by(one) == std::multiset<std::string>(block.urls.begin(), block.urls.end()), to_json(one.judgement));
      // Other pages of the site lead to names of the first one's domain.
      const bool spreads = std::ranges::find(one.judgement.reasons, "spreading_links", &Reason::name) != one.judgement.reasons.end();
      CHECK(spreads == (&block != &injected_blocks().front()));
    }
    // It is not learned, so it does not become a habit.
    learn(site, answers);
    CHECK_FALSE(site.knows_link(block.urls.front(), ""));
  }
  for (const Answer& one : looked(desk, site_cases(2), site)) CHECK(is_mended(one.judgement.judged));
}

TEST_CASE("a hidden list whose words say nothing is news where many pages show it at once, and not where one does") {
  const std::string hidden = "<div style='display:none'><a href='https://q1.example.edu/'>xem thêm</a><a href='https://q2.example.org/'>tại đây</a><a href='https://q3.example.net/'>chi tiết</a></div>";
  Desk desk;
  Baseline site;
  learn(site, looked(desk, site_cases(0), site));
  for (const Answer& one : looked(desk, site_cases(1, hidden), site)) CHECK_MESSAGE(named_by(one).size() == 3, to_json(one.judgement));
  for (const Answer& one : looked(desk, site_cases(1, hidden, 1), site)) CHECK_MESSAGE(is_mended(one.judgement.judged), to_json(one.judgement));
  // What the site has anywhere is no news on another of its pages.
  for (int i = 0; i < 3; ++i) site.learn(page_of(page_of_site(0, 1, hidden)), std::string(kAddress) + "p/0");
  for (const Answer& one : looked(desk, site_cases(2, hidden), site)) CHECK_MESSAGE(is_mended(one.judgement.judged), to_json(one.judgement));
}

TEST_CASE("a change that a person approved on one page is silent on all pages from then on, and another is not") {
  Desk desk;
  Baseline site;
  learn(site, looked(desk, site_cases(0), site));
  const auto before = looked(desk, site_cases(1, injected_blocks()[3].html), site);
  CHECK_FALSE(is_mended(before[0].judgement.judged));
  site.approve(before[0].keys);
  for (int day = 2; day < 12; ++day) {
    const auto answers = looked(desk, site_cases(day, injected_blocks()[3].html), site);
    for (const Answer& one : answers) CHECK_MESSAGE(is_mended(one.judgement.judged), to_json(one.judgement));
    learn(site, answers);
  }
  for (const Answer& one : looked(desk, site_cases(13, injected_blocks()[3].html + injected_blocks()[0].html), site)) CHECK(named_by(one).size() == 3);
}

TEST_CASE("a link to where other pages of the site lead is no news beside a bad one") {
  const std::string run = "<p><a href=https://123b.cx>123b</a> <a href=https://lienket.example.net/moi>Liên kết mới</a></p>";
  Desk desk;
  Baseline site;
  const std::string partner = "<a href=https://lienket.example.net/moi>Liên kết mới</a>";
  learn(site, looked(desk, site_cases(0, partner, 3), site));
  const auto answers = looked(desk, site_cases(1, run), site);
  CHECK(named_by(answers[7]) == std::multiset<std::string>{"https://123b.cx"});
}

TEST_CASE("keys come through their text, what is no key does not, and the longest unseen go first") {
  const PageKeys keys = keys_of(page_of(portal(0)), kAddress);
  Budget budget(page_limits());
  CHECK(page_keys_from_json(to_json(keys), budget).value() == keys);
  for (const std::string bad : {"{}", "{\"blocks\":\"12\",\"links\":\"\",\"domains\":\"\",\"places\":\"\"}",
                                "{\"blocks\":\"000000000000000x\",\"links\":\"\",\"domains\":\"\",\"places\":\"\"}"}) {
    Budget again(page_limits());
    CHECK_FALSE(page_keys_from_json(bad, again));
  }
  Baseline site;
  site.learn(page_of("<p>cũ</p>"), kAddress);
  site.learn(keys);
  site.shorten(keys.blocks.size());
  CHECK_FALSE(site.knows_block(page_of("<p>cũ</p>").blocks.front()));
  CHECK(site.knows_block(page_of(portal(0)).blocks.front()));
}

TEST_CASE("an injected block is named link by link and nothing else is, wherever it stands") {
  for (const std::string& page : clean_pages()) {
    Baseline baseline;
    baseline.learn(page_of(page), kAddress);
    for (const Injected& block : injected_blocks()) {
      std::vector<std::string> infected{page};
      infected.push_back(std::string(page).insert(find_small(page, "</body>"), block.html));
      infected.push_back(page + block.html);
      const auto middle = page.find("<p", page.size() / 2);
      infected.push_back(std::string(page).insert(middle == page.npos ? page.size() : middle, block.html));
      for (std::size_t i = 1; i < infected.size(); ++i) {
        const Judgement judgement = judged(infected[i], &baseline);
        std::multiset<std::string> named, wanted(block.urls.begin(), block.urls.end());
        for (const BadLink& link : judgement.links) named.insert(link.url);
        CHECK_MESSAGE(named == wanted, i, " ", to_json(judgement));
        CHECK(judgement.judged == PageClass::compromised);
        for (const BadLink& link : judgement.links) CHECK(infected[i].substr(link.offset, 2) == "<a");
      }
    }
    CHECK_MESSAGE(is_mended(judged(page, &baseline).judged), to_json(judged(page, &baseline)));
  }
}

TEST_CASE("thirty days of a busy portal's news raise nothing, and the spam of day thirty-one does") {
  Baseline baseline;
  for (int day = 0; day < 30; ++day) {
    const std::string page = portal(day);
    if (day > 0) CHECK_MESSAGE(is_mended(judged(page, &baseline).judged), day, to_json(judged(page, &baseline)));
    baseline.learn(page_of(page), kAddress);
  }
  const std::string spam = portal(30).insert(portal(30).find("</main>"), injected_blocks()[3].html);
  CHECK(judged(spam, &baseline).links.size() == 2);
}

TEST_CASE("thirty days of edits with pieces of real pages raise nothing") {
  const auto pages = clean_pages();
  SeededRandom random(7);
  for (std::size_t p = 0; p < std::min<std::size_t>(pages.size(), 5); ++p) {
    Baseline baseline;
    baseline.learn(page_of(pages[p]), kAddress);
    std::string today = pages[p];
    for (int day = 0; day < 30; ++day) {
      const std::string& other = pages[static_cast<std::size_t>(day) % pages.size()];
      std::array<std::byte, 8> bytes{};
      random.fill(bytes);
      const auto at = other.find("<a ", (std::to_integer<std::size_t>(bytes[0]) << 8 | std::to_integer<std::size_t>(bytes[1])) % other.size());
      const auto end = at == other.npos ? at : other.find("</a>", at + 2'000);
      if (end != other.npos) today.insert(find_small(today, "</body>"), "<div>" + other.substr(at, end + 4 - at) + "</div>");
      const Judgement judgement = judged(today, &baseline);
      CHECK_MESSAGE(is_mended(judgement.judged), to_json(judgement));
      baseline.learn(page_of(today), kAddress);
    }
  }
}

TEST_CASE("what a person approved is silent, and what nobody approved is told again") {
  const std::string infected = portal(1) + injected_blocks()[0].html;
  Baseline learned;
  learned.learn(page_of(infected), kAddress);
  CHECK(judged(infected, &learned).judged == PageClass::compromised);
  Baseline approved;
  approved.approve(page_of(infected), kAddress);
  CHECK(is_mended(judged(infected, &approved).judged));
  CHECK(judged(infected + injected_blocks()[1].html, &approved).links.size() == 3);
}

TEST_CASE("a baseline comes through its text unchanged, and one that was tampered with does not") {
  Baseline baseline;
  for (int day = 0; day < 3; ++day) baseline.learn(page_of(portal(day)), kAddress);
  const std::string text = baseline.to_json();
  Budget budget({.bytes_in = 16u << 20, .depth = 8, .entries = 400'000});
  CHECK(Baseline::from_json(text, budget).value() == baseline);
  for (const auto& [what, with] : {std::pair("\"looks\":3", "\"looks\":1"), std::pair("khien-site-1", "khien-site-9"), std::pair("\"looks\":3", "\"looks\":-3")}) {
    std::string bad = text;
    bad.replace(bad.find(what), std::string_view(what).size(), with);
    Budget again({.bytes_in = 16u << 20, .depth = 8, .entries = 400'000});
    const auto read = Baseline::from_json(bad, again);
    REQUIRE_FALSE(read);
    CHECK(read.error().code() == Code::corrupt);
  }
}

TEST_CASE("a page put in place of another is defaced even in few words") {
  Baseline baseline;
  baseline.learn(page_of(portal(0)), kAddress);
  CHECK(judged("<html><body><center><img src=skull.gif><h1>HACKED</h1></center></body></html>", &baseline).judged == PageClass::defaced);
}

}  // namespace khien::watch

#include "khien/watch/judge.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "cases.hpp"
#include "shipped_rules.hpp"

namespace khien::watch {

TEST_CASE("made-up pages of each kind of attack, and of each that looks like one, get their class") {
  const auto cases = made_up_cases("cases.txt");
  CHECK(cases.size() > 70);
  for (const MadeUp& one : cases) {
    const Judgement judgement = judge_case(as_case(one), shipped_rules(), nullptr);
    const bool right = (" " + one.right + " ").contains(" " + std::string(to_string(judgement.judged)) + " ");
    CHECK_MESSAGE(right, to_json(judgement, one.name + " (" + one.right + ")"));
  }
}

TEST_CASE("no number of harmless addresses hides another's, and of too many hosts it is said that not all were read") {
  const auto judgement_of = [](const std::string& body) {
    const std::string news = "<p>Sáng nay bà con trong thôn cùng nhau dọn vệ sinh đường làng, khơi thông cống rãnh và trồng thêm hai hàng cây.</p>";
    const MadeUp one{.name = {}, .right = {}, .address = "https://xa.gov.vn/tin/1", .page = "<html lang=vi><head><title>Tin tức</title></head><body>" + news + body + "</body></html>"};
    return judge_case(as_case(one), shipped_rules(), nullptr);
  };
  // Of one host, or of 2,000.
  const auto many = [](std::string_view before, std::string_view behind, bool one_host, int count) {
    std::string all;
    for (int i = 0; i < count; ++i) {
      const std::string number = std::to_string(i);
      all += std::string(before) + "https://" + (one_host ? "cdn.example.com/" + number : "t" + number + ".example.com/") + std::string(behind);
    }
    return all;
  };
  const std::string bad = "https://8xbet9.vip/x";
  for (const bool one_host : {true, false}) {
    const std::string in_script = "<script>var a=[" + many("'", "',", one_host, 2'000);
    CHECK(is_harmful(judgement_of(in_script + "'" + bad + "']</script>").judged));
    CHECK(judgement_of(in_script + "'https://kho.example.com/']</script>").judged == PageClass::clean);
    CHECK(is_harmful(judgement_of(many("<iframe src='", "'></iframe>", one_host, 300) + "<iframe src='" + bad + "'></iframe>").judged));
    CHECK(is_harmful(judgement_of(many("<script src='", "'></script>", one_host, 300) + "<script src='" + bad + "'></script>").judged));
    CHECK(is_harmful(judgement_of(many("<link rel=alternate href='", "'>", one_host, 300) + "<link rel=canonical href='" + bad + "'>").judged));
  }
  CHECK(is_harmful(judgement_of("<script>var a='" + std::string(400'000, 'x') + "';\nvar b='" + bad + "'</script>").judged));
  CHECK(is_harmful(judgement_of("<script>document.write('<script src=\"" + bad + "\"><\\/script>')</script>").judged));
  // A name without "//" may be a member's; the address behind it is looked at all the same.
  CHECK(is_harmful(judgement_of("<script>var a=['8xbet9.vip','" + bad + "']</script>").judged));
  const auto too_many = judgement_of("<script>var a=[" + many("'", "',", false, 10'001) + "]</script>");
  CHECK(too_many.judged == PageClass::unknown);
  CHECK(std::ranges::any_of(too_many.reasons, [](const Reason& reason) { return reason.name == "limit" && reason.where == "hosts"; }));
}

TEST_CASE("what is judged by its spelling and its place: each with what is nearest to it") {
  const auto judged = [](const std::string& title, const std::string& head, const std::string& body) {
    const std::string news = "<p>Sáng nay bà con trong thôn cùng nhau dọn vệ sinh đường làng, khơi thông cống rãnh và trồng thêm hai hàng cây bên đường mới làm.</p>"
                             "<p>Trưởng thôn cho hay việc này được làm vào mỗi tuần cuối tháng, ai cũng vui vẻ tham gia và góp nước uống.</p>"
                             "<p>Các cháu nhỏ nhặt lá, người lớn cuốc cỏ, đến trưa thì xong cả đoạn đường từ đình về chợ.</p>";
    const MadeUp one{.name = {}, .right = {}, .address = "https://xa.gov.vn/tin/1", .page = "<html lang=vi><head><title>" + title + "</title>" + head + "</head><body>" + news + body + "</body></html>"};
    return is_harmful(judge_case(as_case(one), shipped_rules(), nullptr).judged);
  };
  const std::string own = "Tin tức";
  CHECK(judged(own, "<link rel=canonical href=https://slot-88.example.vip/>", ""));
  CHECK_FALSE(judged(own, "<link rel=canonical href=https://cms.example.com/xa>", ""));
  CHECK(judged(own, "", "<p>ghé nohu6.example.vip nhé</p>"));
  CHECK_FALSE(judged(own, "", "<p>ghé thuvien6.example.vip nhé</p>"));
  CHECK(judged(own, "", "<p><a href=https://a.example.com>Саsіnо trực tuyến</a></p>"));
  CHECK_FALSE(judged(own, "", "<p><a href=https://a.example.com>Саfе trực tuyến</a></p>"));
  CHECK(judged(own, "", "<p>Link vào VUX88 mới nhất, nạp rút nhanh chóng, đăng ký ngay tặng 50k</p>"));
  CHECK_FALSE(judged(own, "", "<p>Máy bơm VUX88 mới nhất, đăng ký ngay ở hợp tác xã</p>"));
  CHECK(judged(own, "", "<p>Nạp 1 tặng 1, chơi bao nhiêu rút bấy nhiêu</p>"));
  CHECK_FALSE(judged(own, "", "<p>Nộp 1 bản hồ sơ, nhận 1 giấy hẹn</p>"));
  CHECK(judged(own, "", "<p>Xem ở <a href=https://sunvix88.example.com>sunvix</a></p>"));
  CHECK_FALSE(judged(own, "", "<p>Xem ở <a href=https://maybom88.example.com>trang của hãng</a></p>"));
  CHECK(judged(own, "", "<div style='display:none'><a href=https://a.example.top>shio</a><a href=https://b.sample.lk>pan</a><a href=https://c.proba.np>mpo</a></div>"));
  CHECK_FALSE(judged(own, "", "<div style='display:none'><a href=https://www.adb.org>ADB</a><a href=https://b.sample.lk>Đối tác</a><a href=https://c.gov.vn>Tỉnh</a></div>"));
  CHECK(judged("Casino trực tuyến tặng tiền miễn phí năm nay", "", ""));
  CHECK_FALSE(judged("Triệt phá đường dây casino trực tuyến, bắt giữ 5 đối tượng", "", ""));
  CHECK_FALSE(judged(own, "", "<pre hidden>Error: #f88 Dark: #ee88 Light: #88f</pre>"));
  CHECK(judged(own, "", "<p hidden>F88 FB88 Hi88</p>"));
}

TEST_CASE("words that only sellers write, for the crawler only") {
  const std::string page = "<html lang=vi><body><p>Sáng nay bà con trong thôn cùng nhau dọn vệ sinh đường làng, khơi thông cống rãnh và trồng thêm hai hàng cây.</p>";
  MadeUp one{.name = {}, .right = {}, .address = "https://xa.gov.vn/", .page = page + "\n--- googlebot | 200 | \n" + page + "<p>Chuyện ở casino trực tuyến kể mãi chưa hết, mà kể lại thì cũng dài</p>"};
  CHECK(is_harmful(judge_case(as_case(one), shipped_rules(), nullptr).judged));
  one.page = page + "\n--- googlebot | 200 | \n" + page + "<p>Chuyện ở hội làng kể mãi chưa hết, mà kể lại thì cũng dài</p>";
  CHECK_FALSE(is_harmful(judge_case(as_case(one), shipped_rules(), nullptr).judged));
}

TEST_CASE("a page with nothing in it is not called clean") {
  for (const std::string page : {"", " \n", "<html><body></body></html>", "<script>draw()</script>", "\x89PNG\x1a\x01\x02\x03\x04\x05\x06\x07 IHDR"}) {
    CAPTURE(page);
    const MadeUp one{.name = "empty", .right = {}, .address = "https://xa.gov.vn/", .page = page};
    const Judgement judgement = judge_case(as_case(one), shipped_rules(), nullptr);
    CHECK(judgement.judged == PageClass::unknown);
  }
}

}  // namespace khien::watch

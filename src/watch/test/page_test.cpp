#include "khien/watch/page.hpp"

#include <doctest/doctest.h>

#include <string>

#include "khien/core/clock.hpp"
#include "khien/core/text.hpp"

namespace khien::watch {
namespace {

Page page_of(std::string_view bytes, std::string_view charset = {}) {
  Budget budget(page_limits());
  return read_page(as_bytes(bytes), charset, budget).value();
}

std::string text_of(const Page& page) {
  std::string all;
  for (const Block& block : page.blocks) all += block.text + "|";
  return all;
}

std::string wide(std::string_view ascii, bool little) {
  std::string out(little ? "\xFF\xFE" : "\xFE\xFF");
  for (const char c : ascii) out += little ? std::string{c, '\0'} : std::string{'\0', c};
  return out;
}

std::string times(std::string_view text, std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += text;
  return out;
}

std::optional<Jump> jump_of(const std::string& body, const std::string& url = "https://xa.gov.vn/a/b.html") {
  PageView view;
  view.url = view.final_url = url;
  view.body = body;
  Budget budget(page_limits());
  return next_address(view, budget).value();
}

}  // namespace

TEST_CASE("a closed dialog and what stands in for frames and plugins is not seen, an open dialog is") {
  const auto hidden = [](const std::string& body) { return page_of("<html><body><p>x</p>" + body + "</body></html>").links.at(0).hidden; };
  CHECK(hidden("<dialog><a href=/a>a</a></dialog>") == Hidden::display);
  CHECK(hidden("<noembed><a href=/a>a</a></noembed>") == Hidden::display);
  CHECK(hidden("<object><a href=/a>a</a></object>") == Hidden::display);
  CHECK(hidden("<video src=v><a href=/a>a</a></video>") == Hidden::display);
  CHECK(hidden("<p>v<a href=/a>a</a></p>") == Hidden::no);
  CHECK(hidden("<dialog open><a href=/a>a</a></dialog>") == Hidden::no);
  CHECK(hidden("<details><a href=/a>a</a></details>") == Hidden::no);
}

TEST_CASE("choices of a list that lead somewhere are links, others are words") {
  const Page page = page_of("<p>x</p><select><option value=''>Chọn</option><option value='3'>Ba</option><option value='https://a.test/'>Bộ Y tế<option value=//b.test/>Báo</option></select><p>y <a href=/c>c</a></p>");
  REQUIRE(page.links.size() == 3);
  CHECK(page.links[0].url == "https://a.test/");
  CHECK(page.links[0].text == "Bộ Y tế");
  CHECK(page.links[1].url == "//b.test/");
  CHECK(page.links[2].url == "/c");
}

TEST_CASE("a rule hides by an attribute where the element has it, and says so in the rule's way") {
  const auto hidden = [](const std::string& selector, const std::string& element) {
    return page_of("<style>" + selector + "{display:none}</style><p>x</p><div " + element + "><a href=/a>a</a></div>").links.at(0).hidden != Hidden::no;
  };
  CHECK(hidden("[data-z]", "data-z"));
  CHECK(hidden("[data-z=\"1\"]", "DATA-Z=1"));
  CHECK(hidden("div[data-z^='ab']", "data-z=abc"));
  CHECK(hidden("[data-z$=c]", "data-z=abc"));
  CHECK(hidden("body [title*=b]", "title=abc"));
  CHECK(hidden("[class~=off]", "class='on off'"));
  CHECK(hidden("[lang|=en]", "lang=en-GB"));
  CHECK_FALSE(hidden("[data-z]", "data-y"));
  CHECK_FALSE(hidden("[data-z='1']", "data-z=2"));
  CHECK_FALSE(hidden("p[data-z]", "data-z"));
  CHECK_FALSE(hidden("[data-z=]", "data-z=2"));
  CHECK_FALSE(hidden("[data-z", "data-z"));
}

TEST_CASE("where a page says it stands, and what a part of a picture leads to") {
  const Page page = page_of("<head><link rel=Canonical href='https://a.vn/1'><link rel=stylesheet href=/s.css><meta property=og:url content=https://b.vn/>"
                            "<link rel=alternate hreflang=id href=https://c.vn/></head><map><area href=/m alt='Bản đồ'><area alt=x></map>");
  CHECK(page.declared == std::vector<std::string>{"https://a.vn/1", "https://b.vn/", "https://c.vn/"});
  CHECK(page.links.size() == 1);
  CHECK(page.links.at(0).text == "Bản đồ");
}

TEST_CASE("a page's text, links and parts are read with their places") {
  const std::string html =
      "<html lang=\"vi\"><head><title>Xã &amp; phường</title><meta name=description content=\"mô tả\"></head><body>"
      "<h1>Đầu đề</h1><p>Một <b>hai</b> ba</p><footer><a href=\" /x?a=1&amp;b=2 \">Liên <i>kết</i></a></footer></body></html>\n<p>sau</p><a href='http://y/'>y</a>";
  const Page page = page_of(html);
  CHECK(page.title == "Xã & phường");
  CHECK(page.description == "mô tả");
  CHECK(page.language == "vi");
  CHECK(text_of(page) == "Đầu đề|Một hai ba|Liên kết|sau|y|");
  CHECK(page.blocks[0].heading);
  CHECK_FALSE(page.blocks[1].heading);
  REQUIRE(page.links.size() == 2);
  CHECK(page.links[0].url == "/x?a=1&b=2");
  CHECK(page.links[0].text == "Liên kết");
  CHECK(page.links[0].region == Region::footer);
  CHECK(html.substr(page.links[0].offset, 7) == "<a href");
  CHECK_FALSE(page.links[0].after_end);
  CHECK(page.links[1].after_end);
  CHECK(html.substr(page.links[1].offset, 16) == "<a href='http://");
  CHECK(page.blocks[3].after_end);
}

TEST_CASE("what hides is named, and its links with it") {
  const auto hidden = [](const std::string& html) {
    const Page page = page_of("<p>x</p>" + html);
    return page.links.empty() ? std::string("no link") : std::string(to_string(page.links.back().hidden));
  };
  CHECK(hidden("<div style='display: none !important'><p><a href=x>a</a></p></div>") == "display");
  CHECK(hidden("<div style='DISPLAY:NONE'><a href=x>a</a></div>") == "display");
  CHECK(hidden("<div hidden><a href=x>a</a></div>") == "display");
  CHECK(hidden("<div style='opacity:0.0'><a href=x>a</a></div>") == "clear");
  CHECK(hidden("<div style='font-size:1px'><a href=x>a</a></div>") == "tiny");
  CHECK(hidden("<div style='width:1px;height:1px;overflow:hidden'><a href=x>a</a></div>") == "tiny");
  CHECK(hidden("<div style='position:absolute;left:-9999px'><a href=x>a</a></div>") == "off_screen");
  CHECK(hidden("<div style='margin:0 0 0 -5000px'><a href=x>a</a></div>") == "off_screen");
  CHECK(hidden("<div style='text-indent:-999em'><a href=x>a</a></div>") == "off_screen");
  CHECK(hidden("<div style='background:#FFF'><a style='color:white' href=x>a</a></div>") == "colour");
  CHECK(hidden("<table bgcolor=#000000><tr><td><font color=black><a href=x>a</a></font></table>") == "colour");
  CHECK(hidden("<div style='clip:rect(0,0,0,0)'><a href=x>a</a></div>") == "clipped");
  CHECK(hidden("<noscript><a href=x>a</a></noscript>") == "no_script");
  CHECK(hidden("<style>#f .q, .z{visibility:hidden}</style><div id=f><i class='a q'><a href=x>a</a></i></div>") == "display");
  CHECK(hidden("<div class=z><a href=x>a</a></div><style>.z{left:-2000px}</style>") == "off_screen");
  CHECK(hidden("<div id=k><a href=x>a</a></div><script>document.getElementById('k').style.display='none'</script>") == "script");
  CHECK(hidden("<script>document.write(\"<div style='display:none'>\")</script><a href=x>a</a>") == "display");
  CHECK(hidden("<marquee width=1 height=1><a href=x>a</a></marquee>") == "tiny");
  CHECK(hidden("<style>.o > .p{display:none}</style><div class=o><i class=p><a href=x>a</a></i></div>") == "display");
  CHECK(hidden("<style>:root{--c:#fff}.k{color:var(--c);background:var(--c)}</style><div class=k><a href=x>a</a></div>") == "colour");
  CHECK(hidden("<div style='color:hsl(9,100%,100%);background:rgb(254 255 255)'><a href=x>a</a></div>") == "colour");
  CHECK(hidden("<div style='color:#ffffff00'><a href=x>a</a></div>") == "colour");
  CHECK(hidden("<div style='position:absolute;z-index:-1'><a href=x>a</a></div>") == "behind");
  CHECK(hidden("<div style='transform:rotate(3deg) scaleX(0.001)'><a href=x>a</a></div>") == "tiny");
  CHECK(hidden("<div style='font:0/0 a'><a href=x>a</a></div>") == "tiny");
  CHECK(hidden("<div style='overflow:scroll;width:1px;height:1px'><a href=x>a</a></div>") == "tiny");
  CHECK(hidden("<p style='text-indent:100%;white-space:nowrap;overflow:hidden'><a href=x>a</a></p>") == "off_screen");
  CHECK(hidden("<div id=k><a href=x>a</a></div><script>jQuery(function($){$('#k').hide()})</script>") == "script");
  CHECK(hidden("<div class='a k'><a href=x>a</a></div><script>var e=document.querySelector('.k');e.style.display='none'</script>") == "script");
  CHECK(hidden("<div class='a k'><a href=x>a</a></div><script>b.onclick=function(){$('.k').hide()}</script>") == "no");
  CHECK(hidden("<div style='font:700 12px/0 a;z-index:-1;transform:scale(0.9);color:#ffffff80'><a href=x>a</a></div>") == "no");
  CHECK(hidden("<div style='color:#000;background:#000'><p style='background:#fffacd'><a href=x>a</a></p></div>") == "no");
  CHECK(hidden("<div style='color:#000;background:#000'><p style='display:none'><b style='background:#fff'><a href=x>a</a></b></p></div>") == "display");
  CHECK(hidden("<div style='color:#ff0000;background:#fff'><a href=x>a</a></div>") == "no");

  CHECK(hidden("<div style='display:block;left:-20px;font-size:12px'><a href=x>a</a></div>") == "no");
  CHECK(hidden("<style>@media print{a{display:none}} .other{display:none} div + a{display:none}</style><div><a href=x>a</a></div>") == "no");
  CHECK(hidden("<div style='display:none'>q</div><a href=x>a</a>") == "no");
  CHECK(hidden("<div style='color:#fff'><a href=x>a</a></div>") == "no");
}

TEST_CASE("what a script keeps from being read is read, and where it goes") {
  const auto goes = [](const std::string& script) {
    const Page page = page_of("<script>" + script + "</script>");
    return page.jump ? page.jump->url : std::string();
  };
  CHECK(goes("window['location']['href']='https://a.example/'") == "https://a.example/");
  CHECK(goes("window['\\x6c\\x6f\\x63\\x61\\x74\\x69\\x6f\\x6e']='https://a.example/'") == "https://a.example/");
  CHECK(goes("eval(atob('bG9jYXRpb249Imh0dHBzOi8vYS5leGFtcGxlLyI='))") == "https://a.example/");
  CHECK(goes("var k=['https://','a.example/'];location.href=k.join('')") == "https://a.example/");
  CHECK(goes("window.open('https://a.example/','_self')") == "https://a.example/");
  CHECK(goes("var l=document.createElement('a');l.href='https://a.example/';l.click()") == "https://a.example/");
  CHECK(goes("eval(function(p,a,c,k,e,d){return p}('0.1=\"2://3.4/\";',5,5,'window|location|https|a|example'.split('|'),0,{}))") == "https://a.example/");
  CHECK(goes("window.open('https://a.example/','_blank')").empty());
  CHECK(goes("b.onclick=function(){eval(atob('bG9jYXRpb249Imh0dHBzOi8vYS5leGFtcGxlLyI='))}").empty());
  CHECK(page_of("<body onload=\"location='https://a.example/'\"><p>x").jump);
  CHECK(page_of("<p>x</p><img src=x onerror=\"location.href='https://a.example/'\">").jump);
  CHECK_FALSE(page_of("<p>x</p><img src=x onerror=\"this.src='/none.png'\">").jump);

  const auto wrote = [](const std::string& script) {
    const Page page = page_of("<p>x</p><script>" + script + "</script>");
    return page.links.empty() ? std::string() : page.links[0].text;
  };
  CHECK(wrote("document.write('\\u003ca href=x\\u003eb\\u1ea1c\\u003c/a\\u003e')") == "bạc");
  CHECK(wrote("document.write('>a/<a>x=ferh a<'.split('').reverse().join(''))") == "a");
  CHECK(wrote("document.write([60,97,32,104,114,101,102,61,120,62,97,60,47,97,62].map(function(c){return String.fromCharCode(c)}).join(''))") == "a");
  CHECK(wrote("$('body').append('<a href=x>a</a>')") == "a");
}

TEST_CASE("links that stand at once behind each other are words of their own") {
  const Page page = page_of("<p><a href=x>nổ hũ</a><a href=y>tài xỉu</a>, <b>a</b>b</p>");
  CHECK(page.blocks[0].text == "nổ hũ tài xỉu, ab");
  CHECK(page.links[1].text == "tài xỉu");
}

TEST_CASE("letters of other alphabets are read as those they are") {
  CHECK(page_of("<p>𝐒𝗅𝚘𝓉 ⓖⒶcor ᴛᴏᴋᴇᴅ 𝟖𝟠 t\xE2\x80\xAAo</p>").blocks[0].text == "Slot gAcor toked 88 to");
}

TEST_CASE("what a page tells other sites of itself is kept, and what lies over all of it") {
  const Page page = page_of("<meta property='og:title' content='Một'><script type='application/ld+json'>{\"name\": \"Hai\"}</script><script src='//s.example/a.js'></script>"
                            "<iframe src='https://a.example/' style='position:fixed;width:100%;height:100%'></iframe>");
  CHECK(page.description == "Một. Hai");
  CHECK(page.scripts == std::vector<std::string>{"//s.example/a.js"});
  CHECK(page.cover == "https://a.example/");
  CHECK_FALSE(page_of("<iframe src='https://a.example/' style='width:100%;height:100%'></iframe>").cover);
}

TEST_CASE("a page is read in the encoding it is in, and places stay those of its bytes") {
  const std::string latin = "<p>x</p><a href=\"http://a/\">b</a>";
  for (const bool little : {true, false}) {
    const std::string bytes = wide(latin, little);
    const Page page = page_of(bytes);
    CHECK(page.charset == (little ? "utf-16le" : "utf-16be"));
    REQUIRE(page.links.size() == 1);
    CHECK(page.links[0].offset == 2 + 2 * latin.find("<a"));
  }
  // "của các nhà được" in TCVN3, which says nothing of itself.
  const std::string tcvn3 = "<p>C\xF1" "a c\xF1" "a \xAE\xED" "c c\xF1" "a c\xB8" "c nh\xB5 \xAE\xAD\xEE" "c c\xF1" "a c\xB8" "c</p><p>c\xF1" "a c\xB8" "c c\xF1" "a c\xB8" "c</p><a href=q>x</a>";
  const Page old = page_of(tcvn3);
  CHECK(old.charset == "tcvn3");
  CHECK(text_of(old).contains("các nhà"));
  CHECK(old.links.at(0).offset == tcvn3.find("<a"));
  CHECK(text_of(page_of("<meta charset=gb2312><p>\xB0\xC4\xC3\xC5</p>")) == "澳门|");
  CHECK(text_of(page_of("<p>\x83\x4A\x83\x57\x83\x6D</p>", "shift_jis")) == "カジノ|");
  const std::string broken = "<p>a\xFF\xC3 b\xE1\xBA</p><a href=x>y</a>";
  const Page page = page_of(broken);
  CHECK(page.links.at(0).offset == broken.find("<a"));
  CHECK(is_utf8(text_of(page)));
  CHECK(text_of(page_of("\xEF\xBB\xBF<p>tiếng</p>")) == "tiếng|");
  CHECK(text_of(page_of("<p>a</p>\0<p>b</p>")) == "a|");
  CHECK(text_of(page_of(std::string("<p>a\0b</p><p>c</p>", 18))) == "a b|c|");
}

TEST_CASE("where a page sends on by itself is an address, and what waits for a click is none") {
  CHECK(jump_of("<meta http-equiv=Refresh content=\"3; URL='/c'\">")->url == "https://xa.gov.vn/c");
  CHECK(jump_of("<meta http-equiv=refresh content='0;url=http://x.vip/'>")->how == RedirectStep::How::refresh);
  CHECK(jump_of("<script>window.location.href = \"https://x.\" + 'vip/a';</script>")->url == "https://x.vip/a");
  CHECK(jump_of("<script>location.replace('c.html')</script>")->url == "https://xa.gov.vn/a/c.html");
  CHECK(jump_of("<script>if (document.referrer.indexOf('google')>0) { top.location='//y.win/' }</script>")->url == "https://y.win/");
  CHECK(jump_of("<script>setTimeout(function(){ document.location = 'http://z.bet' }, 10)</script>")->how == RedirectStep::How::script);
  CHECK(jump_of("<script>location.href=atob('aHR0cDovL3cueHl6Lw==')</script>")->url == "http://w.xyz/");
  CHECK(jump_of("<script>location=String.fromCharCode(104,116,116,112,58,47,47,118,46,120,121,122)</script>")->url == "http://v.xyz");
  CHECK(jump_of("<script>location.assign('\\x68ttp:\\/\\/u.xyz')</script>")->url == "http://u.xyz");

  CHECK(jump_of("<script>var h='htt'+'ps://'+'t.'+'asia/?a=1'; if (/google/.test(document.referrer)) { location.replace(h) }</script>")->url == "https://t.asia/?a=1");
  CHECK(jump_of("<script>p='https://'; q=p+'s.xyz'; top.location.href=q</script>")->url == "https://s.xyz");
  CHECK(jump_of("<script>location=decodeURIComponent(escape(atob('aHR0cDovL3cueHl6Lw==')))</script>")->url == "http://w.xyz/");

  CHECK_FALSE(jump_of("<script>var h = pick(); location = h</script>"));
  CHECK_FALSE(jump_of("<script>function go(){ location.href='http://x.vip' }</script>"));
  CHECK_FALSE(jump_of("<script>b.onclick = function () { location.href='http://x.vip' }</script>"));
  CHECK_FALSE(jump_of("<script>// location='http://x.vip'\n/* location='http://x.vip' */</script>"));
  CHECK_FALSE(jump_of("<script>if (location.href == 'http://x.vip') {} var geolocation='http://x.vip'</script>"));
  CHECK_FALSE(jump_of("<meta http-equiv=refresh content=300>"));
  CHECK_FALSE(jump_of("<meta http-equiv=refresh content='0;url=https://xa.gov.vn/a/b.html'>"));
  CHECK_FALSE(jump_of("<script>location='javascript:alert(1)'</script>"));
}

TEST_CASE("a page without end ends in a page, soon, with the limit's name") {
  const auto begun = system_clock().monotonic();
  const Page deep = page_of(times("<div>", 200'000) + times("</b>", 200'000));
  CHECK(deep.limit == "depth");
  CHECK(page_of("<p>x</p><a " + times("x1 ", 2) + ">y</a>").limit.empty());
  std::string many = "<p>before</p><a";
  for (int i = 0; i < 300'000; ++i) many += " a" + std::to_string(i) + "=\">\"";
  const Page tags = page_of(many + ">x</a><p>after</p>");
  CHECK(tags.limit == "attributes");
  CHECK(text_of(tags).contains("after"));
  std::string links;
  for (int i = 0; i < 1'000'000; ++i) links += "<a href=x>";
  CHECK(page_of(links).limit == "links");
  const std::string large = times("<p>mười hai chữ một dòng</p>\n", 5'000'000);
  CHECK(large.size() > (100u << 20));
  const Page cut = page_of(large);
  CHECK((cut.limit == "too_large" || cut.limit == "entries"));
  CHECK_FALSE(page_of(times("<!--", 1'000'000)).bytes == 0);
  CHECK_FALSE(page_of("<!--" + times("</html", 500'000)).bytes == 0);
  CHECK_FALSE(page_of("<p>" + times("<script>", 300'000)).bytes == 0);
  CHECK_FALSE(page_of(times("<style>.a{", 300'000)).bytes == 0);
  CHECK_FALSE(page_of("<script>" + times("location{", 100'000) + "</script>").bytes == 0);
  CHECK_FALSE(page_of("<script>location=" + times("atob(", 50'000) + "</script>").bytes == 0);
  CHECK_FALSE(page_of("<script>location;" + times("a=a+a+'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa';", 6'000) + "document.write(a)</script>").bytes == 0);
  CHECK(system_clock().monotonic().ms - begun.ms < 60'000);
}

TEST_CASE("documents within a page are read up to a bound, and beyond it the page says so") {
  std::string page = "<p>Tin</p>";
  for (int i = 0; i < 20'000; ++i) page += "<iframe srcdoc=x></iframe>";
  CHECK(page_of(page).limit == "written");
  const auto empty = page_of("<p>Tin</p><iframe srcdoc=''></iframe><p>Mới</p>");
  CHECK(empty.limit.empty());
  CHECK(empty.blocks.size() == 2);
  const auto within = page_of("<p>Tin</p><iframe srcdoc='<a href=//a.example>A</a>'></iframe><!-- <a href=//b.example>B</a> http://b.example --><!-- <b>x</b> -->");
  REQUIRE(within.links.size() == 2);
  CHECK(within.links[0].hidden == Hidden::no);
  CHECK(within.links[1].hidden == Hidden::comment);
}

TEST_CASE("links that are written as text are links, and examples of them are none") {
  const auto links = [](const std::string& body) { return page_of(body).links; };
  REQUIRE(links("<p>[url=http://a.example/x]mua[/url]</p>").size() == 1);
  CHECK(links("<p>[url=http://a.example/x]mua[/url]</p>")[0].text == "mua");
  CHECK(links("<p>[url=http://a.example/x]mua[/url]</p>")[0].as_text);
  CHECK(links("<p>&lt;a href=\"http://a.example\"&gt;mua&lt;/a&gt; [bán](https://b.example)</p>").size() == 2);
  CHECK(links("<pre>[url=http://a.example/x]mua[/url]</pre>").empty());
  CHECK(links("<p>[url=javascript:x]mua[/url] [1] (xem) [url]</p>").empty());
}

TEST_CASE("what a script writes is read once, where the script stands") {
  const std::string before = "<p>một</p><a href=/x>x</a>";
  const Page page = page_of(before + "<script>var u='/y';document.write('<p hidden>hai <a href=\"' + u + '\">y</a></p>')</script><a href=/z>z</a>");
  REQUIRE(page.links.size() == 3);
  CHECK(page.links[1].url == "/y");
  CHECK(page.links[1].hidden == Hidden::display);
  CHECK(page.links[1].offset >= before.size());
  CHECK(page.links[2].url == "/z");
  CHECK(text_of(page).contains("hai y"));
  CHECK(page_of("<script>e.innerHTML='<iframe src=//a.example/></iframe>'</script>").frames.size() == 1);
  CHECK(page_of("<script>e.innerHTML=x()+'<a href=/q>q</a>'</script>").links.empty());
}

TEST_CASE("noise is no page, and a stray character in a text is no noise") {
  std::string noise;
  for (unsigned i = 0, state = 7; i < 3'000; ++i) noise += static_cast<char>((state = state * 1664525 + 1013904223) >> 24);
  CHECK(page_of(noise).limit == "unreadable");
  CHECK(page_of("<html><body>" + noise + "</body></html>").limit == "unreadable");
  CHECK(page_of("Lịch\x0b tiếp\x1a công dân").limit.empty());
}

TEST_CASE("a text is a page too") {
  const Page page = page_of("# Đầu đề\nXem tại https://a.example/b, và www.c.example.\n\n5 < 6 và 7 > 3");
  CHECK(page.plain);
  REQUIRE(page.links.size() == 2);
  CHECK(page.links[0].url == "https://a.example/b");
  CHECK(page.links[1].url == "http://www.c.example");
  CHECK(page.blocks[0].heading);
  CHECK(page.blocks.size() == 3);
}

TEST_CASE("letters of no width and wide letters are read as what one sees") {
  CHECK(text_of(page_of("<p>n\u200Bh\u200Cà\u00AD c\uFEFFái ｆｕｎ８８</p>")) == "nhà cái fun88|");
  CHECK(text_of(page_of("<p>nha\u0300 ca\u0301i</p>")) == "nhà cái|");
}

}  // namespace khien::watch

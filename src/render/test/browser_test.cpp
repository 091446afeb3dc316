#include "khien/render/browser.hpp"

#include <doctest/doctest.h>
#include <dirent.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "khien/core/clock.hpp"
#include "khien/render/picture.hpp"
#include "table_answerer.hpp"

namespace khien::render {
namespace {

constexpr const char* kChromium = "/usr/lib/chromium/chromium";
// No account has it; nothing on this machine runs under it.
constexpr const char* kUser = "64017";

RenderLimits lab_limits() {
  RenderLimits limits;
  limits.load_time = seconds(20);
  limits.settle_time = milliseconds(300);
  limits.quiet_time = milliseconds(200);
  limits.answer_time = seconds(10);
  limits.memory_mib = 1200;
  return limits;
}

Browser::Options lab_options() {
  return {.socket = {}, .program = KHIEN_BROWSER, .user = kUser, .chromium = {},
          .user_agent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/142.0.0.0 Safari/537.36", .limits = lab_limits()};
}

bool can_run() {
  if (::access(kChromium, X_OK) == 0 && ::geteuid() == 0) return true;
  MESSAGE("skipped: needs root and chromium");
  return false;
}

Rendered open_page(TableAnswerer& web, const Browser::Options& options, const std::string& url = "https://xa.test/") {
  Browser browser(options, system_clock());
  auto rendered = browser.open(url, web);
  REQUIRE_MESSAGE(rendered.has_value(), rendered.error().what());
  return std::move(rendered).value();
}

Rendered open_html(std::string html, const Browser::Options& options = lab_options()) {
  TableAnswerer web;
  web.web["https://xa.test/"] = page_of(std::move(html));
  return open_page(web, options);
}

std::vector<std::string> processes_of_user() {
  std::vector<std::string> found;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    std::ifstream status(entry.path() / "status");
    std::string line;
    while (std::getline(status, line)) {
      if (line.starts_with("Uid:\t" + std::string(kUser))) found.push_back(entry.path().filename());
    }
  }
  return found;
}

std::size_t folders_left() {
  std::size_t left = 0;
  for (const auto& entry : std::filesystem::directory_iterator("/tmp")) {
    if (entry.path().filename().string().starts_with("khien-browser-")) ++left;
  }
  return left;
}

// It was taken because it was quiet, not because its time was over.
void check_quiet(const Rendered& page) {
  CHECK(page.view.limit == "");
  CHECK(page.took.ms < lab_limits().load_time.ms / 2);
}

bool has(const Rendered& page, std::string_view words) { return page.view.body.find(words) != std::string::npos; }

TEST_CASE("what a script writes is there, with a picture, and nothing is left behind") {
  if (!can_run()) return;
  TableAnswerer web;
  web.web["https://xa.test/"] = page_of("<!doctype html><title>Xã</title><p id=x>tĩnh</p><script src=/a.js></script>");
  web.web["https://xa.test/a.js"] = {.status = 200, .headers = {{"content-type", "text/javascript"}},
                                     .body = "document.body.insertAdjacentHTML('beforeend','<a href=https://bet.test/>Nhà cái</a>')", .limit = {}};
  const Rendered page = open_page(web, lab_options());
  CHECK(page.view.visitor == Visitor::rendered);
  CHECK(page.view.limit == "");
  CHECK(page.view.status == 200);
  CHECK(page.view.final_url == "https://xa.test/");
  CHECK(page.view.steps.empty());
  CHECK(has(page, "<!DOCTYPE html>"));
  CHECK(has(page, "<a href=\"https://bet.test/\">Nhà cái</a>"));
  CHECK(std::ranges::find(web.asked, "https://xa.test/a.js") != web.asked.end());
  REQUIRE(picture_size(page.picture).has_value());
  CHECK(page.picture_width == 1280);
  CHECK(processes_of_user().empty());
  CHECK(folders_left() == 0);
}

TEST_CASE("redirects by the server, by a refresh and by a script are steps of their kind") {
  if (!can_run()) return;
  TableAnswerer web;
  web.web["http://xa.test/"] = {.status = 302, .headers = {{"location", "https://xa.test/"}}, .body = {}, .limit = {}};
  web.web["https://xa.test/"] = page_of("<meta http-equiv=refresh content='0;url=/b'>");
  web.web["https://xa.test/b"] = page_of("<script>setTimeout(()=>location.href='https://bet.test/', 100)</script>");
  web.web["https://bet.test/"] = page_of("<p>Đặt cược</p>");
  const Rendered page = open_page(web, lab_options(), "http://xa.test/");
  CHECK(page.view.final_url == "https://bet.test/");
  using How = RedirectStep::How;
  CHECK(page.view.steps == std::vector<RedirectStep>{{"http://xa.test/", 302, How::location}, {"https://xa.test/", 200, How::refresh}, {"https://xa.test/b", 200, How::script}});
  CHECK(has(page, "Đặt cược"));
}

TEST_CASE("a page sent to a name that is none says so") {
  if (!can_run()) return;
  const Rendered page = open_html("<script>location='https://closed-bet.test/'</script>");
  CHECK(page.view.final_url == "https://closed-bet.test/");
  CHECK(page.view.limit == "name");
  CHECK(page.view.steps.size() == 1);
  CHECK(page.view.body.empty());
  CHECK(page.picture.empty());
}

TEST_CASE("a page that looks for a headless browser finds none") {
  if (!can_run()) return;
  const Rendered page = open_html(
      "<body><script>if(!/Headless/.test(navigator.userAgent)&&!navigator.webdriver)document.body.append('hiện ra')</script>");
  CHECK(has(page, "hiện ra"));
}

TEST_CASE("windows, alerts, downloads and workers come to nothing") {
  if (!can_run()) return;
  TableAnswerer web;
  web.web["https://xa.test/"] = page_of(
      "<body><script>for(let i=0;i<30;i++)window.open('https://popup.test/'+i);for(let i=0;i<5;i++)alert(i);"
      "const a=document.createElement('a');a.href='/f.bin';a.download='f';document.body.append(a);a.click();"
      "try{new WebSocket('wss://ws.test/')}catch(e){};new Worker(URL.createObjectURL(new Blob(['fetch(\"https://worker.test/\")'])));"
      "navigator.sendBeacon('https://beacon.test/','x');fetch('https://post.test/',{method:'POST',body:'x'}).catch(()=>{});"
      "new RTCPeerConnection({iceServers:[{urls:'stun:stun.test:3478'}]}).createDataChannel('x');document.body.append('xong')</script>");
  const Rendered page = open_page(web, lab_options());
  check_quiet(page);
  CHECK(has(page, "xong"));
  CHECK(page.view.steps.empty());
  CHECK(page.dialogs == 5);
  for (const std::string& url : web.asked) {
    CHECK_MESSAGE(url.find("popup") == url.npos, url);
    CHECK_MESSAGE(url.find("post.test") == url.npos, url);
    CHECK_MESSAGE(url.find("beacon") == url.npos, url);
    CHECK_MESSAGE(url.find("f.bin") == url.npos, url);
  }
  CHECK(processes_of_user().empty());
}

// Answers that a browser shows no page for.
TableAnswerer web_without_pages(std::string html) {
  TableAnswerer web;
  web.web["https://xa.test/"] = page_of(std::move(html));
  web.web["https://xa.test/nothing"] = {.status = 204, .headers = {}, .body = {}, .limit = {}};
  web.web["https://xa.test/to-nothing"] = {.status = 302, .headers = {{"location", "/nothing"}}, .body = {}, .limit = {}};
  web.web["https://xa.test/kept"] = {.status = 200, .headers = {{"content-type", "text/html"}, {"content-disposition", "attachment"}}, .body = "x", .limit = {}};
  web.web["https://xa.test/zip"] = {.status = 200, .headers = {{"content-type", "application/zip"}}, .body = "x", .limit = {}};
  web.web["https://xa.test/b"] = page_of("<p>trang sau");
  return web;
}

TEST_CASE("a page that goes where no page is stays, and is taken when it is quiet") {
  if (!can_run()) return;
  for (const std::string script : {"location='/nothing'", "setTimeout(()=>location='/to-nothing',50)", "location='/kept'", "setTimeout(()=>location='/zip',50)",
                                   "location='/b';window.stop()", "for(let i=0;i<20;i++)setTimeout(()=>location='/kept',i*5)"}) {
    CAPTURE(script);
    TableAnswerer web = web_without_pages("<body>ở lại<script>" + script + "</script>");
    const Rendered page = open_page(web, lab_options());
    check_quiet(page);
    CHECK(has(page, "ở lại"));
    CHECK(page.view.final_url == "https://xa.test/");
    CHECK(page.view.steps.empty());
    CHECK(page.view.status == 200);
  }
}

TEST_CASE("where it went in vain is no step of the way it goes then") {
  if (!can_run()) return;
  TableAnswerer web = web_without_pages("<script>location='/to-nothing';setTimeout(()=>location='/b',1500)</script>");
  auto options = lab_options();
  options.limits.settle_time = seconds(4);
  const Rendered page = open_page(web, options);
  check_quiet(page);
  CHECK(page.view.steps == std::vector<RedirectStep>{{"https://xa.test/", 200, RedirectStep::How::script}});
  CHECK(has(page, "trang sau"));
}

TEST_CASE("an address that is no page is no page at once") {
  if (!can_run()) return;
  for (const std::string address : {"nothing", "to-nothing", "kept", "zip"}) {
    CAPTURE(address);
    TableAnswerer web = web_without_pages({});
    const Rendered page = open_page(web, lab_options(), "https://xa.test/" + address);
    CHECK(page.view.limit == "connection");
    CHECK(page.view.body.empty());
    CHECK(page.took.ms < lab_limits().load_time.ms / 2);
  }
}

TEST_CASE("a page hides behind no error's page of the browser") {
  if (!can_run()) return;
  // What it asks for is refused: it may not send, and is sent on no more.
  const Rendered posts = open_html("<body>ở lại<form method=post action=/b></form><script>document.forms[0].submit()</script>");
  check_quiet(posts);
  CHECK(has(posts, "ở lại"));
  auto options = lab_options();
  options.limits.steps = 3;
  const Rendered turns = open_html("<body>ở lại<script>location.search=Date.now()</script>", options);
  CHECK(turns.view.limit != "");
  CHECK_FALSE(has(turns, "chrome://"));
}

TEST_CASE("what never ends, ends with a limit's name") {
  if (!can_run()) return;
  auto options = lab_options();
  options.limits.load_time = seconds(3);
  options.limits.answer_time = seconds(3);
  const Rendered loop = open_html("<body><p>trước</p><script>while(true){}</script>", options);
  CHECK(loop.view.limit == "timeout");
  CHECK(has(loop, "trước"));
  const Rendered storm = open_html("<body>bão<script>while(true)alert(1)</script>", options);
  CHECK(storm.view.limit != "");
  CHECK(storm.took.ms < 25'000);
  CHECK(processes_of_user().empty());
}

TEST_CASE("memory has an end") {
  if (!can_run()) return;
  auto options = lab_options();
  options.limits.memory_mib = 700;
  const Rendered page = open_html("<body><script>const all=[];for(let i=0;i<60;i++){const a=new Uint8Array(32<<20);a.fill(i+1);all.push(a)}</script>", options);
  CHECK(page.view.limit == "memory");
  CHECK(processes_of_user().empty());
  CHECK(folders_left() == 0);
}

TEST_CASE("a document without end is too large") {
  if (!can_run()) return;
  const Rendered page = open_html("<body><script>document.body.textContent='dài '.repeat(3<<19)</script>");
  CHECK(page.view.limit == "too_large");
  CHECK(page.view.body.empty());
}

TEST_CASE("no browser is a state with a name") {
  TableAnswerer web;
  const auto why = [&](Browser::Options options) {
    Browser browser(std::move(options), system_clock());
    const auto rendered = browser.open("https://xa.test/", web);
    REQUIRE(!rendered.has_value());
    CHECK(rendered.error().code() == Code::unavailable);
    return rendered.error().what();
  };
  auto options = lab_options();
  options.program = "/nowhere/khien-browser";
  CHECK(why(options) == "no_program");
  options = lab_options();
  options.socket = "/nowhere/browser.sock";
  CHECK(why(options) == "no_service");
  if (::geteuid() != 0) return;
  options = lab_options();
  options.chromium = "/nowhere/chromium";
  CHECK(why(options) == "no_browser");
  options = lab_options();
  options.user = "0";
  CHECK(why(options) == "no_user");
}

}  // namespace
}  // namespace khien::render

// What libxml2 reads instead of a page's source must say the same of it. A form feed in a page
// keeps it from being condensed, so that each page has its own oracle.
#include "condensed.hpp"

#include <doctest/doctest.h>

#include <string>

#include "cases.hpp"
#include "khien/watch/page.hpp"

namespace khien::watch {
namespace {

std::string told(const std::string& source) {
  Budget budget(page_limits());
  const Page page = read_page(as_bytes(source), {}, budget).value();
  std::string all = page.title + "|" + page.description + "|" + page.language + "|" + page.limit + "|" + page.base + "\n";
  for (const Block& one : page.blocks) {
    all += one.text + " " + std::to_string(one.place) + " " + std::string(to_string(one.hidden)) + std::string(to_string(one.region)) + (one.heading ? "h" : "") + "\n";
  }
  for (const Link& one : page.links) {
    all += one.url + " " + one.text + " " + std::to_string(one.offset) + "-" + std::to_string(one.end) + " " + std::to_string(one.group) + std::string(to_string(one.hidden)) + "\n";
  }
  for (const Field& one : page.fields) all += one.name + "=" + one.value + "\n";
  for (const std::string& one : page.frames) all += one + "\n";
  return all;
}

}  // namespace

TEST_CASE("a page says the same whether libxml2 reads all of it or only what it needs") {
  const std::string odd[] = {
      "<p class=a id='b' onclick=\"x('<a href=1>')\">một<br/>hai</p>",
      "<a href='/x?a=1&amp;b=2&c=3' title=\"&quot;\">chữ &amp; nghĩa &nbsp; &khong; &#7857; & &</a>",
      "<script>if (a<b) document.write('<a href=http://x.example/>nhà cái</a>')</script ><p>sau</p>",
      "<script></b>x</script><script><b>y</script><style><!-- .x{display:none} --></style><i class=x>ẩn</i>",
      "<script>a</scripty>b</script>c<script/>d",
      "<!-- <a href=x> --><p>a<!--b-->c<!-->d--><!-- e --!> f --> g",
      "<!DOCTYPE html PUBLIC \"-//W3C//DTD>\" 'x'><p>a<![CDATA[ <b> ]]>c<?php echo '>' ?>d<? e ?>",
      "<p \"x\" =y z=>a</p><p a='1'b=\"2\">b</p><td width=\"5\"\" class=x>c<a/href=/y>d</a>",
      "</><b>a</ b>c</b x=\">\">d</>e</1>f<1>g< h<_i>j",
      "<p class=x class=y hidden>a</p><IMG ALT='hình' SRC=a&b><a HREF=/A><IMG alt=\"hình\" src='x'></a>",
      "<ul><li>a<li>b<p>c<p>d<table><tr><td>e<tr><td>f</table><select><option>g<option>h</select>",
      "<title>a &amp; b</title>chữ ngay trong thân   <b> x </b>\n\n <i>\n</i> y",
      "<p style='display:none'>a<div>b</p>c</div><body class=z><html lang=vi><head>d",
      "<a href=x", "<p>a<!-- b", "<p>a<script>b", "<", "&", "<p>a&", "a<b", "<p a=\"",
  };
  for (const std::string& source : odd) CHECK_MESSAGE(told("<div>" + source + "</div>") == told("<div>" + source + "</div>\f"), source);
  for (const MadeUp& one : made_up_cases("cases.txt")) {
    if (one.page.contains("<")) CHECK_MESSAGE(told(one.page) == told(one.page + "\f"), one.name);
  }
}

TEST_CASE("what is left out is found by its place, and nothing that costs libxml2 too much is let through") {
  const std::string source = "<p class=\"a\" onclick='x'>chữ &amp; nghĩa</p><script>var a = 1;</script>";
  Condensed condensed(source, false);
  REQUIRE_FALSE(condensed.must_be_blanked());
  CHECK(condensed.text() == "<p >\x7f&amp;\x7f</p><script>\x7f</script>");
  CHECK(condensed.attributes_at(3).value().size() == 1);
  CHECK(condensed.attributes_at(3).value().front().value == "a");
  CHECK_FALSE(condensed.attributes_at(5));
  CHECK(condensed.run_at(4) == "chữ ");
  CHECK(condensed.run_at(10) == " nghĩa");
  CHECK_FALSE(condensed.run_at(11));
  CHECK(condensed.source_of(3) == source.find('>'));
  CHECK(condensed.source_of(condensed.text().size()) == source.size());
  std::string many = "<p";
  for (int i = 0; i < 250; ++i) many += " a" + std::to_string(i);
  for (const std::string& costly : {many + ">", std::string("<p a/b>"), std::string("<p>\f" + many + ">"), std::string("<!-- ")}) {
    CHECK_MESSAGE(Condensed(costly, false).must_be_blanked(), costly);
    CHECK_FALSE(Condensed(costly, true).must_be_blanked());
  }
}

}  // namespace khien::watch

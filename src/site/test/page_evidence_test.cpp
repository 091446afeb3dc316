// The kept bytes: as they came, each once, bounded, and nobody else's.
#include "khien/site/page_evidence.hpp"

#include <doctest/doctest.h>
#include <zip.h>

#include "khien/core/signature.hpp"
#include "khien/site/package.hpp"
#include "watched.hpp"

namespace khien::site {
namespace {

const std::string kPage = "https://xa.gov.vn/a";

std::vector<PageView> views_of(std::string_view body, Timestamp at = kNow) {
  std::vector<PageView> views;
  for (const auto visitor : {Visitor::desktop, Visitor::desktop_google, Visitor::googlebot, Visitor::mobile_google}) {
    views.push_back({.visitor = visitor, .url = kPage, .final_url = kPage, .status = 200, .headers = {{"server", "nginx"}},
                     .body = std::string(body), .fetched_at = at});
  }
  return views;
}

struct Shelf : flow::Road {
  SiteId xa = site("https://xa.gov.vn");
  PageEvidenceId keep(const std::vector<PageView>& views, Timestamp at = kNow, std::string url = kPage) {
    const auto packed = PackedPage::pack(std::move(url), views).value();
    return write([&](store::Connection& c) { return keep_page(c, tenant(), xa, packed, PageClass::compromised, at); }).value();
  }
  PageEvidenceId keep_with(const std::vector<PageView>& views, const BrowserProof& proof) {
    const auto packed = PackedPage::pack(kPage, views).value();
    return write([&](store::Connection& c) { return keep_page(c, tenant(), xa, packed, PageClass::compromised, kNow, proof); }).value();
  }
  Result<std::string> body(PageEvidenceId id, Visitor visitor, const store::TenantScope& who) {
    return read([&](store::Connection& c) { return read_body(c, who, id, visitor); });
  }
};

TEST_CASE("any bytes come back as they came, with all that was said of them") {
  Shelf shelf;
  auto views = views_of(std::string("\0<script>\xff\xfe", 11));
  views[1].steps = {{"https://xa.gov.vn/x?\"y", 404, RedirectStep::How::script}, {"https://b.example/", 302, RedirectStep::How::location}};
  views[1].headers.push_back({"set-cookie", "a=\"b\"; \xff"});
  views[2] = {.visitor = Visitor::googlebot, .url = kPage, .final_url = kPage, .limit = "timeout", .fetched_at = kNow};
  const auto id = shelf.keep(views);
  const auto kept = shelf.read([&](store::Connection& c) { return get_page_evidence(c, shelf.scope(), id); }).value();
  REQUIRE(kept.views.size() == 4);
  CHECK(kept.url == kPage);
  CHECK(kept.page_class == PageClass::compromised);
  CHECK(shelf.body(id, Visitor::desktop, shelf.scope()).value() == views[0].body);
  CHECK(kept.views[1].steps == views[1].steps);
  CHECK(kept.views[1].headers[1].value == "a=\"b\"; \xEF\xBF\xBD");
  CHECK(kept.views[2].limit == "timeout");
  CHECK_FALSE(kept.views[2].sha256);
  CHECK(shelf.body(id, Visitor::googlebot, shelf.scope()).error().code() == Code::not_found);
  const auto again = shelf.read([&](store::Connection& c) { return load_views(c, shelf.tenant(), id); }).value();
  CHECK(again[0] == views[0]);
  CHECK(again[2] == views[2]);
}

TEST_CASE("a rendered view and its picture are kept beside the others, and go with them") {
  Shelf shelf;
  auto views = views_of("tĩnh");
  views.push_back({.visitor = Visitor::rendered, .url = kPage, .final_url = kPage, .status = 200, .body = "sau khi chạy mã", .fetched_at = kNow});
  const PagePicture picture{.png = "PNG", .width = 1280, .height = 900, .taken_at = kNow};
  const auto id = shelf.keep_with(views, {});
  CHECK(shelf.read([&](store::Connection& c) { return read_picture(c, shelf.scope(), id); }).error().code() == Code::not_found);
  // The same page again, and this time there is one.
  CHECK(shelf.keep_with(views, {.picture = picture}) == id);
  CHECK(shelf.keep_with(views, {.picture = PagePicture{.png = "another", .width = 1, .height = 1, .taken_at = kNow}}) == id);
  const auto kept = shelf.read([&](store::Connection& c) { return get_page_evidence(c, shelf.scope(), id); }).value();
  REQUIRE(kept.views.size() == 5);
  CHECK(kept.views[4].visitor == Visitor::rendered);
  REQUIRE(kept.picture.has_value());
  CHECK(kept.picture->width == 1280);
  CHECK(kept.picture->sha256 == sha256(std::string("PNG")));
  CHECK(shelf.read([&](store::Connection& c) { return read_picture(c, shelf.scope(), id); }).value() == "PNG");
  CHECK(shelf.body(id, Visitor::rendered, shelf.scope()).value() == "sau khi chạy mã");
  REQUIRE(shelf.write([&](store::Connection& c) { return c.run("UPDATE page_picture SET png = x'00'", {}); }));
  CHECK(shelf.read([&](store::Connection& c) { return read_picture(c, shelf.scope(), id); }).error().code() == Code::corrupt);
  REQUIRE(shelf.write([&](store::Connection& c) { return c.run("DELETE FROM page_evidence", {}); }));
  CHECK(shelf.number("SELECT count(*) FROM page_picture") == 0);
}

TEST_CASE("the same bytes are kept once, the same page again is the same evidence") {
  Shelf shelf;
  const auto first = shelf.keep(views_of("tài xỉu"));
  CHECK(shelf.number("SELECT count(*) FROM page_body") == 1);
  CHECK(shelf.keep(views_of("tài xỉu", kNow + hours(1)), kNow + hours(1)) == first);
  auto other = views_of("tài xỉu");
  other[2].body = "khác";
  const auto second = shelf.keep(other);
  CHECK(second != first);
  CHECK(shelf.number("SELECT count(*) FROM page_body") == 2);
  CHECK(shelf.keep(views_of("tài xỉu")) != first);  // it went back: that is told as well
}

TEST_CASE("a body that is too large is not kept, its hash is") {
  Shelf shelf;
  auto views = views_of("a");
  views[0].body.assign(kMostBodyBytes + 1, 'x');
  const auto id = shelf.keep(views);
  const auto kept = shelf.read([&](store::Connection& c) { return get_page_evidence(c, shelf.scope(), id); }).value();
  CHECK_FALSE(kept.views[0].kept);
  CHECK(kept.views[0].sha256 == sha256(views[0].body));
  const auto again = shelf.read([&](store::Connection& c) { return load_views(c, shelf.tenant(), id); }).value();
  CHECK(again[0].limit == "too_large");
  CHECK(again[0].body.empty());
}

TEST_CASE("a site's oldest evidence goes beyond its bounds, with the bytes that nothing else needs; proofs stay") {
  Shelf shelf;
  const auto proof = shelf.keep(views_of("proof"));
  REQUIRE(shelf.write([&](store::Connection& c) { return pin(c, shelf.tenant(), proof); }));
  PageEvidenceId second;
  for (int i = 0; i < kMostOfASite + 10; ++i) {
    const auto id = shelf.keep(views_of("body " + std::to_string(i)), kNow + minutes(i + 1), kPage + std::to_string(i));
    if (i == 0) second = id;
  }
  CHECK(shelf.number("SELECT count(*) FROM page_evidence") == kMostOfASite);
  CHECK(shelf.number("SELECT count(*) FROM page_body") == kMostOfASite);
  CHECK(shelf.body(proof, Visitor::desktop, shelf.scope()).value() == "proof");
  CHECK(shelf.body(second, Visitor::desktop, shelf.scope()).error().code() == Code::not_found);
  // By age as well.
  shelf.keep(views_of("new"), kNow + days(500));
  CHECK(shelf.number("SELECT count(*) FROM page_evidence") == 2);
}

TEST_CASE("evidence that is foreign is as one that is absent") {
  Shelf shelf;
  const auto id = shelf.keep(views_of("a"));
  const auto unit = shelf.unit(shelf.root(), "Xã");
  const auto narrow = store::TenantScope::for_test(shelf.tenant(), {unit});
  const auto other = shelf.write([](store::Connection& c) { return estate::create_tenant(c, "Tỉnh khác", kNow); }).value();
  const auto foreign = store::TenantScope::for_test(other.tenant, {other.root});
  const auto absent = shelf.body(PageEvidenceId{4711}, Visitor::desktop, shelf.scope()).error().what();
  for (const auto& scope : {narrow, foreign}) {
    CHECK(shelf.body(id, Visitor::desktop, scope).error().what() == absent);
    CHECK(shelf.read([&](store::Connection& c) { return evidence_package(c, scope, id, Bytes(32), kNow); }).error().what() == absent);
  }
}

TEST_CASE("a damaged body is never served") {
  Shelf shelf;
  const auto id = shelf.keep(views_of("a"));
  const auto other = PackedPage::pack(kPage, views_of("b")).value();
  REQUIRE(shelf.write([&](store::Connection& c) { return c.run("UPDATE page_body SET packed = ?1", {ByteView(other.views()[0].packed)}); }));
  CHECK(shelf.body(id, Visitor::desktop, shelf.scope()).error().code() == Code::corrupt);
  REQUIRE(shelf.write([&](store::Connection& c) { return c.run("UPDATE page_body SET packed = x'00'"); }));
  CHECK(shelf.body(id, Visitor::desktop, shelf.scope()).error().code() == Code::corrupt);
}

TEST_CASE("what is told of views that were sent on for ever fits into an event") {
  auto views = views_of("a");
  for (auto& view : views) {
    view.final_url = "https://a.vn/" + std::string(8'000, '"');
    view.steps.assign(60, {"https://a.vn/" + std::string(8'000, '"'), 302, RedirectStep::How::location});
  }
  const auto page = PackedPage::pack(kPage, views).value();
  const PageSeen seen{.site = SiteId{1}, .url = kPage, .page_class = PageClass::redirected, .views = page.seen()};
  const auto text = to_json(Observation{kNow, seen});
  CHECK(text.size() < kMaxEventBytes);
  JsonDocument memory;
  Budget budget({});
  CHECK(observation_from_json(text, memory, budget));
  CHECK(page.views()[0].view.steps.size() == 60);
}

TEST_CASE("a visitor that is there twice is refused") {
  auto views = views_of("a");
  views[1].visitor = Visitor::desktop;
  CHECK(PackedPage::pack(kPage, views).error().code() == Code::invalid);
}

std::map<std::string, std::string> unzipped(const std::string& bytes) {
  zip_error_t error;
  zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
  zip_t* zip = zip_open_from_source(source, ZIP_RDONLY, &error);
  REQUIRE(zip != nullptr);
  std::map<std::string, std::string> files;
  for (zip_int64_t i = 0; i < zip_get_num_entries(zip, 0); ++i) {
    zip_stat_t stat;
    REQUIRE(zip_stat_index(zip, static_cast<zip_uint64_t>(i), 0, &stat) == 0);
    std::string content(stat.size, '\0');
    zip_file_t* file = zip_fopen_index(zip, static_cast<zip_uint64_t>(i), 0);
    REQUIRE(zip_fread(file, content.data(), content.size()) == static_cast<zip_int64_t>(content.size()));
    zip_fclose(file);
    files[stat.name] = content;
  }
  zip_discard(zip);
  return files;
}

TEST_CASE("the package: every byte, every hash, and a signature that holds for them alone") {
  Shelf shelf;
  const Bytes secret(32, std::byte{7});
  const auto id = shelf.keep(views_of("tài xỉu"));
  const auto zip = shelf.read([&](store::Connection& c) { return evidence_package(c, shelf.scope(), id, secret, kNow); }).value();
  const auto files = unzipped(zip);
  CHECK(files.size() == 10);
  CHECK(files.at("googlebot.html") == "tài xỉu");
  CHECK(files.at("googlebot.headers.txt") == "HTTP 200\nserver: nginx\n");
  const auto& manifest = files.at("manifest.json");
  for (const auto& [name, bytes] : files) {
    if (name.starts_with("manifest")) continue;
    CHECK(manifest.find(sha256(bytes).hex()) != manifest.npos);
    CHECK(manifest.find("\"" + name + "\"") != manifest.npos);
  }
  const auto& signature = files.at("manifest.sig");
  const std::string statement = "khien page evidence 1\nsha256 " + sha256(manifest).hex() + "\n";
  REQUIRE(signature.starts_with(statement));
  const auto at = signature.find("ed25519 ") + 8;
  const auto bytes = from_base64(std::string_view(signature).substr(at, signature.size() - at - 1)).value();
  const auto key = ed25519_public_key(secret).value();
  CHECK(ed25519_verify(key, as_bytes(statement), bytes));
  CHECK_FALSE(ed25519_verify(key, as_bytes("khien page evidence 1\nsha256 " + sha256("x").hex() + "\n"), bytes));
}

}  // namespace
}  // namespace khien::site

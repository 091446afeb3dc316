#include "khien/site/page_evidence.hpp"

#include <algorithm>
#include <utility>

#include "khien/core/assert.hpp"
#include "khien/core/json.hpp"
#include "khien/core/text.hpp"
#include "khien/estate/scope_sql.hpp"
#include "packing.hpp"

namespace khien::site {
namespace {

constexpr std::size_t kMostHeaders = 100;
constexpr std::size_t kMostHeaderBytes = 4'096;
// Of each view, in an observation: an event has an end. What is kept has all.
constexpr std::size_t kMostToldUrl = 2'048;
constexpr std::size_t kMostToldSteps = 16;

std::string steps_json(const std::vector<RedirectStep>& steps) {
  JsonWriter json;
  json.begin_array();
  for (const RedirectStep& step : steps) {
    json.begin_array().string(step.url).integer(step.status).string(to_string(step.how)).end_array();
  }
  json.end_array();
  return json.take();
}

std::string headers_json(const std::vector<HttpHeader>& headers) {
  JsonWriter json;
  json.begin_array();
  for (std::size_t i = 0; i < std::min(headers.size(), kMostHeaders); ++i) {
    json.begin_array().string(to_valid_utf8(truncate(headers[i].name, kMostHeaderBytes)));
    json.string(to_valid_utf8(truncate(headers[i].value, kMostHeaderBytes))).end_array();
  }
  json.end_array();
  return json.take();
}

// The parts of each element of a JSON array of arrays, as they were written above.
Result<std::vector<std::vector<std::string>>> rows_of(std::string_view text) {
  JsonDocument memory;
  Budget budget({});
  std::vector<std::vector<std::string>> rows;
  TRY(const auto root, memory.parse(text, budget));
  TRY_VOID(root.each([&](Json row) -> Result<void> {
    auto& parts = rows.emplace_back();
    return row.each([&](Json part) -> Result<void> {
      if (const auto number = part.integer()) {
        parts.push_back(std::to_string(*number));
        return {};
      }
      TRY(const auto word, part.string());
      parts.emplace_back(word);
      return {};
    });
  }));
  return rows;
}

Result<std::vector<RedirectStep>> steps_from(std::string_view text) {
  TRY(const auto rows, rows_of(text));
  std::vector<RedirectStep> steps;
  for (const auto& row : rows) {
    if (row.size() != 3) return Error(Code::corrupt, "a kept step is damaged");
    TRY(const auto how, redirect_how_from_string(row[2]));
    steps.push_back({row[0], std::atoi(row[1].c_str()), how});
  }
  return steps;
}

Result<std::vector<HttpHeader>> headers_from(std::string_view text) {
  TRY(const auto rows, rows_of(text));
  std::vector<HttpHeader> headers;
  for (const auto& row : rows) {
    if (row.size() != 2) return Error(Code::corrupt, "a kept header is damaged");
    headers.push_back({row[0], row[1]});
  }
  return headers;
}

Result<KeptView> view_from(const store::Row& row) {
  KeptView view;
  TRY(view.visitor, visitor_from_string(row.text(0)));
  view.final_url = row.text(1);
  TRY(view.steps, steps_from(row.text(2)));
  view.status = static_cast<int>(row.integer(3));
  TRY(view.headers, headers_from(row.text(4)));
  view.limit = row.text(5);
  view.fetched_at = row.time(6);
  if (!row.is_null(7)) {
    TRY(view.sha256, Sha256::from_bytes(row.bytes(7)));
  }
  view.size = static_cast<std::uint64_t>(row.integer(8));
  view.kept = row.integer(9) != 0;
  return view;
}

Result<std::vector<KeptView>> views_of(store::Connection& connection, TenantId tenant, PageEvidenceId id) {
  std::vector<KeptView> views;
  TRY_VOID(connection.query(
      "SELECT v.visitor, v.final_url, v.steps, v.status, v.headers, v.limit_name, v.fetched_at, v.sha256, v.size, "
      "EXISTS (SELECT 1 FROM page_body b WHERE b.tenant_id = v.tenant_id AND b.sha256 = v.sha256) "
      "FROM page_view v WHERE v.tenant_id = ?1 AND v.evidence_id = ?2",
      {tenant, id}, [&](const store::Row& row) -> Result<void> {
        TRY(auto view, view_from(row));
        views.push_back(std::move(view));
        return {};
      }));
  std::ranges::sort(views, {}, &KeptView::visitor);
  return views;
}

Result<std::string> body_of(store::Connection& connection, TenantId tenant, const Sha256& sha256) {
  std::string body;
  TRY_VOID(connection.query_one("SELECT packed, size FROM page_body WHERE tenant_id = ?1 AND sha256 = ?2",
                                {tenant, sha256.view()}, [&](const store::Row& row) -> Result<void> {
                                  const auto size = static_cast<std::size_t>(row.integer(1));
                                  if (size > kMostBodyBytes) return Error(Code::corrupt, "a kept body is too large");
                                  TRY(body, unpack_bytes(row.bytes(0), size));
                                  return {};
                                }));
  if (khien::sha256(body) != sha256) return Error(Code::corrupt, "a kept body is not what was kept");
  return body;
}

Result<PageEvidenceId> newest_alike(store::Connection& connection, TenantId tenant, SiteId site, const PackedPage& page) {
  PageEvidenceId found;
  const Sha256 digest = page.digest();
  TRY_VOID(connection.query(
      "SELECT id, digest FROM page_evidence WHERE tenant_id = ?1 AND site_id = ?2 AND url = ?3 ORDER BY id DESC LIMIT 1",
      {tenant, site, page.url()}, [&](const store::Row& row) -> Result<void> {
        TRY(const auto kept, Sha256::from_bytes(row.bytes(1)));
        if (kept == digest) found = {row.integer(0)};
        return {};
      }));
  return found;
}

Result<void> put_views(store::Connection& connection, TenantId tenant, PageEvidenceId id, const PackedPage& page) {
  for (const auto& [view, packed] : page.views()) {
    const auto sha256 = view.sha256 ? store::Value(view.sha256->view()) : store::Value(nullptr);
    TRY_VOID(connection.run(
        "INSERT INTO page_view (tenant_id, evidence_id, visitor, final_url, steps, status, headers, limit_name, fetched_at, "
        "sha256, size) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        {tenant, id, to_string(view.visitor), view.final_url, steps_json(view.steps), view.status, headers_json(view.headers),
         view.limit, view.fetched_at, sha256, view.size}));
    if (packed.empty()) continue;
    TRY_VOID(connection.run("INSERT INTO page_body (tenant_id, sha256, size, packed) VALUES (?1, ?2, ?3, ?4) "
                            "ON CONFLICT DO NOTHING",
                            {tenant, view.sha256->view(), view.size, ByteView(packed)}));
  }
  return {};
}

// Before its row: the bounds count what is kept.
Result<void> put_picture(store::Connection& connection, TenantId tenant, PageEvidenceId id, const BrowserProof& proof) {
  if (!proof.picture) return {};
  const PagePicture& picture = *proof.picture;
  TRY(const auto put, connection.run("INSERT INTO page_picture (tenant_id, evidence_id, taken_at, width, height, sha256, png) "
                                     "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING",
                                     {tenant, id, picture.taken_at, std::int64_t{picture.width}, std::int64_t{picture.height},
                                      sha256(picture.png).view(), as_bytes(picture.png)}));
  if (put == 0) return {};
  TRY_VOID(connection.run("UPDATE page_evidence SET bytes = bytes + ?3 WHERE tenant_id = ?1 AND id = ?2",
                          {tenant, id, static_cast<std::int64_t>(picture.png.size())}));
  return {};
}

Result<std::optional<KeptPicture>> picture_of(store::Connection& connection, TenantId tenant, PageEvidenceId id) {
  std::optional<KeptPicture> picture;
  TRY_VOID(connection.query("SELECT taken_at, width, height, length(png), sha256 FROM page_picture WHERE tenant_id = ?1 AND evidence_id = ?2",
                            {tenant, id}, [&](const store::Row& row) -> Result<void> {
                              picture = KeptPicture{.taken_at = row.time(0), .width = static_cast<std::uint32_t>(row.integer(1)),
                                                    .height = static_cast<std::uint32_t>(row.integer(2)),
                                                    .size = static_cast<std::uint64_t>(row.integer(3)), .sha256 = {}};
                              TRY(picture->sha256, Sha256::from_bytes(row.bytes(4)));
                              return {};
                            }));
  return picture;
}

// The newest that says of its page that a browser alone saw what is still open there: it is why a browser
// is asked again (watch.cpp), and why a look without one takes nothing back.
#define KHIEN_SEEN_BY_SCRIPT                                                                                                           \
  "(e.by_script = 1 AND NOT EXISTS (SELECT 1 FROM page_evidence n INDEXED BY page_evidence_by_page WHERE n.tenant_id = ?1 "           \
  "AND n.site_id = ?2 AND n.url = e.url AND n.id > e.id AND n.by_script = 1) AND EXISTS (SELECT 1 FROM finding f WHERE f.tenant_id = ?1 " \
  "AND f.site_id = ?2 AND f.judge = 'watch' AND f.subject = e.url AND f.state IN ('new', 'in_progress')))"

// One after another until the site is within its bounds; says whether one went.
Result<bool> drop_oldest(store::Connection& connection, TenantId tenant, SiteId site, Timestamp now) {
  TRY(const auto dropped,
      connection.run("DELETE FROM page_evidence WHERE tenant_id = ?1 AND id = (SELECT e.id FROM page_evidence e "
                     "WHERE e.tenant_id = ?1 AND e.site_id = ?2 AND e.pinned = 0 AND NOT EXISTS (SELECT 1 FROM page_fact p "
                     "WHERE p.tenant_id = ?1 AND p.site_id = ?2 AND p.evidence_id = e.id) AND NOT " KHIEN_SEEN_BY_SCRIPT " AND (e.taken_at < ?3 OR "
                     "(SELECT count(*) > ?4 OR total(k.bytes) > ?5 FROM page_evidence k WHERE k.tenant_id = ?1 AND k.site_id = ?2)) "
                     "ORDER BY e.taken_at, e.id LIMIT 1)",
                     {tenant, site, now - kKeptFor, kMostOfASite, kMostBytesOfASite}));
  return dropped > 0;
}

Result<void> prune(store::Connection& connection, TenantId tenant, SiteId site, Timestamp now) {
  bool dropped = false;
  for (;;) {
    TRY(const bool more, drop_oldest(connection, tenant, site, now));
    if (!more) break;
    dropped = true;
  }
  if (!dropped) return {};
  TRY_VOID(connection.run("DELETE FROM page_body WHERE tenant_id = ?1 AND NOT EXISTS (SELECT 1 FROM page_view v "
                          "WHERE v.tenant_id = ?1 AND v.sha256 = page_body.sha256)",
                          {tenant}));
  return {};
}

}  // namespace

Result<PackedPage> PackedPage::pack(std::string url, const std::vector<PageView>& views) {
  PackedPage page;
  page.url_ = to_valid_utf8(url);
  for (const PageView& from : views) {
    View one;
    one.view = {.visitor = from.visitor,
                .final_url = to_valid_utf8(from.final_url),
                .steps = from.steps,
                .status = from.status,
                .headers = from.headers,
                .limit = from.limit,
                .fetched_at = from.fetched_at,
                .sha256 = {},
                .size = from.body.size()};
    for (RedirectStep& step : one.view.steps) step.url = to_valid_utf8(step.url);
    if (from.status != 0) one.view.sha256 = sha256(from.body);
    one.view.kept = from.status != 0 && from.body.size() <= kMostBodyBytes;
    if (one.view.kept) one.packed = pack_bytes(from.body);
    page.views_.push_back(std::move(one));
  }
  std::ranges::sort(page.views_, {}, [](const View& view) { return view.view.visitor; });
  const auto twice = std::ranges::adjacent_find(page.views_, {}, [](const View& view) { return view.view.visitor; });
  if (twice != page.views_.end()) return Error(Code::invalid, "a visitor is there twice");
  return page;
}

std::vector<SeenView> PackedPage::seen() const {
  std::vector<SeenView> all;
  for (const auto& [view, packed] : views_) {
    SeenView& seen = all.emplace_back();
    seen = {.visitor = view.visitor, .final_url = std::string(truncate(view.final_url, kMostToldUrl)), .steps = view.steps,
            .status = view.status, .limit = view.limit, .sha256 = view.sha256, .size = view.size, .fetched_at = view.fetched_at};
    if (seen.steps.size() > kMostToldSteps) seen.steps.resize(kMostToldSteps);
    for (RedirectStep& step : seen.steps) step.url = truncate(step.url, kMostToldUrl);
  }
  return all;
}

Sha256 PackedPage::digest() const {
  JsonWriter json;
  json.begin_array();
  for (const auto& [view, packed] : views_) {
    json.string(to_string(view.visitor)).integer(view.status).string(view.final_url).string(view.limit);
    json.string(view.sha256 ? view.sha256->hex() : "");
  }
  json.end_array();
  return sha256(json.take());
}

Result<PageEvidenceId> keep_page(store::Connection& connection, TenantId tenant, SiteId site, const PackedPage& page,
                                 PageClass page_class, Timestamp now, const BrowserProof& proof) {
  TRY(const auto alike, newest_alike(connection, tenant, site, page));
  if (alike) {
    TRY_VOID(put_picture(connection, tenant, alike, proof));
    return alike;
  }
  std::int64_t bytes = 0;
  for (const auto& view : page.views()) bytes += static_cast<std::int64_t>(view.packed.size());
  const Sha256 digest = page.digest();
  TRY_VOID(connection.run("INSERT INTO page_evidence (tenant_id, site_id, url, class, taken_at, bytes, digest, by_script) "
                          "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                          {tenant, site, page.url(), to_string(page_class), now, bytes, digest.view(), std::int64_t{proof.by_script}}));
  const PageEvidenceId id{connection.last_insert_id()};
  TRY_VOID(put_views(connection, tenant, id, page));
  TRY_VOID(put_picture(connection, tenant, id, proof));
  TRY_VOID(prune(connection, tenant, site, now));
  return id;
}

Result<void> pin(store::Connection& connection, TenantId tenant, PageEvidenceId id) {
  TRY_VOID(connection.run("UPDATE page_evidence SET pinned = 1 WHERE tenant_id = ?1 AND id = ?2", {tenant, id}));
  return {};
}

Result<PageEvidence> get_page_evidence(store::Connection& connection, const store::TenantScope& scope, PageEvidenceId id) {
  std::optional<PageEvidence> found;
  TRY_VOID(connection.query("SELECT e.site_id, e.url, e.class, e.taken_at FROM page_evidence e "
                            "JOIN site s ON s.tenant_id = e.tenant_id AND s.id = e.site_id "
                            "WHERE e.tenant_id = ?1 AND e.id = ?3 AND " KHIEN_IN_SCOPE("s.unit_id"),
                            {scope.tenant(), scope.roots_json(), id}, [&](const store::Row& row) -> Result<void> {
                              found = PageEvidence{.id = id, .site = {row.integer(0)}, .url = std::string(row.text(1))};
                              TRY(found->page_class, page_class_from_string(row.text(2)));
                              found->taken_at = row.time(3);
                              return {};
                            }));
  if (!found) return Error(Code::not_found, "there is no such evidence");
  TRY(found->views, views_of(connection, scope.tenant(), id));
  TRY(found->picture, picture_of(connection, scope.tenant(), id));
  return std::move(*found);
}

Result<std::string> read_body(store::Connection& connection, const store::TenantScope& scope, PageEvidenceId id,
                              Visitor visitor) {
  TRY(const auto evidence, get_page_evidence(connection, scope, id));
  const auto view = std::ranges::find(evidence.views, visitor, &KeptView::visitor);
  if (view == evidence.views.end() || !view->kept) return Error(Code::not_found, "there are no such bytes");
  return body_of(connection, scope.tenant(), *view->sha256);
}

Result<std::string> read_picture(store::Connection& connection, const store::TenantScope& scope, PageEvidenceId id) {
  TRY(const auto evidence, get_page_evidence(connection, scope, id));
  if (!evidence.picture) return Error(Code::not_found, "there is no picture");
  std::string png;
  TRY_VOID(connection.query_one("SELECT png FROM page_picture WHERE tenant_id = ?1 AND evidence_id = ?2", {scope.tenant(), id},
                                [&](const store::Row& row) -> Result<void> {
                                  png = as_text(row.bytes(0));
                                  return {};
                                }));
  if (sha256(png) != evidence.picture->sha256) return Error(Code::corrupt, "a kept picture is not what was kept");
  return png;
}

Result<std::vector<PageView>> load_views(store::Connection& connection, TenantId tenant, PageEvidenceId id) {
  std::string url;
  TRY_VOID(connection.query_one("SELECT url FROM page_evidence WHERE tenant_id = ?1 AND id = ?2", {tenant, id},
                                [&](const store::Row& row) -> Result<void> {
                                  url = row.text(0);
                                  return {};
                                }));
  TRY(const auto kept, views_of(connection, tenant, id));
  std::vector<PageView> views;
  for (const KeptView& view : kept) {
    PageView& whole = views.emplace_back();
    whole = {.visitor = view.visitor, .url = url, .final_url = view.final_url, .steps = view.steps, .status = view.status,
             .headers = view.headers, .body = {}, .limit = view.limit, .fetched_at = view.fetched_at};
    if (view.kept) {
      TRY(whole.body, body_of(connection, tenant, *view.sha256));
    } else if (view.size > 0 && whole.limit.empty()) {
      whole.limit = "too_large";
    }
  }
  return views;
}

}  // namespace khien::site

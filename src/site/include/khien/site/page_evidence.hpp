#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/hash.hpp"
#include "khien/core/result.hpp"
#include "khien/model/page_seen.hpp"
#include "khien/model/page_view.hpp"
#include "khien/site/watcher.hpp"
#include "khien/store/connection.hpp"
#include "khien/store/scope.hpp"

namespace khien::site {

// The bytes that visitors got, as they came: proof of what was seen, and what new
// rules are tried on. Kept compressed, each body once by its hash. All functions run
// on a connection that the caller holds.
//
// Bounds: a body of more than kMostBodyBytes is not kept, its hash is; a site keeps
// kMostOfASite pages and kMostBytesOfASite compressed bytes, none older than
// kKeptFor. The oldest go first; the first proof of a case, what a page's newest word stands
// on, and what a browser alone saw of a page and is not mended stay.
inline constexpr std::size_t kMostBodyBytes = 16u << 20;
inline constexpr std::int64_t kMostOfASite = 300;
inline constexpr std::int64_t kMostBytesOfASite = 64 << 20;
inline constexpr Duration kKeptFor = days(400);

struct KeptView {
  Visitor visitor = Visitor::desktop;
  std::string final_url;
  std::vector<RedirectStep> steps;
  int status = 0;
  std::vector<HttpHeader> headers;
  std::string limit;
  Timestamp fetched_at;
  std::optional<Sha256> sha256;  // of the body; none: none came
  std::uint64_t size = 0;        // bytes of the body
  bool kept = false;             // its bytes are here
};
struct KeptPicture {
  Timestamp taken_at;
  std::uint32_t width = 0;   // pixels
  std::uint32_t height = 0;
  std::uint64_t size = 0;    // bytes
  Sha256 sha256;
};
struct PageEvidence {
  PageEvidenceId id;
  SiteId site;
  std::string url;
  PageClass page_class = PageClass::unknown;  // when it was taken
  Timestamp taken_at;                         // the hub's clock
  std::vector<KeptView> views;                // ascending by visitor
  std::optional<KeptPicture> picture = {};    // what it looked like, where a browser opened it
};

// Views made ready to be kept: hashed and compressed, outside of any transaction.
class PackedPage {
 public:
  // Code::invalid for a visitor that is there twice.
  static Result<PackedPage> pack(std::string url, const std::vector<PageView>& views);

  const std::string& url() const { return url_; }

  struct View {
    KeptView view;
    Bytes packed;  // empty: not kept
  };
  const std::vector<View>& views() const { return views_; }
  // What PageSeen says of them.
  std::vector<SeenView> seen() const;
  // Of all that counts as "the same page again"; times do not.
  Sha256 digest() const;

 private:
  std::string url_;
  std::vector<View> views_;
};

// What a browser adds to the views.
struct BrowserProof {
  std::optional<PagePicture> picture = {};
  bool by_script = false;  // LookedPage::by_script
};

// Keeps it, or names what is kept already of the same bytes and answers; one that is kept
// without a picture gets this one. The oldest beyond the bounds go.
Result<PageEvidenceId> keep_page(store::Connection& connection, TenantId tenant, SiteId site, const PackedPage& page,
                                 PageClass page_class, Timestamp now, const BrowserProof& proof = {});
// It stays whatever comes after it.
Result<void> pin(store::Connection& connection, TenantId tenant, PageEvidenceId id);

Result<PageEvidence> get_page_evidence(store::Connection& connection, const store::TenantScope& scope, PageEvidenceId id);
// Code::not_found also if its bytes are not kept; corrupt if they are not those of
// the hash any more.
Result<std::string> read_body(store::Connection& connection, const store::TenantScope& scope, PageEvidenceId id,
                              Visitor visitor);

// PNG, as the browser made it. Code::not_found also if there is none; corrupt if it is not
// that of its hash any more.
Result<std::string> read_picture(store::Connection& connection, const store::TenantScope& scope, PageEvidenceId id);

// All of it as it came, for the hub itself: what is judged again.
Result<std::vector<PageView>> load_views(store::Connection& connection, TenantId tenant, PageEvidenceId id);

}  // namespace khien::site

#include "khien/site/package.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "khien/core/hash.hpp"
#include "khien/core/json.hpp"
#include "khien/core/signature.hpp"
#include "khien/core/text.hpp"
#include "khien/estate/sites.hpp"
#include "khien/model/signed_envelope.hpp"
#include "khien/report/zip_file.hpp"
#include "khien/site/page_evidence.hpp"

namespace khien::site {
namespace {

using File = report::ZipPart;

constexpr const char* kPictureName = "rendered.png";

std::string headers_text(const KeptView& view) {
  std::string text = "HTTP " + std::to_string(view.status) + "\n";
  for (const HttpHeader& header : view.headers) text += printable(header.name) + ": " + printable(header.value) + "\n";
  return text;
}

void write_steps(JsonWriter& json, const std::vector<RedirectStep>& steps) {
  json.key("steps").begin_array();
  for (const RedirectStep& step : steps) {
    json.begin_object().field("url", step.url).field("status", std::int64_t{step.status}).field("how", to_string(step.how)).end_object();
  }
  json.end_array();
}

void write_file(JsonWriter& json, const std::vector<File>& files, const std::string& name) {
  const auto file = std::ranges::find(files, name, &File::name);
  if (file == files.end()) return;
  json.begin_object().field("name", name).field("size", static_cast<std::int64_t>(file->bytes.size()));
  json.field("sha256", sha256(file->bytes).hex()).end_object();
}

std::string manifest_of(const PageEvidence& evidence, const estate::Site& site, const std::vector<File>& files, Timestamp now) {
  JsonWriter json;
  json.begin_object().field("format", std::int64_t{1}).field("made_at", now).field("evidence", evidence.id.value);
  json.field("site", site.address).field("unit", site.unit_name).field("url", evidence.url);
  json.field("class", to_string(evidence.page_class)).field("taken_at", evidence.taken_at).key("views").begin_array();
  for (const KeptView& view : evidence.views) {
    const std::string visitor(to_string(view.visitor));
    json.begin_object().field("visitor", visitor).field("status", std::int64_t{view.status});
    json.field("final_url", view.final_url).field("fetched_at", view.fetched_at).field("limit", view.limit);
    json.field("size", static_cast<std::int64_t>(view.size)).field("sha256", view.sha256 ? view.sha256->hex() : "");
    write_steps(json, view.steps);
    json.key("files").begin_array();
    for (const char* end : {".html", ".headers.txt"}) write_file(json, files, visitor + end);
    json.end_array().end_object();
  }
  json.end_array();
  if (evidence.picture) {
    const KeptPicture& picture = *evidence.picture;
    json.key("picture").begin_object().field("name", kPictureName).field("taken_at", picture.taken_at);
    json.field("width", std::int64_t{picture.width}).field("height", std::int64_t{picture.height});
    json.field("size", static_cast<std::int64_t>(picture.size)).field("sha256", picture.sha256.hex()).end_object();
  }
  json.end_object();
  return json.take() + "\n";
}

Result<std::string> signature_of(const std::string& manifest, ByteView secret_key) {
  std::string text = "khien page evidence 1\nsha256 " + sha256(manifest).hex() + "\n";
  TRY(const auto key, ed25519_public_key(secret_key));
  TRY(const auto signature, ed25519_sign(secret_key, as_bytes(text)));
  return text + "key " + key_id(key).hex() + "\ned25519 " + to_base64(signature) + "\n";
}

}  // namespace

Result<std::string> evidence_package(store::Connection& connection, const store::TenantScope& scope, PageEvidenceId id,
                                     ByteView secret_key, Timestamp now) {
  TRY(const auto evidence, get_page_evidence(connection, scope, id));
  TRY(const auto site, estate::get_site(connection, scope, evidence.site));
  std::vector<File> files;
  for (const KeptView& view : evidence.views) {
    const std::string visitor(to_string(view.visitor));
    if (view.kept) {
      TRY(auto body, read_body(connection, scope, id, view.visitor));
      files.push_back({visitor + ".html", std::move(body)});
    }
    files.push_back({visitor + ".headers.txt", headers_text(view)});
  }
  if (evidence.picture) {
    TRY(auto png, read_picture(connection, scope, id));
    files.push_back({kPictureName, std::move(png)});
  }
  const auto manifest = manifest_of(evidence, site, files, now);
  TRY(auto signature, signature_of(manifest, secret_key));
  files.push_back({"manifest.json", manifest});
  files.push_back({"manifest.sig", std::move(signature)});
  TRY(const auto zip, report::zip_of(files, now));
  return std::string(as_text(zip));
}

}  // namespace khien::site

#include <algorithm>
#include <utility>

#include "call.hpp"
#include "dto_site.hpp"
#include "khien/core/text.hpp"
#include "khien/site/package.hpp"
#include "problem.hpp"

namespace khien::api {
namespace {

// Of one source that is shown. The package has the whole.
constexpr std::size_t kMostShown = 1u << 20;

std::string evidence_object(PageEvidenceId id) { return "page_evidence:" + std::to_string(id.value); }

Result<Visitor> visitor_in(const Call& call, std::string_view name) { return visitor_from_string(call.query_text(name)); }

}  // namespace

namespace route {

Reply get_page_evidence(Call& call) {
  return call.read([&](store::Connection& connection) -> Result<Reply> {
    TRY(const auto evidence, site::get_page_evidence(connection, call.scope(), {call.object}));
    JsonWriter json;
    write_page_evidence(json, evidence);
    return call.json(json);
  });
}

// Text within JSON, whatever the page is: no answer of ours is ever its markup.
Reply get_page_source(Call& call) {
  return call.read([&](store::Connection& connection) -> Result<Reply> {
    TRY(const auto visitor, visitor_in(call, "visitor"));
    TRY(const auto body, site::read_body(connection, call.scope(), {call.object}, visitor));
    JsonWriter json;
    json.begin_object().field("visitor", to_string(visitor)).field("size", static_cast<std::int64_t>(body.size()));
    json.field("sha256", sha256(body).hex()).field("cut", body.size() > kMostShown);
    json.field("text", to_valid_utf8(truncate(body, kMostShown))).end_object();
    return call.json(json);
  });
}

// The bytes that a browser made of a hostile page: a picture for <img>, never a page of ours.
Reply get_page_picture(Call& call) {
  return call.read([&](store::Connection& connection) -> Result<Reply> {
    const PageEvidenceId id{call.object};
    TRY(auto png, site::read_picture(connection, call.scope(), id));
    Reply reply{.status = call.route.success, .body = std::move(png)};
    reply.media_type = "image/png";
    reply.download = "anh-chup-" + std::to_string(id.value) + ".png";
    return reply;
  });
}

Reply get_page_difference(Call& call) {
  return call.read([&](store::Connection& connection) -> Result<Reply> {
    TRY(const auto first, visitor_in(call, "first"));
    TRY(const auto second, visitor_in(call, "second"));
    const PageEvidenceId id{call.object};
    const PageEvidenceId other{call.query_integer("other").value_or(call.object)};
    TRY(const auto before, site::read_body(connection, call.scope(), id, first));
    TRY(const auto after, site::read_body(connection, call.scope(), other, second));
    const auto cut = [](const std::string& body) { return std::string_view(body).substr(0, kMostShown); };
    const auto diff = site::diff_lines(cut(before), cut(after));
    JsonWriter json;
    write_difference(json, diff);
    return call.json(json);
  });
}

Reply download_page_evidence(Call& call) {
  return call.write([&](store::Connection& connection) -> Result<Reply> {
    const PageEvidenceId id{call.object};
    TRY(auto zip, site::evidence_package(connection, call.scope(), id, call.services.options.audit_secret_key, call.now));
    // Evidence that leaves the house is worth a line.
    TRY_VOID(call.audit(connection, "page_evidence.download", evidence_object(id), "sha256:" + sha256(zip).hex()));
    Reply reply{.status = call.route.success, .body = std::move(zip)};
    reply.media_type = "application/zip";
    reply.download = "bang-chung-" + std::to_string(id.value) + ".zip";
    return reply;
  });
}

}  // namespace route
}  // namespace khien::api

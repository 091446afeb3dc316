#include "dto_site.hpp"

#include <algorithm>

#include "dto.hpp"
#include "dto_estate.hpp"
#include "khien/core/text.hpp"

namespace khien::api {
namespace {

void write_id_or_null(JsonWriter& json, std::string_view name, std::optional<std::int64_t> id) {
  json.key(name);
  id ? json.integer(*id) : json.null();
}

template <class Tag>
std::optional<std::int64_t> number_of(const std::optional<Id<Tag>>& id) {
  return id ? std::optional(id->value) : std::nullopt;
}

void write_steps(JsonWriter& json, const std::vector<RedirectStep>& steps) {
  json.key("steps").begin_array();
  for (const RedirectStep& step : steps) {
    json.begin_object().field("url", step.url).field("status", std::int64_t{step.status});
    json.field("how", to_string(step.how)).end_object();
  }
  json.end_array();
}

void write_hash_or_null(JsonWriter& json, const std::optional<Sha256>& sha256) {
  json.key("sha256");
  sha256 ? json.string(sha256->hex()) : json.null();
}

void write_view(JsonWriter& json, const site::KeptView& view) {
  json.begin_object().field("visitor", to_string(view.visitor)).field("status", std::int64_t{view.status});
  json.field("final_url", view.final_url).field("limit", view.limit).field("fetched_at", view.fetched_at);
  json.field("size", static_cast<std::int64_t>(view.size)).field("kept", view.kept);
  write_hash_or_null(json, view.sha256);
  write_steps(json, view.steps);
  json.key("headers").begin_array();
  for (const HttpHeader& header : view.headers) {
    json.begin_object().field("name", header.name).field("value", header.value).end_object();
  }
  json.end_array().end_object();
}

void write_picture(JsonWriter& json, const std::optional<site::KeptPicture>& picture) {
  if (!picture) {
    json.null();
    return;
  }
  json.begin_object().field("taken_at", picture->taken_at).field("width", std::int64_t{picture->width}).field("height", std::int64_t{picture->height});
  json.field("size", static_cast<std::int64_t>(picture->size)).field("sha256", picture->sha256.hex()).end_object();
}

constexpr std::size_t kMostKnown = 50;

// "cpe:2.3:a:wordpress:wordpress:6.4.2:…": product and version are its fifth and sixth part.
advisory::Installed installed_of(const std::string& cpe) {
  std::vector<std::string> parts;
  for (std::size_t at = 0; at <= cpe.size();) {
    const auto end = std::min(cpe.find(':', at), cpe.size());
    parts.push_back(cpe.substr(at, end - at));
    at = end + 1;
  }
  if (parts.size() < 6) return {};
  return {.key = {.type = "cms", .space = {}, .name = parts[4], .release = {}}, .version = parts[5], .cpe = cpe};
}

struct Known {
  advisory::Match match;
  advisory::Vulnerability about;
  std::string product;
};
bool worse(const Known& a, const Known& b) {
  if (a.about.exploited.has_value() != b.about.exploited.has_value()) return a.about.exploited.has_value();
  if (a.match.severity != b.match.severity) return a.match.severity > b.match.severity;
  return a.match.id > b.match.id;
}

std::string_view name_of(site::DiffRun::Kind kind) {
  switch (kind) {
    case site::DiffRun::Kind::removed: return "removed";
    case site::DiffRun::Kind::added: return "added";
    case site::DiffRun::Kind::same: break;
  }
  return "same";
}

}  // namespace

void write_watched_site(JsonWriter& json, const site::WatchedSite& site) {
  json.begin_object().key("site");
  write_site(json, site.site);
  json.field("status", to_string(site.status));
  write_time(json, "looked_at", site.looked_at);
  write_time(json, "due_at", site.due_at);
  json.field("being_looked_at", site.being_looked_at).field("pages", site.pages);
  write_id_or_null(json, "open_case", number_of(site.open_case));
  json.key("case_state");
  site.case_state ? json.string(to_string(*site.case_state)) : json.null();
  json.field("recurrences", site.recurrences);
  write_time(json, "certificate_expires_at", site.certificate_expires_at);
  write_id_or_null(json, "uptime", site.uptime);
  json.field("infected_pages", site.infected_pages).key("worst_class");
  site.worst_class ? json.string(to_string(*site.worst_class)) : json.null();
  json.end_object();
}

void write_site_counts(JsonWriter& json, const site::WatchedCounts& counts) {
  json.begin_object().field("total", counts.total).field("cases_waiting", counts.cases_waiting).field("overdue", counts.overdue);
  json.key("labels").begin_object();
  for (std::size_t i = 0; i < site::kLabelStates; ++i) json.field(to_string(static_cast<site::LabelState>(i)), counts.by_label[i]);
  json.end_object().key("certificates").begin_object();
  for (std::size_t i = 0; i < site::kCertificateStates; ++i) json.field(to_string(static_cast<site::CertificateState>(i)), counts.by_certificate[i]);
  json.end_object().key("classes").begin_array();
  for (const auto& [page_class, sites] : counts.by_class) {
    json.begin_object().field("class", to_string(page_class)).field("sites", sites).end_object();
  }
  json.end_array();
  for (std::size_t i = 0; i < site::kSiteStatuses; ++i) {
    json.field(to_string(static_cast<site::SiteStatus>(i)), counts.by_status[i]);
  }
  json.end_object();
}

void write_label_check(JsonWriter& json, const site::LabelCheck& check) {
  json.begin_object().field("ready", check.is_ready()).field("systems", check.systems).field("approved", check.approved);
  json.key("criteria").begin_array();
  for (std::size_t i = 0; i < site::kLabelCriteria; ++i) {
    json.begin_object().field("criterion", to_string(static_cast<site::LabelCriterion>(i))).field("state", to_string(check.states[i])).end_object();
  }
  json.end_array().end_object();
}

void write_listed(JsonWriter& json, const site::ListedPages& listed) {
  json.begin_object().field("pages", listed.pages).field("looked_at", listed.looked_at);
  write_time(json, "newest", listed.newest);
  json.end_object();
}

void write_known_vulnerabilities(JsonWriter& json, const SiteSeen* seen, const advisory::Book* book) {
  std::vector<advisory::Installed> made_with;
  if (seen != nullptr) {
    for (const Fact& fact : seen->facts) {
      if (fact.name == "cms.cpe") made_with.push_back(installed_of(fact.value));
    }
  }
  std::vector<Known> known;
  if (book != nullptr && !made_with.empty()) {
    for (const auto& match : book->match(made_with)) {
      const auto about = book->find(match.id);
      if (about && match.state == advisory::Match::State::affected) known.push_back({match, *about, made_with[match.package].key.name});
    }
  }
  std::ranges::sort(known, worse);
  json.begin_object().field("looked_up", book != nullptr).field("total", static_cast<std::int64_t>(known.size())).key("items").begin_array();
  for (std::size_t i = 0; i < std::min(known.size(), kMostKnown); ++i) {
    const auto& [match, about, product] = known[i];
    json.begin_object().field("name", match.id).field("title", about.title).field("severity", to_string(match.severity));
    json.field("exploited", about.exploited.has_value()).field("product", product).field("fixed", match.fixed).end_object();
  }
  json.end_array().end_object();
}

void write_watch(JsonWriter& json, const site::WatchRecord& watch) {
  json.begin_object();
  write_id_or_null(json, "every_hours", watch.every ? std::optional(watch.every->ms / hours(1).ms) : std::nullopt);
  write_time(json, "due_at", watch.due_at);
  json.field("being_looked_at", watch.being_looked_at).field("looks", watch.looks);
  write_time(json, "finished_at", watch.finished_at);
  json.field("failures", watch.failures).field("failure", watch.failure);
  write_time(json, "asked_at", watch.wished_at);
  json.key("rendering");
  if (watch.rendering) json.begin_object().field("reason", watch.rendering->reason).field("set_at", watch.rendering->set_at).end_object();
  else json.null();
  json.end_object();
}

void write_known_page(JsonWriter& json, const site::KnownPage& page) {
  json.begin_object().field("url", page.url).field("class", to_string(page.page_class)).field("score", page.score);
  json.field("whole", page.whole).field("seen_at", page.seen_at);
  write_id_or_null(json, "evidence", page.evidence ? std::optional(page.evidence.value) : std::nullopt);
  write_id_or_null(json, "finding", number_of(page.finding));
  json.key("earlier").begin_array();
  for (const auto& one : page.earlier) {
    json.begin_object().field("id", one.id.value).field("class", to_string(one.page_class)).field("taken_at", one.taken_at).end_object();
  }
  json.end_array().end_object();
}

void write_past_look(JsonWriter& json, const site::PastLook& look) {
  json.begin_object().field("look", look.look).field("started_at", look.started_at).field("finished_at", look.finished_at);
  json.field("answered", look.answered).field("pages", look.pages).field("views", look.views).field("limited", look.limited).end_object();
}

void write_site_facts(JsonWriter& json, const SiteSeen& seen) {
  json.begin_object().field("look", seen.look).field("started_at", seen.started_at).field("finished_at", seen.finished_at);
  json.field("answered", seen.answered).field("pages", static_cast<std::int64_t>(seen.pages));
  json.field("views", static_cast<std::int64_t>(seen.views)).field("limited", static_cast<std::int64_t>(seen.limited));
  json.key("facts").begin_array();
  for (const Fact& fact : seen.facts) {
    json.begin_object().field("name", fact.name).field("value", fact.value).end_object();
  }
  json.end_array().key("unread").begin_array();
  for (const std::string& area : seen.unread) json.string(area);
  json.end_array().end_object();
}

void write_site_case(JsonWriter& json, const site::CaseRecord& record, const NameMap& names) {
  json.begin_object().field("id", record.id.value).key("site");
  write_ref(json, record.site.value, record.address);
  json.key("unit");
  write_ref(json, record.unit.value, record.unit_name);
  json.field("state", to_string(record.state)).field("opened_at", record.opened_at).field("entered_at", record.entered_at);
  json.field("recurrences", record.recurrences).key("confirmed_by");
  write_user_ref(json, record.confirmed_by, names);
  json.key("cause");
  record.cause ? json.string(to_string(*record.cause)) : json.null();
  json.field("cause_text", record.cause_text);
  write_time(json, "rescan_since", record.rescan_since);
  write_time(json, "watched_until", record.watched_until);
  json.field("open_findings", record.open_findings).end_object();
}

void write_case_history(JsonWriter& json, const std::vector<site::CaseHistory>& history, const NameMap& names) {
  json.begin_array();
  for (const auto& entry : history) {
    json.begin_object().field("at", entry.at).key("who");
    write_user_ref(json, entry.who, names);
    json.field("event", to_string(entry.event)).field("state", to_string(entry.state)).key("cause");
    entry.cause ? json.string(to_string(*entry.cause)) : json.null();
    json.field("note", entry.note).end_object();
  }
  json.end_array();
}

void write_page_seen(JsonWriter& json, const PageSeen& page) {
  json.begin_object().field("url", page.url).field("class", to_string(page.page_class)).field("score", page.score);
  write_id_or_null(json, "evidence", page.evidence ? std::optional(page.evidence.value) : std::nullopt);
  json.key("reasons").begin_array();
  for (const PageReason& reason : page.reasons) {
    json.begin_object().field("name", reason.name).field("points", reason.points).end_object();
  }
  json.end_array().key("links").begin_array();
  for (const PageLink& link : page.links) {
    json.begin_object().field("url", link.url).field("anchor", link.anchor).field("visitor", to_string(link.visitor));
    json.field("offset", static_cast<std::int64_t>(link.offset)).field("why", link.why).end_object();
  }
  json.end_array().field("links_left_out", static_cast<std::int64_t>(page.links_left_out)).end_object();
}

void write_page_evidence(JsonWriter& json, const site::PageEvidence& evidence) {
  json.begin_object().field("id", evidence.id.value).field("site", evidence.site.value).field("url", evidence.url);
  json.field("class", to_string(evidence.page_class)).field("taken_at", evidence.taken_at).key("picture");
  write_picture(json, evidence.picture);
  json.key("views").begin_array();
  for (const auto& view : evidence.views) write_view(json, view);
  json.end_array().end_object();
}

void write_difference(JsonWriter& json, const site::Diff& diff) {
  json.begin_object().field("gave_up", diff.gave_up).key("runs").begin_array();
  for (const auto& run : diff.runs) {
    json.begin_object().field("kind", name_of(run.kind)).key("lines").begin_array();
    for (const auto line : run.lines) json.string(to_valid_utf8(line));
    json.end_array().end_object();
  }
  json.end_array().end_object();
}

CaseWords words_for_case(const site::CaseRecord& record) {
  const LocalText again = record.recurrences == 0
                              ? LocalText{"", ""}
                              : LocalText{" (tái phát lần " + std::to_string(record.recurrences) + ")",
                                          " (recurrence " + std::to_string(record.recurrences) + ")"};
  if (record.state == site::CaseState::cause_wanted) {
    return {{"Ghi nguyên nhân trang web bị chèn nội dung" + again.vi, "Name how the website came to be altered" + again.en},
            {{"Xem nhật ký đăng nhập, tệp lạ và phiên bản CMS để tìm nguyên nhân.",
              "Find the cause: sign-ins, foreign files, the version of the CMS."},
             {"Chọn nguyên nhân và ghi rõ trong hồ sơ vụ việc.", "Choose the cause and describe it in the case."}},
            {"Hệ thống quét lại ngay, rồi hằng ngày trong 30 ngày.", "The site is looked at again at once, then daily for 30 days."}};
  }
  if (record.state != site::CaseState::open) {
    return {{"Theo dõi trang web sau khi sửa" + again.vi, "Watch the website after it was mended" + again.en},
            {},
            {"Trang sạch với cả bốn kiểu khách suốt 30 ngày.", "The site stays clean for all four visitors for 30 days."}};
  }
  return {{"Gỡ nội dung lạ khỏi trang web" + again.vi, "Remove what was put into the website" + again.en},
          {{"Mở vụ việc, xem bằng chứng của bốn kiểu khách.", "Open the case and look at what the four visitors got."},
           {"Gỡ nội dung bị chèn, giữ lại tệp lạ làm bằng chứng.", "Remove it; keep foreign files as proof."},
           {"Bấm «Đã gỡ nội dung» rồi nêu nguyên nhân gốc.", "Say that it is removed, then name the root cause."}},
          {"Lần quét sau thấy trang sạch với cả bốn kiểu khách; hệ thống tự xác nhận.",
           "The next look finds the site clean for all four visitors; confirmed by itself."}};
}

}  // namespace khien::api

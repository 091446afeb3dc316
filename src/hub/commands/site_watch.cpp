#include "commands/site_watch.hpp"

#include <charconv>
#include <optional>

#include "khien/api/accounts.hpp"
#include "khien/core/file.hpp"
#include "khien/core/json.hpp"
#include "khien/core/text.hpp"
#include "khien/site/cases.hpp"
#include "khien/site/label_check.hpp"
#include "khien/site/listed.hpp"
#include "khien/site/sites.hpp"
#include "khien/site/watch.hpp"
#include "khien/store/audit_log.hpp"

namespace khien::hub {
namespace {

constexpr std::size_t kMostPages = 500;

// Who may ask for it in the interface may be named here, and nobody else.
Result<UserId> person_named(store::Connection& connection, TenantId tenant, const std::optional<std::string>& name) {
  if (!name) return Error(Code::invalid, "say on whose word: --as USER");
  TRY(const auto accounts, api::list_accounts(connection, tenant));
  for (const auto& account : accounts) {
    if (account.username != *name) continue;
    const bool may = account.role == Role::province_admin || account.role == Role::soc_operator || account.role == Role::unit_officer;
    if (account.disabled || !may) return Error(Code::denied, "that person may not ask for it");
    return account.id;
  }
  return Error(Code::not_found, "there is no such person");
}

Result<SiteId> site_named(const Arguments& arguments) {
  const std::string digits = arguments.positional().size() == 2 ? arguments.positional()[1] : "";
  SiteId id;
  const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), id.value);
  if (problem != std::errc() || end != digits.data() + digits.size() || id.value < 1) {
    return Error(Code::invalid, "the number of a site is needed (khien site list)");
  }
  return id;
}

Result<std::vector<site::WatchedSite>> all_sites(Office& office, const Arguments& arguments) {
  std::vector<site::WatchedSite> sites;
  TRY_VOID(office.hub.read([&](store::Connection& connection) -> Result<void> {
    TRY(const auto scope, api::owner_scope(connection, office.tenant));
    site::WatchedQuery query{.words = arguments.value_or("words", ""), .limit = 500};
    if (const auto status = arguments.value("status")) {
      TRY(query.status, site::site_status_from_string(*status));
    }
    if (const auto label = arguments.value("label")) {
      TRY(query.label, site::label_state_from_string(*label));
    }
    if (const auto certificate = arguments.value("certificate")) {
      TRY(query.certificate, site::certificate_state_from_string(*certificate));
    }
    if (const auto page_class = arguments.value("class")) {
      TRY(query.page_class, page_class_from_string(*page_class));
    }
    query.overdue = arguments.has("overdue");
    query.waiting = arguments.has("waiting");
    for (;;) {
      TRY(auto page, site::list_watched(connection, scope, query, office.env.clock.now()));
      for (auto& one : page.items) sites.push_back(std::move(one));
      if (!page.next) return {};
      query.cursor = *page.next;
    }
  }));
  return sites;
}

void write_time_or_null(JsonWriter& out, std::string_view name, const std::optional<Timestamp>& time) {
  out.key(name);
  time ? out.time(*time) : out.null();
}

void write_site(JsonWriter& out, const site::WatchedSite& one) {
  out.begin_object().field("id", one.site.id.value).field("address", one.site.address).field("unit", one.site.unit_name);
  out.field("status", to_string(one.status)).field("open_findings", one.site.open_findings);
  out.field("case", one.case_state ? to_string(*one.case_state) : "").field("recurrences", one.recurrences);
  out.field("class", one.worst_class ? to_string(*one.worst_class) : "").field("infected_pages", one.infected_pages);
  out.field("label", one.site.label).key("domain_valid_to");
  one.site.domain_valid_to ? out.string(to_string(*one.site.domain_valid_to)) : out.null();
  write_time_or_null(out, "certificate_expires_at", one.certificate_expires_at);
  write_time_or_null(out, "looked_at", one.looked_at);
  write_time_or_null(out, "due_at", one.due_at);
}

// How many sites of each kind: what the list can be sieved by.
std::vector<std::pair<std::string, std::int64_t>> named_counts(const site::WatchedCounts& counts) {
  std::vector<std::pair<std::string, std::int64_t>> all{{"total", counts.total}, {"waiting", counts.cases_waiting}, {"overdue", counts.overdue}};
  const auto add = [&](std::string_view group, std::string_view name, std::int64_t sites) {
    all.emplace_back(std::string(group) + "." + std::string(name), sites);
  };
  for (std::size_t i = 0; i < site::kSiteStatuses; ++i) add("status", to_string(static_cast<site::SiteStatus>(i)), counts.by_status[i]);
  for (const auto& [page_class, sites] : counts.by_class) add("class", to_string(page_class), sites);
  for (std::size_t i = 0; i < site::kLabelStates; ++i) add("label", to_string(static_cast<site::LabelState>(i)), counts.by_label[i]);
  for (std::size_t i = 0; i < site::kCertificateStates; ++i) {
    add("certificate", to_string(static_cast<site::CertificateState>(i)), counts.by_certificate[i]);
  }
  return all;
}

int count(Office& office, const Arguments& arguments, Console& console) {
  site::WatchedCounts counts;
  const auto read = office.hub.read([&](store::Connection& connection) -> Result<void> {
    TRY(const auto scope, api::owner_scope(connection, office.tenant));
    TRY(counts, site::count_watched(connection, scope, std::nullopt, office.env.clock.now()));
    return {};
  });
  if (!read) return console.fail(read.error());
  const auto all = named_counts(counts);
  if (!arguments.has("json")) {
    for (const auto& [name, sites] : all) console.out(name + "\t" + std::to_string(sites) + "\n");
    return 0;
  }
  JsonWriter out;
  out.begin_object();
  for (const auto& [name, sites] : all) out.field(name, sites);
  out.end_object();
  console.out(out.take() + "\n");
  return 0;
}

int list(Office& office, const Arguments& arguments, Console& console) {
  if (arguments.has("counts")) return count(office, arguments, console);
  const auto sites = all_sites(office, arguments);
  if (!sites) return console.fail(sites.error());
  if (arguments.has("json")) {
    JsonWriter out;
    out.begin_array();
    for (const auto& one : *sites) {
      write_site(out, one);
      out.end_object();
    }
    out.end_array();
    console.out(out.take() + "\n");
    return 0;
  }
  for (const auto& one : *sites) {
    console.out(std::to_string(one.site.id.value) + "\t" + std::string(to_string(one.status)) + "\t" +
                printable(one.site.address) + "\t" + printable(one.site.unit_name) + "\t" +
                std::string(one.worst_class ? to_string(*one.worst_class) : "-") + "\n");
  }
  return 0;
}

struct Shown {
  site::WatchedSite site;
  std::vector<site::KnownPage> pages;
  std::vector<site::CaseRecord> cases;
  site::LabelCheck label;
  site::ListedPages listed;
};

Result<Shown> shown(Office& office, SiteId id) {
  Shown all;
  TRY_VOID(office.hub.read([&](store::Connection& connection) -> Result<void> {
    TRY(const auto scope, api::owner_scope(connection, office.tenant));
    TRY(all.site, site::get_watched(connection, scope, id, office.env.clock.now()));
    TRY(all.pages, site::pages_of(connection, scope, id, kMostPages));
    TRY(auto cases, site::list_cases(connection, scope, {.site = id, .alive_only = false}));
    all.cases = std::move(cases.items);
    TRY(all.label, site::label_check(connection, scope, id, office.env.clock.now()));
    TRY(all.listed, site::listed_of(connection, scope, id));
    return {};
  }));
  return all;
}

std::string json_of(const Shown& all) {
  JsonWriter out;
  write_site(out, all.site);
  out.key("pages").begin_array();
  for (const auto& page : all.pages) {
    out.begin_object().field("url", page.url).field("class", to_string(page.page_class)).field("score", page.score);
    out.field("whole", page.whole).field("seen_at", page.seen_at).field("evidence", page.evidence.value).end_object();
  }
  out.end_array().key("cases").begin_array();
  for (const auto& one : all.cases) {
    out.begin_object().field("id", one.id.value).field("state", to_string(one.state)).field("opened_at", one.opened_at);
    out.field("recurrences", one.recurrences).field("cause", one.cause ? to_string(*one.cause) : "");
    out.field("cause_text", one.cause_text).end_object();
  }
  out.end_array().key("label_check").begin_object().field("ready", all.label.is_ready());
  for (std::size_t i = 0; i < site::kLabelCriteria; ++i) out.field(to_string(static_cast<site::LabelCriterion>(i)), to_string(all.label.states[i]));
  out.end_object().field("listed", all.listed.pages).end_object();
  return out.take() + "\n";
}

int show(Office& office, const Arguments& arguments, Console& console) {
  const auto id = site_named(arguments);
  if (!id) return console.fail(id.error());
  const auto all = shown(office, *id);
  if (!all) return console.fail(all.error());
  if (arguments.has("json")) {
    console.out(json_of(*all));
    return 0;
  }
  console.out(printable(all->site.site.address) + "\t" + std::string(to_string(all->site.status)) + "\n");
  for (const auto& page : all->pages) console.out(std::string(to_string(page.page_class)) + "\t" + printable(page.url) + "\n");
  for (const auto& one : all->cases) {
    console.out("case " + std::to_string(one.id.value) + "\t" + std::string(to_string(one.state)) + "\t" +
                (one.cause ? std::string(to_string(*one.cause)) : "-") + "\trecurrences " + std::to_string(one.recurrences) + "\n");
  }
  for (std::size_t i = 0; i < site::kLabelCriteria; ++i) {
    console.out("label " + std::string(to_string(static_cast<site::LabelCriterion>(i))) + "\t" + std::string(to_string(all->label.states[i])) + "\n");
  }
  return 0;
}

int recheck(Office& office, const Arguments& arguments, Console& console) {
  const auto id = site_named(arguments);
  if (!id) return console.fail(id.error());
  const Timestamp now = office.env.clock.now();
  const auto done = office.hub.write([&](store::Connection& connection) -> Result<void> {
    TRY(const auto scope, api::owner_scope(connection, office.tenant));
    TRY(const auto person, person_named(connection, office.tenant, arguments.value("as")));
    TRY_VOID(site::wish_look(connection, scope, *id, person, now));
    TRY_VOID(store::append_audit(connection, office.tenant,
                                 {.at = now,
                                  .who = "system",
                                  .action = "site.look",
                                  .object = "site:" + std::to_string(id->value),
                                  .detail = "as " + arguments.value_or("as", ""),
                                  .address = "local"}));
    return {};
  });
  if (!done) return console.fail(done.error());
  if (arguments.has("json")) {
    JsonWriter out;
    out.begin_object().field("site", id->value).field("asked_at", now).end_object();
    console.out(out.take() + "\n");
    return 0;
  }
  console.say({"Đã yêu cầu; hệ thống quét trang trong ít phút.", "Asked for; the site is looked at within minutes."});
  return 0;
}

// What a search engine lists of a site, out of a file.
int take_list(Office& office, const Arguments& arguments, Console& console) {
  const auto id = site_named(arguments);
  if (!id) return console.fail(id.error());
  const auto file = arguments.value("file");
  if (!file) return console.misuse({"cần --file TỆP", "--file FILE is needed"});
  const auto text = system_files().read(*file, site::kMostListedText);
  if (!text) return console.unreadable(text.error());
  const Timestamp now = office.env.clock.now();
  site::ListedCount count;
  const auto done = office.hub.write([&](store::Connection& connection) -> Result<void> {
    TRY(const auto scope, api::owner_scope(connection, office.tenant));
    TRY(const auto person, person_named(connection, office.tenant, arguments.value("as")));
    TRY(count, site::list_pages(connection, scope, *id, person, *text, now));
    TRY_VOID(store::append_audit(connection, office.tenant,
                                 {.at = now,
                                  .who = "system",
                                  .action = "site.listed",
                                  .object = "site:" + std::to_string(id->value),
                                  .detail = std::to_string(count.added) + " as " + arguments.value_or("as", ""),
                                  .address = "local"}));
    return {};
  });
  if (!done) return console.fail(done.error());
  if (arguments.has("json")) {
    JsonWriter out;
    out.begin_object().field("site", id->value).field("added", count.added).field("known", count.known);
    out.field("elsewhere", count.elsewhere).field("left_out", count.left_out).end_object();
    console.out(out.take() + "\n");
    return 0;
  }
  console.out("added\t" + std::to_string(count.added) + "\nknown\t" + std::to_string(count.known) + "\nelsewhere\t" + std::to_string(count.elsewhere) +
              "\nleft_out\t" + std::to_string(count.left_out) + "\n");
  return 0;
}

}  // namespace

bool is_about_watched_sites(const Arguments& arguments) {
  const std::string verb = arguments.positional().empty() ? "" : arguments.positional()[0];
  return verb == "list" || verb == "show" || verb == "recheck" || verb == "listed";
}

int run_watched_sites(Office& office, const Arguments& arguments, Console& console) {
  const std::string verb = arguments.positional().empty() ? "" : arguments.positional()[0];
  if (verb == "list") return list(office, arguments, console);
  if (verb == "show") return show(office, arguments, console);
  if (verb == "recheck") return recheck(office, arguments, console);
  if (verb == "listed") return take_list(office, arguments, console);
  return console.misuse({"cần list, show, recheck hoặc listed", "list, show, recheck or listed is needed"});
}

}  // namespace khien::hub

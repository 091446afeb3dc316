#include "khien/request/help.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "khien/core/assert.hpp"
#include "khien/core/text.hpp"
#include "khien/duty/refusal.hpp"
#include "khien/estate/page_cursor.hpp"
#include "khien/estate/scope_sql.hpp"
#include "khien/estate/units.hpp"
#include "words.hpp"

namespace khien::request {
namespace {

constexpr std::string_view kQueue = "help-queue";
constexpr std::string_view kNewest = "help";
constexpr std::size_t kMostPage = 500;
constexpr std::size_t kMostTitle = 200;
constexpr std::size_t kMostText = 2'000;
constexpr std::size_t kMostPart = 1'000;
constexpr std::size_t kMostPagePath = 500;
constexpr Duration kRecent = days(90);

constexpr std::array<std::string_view, kHelpStates> kStateNames = {"asked", "taken", "answered", "unsolved", "solved"};
constexpr std::array<std::string_view, 8> kAbouts = {"page", "finding", "machine", "site_case", "advisory", "duty", "incident", "request"};
constexpr std::array<std::string_view, 4> kViews = {"queue", "answered", "solved", "all"};
constexpr std::array<std::string_view, 5> kWordNames = {"taken", "said", "answered", "unsolved", "solved"};

template <class Kind, std::size_t N>
Result<Kind> named(const std::array<std::string_view, N>& names, std::string_view text) {
  const auto found = std::ranges::find(names, text);
  if (found == names.end()) return Error(Code::invalid, "no such word");
  return static_cast<Kind>(found - names.begin());
}

Error no_help() { return Error(Code::not_found, "no such request for help"); }

#define KHIEN_HELP_COLUMNS                                                                                                        \
  "SELECT h.id, h.unit_id, u.name, h.title, h.about, h.about_id, h.page, h.state, h.asked_by, h.asked_at, h.entered_at, h.taken_by, " \
  "h.answered_at FROM help_request h JOIN unit u ON u.tenant_id = h.tenant_id AND u.id = h.unit_id "
// ?3 view, ?4 words.
#define KHIEN_HELP_FOUND                                                                                             \
  "WHERE h.tenant_id = ?1 AND " KHIEN_IN_SCOPE("h.unit_id") " AND (?4 = '' OR instr(h.folded, ?4) > 0) AND CASE ?3 "   \
  "WHEN 'all' THEN 1 WHEN 'queue' THEN h.state IN ('asked', 'taken', 'unsolved') ELSE h.state = ?3 END "

Result<Help> help_from(const store::Row& row) {
  Help help{.id = {row.integer(0)}, .unit = {row.integer(1)}, .unit_name = std::string(row.text(2)), .title = std::string(row.text(3)),
            .about_id = std::string(row.text(5)), .page = std::string(row.text(6)), .asked_by = {row.integer(8)}, .asked_at = row.time(9),
            .entered_at = row.time(10), .taken_by = {}, .answered_at = {}};
  TRY(help.about, about_from_string(row.text(4)));
  TRY(help.state, help_state_from_string(row.text(7)));
  if (!row.is_null(11)) help.taken_by = UserId{row.integer(11)};
  if (!row.is_null(12)) help.answered_at = row.time(12);
  return help;
}

// A path of our own interface: nothing that a browser could take for another place.
bool is_own_page(std::string_view page) {
  if (page.empty()) return true;
  if (page.size() > kMostPagePath || page.front() != '/' || page.starts_with("//")) return false;
  return std::ranges::all_of(page, [](char c) { return c > 0x20 && c < 0x7F && c != '\\' && c != '"' && c != '<' && c != '>'; });
}

Result<HelpWords> checked(store::Connection& connection, const store::TenantScope& scope, UnitId unit, const HelpWords& given, bool required) {
  HelpWords words = given;
  TRY(words.words, checked_words(given.words, "words", kMostText, required));
  TRY(words.before, checked_words(given.before, "before", kMostPart, false));
  TRY(words.after, checked_words(given.after, "after", kMostPart, false));
  TRY_VOID(check_evidence_of(connection, scope, unit, words.evidence));
  return words;
}

// Which states a word is said in, and what comes of it; said leaves it as it is.
std::optional<HelpState> next_of(HelpState state, HelpWord word) {
  const bool is_waiting = state == HelpState::asked || state == HelpState::taken || state == HelpState::unsolved;
  switch (word) {
    case HelpWord::taken: return is_waiting ? std::optional(HelpState::taken) : std::nullopt;
    case HelpWord::said: return state != HelpState::solved ? std::optional(state) : std::nullopt;
    case HelpWord::answered: return state != HelpState::solved ? std::optional(HelpState::answered) : std::nullopt;
    case HelpWord::unsolved: return state == HelpState::answered ? std::optional(HelpState::unsolved) : std::nullopt;
    case HelpWord::solved: return state != HelpState::solved ? std::optional(HelpState::solved) : std::nullopt;
  }
  return std::nullopt;
}

struct Line {
  std::string_view event;
  HelpState state = HelpState::asked;
  UserId who;
  Timestamp now;
};

Result<void> put_line(store::Connection& connection, TenantId tenant, HelpId id, const Line& line, const HelpWords& words) {
  // What is asked and answered is looked in; what is said between is not.
  const bool is_searched = line.event == "asked" || line.event == "answered" || line.event == "solved";
  const auto folded = is_searched ? " " + fold(words.words + " " + words.before + " " + words.after) : std::string();
  TRY(const auto written,
      connection.run("UPDATE help_request SET entered_at = CASE WHEN state = ?3 THEN entered_at ELSE ?4 END, state = ?3, folded = folded || ?6, "
                     "taken_by = CASE WHEN ?7 IN ('taken', 'answered') THEN ?5 ELSE taken_by END, "
                     "answered_at = CASE WHEN ?7 = 'answered' AND answered_at IS NULL THEN ?4 ELSE answered_at END, events = events + 1 "
                     "WHERE tenant_id = ?1 AND id = ?2",
                     {tenant, id, to_string(line.state), line.now, line.who, folded, line.event}));
  khien_assert(written == 1);
  TRY_VOID(connection.run("INSERT INTO help_event (tenant_id, help_id, number, at, user_id, event, words, before_text, after_text, evidence) "
                          "SELECT tenant_id, id, events, ?3, ?4, ?5, ?6, ?7, ?8, ?9 FROM help_request WHERE tenant_id = ?1 AND id = ?2",
                          {tenant, id, line.now, line.who, line.event, words.words, words.before, words.after, evidence_to_json(words.evidence)}));
  return {};
}

Result<void> median_of(store::Connection& connection, const store::TenantScope& scope, const std::string& roots, Timestamp now, HelpFigures& figures) {
  std::vector<std::int64_t> waits;
  TRY_VOID(connection.query("SELECT h.answered_at - h.asked_at FROM help_request h WHERE h.tenant_id = ?1 AND h.answered_at >= ?3 AND " KHIEN_IN_SCOPE("h.unit_id"),
                            {scope.tenant(), roots, now - kRecent}, [&](const store::Row& row) -> Result<void> {
                              waits.push_back(row.integer(0));
                              return {};
                            }));
  figures.answered = static_cast<std::int64_t>(waits.size());
  if (waits.empty()) return {};
  const auto middle = waits.begin() + static_cast<std::ptrdiff_t>(waits.size() / 2);
  std::ranges::nth_element(waits, middle);
  figures.median_ms = *middle;
  return {};
}

}  // namespace

std::string_view to_string(HelpState state) { return kStateNames[static_cast<std::size_t>(state)]; }
Result<HelpState> help_state_from_string(std::string_view text) { return named<HelpState>(kStateNames, text); }
std::string_view to_string(About about) { return kAbouts[static_cast<std::size_t>(about)]; }
Result<About> about_from_string(std::string_view text) { return named<About>(kAbouts, text); }
std::string_view to_string(HelpWord word) { return kWordNames[static_cast<std::size_t>(word)]; }
Result<HelpQuery::View> help_view_from_string(std::string_view text) { return named<HelpQuery::View>(kViews, text); }

Result<HelpId> ask_for_help(store::Connection& connection, const store::TenantScope& scope, const NewHelp& wanted, UserId who, Timestamp now) {
  TRY_VOID(estate::get_unit(connection, scope, wanted.unit));
  TRY(const auto title, checked_words(wanted.title, "title", kMostTitle, true));
  TRY(const auto words, checked(connection, scope, wanted.unit, wanted.words, true));
  TRY(const auto about_id, checked_words(wanted.about_id, "about_id", kMostTitle, wanted.about != About::page));
  if (!is_own_page(wanted.page)) return duty::refuse(Code::invalid, "page", {"Địa chỉ trang không thuộc hệ thống.", "The page is none of this system."});
  TRY_VOID(connection.run("INSERT INTO help_request (tenant_id, unit_id, title, about, about_id, page, state, asked_by, asked_at, entered_at, folded) "
                          "VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'asked', ?7, ?8, ?8, ?9)",
                          {scope.tenant(), wanted.unit, title, to_string(wanted.about), about_id, wanted.page, who, now, fold(title)}));
  const HelpId id{connection.last_insert_id()};
  TRY_VOID(put_line(connection, scope.tenant(), id, {.event = "asked", .state = HelpState::asked, .who = who, .now = now}, words));
  return id;
}

Result<HelpPage> list_help(store::Connection& connection, const store::TenantScope& scope, const HelpQuery& query) {
  TRY(const auto roots, estate::roots_below(connection, scope, query.unit));
  const bool oldest_first = query.view == HelpQuery::View::queue;
  const auto list = oldest_first ? kQueue : kNewest;
  std::int64_t from = oldest_first ? 0 : INT64_MAX;
  if (!query.cursor.empty()) {
    TRY(const auto fields, estate::from_cursor(query.cursor, list, {std::int64_t{0}}));
    from = std::get<std::int64_t>(fields[0]);
  }
  const auto view = kViews[static_cast<std::size_t>(query.view)];
  const auto words = fold(query.words);
  const auto limit = std::clamp<std::size_t>(query.limit, 1, kMostPage);
  HelpPage page;
  const auto take = [&](const store::Row& row) -> Result<void> {
    TRY(auto help, help_from(row));
    page.items.push_back(std::move(help));
    return {};
  };
  const store::Connection::Values values{scope.tenant(), roots, view, words, from, static_cast<std::int64_t>(limit + 1)};
  if (oldest_first) {
    TRY_VOID(connection.query(KHIEN_HELP_COLUMNS KHIEN_HELP_FOUND "AND h.id > ?5 ORDER BY h.id LIMIT ?6", values, take));
  } else {
    TRY_VOID(connection.query(KHIEN_HELP_COLUMNS KHIEN_HELP_FOUND "AND h.id < ?5 ORDER BY h.id DESC LIMIT ?6", values, take));
  }
  if (page.items.size() > limit) {
    page.items.pop_back();
    page.next = estate::to_cursor(list, {page.items.back().id.value});
  }
  TRY_VOID(connection.query_one("SELECT count(*) FROM help_request h " KHIEN_HELP_FOUND, {scope.tenant(), roots, view, words},
                                [&](const store::Row& row) -> Result<void> {
                                  page.total = row.integer(0);
                                  return {};
                                }));
  return page;
}

Result<Help> get_help(store::Connection& connection, const store::TenantScope& scope, HelpId id) {
  std::optional<Help> help;
  TRY_VOID(connection.query(KHIEN_HELP_COLUMNS "WHERE h.tenant_id = ?1 AND h.id = ?3 AND " KHIEN_IN_SCOPE("h.unit_id"),
                            {scope.tenant(), scope.roots_json(), id}, [&](const store::Row& row) -> Result<void> {
                              TRY(help, help_from(row));
                              return {};
                            }));
  if (!help) return no_help();
  return std::move(*help);
}

Result<std::vector<HelpLine>> help_lines(store::Connection& connection, const store::TenantScope& scope, HelpId id) {
  TRY_VOID(get_help(connection, scope, id));
  std::vector<HelpLine> lines;
  std::vector<std::vector<EvidenceId>> files;
  TRY_VOID(connection.query("SELECT at, user_id, event, words, before_text, after_text, evidence FROM help_event "
                            "WHERE tenant_id = ?1 AND help_id = ?2 ORDER BY number",
                            {scope.tenant(), id}, [&](const store::Row& row) -> Result<void> {
                              lines.push_back({.at = row.time(0), .who = {row.integer(1)}, .event = std::string(row.text(2)), .words = std::string(row.text(3)),
                                               .before = std::string(row.text(4)), .after = std::string(row.text(5)), .evidence = {}});
                              TRY(auto evidence, evidence_from_json(row.text(6)));
                              files.push_back(std::move(evidence));
                              return {};
                            }));
  for (std::size_t i = 0; i < lines.size(); ++i) {
    TRY(lines[i].evidence, evidence_of(connection, scope, files[i]));
  }
  return lines;
}

Result<void> say_help(store::Connection& connection, const store::TenantScope& scope, HelpId id, HelpWord word, const HelpWords& given, UserId who,
                      Timestamp now) {
  TRY(const auto help, get_help(connection, scope, id));
  const auto next = next_of(help.state, word);
  if (!next) {
    return duty::refuse(Code::conflict, "", {"Yêu cầu hỗ trợ đang ở bước không cho phép thao tác này.", "The request for help is at a step that does not allow this."});
  }
  const bool required = word != HelpWord::taken && word != HelpWord::solved;
  TRY(const auto words, checked(connection, scope, help.unit, given, required));
  return put_line(connection, scope.tenant(), id, {.event = to_string(word), .state = *next, .who = who, .now = now}, words);
}

Result<HelpFigures> help_figures(store::Connection& connection, const store::TenantScope& scope, std::optional<UnitId> unit, Timestamp now) {
  TRY(const auto roots, estate::roots_below(connection, scope, unit));
  HelpFigures figures;
  TRY_VOID(connection.query("SELECT h.state, count(*), min(h.asked_at) FROM help_request h WHERE h.tenant_id = ?1 AND " KHIEN_IN_SCOPE("h.unit_id") " GROUP BY h.state",
                            {scope.tenant(), roots}, [&](const store::Row& row) -> Result<void> {
                              TRY(const auto state, help_state_from_string(row.text(0)));
                              figures.by_state[static_cast<std::size_t>(state)] = row.integer(1);
                              const bool waits = state == HelpState::asked || state == HelpState::taken || state == HelpState::unsolved;
                              if (waits && (!figures.oldest || row.time(2) < *figures.oldest)) figures.oldest = row.time(2);
                              return {};
                            }));
  TRY_VOID(median_of(connection, scope, roots, now, figures));
  return figures;
}

}  // namespace khien::request

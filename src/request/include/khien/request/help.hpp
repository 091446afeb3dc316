#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/result.hpp"
#include "khien/core/time.hpp"
#include "khien/duty/evidence.hpp"
#include "khien/request/ids.hpp"
#include "khien/store/connection.hpp"
#include "khien/store/scope.hpp"

// The support desk: a unit is stuck and asks; the standing body answers; the unit says whether
// that solved it. Connections and errors as in requests.hpp.
//
// Invariants
//  (1) No line is ever changed or removed; what is solved takes no more lines.
//  (2) Only the unit says that it is solved, or not.

namespace khien::request {

enum class HelpState : unsigned char { asked, taken, answered, unsolved, solved };
inline constexpr std::size_t kHelpStates = 5;
std::string_view to_string(HelpState state);
Result<HelpState> help_state_from_string(std::string_view text);

// From where it is asked.
enum class About : unsigned char { page, finding, machine, site_case, advisory, duty, incident, request };
std::string_view to_string(About about);
Result<About> about_from_string(std::string_view text);

struct HelpWords {
  std::string words;
  std::string before, after;         // how it looked; may be empty
  std::vector<EvidenceId> evidence;  // of the unit that asks
};
struct NewHelp {
  UnitId unit;
  std::string title;
  About about = About::page;
  std::string about_id;  // empty for a page
  std::string page;      // a path of the interface, "/phat-hien/12"; may be empty
  HelpWords words;
};
// Code::invalid for a page that leads elsewhere.
Result<HelpId> ask_for_help(store::Connection& connection, const store::TenantScope& scope, const NewHelp& wanted, UserId who, Timestamp now);

struct Help {
  HelpId id;
  UnitId unit;
  std::string unit_name;
  std::string title;
  About about = About::page;
  std::string about_id, page;
  HelpState state = HelpState::asked;
  UserId asked_by;
  Timestamp asked_at, entered_at;
  std::optional<UserId> taken_by;
  std::optional<Timestamp> answered_at;
};
struct HelpQuery {
  // queue: waits for the standing body, oldest first; the others newest first.
  enum class View : unsigned char { queue, answered, solved, all };
  View view = View::queue;
  std::optional<UnitId> unit;
  std::string words;  // in questions and answers, marks or not
  std::string cursor;
  std::size_t limit = 200;
};
Result<HelpQuery::View> help_view_from_string(std::string_view text);
struct HelpPage {
  std::vector<Help> items;
  std::int64_t total = 0;
  std::optional<std::string> next;
};
Result<HelpPage> list_help(store::Connection& connection, const store::TenantScope& scope, const HelpQuery& query);
Result<Help> get_help(store::Connection& connection, const store::TenantScope& scope, HelpId id);

struct HelpLine {
  Timestamp at;
  UserId who;
  std::string event;  // asked, taken, said, answered, unsolved, solved
  std::string words, before, after;
  std::vector<duty::Evidence> evidence;
};
// In order.
Result<std::vector<HelpLine>> help_lines(store::Connection& connection, const store::TenantScope& scope, HelpId id);

// One line more. Code::conflict where the state does not take it, invalid without words
// (taken and solved need none).
//   taken: somebody of the standing body works on it; said: either side, changes no state.
enum class HelpWord : unsigned char { taken, said, answered, unsolved, solved };
std::string_view to_string(HelpWord word);
Result<void> say_help(store::Connection& connection, const store::TenantScope& scope, HelpId id, HelpWord word, const HelpWords& words,
                      UserId who, Timestamp now);

struct HelpFigures {
  std::int64_t by_state[kHelpStates] = {};
  std::optional<Timestamp> oldest;          // that waits for the standing body
  std::int64_t answered = 0;                // first answers of the last 90 days
  std::optional<std::int64_t> median_ms;    // from asking to the first answer, of these
};
Result<HelpFigures> help_figures(store::Connection& connection, const store::TenantScope& scope, std::optional<UnitId> unit, Timestamp now);

}  // namespace khien::request

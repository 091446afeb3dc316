#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "khien/hub/arguments.hpp"
#include "khien/hub/console.hpp"
#include "khien/hub/office.hpp"

namespace khien::hub {

// One word behind "khien". `here` runs in the caller's process, `office` where the
// databases are. Exactly one of them is set, or both and `at_the_office`.
struct Command {
  std::string_view name;
  std::string_view synopsis;  // "user add NAME --role ROLE [--unit ID]…"
  LocalText summary;          // one line
  LocalText details;          // what --help teaches: what it does, an example
  std::vector<OptionSpec> options;
  int (*here)(const Arguments& arguments, Console& console) = nullptr;
  int (*office)(Office& office, const Arguments& arguments, Console& console) = nullptr;
  // Runs in the caller's process before `office`: what only the caller can read
  // becomes one more word.
  Result<void> (*prepare)(const Arguments& arguments, std::vector<std::string>& words) = nullptr;
  // Of a command that has both: which of them is meant.
  bool (*at_the_office)(const Arguments& arguments) = nullptr;
};

// In the order of --help.
const std::vector<Command>& commands();
const Command* find_command(std::string_view name);

// One file each in commands/.
Command advisory_command();
Command audit_command();
Command backup_command();
Command botnet_command();
Command calendar_command();
Command completion_command();
Command config_command();
Command content_command();
Command demo_command();
Command device_command();
Command doctor_command();
Command duties_command();
Command estate_command();
Command coverage_command();
Command fleet_command();
Command incident_command();
Command law_command();
Command policy_command();
Command quarantine_command();
Command report_command();
Command request_command();
Command restore_command();
Command roster_command();
Command scan_command();
Command serve_command();
Command share_command();
Command site_command();
Command status_command();
Command token_command();
Command unit_command();
Command user_command();
Command verify_command();

// The options every command that needs the data folder takes.
std::vector<OptionSpec> with_folder(std::vector<OptionSpec> options);
// --config (default /etc/khien/khien.toml, where it exists) with --folder over it.
Result<Config> config_of(const Arguments& arguments);

// Runs the words behind "khien" where the databases are, for a command that goes on with the
// answer here.
int ask_the_office(const Arguments& arguments, const std::vector<std::string>& words, Console& console);

// Words that Arguments::parse() refused: wrong use.
int misunderstood(const Error& error, Console& console);

// The help of one command, or of all where `command` is null.
std::string help_text(const Command* command, Language language);

}  // namespace khien::hub

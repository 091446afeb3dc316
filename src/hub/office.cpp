#include "khien/hub/office.hpp"

#include "command.hpp"
#include "error_words.hpp"
#include "khien/core/text.hpp"

namespace khien::hub {

const std::vector<Command>& commands() {
  static const std::vector<Command> all = {
      serve_command(),  status_command(),   scan_command(),  content_command(),   user_command(),
      unit_command(),   estate_command(),   device_command(), coverage_command(), fleet_command(), duties_command(), incident_command(), roster_command(), request_command(), botnet_command(), site_command(), token_command(),
      law_command(),    calendar_command(), audit_command(), backup_command(), policy_command(), advisory_command(), share_command(), quarantine_command(),
      report_command(), restore_command(), verify_command(),
      doctor_command(), config_command(),   demo_command(),  completion_command()};
  return all;
}

const Command* find_command(std::string_view name) {
  for (const Command& command : commands()) {
    if (command.name == name) return &command;
  }
  return nullptr;
}

bool is_office_command(std::string_view name) {
  const Command* command = find_command(name);
  return command != nullptr && command->office != nullptr;
}

int misunderstood(const Error& error, Console& console) {
  const std::string what = printable(error.what());
  return console.misuse({in_vietnamese(what), what});
}

int run_office_command(Office& office, const std::vector<std::string>& words, Console& console) {
  // The words come over a socket: nothing is taken for granted.
  if (words.empty() || !is_office_command(words[0])) {
    return console.misuse({"lệnh này không chạy tại trung tâm", "this command does not run at the hub"});
  }
  const Command& command = *find_command(words[0]);
  console.set_command(command.name);
  const auto arguments = Arguments::parse({words.begin() + 1, words.end()}, command.options);
  if (!arguments) return misunderstood(arguments.error(), console);
  if (command.at_the_office != nullptr && !command.at_the_office(*arguments)) {
    return console.misuse({"lệnh này không chạy tại trung tâm", "this command does not run at the hub"});
  }
  return command.office(office, *arguments, console);
}

}  // namespace khien::hub

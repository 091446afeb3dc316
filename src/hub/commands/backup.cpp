#include "command.hpp"

namespace khien::hub {
namespace {

int not_yet(Office&, const Arguments&, Console& console) { return console.misuse({"", ""}); }
int not_yet_here(const Arguments&, Console& console) { return console.misuse({"", ""}); }

}  // namespace

Command backup_command() { return {.name = "backup", .office = not_yet}; }
Command restore_command() { return {.name = "restore", .here = not_yet_here}; }

}  // namespace khien::hub

#include "command.hpp"

namespace khien::hub {
namespace {

std::string bash_script() {
  std::string names;
  std::string cases;
  for (const Command& command : commands()) {
    names += (names.empty() ? "" : " ") + std::string(command.name);
    std::string options = "--help";
    for (const OptionSpec& option : command.options) {
      if (!option.own) options += " --" + std::string(option.name);
    }
    cases += "    " + std::string(command.name) + ") words='" + options + "' ;;\n";
  }
  return "_khien() {\n"
         "  local word=${COMP_WORDS[COMP_CWORD]} words=\n"
         "  if [ \"$COMP_CWORD\" -eq 1 ]; then COMPREPLY=($(compgen -W '" +
         names +
         " help version' -- \"$word\")); return; fi\n"
         "  case ${COMP_WORDS[1]} in\n" +
         cases +
         "  esac\n"
         "  if [[ $word == -* ]]; then COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n"
         "  else COMPREPLY=($(compgen -f -- \"$word\")); fi\n"
         "}\n"
         "complete -F _khien khien\n";
}

int run(const Arguments& arguments, Console& console) {
  if (arguments.positional() != std::vector<std::string>{"bash"}) {
    return console.misuse({"chỉ có cho bash", "bash is what there is"});
  }
  console.out(bash_script());
  return 0;
}

}  // namespace

Command completion_command() {
  return {.name = "completion",
          .synopsis = "completion bash",
          .summary = {"in tập lệnh gợi ý khi gõ phím Tab", "print a script for completion by the Tab key"},
          .details = {"  khien completion bash > /etc/bash_completion.d/khien",
                      "  khien completion bash > /etc/bash_completion.d/khien"},
          .options = {},
          .here = run};
}

}  // namespace khien::hub

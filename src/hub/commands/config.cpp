#include "command.hpp"
#include "error_words.hpp"
#include "khien/core/text.hpp"

namespace khien::hub {
namespace {

int check(const Arguments& arguments, Console& console) {
  if (arguments.positional().size() > 2) return console.misuse({"chỉ một tệp", "one file only"});
  const std::string file =
      arguments.positional().size() == 2 ? arguments.positional()[1] : std::string("/etc/khien/khien.toml");
  const auto text = system_files().read(file, 1u << 20);
  if (!text) return console.unreadable(text.error());
  const auto config = config_from_toml(*text, file);
  if (!config) {
    const std::string what = printable(config.error().what());
    console.warn({in_vietnamese(what), what});
    return 1;
  }
  console.say({file + ": hợp lệ", file + ": valid"});
  return 0;
}

int run(const Arguments& arguments, Console& console) {
  const auto& words = arguments.positional();
  if (!words.empty() && words[0] == "check") return check(arguments, console);
  if (words.size() == 1 && words[0] == "template") {
    console.out(config_template(console.language() == Language::vi));
    return 0;
  }
  return console.misuse({"cần 'check' hoặc 'template'", "'check' or 'template' is needed"});
}

}  // namespace

Command config_command() {
  return {.name = "config",
          .synopsis = "config check [FILE] | config template",
          .summary = {"kiểm tra hoặc in mẫu tệp khien.toml", "check a khien.toml, or print one"},
          .details = {"check nêu tên tệp, dòng và khóa nếu có chỗ sai. template in mọi khóa kèm giải thích:\n"
                      "  khien config template > /etc/khien/khien.toml\n"
                      "Phần [agent] do khien-agent check kiểm tra.",
                      "check names file, line and key of what is wrong. template prints every key, explained:\n"
                      "  khien config template > /etc/khien/khien.toml\n"
                      "The [agent] section is checked by khien-agent check."},
          .options = {},
          .here = run};
}

}  // namespace khien::hub

#include <algorithm>

#include "command.hpp"

namespace khien::hub {
namespace {

std::string padded(std::string_view text, std::size_t width) {
  std::string line(text);
  line.append(line.size() < width ? width - line.size() : 1, ' ');
  return line;
}

std::string overview(Language language) {
  std::string text = pick({"Khiên: nền tảng phòng thủ không gian mạng cấp tỉnh.\n\nCách dùng: khien LỆNH [tùy chọn]\n\n",
                           "Khiên: cyber-defence for a province.\n\nUsage: khien COMMAND [options]\n\n"},
                          language);
  for (const Command& command : commands()) {
    text += "  " + padded(command.name, 12) + pick(command.summary, language) + "\n";
  }
  text += pick({"\nXem chi tiết: khien LỆNH --help\nMã kết thúc: 0 xong; 1 bị từ chối hoặc có phát hiện; 2 "
                "dùng sai, hoặc tệp được nêu không đọc được.\n"
                "Ngôn ngữ theo LANG; đặt KHIEN_LANG=vi hoặc KHIEN_LANG=en để đổi.\n",
                "\nDetails: khien COMMAND --help\nExit codes: 0 done; 1 refused or something found; 2 wrong "
                "use, or a file that was named cannot be read.\n"
                "Language by LANG; set KHIEN_LANG=vi or KHIEN_LANG=en to change it.\n"},
               language);
  return text;
}

std::string option_words(const OptionSpec& option) {
  std::string words = "--" + std::string(option.name);
  if (!option.value.empty()) words += " " + std::string(option.value);
  return words;
}

}  // namespace

std::string help_text(const Command* command, Language language) {
  if (command == nullptr) return overview(language);
  std::string text = pick(command->summary, language) + "\n\n";
  text += pick({"Cách dùng: ", "Usage: "}, language) + "khien " + std::string(command->synopsis) + "\n\n";
  text += pick(command->details, language) + "\n";
  std::size_t width = 0;
  for (const OptionSpec& option : command->options)
    if (!option.own) width = std::max(width, option_words(option).size() + 2);
  if (!command->options.empty()) text += pick({"\nTùy chọn:\n", "\nOptions:\n"}, language);
  for (const OptionSpec& option : command->options) {
    if (option.own) continue;
    text += "  " + padded(option_words(option), width) + pick(option.help, language) + "\n";
  }
  return text;
}

}  // namespace khien::hub

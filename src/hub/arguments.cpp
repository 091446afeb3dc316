#include "khien/hub/arguments.hpp"

#include <algorithm>

namespace khien::hub {
namespace {

struct Split {
  std::string name;
  std::optional<std::string> value;
};

Split split(std::string_view word) {
  word.remove_prefix(2);
  const auto equals = word.find('=');
  if (equals == word.npos) return {std::string(word), std::nullopt};
  return {std::string(word.substr(0, equals)), std::string(word.substr(equals + 1))};
}

}  // namespace

Result<Arguments> Arguments::parse(const std::vector<std::string>& words, const std::vector<OptionSpec>& specs) {
  Arguments all;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] == "--") {
      all.positional_.insert(all.positional_.end(), words.begin() + static_cast<std::ptrdiff_t>(i) + 1, words.end());
      break;
    }
    if (!words[i].starts_with("--")) {
      all.positional_.push_back(words[i]);
      continue;
    }
    auto [name, value] = split(words[i]);
    const auto spec = std::ranges::find(specs, name, &OptionSpec::name);
    if (spec == specs.end()) return Error(Code::invalid, "there is no option --" + name);
    if (spec->value.empty() && value) return Error(Code::invalid, "--" + name + " takes no value");
    if (!spec->value.empty() && !value) {
      if (i + 1 == words.size())
        return Error(Code::invalid, "--" + name + " needs a value: " + std::string(spec->value));
      value = words[++i];
    }
    all.options_[name].push_back(value.value_or(""));
  }
  return all;
}

std::optional<std::string> Arguments::value(std::string_view name) const {
  const auto found = options_.find(name);
  if (found == options_.end()) return std::nullopt;
  return found->second.back();
}

std::vector<std::string> Arguments::values(std::string_view name) const {
  const auto found = options_.find(name);
  return found == options_.end() ? std::vector<std::string>() : found->second;
}

std::string Arguments::value_or(std::string_view name, std::string_view fallback) const {
  return value(name).value_or(std::string(fallback));
}

}  // namespace khien::hub

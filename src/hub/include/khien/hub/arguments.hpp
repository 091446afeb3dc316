#pragma once

#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/result.hpp"
#include "khien/model/local_text.hpp"

namespace khien::hub {

// One option a command takes. All are long: "--folder".
struct OptionSpec {
  std::string_view name;   // without the dashes
  std::string_view value;  // what it stands for, "PATH"; empty: a switch
  LocalText help;
  bool own = false;  // the command's own word to itself, nobody types it
};

// A command line taken apart. A name starting with "--" must be one of the
// specs; "--name=value" and "--name value" are the same; "--" ends options.
class Arguments {
 public:
  // Code::invalid names the argument.
  static Result<Arguments> parse(const std::vector<std::string>& words, const std::vector<OptionSpec>& specs);

  const std::vector<std::string>& positional() const { return positional_; }
  bool has(std::string_view name) const { return options_.contains(name); }
  // Of an option that stands several times, the last.
  std::optional<std::string> value(std::string_view name) const;
  // All of them, in order.
  std::vector<std::string> values(std::string_view name) const;
  std::string value_or(std::string_view name, std::string_view fallback) const;

 private:
  std::vector<std::string> positional_;
  std::map<std::string, std::vector<std::string>, std::less<>> options_;
};

}  // namespace khien::hub

#include <map>

#include "collecting.hpp"
#include "khien/core/yaml.hpp"

namespace khien::inventory {
namespace {

std::string_view unquoted(std::string_view text) {
  text = trim(text);
  if (text.ends_with(',')) text = trim(text.substr(0, text.size() - 1));
  const bool quoted = text.size() >= 2 && (text.front() == '"' || text.front() == '\'') && text.back() == text.front();
  return quoted ? text.substr(1, text.size() - 2) : text;
}

}  // namespace

// Only what is pinned: "name==1.2", with extras, markers and hashes cut off.
Result<void> read_requirements(std::string_view text, Collecting& into) {
  std::size_t number = 0;
  bool continued = false;
  while (!text.empty()) {
    std::string_view line = take_line(text);
    ++number;
    const bool goes_on = std::exchange(continued, line.ends_with('\\'));
    line = trim(line.substr(0, line.find(" #")));
    if (goes_on || line.empty() || line.starts_with('#')) continue;
    if (line.starts_with('-')) {
      into.pass_over(line_name(number), "an option");
      continue;
    }
    line = trim(line.substr(0, line.find_first_of(";\\")));
    line = trim(line.substr(0, line.find(" --")));
    const auto name = trim(line.substr(0, line.find_first_of("=<>!~[ @")));
    auto at = line.find("==");
    const bool pinned = at != line.npos && line.find(',') == line.npos && line.find('*') == line.npos;
    if (!pinned && line.find('@') != line.npos) {
      into.pass_over(line_name(number), "from a file, an address or a repository");
      continue;
    }
    std::string_view version = pinned ? trim(line.substr(at + 2)) : std::string_view();
    if (version.starts_with('=')) version = trim(version.substr(1));
    TRY_VOID(into.add(line_name(number), "pypi", name, version));
  }
  return {};
}

// [[package]] (Cargo, Poetry, uv) or [[packages]] (pylock): name and version, a line each.
Result<void> read_toml_lock(std::string_view text, Collecting& into, std::string_view type) {
  std::size_t number = 0, began = 0;
  std::string name, version;
  bool inside = false, own = false;
  const auto end = [&]() -> Result<void> {
    if (!inside) return {};
    const std::string where = line_name(began);
    if (own) into.pass_over(where, "of the project itself: " + name);
    else TRY_VOID(into.add(where, type, name, version));
    return {};
  };
  while (!text.empty()) {
    const std::string_view line = trim(take_line(text));
    ++number;
    if (line.starts_with('[') && !line.starts_with("[package.") && !line.starts_with("[[package.") && !line.starts_with("[packages.") && !line.starts_with("[[packages.") &&
        (line.starts_with("[[") || inside) && line.ends_with(']')) {
      TRY_VOID(end());
      inside = line == "[[package]]" || line == "[[packages]]";
      own = false;
      began = number;
      name.clear();
      version.clear();
      continue;
    }
    if (line.starts_with("[package.") || line.starts_with("[packages.")) {
      // A table of the package's own: its keys are not the package's.
      TRY_VOID(end());
      inside = false;
      continue;
    }
    if (!inside) continue;
    std::string_view rest = line;
    const auto key = trim(take_until(rest, "="));
    if (key == "name") name = unquoted(rest);
    if (key == "version") version = unquoted(rest);
    if (key == "source" && (rest.find("editable") != rest.npos || rest.find("virtual") != rest.npos)) own = true;
  }
  return end();
}

// Yarn 1: a head of patterns, then "  version "1.2""; Yarn 2: the same as YAML with a
// "resolution: name@npm:1.2".
Result<void> read_yarn(std::string_view text, Collecting& into) {
  std::size_t number = 0, began = 0;
  std::string name, version;
  bool own = false;
  const auto end = [&]() -> Result<void> {
    if (name.empty() || name == "__metadata") return {};
    if (own) into.pass_over(line_name(began), "of the project itself: " + name);
    else TRY_VOID(into.add(line_name(began), "npm", name, version));
    return {};
  };
  while (!text.empty()) {
    const std::string_view line = take_line(text);
    ++number;
    if (line.empty() || line.front() == '#') continue;
    if (line.front() != ' ') {
      TRY_VOID(end());
      auto pattern = line.substr(0, line.find(','));
      if (pattern.ends_with(':')) pattern.remove_suffix(1);
      pattern = unquoted(pattern);
      if (pattern.ends_with(':')) pattern.remove_suffix(1);
      // "@scope/name@^1.0", "alias@npm:name@^1"
      name = pattern.substr(0, pattern.find('@', 1));
      if (const auto alias = pattern.find("@npm:"); alias != pattern.npos) {
        const auto real = pattern.substr(alias + 5);
        if (const auto at = real.find('@', 1); at != real.npos) name = real.substr(0, at);
      }
      own = pattern.find("@workspace:") != pattern.npos;
      version.clear();
      began = number;
      continue;
    }
    std::string_view rest = trim(line);
    if (rest.starts_with("version ")) version = unquoted(rest.substr(8));
    else if (rest.starts_with("version:")) version = unquoted(rest.substr(8));
  }
  return end();
}

// pnpm: packages by "/name@1.2", "/name/1.2" or "name@1.2", peers in brackets behind.
Result<void> read_pnpm(std::string_view text, Collecting& into) {
  TRY(const auto root, parse_yaml(text, into.budget()));
  const Yaml* packages = root.find("packages");
  if (packages == nullptr) return Error(Code::invalid, "field 'packages' is missing");
  for (const auto& field : packages->fields) {
    std::string_view key = field.name;
    if (key.starts_with('/')) key.remove_prefix(1);
    key = key.substr(0, key.find('('));
    auto at = key.rfind('@');
    if (at == key.npos || at == 0) at = key.rfind('/');
    const std::string where = line_name(field.value.line);
    if (at == key.npos || at == 0 || key.find(':') != key.npos) into.pass_over(where, "no name and version: " + field.name);
    else TRY_VOID(into.add(where, "npm", key.substr(0, at), key.substr(at + 1, key.substr(at + 1).find('_'))));
  }
  return {};
}

// The "specs:" of GEM (and GIT, PATH: those are passed over), four blanks deep.
Result<void> read_gemfile(std::string_view text, Collecting& into) {
  std::size_t number = 0;
  std::string section;
  while (!text.empty()) {
    const std::string_view line = take_line(text);
    ++number;
    if (!line.empty() && line.front() != ' ') section = line;
    const bool spec = line.starts_with("    ") && line.size() > 4 && line[4] != ' ' && line.ends_with(')');
    if (!spec || (section != "GEM" && section != "GIT" && section != "PATH")) continue;
    const auto open = line.find('(');
    if (open == line.npos) continue;
    std::string_view version = line.substr(open + 1, line.size() - open - 2);
    if (section != "GEM") into.pass_over(line_name(number), "from a folder or a repository");
    // "1.2-x86_64-linux": a platform is no part of the version.
    else TRY_VOID(into.add(line_name(number), "gem", trim(line.substr(0, open)), version.substr(0, version.find('-'))));
  }
  return {};
}

// Of a module's several sums the highest line is what may be linked: all are told, for
// go.sum does not say which.
Result<void> read_go_sum(std::string_view text, Collecting& into) {
  std::size_t number = 0;
  while (!text.empty()) {
    std::string_view line = take_line(text);
    ++number;
    if (trim(line).empty()) continue;
    const auto name = take_until(line, " "), version = take_until(line, " ");
    if (version.ends_with("/go.mod")) continue;  // only its list of modules was read
    if (line.empty()) into.pass_over(line_name(number), "three columns are expected");
    else TRY_VOID(into.add(line_name(number), "golang", name, version));
  }
  return {};
}

Result<void> read_go_mod(std::string_view text, Collecting& into) {
  std::size_t number = 0;
  bool block = false;
  while (!text.empty()) {
    std::string_view line = take_line(text);
    ++number;
    line = trim(line.substr(0, line.find("//")));
    if (line == "require (") {
      block = true;
      continue;
    }
    if (line == ")") block = false;
    if (line.starts_with("require ")) line = trim(line.substr(8));
    else if (!block) continue;
    std::string_view rest = line;
    const auto name = take_until(rest, " ");
    if (!trim(rest).empty()) TRY_VOID(into.add(line_name(number), "golang", name, trim(rest)));
  }
  return {};
}

}  // namespace khien::inventory

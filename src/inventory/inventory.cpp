#include "khien/inventory/inventory.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "collecting.hpp"
#include "khien/core/text.hpp"

namespace khien::inventory {
namespace {

std::string_view base_name(std::string_view path) { return path.substr(path.find_last_of("/\\") == path.npos ? 0 : path.find_last_of("/\\") + 1); }

std::string_view first_line(std::string_view text) {
  while (!text.empty()) {
    const auto line = take_line(text);
    if (!trim(line).empty()) return line;
  }
  return {};
}

// ---- JSON: the format is told by its members.

Result<std::vector<std::vector<std::pair<std::string, std::string>>>> rows_of(const Json& list) {
  std::vector<std::vector<std::pair<std::string, std::string>>> rows;
  TRY_VOID(list.each([&](Json one) -> Result<void> {
    std::vector<std::pair<std::string, std::string>> row;
    TRY_VOID(one.each_field([&](std::string_view name, Json value) -> Result<void> {
      const auto text = value.string();
      const auto number = value.integer();
      row.emplace_back(small(name), text ? std::string(*text) : number ? std::to_string(*number) : std::string());
      return {};
    }));
    rows.push_back(std::move(row));
    return {};
  }));
  return rows;
}

Result<void> read_osquery_json(const Json& root, Collecting& into) {
  if (root.is_array()) {
    TRY(const auto rows, rows_of(root));
    return read_osquery(rows, into);
  }
  for (const std::string_view table : {"os_version", "programs", "patches"}) {
    const auto list = root.field(table);
    if (!list) continue;
    TRY(const auto rows, rows_of(*list));
    TRY_VOID(read_osquery(rows, into));
  }
  return {};
}

Result<void> read_json(std::string_view text, Collecting& into, std::string& format);

// A signed statement's envelope (DSSE), or the statement itself: its predicate is the SBOM.
Result<void> read_statement(const Json& root, Collecting& into, std::string& format) {
  if (const auto predicate = object_of(root, "predicate")) {
    if (text_of(*predicate, "bomFormat") == "CycloneDX") {
      format = "cyclonedx-intoto";
      return read_cyclonedx(*predicate, into);
    }
    if (const auto data = object_of(*predicate, "Data"); data && text_of(*data, "bomFormat") == "CycloneDX") {
      format = "cyclonedx-intoto";
      return read_cyclonedx(*data, into);
    }
    if (!text_of(*predicate, "spdxVersion").empty()) {
      format = "spdx-intoto";
      return read_spdx_json(*predicate, into);
    }
    return Error(Code::invalid, "a statement about no SBOM");
  }
  TRY(const auto payload, from_base64(text_of(root, "payload")));
  return read_json(as_text(payload), into, format);
}

std::string_view format_of(const Json& root) {
  if (root.is_array() || root.field("programs") || root.field("patches") || root.field("os_version")) return "osquery-json";
  if (text_of(root, "bomFormat") == "CycloneDX") return "cyclonedx-json";
  if (!text_of(root, "spdxVersion").empty()) return "spdx-json";
  if (root.field("payloadType") || root.field("predicateType")) return "intoto";
  if (root.field("results") && (root.field("os") || root.field("golden"))) return "trivy-case";
  if (root.field("lockfileVersion")) return "package-lock.json";
  if (root.field("_meta") && (root.field("default") || root.field("develop"))) return "Pipfile.lock";
  if (root.field("content-hash") || root.field("packages-dev")) return "composer.lock";
  if (root.field("version") && object_of(root, "dependencies")) return "packages.lock.json";
  if (object_of(root, "dependencies")) return "package-lock.json";
  return {};
}

Result<void> read_json(std::string_view text, Collecting& into, std::string& format) {
  JsonDocument document;
  TRY(const Json root, document.parse(text, into.budget()));
  format = format_of(root);
  if (format == "osquery-json") return read_osquery_json(root, into);
  if (format == "cyclonedx-json") return read_cyclonedx(root, into);
  if (format == "spdx-json") return read_spdx_json(root, into);
  if (format == "intoto") {
    // Once: a statement in a statement is none of ours.
    const auto level = into.budget().enter();
    if (!level) return level.error();
    return read_statement(root, into, format);
  }
  if (format == "trivy-case") return read_trivy_case(root, into);
  if (format == "package-lock.json") return read_package_lock(root, into);
  if (format == "Pipfile.lock") return read_pipfile_lock(root, into);
  if (format == "composer.lock") return read_composer_lock(root, into);
  if (format == "packages.lock.json") return read_nuget_lock(root, into);
  return Error(Code::invalid, "JSON of no inventory that is known");
}

// ---- Text: by name where lock files look alike, else by the first lines.

bool looks_like_requirements(std::string_view text) {
  bool any = false;
  while (!text.empty()) {
    const auto line = trim(take_line(text));
    if (line.empty() || line.starts_with('#')) continue;
    if (line.find("==") == line.npos) return false;
    any = true;
  }
  return any;
}

bool looks_like_rpm(std::string_view line) {
  line = trim(line);
  constexpr std::array<std::string_view, 6> kEndings = {".x86_64", ".noarch", ".aarch64", ".i686", ".ppc64le", ".s390x"};
  return line.find(' ') == line.npos && std::ranges::any_of(kEndings, [&](std::string_view ending) { return line.ends_with(ending); });
}

struct Choice {
  std::string_view format;
  Reader read;
};

std::optional<Choice> by_name(std::string_view name) {
  if (name.ends_with(".txt") && name.find("requirements") != name.npos) return Choice{"requirements.txt", read_requirements};
  if (name == "yarn.lock") return Choice{"yarn.lock", read_yarn};
  if (name == "pnpm-lock.yaml") return Choice{"pnpm-lock.yaml", read_pnpm};
  if (name == "Gemfile.lock" || name == "gems.locked") return Choice{"Gemfile.lock", read_gemfile};
  if (name == "go.sum") return Choice{"go.sum", read_go_sum};
  if (name == "go.mod") return Choice{"go.mod", read_go_mod};
  const auto toml = [](std::string_view format, Reader reader) { return Choice{format, reader}; };
  constexpr auto kCargo = [](std::string_view text, Collecting& into) { return read_toml_lock(text, into, "cargo"); };
  constexpr auto kPython = [](std::string_view text, Collecting& into) { return read_toml_lock(text, into, "pypi"); };
  if (name == "Cargo.lock") return toml("Cargo.lock", kCargo);
  if (name == "poetry.lock") return toml("poetry.lock", kPython);
  if (name == "uv.lock") return toml("uv.lock", kPython);
  if (name.starts_with("pylock.") && name.ends_with(".toml")) return toml("pylock.toml", kPython);
  return std::nullopt;
}

std::optional<Choice> by_content(std::string_view text) {
  const auto line = first_line(text);
  if (line.starts_with("Package: ")) return Choice{"dpkg-status", read_dpkg_status};
  if (line.starts_with("SPDXVersion:")) return Choice{"spdx-text", read_spdx_text};
  if (text.find("# yarn lockfile v1") < 200 || line.starts_with("__metadata:") || text.find("\n__metadata:") < 400) return by_name("yarn.lock");
  if (line.starts_with("lockfileVersion:")) return by_name("pnpm-lock.yaml");
  if (line == "GEM" || line == "PATH" || line == "GIT") return by_name("Gemfile.lock");
  if (line.starts_with("module ")) return by_name("go.mod");
  if (line.find(" h1:") != line.npos) return by_name("go.sum");
  if (text.find("[[packages]]") != text.npos && text.find("lock-version") != text.npos) return by_name("pylock.toml");
  if (text.find("[[package]]") != text.npos) {
    const bool cargo = text.find("registry+https://github.com/rust-lang") != text.npos || line.find("Cargo") != line.npos;
    return by_name(cargo ? "Cargo.lock" : text.find("requires-python") != text.npos ? "uv.lock" : "poetry.lock");
  }
  const auto tabs = std::ranges::count(line, '\t');
  const bool heading = small(line).find("version") != std::string::npos && small(line).find("name") != std::string::npos;
  if (tabs == 5 && !heading) {
    // dpkg's fifth column is an architecture, its sixth a state of two or three letters; rpm's sixth is a source's file.
    const bool rpm = line.find(".rpm") != line.npos || line.ends_with("(none)");
    return rpm ? Choice{"rpm-qa", read_rpm} : Choice{"dpkg-query", read_dpkg_query};
  }
  if (tabs >= 1 && tabs < 5 && !heading && line.find_first_of("0123456789", line.find('\t')) == line.find('\t') + 1) return Choice{"dpkg-query", read_dpkg_query};
  if (looks_like_rpm(line)) return Choice{"rpm-qa", read_rpm};
  if (looks_like_requirements(text)) return Choice{"requirements.txt", read_requirements};
  return std::nullopt;
}

Result<void> read_text(std::string_view text, Collecting& into, std::string& format, FormatReader table) {
  auto choice = by_name(base_name(into.hint().file_name));
  if (!choice) choice = by_content(text);
  if (!choice) return table(text, into, format);
  format = choice->format;
  return choice->read(text, into);
}

Result<void> read_any(std::string_view text, Collecting& into, std::string& format, const LargeReaders& large) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == text.npos) return Error(Code::invalid, "the file is empty");
  if (text[first] == '{' || (text[first] == '[' && text.substr(first, 9) != "[[package" && !text.substr(first).starts_with("[metadata"))) return read_json(trim(text), into, format);
  if (text[first] == '<') return large.xml(text, into, format);
  return read_text(text, into, format, large.table);
}

}  // namespace

Budget::Limits inventory_limits() { return {.bytes_in = 256u << 20, .bytes_out = 256u << 20, .depth = 64, .entries = 8'000'000, .time = minutes(1)}; }

Result<Inventory> read_plain_inventory(ByteView bytes, const Hint& hint, Budget& budget) {
  constexpr FormatReader kNotHere = [](std::string_view, Collecting&, std::string&) -> Result<void> {
    return Error(Code::invalid, "a form that is not read here: XML, a table, or none that is known");
  };
  return read_inventory_with(bytes, hint, budget, {.xml = kNotHere, .table = kNotHere});
}

Result<Inventory> read_inventory_with(ByteView bytes, const Hint& hint, Budget& budget, const LargeReaders& large) {
  constexpr std::size_t kMostBytes = 64u << 20;
  if (bytes.size() > kMostBytes) {
    return Error(Code::exhausted, "the file has " + std::to_string(bytes.size()) + " bytes, over " + std::to_string(kMostBytes));
  }
  TRY_VOID(budget.take_in(bytes.size()));
  std::string_view text = as_text(bytes);
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  const std::string valid = is_utf8(text) ? std::string() : to_valid_utf8(text);
  Collecting into(hint, budget);
  std::string format;
  TRY_VOID(read_any(valid.empty() ? text : std::string_view(valid), into, format, large));
  Inventory inventory = into.finish(std::move(format));
  // A list of packages that has none is another file, or was cut off; a case whose lists are
  // of no type that is known is read, and has nothing.
  if (inventory.packages.empty() && inventory.passed_over > 0 && inventory.format != "trivy-case") {
    return Error(Code::invalid, inventory.format + ": no package in " + std::to_string(inventory.rows) + " rows; the first: " +
                                    inventory.named.front().where + ": " + inventory.named.front().why);
  }
  return inventory;
}

}  // namespace khien::inventory

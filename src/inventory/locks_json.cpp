#include "collecting.hpp"

namespace khien::inventory {
namespace {

constexpr std::size_t kMostNesting = 40;

// npm v1: dependencies in dependencies.
Result<void> add_npm_tree(const Json& node, const std::string& where, std::size_t depth, Collecting& into) {
  if (depth > kMostNesting) return Error(Code::exhausted, "dependencies are nested deeper than 40");
  const auto dependencies = object_of(node, "dependencies");
  if (!dependencies) return {};
  return dependencies->each_field([&](std::string_view name, Json one) -> Result<void> {
    const std::string at = where + "dependencies." + std::string(name);
    if (!one.is_object()) {
      into.pass_over(at, "no object");
      return {};
    }
    std::string_view version = text_of(one, "version"), real = name;
    // "npm:other@1.2": another package under this name.
    if (version.starts_with("npm:") && version.rfind('@') != version.npos && version.rfind('@') > 4) {
      real = version.substr(4, version.rfind('@') - 4);
      version = version.substr(version.rfind('@') + 1);
    }
    if (version.find(':') != version.npos) into.pass_over(at, "from a file, an address or a repository");
    else TRY_VOID(into.add(at, "npm", real, version));
    return add_npm_tree(one, at + ".", depth + 1, into);
  });
}

// npm v2 and v3: a flat list by folder.
Result<void> add_npm_packages(const Json& packages, Collecting& into) {
  return packages.each_field([&](std::string_view folder, Json one) -> Result<void> {
    constexpr std::string_view kFolder = "node_modules/";
    const auto at = folder.rfind(kFolder);
    if (folder.empty()) return {};  // the project itself
    const std::string where = "packages." + std::string(folder);
    if (one.boolean_at("link") && *one.boolean_at("link")) return {};  // told where it points to
    const auto name = !text_of(one, "name").empty() ? text_of(one, "name") : at == folder.npos ? std::string_view() : folder.substr(at + kFolder.size());
    if (name.empty()) {
      into.pass_over(where, "of the project itself");
      return {};
    }
    return into.add(where, "npm", name, text_of(one, "version"));
  });
}

}  // namespace

Result<void> read_package_lock(const Json& root, Collecting& into) {
  if (const auto packages = object_of(root, "packages")) return add_npm_packages(*packages, into);
  if (!object_of(root, "dependencies")) return Error(Code::invalid, "neither packages nor dependencies");
  return add_npm_tree(root, "", 0, into);
}

Result<void> read_pipfile_lock(const Json& root, Collecting& into) {
  for (const std::string_view part : {"default", "develop"}) {
    const auto packages = object_of(root, part);
    if (!packages) continue;
    TRY_VOID(packages->each_field([&](std::string_view name, Json one) -> Result<void> {
      auto version = text_of(one, "version");
      while (version.starts_with('=')) version.remove_prefix(1);
      return into.add(std::string(part) + "." + std::string(name), "pypi", name, version);
    }));
  }
  return {};
}

Result<void> read_composer_lock(const Json& root, Collecting& into) {
  for (const std::string_view part : {"packages", "packages-dev"}) {
    const auto items = items_of(root, part);
    for (std::size_t i = 0; i < items.size(); ++i) {
      const std::string where = std::string(part) + "[" + std::to_string(i) + "]";
      TRY_VOID(into.add(where, "composer", text_of(items[i], "name"), text_of(items[i], "version")));
    }
  }
  return {};
}

Result<void> read_nuget_lock(const Json& root, Collecting& into) {
  const auto frameworks = object_of(root, "dependencies");
  if (!frameworks) return Error(Code::invalid, "field 'dependencies' is missing");
  return frameworks->each_field([&](std::string_view framework, Json packages) -> Result<void> {
    return packages.each_field([&](std::string_view name, Json one) -> Result<void> {
      const std::string where = "dependencies." + std::string(framework) + "." + std::string(name);
      if (text_of(one, "type") == "Project") {
        into.pass_over(where, "of the project itself");
        return {};
      }
      return into.add(where, "nuget", name, text_of(one, "resolved"));
    });
  });
}

}  // namespace khien::inventory

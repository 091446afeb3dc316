#include <algorithm>
#include <array>
#include <set>
#include <string>

#include "linux/fact_list.hpp"
#include "settings/settings.hpp"

namespace khien::probe {
namespace {

constexpr std::size_t kMostRoots = 40;    // sites of one machine
constexpr std::size_t kMostBelow = 50;    // folders of one site

std::string lower(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

using Roots = std::set<std::string>;

bool is_plain(std::string_view path) { return path.starts_with('/') && path.size() > 1 && !path.contains("/."); }

// Everything that the server reads, in its order: later settings win.
std::vector<std::string> apache_files(const Place& place) {
  std::vector<std::string> all{"/etc/apache2/apache2.conf"};
  for (const char* folder : {"mods-enabled", "conf-enabled", "sites-enabled"}) {
    const auto more = place.files("/etc/apache2/" + std::string(folder), ".conf", "/etc/apache2");
    all.insert(all.end(), more.begin(), more.end());
  }
  return all;
}

bool lists_folders(const std::vector<std::string>& words) {
  bool lists = false;
  for (std::size_t i = 1; i < words.size(); ++i) {
    const std::string word = lower(words[i]);
    if (word == "indexes" || word == "+indexes" || word == "all") lists = true;
    if (word == "-indexes") lists = false;
  }
  return lists;
}

void add_apache(const Place& place, FactList& facts, Roots& roots) {
  constexpr std::array<std::string_view, 8> kTokens{"full", "os", "minor", "minimal", "min", "major", "prod", "productonly"};
  std::string tokens = "full";
  std::string trace = "on";
  for (const std::string& path : apache_files(place)) {
    const auto text = place.read(path);
    if (!text) return facts.unread("apache");
    if (!*text) continue;
    for (const ApacheLine& line : parse_apache(**text)) {
      if (line.words.size() < 2) continue;
      const std::string& name = line.words.front();
      const std::string value = lower(line.words[1]);
      if (name == "servertokens" && std::ranges::find(kTokens, value) != kTokens.end()) tokens = value;
      if (name == "traceenable" && (value == "on" || value == "off" || value == "extended")) trace = value;
      if (name == "documentroot" && is_plain(line.words[1])) roots.insert(line.words[1]);
      const bool of_folder = line.section == "directory" && is_plain(line.argument);
      if (of_folder && name == "options" && lists_folders(line.words)) facts.add("apache.indexes", line.argument);
    }
  }
  facts.add("apache.server_tokens", tokens);
  facts.add("apache.trace", trace);
}

void add_nginx_line(const BraceLine& line, const std::string& path, std::string& tokens, FactList& facts, Roots& roots) {
  if (line.words.size() < 2) return;
  const std::string& name = line.words.front();
  const std::string value = lower(line.words[1]);
  if (name == "server_tokens" && (value == "on" || value == "off" || value == "build")) tokens = value;
  if (name == "autoindex" && value == "on") facts.add("nginx.autoindex", path);
  if (name == "root" && is_plain(line.words[1])) roots.insert(line.words[1]);
  if (name != "ssl_protocols") return;
  for (std::size_t i = 1; i < line.words.size(); ++i) {
    for (const char* old : {"SSLv2", "SSLv3", "TLSv1", "TLSv1.1"}) {
      if (line.words[i] == old) facts.add("nginx.old_tls", old);
    }
  }
}

void add_nginx(const Place& place, FactList& facts, Roots& roots) {
  std::vector<std::string> paths{"/etc/nginx/nginx.conf"};
  for (const auto& [folder, ending] : {std::pair("conf.d", ".conf"), std::pair("sites-enabled", "")}) {
    const auto more = place.files("/etc/nginx/" + std::string(folder), ending, "/etc/nginx");
    paths.insert(paths.end(), more.begin(), more.end());
  }
  std::string tokens = "on";
  for (const std::string& path : paths) {
    const auto text = place.read(path);
    if (!text) return facts.unread("nginx");
    if (!*text) continue;
    for (const BraceLine& line : parse_braces(**text)) add_nginx_line(line, path, tokens, facts, roots);
  }
  facts.add("nginx.server_tokens", tokens);
}

bool is_on(const std::string& value) {
  const std::string word = lower(value);
  return word == "on" || word == "1" || word == "yes" || word == "true" || word == "stdout";
}

void add_php_file(const Place& place, const std::string& path, FactList& facts) {
  const auto text = place.read(path);
  if (!text) return facts.unread("php");
  if (!*text) return;
  bool tells_version = true;  // unless it says otherwise
  for (const IniLine& line : parse_ini(**text)) {
    if (line.key == "display_errors" && is_on(line.value)) facts.add("php.display_errors", path);
    if (line.key == "allow_url_include" && is_on(line.value)) facts.add("php.allow_url_include", path);
    if (line.key == "expose_php") tells_version = is_on(line.value);
  }
  if (tells_version) facts.add("php.expose_php", path);
}

void add_php(const Place& place, FactList& facts) {
  for (const Place::Name& version : place.names("/etc/php")) {
    for (const char* server : {"fpm", "apache2"}) {
      add_php_file(place, "/etc/php/" + version.name + "/" + server + "/php.ini", facts);
    }
  }
}

bool is_backup(std::string_view name) {
  for (const char* ending : {".sql", ".sql.gz", ".sql.zip", ".bak"}) {
    if (name.ends_with(ending)) return true;
  }
  constexpr std::array<std::string_view, 9> kStarts{"backup", "bak", "db", "dump", "database", "html", "public_html", "site", "www"};
  const bool packed = name.ends_with(".zip") || name.ends_with(".tar.gz") || name.ends_with(".tgz") || name.ends_with(".rar") ||
                      name.ends_with(".7z");
  return packed && std::ranges::any_of(kStarts, [&](std::string_view start) { return name.starts_with(start); });
}

void add_if_readable(const Place& place, const std::string& path, FactList& facts) {
  const auto status = place.status(path);
  if (status && (status->mode & 0004) != 0) facts.add("web.config_readable", path);
}

// One folder that visitors can reach. Its names are anybody's who may write there.
void add_web_folder(const Place& place, const std::string& folder, const std::vector<Place::Name>& names, FactList& facts) {
  const auto has = [&](std::string_view name) { return std::ranges::find(names, name, &Place::Name::name) != names.end(); };
  const auto status = place.status(folder);
  if (status && (status->mode & 0002) != 0) facts.add("web.world_writable", folder);
  if (has(".git")) facts.add("web.git", folder + "/.git");
  if (has(".env")) facts.add("web.env", folder + "/.env");
  for (const char* name : {"phpinfo.php", "info.php"}) {
    if (has(name)) facts.add("web.phpinfo", folder + "/" + name);
  }
  if (has("wp-config.php")) add_if_readable(place, folder + "/wp-config.php", facts);
  if (has("administrator") && has("configuration.php")) add_if_readable(place, folder + "/configuration.php", facts);
  if (has("sites") && has("core")) add_if_readable(place, folder + "/sites/default/settings.php", facts);
  if (has("administrator") && has("installation")) facts.add("web.installer", folder + "/installation");
  for (const Place::Name& name : names) {
    if (name.kind == FileStatus::Kind::regular && is_backup(lower(name.name))) facts.add("web.backup", folder + "/" + name.name);
  }
}

void add_web_root(const Place& place, std::string root, FactList& facts) {
  while (root.size() > 1 && root.ends_with('/')) root.pop_back();
  const auto names = place.names(root);
  add_web_folder(place, root, names, facts);
  std::size_t below = 0;
  for (const Place::Name& name : names) {
    if (name.kind != FileStatus::Kind::directory || name.name.starts_with('.') || ++below > kMostBelow) continue;
    const std::string folder = root + "/" + name.name;
    add_web_folder(place, folder, place.names(folder), facts);
  }
}

}  // namespace

void add_web_facts(const Place& place, const std::vector<std::string>& units, FactList& facts) {
  Roots roots;
  const bool apache = is_enabled(units, "apache2.service");
  const bool nginx = is_enabled(units, "nginx.service");
  if (apache) add_apache(place, facts, roots);
  if (nginx) add_nginx(place, facts, roots);
  if (!apache && !nginx) return;
  add_php(place, facts);
  if (roots.empty()) roots.insert("/var/www/html");
  std::size_t done = 0;
  for (const std::string& root : roots) {
    if (++done <= kMostRoots) add_web_root(place, root, facts);
  }
}

}  // namespace khien::probe

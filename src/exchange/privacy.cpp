#include "khien/exchange/privacy.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "khien/core/hash.hpp"
#include "khien/core/text.hpp"

namespace khien::exchange {
namespace {

constexpr std::string_view kSlashes = "/\\";

// Below these stands a person's name. Folded, so that case and marks do not matter.
constexpr std::array<std::string_view, 5> kAbovePeople{"users", "home", "documents and settings", "profiles", "nguoi dung"};
// "/media/NAME", "/run/media/NAME", "/run/user/NAME", "/var/mail/NAME", "/var/spool/cron/crontabs/NAME".
constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kAbovePeopleOf{{{"", "media"},
                                                                                       {"run", "media"},
                                                                                       {"run", "user"},
                                                                                       {"var", "mail"},
                                                                                       {"spool", "mail"},
                                                                                       {"spool", "cron"},
                                                                                       {"cron", "crontabs"},
                                                                                       {"mnt", "users"}}};
constexpr std::array<std::string_view, 7> kNobody{"public", "default", "default user", "all users", "localservice", "networkservice", "shared"};

// Folders that systems and programs make inside a person's own: they say where a malware hid.
constexpr std::array<std::string_view, 44> kOfTheSystem{
    "desktop",    "documents", "my documents", "downloads", "pictures", "music",    "videos",   "favorites",    "links",
    "contacts",   "searches",  "appdata",      "local",     "roaming",  "locallow", "temp",     "tmp",          "microsoft",
    "windows",    "programs",  "packages",     "startup",   "start menu", "local settings", "application data", "temporary internet files",
    "inetcache",  "google",    "chrome",       "mozilla",   "firefox",  "profiles", "extensions", "cache",      "public_html",
    "tai lieu",   "man hinh",  "tai xuong",    "hinh anh",  "onedrive", "recycle bin", "trash",  "bin",         "zalo received files"};

constexpr std::array<std::string_view, 48> kDocumentEndings{
    "doc", "docx", "docm", "dot", "dotx", "dotm", "xls", "xlsx", "xlsm", "xlsb", "xlt", "ppt", "pptx", "pptm", "pps", "ppsx",
    "odt", "ods", "odp", "rtf", "pdf", "txt", "csv", "htm", "html", "mht", "xml", "eml", "msg", "pst", "one", "jpg",
    "jpeg", "png", "gif", "bmp", "tif", "tiff", "mp3", "mp4", "mov", "zip", "rar", "7z", "gz", "iso", "img", "lnk"};

template <std::size_t size>
bool is_in(const std::array<std::string_view, size>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

struct Segment {
  std::string_view text;
  std::string folded;
  std::string_view slash;  // behind it; empty at the end
};

std::vector<Segment> segments_of(std::string_view path) {
  std::vector<Segment> all;
  while (!path.empty()) {
    const auto end = path.find_first_of(kSlashes);
    const auto text = path.substr(0, end);
    all.push_back({text, fold(text), end == path.npos ? std::string_view() : path.substr(end, 1)});
    path = end == path.npos ? std::string_view() : path.substr(end + 1);
  }
  return all;
}

std::string in_place_of(std::string_view name, NameRule rule, const std::string& salt) {
  if (rule == NameRule::keep) return std::string(name);
  if (rule == NameRule::strip) return "*";
  return "h-" + hmac_sha256(as_bytes(salt), as_bytes(fold(name))).hex().substr(0, 10);
}

// The name without its endings where one of these is a document's: "luong.docx.exe" → "luong".
std::string_view stem_of_document(std::string_view name) {
  std::string_view stem;
  for (auto dot = name.rfind('.'); dot != name.npos && dot > 0; dot = name.rfind('.', dot - 1)) {
    const auto ending = name.substr(dot + 1, name.find('.', dot + 1) - dot - 1);
    if (ending.size() > 5 || ending.empty()) break;
    if (is_in(kDocumentEndings, fold(ending))) stem = name.substr(0, dot);
  }
  return stem;
}

// "OneDrive - UBND xã Tân Lập" says whose it is.
std::string_view before_owner(const Segment& segment) {
  return segment.folded.starts_with("onedrive") && segment.text.size() > 8 ? segment.text.substr(0, 8) : std::string_view();
}

class Cleaner {
 public:
  explicit Cleaner(const Privacy& privacy) : privacy_(privacy) {}

  std::string clean(std::string_view path) {
    const auto all = segments_of(path);
    inside_ = is_data_drive(all);
    std::string out;
    for (std::size_t i = 0; i < all.size(); ++i) {
      out += one(all, i);
      out += all[i].slash;
    }
    return out;
  }

 private:
  std::string one(const std::vector<Segment>& all, std::size_t i) {
    const Segment& segment = all[i];
    if (segment.text.empty() || segment.text == "." || segment.text == "..") return std::string(segment.text);
    const bool is_person = stands_below_people(all, i) && !is_in(kNobody, segment.folded);
    below_person_ = below_person_ || is_person;
    if (is_person) return person(segment);
    const bool is_file = segment.slash.empty();
    if (is_file) return file(segment);
    return folder(segment);
  }

  // All but the drive of the system, and what another machine shares, is people's.
  static bool is_data_drive(const std::vector<Segment>& all) {
    if (all.size() > 2 && all[0].text.empty() && all[1].text.empty()) return true;
    const std::string_view first = all.empty() ? std::string_view() : std::string_view(all[0].folded);
    return first.size() == 2 && first[1] == ':' && first[0] >= 'd' && first[0] <= 'z';
  }

  bool stands_below_people(const std::vector<Segment>& all, std::size_t i) const {
    if (i == 0 || below_person_) return false;
    const std::string& above = all[i - 1].folded;
    // A file directly below is nobody's home.
    if (is_in(kAbovePeople, above)) return true;
    const std::string_view before = i >= 2 ? std::string_view(all[i - 2].folded) : std::string_view();
    return std::ranges::any_of(kAbovePeopleOf, [&](const auto& pair) { return pair.second == above && pair.first == before; });
  }

  std::string person(const Segment& segment) const {
    if (!segment.slash.empty()) return in_place_of(segment.text, privacy_.users, privacy_.salt);
    // What has an ending is a file, whoever lies beside it.
    const auto stem = stem_of_document(segment.text);
    return stem.empty() ? in_place_of(segment.text, privacy_.users, privacy_.salt) : file(segment);
  }

  std::string file(const Segment& segment) const {
    const auto stem = stem_of_document(segment.text);
    if (stem.empty()) return std::string(segment.text);
    return in_place_of(stem, privacy_.documents, privacy_.salt) + std::string(segment.text.substr(stem.size()));
  }

  std::string folder(const Segment& segment) const {
    if (const auto drive = before_owner(segment); !drive.empty() && privacy_.users != NameRule::keep) return std::string(drive);
    const bool is_hidden = segment.text.starts_with('.');
    const bool is_of_people = below_person_ || (inside_ && segment.folded.back() != ':');
    if (!is_of_people || is_hidden || is_known_folder(segment.folded)) return std::string(segment.text);
    // Folders of programs inside AppData or .config say which program; their names are few.
    return in_place_of(segment.text, privacy_.documents, privacy_.salt);
  }

  static bool is_known_folder(const std::string& folded) {
    return is_in(kOfTheSystem, folded) || is_in(kAbovePeople, folded) || folded.starts_with("program files") || folded.starts_with('$');
  }

  const Privacy& privacy_;
  bool inside_ = false;         // on a drive of data
  bool below_person_ = false;
};

}  // namespace

std::string without_names(std::string_view path, const Privacy& privacy) {
  if (privacy.users == NameRule::keep && privacy.documents == NameRule::keep) return std::string(path);
  return Cleaner(privacy).clean(path);
}

}  // namespace khien::exchange

#include <algorithm>
#include <array>
#include <utility>

#include "khien/core/text.hpp"
#include "khien/probe/endpoint.hpp"

namespace khien::probe {
namespace {

constexpr std::size_t kMaxNameBytes = 200;
constexpr std::size_t kMaxVersionBytes = 200;

std::string_view trim(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r";
  const auto first = text.find_first_not_of(kBlank);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

// The text up to `mark`, which is cut off as well.
std::string_view take_until(std::string_view& text, std::string_view mark) {
  const auto end = std::min(text.find(mark), text.size());
  const auto taken = text.substr(0, end);
  text.remove_prefix(std::min(end + mark.size(), text.size()));
  return taken;
}

// One paragraph of the status file, as far as it is asked for.
struct Paragraph {
  std::string_view package, status, version, architecture, source;
};

Paragraph read_paragraph(std::string_view text) {
  Paragraph paragraph;
  while (!text.empty()) {
    std::string_view line = take_until(text, "\n");
    if (line.empty() || line.front() == ' ' || line.front() == '\t') continue;  // goes on a field we skip
    const std::string_view name = take_until(line, ":");
    const std::string_view value = trim(line);
    if (name == "Package") paragraph.package = value;
    if (name == "Status") paragraph.status = value;
    if (name == "Version") paragraph.version = value;
    if (name == "Architecture") paragraph.architecture = value;
    if (name == "Source") paragraph.source = value;
  }
  return paragraph;
}

// Are its files on the machine? "install ok installed", "hold ok installed", and
// the states of an installation that was broken off.
bool is_present(std::string_view status) {
  constexpr std::array<std::string_view, 5> kStates = {"installed", "unpacked", "half-configured",
                                                       "triggers-awaited", "triggers-pending"};
  const auto last = status.rfind(' ');
  if (last == status.npos) return false;
  return std::ranges::find(kStates, status.substr(last + 1)) != kStates.end();
}

bool is_name(std::string_view text) {
  constexpr std::string_view kName = "abcdefghijklmnopqrstuvwxyz0123456789+-.";
  return !text.empty() && text.size() <= kMaxNameBytes && text.find_first_not_of(kName) == text.npos;
}

bool is_version(std::string_view text) {
  constexpr std::string_view kVersion = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.+-~:";
  return !text.empty() && text.size() <= kMaxVersionBytes && text.find_first_not_of(kVersion) == text.npos;
}

// A name in a package URL. What is_name and is_version let through needs no
// escape there: ':' and '~' stay as they are, and '+' is no space in a path.
std::string purl(std::string_view distro, const Paragraph& paragraph) {
  std::string url = "pkg:deb/";
  url.append(distro).append("/").append(paragraph.package).append("@").append(paragraph.version);
  if (is_name(paragraph.architecture)) url.append("?arch=").append(paragraph.architecture);
  return url;
}

// "glibc (2.36-9)" or "glibc".
void read_source(std::string_view source, Package& package) {
  const std::string_view name = trim(take_until(source, "("));
  const std::string_view version = take_until(source, ")");
  if (is_name(name)) package.source = name;
  if (!package.source.empty() && is_version(version)) package.source_version = version;
}

}  // namespace

Result<std::vector<Package>> parse_dpkg_status(std::string_view text, std::string_view distro, Budget& budget) {
  TRY_VOID(budget.take_in(text.size()));
  if (!is_name(distro)) return Error(Code::invalid, "dpkg status: not a distribution's name");
  std::vector<Package> packages;
  while (!text.empty()) {
    const Paragraph paragraph = read_paragraph(take_until(text, "\n\n"));
    // A paragraph that is damaged costs itself only: the list is the machine's
    // own word, and half of it is better than none.
    if (!is_present(paragraph.status) || !is_name(paragraph.package) || !is_version(paragraph.version)) continue;
    TRY_VOID(budget.take_entries());
    Package package;
    package.purl = purl(distro, paragraph);
    package.name = paragraph.package;
    package.version = paragraph.version;
    read_source(paragraph.source, package);
    packages.push_back(std::move(package));
  }
  return packages;
}

}  // namespace khien::probe

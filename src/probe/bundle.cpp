#include "khien/probe/bundle.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "khien/core/file.hpp"

namespace khien::probe {
namespace {

constexpr std::string_view kHead = "khien bundle 1\n";
constexpr std::size_t kMaxPathBytes = 200;
constexpr std::size_t kMaxIndexBytes = kMaxBundleFiles * (kMaxPathBytes + 24);

std::uint64_t aligned(std::uint64_t at) { return (at + kBundleAlignment - 1) / kBundleAlignment * kBundleAlignment; }

bool is_name(std::string_view name) {
  const auto good = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
  };
  return !name.empty() && name.front() != '.' && std::ranges::all_of(name, good);
}

bool is_bundle_path(std::string_view path) {
  if (path.size() > kMaxPathBytes) return false;
  const auto slash = path.find('/');
  if (slash == path.npos || !is_name(path.substr(0, slash))) return false;
  std::string_view rest = path.substr(slash + 1);
  if (rest.starts_with("examples/")) rest.remove_prefix(9);
  return is_name(rest);
}

struct Line {
  std::uint64_t size = 0;
  std::string_view path;
};

Result<Line> read_line(std::string_view text) {
  Line line;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), line.size);
  const auto digits = static_cast<std::size_t>(end - text.data());
  const bool leading_zero = digits > 1 && text.front() == '0';
  if (problem != std::errc{} || leading_zero || digits >= text.size() || text[digits] != ' ') {
    return Error(Code::invalid, "bundle: a line of its index is not one");
  }
  line.path = text.substr(digits + 1);
  if (!is_bundle_path(line.path)) return Error(Code::invalid, "bundle: a path that cannot be");
  if (line.size > kMaxBundleBytes) return Error(Code::exhausted, "bundle: a file over 1 GiB");
  return line;
}

struct Index {
  std::vector<Line> lines;
  std::uint64_t bytes = 0;
};

Result<Index> read_index(ByteView bundle) {
  const std::string_view text = as_text(bundle.first(std::min(bundle.size(), kMaxIndexBytes)));
  if (!text.starts_with(kHead)) return Error(Code::invalid, "not a bundle");
  Index index;
  std::size_t at = kHead.size();
  for (;;) {
    const auto end = text.find('\n', at);
    if (end == text.npos) return Error(Code::invalid, "bundle: its index has no end");
    const std::string_view line = text.substr(at, end - at);
    at = end + 1;
    if (line.empty()) break;
    if (index.lines.size() == kMaxBundleFiles) return Error(Code::exhausted, "bundle: over 10000 files");
    TRY(const Line read, read_line(line));
    if (!index.lines.empty() && index.lines.back().path >= read.path) {
      return Error(Code::invalid, "bundle: paths are not in order, each once");
    }
    index.lines.push_back(read);
  }
  index.bytes = at;
  return index;
}

bool is_zero(ByteView bytes) {
  return std::ranges::all_of(bytes, [](std::byte b) { return b == std::byte{0}; });
}

// Regular files of the folder whose names can be in a bundle.
Result<std::vector<std::string>> names_of(const DirFd& folder, FileStatus::Kind wanted) {
  std::vector<std::string> names;
  TRY_VOID(folder.each_name([&](std::string_view name, FileStatus::Kind kind) -> Result<void> {
    if (kind == wanted && is_name(name)) names.emplace_back(name);
    if (names.size() > kMaxBundleFiles) return Error(Code::exhausted, "over 10000 files");
    return {};
  }));
  return names;
}

bool is_of_a_pack(std::string_view name) {
  return name == "pack.json" || name == "iocs.txt" || name == "hashes.table" || name.ends_with(".yar") ||
         name.ends_with(".hdb") || name.ends_with(".hsb");
}

Result<void> list_pack(const DirFd& root, const std::string& pack, std::vector<std::string>& paths) {
  TRY(const DirFd folder, root.open_folder(pack));
  TRY(const auto names, names_of(folder, FileStatus::Kind::regular));
  if (std::ranges::find(names, "pack.json") == names.end()) return {};
  for (const std::string& name : names) {
    if (is_of_a_pack(name)) paths.push_back(pack + "/" + name);
  }
  const auto examples = folder.open_folder("examples");
  if (!examples) return {};
  TRY(const auto shown, names_of(*examples, FileStatus::Kind::regular));
  for (const std::string& name : shown) paths.push_back(pack + "/examples/" + name);
  return {};
}

}  // namespace

Result<std::vector<BundleFile>> read_bundle(ByteView bundle) {
  if (bundle.size() > kMaxBundleBytes) return Error(Code::exhausted, "bundle: over 1 GiB");
  TRY(const Index index, read_index(bundle));
  std::vector<BundleFile> files;
  std::uint64_t at = index.bytes;
  for (const Line& line : index.lines) {
    const std::uint64_t begin = aligned(at);
    if (begin > bundle.size() || line.size > bundle.size() - begin) return Error(Code::invalid, "bundle: it is cut off");
    if (!is_zero(bundle.subspan(at, begin - at))) return Error(Code::invalid, "bundle: something between its files");
    files.push_back({line.path, bundle.subspan(begin, line.size)});
    at = begin + line.size;
  }
  if (at != bundle.size()) return Error(Code::invalid, "bundle: something behind its files");
  return files;
}

Result<std::string> make_bundle(const std::string& content_folder) {
  TRY(const DirFd root, DirFd::open(content_folder));
  TRY(const auto packs, names_of(root, FileStatus::Kind::directory));
  std::vector<std::string> paths;
  for (const std::string& pack : packs) TRY_VOID(list_pack(root, pack, paths));
  if (paths.empty()) return Error(Code::not_found, content_folder + ": no pack in it");
  if (paths.size() > kMaxBundleFiles) return Error(Code::exhausted, "over 10000 files");
  std::ranges::sort(paths);
  std::string bundle(kHead);
  std::vector<std::string> contents;
  for (const std::string& path : paths) {
    TRY(contents.emplace_back(), system_files().read(content_folder + "/" + path, kMaxBundleBytes));
    bundle += std::to_string(contents.back().size()) + ' ' + path + '\n';
  }
  bundle += '\n';
  for (const std::string& content : contents) {
    bundle.resize(aligned(bundle.size()));
    bundle += content;
  }
  if (bundle.size() > kMaxBundleBytes) return Error(Code::exhausted, "over 1 GiB");
  return bundle;
}

}  // namespace khien::probe

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include "khien/probe/media.hpp"

namespace khien::probe {
namespace {

constexpr std::size_t kFixedFields = 6;  // id, parent, device, root, mount point, options

bool is_octal(char c) { return c >= '0' && c <= '7'; }

// The kernel writes space, tab, newline and backslash as \040, \011, \012 and \134.
std::string unescape(std::string_view field) {
  std::string text;
  text.reserve(field.size());
  for (std::size_t i = 0; i < field.size(); ++i) {
    const bool escape = field[i] == '\\' && i + 3 < field.size() && is_octal(field[i + 1]) && is_octal(field[i + 2]) &&
                        is_octal(field[i + 3]);
    if (!escape) {
      text += field[i];
      continue;
    }
    const int byte = (field[i + 1] - '0') * 64 + (field[i + 2] - '0') * 8 + (field[i + 3] - '0');
    text += static_cast<char>(byte & 0xff);
    i += 3;
  }
  return text;
}

std::string_view take_field(std::string_view& line) {
  const auto end = std::min(line.find(' '), line.size());
  const auto field = line.substr(0, end);
  line.remove_prefix(std::min(end + 1, line.size()));
  return field;
}

template <class Number>
bool read_number(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() && !text.empty();
}

bool read_device(std::string_view text, Mount& mount) {
  const auto colon = text.find(':');
  return colon != text.npos && read_number(text.substr(0, colon), mount.major) &&
         read_number(text.substr(colon + 1), mount.minor);
}

std::optional<Mount> mount_from(std::string_view line) {
  std::array<std::string_view, kFixedFields> fields;
  for (auto& field : fields) field = take_field(line);
  Mount mount;
  if (!read_number(fields[0], mount.id) || !read_device(fields[2], mount)) return std::nullopt;
  mount.root = unescape(fields[3]);
  mount.mount_point = unescape(fields[4]);
  if (!mount.mount_point.starts_with('/') || mount.mount_point.find('\0') != std::string::npos) return std::nullopt;
  // Optional fields, as many as there are, end with a dash.
  std::string_view field = take_field(line);
  while (field != "-") {
    if (line.empty()) return std::nullopt;
    field = take_field(line);
  }
  mount.file_system = unescape(take_field(line));
  mount.source = unescape(take_field(line));
  if (mount.file_system.empty()) return std::nullopt;
  return mount;
}

}  // namespace

std::vector<Mount> parse_mountinfo(std::string_view text) {
  std::vector<Mount> mounts;
  while (!text.empty() && mounts.size() < kMaxMounts) {
    const auto end = std::min(text.find('\n'), text.size());
    if (auto mount = mount_from(text.substr(0, end))) mounts.push_back(std::move(*mount));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return mounts;
}

bool is_carried_file_system(std::string_view file_system) {
  constexpr std::array kCarried{"vfat", "msdos", "exfat", "ntfs", "ntfs3", "fuseblk", "iso9660", "udf", "hfsplus"};
  return std::ranges::find(kCarried, file_system) != kCarried.end();
}

}  // namespace khien::probe

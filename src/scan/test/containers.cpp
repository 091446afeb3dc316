#include "test/containers.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <zlib.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <stdexcept>

namespace khien::scan {
namespace {

void must(archive* writer, int outcome, const char* what) {
  if (outcome >= ARCHIVE_WARN) return;
  const char* why = archive_error_string(writer);
  throw std::runtime_error(std::string(what) + ": " + (why != nullptr ? why : "?"));
}

void put(std::string& out, std::size_t at, std::uint64_t value, std::size_t size) {
  if (out.size() < at + size) out.resize(at + size);
  std::memcpy(out.data() + at, &value, size);
}

void append(std::string& out, std::uint64_t value, std::size_t size) { put(out, out.size(), value, size); }

}  // namespace

std::string archive_of(const std::string& format, const std::string& filter, const std::vector<Inner>& files,
                       const std::string& options, const std::string& passphrase) {
  archive* writer = archive_write_new();
  must(writer, archive_write_set_format_by_name(writer, format.c_str()), "format");
  if (filter != "none") must(writer, archive_write_add_filter_by_name(writer, filter.c_str()), "filter");
  if (!options.empty()) must(writer, archive_write_set_options(writer, options.c_str()), "options");
  if (!passphrase.empty()) must(writer, archive_write_set_passphrase(writer, passphrase.c_str()), "passphrase");
  archive_write_set_bytes_in_last_block(writer, 1);
  std::string out;
  const auto take = [](archive*, void* user, const void* bytes, std::size_t size) -> la_ssize_t {
    static_cast<std::string*>(user)->append(static_cast<const char*>(bytes), size);
    return static_cast<la_ssize_t>(size);
  };
  must(writer, archive_write_open(writer, &out, nullptr, take, nullptr), "open");
  for (const Inner& file : files) {
    archive_entry* entry = archive_entry_new();
    archive_entry_set_pathname(entry, file.name.c_str());
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    archive_entry_set_size(entry, static_cast<la_int64_t>(file.bytes.size()));
    must(writer, archive_write_header(writer, entry), "header");
    archive_write_data(writer, file.bytes.data(), file.bytes.size());
    archive_entry_free(entry);
  }
  must(writer, archive_write_close(writer), "close");
  archive_write_free(writer);
  return out;
}

std::string deflated(std::string_view bytes) {
  std::string out(compressBound(static_cast<uLong>(bytes.size())), '\0');
  auto size = static_cast<uLongf>(out.size());
  compress2(reinterpret_cast<Bytef*>(out.data()), &size, reinterpret_cast<const Bytef*>(bytes.data()),
            static_cast<uLong>(bytes.size()), 9);
  out.resize(size);
  return out;
}

std::string package_of(std::string_view name, std::string_view bytes) {
  std::string out;
  append(out, 2, 2);
  out.append(name).append(1, '\0');
  out.append("C:\\").append(name).append(1, '\0');
  append(out, 0, 2);
  append(out, 3, 2);
  append(out, 4, 4);
  out.append("C:\\\0", 4);
  append(out, bytes.size(), 4);
  return out.append(bytes);
}

std::string vba_module_of(std::string_view text) {
  std::string out = "some code that only the machine reads";
  out += '\x01';
  while (!text.empty()) {
    const std::string_view chunk = text.substr(0, 3000);
    text.remove_prefix(chunk.size());
    std::string tokens;
    for (std::size_t i = 0; i < chunk.size(); i += 8) tokens.append(1, '\0').append(chunk.substr(i, 8));
    append(out, 0xB000u | (tokens.size() + 2 - 3), 2);
    out += tokens;
  }
  return out;
}

namespace {

constexpr std::size_t kSector = 512;
constexpr std::uint32_t kEnd = 0xFFFF'FFFE;
constexpr std::uint32_t kFree = 0xFFFF'FFFF;

struct Node {
  std::string name;
  int type;  // 1 storage, 2 stream, 5 root
  std::uint32_t child = kFree, right = kFree;
  std::string bytes = {};
  std::uint32_t start = kEnd;
};

// Siblings hang in a list of right neighbours: no sorted tree, but one that every
// reader follows.
std::uint32_t add_node(std::vector<Node>& nodes, std::uint32_t parent, Node node) {
  nodes.push_back(std::move(node));
  const auto index = static_cast<std::uint32_t>(nodes.size() - 1);
  nodes[index].right = nodes[parent].child;
  nodes[parent].child = index;
  return index;
}

std::string entry_of(const Node& node) {
  std::string out(128, '\0');
  for (std::size_t i = 0; i < node.name.size(); ++i) out[2 * i] = node.name[i];
  put(out, 64, 2 * node.name.size() + 2, 2);
  out[66] = static_cast<char>(node.type);
  put(out, 68, kFree, 4);
  put(out, 72, node.right, 4);
  put(out, 76, node.child, 4);
  put(out, 116, node.start, 4);
  put(out, 120, node.type == 2 ? node.bytes.size() : 0, 4);
  return out;
}

}  // namespace

std::string compound_of(const std::vector<Inner>& streams) {
  std::vector<Node> nodes{{"Root Entry", 5}};
  for (const Inner& stream : streams) {
    std::uint32_t parent = 0;
    std::string_view name = stream.name;
    for (auto slash = name.find('/'); slash != name.npos; slash = name.find('/')) {
      const std::string storage(name.substr(0, slash));
      name.remove_prefix(slash + 1);
      const auto known = std::ranges::find_if(nodes, [&](const Node& node) { return node.type == 1 && node.name == storage; });
      parent = known != nodes.end() ? static_cast<std::uint32_t>(known - nodes.begin()) : add_node(nodes, parent, {storage, 1});
    }
    add_node(nodes, parent, {std::string(name), 2, kFree, kFree, stream.bytes});
  }
  // The table of sectors first, then the directory, then the streams.
  std::vector<std::uint32_t> fat{0xFFFF'FFFD};
  std::string body(kSector, '\0');
  const auto add_chain = [&](std::string bytes) {
    bytes.resize((bytes.size() + kSector - 1) / kSector * kSector);
    const auto first = static_cast<std::uint32_t>(fat.size());
    for (std::size_t i = 0; i < bytes.size() / kSector; ++i) fat.push_back(first + static_cast<std::uint32_t>(i) + 1);
    fat.back() = kEnd;
    body += bytes;
    return first;
  };
  const auto directory = add_chain(std::string(nodes.size() * 128, '\0'));
  for (Node& node : nodes) {
    if (node.type == 2 && !node.bytes.empty()) node.start = add_chain(node.bytes);
  }
  std::string entries;
  for (const Node& node : nodes) entries += entry_of(node);
  body.replace(directory * kSector, entries.size(), entries);
  for (std::size_t i = 0; i < kSector / 4; ++i) put(body, 4 * i, i < fat.size() ? fat[i] : kFree, 4);

  std::string head(kSector, '\0');
  head.replace(0, 8, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1");
  put(head, 24, 0x3E, 2);
  put(head, 26, 3, 2);
  put(head, 28, 0xFFFE, 2);
  put(head, 30, 9, 2);
  put(head, 32, 6, 2);
  put(head, 44, 1, 4);
  put(head, 48, directory, 4);
  put(head, 56, 0, 4);  // no stream is small enough for the small ones' table
  put(head, 60, kEnd, 4);
  put(head, 68, kEnd, 4);
  for (std::size_t i = 1; i < 109; ++i) put(head, 76 + 4 * i, kFree, 4);
  return head + body;
}

}  // namespace khien::scan

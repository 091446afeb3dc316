#include "khien/probe/content.hpp"

#include <algorithm>
#include <utility>

#include "khien/core/file.hpp"

namespace khien::probe {
namespace {

constexpr std::size_t kMaxContentBytes = 256u << 20;
constexpr std::size_t kMaxNames = 10'000;
constexpr std::uint64_t kMaxTableBytes = 4ull << 30;

// The names in a folder that are of `kind`, sorted.
Result<std::vector<std::string>> names_in(const std::string& path, FileStatus::Kind kind) {
  TRY(const DirFd folder, DirFd::open(path));
  std::vector<std::string> names;
  TRY_VOID(folder.each_name([&](std::string_view name, FileStatus::Kind found) -> Result<void> {
    if (names.size() == kMaxNames) return Error(Code::exhausted, "over 10000 entries");
    if (found == kind) names.emplace_back(name);
    return {};
  }));
  std::ranges::sort(names);
  return names;
}

class Reader {
 public:
  Result<std::string> read(const std::string& path) {
    auto text = system_files().read(path, left_);
    if (!text) return std::move(text).error().within(path);
    left_ -= text->size();
    return text;
  }

 private:
  std::size_t left_ = kMaxContentBytes;
};

Result<PackFiles> read_one(const std::string& folder, const std::string& name, Reader& reader) {
  PackFiles pack{.folder = name, .pack_json = {}, .yara_source = {}, .iocs = {}};
  TRY(pack.pack_json, reader.read(folder + "/pack.json"));
  TRY(const auto files, names_in(folder, FileStatus::Kind::regular));
  for (const std::string& file : files) {
    if (file.ends_with(".hdb") || file.ends_with(".hsb")) {
      TRY(std::string text, reader.read(folder + "/" + file));
      pack.hash_lists.push_back({file, std::move(text)});
    }
    if (!file.ends_with(".yar")) continue;
    TRY(const std::string source, reader.read(folder + "/" + file));
    pack.yara_source += source;
    pack.yara_source += '\n';  // a file that ends in a comment must not swallow the next
  }
  if (std::ranges::find(files, "iocs.txt") != files.end()) {
    TRY(pack.iocs, reader.read(folder + "/iocs.txt"));
  }
  if (std::ranges::find(files, kHashTableFile) != files.end()) {
    TRY(pack.hash_table, MappedFile::open(folder + "/" + kHashTableFile, kMaxTableBytes));
  }
  return pack;
}

Result<void> add_tables(const PackFiles& files, scan::RulePack& pack, Budget& budget) {
  scan::HashTableBuilder builder;
  for (const auto& [name, text] : files.hash_lists) {
    if (auto added = builder.add_list(text, budget); !added) return std::move(added).error().within(name);
  }
  if (builder.size() > 0) {
    TRY(auto table, scan::hash_table_of(builder));
    pack.tables.push_back(std::move(table));
  }
  if (files.hash_table == nullptr) return {};
  auto table = scan::HashTable::open(files.hash_table->bytes(), files.hash_table);
  if (!table) return std::move(table).error().within(kHashTableFile);
  pack.tables.push_back(std::move(table).value());
  return {};
}

}  // namespace

Result<std::vector<PackFiles>> read_pack_files(const std::string& content_folder) {
  auto names = names_in(content_folder, FileStatus::Kind::directory);
  if (!names) return std::move(names).error().within("rule packs in " + content_folder);
  Reader reader;
  std::vector<PackFiles> packs;
  for (const std::string& name : *names) {
    const std::string folder = content_folder + "/" + name;
    if (!system_files().exists(folder + "/pack.json")) continue;
    TRY(PackFiles pack, read_one(folder, name, reader));
    packs.push_back(std::move(pack));
  }
  return packs;
}

Result<std::vector<std::shared_ptr<const scan::RulePack>>> parse_packs(const std::vector<PackFiles>& files) {
  std::vector<std::shared_ptr<const scan::RulePack>> packs;
  for (const PackFiles& pack : files) {
    Budget budget({.bytes_in = 2 * kMaxContentBytes, .entries = 32u << 20});
    auto parsed = scan::parse_pack(pack.pack_json, pack.yara_source, pack.iocs, budget);
    if (!parsed) return std::move(parsed).error().within(pack.folder);
    if (auto added = add_tables(pack, *parsed, budget); !added) return std::move(added).error().within(pack.folder);
    packs.push_back(std::make_shared<const scan::RulePack>(std::move(parsed).value()));
  }
  return packs;
}

Result<std::vector<std::shared_ptr<const scan::RulePack>>> read_packs(const std::string& content_folder) {
  TRY(const auto files, read_pack_files(content_folder));
  return parse_packs(files);
}

}  // namespace khien::probe

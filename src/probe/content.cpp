#include "khien/probe/content.hpp"

#include <algorithm>
#include <utility>

#include "khien/core/file.hpp"
#include "khien/probe/bundle.hpp"

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
    TRY(pack.hash_table_in, MappedFile::open(folder + "/" + kHashTableFile, kMaxTableBytes));
    pack.hash_table = pack.hash_table_in->bytes();
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
  if (files.hash_table_in == nullptr) return {};
  auto table = scan::HashTable::open(files.hash_table, files.hash_table_in);
  if (!table) return std::move(table).error().within(kHashTableFile);
  pack.tables.push_back(std::move(table).value());
  return {};
}

// One file of a bundle into its pack, as read_one does with one of a folder.
Result<void> take_file(std::string_view name, ByteView bytes, const std::shared_ptr<const MappedFile>& bundle,
                       std::size_t& left, PackFiles& pack) {
  if (name == kHashTableFile) {
    pack.hash_table = bytes;
    pack.hash_table_in = bundle;
    return {};
  }
  const bool list = name.ends_with(".hdb") || name.ends_with(".hsb");
  if (!list && name != "pack.json" && name != "iocs.txt" && !name.ends_with(".yar")) return {};
  if (bytes.size() > left) return Error(Code::exhausted, "over 256 MiB of text in all");
  left -= bytes.size();
  const std::string_view text = as_text(bytes);
  if (list) pack.hash_lists.push_back({std::string(name), std::string(text)});
  if (name == "pack.json") pack.pack_json = text;
  if (name == "iocs.txt") pack.iocs = text;
  if (name.ends_with(".yar")) (pack.yara_source += text) += '\n';
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

Result<std::vector<PackFiles>> read_pack_files(const std::shared_ptr<const MappedFile>& bundle) {
  TRY(const auto files, read_bundle(bundle->bytes()));
  std::vector<PackFiles> packs;
  std::size_t left = kMaxContentBytes;
  for (const BundleFile& file : files) {
    const auto slash = file.path.find('/');
    const std::string_view folder = file.path.substr(0, slash);
    if (packs.empty() || packs.back().folder != folder) packs.push_back({.folder = std::string(folder), .pack_json = {}, .yara_source = {}, .iocs = {}});
    TRY_VOID(take_file(file.path.substr(slash + 1), file.bytes, bundle, left, packs.back()));
  }
  std::erase_if(packs, [](const PackFiles& pack) { return pack.pack_json.empty(); });
  return packs;
}

Result<std::vector<std::shared_ptr<const scan::RulePack>>> read_packs(const std::string& content) {
  if (auto bundle = MappedFile::open(content, kMaxBundleBytes)) {
    TRY(const auto files, read_pack_files(*bundle));
    return parse_packs(files);
  }
  TRY(const auto files, read_pack_files(content));
  return parse_packs(files);
}

}  // namespace khien::probe

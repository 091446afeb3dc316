#include "command.hpp"
#include "khien/core/file.hpp"
#include "khien/core/text.hpp"
#include "khien/hub/installation.hpp"
#include "khien/probe/content.hpp"
#include "khien/probe/worker.hpp"

namespace khien::hub {
namespace {

constexpr std::uint64_t kMaxListBytes = 16ull << 30;
constexpr int kFailed = 2;

Result<void> add_list(const std::string& path, scan::HashTableBuilder& builder) {
  TRY(const auto list, probe::MappedFile::open(path, kMaxListBytes));
  Budget budget({.bytes_in = kMaxListBytes, .entries = UINT64_MAX});
  if (auto added = builder.add_list(as_text(list->bytes()), budget); !added) return std::move(added).error().within(path);
  return {};
}

// Lists of hashes → the pack's compiled table, replaced as a whole.
Result<scan::HashTable> build(const std::string& pack, const std::vector<std::string>& lists) {
  if (!system_files().exists(pack + "/pack.json")) return Error(Code::not_found, pack + " has no pack.json");
  scan::HashTableBuilder builder;
  for (const std::string& list : lists) TRY_VOID(add_list(list, builder));
  TRY(Bytes made, builder.finish());
  const auto kept = std::make_shared<const Bytes>(std::move(made));
  TRY(auto table, scan::HashTable::open(*kept, kept));
  TRY_VOID(table.verify());
  TRY_VOID(system_files().write(pack + "/" + probe::kHashTableFile, as_text(*kept), 0644));
  return table;
}

int run_build(const std::vector<std::string>& words, Console& console) {
  if (words.size() < 3) return console.misuse({"cần gói luật và ít nhất một danh sách", "a pack and at least one list are needed"});
  const auto table = build(words[1], {words.begin() + 2, words.end()});
  if (!table) {
    console.fail(table.error());
    return kFailed;
  }
  const auto count = [&](scan::HashKind kind) { return std::to_string(table->count(kind)); };
  const std::string file = printable(words[1]) + "/" + probe::kHashTableFile;
  const std::string counts = count(scan::HashKind::sha256) + " SHA-256, " + count(scan::HashKind::sha1) + " SHA-1, " +
                             count(scan::HashKind::md5) + " MD5";
  console.say({"Đã ghi " + file + ": " + counts, "Wrote " + file + ": " + counts});
  return 0;
}

// Rules are compiled where they will be, in the sandbox; tables are read whole here.
Result<probe::Worker::Options> verify(const std::string& folder, std::size_t& rules, std::size_t& hashes) {
  TRY(const auto installation, find_installation());
  probe::Worker::Options options;
  options.executable = installation.worker;
  options.content_folder = folder.empty() ? installation.content : folder;
  TRY(const auto worker, probe::Worker::start(options, system_clock()));
  rules = worker->rule_count();
  hashes = worker->ioc_count();
  TRY(const auto packs, probe::read_packs(options.content_folder));
  for (const auto& pack : packs) {
    for (const scan::HashTable& table : pack->tables) {
      if (auto good = table.verify(); !good) return std::move(good).error().within("pack '" + pack->name + "'");
    }
  }
  if (packs.empty()) return Error(Code::not_found, options.content_folder + ": no pack in it");
  return options;
}

int run_verify(const std::vector<std::string>& words, Console& console) {
  std::size_t rules = 0, hashes = 0;
  const auto done = verify(words.size() > 1 ? words[1] : "", rules, hashes);
  if (!done) {
    console.fail(done.error());
    return kFailed;
  }
  const std::string counts = std::to_string(rules) + " / " + std::to_string(hashes);
  console.say({"Tốt: luật / mã băm: " + counts, "Good: rules / hashes: " + counts});
  return 0;
}

int run(const Arguments& arguments, Console& console) {
  const auto& words = arguments.positional();
  if (!words.empty() && words[0] == "build") return run_build(words, console);
  if (!words.empty() && words[0] == "verify") return run_verify(words, console);
  return console.misuse({"cần build hoặc verify", "build or verify is needed"});
}

}  // namespace

Command content_command() {
  return {.name = "content",
          .synopsis = "content build PACK LIST… | content verify [DIR]",
          .summary = {"dựng và kiểm tra gói luật", "build and check rule packs"},
          .details = {"build: gộp các danh sách mã băm (.hdb, .hsb của ClamAV, hoặc \"<mã băm> <mức> <tên>\") thành\n"
                      "PACK/hashes.table, đọc được ngay với hàng triệu mã băm.\n"
                      "verify: dịch mọi luật trong tiến trình cách ly và đọc hết mọi bảng mã băm.\n"
                      "Ví dụ: khien content build ./goi-tinh ./daily.hsb ./iocs.txt",
                      "build: compiles lists of hashes (ClamAV's .hdb and .hsb, or \"<hash> <severity> <name>\") into\n"
                      "PACK/hashes.table, which is open at once with millions of hashes.\n"
                      "verify: compiles every rule in the sandbox and reads every table of hashes whole.\n"
                      "Example: khien content build ./province-pack ./daily.hsb ./iocs.txt"},
          .options = {},
          .here = run};
}

}  // namespace khien::hub

#include <algorithm>
#include <array>

#include "commands/content.hpp"
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

bool is_a_file(const std::string& path) { return probe::MappedFile::open(path, UINT64_MAX).has_value(); }

// What concerns a hub's rings; all else is done where it was typed.
bool at_the_office(const Arguments& arguments) {
  constexpr std::array<std::string_view, 8> kWords{"trust", "import", "status", "halt", "resume", "rollback", "hold", "mark"};
  const auto& words = arguments.positional();
  return !words.empty() && std::ranges::find(kWords, words[0]) != kWords.end();
}

int run(const Arguments& arguments, Console& console) {
  const auto& words = arguments.positional();
  const std::string verb = words.empty() ? "" : words[0];
  if (verb == "build") return run_build(words, console);
  if (verb == "verify" && words.size() == 2 && is_a_file(words[1])) return content_check_file(arguments, console);
  if (verb == "verify") return run_verify(words, console);
  if (verb == "test") return content_test(arguments, console);
  if (verb == "keygen") return content_keygen(arguments, console);
  if (verb == "root") return content_root(arguments, console);
  if (verb == "sign") return content_sign(arguments, console);
  return console.misuse({"cần một việc; xem khien content --help", "what to do is needed; see khien content --help"});
}

}  // namespace

Command content_command() {
  return {.name = "content",
          .synopsis = "content build PACK LIST… | content verify [DIR|FILE --root ROOT] | content test DIR | "
                      "content keygen FILE | content root FILE TYPE=N:KEY.pub,… | content sign DIR|FILE --key FILE | "
                      "content trust FILE | content import FILE.khienpack [--emergency] | content status [--json] | "
                      "content halt|rollback VERSION --reason TEXT | content resume VERSION | "
                      "content hold none|freeze|pin VERSION|delay HOURS | content mark MACHINE lab|critical|none",
          .summary = {"dựng và kiểm tra gói luật", "build and check rule packs"},
          .details = {"build: gộp các danh sách mã băm (.hdb, .hsb của ClamAV, hoặc \"<mã băm> <mức> <tên>\") thành\n"
                      "PACK/hashes.table, đọc được ngay với hàng triệu mã băm.\n"
                      "verify: dịch mọi luật trong tiến trình cách ly và đọc hết mọi bảng mã băm; với tệp đã ký thì kiểm tra\n"
                      "chữ ký theo gốc tin cậy.\n"
                      "test: nạp gói trong tiến trình dùng một lần, có giới hạn; ví dụ *.hit phải bị phát hiện, *.miss và tệp\n"
                      "vô hại thì không.\n"
                      "keygen, root, sign: chạy trên máy không nối mạng, không cần trung tâm.\n"
                      "trust: cho trung tâm biết ai được ký. import: nhận gói đã ký, chạy thử trên trung tâm, rồi đưa đến các máy\n"
                      "theo vòng 1 %, 10 %, 100 %. status: các vòng hiện tại. halt: không máy nào nhận thêm; resume: đi tiếp;\n"
                      "rollback: các máy quay về nội dung tốt trước đó. hold: đơn vị giữ phiên bản, chậm lại hoặc đứng yên.\n"
                      "mark: máy thử nghiệm nhận trước, máy quan trọng nhận cuối.\n"
                      "Ví dụ: khien content build ./goi-tinh ./daily.hsb ./iocs.txt",
                      "build: compiles lists of hashes (ClamAV's .hdb and .hsb, or \"<hash> <severity> <name>\") into\n"
                      "PACK/hashes.table, which is open at once with millions of hashes.\n"
                      "verify: compiles every rule in the sandbox and reads every table of hashes whole; of a signed file,\n"
                      "checks the signatures by the pinned root.\n"
                      "test: loads the packs in a process that is thrown away, with limits; examples *.hit must be found,\n"
                      "*.miss and harmless files must not.\n"
                      "keygen, root, sign: on a machine without a network, without a hub.\n"
                      "trust: tells the hub who may sign. import: takes a signed pack, tries it on the hub, then gives it to\n"
                      "machines in rings of 1 %, 10 %, 100 %. status: the rings now. halt: nobody new gets it; resume: it goes\n"
                      "on; rollback: machines go back to what was good. hold: the tenant stays at a version, waits, or stands\n"
                      "still. mark: lab machines get it first, critical ones last.\n"
                      "Example: khien content build ./province-pack ./daily.hsb ./iocs.txt"},
          .options = with_folder({{"root", "FILE", {"gốc tin cậy để kiểm tra tệp đã ký", "the root to check a signed file by"}},
                                  {"key", "FILE", {"khóa bí mật để ký", "the secret key to sign with"}},
                                  {"version", "N", {"số phiên bản, tăng dần", "the release's number, which grows"}},
                                  {"days", "N", {"hiệu lực bao nhiêu ngày", "how many days it is good for"}},
                                  {"out", "FILE", {"tệp kết quả", "the file to write"}},
                                  {"emergency", "", {"các vòng ngắn hơn: 10 phút, 20 phút, 1 giờ", "shorter rings: 10 min, 20 min, 1 h"}},
                                  {"reason", "TEXT", {"lý do, ghi vào nhật ký", "why, for the log"}},
                                  {"json", "", {"in JSON", "print JSON"}},
                                  {"text", "BASE64", {"", ""}, true},
                                  {"at", "PATH", {"", ""}, true}}),
          .here = run,
          .office = content_office,
          .prepare = prepare_content,
          .at_the_office = at_the_office};
}

}  // namespace khien::hub

#include "khien/hub/match_alone.hpp"

#include <cstddef>
#include <utility>

#include "khien/core/clock.hpp"
#include "khien/core/replacing_file.hpp"
#include "khien/core/text.hpp"
#include "khien/hub/arguments.hpp"
#include "khien/probe/sandbox.hpp"
#include "matching.hpp"
#include "open_file.hpp"
#include "packed_book.hpp"

namespace khien::hub {
namespace {

constexpr std::uint64_t kMostInventoryBytes = 64u << 20;
constexpr std::uint64_t kMostMemory = 1u << 30;

LocalText help() {
  return {
    "khien-match --inventory TỆP --feed SỔ [--os ID:BẢN] [--json]\n"
    "Đối chiếu phần mềm của một máy với sổ đóng gói (khien advisory pack), không cần trung tâm.\n"
    "Chương trình tự khóa mình trước khi đọc: chỉ còn đọc hai tệp đó và in kết quả.\n"
    "  --inventory  danh sách phần mềm: dpkg-query, rpm -qa, SBOM JSON, tệp khóa… (XML, CSV: dùng khien advisory match)\n"
    "  --feed       sổ đóng gói\n"
    "  --os         bản phân phối, khi danh sách không nói (debian:12)\n"
    "  --json       in JSON\n"
    "Mã kết thúc: 0 không có gì, 1 có lỗ hổng, 3 chỉ có điều chưa rõ; 2 không đọc được, dùng sai,\n"
    "hoặc không thấy gì mà còn gói chưa đối chiếu được.\n",
    "khien-match --inventory FILE --feed BOOK [--os ID:RELEASE] [--json]\n"
    "Holds one machine's software against a packed book (khien advisory pack), without a hub.\n"
    "It shuts itself in before it reads: these two files, and what it prints, are all that is left to it.\n"
    "  --inventory  what is installed: dpkg-query, rpm -qa, SBOM as JSON, lock files (XML, CSV: khien advisory match)\n"
    "  --feed       the packed book\n"
    "  --os         the distribution, where the list does not tell (debian:12)\n"
    "  --json       print JSON\n"
    "Exit codes: 0 nothing, 1 found, 3 only what cannot be told; 2 not read, wrong use,\n"
    "or nothing found while packages could not be judged.\n"};
}

Result<std::string> read_whole(const Fd& file, std::uint64_t size) {
  std::string bytes(size, '\0');
  TRY(const auto got, read_at(file, 0, std::as_writable_bytes(std::span(bytes))));
  bytes.resize(got);
  return bytes;
}

Result<MatchReport> match(const Arguments& arguments) {
  const std::string list = arguments.value_or("inventory", ""), name = arguments.value_or("feed", "");
  TRY(const auto list_file, open_for_reading(list, kMostInventoryBytes));
  TRY(const auto list_status, status_of(list_file));
  TRY(const auto book_file, open_for_reading(name, kMostPackedBytes));
  TRY(const auto book_status, status_of(book_file));
  if (!is_packed_book(book_file)) return Error(Code::invalid, name + ": not a packed book (khien advisory pack makes one)");
  // From here on it can do no more than read these two and print.
  TRY(const auto shut, probe::enter_sandbox({.user = "nobody", .memory_bytes = kMostMemory + book_status.size, .prints = true}));
  (void)shut;
  auto packed = PackedBook::open(book_file, book_status.size);
  if (!packed) return std::move(packed).error().within(name);
  MatchReport report;
  {
    TRY(const auto bytes, read_whole(list_file, list_status.size));
    Budget budget(inventory::inventory_limits(), &system_clock());
    auto inventory = inventory::read_plain_inventory(as_bytes(bytes), {.file_name = list, .os = arguments.value_or("os", "")}, budget);
    if (!inventory) return std::move(inventory).error().within(list);
    report.inventory = std::move(inventory).value();
  }
  if (auto matched = match_packed(*packed, report); !matched) return std::move(matched).error().within(name);
  return report;
}

}  // namespace

int match_alone(const std::vector<std::string>& words, Console& console) {
  const auto misuse = [&](const LocalText& why) {
    console.warn({"Lỗi: " + why.vi + ". Xem: khien-match --help", "Error: " + why.en + ". See: khien-match --help"});
    return 2;
  };
  const auto arguments = Arguments::parse(words, {{"inventory", "FILE", {}}, {"feed", "FILE", {}}, {"os", "ID:RELEASE", {}}, {"json", "", {}}, {"help", "", {}}});
  if (!arguments) return misuse({printable(arguments.error().what()), printable(arguments.error().what())});
  if (arguments->has("help")) {
    console.out(pick(help(), console.language()));
    return 0;
  }
  if (!arguments->value("inventory") || arguments->values("feed").size() != 1 || !arguments->positional().empty()) {
    return misuse({"cần --inventory TỆP và đúng một --feed SỔ", "--inventory FILE and exactly one --feed BOOK are needed"});
  }
  const auto report = match(*arguments);
  if (!report) return console.unreadable(report.error());
  return tell(*report, arguments->has("json"), console);
}

}  // namespace khien::hub

#include "command.hpp"
#include "commands/advisory_compare.hpp"
#include "commands/advisory_match.hpp"
#include "commands/advisory_office.hpp"
#include "commands/advisory_pack.hpp"

namespace khien::hub {
namespace {

int run_here(const Arguments& arguments, Console& console) {
  const auto& words = arguments.positional();
  if (!words.empty() && words.front() == "compare") return compare_versions_of(arguments, console);
  if (!words.empty() && words.front() == "match") return match_inventory(arguments, console);
  if (!words.empty() && words.front() == "letter") return read_letter_file(arguments, console);
  if (!words.empty() && words.front() == "pack") return pack_feeds(arguments, console);
  return console.misuse({"cần import, fetch, list, show, match, pack, letter hoặc compare", "import, fetch, list, show, match, pack, letter or compare is needed"});
}

}  // namespace

Command advisory_command() {
  return {.name = "advisory",
          .synopsis = "advisory import FILE… | advisory fetch | advisory list [--all] [--json] | advisory show NAME [--json] | "
                      "advisory compare ECOSYSTEM A B | advisory compare ECOSYSTEM --batch FILE | "
                      "advisory match --inventory FILE --feed FILE… [--os ID:RELEASE] [--json] | advisory pack --feed FILE… [--os ID:RELEASE] -o FILE | advisory letter FILE [--json]",
          .summary = {"nhập nguồn cảnh báo lỗ hổng, xem ai đã vá; so sánh phiên bản; đối chiếu phần mềm; đọc công văn cảnh báo",
                      "import feeds of vulnerabilities, see who patched; compare versions; match what is installed; read an official warning"},
          .details = {"import: nhận KEV, CVE 5, NVD, OSV, Debian, CSAF, EPSS (tự nhận ra loại), đọc trong tiến trình cách ly, rồi đối chiếu với\n"
                      "mọi máy. Trung tâm chưa chạy thì đối chiếu khi chạy. Tệp hỏng: bản tốt trước đó vẫn có hiệu lực.\n"
                      "fetch: tải ngay các nguồn mà khien.toml nêu ([feeds]), nguồn không đổi thì thôi, rồi làm như import. Trung tâm đang chạy tự tải theo giờ.\n"
                      "list: cảnh báo đang theo dõi: mã, mức, hạn, số máy chưa vá, số máy chưa rõ. show: một cảnh báo, bản vá và từng cơ quan.\n"
                      "Ví dụ: khien advisory import known_exploited_vulnerabilities.json\n"
                      "compare: in <, = hoặc >. ECOSYSTEM: tên theo purl, OSV hoặc Trivy (debian, rpm, alpine, npm, maven, pypi, nuget, rubygems,\n"
                      "packagist, windows, generic…), có hoặc không có bản phát hành (\"Debian:12\").\n"
                      "--batch: tệp gồm các dòng A<TAB>op<TAB>B; in từng dòng sai, kèm số dòng, và cuối cùng \"N right, M wrong\".\n"
                      "Mã kết thúc: 0 đúng cả, 1 có dòng sai, 2 dùng sai hoặc không đọc được.\n"
                      "match: đọc danh sách phần mềm và các nguồn lỗ hổng trong tiến trình cách ly (khien-worker), tự nhận dạng từng tệp, rồi in\n"
                      "từng lỗ hổng theo mức khẩn cấp: gói, bản đang cài, bản vá, theo bản ghi và quy tắc nào. --os: bản phân phối, khi danh sách\n"
                      "không nói (debian:12). Mã kết thúc: 0 không có gì, 1 có lỗ hổng, 3 chỉ có điều chưa rõ; 2 không đọc được,\n"
                      "hoặc không thấy gì mà còn gói chưa đối chiếu được vì chưa biết bản phân phối.\n"
                      "pack: đọc các nguồn một lần, ghi thành một sổ đóng gói (--os: chỉ cho một bản phân phối) để chép đến nhiều máy; match --feed\n"
                      "và chương trình nhỏ khien-match đọc sổ đó trong chớp mắt, không cần trung tâm. Sổ đóng gói luôn được dùng một mình.\n"
                      "letter: đọc công văn (văn bản, DOCX, ODT) và in số, ngày, cơ quan, mã CVE, sản phẩm, phiên bản, thời hạn, kèm vị trí trong\n"
                      "văn bản và độ chắc chắn; người dùng xác nhận trước khi dùng.\n"
                      "Ví dụ: khien advisory compare debian 1.0-1~deb12u1 1.0-1\n"
                      "       khien advisory match --inventory dpkg.txt --os debian:12 --feed debian.json --feed kev.json --json\n"
                      "       khien advisory pack --feed debian.json --feed kev.json --os debian:12 -o debian-12.khienbook\n"
                      "       khien advisory letter cong-van.docx --json\n"
                      "       khien advisory compare alpine --batch alpine.tsv",
                      "import: takes KEV, CVE 5, NVD, OSV, Debian, CSAF, EPSS (the kind is detected), reads them in the sandbox, and judges all\n"
                      "machines by them; without a running hub when it runs. A damaged file: the last good stays in force.\n"
                      "fetch: gets now what khien.toml names ([feeds]), where it changed, and goes on as import. A hub that runs does so by itself.\n"
                      "list: what is followed: name, severity, due day, machines not patched, machines not known. show: one, its fix, and each body.\n"
                      "Example: khien advisory import known_exploited_vulnerabilities.json\n"
                      "compare: prints <, = or >. ECOSYSTEM: a name of purl, OSV or Trivy (debian, rpm, alpine, npm, maven, pypi, nuget, rubygems,\n"
                      "packagist, windows, generic…), with its release or without (\"Debian:12\").\n"
                      "--batch: a file of rows A<TAB>op<TAB>B; printed is each wrong row with its number, and last \"N right, M wrong\".\n"
                      "Exit codes: 0 all right, 1 a row is wrong, 2 wrong use, or not read.\n"
                      "match: reads an inventory and feeds in a sandboxed process (khien-worker), each by its content, and prints each vulnerability\n"
                      "by urgency: package, what is installed, what mends it, by which record and rule. --os: the distribution where the list does\n"
                      "not tell (debian:12). Exit codes: 0 nothing, 1 found, 3 only what cannot be told; 2 not read, or\n"
                      "nothing found while packages could not be judged because their distribution is not known.\n"
                      "pack: reads feeds once and writes one packed book (--os: of one distribution alone) for many machines; match --feed and the\n"
                      "small program khien-match look into it at once, without a hub. A packed book is always asked alone.\n"
                      "letter: reads an official warning (text, DOCX, ODT) and prints number, date, issuer, CVE ids, products, versions and deadlines\n"
                      "with their places in the text and how certain each is; a person confirms before any of it counts.\n"
                      "Examples: khien advisory compare debian 1.0-1~deb12u1 1.0-1\n"
                      "          khien advisory match --inventory dpkg.txt --os debian:12 --feed debian.json --feed kev.json --json\n"
                      "          khien advisory pack --feed debian.json --feed kev.json --os debian:12 -o debian-12.khienbook\n"
                      "          khien advisory letter cong-van.docx --json\n"
                      "          khien advisory compare alpine --batch alpine.tsv"},
          .options = with_folder({{"batch", "FILE", {"tệp các dòng A<TAB>op<TAB>B", "a file of rows A<TAB>op<TAB>B"}},
                                  {"inventory", "FILE", {"match: danh sách phần mềm", "match: the inventory"}},
                                  {"feed", "FILE", {"match, pack: nguồn lỗ hổng, có thể nhiều", "match, pack: a feed; may be several"}},
                                  {"os", "ID:RELEASE", {"match, pack: bản phân phối", "match, pack: the distribution"}},
                                  {"output", "FILE", {"pack: tệp ghi ra (cũng viết -o TỆP)", "pack: the file to write (-o FILE as well)"}},
                                  {"all", "", {"list: cả cảnh báo đã xử lý xong", "list: what is done as well"}},
                                  {"json", "", {"in JSON", "print JSON"}},
                                  {"at", "PATH", {"", ""}, true}}),
          .here = run_here,
          .office = advisory_office,
          .prepare = prepare_advisory,
          .at_the_office = advisory_at_the_office};
}

}  // namespace khien::hub

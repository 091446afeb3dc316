#include "command.hpp"
#include "commands/site_judge.hpp"

namespace khien::hub {

Command site_command() {
  return {.name = "site",
          .synopsis = "site judge --view VISITOR=FILE… [--baseline FILE] [--url URL] [--json] | site judge --batch INDEX [--labels]",
          .summary = {"xét trang web đã lưu: bị cài, bị sửa, chuyển hướng, che giấu", "judge saved web pages: injected, defaced, redirected, cloaked"},
          .details = {"Đọc trang đã lưu trong tiến trình cách ly (khien-worker) và cho biết kết luận, điểm, lý do, từng liên kết xấu.\n"
                      "VISITOR: desktop, desktop-google, googlebot, mobile-google. --baseline: trang khi còn đúng, hoặc đường cơ sở đã lưu.\n"
                      "--batch: mỗi dòng một trang {\"id\",\"file\",\"url\",\"baseline\",\"label\",\"kind\"}; in mỗi trang một dòng JSON. --labels: in thêm\n"
                      "độ phủ và độ chính xác so với nhãn. Tệp văn bản thường cũng là trang.\n"
                      "Mã kết thúc: 0 không có gì, 1 có phát hiện, 2 có trang không đọc được hoặc lỗi.\n"
                      "Ví dụ: khien site judge --view desktop=a.html --view googlebot=b.html --url https://xa.gov.vn/ --json",
                      "Saved pages are read in a sandboxed process (khien-worker); told are the class, the score, the reasons, each bad link.\n"
                      "VISITOR: desktop, desktop-google, googlebot, mobile-google. --baseline: the page when it was right, or a saved baseline.\n"
                      "--batch: a line a page {\"id\",\"file\",\"url\",\"baseline\",\"label\",\"kind\"}; printed is a JSON line a page. --labels: recall and\n"
                      "precision against the labels too. A plain text is a page as well.\n"
                      "Exit codes: 0 nothing, 1 found, 2 a page could not be read, or failed.\n"
                      "Example: khien site judge --view desktop=a.html --view googlebot=b.html --url https://xa.gov.vn/ --json"},
          .options = page_judge_options(),
          .here = judge_pages};
}

}  // namespace khien::hub

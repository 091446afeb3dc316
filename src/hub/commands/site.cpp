#include <utility>

#include "command.hpp"
#include "commands/site_check.hpp"
#include "commands/site_judge.hpp"
#include "commands/site_render.hpp"
#include "commands/site_watch.hpp"

namespace khien::hub {
namespace {

std::vector<OptionSpec> site_options() {
  std::vector<OptionSpec> options = page_judge_options();
  const std::vector<OptionSpec> others = {
      {"allow-private", "", {"check, render: cho phép địa chỉ nội bộ và mọi cổng", "check, render: private addresses and any port may be visited"}},
      {"dns", "SERVERS", {"check, render: máy chủ tên miền, thay cho của máy này", "check, render: name servers, instead of this machine's"}},
      {"out", "FOLDER", {"render: nơi ghi rendered.html và rendered.png", "render: where rendered.html and rendered.png are written"}},
      {"browser", "SOCKET", {"render: socket của dịch vụ khien-browser", "render: the socket of the service khien-browser"}},
      {"browser-user", "USER", {"render: tài khoản của trình duyệt, khi chạy bằng root", "render: the browser's account, where root runs this"}},
      {"status", "S", {"chỉ trạng thái này", "only this status"}},
      {"class", "C", {"chỉ trang web có trang con bị kết luận như vậy: compromised, defaced, redirected, cloaked …", "only sites with a page of this class: compromised, defaced, redirected, cloaked …"}},
      {"label", "S", {"chỉ trang có nhãn Tín nhiệm mạng: none, expired, soon, valid", "only sites whose trust label is none, expired, soon, valid"}},
      {"certificate", "S", {"chỉ trang có chứng thư: none, expired, soon, valid", "only sites whose certificate is none, expired, soon, valid"}},
      {"overdue", "", {"chỉ trang quá hạn quét", "only sites whose look is late"}},
      {"waiting", "", {"chỉ trang có vụ việc chờ người xử lý", "only sites whose case waits for a person"}},
      {"counts", "", {"list: chỉ đếm theo tình trạng, kết luận, nhãn, chứng thư", "list: only counts by status, class, label, certificate"}},
      {"words", "W", {"chỉ trang có các từ này", "only sites that have these words"}},
      {"file", "F", {"listed: danh sách địa chỉ, tệp CSV của Search Console hoặc trang kết quả đã sao chép", "listed: a list of addresses, a CSV of Search Console or a page of results"}},
      {"as", "USER", {"theo lời của ai", "on whose word"}}};
  options.insert(options.end(), others.begin(), others.end());
  return with_folder(std::move(options));
}

int run_here(const Arguments& arguments, Console& console) {
  if (!arguments.positional().empty() && arguments.positional().front() == "check") return check_sites(arguments, console);
  if (!arguments.positional().empty() && arguments.positional().front() == "render") return render_site(arguments, console);
  return judge_pages(arguments, console);
}

}  // namespace

Command site_command() {
  return {.name = "site",
          .synopsis = "site list [--status S] [--class C] [--label S] [--certificate S] [--overdue] [--waiting] [--words W] [--json] | site show ID [--json] | site recheck ID --as USER [--json] | site listed ID --file F --as USER [--json] | "
                      "site check URL… [--json] [--allow-private] | site render URL [--out FOLDER] [--json] [--allow-private] | "
                      "site judge --view VISITOR=FILE… [--baseline FILE] [--url URL] [--json] | site judge --batch INDEX [--labels]",
          .summary = {"trang web đang theo dõi; xem ngay một trang; xét trang đã lưu", "websites under watch; look at one now; judge saved pages"},
          .details = {"list, show, recheck: trang web đang theo dõi. Trạng thái: ill (bị chèn nội dung), silent (không trả lời), watching (đã\n"
                      "sạch, quét hằng ngày), clean, not_yet (chưa quét). recheck yêu cầu quét ngay.\n"
                      "listed: đưa vào các địa chỉ mà công cụ tìm kiếm liệt kê của trang (site:…); mỗi lần quét mở một phần, chờ lâu trước.\n"
                      "check: tải trang ngay bây giờ theo bốn loại khách (máy tính, máy tính đến từ Google, Googlebot, điện thoại đến từ Google),\n"
                      "theo từng bước chuyển hướng, rồi xét; cho biết cả chứng thư, phần mềm của trang, tên miền và thư điện tử. Địa chỉ nội bộ\n"
                      "bị từ chối, trừ khi có --allow-private.\n"
                      "render: mở trang bằng trình duyệt (Chromium dưới tài khoản riêng, không có mạng, mỗi yêu cầu đi qua bộ quét), đợi mã lệnh\n"
                      "chạy xong rồi xét; ghi nội dung và ảnh chụp.\n"
                      "judge: đọc trang đã lưu trong tiến trình cách ly (khien-worker) và cho biết kết luận, điểm, lý do, từng liên kết xấu.\n"
                      "VISITOR: desktop, desktop-google, googlebot, mobile-google, rendered. --baseline: trang khi còn đúng, hoặc đường cơ sở đã lưu.\n"
                      "--batch: mỗi dòng một trang {\"id\",\"file\",\"url\",\"baseline\",\"label\",\"kind\"}; in mỗi trang một dòng JSON. --labels: in thêm\n"
                      "độ phủ và độ chính xác so với nhãn. Tệp văn bản thường cũng là trang.\n"
                      "Mã kết thúc của check, render, judge: 0 không có gì, 1 có phát hiện, 2 có trang không đọc được hoặc lỗi.\n"
                      "Ví dụ: khien site check xa.gov.vn --json\n"
                      "       khien site judge --view desktop=a.html --view googlebot=b.html --url https://xa.gov.vn/ --json",
                      "list, show, recheck: websites under watch. Status: ill (altered), silent (no answer), watching (mended, looked at daily),\n"
                      "clean, not_yet (never looked at). recheck asks for a look at once.\n"
                      "listed: takes the addresses that a search engine lists of the site (site:…); a part is opened at each look, the longest\n"
                      "waiting first.\n"
                      "check: pages are fetched now, as four kinds of visitor get them (desktop, desktop from Google, Googlebot, phone from Google),\n"
                      "each redirect followed by hand, then judged; told are the certificate, what the site is made with, its domain and mail as well.\n"
                      "Private addresses are refused unless --allow-private.\n"
                      "render: a page is opened in a browser (Chromium under an account of its own, without a network, each request made by the\n"
                      "crawler), judged once its scripts ran; written are its document and a picture.\n"
                      "judge: saved pages are read in a sandboxed process (khien-worker); told are the class, the score, the reasons, each bad link.\n"
                      "VISITOR: desktop, desktop-google, googlebot, mobile-google, rendered. --baseline: the page when it was right, or a saved baseline.\n"
                      "--batch: a line a page {\"id\",\"file\",\"url\",\"baseline\",\"label\",\"kind\"}; printed is a JSON line a page. --labels: recall and\n"
                      "precision against the labels too. A plain text is a page as well.\n"
                      "Exit codes of check, render and judge: 0 nothing, 1 found, 2 a page could not be read, or failed.\n"
                      "Examples: khien site check xa.gov.vn --json\n"
                      "          khien site judge --view desktop=a.html --view googlebot=b.html --url https://xa.gov.vn/ --json"},
          .options = site_options(),
          .here = run_here,
          .office = run_watched_sites,
          .at_the_office = is_about_watched_sites};
}

}  // namespace khien::hub

#include "browser_words.hpp"

#include <string>

#include "khien/core/text.hpp"
#include "khien/core/time.hpp"

namespace khien::hub {
namespace {

// "10:21 22/11/2026", by the clocks of Viet Nam.
std::string minute_text(Timestamp time) {
  const std::string text = to_rfc3339(time + hours(7));
  return text.substr(11, 5) + " " + text.substr(8, 2) + "/" + text.substr(5, 2) + "/" + text.substr(0, 4);
}

}  // namespace

LocalText words_of_missing_browser(std::string_view why) {
  if (why == "no_service") return {"dịch vụ khien-browser không trả lời: systemctl status khien-browser.socket", "the service khien-browser does not answer: systemctl status khien-browser.socket"};
  if (why == "no_browser") return {"máy này không có chromium: apt install chromium", "there is no chromium on this machine: apt install chromium"};
  if (why == "no_user") return {"không có tài khoản cho trình duyệt; chọn bằng --browser-user", "there is no account for the browser; name one with --browser-user"};
  if (why == "own_user") return {"trình duyệt phải chạy dưới tài khoản khác: chạy bằng root, hoặc dùng dịch vụ khien-browser", "the browser must run under another account: run this as root, or use the service khien-browser"};
  if (why == "network") return {"không tách được trình duyệt khỏi mạng; không mở", "the browser could not be kept from the network; it was not opened"};
  if (why == "no_sandbox") return {"nhân hệ điều hành không cho tạo không gian người dùng (sysctl user.max_user_namespaces), nên không có hộp cát của Chromium; không mở",
                                   "the kernel gives no user namespaces (sysctl user.max_user_namespaces), so Chromium has no sandbox; it was not opened"};
  return {"không mở được trình duyệt: " + printable(why), "the browser could not be opened: " + printable(why)};
}


LocalText words_of_browser(const site::BrowserState& browser) {
  if (!browser.on) return {"Mở trang bằng trình duyệt: đang tắt (watch_rendered_pages = 0).", "Pages in a browser: off (watch_rendered_pages = 0)."};
  const std::string pages = std::to_string(browser.opened_today), sites = std::to_string(browser.sites_today);
  const std::string most = std::to_string(browser.pages_a_day), at_end = std::to_string(browser.sites_at_end);
  LocalText text{"Mở trang bằng trình duyệt: đang bật; hôm nay đã mở " + pages + " trang của " + sites + " trang web, mỗi trang web nhiều nhất " + most +
                     " (" + at_end + " đã hết lượt)",
                 "Pages in a browser: on; opened today " + pages + " of " + sites + " website(s), at most " + most + " each (" + at_end + " at their end)"};
  const auto add = [&text](const LocalText& more) {
    text.vi += more.vi;
    text.en += more.en;
  };
  if (browser.opened_at) add({"; lần gần nhất " + minute_text(*browser.opened_at), "; the last at " + minute_text(*browser.opened_at)});
  else add({"; chưa mở trang nào từ khi trung tâm khởi động", "; none since the hub was started"});
  if (browser.error_at) {
    const std::string said = minute_text(*browser.error_at) + ": " + printable(browser.error);
    add({"; lỗi gần nhất lúc " + said, "; the last error at " + said});
  }
  add({".", "."});
  return text;
}

}  // namespace khien::hub

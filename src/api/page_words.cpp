#include "page_words.hpp"

namespace khien::api {
namespace {

const LocalText kKeepProof{"Chưa xoá gì vội: hệ thống đã giữ mã nguồn của cả bốn kiểu khách làm bằng chứng.",
                           "Do not hurry to delete: the source that all four kinds of visitors got is kept as proof."};
const LocalText kFindCause{
    "Tìm nguyên nhân gốc (tài khoản quản trị bị lộ, lỗ hổng của CMS, tệp lạ, trang khác trên cùng máy chủ) rồi ghi lại; "
    "chỉ xoá chữ thì nội dung sẽ quay lại.",
    "Find the root cause (a stolen account, a hole in the CMS, a foreign file, another site of the same server) and name "
    "it; text that is only deleted comes back."};
const LocalText kSayRemoved{"Gỡ xong thì bấm «Đã gỡ nội dung» và nêu nguyên nhân; Khiên quét lại ngay bằng cả bốn kiểu khách.",
                            "Say that it is removed and name the cause: the page is looked at again at once as all four kinds of visitors."};

scan::RuleText of_break_in(LocalText title, LocalText what) {
  return {std::move(title), std::move(what), {kKeepProof, kFindCause, kSayRemoved}};
}

}  // namespace

scan::RuleText words_for_page(PageClass page_class) {
  switch (page_class) {
    case PageClass::compromised:
      return of_break_in({"Trang bị chèn nội dung cờ bạc hoặc quảng cáo lạ", "Gambling or spam was put into the page"},
                         {"Có liên kết hoặc khối nội dung không phải của cơ quan, thường giấu khỏi mắt người xem.",
                          "There are links or blocks that are not the agency's, usually hidden from the eye."});
    case PageClass::defaced:
      return of_break_in({"Trang bị thay đổi giao diện", "The page was defaced"},
                         {"Nội dung của trang đã bị thay bằng lời của kẻ tấn công.",
                          "What the page says was replaced by an attacker's words."});
    case PageClass::redirected:
      return of_break_in({"Trang bị chuyển hướng sang trang lạ", "The page sends visitors elsewhere"},
                         {"Người xem bị đưa sang một trang khác, có thể chỉ khi đến từ Google hoặc dùng điện thoại.",
                          "Visitors are sent to another site, perhaps only when they come from Google or by phone."});
    case PageClass::cloaked:
      return of_break_in({"Trang đưa nội dung khác cho máy tìm kiếm", "Search engines are shown another page"},
                         {"Mở trang bằng trình duyệt thấy bình thường, nhưng máy tìm kiếm nhận được nội dung cờ bạc.",
                          "A browser shows nothing odd, but search engines are given gambling content."});
    case PageClass::reflected:
      return {{"Trang tìm kiếm lặp lại từ khoá cờ bạc", "The search page repeats gambling words"},
              {"Kẻ gửi thư rác tạo liên kết tới ô tìm kiếm của trang; trang lặp lại lời đó và bị Google lưu. Máy chủ chưa bị xâm nhập.",
               "Spammers link to the site's own search; the page repeats their words and is indexed. The server was not broken into."},
              {{"Thêm noindex vào trang kết quả tìm kiếm và không in lại từ khoá khi không có kết quả.",
                "Put noindex on the search results and do not print the words back where nothing was found."},
               kSayRemoved}};
    case PageClass::user_content:
      return {{"Người ngoài đăng nội dung cờ bạc lên trang", "Outsiders posted gambling content"},
              {"Mục hỏi đáp, góp ý hoặc tệp tải lên cho ai cũng đăng được và chưa có người duyệt.",
               "Questions, comments or uploads can be posted by anybody and nobody moderates them."},
              {{"Gỡ bài đăng hoặc tệp và bật duyệt trước khi hiện.", "Remove the post or file and moderate before it shows."},
               kSayRemoved}};
    case PageClass::dead_link:
      return {{"Liên kết cũ nay dẫn tới trang cờ bạc", "An old link leads to gambling now"},
              {"Tên miền được liên kết từ trước đã hết hạn và nay thuộc về người khác.",
               "A domain that was linked long ago expired and belongs to somebody else now."},
              {{"Gỡ liên kết khỏi trang.", "Remove the link from the page."}, kSayRemoved}};
    case PageClass::clean:
    case PageClass::legitimate_mention:
    case PageClass::unknown: break;
  }
  return {{"Trang cần xem lại", "A page to look at"},
          {"Trang chưa được xác định rõ.", "It is not clear what the page is."},
          {{"Mở bằng chứng và xem.", "Open the evidence and look."}}};
}

}  // namespace khien::api

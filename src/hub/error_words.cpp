#include "error_words.hpp"

#include <utility>

namespace khien::hub {
namespace {

// Longer ones before those they contain.
constexpr std::pair<std::string_view, std::string_view> kWords[] = {
    {"open folder: No such file or directory", "không có thư mục này"},
    {"open: No such file or directory", "không có tệp hoặc thư mục này"},
    {"No such file or directory", "không có tệp hoặc thư mục này"},
    {"open: Permission denied", "không được phép đọc"},
    {"Permission denied", "không được phép"},
    {"open: not a folder", "không phải thư mục"},
    {"is not a folder", "không phải thư mục"},
    {"not a folder", "không phải thư mục"},
    {"not a regular file", "không phải một tệp thường (thư mục, thiết bị?)"},
    {"is neither a file nor a folder", "không phải tệp, cũng không phải thư mục"},
    {"No space left on device", "ổ đĩa đã đầy"},
    {"Read-only file system", "ổ đĩa chỉ cho đọc"},
    {"Directory not empty", "thư mục không trống"},
    {"File exists", "đã có tệp này"},
    {"Input/output error", "ổ đĩa lỗi khi đọc hoặc ghi"},
    {"Too many levels of symbolic links", "là liên kết tượng trưng, không đi theo"},
    {"is held by another process", "đang được một tiến trình khác giữ (trung tâm đang chạy?)"},
    {"holds neither content folders nor directives",
     "không có thư mục nội dung, cũng không có tệp văn bản (.yaml, .json)"},
    {"an old or protected Excel file; save it as .xlsx or CSV",
     "tệp Excel đời cũ (.xls) hoặc có mật khẩu; hãy mở bằng Excel, LibreOffice và lưu thành .xlsx hoặc CSV"},
    {"the workbook is protected by a password", "bảng tính có mật khẩu; hãy bỏ mật khẩu rồi lưu lại"},
    {"the workbook is a compression bomb",
     "bảng tính bung ra quá lớn so với tệp (tệp nén độc hại?); không đọc"},
    {"the workbook's ZIP is damaged", "bảng tính .xlsx bị hỏng; hãy mở và lưu lại, hoặc lưu thành CSV"},
    {"the workbook's XML is damaged", "bảng tính .xlsx bị hỏng; hãy mở và lưu lại, hoặc lưu thành CSV"},
    {"the workbook has a document type definition", "bảng tính có phần khai báo lạ (DTD); không đọc"},
    {"the workbook has too many sheets", "bảng tính có quá nhiều trang"},
    {"the sheet has too many columns", "trang tính có quá nhiều cột"},
    {"this ZIP is no workbook", "tệp nén này không phải bảng tính"},
    {"the file is no text", "tệp không phải văn bản; cần CSV hoặc XLSX"},
    {"a quotation mark is not closed", "dấu nháy kép mở mà không đóng"},
    {"must be text in quotes", "phải là chữ trong dấu nháy kép"},
    {"must be a list of texts in quotes", "phải là danh sách chữ trong dấu nháy kép, như [\"a\", \"b\"]"},
    {"must be 0 to 65535", "phải từ 0 đến 65535"},
    {"must be 1 to 480", "phải từ 1 đến 480"},
    {R"(must be "debug", "info", "warning" or "error")", R"(phải là "debug", "info", "warning" hoặc "error")"},
    {"there is no such key", "không có khóa này (xem: khien config template)"},
    {"there is no such section", "không có phần này; chỉ có [hub] và [agent]"},
    {"there is no option ", "không có tùy chọn "},
    {" needs a value: ", " cần một giá trị: "},
    {" takes no value", " không nhận giá trị"},
    {"there is no such unit: ",
     "không có đơn vị nào có mã, số hiệu hoặc tên này (xem: khien estate units): "},
    {"there is no such unit", "không có đơn vị này (xem: khien unit list)"},
    {"no advisory speaks of a product of this name; check its maker and its name",
     "chưa có cảnh báo nào nói về sản phẩm có tên này; hãy kiểm tra tên hãng và tên sản phẩm"},
    {"the list does not tell its operating system, so nothing can be judged; say which: --os debian:12",
     "danh sách không cho biết hệ điều hành, nên không đối chiếu được; hãy ghi rõ: --os debian:12"},
    {"there is no such province: ", "không có tỉnh nào có mã hoặc tên này: "},
    {"a packed book is asked alone; pack all feeds into one (khien advisory pack)",
     "sổ đóng gói luôn được dùng một mình; hãy gộp các nguồn vào một sổ (khien advisory pack)"},
    {"a packed book is for match and khien-match; import the feeds that it was made of",
     "sổ đóng gói dành cho match và khien-match; hãy nhập các nguồn đã dùng để đóng gói"},
    {"not a packed book (khien advisory pack makes one)", "không phải sổ đóng gói (tạo bằng khien advisory pack)"},
    {"packed book: it is cut off", "sổ đóng gói bị cắt cụt; hãy chép lại"},
    {"packed book: its bytes are not those that were written", "sổ đóng gói bị hỏng; hãy chép lại"},
    {"a form that is not read here: XML, a table, or none that is known", "dạng tệp không đọc được ở đây: XML, bảng, hoặc dạng lạ (dùng khien advisory match)"},
    {"the schema is of no feed that is known", "không phải nguồn lỗ hổng nào đã biết (KEV, CVE 5, NVD, OSV, Debian, CSAF, EPSS)"},
    {" (NVD may not know the key of feeds.nvd_key_file)", " (có thể NVD không nhận khóa trong feeds.nvd_key_file)"},
    {"file over 12582912 bytes", "tệp lớn hơn 12 MiB; hãy chia thành nhiều tệp"},
};

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  for (auto at = text.find(from); at != text.npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

}  // namespace

std::string in_vietnamese(std::string_view what) {
  std::string text(what);
  for (const auto& [english, vietnamese] : kWords) text = replaced(std::move(text), english, vietnamese);
  return text;
}

}  // namespace khien::hub

#include "khien/exchange/privacy.hpp"

#include <doctest/doctest.h>

namespace khien::exchange {
namespace {

std::string stripped(std::string_view path) { return without_names(path, {}); }

TEST_CASE("people's names go, on Windows and Linux, whatever they are called") {
  CHECK(stripped("C:\\Users\\Nguyễn Văn An\\AppData\\Roaming\\svchost.exe") == "C:\\Users\\*\\AppData\\Roaming\\svchost.exe");
  CHECK(stripped("c:\\USERS\\an.nv\\Desktop\\x.dll") == "c:\\USERS\\*\\Desktop\\x.dll");
  CHECK(stripped("C:\\Documents and Settings\\Chị Hoa\\Local Settings\\Temp\\a.exe") == "C:\\Documents and Settings\\*\\Local Settings\\Temp\\a.exe");
  CHECK(stripped("/home/tranthib/.cache/miner") == "/home/*/.cache/miner");
  CHECK(stripped("/Users/Đỗ Thị Hà/Downloads/virus") == "/Users/*/Downloads/virus");
  CHECK(stripped("/home/an") == "/home/*");
  CHECK(stripped("/var/mail/an") == "/var/mail/*");
  CHECK(stripped("/run/media/an/USB/x.exe") == "/run/media/*/*/x.exe");
  CHECK(stripped("C:/Users/An/Downloads/a.exe") == "C:/Users/*/Downloads/a.exe");
  CHECK(stripped("D:\\Users\\An\\a.exe") == "D:\\Users\\*\\a.exe");
}

TEST_CASE("what is nobody's stays: it is what is shared for") {
  for (const std::string path : {"C:\\Windows\\System32\\evil.dll", "C:\\Users\\Public\\evil.exe", "/usr/bin/evil", "/tmp/.X/evil",
                                 "C:\\Program Files\\Zalo\\evil.exe", "/srv/www/html/shell.php", "", "/", "\\\\", "C:", "x"}) {
    CHECK(stripped(path) == path);
  }
}

TEST_CASE("documents lose their names, with another ending behind as well") {
  CHECK(stripped("C:\\Users\\An\\Desktop\\Bảng lương tháng 5.docx") == "C:\\Users\\*\\Desktop\\*.docx");
  CHECK(stripped("/srv/files/Ho so Nguyen Van A.pdf.exe") == "/srv/files/*.pdf.exe");
  CHECK(stripped("/srv/files/Nguyễn A.tar.gz") == "/srv/files/*.gz");
  CHECK(stripped("C:\\x\\Danh sách.XLS") == "C:\\x\\*.XLS");
  CHECK(stripped("C:\\x\\setup.exe") == "C:\\x\\setup.exe");
  CHECK(stripped("C:\\x\\.docx") == "C:\\x\\.docx");
}

TEST_CASE("folders that a person made go; those of the system stay; a drive is nobody's") {
  CHECK(stripped("C:\\Users\\An\\OneDrive - UBND xã Tân Lập\\Tài liệu\\Hồ sơ ông Bình\\a.exe") == "C:\\Users\\*\\OneDrive\\Tài liệu\\*\\a.exe");
  CHECK(stripped("D:\\Hồ sơ cán bộ\\Trần B\\crack.exe") == "D:\\*\\*\\crack.exe");
  CHECK(stripped("\\\\may-chu\\chung\\Phòng A\\x.exe").ends_with("\\*\\x.exe"));
}

TEST_CASE("a hash is the same for the same name, and another with another salt") {
  const Privacy privacy{.users = NameRule::hash, .documents = NameRule::hash, .salt = "muối"};
  const auto once = without_names("C:\\Users\\An\\Desktop\\Lương.docx", privacy);
  CHECK(once == without_names("C:\\Users\\AN\\Desktop\\lương.docx", privacy));
  CHECK(once.starts_with("C:\\Users\\h-"));
  CHECK(once.ends_with(".docx"));
  CHECK_FALSE(once.contains("Lương"));
  CHECK(once != without_names("C:\\Users\\An\\Desktop\\Lương.docx", {.users = NameRule::hash, .documents = NameRule::hash, .salt = "khác"}));
}

TEST_CASE("keep keeps, each by itself") {
  CHECK(without_names("C:\\Users\\An\\Desktop\\Lương.docx", {.users = NameRule::keep, .documents = NameRule::keep, .salt = ""}) ==
        "C:\\Users\\An\\Desktop\\Lương.docx");
  CHECK(without_names("C:\\Users\\An\\Desktop\\Lương.docx", {.users = NameRule::strip, .documents = NameRule::keep, .salt = ""}) ==
        "C:\\Users\\*\\Desktop\\Lương.docx");
}

TEST_CASE("what was stripped is not stripped further") {
  for (const std::string path : {"C:\\Users\\An\\OneDrive - X\\Tài liệu\\Hồ sơ\\a.docx.exe", "/home/an/x y/z.pdf", "D:\\A\\B.zip"}) {
    CHECK(stripped(stripped(path)) == stripped(path));
  }
}

}  // namespace
}  // namespace khien::exchange

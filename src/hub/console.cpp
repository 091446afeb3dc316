#include "khien/hub/console.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>

#include "error_words.hpp"
#include "khien/core/text.hpp"

namespace khien::hub {
namespace {

// What the code means to a person; the technical words follow.
LocalText plain_words(Code code) {
  switch (code) {
    case Code::invalid: return {"Dữ liệu không hợp lệ", "The input is not valid"};
    case Code::not_found: return {"Không tìm thấy", "Not found"};
    case Code::conflict: return {"Trùng hoặc đang được dùng", "It exists already or is in use"};
    case Code::denied: return {"Không có quyền", "Not permitted"};
    case Code::exhausted: return {"Vượt giới hạn", "A limit was reached"};
    case Code::unavailable: return {"Chưa sẵn sàng", "Not available"};
    case Code::corrupt: return {"Dữ liệu lưu trữ bị hỏng", "Stored data is damaged"};
    case Code::internal: break;
  }
  return {"Lỗi của Khiên", "A fault of Khiên"};
}

}  // namespace

int Console::fail(const Error& error) {
  const LocalText words = plain_words(error.code());
  const std::string detail = printable(error.what());
  return fail(LocalText{words.vi + ": " + in_vietnamese(detail), words.en + ": " + detail});
}

int Console::unreadable(const Error& error) {
  fail(error);
  return 2;
}

int Console::fail(const LocalText& text) {
  warn({"Lỗi: " + text.vi, "Error: " + text.en});
  return 1;
}

int Console::misuse(const LocalText& text) {
  const std::string help = "khien " + (about_.empty() ? "" : about_ + " ") + "--help";
  warn({"Lỗi: " + text.vi + ". Xem: " + help, "Error: " + text.en + ". See: " + help});
  return 2;
}

void TerminalConsole::out(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

void TerminalConsole::err(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stderr); }

std::size_t TerminalConsole::watched_columns() const {
  if (isatty(STDERR_FILENO) == 0) return 0;
  winsize size{};
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
  return size.ws_col;
}

}  // namespace khien::hub

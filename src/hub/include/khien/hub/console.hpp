#pragma once

#include <string>
#include <string_view>

#include "khien/core/result.hpp"
#include "khien/hub/language.hpp"

namespace khien::hub {

// Where a command speaks. Text from outside goes through printable() first.
class Console {
 public:
  explicit Console(Language language) : language_(language) {}
  virtual ~Console() = default;

  virtual void out(std::string_view text) = 0;
  virtual void err(std::string_view text) = 0;

  // Somebody watches err(): a line there may be drawn over again. Columns; 0 if not.
  virtual std::size_t watched_columns() const { return 0; }

  Language language() const { return language_; }
  // A line in the person's language.
  void say(const LocalText& text) { out(pick(text, language_) + "\n"); }
  void warn(const LocalText& text) { err(pick(text, language_) + "\n"); }
  // "Lỗi: …", and 1: what a command that failed returns.
  int fail(const Error& error);
  int fail(const LocalText& text);
  // The same for wrong use: 2, with a hint at the --help of the command at hand.
  int misuse(const LocalText& text);
  // The same for a file or folder that was named and cannot be read: 2.
  int unreadable(const Error& error);
  void set_command(std::string_view name) { about_ = name; }

 private:
  Language language_;
  std::string about_;
};

// Standard output and standard error of this process.
class TerminalConsole final : public Console {
 public:
  using Console::Console;
  void out(std::string_view text) override;
  void err(std::string_view text) override;
  std::size_t watched_columns() const override;
};

// Keeps what was said, for tests.
class KeptConsole final : public Console {
 public:
  using Console::Console;
  void out(std::string_view text) override { said_ += text; }
  void err(std::string_view text) override { complained_ += text; }
  const std::string& said() const { return said_; }
  const std::string& complained() const { return complained_; }

 private:
  std::string said_;
  std::string complained_;
};

}  // namespace khien::hub

#include "settings/lines.hpp"
#include "settings/settings.hpp"

namespace khien::probe {
namespace {

constexpr std::size_t kMaxDepth = 32;

class BraceParser {
 public:
  explicit BraceParser(std::string_view text) : text_(text) {}

  std::vector<BraceLine> parse() {
    while (!text_.empty() && lines_.size() < kMaxStatements) step();
    return std::move(lines_);
  }

 private:
  void step() {
    const char c = text_.front();
    if (c == '#' || text_.starts_with("//")) {
      (void)take_line(text_);
    } else if (c == ';') {
      text_.remove_prefix(1);
      end_statement();
    } else if (c == '{') {
      text_.remove_prefix(1);
      open_block();
    } else if (c == '}') {
      text_.remove_prefix(1);
      words_.clear();
      if (depth_ > 0) --depth_;
      if (blocks_.size() > depth_) blocks_.resize(depth_);
    } else if (c == '\n' || kBlanks.contains(c)) {
      text_.remove_prefix(1);
    } else {
      take_one_word();
    }
  }

  void take_one_word() {
    std::string word;
    if (text_.front() == '"' || text_.front() == '\'') {
      const auto end = text_.find(text_.front(), 1);
      word = text_.substr(1, (end == text_.npos ? text_.size() : end) - 1).substr(0, kMaxSettingBytes);
      text_.remove_prefix(end == text_.npos ? text_.size() : end + 1);
    } else {
      const auto end = std::min(text_.find_first_of(" \t\r\f\v\n;{}"), text_.size());
      word = text_.substr(0, std::min(end, kMaxSettingBytes));
      text_.remove_prefix(end);
    }
    if (words_.size() < kMaxWords) words_.push_back(std::move(word));
  }

  void end_statement() {
    if (words_.empty()) return;
    std::string within;
    for (const std::string& block : blocks_) within += (within.empty() ? "" : " ") + block;
    lines_.push_back({std::move(within), std::move(words_)});
    words_.clear();
  }

  // Deeper than anybody writes: counted, so that the end is found, but not named.
  void open_block() {
    ++depth_;
    if (depth_ <= kMaxDepth) blocks_.push_back(words_.empty() ? std::string() : words_.front());
    words_.clear();
  }

  std::string_view text_;
  std::vector<std::string> words_;
  std::vector<std::string> blocks_;
  std::size_t depth_ = 0;
  std::vector<BraceLine> lines_;
};

}  // namespace

std::vector<BraceLine> parse_braces(std::string_view text) { return BraceParser(text).parse(); }

}  // namespace khien::probe

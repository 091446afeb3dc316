#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "khien/core/budget.hpp"
#include "khien/core/bytes.hpp"
#include "khien/core/result.hpp"

namespace khien::feed {

// A feed's text in the parts that are parsed alone: a whole JSON document, one line of
// many, one file of an archive.
struct Part {
  enum class Kind : unsigned char { json, line };  // line: of a text that is no JSON

  Kind kind = Kind::json;
  std::string_view text;   // until the visit ends
  std::string where;       // "all.zip: GHSA-1.json", "line 4"; empty: the file is this one
  std::uint64_t line = 0;  // of Kind::line, from 1
  bool one_of_many = false;
  bool of_tracker = false;  // one issue of Debian's tracker
  std::int64_t before = 0;  // bytes of the whole text before this one's first
};
using Visit = std::function<Result<void>(const Part&)>;

// Told how many of the first bytes are not looked at any more; may be nothing.
using Passed = std::function<void(std::size_t)>;

// Takes bytes apart: plain, gzip, zip (and a zip in a zip). Code::invalid where they are
// damaged or cut off, exhausted over a bound, or what `visit` says.
Result<void> each_part(ByteView bytes, Budget& budget, const Visit& visit, const Passed& passed = {});

class TrackerParts;

// The parts of a text that comes in pieces.
class Splitter {
 public:
  Splitter(std::string where, const Visit& visit);
  ~Splitter();
  Splitter(const Splitter&) = delete;
  Splitter& operator=(const Splitter&) = delete;

  Result<void> take(std::string_view piece);
  Result<void> finish();

 private:
  enum class Mode : unsigned char { unknown, document, tracker, json_lines, lines };

  void decide(bool last);
  void follow();
  Result<void> emit(Part::Kind kind, std::string_view text);
  Result<void> emit_lines(bool last);
  std::string line_name() const;

  std::string where_;
  const Visit& visit_;
  std::string buffer_;
  std::size_t searched_ = 0;  // of it, for a line's end
  Mode mode_ = Mode::unknown;
  std::unique_ptr<TrackerParts> tracker_;
  bool began_ = false;
  std::uint64_t line_ = 1;
  // Of the first value, as far as it was followed.
  std::size_t followed_ = 0;
  std::uint64_t open_ = 0;
  bool in_string_ = false, escaped_ = false, ended_ = false;
};

}  // namespace khien::feed

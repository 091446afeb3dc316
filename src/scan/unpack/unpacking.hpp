#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/budget.hpp"
#include "khien/core/bytes.hpp"
#include "khien/scan/engine.hpp"

namespace khien::scan {

struct Found;

// Takes one file apart, layer by layer, in memory: every part is handed to
// `look`, then taken apart itself. All layers share one budget; when it is spent
// everything stops, and the gaps say where and why.
//
// Pure: writes no file, starts no program, asks no clock but the budget's.
class Unpacking {
 public:
  using Look = std::function<void(ByteView bytes, const std::string& inside)>;
  Unpacking(Budget& budget, Look look) : budget_(budget), look_(std::move(look)) {}

  // Takes the bytes apart; they themselves are not looked at.
  void open(ByteView bytes);

  // What was not read, at most kMaxGaps; the first is the reason for all.
  const std::vector<Gap>& gaps() const { return gaps_; }
  // Whoever looks may say so too: out of time.
  void add_gap(const std::string& inside, std::string_view reason);

  // For the formats in this folder. What returns bool is false once all is over.

  // A part was found: looks at it, opens it, comes back.
  bool part(std::string_view name, ByteView bytes);
  // The same for what is text and holds nothing: a macro.
  bool text_part(std::string_view name, ByteView bytes);
  // A part cannot be read. The rest can.
  void gap(std::string_view name, std::string_view reason);
  bool take_entry();
  bool take_out(std::uint64_t bytes);
  bool in_time();
  bool stopped() const { return stopped_; }
  // A piece of the bytes being taken apart that goes out as a part, or in one:
  // extends `run` if it follows directly, else begins a new run.
  void note_given(ByteView& run, ByteView piece);
  // Whether one part holds the whole piece, so that it need not be opened again.
  bool was_given(ByteView piece) const;

  static constexpr std::string_view kEncrypted = "encrypted";
  static constexpr std::string_view kDamaged = "damaged";
  static constexpr std::string_view kBomb = "bomb";
  static constexpr std::string_view kBudget = "budget";

 private:
  void stop(std::string_view reason);
  void open_as(const Found& found);
  std::string path_to(std::string_view name) const;

  Budget& budget_;
  Look look_;
  std::vector<Gap> gaps_;
  std::vector<std::string> path_;  // names of the parts we are inside of
  bool stopped_ = false;
  ByteView layer_;               // the bytes being taken apart
  std::vector<ByteView> given_;  // pieces of them that went out, each in one part
};

// Inflates a deflate stream, with the head that `how` names, as far as it goes,
// taking from the budget. What came out until it broke is kept; stopped: all is over.
enum class Deflate : unsigned char { zlib, raw, gzip };
enum class Inflated : unsigned char { whole, broken, stopped };
Inflated inflate_into(Bytes& out, ByteView compressed, Deflate how, Unpacking& unpacking);

void unpack_archive(const Found& found, Unpacking& unpacking);
void unpack_zips(ByteView bytes, Unpacking& unpacking);
void unpack_mail(ByteView bytes, Unpacking& unpacking);
void unpack_tnef(ByteView bytes, Unpacking& unpacking);
void unpack_pdf(ByteView bytes, Unpacking& unpacking);
void unpack_compound(const Found& found, Unpacking& unpacking);
void unpack_rtf(ByteView bytes, Unpacking& unpacking);

}  // namespace khien::scan

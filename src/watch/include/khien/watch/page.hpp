#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/budget.hpp"
#include "khien/core/bytes.hpp"
#include "khien/core/result.hpp"
#include "khien/model/page_view.hpp"

namespace khien::watch {

// Why a visitor does not see something that is in the page.
enum class Hidden : unsigned char {
  no,
  display,     // display: none, visibility: hidden, the attribute `hidden`
  clear,       // opacity 0
  tiny,        // no size, or letters of no size
  off_screen,  // moved out of the window
  colour,      // letters in the colour of what is behind them
  clipped,
  behind,      // placed below what is seen
  script,      // a script hides it
  no_script,   // stands in <noscript>: for search engines and few people
  comment,     // stands in a comment, until a script takes it out: proves nothing by itself
};
std::string_view to_string(Hidden hidden);

// What part of the page something stands in, by tag and by the names people give
// their classes.
enum class Region : unsigned char { body, header, navigation, footer, comments, search };
std::string_view to_string(Region region);

// A run of text with no break of block level in it.
struct Block {
  std::string text;           // UTF-8, NFC, white space collapsed, zero-width letters left out
  std::size_t offset = 0;     // of its first byte, in the page's bytes as served
  std::uint64_t place = 0;    // the same for blocks that stand alike in a template
  std::uint32_t group = 0;    // blocks and links under one hidden element share it; 0: not hidden
  Hidden hidden = Hidden::no;
  Region region = Region::body;
  bool heading = false;
  bool after_end = false;     // after </html>
};

struct Link {
  std::string url;            // as written, entities undone, white space at its ends left out
  std::string text;           // what is clicked; of an image its alternative text
  std::size_t offset = 0;     // of its "<", in the page's bytes as served
  std::size_t end = 0;        // of what comes after its start tag
  std::uint32_t block = 0, last_block = 0;  // the blocks its text stands in
  std::uint32_t group = 0;
  Hidden hidden = Hidden::no;
  Region region = Region::body;
  bool after_end = false;
  bool marked_ugc = false;    // rel=ugc
  bool as_text = false;       // no link: a text in the manner of one, "[url=…]…[/url]"
};

// Where the page sends its reader by itself.
struct Jump {
  std::string url;  // as written
  RedirectStep::How how = RedirectStep::How::refresh;
};

struct Field {
  std::string name;
  std::string value;
  bool search = false;  // of a form that looks for something
};

// What a picture says to those who do not see it, where it is no link.
struct Aside {
  std::string text;
  std::size_t offset = 0;  // of the picture, in the page's bytes as served
};

// What a page says and shows, of an HTML page or a plain text.
struct Page {
  std::string charset;      // it was read by: a name of the WHATWG Encoding Standard, "tcvn3", "vni"
  std::string language;     // of <html lang>, as written
  std::string title;
  std::string description;  // and key words, and what it tells other sites of itself
  std::vector<Block> blocks;
  std::vector<Link> links;
  std::vector<Field> fields;
  std::vector<Aside> asides;
  // Addresses of the web, the first of each host:
  std::vector<std::string> frames;   // of <iframe>, <frame>, <object> and <embed>, as written
  // of these, those nobody sees that stand after </html>, or are no larger than a dot
  std::vector<std::string> unseen_frames;
  bool unseen_behind_end = false;    // one of these stands after </html>
  std::vector<std::string> scripts;  // of <script>, as written
  std::vector<std::string> named;    // addresses and hosts that the text of its scripts names
  std::vector<std::string> coded;    // that its scripts keep from being read in the open
  std::vector<std::string> declared; // that it calls its own: canonical, AMP, of other languages, og:url; as written
  bool runs_programs = false;        // a script of it makes files and starts programs on its reader's machine
  // Where a frame, or a link without a word, leads that lies over the whole window; or a click anywhere.
  std::optional<std::string> cover;
  std::optional<Jump> jump;
  std::string base;                 // of <base href>
  std::size_t bytes = 0;
  bool plain = false;               // a text, no HTML
  // Why it is not whole, by name: "depth", "links", "attributes", "hosts", "written", "entries", "time",
  // "too_large", "unreadable" (noise, a picture: no text at all). What was read until then
  // is there.
  std::string limit;
};

// What one page may cost.
Budget::Limits page_limits();
inline constexpr std::size_t kMaxPageBytes = 12u << 20;  // read of one page; the rest is not
inline constexpr std::size_t kMaxLinks = 200'000;

// Reads any bytes; `charset` is what the answer's header says, or empty. Never fails on
// what is in them: a page that goes on beyond a limit names it. Code::exhausted only
// where the budget has nothing left to begin with. Pure.
Result<Page> read_page(ByteView bytes, std::string_view charset, Budget& budget);

// "windows-1258" of "text/html; charset=windows-1258"; empty if it says none.
std::string charset_of(std::string_view content_type);

// The name that HTML's rules give the encoding of these bytes: mark, `charset`, <meta>,
// then what it looks like.
std::string encoding_of(ByteView bytes, std::string_view charset);

// Where the page sends on by itself: a refresh (of HTML or of the header), or a script's
// plain `location = "…"` that runs without a click. Its url is absolute; none if the page
// stays, or names itself. Code::exhausted as read_page().
Result<std::optional<Jump>> next_address(const PageView& view, Budget& budget);

}  // namespace khien::watch

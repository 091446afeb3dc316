#include "html.hpp"

#include <libxml/HTMLparser.h>
#include <libxml/parserInternals.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "condensed.hpp"
#include "hosts_once.hpp"
#include "html_source.hpp"
#include "khien/core/text.hpp"
#include "letters.hpp"
#include "page_bounds.hpp"
#include "script.hpp"
#include "spelling.hpp"
#include "style.hpp"
#include "tags.hpp"
#include "written_link.hpp"

namespace khien::watch {
namespace {

// Deeper, libxml2's search for the element that an end tag closes would grow with the
// square of the page. Honest pages stay below 60.
constexpr int kMaxDepth = 400;
constexpr std::size_t kMaxFields = 200;
constexpr std::size_t kShortestAside = 8;
constexpr std::size_t kFewLetters = 300, kFewBlocks = 20;  // of a page that its scripts write
constexpr std::size_t kMaxNamed = 5'000, kMaxHidden = 100;
constexpr std::size_t kMaxWrittenBytes = 256u << 10, kMaxInner = 2'000;  // documents within
constexpr std::size_t kMaxAsides = 2'000, kMaxSaid = 200;
constexpr std::uint64_t kTimeEvery = 1'024;

// What they hold is shown to nobody, or where a film or a plugin is not understood.
constexpr std::array<std::string_view, 8> kStandIns{"template", "noembed", "noframes", "object", "video", "audio", "canvas", "datalist"};

constexpr std::size_t kNowhere = static_cast<std::size_t>(-1);
constexpr std::uint32_t kNoColour = 0x1000000;  // beyond colours: not known

// The attributes of a start tag, by name; a name without a value is empty. They are libxml2's,
// which are gone after the tag, or stand in the source.
class Attributes {
 public:
  explicit Attributes(const xmlChar** all) : all_(all) {}
  explicit Attributes(std::span<const TagAttribute> of_source) : of_source_(of_source) {}

  std::optional<std::string_view> find(std::string_view name) const {
    for (const TagAttribute& one : of_source_) {
      if (one.name == name) return one.value;
    }
    for (const xmlChar** at = all_; at != nullptr && *at != nullptr; at += 2) {
      if (name == reinterpret_cast<const char*>(*at)) {
        return at[1] == nullptr ? std::string_view() : std::string_view(reinterpret_cast<const char*>(at[1]));
      }
    }
    return std::nullopt;
  }
  std::string_view value(std::string_view name) const { return find(name).value_or(std::string_view()); }
  bool none() const { return all_ == nullptr && of_source_.empty(); }
  bool last() const { return all_ == nullptr; }

 private:
  const xmlChar** all_ = nullptr;
  std::span<const TagAttribute> of_source_;
};

// Keeps texts for as long as a page is read, without a piece of memory for each.
class Names {
 public:
  std::string_view keep(std::string_view text) {
    if (text.empty()) return {};
    if (text.size() > room_) {
      room_ = std::max(kPiece, text.size());
      next_ = pieces_.emplace_back(std::make_unique_for_overwrite<char[]>(room_)).get();
    }
    std::memcpy(next_, text.data(), text.size());
    const std::string_view kept(next_, text.size());
    next_ += text.size();
    room_ -= text.size();
    return kept;
  }

 private:
  static constexpr std::size_t kPiece = 16u << 10;
  std::vector<std::unique_ptr<char[]>> pieces_;
  char* next_ = nullptr;
  std::size_t room_ = 0;
};

// An open element; what selectors see of it stands in Walker::path_, at the same place.
struct Frame {
  Kind kind = Kind::inlined;
  Hidden hidden = Hidden::no;
  std::uint32_t group = 0;
  Region region = Region::body;
  std::uint32_t colour = kNoColour, background = kNoColour;
  std::uint64_t place = 14695981039346656037u;
  std::size_t first_block = 0, first_link = 0;
};

std::uint64_t mixed(std::uint64_t hash, std::string_view text) {
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211u;
  return (hash ^ 0xff) * 1099511628211u;
}

// Digits in names are mostly running numbers ("portlet_4711").
std::uint64_t mixed_name(std::uint64_t hash, std::string_view text) {
  for (const char c : text) {
    if (c < '0' || c > '9') hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211u;
  }
  return (hash ^ 0xff) * 1099511628211u;
}

// What is kept of a text is told by pieces of this size.
std::string_view first_piece(std::string_view bytes) {
  std::size_t size = std::min(bytes.size(), kMaxTextBytes);
  while (size < bytes.size() && (static_cast<unsigned char>(bytes[size]) & 0xC0) == 0x80) ++size;
  return bytes.substr(0, size);
}

// A source as libxml2 reads it at a bounded cost: blanked only where that is needed.
class Readable {
 public:
  explicit Readable(const std::string& source) : asked_(attributes_asked(source)), source_(source), condensed_(source, false, asked_) {
    if (!condensed_.must_be_blanked()) return;
    blanked_ = blanked(source);
    if (!blanked_.text.empty()) source_ = blanked_.text;
    condensed_ = Condensed(source_, true, asked_);
  }
  Readable(const Readable&) = delete;
  Readable& operator=(const Readable&) = delete;

  std::string_view source() const { return source_; }
  Condensed& condensed() { return condensed_; }
  bool is_cut() const { return blanked_.cut; }

 private:
  std::vector<std::string> asked_;
  Blanked blanked_;
  std::string_view source_;
  Condensed condensed_;
};

class Walker {
 public:
  // `readable`: of the source's text.
  Walker(const DecodedSource& source, Readable& readable, Budget& budget, Page& page)
      : source_(source), text_(readable.source()), condensed_(readable.condensed()), budget_(budget), page_(page) {
    stack_.reserve(64);
    path_.reserve(64);
    stack_.push_back({});
    path_.push_back({});
    find_styles();
  }

  Result<void> walk();
  // What its scripts write, each with the place of its script.
  // A document within: what a script writes, what a frame holds, what a comment keeps.
  struct Inner {
    std::string html;
    std::size_t offset;
    bool in_comment = false;
  };
  const std::vector<Inner>& inner() const { return inner_; }
  void take_over(Page& inner);
  // There were more hosts than are kept.
  bool is_cut() const;
  // There is more in it, and in what its scripts write, than is read.
  bool inner_is_cut() const { return inner_is_cut_; }

 private:
  static Walker& of(void* self) { return *static_cast<Walker*>(self); }
  static void on_start(void* self, const xmlChar* name, const xmlChar** attributes) {
    Walker& walker = of(self);
    const auto of_source = attributes == nullptr ? walker.condensed_.attributes_at(walker.place()) : std::nullopt;
    walker.start(walker.tags_.of(reinterpret_cast<const char*>(name)), of_source ? Attributes(*of_source) : Attributes(attributes));
  }
  static void on_end(void* self, const xmlChar* name) {
    Walker& walker = of(self);
    walker.end(walker.tags_.of(reinterpret_cast<const char*>(name)));
  }
  static void on_text(void* self, const xmlChar* text, int size) {
    of(self).runs({reinterpret_cast<const char*>(text), static_cast<std::size_t>(size)});
  }
  static void on_raw(void* self, const xmlChar* text, int size) { on_text(self, text, size); }
  static void on_comment(void* self, const xmlChar*) { of(self).passed(); }

  // The tag is copied: its slot may be another one's before the element is done with.
  void start(Tag tag, const Attributes& attributes);
  void end(Tag tag);
  void runs(std::string_view bytes);
  void text(std::string_view bytes, std::size_t at);
  void raw(std::string_view bytes);

  void find_styles();
  void enter(const Tag& tag, const Attributes& attributes, std::size_t at);
  void leave();
  Look look(const Attributes& attributes) const;
  std::uint64_t tests_of(const Attributes& attributes) const;
  void hide(Frame& frame, Hidden hidden);
  void take_look(Frame& frame, const Look& look);
  void meta(const Attributes& attributes);
  void declare(std::string_view kind, std::string_view address);
  void area(const Attributes& attributes, std::size_t at);
  void describe(std::string_view words);
  static bool is_cover(const Attributes& attributes);
  void run_handler(const Attributes& attributes, std::string_view name);
  void image(const Attributes& attributes, std::size_t at);
  void input(const Attributes& attributes);
  void special(std::string_view tag, const Attributes& attributes);
  static std::optional<std::string_view> chosen_address(const Attributes& attributes);
  static std::optional<std::string_view> address_of(const Attributes& attributes);
  void take_frame(const Attributes& attributes, std::string_view source);
  void aside(std::string_view words, std::size_t at);
  void links_of_text(const Block& block);
  void begin_link(std::optional<std::string_view> address, const Attributes& attributes, std::size_t at);
  void end_link();
  void run_script();
  void read_later(std::string html, std::size_t at, bool in_comment = false);
  void say_of_scripts();
  void read_comments();
  void name_addresses(std::string_view script);
  void describe_data();
  void look_at_written(const std::string& html);
  void say(std::string_view bytes);
  void flush();
  void stop(std::string_view limit);
  bool spend();

  // Where libxml2 is in what it reads, and in the source.
  std::size_t place() const { return parser_->input->consumed + static_cast<std::size_t>(parser_->input->cur - parser_->input->base); }
  std::size_t position() const { return condensed_.source_of(place()); }
  void passed() { last_ = position(); }
  std::size_t tag_start(std::string_view tag) const;
  bool after_end(std::size_t at) const { return at > end_of_html_; }
  void finish();

  const DecodedSource& source_;
  std::string_view text_;
  Condensed& condensed_;
  Budget& budget_;
  Page& page_;
  htmlParserCtxtPtr parser_ = nullptr;
  HostsOnce frames_{page_.frames}, scripts_{page_.scripts}, named_{page_.named}, declared_{page_.declared}, coded_{page_.coded}, unseen_frames_{page_.unseen_frames};
  StyleSheet sheet_;
  Tags tags_;
  Names names_;
  std::vector<Frame> stack_;
  std::vector<Element> path_;      // of the same elements
  std::size_t headings_ = 0;       // of them
  std::size_t last_ = 0;           // where the event before ended
  std::size_t end_of_html_ = kNowhere;
  std::string block_;              // the block being read
  std::size_t block_at_ = kNowhere;
  bool in_link_ = false;
  std::size_t link_ended_at_ = kNowhere;  // in the block: a link at once behind it is another word
  std::size_t cover_link_ = kNowhere;     // the last that lies over the whole window
  bool in_title_ = false;
  std::size_t forms_with_search_ = 0;
  std::string script_;             // or style
  std::size_t script_at_ = 0;
  bool script_is_data_ = false;    // JSON: what it tells search engines
  bool in_script_ = false;
  std::vector<Inner> inner_;
  std::size_t inner_bytes_ = 0;
  bool inner_is_cut_ = false;
  std::vector<Block> said_;        // by its scripts
  bool written_open_ = false;      // a script wrote the start of something hidden
  Hidden written_hidden_ = Hidden::no;
  std::uint32_t groups_ = 0;
  std::uint64_t events_ = 0;
  bool stopped_ = false;
  struct Named {
    std::string_view id, classes;
    std::size_t first_block, end_block, first_link, end_link;
  };
  std::vector<Named> with_names_;
  std::vector<std::string> hidden_names_;  // "#id", ".class"
};

// Rules may stand after what they hide.
void Walker::find_styles() {
  for (auto at = text_.find("<style"); at != text_.npos; at = text_.find("<style", at + 6)) {
    const auto open = text_.find('>', at);
    if (open == text_.npos) return;
    const auto close = text_.find("</style", open);
    sheet_.add(text_.substr(open + 1, close == text_.npos ? text_.npos : close - open - 1));
    if (close == text_.npos) return;
    at = close;
  }
}

bool Walker::spend() {
  if (stopped_) return false;
  if (!budget_.take_entries()) stop("entries");
  if (++events_ % kTimeEvery == 0 && !budget_.check_time()) stop("time");
  return !stopped_;
}

void Walker::stop(std::string_view limit) {
  page_.limit = limit;
  stopped_ = true;
  xmlStopParser(parser_);
}

// Of the tag whose event comes now: the first "<tag" after the event before.
std::size_t Walker::tag_start(std::string_view tag) const {
  const std::size_t until = position();
  for (std::size_t at = text_.find('<', last_); at < until; at = text_.find('<', at + 1)) {
    const std::string_view name = text_.substr(at + 1, tag.size());
    if (std::ranges::equal(name, tag, {}, lower_ascii)) return at;
  }
  return last_;
}

void Walker::start(Tag tag, const Attributes& attributes) {
  if (!spend()) return;
  if (parser_->nameNr > kMaxDepth) return stop("depth");
  const std::size_t at = tag.name == "a" || tag.name == "area" || block_at_ == kNowhere ? tag_start(tag.name) : last_;
  passed();
  if (tag.kind == Kind::line_break) return flush();  // lines of a signature, of a poem, of an address
  if (!tag.is_void) return enter(tag, attributes, at);
  if (tag.name == "img") return image(attributes, at);
  if (tag.name == "frame" || tag.name == "embed") return take_frame(attributes, "src");
  if (tag.name == "input") return input(attributes);
  if (tag.name == "meta") return meta(attributes);
  if (tag.name == "area") return area(attributes, at);
  if (tag.name == "link") return declare(attributes.value("rel"), attributes.value("href"));
  if (tag.name == "base" && page_.base.empty()) page_.base = truncate(trimmed(attributes.value("href")), kMaxAddressBytes);
  if (tag.name == "hr") flush();
}

void Walker::enter(const Tag& tag, const Attributes& attributes, std::size_t at) {
  const Frame& parent = stack_.back();
  Frame frame = parent;
  frame.kind = tag.kind;
  Element element{.tag = tag.name, .id = {}, .classes = {}};
  if (!attributes.none()) {
    element.id = attributes.last() ? attributes.value("id") : names_.keep(attributes.value("id"));
    element.classes = attributes.last() ? attributes.value("class") : names_.keep(attributes.value("class"));
  }
  frame.place = mixed_name(mixed(parent.place, tag.name), element.classes);
  Region own = tag.region;
  if (own == Region::body && tag.kind == Kind::block) own = tags_.region(element.classes);
  if (own == Region::body && tag.kind == Kind::block) own = region_of_names(element.id);
  if (own != Region::body && tag.name != "body" && tag.name != "html") frame.region = own;
  if (!sheet_.empty()) element.bits = StyleSheet::bits_of(element);
  element.tests = tests_of(attributes);
  path_.push_back(element);
  take_look(frame, look(attributes));
  if (frame.kind == Kind::block || frame.kind == Kind::heading || frame.hidden != parent.hidden) flush();
  if (block_at_ == kNowhere) block_at_ = at;
  frame.first_block = page_.blocks.size();
  frame.first_link = page_.links.size();
  if (frame.kind == Kind::heading && tag.name != "title") ++headings_;
  stack_.push_back(frame);
  special(tag.name, attributes);
  if (tag.name == "a") begin_link(address_of(attributes), attributes, at);
  if (tag.name == "option") begin_link(chosen_address(attributes), attributes, at);
}

std::uint64_t Walker::tests_of(const Attributes& attributes) const {
  std::uint64_t bits = 0;
  if (attributes.none()) return bits;
  for (std::size_t i = 0; i < sheet_.tests().size(); ++i) {
    const auto value = attributes.find(sheet_.tests()[i].name);
    if (value && sheet_.tests()[i].fits(*value)) bits |= std::uint64_t{1} << i;
  }
  return bits;
}

void Walker::special(std::string_view tag, const Attributes& attributes) {
  if (tag == "html" && page_.language.empty()) page_.language = truncate(attributes.value("lang"), 40);
  if (tag == "title") in_title_ = page_.title.empty();
  if (tag == "script" || tag == "style") {
    in_script_ = true;
    script_at_ = last_;
    script_.clear();
    script_is_data_ = contains_small(attributes.value("type"), "json");
    const std::string_view source = trimmed(attributes.value("src"));
    if (source.starts_with("data:")) {
      script_ = script_of_address(source).value_or(std::string());
    } else if (!source.empty()) {
      scripts_.add(std::string(truncate(source, kMaxAddressBytes)));
    }
  }
  if (tag == "iframe" || tag == "object") take_frame(attributes, tag == "object" ? "data" : "src");
  if (tag == "body" || tag == "svg") run_handler(attributes, "onload");
  if (tag == "form") {
    const bool searches = contains_small(attributes.value("action"), "search") || contains_small(attributes.value("action"), "tim-kiem") ||
                          contains_small(attributes.value("role"), "search") || contains_small(attributes.value("class"), "search");
    forms_with_search_ = searches ? stack_.size() : 0;
  }
}

// What hides the element: its own style, rules, attributes, and ways of old pages.
Look Walker::look(const Attributes& attributes) const {
  Look look;
  const std::string_view tag = path_.back().tag;
  if (!sheet_.empty()) look.take(sheet_.look_of(path_));
  if (tag == "noscript") look.hidden = Hidden::no_script;
  if (std::ranges::find(kStandIns, tag) != kStandIns.end()) look.hidden = Hidden::display;
  if (tag == "dialog" && !attributes.find("open")) look.hidden = Hidden::display;
  if (attributes.none()) return look;
  if (const auto colour = colour_of(attributes.value("bgcolor"))) look.background = colour;
  if (tag == "font" || tag == "body") {
    if (const auto colour = colour_of(attributes.value(tag == "font" ? "color" : "text"))) look.colour = colour;
  }
  const auto small = [&](std::string_view name) {
    const auto value = attributes.value(name);
    return value == "0" || value == "1" || value == "0px" || value == "1px";
  };
  if (tag == "marquee" && (small("height") || small("width"))) look.hidden = Hidden::tiny;
  if ((tag == "div" || tag == "table") && small("height") && small("width")) look.hidden = Hidden::tiny;
  if (const auto style = attributes.find("style")) look.take(watch::look_of(*style));
  if (attributes.find("hidden")) look.hidden = Hidden::display;
  return look;
}

void Walker::hide(Frame& frame, Hidden hidden) {
  // The outermost reason is the one, but a colour: an element within may have its own.
  const bool only_colour = frame.hidden == Hidden::colour && hidden != Hidden::colour;
  if (frame.hidden != Hidden::no && !only_colour) return;
  frame.hidden = hidden;
  frame.group = ++groups_;
}

void Walker::take_look(Frame& frame, const Look& look) {
  if (look.colour) frame.colour = *look.colour;
  if (look.background) frame.background = *look.background;
  const bool coloured = look.colour || look.background;
  const bool alike = frame.colour < kNoColour && frame.background < kNoColour && is_alike(frame.colour, frame.background);
  if (coloured && !alike && frame.hidden == Hidden::colour) frame.hidden = Hidden::no, frame.group = 0;
  if (look.hides()) hide(frame, look.invisible.value_or(false) ? Hidden::display : *look.hidden);
  if (coloured && alike) hide(frame, Hidden::colour);
  if (written_open_) hide(frame, written_hidden_);
}

void Walker::meta(const Attributes& attributes) {
  const std::string_view content = attributes.value("content");
  const std::string_view name = attributes.value("name");
  if (contains_small(attributes.value("http-equiv"), "refresh") && !page_.jump) {
    const auto target = refresh_target(content);
    if (!target.empty() && path_.back().tag != "noscript") page_.jump = Jump{target, RedirectStep::How::refresh};
  }
  const std::string_view property = attributes.value("property");
  if (begins_small(property, 0, "og:url")) declare("canonical", content);
  const bool shared = begins_small(property, 0, "og:title") || begins_small(property, 0, "og:description") || begins_small(property, 0, "og:site_name") ||
                      begins_small(name, 0, "twitter:title");
  if (shared || contains_small(name, "description") || contains_small(name, "keywords")) describe(content);
}

// Where the page says it, or its like for others, stands.
void Walker::declare(std::string_view kind, std::string_view address) {
  constexpr std::array<std::string_view, 3> kKinds{"canonical", "amphtml", "alternate"};
  const bool own = std::ranges::any_of(kKinds, [&](std::string_view one) { return one.size() == kind.size() && begins_small(kind, 0, one); });
  if (own && !address.empty()) declared_.add(std::string(truncate(trimmed(address), kMaxAddressBytes)));
}

// A part of a picture that leads somewhere.
void Walker::area(const Attributes& attributes, std::size_t at) {
  if (in_link_ || !attributes.find("href")) return;
  begin_link(attributes.find("href"), attributes, at);
  if (!in_link_) return;
  say(truncate(attributes.value("alt"), kMaxTextBytes));
  end_link();
}

// What the page says of itself to those who do not read it. It is often said twice.
void Walker::describe(std::string_view words) {
  const std::string text = spelled(truncate(words, kMaxTextBytes));
  if (page_.description.size() > kMaxTextBytes || page_.description.contains(text)) return;
  if (!page_.description.empty()) page_.description += ". ";
  page_.description += text;
}

// Whether the element lies over the whole window.
bool Walker::is_cover(const Attributes& attributes) {
  const auto style = attributes.find("style");
  if (!style || !contains_small(*style, "fixed")) return false;
  const auto whole = [&](std::string_view name) {
    for (const std::string_view value : {"100%", "100vw", "100vh"}) {
      for (const std::string_view between : {":", ": "}) {
        if (contains_small(*style, std::string(name) + std::string(between) + std::string(value))) return true;
      }
    }
    return false;
  };
  return contains_small(*style, "inset:0") || (whole("width") && whole("height"));
}

// What runs without a click: a picture that does not load, the page that has.
void Walker::run_handler(const Attributes& attributes, std::string_view name) {
  const auto handler = attributes.find(name);
  if (!handler || page_.jump) return;
  if (auto target = location_of_script(*handler)) {
    page_.jump = Jump{std::string(truncate(trimmed(*target), kMaxAddressBytes)), RedirectStep::How::script};
  }
}

void Walker::image(const Attributes& attributes, std::size_t at) {
  run_handler(attributes, "onerror");
  const std::string_view words = attributes.value("alt");
  aside(attributes.value("title"), at);
  if (!in_link_) return aside(words, at);
  if (words.empty()) return;
  say(" ");
  say(truncate(words, kMaxTextBytes));
}

// What a picture says to those who do not see it.
void Walker::aside(std::string_view words, std::size_t at) {
  const std::string_view text = trimmed(words);
  const bool again = !page_.asides.empty() && page_.asides.back().text == text;
  if (text.size() < kShortestAside || again || page_.asides.size() >= kMaxAsides) return;
  page_.asides.push_back({spelled(truncate(text, kMaxTextBytes)), at});
}

void Walker::input(const Attributes& attributes) {
  const std::string_view type = attributes.value("type");
  if (page_.fields.size() >= kMaxFields || type == "hidden" || type == "submit" || type == "button") return;
  const std::string_view name = attributes.value("name");
  constexpr std::array<std::string_view, 8> kSearch{"q", "s", "keyword", "keywords", "search", "tukhoa", "tu-khoa", "query"};
  const bool searches = type == "search" || forms_with_search_ > 0 || std::ranges::find(kSearch, name) != kSearch.end();
  page_.fields.push_back({std::string(truncate(name, 100)), spelled(truncate(attributes.value("value"), kMaxTextBytes)), searches});
}

// Of a picture drawn in the page, a link has its address under another name.
std::optional<std::string_view> Walker::address_of(const Attributes& attributes) {
  const auto address = attributes.find("href");
  return address ? address : attributes.find("xlink:href");
}

// What another page is shown in.
void Walker::take_frame(const Attributes& attributes, std::string_view source) {
  if (const auto html = attributes.find("srcdoc")) read_later(std::string(html->substr(0, kMaxWrittenBytes)), last_);
  const std::string_view address = trimmed(attributes.value(source));
  if (address.empty()) return;
  const std::string kept(truncate(address, kMaxAddressBytes));
  frames_.add(kept);
  const auto small = [&](std::string_view name) { return attributes.value(name) == "0" || attributes.value(name) == "1"; };
  const Hidden hidden = stack_.back().hidden;
  const bool dot = small("width") && small("height") && hidden != Hidden::no_script;
  if (dot || (after_end(last_) && hidden != Hidden::no && hidden != Hidden::no_script)) {
    unseen_frames_.add(kept);
    page_.unseen_behind_end = page_.unseen_behind_end || after_end(last_);
  }
  if (!page_.cover && is_cover(attributes)) page_.cover = kept;
}

// A choice of a list that leads somewhere: "<option value='https://…'>Bộ Y tế".
std::optional<std::string_view> Walker::chosen_address(const Attributes& attributes) {
  const auto value = attributes.find("value");
  const bool leads = value && (begins_small(*value, 0, "http://") || begins_small(*value, 0, "https://") || value->starts_with("//"));
  return leads ? value : std::nullopt;
}

void Walker::begin_link(std::optional<std::string_view> address, const Attributes& attributes, std::size_t at) {
  if (in_link_) end_link();
  if (!address) return;
  if (page_.links.size() >= kMaxLinks) return stop("links");
  const Frame& frame = stack_.back();
  Link link;
  link.url = to_valid_utf8(truncate(trimmed(*address), kMaxAddressBytes));
  link.offset = at;
  link.end = position();
  link.hidden = frame.hidden;
  link.group = frame.group;
  link.region = frame.region;
  link.after_end = after_end(at);
  link.marked_ugc = contains_small(attributes.value("rel"), "ugc");
  link.block = link.last_block = static_cast<std::uint32_t>(page_.blocks.size());
  if (!block_.empty() && link_ended_at_ == block_.size()) say(" ");
  if (is_cover(attributes)) cover_link_ = page_.links.size();
  page_.links.push_back(std::move(link));
  in_link_ = true;
}

// "[url=http://…]words[/url]", "<a href=…>words</a>" that are shown as they are written: who wrote them took the page for
// another one, or a program did; but for examples of how to write them. `block` is not one of the page's yet.
void Walker::links_of_text(const Block& block) {
  constexpr std::array<std::string_view, 5> kExamples{"pre", "code", "samp", "kbd", "textarea"};
  const auto is_example = [&](const Element& one) { return std::ranges::find(kExamples, one.tag) != kExamples.end(); };
  const std::vector<WrittenLink> written = links_in_text(block.text);
  if (written.empty() || std::ranges::any_of(path_, is_example)) return;
  for (const WrittenLink& one : written) {
    if (in_link_ || page_.links.size() >= kMaxLinks) return;
    Link link;
    link.url = one.url;
    link.text = one.text;
    link.offset = link.end = block.offset;
    link.hidden = block.hidden;
    link.group = block.group;
    link.region = block.region;
    link.after_end = block.after_end;
    link.as_text = true;
    link.block = link.last_block = static_cast<std::uint32_t>(page_.blocks.size());
    page_.links.push_back(std::move(link));
  }
}

void Walker::end_link() {
  in_link_ = false;
  Link& link = page_.links.back();
  link.text = spelled(link.text);
  if (cover_link_ + 1 == page_.links.size() && link.text.empty() && !page_.cover) page_.cover = link.url;
  link_ended_at_ = block_.size();
  link.last_block = static_cast<std::uint32_t>(page_.blocks.size());
}

void Walker::end(Tag tag) {
  passed();
  if (tag.is_void || stack_.size() < 2) return;
  if (tag.kind == Kind::skipped) {
    if (tag.name == "script") run_script();
    in_script_ = false;
  }
  if (tag.name == "title") {
    page_.title = spelled(page_.title);
    in_title_ = false;
  }
  if ((tag.name == "a" || tag.name == "option") && in_link_) end_link();
  if (tag.name == "form") forms_with_search_ = 0;
  // libxml2 closes in order; should it not, what is open above goes with it.
  for (std::size_t depth = stack_.size() - 1; depth > 0; --depth) {
    if (path_[depth].tag != tag.name) continue;
    while (stack_.size() > depth) leave();
    return;
  }
}

void Walker::leave() {
  const Frame& frame = stack_.back();
  const Element& element = path_.back();
  const bool changes = stack_.size() >= 2 && frame.hidden != stack_[stack_.size() - 2].hidden;
  if (frame.kind == Kind::block || frame.kind == Kind::heading || changes) flush();
  const bool holds_links = frame.first_link < page_.links.size();
  if ((!element.id.empty() || (holds_links && !element.classes.empty())) && with_names_.size() < kMaxNamed) {
    with_names_.push_back({element.id, element.classes, frame.first_block, page_.blocks.size(), frame.first_link, page_.links.size()});
  }
  if (frame.kind == Kind::heading && element.tag != "title") --headings_;
  stack_.pop_back();
  path_.pop_back();
}

// Texts as libxml2 gives them, with what stands in the source for some of their letters.
void Walker::runs(std::string_view bytes) {
  const std::size_t begin = place() - std::min(place(), bytes.size());
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t mark = std::min(bytes.find(Condensed::kRun, at), bytes.size());
    if (mark > at) text(bytes.substr(at, mark - at), last_);
    if (mark == bytes.size()) return;
    const auto run = condensed_.run_at(begin + mark);
    // Where an element was implied, it was so behind the text.
    const std::size_t from = run ? static_cast<std::size_t>(run->data() - text_.data()) : last_;
    text(run.value_or(bytes.substr(mark, 1)), std::min(from, last_));
    at = mark + 1;
  }
}

void Walker::raw(std::string_view bytes) {
  script_ += bytes;
  passed();
}

// All of it, however long: what stands behind a megabyte of anything is run as well.
void Walker::name_addresses(std::string_view script) {
  std::uint64_t found = 0;
  addresses_in_script(script, [&](std::string address) {
    named_.add_named(std::move(address));
    if (++found % kTimeEvery == 0 && !budget_.check_time()) stop("time");
    return !stopped_ && !named_.is_cut();
  });
}

// What the script writes was read: it belongs to the page, but for its blocks and links.
void Walker::take_over(Page& inner) {
  for (std::string& address : inner.frames) frames_.add(std::move(address));
  for (std::string& address : inner.scripts) scripts_.add(std::move(address));
  for (std::string& address : inner.named) named_.add_named(std::move(address));
  for (std::string& address : inner.coded) coded_.add_named(std::move(address));
  for (std::string& address : inner.unseen_frames) unseen_frames_.add(std::move(address));
  page_.runs_programs = page_.runs_programs || inner.runs_programs;
  if (!page_.cover) page_.cover = std::move(inner.cover);
  if (!page_.jump) page_.jump = std::move(inner.jump);
  if (page_.limit.empty()) page_.limit = std::move(inner.limit);
}

bool Walker::is_cut() const { return frames_.is_cut() || scripts_.is_cut() || named_.is_cut() || declared_.is_cut() || coded_.is_cut() || unseen_frames_.is_cut(); }

void Walker::run_script() {
  if (script_is_data_) return describe_data();
  const std::string_view begin = std::string_view(script_).substr(0, kMaxBlockBytes * 4);
  const std::string unfolded = unfolded_script(begin);
  const std::string_view script = unfolded.empty() ? begin : unfolded;
  if (!page_.jump) {
    if (auto target = location_of_script(script)) {
      page_.jump = Jump{std::string(truncate(trimmed(*target), kMaxAddressBytes)), RedirectStep::How::script};
    }
  }
  if (!page_.cover) page_.cover = opened_by_any_click(script);
  name_addresses(script_);
  name_addresses(unfolded);
  for (std::string& name : hidden_by_script(script)) {
    if (hidden_names_.size() < kMaxHidden) hidden_names_.push_back(std::move(name));
  }
  page_.runs_programs = page_.runs_programs || starts_programs(script);
  for (std::string& address : coded_in_script(script)) coded_.add_named(std::move(address));
  for (std::string& html : written_by_script(script)) {
    look_at_written(html);
    if (html.contains('<')) read_later(std::move(html), script_at_);
  }
  // Behind many blocks, a page has more than its scripts say.
  if (page_.blocks.size() > kFewBlocks) return;
  for (std::string& text : texts_in_script(script)) {
    if (said_.size() < kMaxSaid) said_.push_back({.text = spelled(text), .offset = script_at_});
  }
}

void Walker::read_later(std::string html, std::size_t at, bool in_comment) {
  if (html.empty()) return;
  inner_bytes_ += html.size();
  if (inner_bytes_ > kMaxWrittenBytes || inner_.size() >= kMaxInner) {
    inner_is_cut_ = true;
    return;
  }
  inner_.push_back({.html = std::move(html), .offset = at, .in_comment = in_comment});
}

// Comments that hold links: for search engines that look into them, or for a script that takes them out.
void Walker::read_comments() {
  for (auto at = text_.find("<!--"); at != text_.npos; at = text_.find("<!--", at)) {
    const auto end = std::min(text_.find("-->", at), text_.size());
    const std::string_view body = text_.substr(at + 4, end - std::min(end, at + 4));
    const std::size_t begin = at;
    at = end;
    if (body.contains("://") && contains_small(body, "<a") && contains_small(body, "href")) read_later(std::string(body), begin, true);
  }
}

// A page of hardly a word shows what its scripts say.
void Walker::say_of_scripts() {
  std::size_t letters = 0;
  for (const Block& block : page_.blocks) letters += block.text.size();
  if (letters > kFewLetters) return;
  for (Block& block : said_) page_.blocks.push_back(std::move(block));
}

// Of a product or an article: names and descriptions, wherever they stand in it.
void Walker::describe_data() {
  constexpr std::array<std::string_view, 4> kMembers{"\"name\"", "\"headline\"", "\"description\"", "\"alternateName\""};
  const std::string_view data = std::string_view(script_).substr(0, kMaxTextBytes);
  for (const std::string_view member : kMembers) {
    for (auto at = data.find(member); at != data.npos; at = data.find(member, at + 1)) {
      if (const auto value = literal_behind_colon(data.substr(at + member.size()))) describe(*value);
    }
  }
}

// A script may open what hides all that follows, in styles or in an element.
void Walker::look_at_written(const std::string& html) {
  if (const auto style = html.find("<style"); style != html.npos) {
    const auto open = std::min(html.find('>', style), html.size() - 1) + 1;
    sheet_.add(std::string_view(html).substr(open, html.find("</style", open) - open));
  }
  const auto style = html.find("style=");
  if (style != html.npos && !html.contains("</div") && !html.contains("</span")) {
    const auto quote = std::min(html.find_first_of("\"'", style), html.size() - 1) + 1;
    const Look look = watch::look_of(std::string_view(html).substr(quote, html.find_first_of("\"'>", quote) - quote));
    written_open_ = look.hides();
    written_hidden_ = look.invisible.value_or(false) ? Hidden::display : look.hidden.value_or(Hidden::no);
  } else if (html.contains("</div") || html.contains("</span") || html.contains("</p")) {
    written_open_ = false;
  }
}

void Walker::text(std::string_view bytes, std::size_t at) {
  if (in_script_) return raw(bytes);
  passed();
  if (!spend()) return;
  if (in_title_) {
    if (page_.title.size() < kMaxTextBytes) page_.title += first_piece(bytes);
    return;
  }
  if (stack_.back().kind == Kind::skipped) return;
  while (!bytes.empty()) {
    if (block_at_ == kNowhere || block_.empty()) block_at_ = at;
    const std::string_view piece = first_piece(bytes);
    say(piece);
    at += piece.size();
    bytes.remove_prefix(piece.size());
  }
}

void Walker::say(std::string_view bytes) {
  if (in_link_ && page_.links.back().text.size() < kMaxTextBytes) page_.links.back().text += bytes;
  const std::size_t before = block_.size();
  block_.resize(before + bytes.size());
  char* out = block_.data() + before;
  bool after_space = before == 0 || block_[before - 1] == ' ';
  for (const char c : bytes) {
    const bool space = is_space(c);
    if (space && after_space) continue;
    *out++ = space ? ' ' : c;
    after_space = space;
  }
  block_.resize(static_cast<std::size_t>(out - block_.data()));
  if (block_.size() > kMaxBlockBytes) flush();
}

void Walker::flush() {
  if (!trimmed(block_).empty()) {
    if (page_.blocks.size() >= kMaxBlocks) return stop("entries");
    const Frame& frame = stack_.back();
    Block block;
    block.text = spelled(block_);
    block.offset = block_at_ == kNowhere ? last_ : block_at_;
    block.place = frame.place;
    block.group = frame.group;
    block.hidden = frame.hidden;
    block.region = frame.region;
    block.heading = headings_ > 0;
    block.after_end = after_end(block.offset);
    links_of_text(block);
    page_.blocks.push_back(std::move(block));
  }
  block_.clear();
  block_at_ = kNowhere;
  link_ended_at_ = kNowhere;
}

void Walker::finish() {
  while (stack_.size() > 1) leave();
  flush();
  for (const Named& one : with_names_) {
    const bool hidden = std::ranges::any_of(hidden_names_, [&](const std::string& name) { return has_name({.tag = {}, .id = one.id, .classes = one.classes}, name); });
    if (!hidden) continue;
    const std::uint32_t group = ++groups_;
    for (std::size_t i = one.first_block; i < one.end_block; ++i) {
      if (page_.blocks[i].hidden == Hidden::no) page_.blocks[i].hidden = Hidden::script, page_.blocks[i].group = group;
    }
    for (std::size_t i = one.first_link; i < one.end_link; ++i) {
      if (page_.links[i].hidden == Hidden::no) page_.links[i].hidden = Hidden::script, page_.links[i].group = group;
    }
  }
  say_of_scripts();
  read_comments();
  for (Block& block : page_.blocks) block.offset = source_.raw_offset(block.offset);
  for (Aside& one : page_.asides) one.offset = source_.raw_offset(one.offset);
  for (Link& link : page_.links) {
    // The last block may have come to nothing.
    const auto last = static_cast<std::uint32_t>(page_.blocks.empty() ? 0 : page_.blocks.size() - 1);
    link.block = std::min(link.block, last);
    link.last_block = std::clamp(link.last_block, link.block, last);
    link.offset = source_.raw_offset(link.offset);
    link.end = source_.raw_offset(link.end);
  }
}

struct ParserFree {
  void operator()(htmlParserCtxt* parser) const { htmlFreeParserCtxt(parser); }
};

Result<void> Walker::walk() {
  if (condensed_.text().empty()) return {};
  end_of_html_ = end_of_html(text_);
  const std::unique_ptr<htmlParserCtxt, ParserFree> parser(htmlCreateMemoryParserCtxt(condensed_.text().data(), static_cast<int>(condensed_.text().size())));
  if (!parser) return Error(Code::exhausted, "no memory for a parser");
  parser_ = parser.get();
  *parser->sax = {};
  parser->sax->startElement = on_start;
  parser->sax->endElement = on_end;
  parser->sax->characters = on_text;
  parser->sax->ignorableWhitespace = on_text;
  parser->sax->cdataBlock = on_raw;
  parser->sax->comment = on_comment;
  parser->sax->initialized = 1;
  parser->userData = this;
  htmlCtxtUseOptions(parser.get(), HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_NONET |
                                       HTML_PARSE_IGNORE_ENC | HTML_PARSE_NODEFDTD);
  parser->charset = XML_CHAR_ENCODING_UTF8;  // what it is, whatever a <meta> says
  htmlParseDocument(parser.get());
  finish();
  return {};
}

}  // namespace

namespace {

template <class T>
std::uint32_t last_group(const std::vector<T>& all) {
  std::uint32_t last = 0;
  for (const T& one : all) last = std::max(last, one.group);
  return last;
}

// Nothing in it is shown, runs or leads anywhere as long as nobody takes it out.
void put_into_comment(Page& page) {
  for (Link& link : page.links) link.hidden = Hidden::comment, link.group = 1;
  for (Block& block : page.blocks) block.hidden = Hidden::comment, block.group = 1;
  page.frames.clear();
  page.named.clear();
  page.scripts.clear();
  page.coded.clear();
  page.unseen_frames.clear();
  page.runs_programs = false;
  page.cover.reset();
  page.jump.reset();
}

// What a script writes stands where the script does; it is read once, and what it writes itself
// is not.
// `groups`: the last of the page's, kept from one to the next.
Result<void> read_inner(const Walker::Inner& one, Budget& budget, Page& page, Walker& outer, std::uint32_t& groups) {
  const DecodedSource source(as_bytes(one.html), "utf-8");
  Page inner;
  Readable readable(source.text());
  Walker walker(source, readable, budget, inner);
  TRY_VOID(walker.walk());
  if (walker.is_cut() && inner.limit.empty()) inner.limit = "hosts";
  if (one.in_comment) put_into_comment(inner);
  const auto blocks = static_cast<std::uint32_t>(page.blocks.size());
  for (Link& link : inner.links) {
    if (page.links.size() >= kMaxLinks) break;
    link.offset = link.end = one.offset;
    // A document without a word has no block for its links.
    const std::uint32_t last = blocks + static_cast<std::uint32_t>(inner.blocks.size());
    link.block = std::min(link.block + blocks, last == 0 ? 0 : last - 1);
    link.last_block = std::clamp(link.last_block + blocks, link.block, std::max(link.block, last == 0 ? 0 : last - 1));
    if (link.group != 0) link.group += groups;
    page.links.push_back(std::move(link));
  }
  for (Block& block : inner.blocks) {
    if (page.blocks.size() >= kMaxBlocks) break;
    block.offset = one.offset;
    if (block.group != 0) block.group += groups;
    page.blocks.push_back(std::move(block));
  }
  groups = std::max({groups, last_group(inner.blocks), last_group(inner.links)});
  outer.take_over(inner);
  return {};
}

}  // namespace

Result<void> read_html(const DecodedSource& source, Budget& budget, Page& page) {
  xmlInitParser();
  Readable readable(source.text());
  Walker walker(source, readable, budget, page);
  TRY_VOID(walker.walk());
  std::uint32_t groups = std::max(last_group(page.blocks), last_group(page.links));
  for (const Walker::Inner& one : walker.inner()) {
    if (!budget.check_time()) {
      page.limit = "time";
      break;
    }
    TRY_VOID(read_inner({one.html, source.raw_offset(one.offset), one.in_comment}, budget, page, walker, groups));
  }
  if (!walker.inner().empty()) std::ranges::sort(page.links, {}, [](const Link& link) { return std::pair(link.offset, link.block); });
  if (readable.is_cut() && page.limit.empty()) page.limit = "attributes";
  if (walker.is_cut() && page.limit.empty()) page.limit = "hosts";
  if (walker.inner_is_cut() && page.limit.empty()) page.limit = "written";
  return {};
}

}  // namespace khien::watch

#include "html.hpp"

#include <libxml/HTMLparser.h>
#include <libxml/parserInternals.h>

#include <algorithm>
#include <array>

#include <memory>
#include <utility>

#include "khien/core/text.hpp"
#include "script.hpp"
#include "spelling.hpp"
#include "style.hpp"

namespace khien::watch {
namespace {

// Deeper, libxml2's search for the element that an end tag closes would grow with the
// square of the page. Honest pages stay below 60.
constexpr int kMaxDepth = 400;
constexpr std::size_t kMaxAttributes = 300;  // of one tag: libxml2 compares each with each
constexpr std::size_t kMaxBlocks = 200'000;
constexpr std::size_t kMaxBlockBytes = 64u << 10;
constexpr std::size_t kMaxAddressBytes = 2'000;
constexpr std::size_t kMaxTextBytes = 1'000;  // of a link, a title, a field
constexpr std::size_t kMaxFields = 200;
constexpr std::size_t kMaxNamed = 5'000;
constexpr std::uint64_t kTimeEvery = 1'024;

constexpr std::size_t kNowhere = static_cast<std::size_t>(-1);

enum class Kind : unsigned char { inlined, block, heading, skipped, line_break };

Kind kind_of(std::string_view tag) {
  constexpr std::array<std::string_view, 7> kHeadings{"h1", "h2", "h3", "h4", "h5", "h6", "title"};
  constexpr std::array<std::string_view, 42> kBlocks{
      "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "dialog", "dir", "div", "dl", "dt",
      "fieldset", "figure", "figcaption", "footer", "form", "header", "hr", "html", "head", "iframe", "li", "main", "marquee", "menu",
      "nav", "ol", "option", "p", "pre", "section", "select", "summary", "table", "tbody", "td", "textarea", "th", "tr", "ul"};
  static_assert(std::ranges::is_sorted(kHeadings));
  if (tag == "br") return Kind::line_break;
  if (tag == "script" || tag == "style") return Kind::skipped;
  if (std::ranges::find(kHeadings, tag) != kHeadings.end()) return Kind::heading;
  if (std::ranges::find(kBlocks, tag) != kBlocks.end()) return Kind::block;
  return Kind::inlined;
}

// What libxml2's table calls empty, and what it does not know.
bool is_void(std::string_view tag) {
  constexpr std::array<std::string_view, 14> kVoid{"area", "base", "br", "col", "embed", "frame", "hr",
                                                   "img", "input", "link", "meta", "param", "source", "wbr"};
  return std::ranges::find(kVoid, tag) != kVoid.end();
}

char lower_ascii(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'; }

bool contains_small(std::string_view text, std::string_view small) {
  return !std::ranges::search(text, small, {}, lower_ascii).empty();
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && static_cast<unsigned char>(text.front()) <= ' ') text.remove_prefix(1);
  while (!text.empty() && static_cast<unsigned char>(text.back()) <= ' ') text.remove_suffix(1);
  return text;
}

Region region_of_names(std::string_view names) {
  constexpr std::array<std::pair<std::string_view, Region>, 17> kNames{{
      {"comment", Region::comments}, {"binh-luan", Region::comments}, {"binhluan", Region::comments},
      {"hoi-dap", Region::comments}, {"hoidap", Region::comments}, {"gop-y", Region::comments}, {"gopy", Region::comments},
      {"guestbook", Region::comments}, {"feedback", Region::comments}, {"forum", Region::comments},
      {"post-reply", Region::comments}, {"y-kien", Region::comments}, {"search-result", Region::search},
      {"ket-qua-tim", Region::search}, {"footer", Region::footer}, {"navbar", Region::navigation}, {"sitemap", Region::navigation},
  }};
  if (names.empty()) return Region::body;
  for (const auto& [name, region] : kNames) {
    if (contains_small(names, name)) return region;
  }
  return Region::body;
}

Region region_of_tag(std::string_view tag) {
  if (tag == "header") return Region::header;
  if (tag == "nav") return Region::navigation;
  if (tag == "footer") return Region::footer;
  return Region::body;
}

// The attributes of a start tag, by name; a name without a value is empty.
class Attributes {
 public:
  explicit Attributes(const xmlChar** all) : all_(all) {}

  std::optional<std::string_view> find(std::string_view name) const {
    for (const xmlChar** at = all_; at != nullptr && *at != nullptr; at += 2) {
      if (name == reinterpret_cast<const char*>(*at)) {
        return at[1] == nullptr ? std::string_view() : std::string_view(reinterpret_cast<const char*>(at[1]));
      }
    }
    return std::nullopt;
  }
  std::string_view value(std::string_view name) const { return find(name).value_or(std::string_view()); }
  bool none() const { return all_ == nullptr; }

 private:
  const xmlChar** all_;
};

// An open element.
struct Frame {
  std::string_view tag;  // libxml2's, which lives as long as its parser
  std::string id, classes;
  Kind kind = Kind::inlined;
  Hidden hidden = Hidden::no;
  std::uint32_t group = 0;
  Region region = Region::body;
  std::uint32_t colour = 0x1000000, background = 0x1000000;  // beyond colours: not known
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

class Walker {
 public:
  Walker(const DecodedSource& source, std::string_view text, Budget& budget, Page& page)
      : source_(source), text_(text), budget_(budget), page_(page) {
    stack_.reserve(64);
    stack_.push_back({});
    find_styles();
  }

  Result<void> walk();

 private:
  static Walker& of(void* self) { return *static_cast<Walker*>(self); }
  static void on_start(void* self, const xmlChar* name, const xmlChar** attributes) {
    of(self).start(reinterpret_cast<const char*>(name), Attributes(attributes));
  }
  static void on_end(void* self, const xmlChar* name) { of(self).end(reinterpret_cast<const char*>(name)); }
  static void on_text(void* self, const xmlChar* text, int size) {
    of(self).text({reinterpret_cast<const char*>(text), static_cast<std::size_t>(size)});
  }
  static void on_raw(void* self, const xmlChar* text, int size) {
    of(self).raw({reinterpret_cast<const char*>(text), static_cast<std::size_t>(size)});
  }
  static void on_comment(void* self, const xmlChar*) { of(self).passed(); }

  void start(std::string_view tag, const Attributes& attributes);
  void end(std::string_view tag);
  void text(std::string_view bytes);
  void raw(std::string_view bytes);

  void find_styles();
  void enter(std::string_view tag, const Attributes& attributes, std::size_t at);
  void leave();
  Look look(const Frame& frame, const Attributes& attributes) const;
  void hide(Frame& frame, Hidden hidden);
  void take_look(Frame& frame, const Look& look);
  void meta(const Attributes& attributes);
  void image(const Attributes& attributes);
  void input(const Attributes& attributes);
  void special(std::string_view tag, const Attributes& attributes);
  void begin_link(const Attributes& attributes, std::size_t at);
  void end_link();
  void run_script();
  void say(std::string_view bytes);
  void flush();
  void stop(std::string_view limit);
  bool spend();

  std::size_t position() const {
    return std::min<std::size_t>(text_.size(), parser_->input->consumed + static_cast<std::size_t>(parser_->input->cur - parser_->input->base));
  }
  void passed() { last_ = position(); }
  std::size_t tag_start(std::string_view tag) const;
  bool after_end(std::size_t at) const { return at > end_of_html_; }
  void finish();

  const DecodedSource& source_;
  std::string_view text_;
  Budget& budget_;
  Page& page_;
  htmlParserCtxtPtr parser_ = nullptr;
  StyleSheet sheet_;
  std::vector<Frame> stack_;
  std::size_t last_ = 0;           // where the event before ended
  std::size_t end_of_html_ = kNowhere;
  std::string block_;              // the block being read
  std::size_t block_at_ = kNowhere;
  bool in_link_ = false;
  bool in_title_ = false;
  std::size_t forms_with_search_ = 0;
  std::string script_;             // or style
  bool in_script_ = false;
  bool written_open_ = false;      // a script wrote the start of something hidden
  Hidden written_hidden_ = Hidden::no;
  std::uint32_t groups_ = 0;
  std::uint64_t events_ = 0;
  bool stopped_ = false;
  struct Named {
    std::string id;
    std::size_t first_block, end_block, first_link, end_link;
  };
  std::vector<Named> named_;
  std::vector<std::string> hidden_ids_;
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

void Walker::start(std::string_view tag, const Attributes& attributes) {
  if (!spend()) return;
  if (parser_->nameNr > kMaxDepth) return stop("depth");
  const std::size_t at = tag == "a" || block_at_ == kNowhere ? tag_start(tag) : last_;
  passed();
  if (tag == "br") {
    if (!block_.empty()) block_ += ' ';
    return;
  }
  if (tag == "img") return image(attributes);
  if (tag == "input") return input(attributes);
  if (tag == "meta") return meta(attributes);
  if (is_void(tag)) {
    if (tag == "base" && page_.base.empty()) page_.base = truncate(trimmed(attributes.value("href")), kMaxAddressBytes);
    if (tag == "hr") flush();
    return;
  }
  enter(tag, attributes, at);
}

void Walker::enter(std::string_view tag, const Attributes& attributes, std::size_t at) {
  const Frame& parent = stack_.back();
  Frame frame{.tag = tag};
  frame.kind = kind_of(tag);
  frame.hidden = parent.hidden;
  frame.group = parent.group;
  frame.region = parent.region;
  frame.colour = parent.colour;
  frame.background = parent.background;
  if (!attributes.none()) {
    frame.id = attributes.value("id");
    frame.classes = attributes.value("class");
  }
  frame.place = mixed_name(mixed(parent.place, tag), frame.classes);
  Region own = region_of_tag(tag);
  if (own == Region::body && frame.kind == Kind::block) own = region_of_names(frame.classes);
  if (own == Region::body && frame.kind == Kind::block) own = region_of_names(frame.id);
  if (own != Region::body && tag != "body" && tag != "html") frame.region = own;
  take_look(frame, look(frame, attributes));
  if (frame.kind == Kind::block || frame.kind == Kind::heading || frame.hidden != parent.hidden) flush();
  if (block_at_ == kNowhere) block_at_ = at;
  frame.first_block = page_.blocks.size();
  frame.first_link = page_.links.size();
  stack_.push_back(std::move(frame));
  special(tag, attributes);
  if (tag == "a") begin_link(attributes, at);
}

void Walker::special(std::string_view tag, const Attributes& attributes) {
  if (tag == "html" && page_.language.empty()) page_.language = truncate(attributes.value("lang"), 40);
  if (tag == "title") in_title_ = page_.title.empty();
  if (tag == "script" || tag == "style") {
    in_script_ = true;
    script_.clear();
  }
  if ((tag == "iframe" || tag == "frame") && page_.frames.size() < kMaxFields) {
    page_.frames.emplace_back(truncate(trimmed(attributes.value("src")), kMaxAddressBytes));
  }
  if (tag == "form") {
    const bool searches = contains_small(attributes.value("action"), "search") || contains_small(attributes.value("action"), "tim-kiem") ||
                          contains_small(attributes.value("role"), "search") || contains_small(attributes.value("class"), "search");
    forms_with_search_ = searches ? stack_.size() : 0;
  }
}

// What hides the element: its own style, rules, attributes, and ways of old pages.
Look Walker::look(const Frame& frame, const Attributes& attributes) const {
  Look look;
  if (!sheet_.empty()) {
    std::vector<Element> path;
    path.reserve(stack_.size() + 1);
    for (const Frame& above : stack_) path.push_back({above.tag, above.id, above.classes});
    path.push_back({frame.tag, frame.id, frame.classes});
    look.take(sheet_.look_of(path));
  }
  if (frame.tag == "noscript") look.hidden = Hidden::no_script;
  if (frame.tag == "template") look.hidden = Hidden::display;
  if (attributes.none()) return look;
  if (const auto colour = colour_of(attributes.value("bgcolor"))) look.background = colour;
  if (frame.tag == "font" || frame.tag == "body") {
    if (const auto colour = colour_of(attributes.value(frame.tag == "font" ? "color" : "text"))) look.colour = colour;
  }
  const auto small = [&](std::string_view name) {
    const auto value = attributes.value(name);
    return value == "0" || value == "1" || value == "0px" || value == "1px";
  };
  if (frame.tag == "marquee" && (small("height") || small("width"))) look.hidden = Hidden::tiny;
  if ((frame.tag == "div" || frame.tag == "table") && small("height") && small("width")) look.hidden = Hidden::tiny;
  if (const auto style = attributes.find("style")) look.take(watch::look_of(*style));
  if (attributes.find("hidden")) look.hidden = Hidden::display;
  return look;
}

void Walker::hide(Frame& frame, Hidden hidden) {
  if (frame.hidden != Hidden::no) return;  // the outermost reason is the one
  frame.hidden = hidden;
  frame.group = ++groups_;
}

void Walker::take_look(Frame& frame, const Look& look) {
  if (look.colour) frame.colour = *look.colour;
  if (look.background) frame.background = *look.background;
  if (look.hidden && *look.hidden != Hidden::no) hide(frame, *look.hidden);
  const bool coloured = look.colour || look.background;
  if (coloured && frame.colour == frame.background && frame.colour < 0x1000000) hide(frame, Hidden::colour);
  if (written_open_) hide(frame, written_hidden_);
}

void Walker::meta(const Attributes& attributes) {
  const std::string_view content = attributes.value("content");
  const std::string_view name = attributes.value("name");
  if (contains_small(attributes.value("http-equiv"), "refresh") && !page_.jump) {
    const auto target = refresh_target(content);
    if (!target.empty() && stack_.back().tag != "noscript") page_.jump = Jump{target, RedirectStep::How::refresh};
  }
  if (contains_small(name, "description") || contains_small(name, "keywords")) {
    if (!page_.description.empty()) page_.description += ' ';
    page_.description += spelled(truncate(content, kMaxTextBytes));
  }
}

void Walker::image(const Attributes& attributes) {
  const std::string_view words = attributes.value("alt");
  if (!in_link_ || words.empty()) return;
  say(" ");
  say(truncate(words, kMaxTextBytes));
}

void Walker::input(const Attributes& attributes) {
  const std::string_view type = attributes.value("type");
  if (page_.fields.size() >= kMaxFields || type == "hidden" || type == "submit" || type == "button") return;
  const std::string_view name = attributes.value("name");
  constexpr std::array<std::string_view, 8> kSearch{"q", "s", "keyword", "keywords", "search", "tukhoa", "tu-khoa", "query"};
  const bool searches = type == "search" || forms_with_search_ > 0 || std::ranges::find(kSearch, name) != kSearch.end();
  page_.fields.push_back({std::string(truncate(name, 100)), spelled(truncate(attributes.value("value"), kMaxTextBytes)), searches});
}

void Walker::begin_link(const Attributes& attributes, std::size_t at) {
  const auto address = attributes.find("href");
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
  page_.links.push_back(std::move(link));
  in_link_ = true;
}

void Walker::end_link() {
  in_link_ = false;
  Link& link = page_.links.back();
  link.text = spelled(link.text);
  link.last_block = static_cast<std::uint32_t>(page_.blocks.size());
}

void Walker::end(std::string_view tag) {
  passed();
  if (is_void(tag) || stack_.size() < 2) return;
  if (tag == "script" || tag == "style") {
    if (tag == "script") run_script();
    in_script_ = false;
  }
  if (tag == "title") {
    page_.title = spelled(page_.title);
    in_title_ = false;
  }
  if (tag == "a" && in_link_) end_link();
  if (tag == "form") forms_with_search_ = 0;
  // libxml2 closes in order; should it not, what is open above goes with it.
  for (std::size_t depth = stack_.size() - 1; depth > 0; --depth) {
    if (stack_[depth].tag != tag) continue;
    while (stack_.size() > depth) leave();
    return;
  }
}

void Walker::leave() {
  const Frame& frame = stack_.back();
  const bool changes = stack_.size() >= 2 && frame.hidden != stack_[stack_.size() - 2].hidden;
  if (frame.kind == Kind::block || frame.kind == Kind::heading || changes) flush();
  if (!frame.id.empty() && named_.size() < kMaxNamed) {
    named_.push_back({frame.id, frame.first_block, page_.blocks.size(), frame.first_link, page_.links.size()});
  }
  stack_.pop_back();
}

void Walker::raw(std::string_view bytes) {
  if (in_script_) {
    if (script_.size() < kMaxBlockBytes * 4) script_ += bytes;
    passed();
    return;
  }
  text(bytes);
}

void Walker::run_script() {
  if (!page_.jump) {
    if (auto target = location_of_script(script_)) {
      page_.jump = Jump{std::string(truncate(trimmed(*target), kMaxAddressBytes)), RedirectStep::How::script};
    }
  }
  for (std::string& id : hidden_by_script(script_)) {
    if (hidden_ids_.size() < kMaxNamed) hidden_ids_.push_back(std::move(id));
  }
  for (const std::string& html : written_by_script(script_)) {
    if (const auto style = html.find("<style"); style != html.npos) {
      const auto open = std::min(html.find('>', style), html.size() - 1) + 1;
      sheet_.add(std::string_view(html).substr(open, html.find("</style", open) - open));
    }
    const auto style = html.find("style=");
    if (style != html.npos && !html.contains("</div") && !html.contains("</span")) {
      const auto quote = std::min(html.find_first_of("\"'", style), html.size() - 1) + 1;
      const auto hidden = watch::look_of(std::string_view(html).substr(quote, html.find_first_of("\"'>", quote) - quote)).hidden;
      written_open_ = hidden && *hidden != Hidden::no;
      written_hidden_ = hidden.value_or(Hidden::no);
    } else if (html.contains("</div") || html.contains("</span") || html.contains("</p")) {
      written_open_ = false;
    }
  }
}

void Walker::text(std::string_view bytes) {
  if (in_script_) return raw(bytes);
  const std::size_t at = last_;
  passed();
  if (!spend()) return;
  if (in_title_) {
    if (page_.title.size() < kMaxTextBytes) page_.title += bytes;
    return;
  }
  if (stack_.back().kind == Kind::skipped) return;
  if (block_at_ == kNowhere || block_.empty()) block_at_ = at;
  say(bytes);
}

void Walker::say(std::string_view bytes) {
  if (in_link_ && page_.links.back().text.size() < kMaxTextBytes) page_.links.back().text += bytes;
  for (const char c : bytes) {
    if (!is_space(c)) {
      block_ += c;
    } else if (!block_.empty() && block_.back() != ' ') {
      block_ += ' ';
    }
  }
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
    block.heading = std::ranges::any_of(stack_, [](const Frame& one) { return one.kind == Kind::heading && one.tag != "title"; });
    block.after_end = after_end(block.offset);
    page_.blocks.push_back(std::move(block));
  }
  block_.clear();
  block_at_ = kNowhere;
}

// Scripts and comments may write "</html" without meaning it.
std::size_t end_of_html(std::string_view text) {
  const auto find = [&](std::string_view small, std::size_t at) {
    for (at = text.find('<', at); at != text.npos; at = text.find('<', at + 1)) {
      if (std::ranges::equal(text.substr(at, small.size()), small, {}, lower_ascii)) return at;
    }
    return text.npos;
  };
  std::size_t found = find("</html", 0);
  while (found != text.npos) {
    const auto script = text.rfind("<script", found);
    const auto comment = text.rfind("<!--", found);
    const bool in_script = script != text.npos && text.find("</script", script) > found;
    const bool in_comment = comment != text.npos && text.find("-->", comment) > found;
    if (!in_script && !in_comment) return found;
    found = find("</html", found + 6);
  }
  return kNowhere;
}

void Walker::finish() {
  while (stack_.size() > 1) leave();
  flush();
  for (const Named& one : named_) {
    if (std::ranges::find(hidden_ids_, one.id) == hidden_ids_.end()) continue;
    const std::uint32_t group = ++groups_;
    for (std::size_t i = one.first_block; i < one.end_block; ++i) {
      if (page_.blocks[i].hidden == Hidden::no) page_.blocks[i].hidden = Hidden::script, page_.blocks[i].group = group;
    }
    for (std::size_t i = one.first_link; i < one.end_link; ++i) {
      if (page_.links[i].hidden == Hidden::no) page_.links[i].hidden = Hidden::script, page_.links[i].group = group;
    }
  }
  for (Block& block : page_.blocks) block.offset = source_.raw_offset(block.offset);
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
  end_of_html_ = end_of_html(text_);
  const std::unique_ptr<htmlParserCtxt, ParserFree> parser(htmlCreateMemoryParserCtxt(text_.data(), static_cast<int>(text_.size())));
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

// A tag with very many attributes is blanked from there on: where it ended, and whether any did.
struct Blanked {
  std::string text;
  bool any = false;
};

// Steps over one attribute as libxml2 does.
std::size_t attribute_end(std::string_view text, std::size_t at) {
  while (at < text.size() && !is_space(text[at]) && text[at] != '>' && text[at] != '=') ++at;
  std::size_t next = at;
  while (next < text.size() && is_space(text[next])) ++next;
  if (next >= text.size() || text[next] != '=') return std::max(at, next);
  ++next;
  while (next < text.size() && is_space(text[next])) ++next;
  if (next < text.size() && (text[next] == '"' || text[next] == '\'')) {
    const auto close = text.find(text[next], next + 1);
    return close == text.npos ? text.size() : close + 1;
  }
  while (next < text.size() && !is_space(text[next]) && text[next] != '>') ++next;
  return next;
}

Blanked without_huge_tags(const std::string& source) {
  Blanked out;
  const std::string_view text = source;
  for (auto at = text.find('<'); at != text.npos; at = text.find('<', at)) {
    ++at;
    if (at >= text.size() || !((text[at] | 0x20) >= 'a' && (text[at] | 0x20) <= 'z')) continue;
    while (at < text.size() && !is_space(text[at]) && text[at] != '>') ++at;
    std::size_t count = 0;
    std::size_t cut = 0;
    while (at < text.size() && text[at] != '>') {
      if (is_space(text[at]) || text[at] == '/' || text[at] == '=') {
        ++at;
        continue;
      }
      if (++count == kMaxAttributes) cut = at;
      at = attribute_end(text, at);
    }
    if (count < kMaxAttributes) continue;
    if (!out.any) out.text = source;
    out.any = true;
    std::fill(out.text.begin() + static_cast<std::ptrdiff_t>(cut), out.text.begin() + static_cast<std::ptrdiff_t>(at), ' ');
  }
  return out;
}

bool begins_address(std::string_view text) { return text.starts_with("http://") || text.starts_with("https://") || text.starts_with("www."); }

std::size_t address_size(std::string_view text) {
  std::size_t size = std::min(text.find_first_of(" \t\r\n\"'<>|)]}"), text.size());
  while (size > 0 && std::string_view(".,;:!?*_").contains(text[size - 1])) --size;
  return size;
}

void find_addresses(std::string_view line, std::size_t at, Page& page) {
  const auto block = static_cast<std::uint32_t>(page.blocks.size());
  for (std::size_t i = 0; i < line.size(); ++i) {
    const bool fresh = i == 0 || is_space(line[i - 1]) || std::string_view("\"'(<[|:=").contains(line[i - 1]);
    if (!fresh || !begins_address(line.substr(i)) || page.links.size() >= kMaxLinks) continue;
    const auto size = address_size(line.substr(i));
    Link link;
    link.text = truncate(line.substr(i, size), kMaxTextBytes);
    link.url = truncate((line[i] == 'w' ? "http://" : "") + std::string(line.substr(i, size)), kMaxAddressBytes);
    link.offset = at + i;
    link.end = at + i + size;
    link.block = link.last_block = block;
    page.links.push_back(std::move(link));
    i += size;
  }
}

}  // namespace

Result<void> read_html(const DecodedSource& source, Budget& budget, Page& page) {
  xmlInitParser();
  const Blanked blanked = without_huge_tags(source.text());
  Walker walker(source, blanked.any ? blanked.text : source.text(), budget, page);
  TRY_VOID(walker.walk());
  if (blanked.any && page.limit.empty()) page.limit = "attributes";
  return {};
}

void read_plain(const DecodedSource& source, Page& page) {
  const std::string_view text = source.text();
  page.plain = true;
  for (std::size_t at = 0; at < text.size() && page.blocks.size() < kMaxBlocks;) {
    auto end = std::min(text.find('\n', at), text.size());
    end = std::min(end, at + kMaxBlockBytes);
    std::string_view line = trimmed(text.substr(at, end - at));
    if (!line.empty()) {
      const auto place = static_cast<std::size_t>(line.data() - text.data());
      Block block;
      block.heading = line.starts_with('#');
      find_addresses(line, place, page);
      block.text = spelled(truncate(line, kMaxBlockBytes));
      block.offset = source.raw_offset(place);
      page.blocks.push_back(std::move(block));
    }
    at = end < text.size() && text[end] != '\n' ? end : end + 1;
  }
  for (Link& link : page.links) {
    link.offset = source.raw_offset(link.offset);
    link.end = source.raw_offset(link.end);
  }
}

}  // namespace khien::watch

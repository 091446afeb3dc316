#include "style.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include "letters.hpp"

namespace khien::watch {
namespace {

constexpr std::size_t kMaxRules = 400;
constexpr std::size_t kMaxSheetBytes = 1u << 20;
constexpr double kFarAway = 500;  // pixels
constexpr std::size_t kMaxValueBytes = 100;
constexpr std::uint64_t kAnyName = 0;  // of a rule that asks for an attribute only

std::string lowered(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = lower_ascii(c);
  return out;
}

struct Length {
  double value = 0;
  std::string_view unit;
};

std::optional<Length> length_of(std::string_view text) {
  text = trimmed(text);
  if (text.starts_with('+')) text.remove_prefix(1);
  Length length;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length.value);
  if (error != std::errc{} || !std::isfinite(length.value)) return std::nullopt;
  length.unit = text.substr(static_cast<std::size_t>(end - text.data()));
  return length;
}

double in_pixels(const Length& length) {
  if (length.unit.starts_with("em") || length.unit.starts_with("rem")) return length.value * 16;
  if (length.unit.starts_with("%") || length.unit.starts_with("v")) return length.value * 10;
  return length.value;
}

bool is_at_most(std::string_view value, double pixels) {
  const auto length = length_of(value);
  return length && in_pixels(*length) <= pixels;
}

// The size in "italic 0/0 a", before the slash.
std::optional<Length> first_length(std::string_view value) {
  for (std::string_view rest = value; !rest.empty();) {
    const auto end = std::min(rest.find_first_of(" /"), rest.size());
    const auto length = length_of(rest.substr(0, end));
    // "700" is a weight.
    if (length && (!length->unit.empty() || length->value == 0)) return length;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return std::nullopt;
}

// Every part that is a length, of "0 0 0 -9999px" or "translate(-9999px, 0)".
bool moves_away(std::string_view value) {
  while (!value.empty()) {
    const auto digit = value.find('-');
    if (digit == value.npos) return false;
    value.remove_prefix(digit);
    if (is_at_most(value, -kFarAway)) return true;
    value.remove_prefix(1);
  }
  return false;
}

constexpr std::array<std::pair<std::string_view, std::uint32_t>, 10> kColours{{
    {"white", 0xffffff}, {"black", 0x000000}, {"red", 0xff0000}, {"green", 0x008000}, {"blue", 0x0000ff},
    {"gray", 0x808080}, {"grey", 0x808080}, {"silver", 0xc0c0c0}, {"yellow", 0xffff00}, {"snow", 0xfffafa},
}};

std::optional<std::uint32_t> hex_colour(std::string_view digits) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
  if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  if (digits.size() == 8) return value >> 8;
  if (digits.size() == 6) return value;
  if (digits.size() != 3) return std::nullopt;
  const std::uint32_t r = value >> 8, g = value >> 4 & 15, b = value & 15;
  return r * 0x110000 | g * 0x1100 | b * 0x11;
}

// "255, 255, 255, 0.5", "0 100% 50% / 1": the numbers of it, four at most.
std::vector<double> numbers_of(std::string_view parts) {
  constexpr std::string_view kBetween = ", /\t";
  std::vector<double> numbers;
  while (numbers.size() < 4) {
    const auto begin = parts.find_first_not_of(kBetween);
    if (begin == parts.npos) break;
    parts.remove_prefix(begin);
    const auto number = length_of(parts.substr(0, parts.find_first_of(kBetween)));
    if (!number) break;
    numbers.push_back(number->value);
    parts.remove_prefix(std::min(parts.find_first_of(kBetween), parts.size()));
  }
  return numbers;
}

std::optional<std::uint32_t> rgb_colour(std::string_view parts) {
  const auto numbers = numbers_of(parts);
  std::uint32_t value = 0;
  if (numbers.size() < 3) return std::nullopt;
  for (std::size_t i = 0; i < 3; ++i) {
    if (numbers[i] < 0 || numbers[i] > 255) return std::nullopt;
    value = value << 8 | static_cast<std::uint32_t>(numbers[i]);
  }
  return value;
}

// Hue, saturation and lightness, the latter in hundredths.
std::optional<std::uint32_t> hsl_colour(std::string_view parts) {
  const auto numbers = numbers_of(parts);
  if (numbers.size() < 3) return std::nullopt;
  const double lightness = std::clamp(numbers[2] / 100, 0.0, 1.0);
  const double chroma = std::clamp(numbers[1] / 100, 0.0, 1.0) * std::min(lightness, 1 - lightness);
  std::uint32_t value = 0;
  for (const double step : {0.0, 8.0, 4.0}) {
    const double at = std::fmod(step + std::fmod(std::fmod(numbers[0], 360) + 360, 360) / 30, 12);
    const double part = lightness - chroma * std::clamp(std::min(at - 3, 9 - at), -1.0, 1.0);
    value = value << 8 | static_cast<std::uint32_t>(std::lround(part * 255));
  }
  return value;
}

// "rgba(0,0,0,0)", "#ffffff00", "transparent": nothing is seen of it.
bool is_see_through(std::string_view value) {
  if (value.starts_with("transparent")) return true;
  if (value.starts_with('#')) return (value.size() == 9 && value.ends_with("00")) || (value.size() == 5 && value.ends_with('0'));
  if (!value.starts_with("rgb") && !value.starts_with("hsl")) return false;
  const auto numbers = numbers_of(value.substr(std::min(value.find('('), value.size() - 1) + 1));
  return numbers.size() == 4 && numbers[3] <= 0.02;
}

// What one declaration block says before it is summed up.
struct Declared {
  bool display_none = false, clear = false, tiny = false, off_screen = false, clipped = false, see_through = false;
  bool cut = false, scrolled = false, no_width = false, no_height = false, small_width = false, small_height = false, shown = false;
  bool placed = false, below = false, moved_by_its_width = false;
  std::optional<bool> invisible;
  std::optional<std::uint32_t> colour, background;
  std::string_view colour_named, background_named;  // "var(--x)"
};

void take_box(std::string_view name, std::string_view value, Declared& d) {
  if (name == "overflow" || name == "overflow-y" || name == "overflow-x") {
    d.cut = value.starts_with("hidden") || value.starts_with("clip");
    d.scrolled = value.starts_with("auto") || value.starts_with("scroll");
  }
  if (name == "width" || name == "max-width") {
    d.no_width = is_at_most(value, 0);
    d.small_width = is_at_most(value, 2);
  }
  if (name == "height" || name == "max-height") {
    d.no_height = is_at_most(value, 0);
    d.small_height = is_at_most(value, 2);
  }
}

// "scale(0)", "scaleY(0.001)", "zoom: 0.01": to hardly anything.
bool shrinks(std::string_view name, std::string_view value) {
  constexpr double kNothing = 0.05;
  std::string_view number = value;
  if (name == "transform") {
    const auto scale = value.find("scale");
    const auto open = value.find('(', std::min(scale, value.size()));
    if (scale == value.npos || open == value.npos) return false;
    number = value.substr(open + 1);
  }
  const auto factor = length_of(number);
  return factor && std::abs(factor->value) <= (factor->unit.starts_with('%') ? kNothing * 100 : kNothing);
}

void take_place(std::string_view name, std::string_view value, Declared& d) {
  constexpr std::array<std::string_view, 12> kPlaces{"left", "top", "right", "bottom", "text-indent", "margin",
                                                     "margin-left", "margin-top", "margin-right", "transform",
                                                     "translate", "inset"};
  if (std::ranges::find(kPlaces, name) != kPlaces.end() && moves_away(value)) d.off_screen = true;
  if (name == "text-indent") d.moved_by_its_width = value.starts_with("100%");
  if (name == "transform" || name == "scale" || name == "zoom") d.tiny = d.tiny || shrinks(name, value);
  if (name == "position") d.placed = value.starts_with("absolute") || value.starts_with("fixed");
  if (name == "z-index") d.below = value.starts_with('-');
}

void take_clip(std::string_view name, std::string_view value, Declared& d) {
  if (name == "clip" && (value.starts_with("rect(0") || value.starts_with("rect(1px"))) d.clipped = true;
  if (name == "clip-path" && (value.starts_with("inset(50%") || value.starts_with("inset(100%") || value.starts_with("circle(0") ||
                              value.starts_with("polygon(0 0,0 0") || value.starts_with("polygon(0 0, 0 0") || value.starts_with("polygon(0px 0px,"))) {
    d.clipped = true;
  }
}

void take_colour(std::string_view name, std::string_view value, Declared& d) {
  if (name == "color") {
    d.colour = colour_of(value);
    d.see_through = is_see_through(value);
    if (value.starts_with("var(")) d.colour_named = value;
  }
  if (name == "background-color" || name == "background") {
    const bool function = value.starts_with("rgb") || value.starts_with("hsl");
    if (const auto colour = colour_of(value.substr(0, function ? value.npos : value.find(' ')))) d.background = colour;
    if (value.starts_with("var(")) d.background_named = value;
  }
}

void take_declaration(std::string_view name, std::string_view value, Declared& d) {
  if (name == "display") {
    d.display_none = value.starts_with("none");
    d.shown = !d.display_none;
  }
  if (name == "visibility") d.invisible = value.starts_with("hidden") || value.starts_with("collapse");
  if (name == "content-visibility" && value.starts_with("hidden")) d.display_none = true;
  if (name == "opacity") d.clear = is_at_most(value, 0.05);
  if (name == "filter" && (value.contains("opacity=0)") || value.contains("opacity(0"))) d.clear = true;
  if (name == "font-size" || name == "font") {
    const auto size = name == "font" ? first_length(value) : length_of(value);
    if (size) d.tiny = in_pixels(*size) <= 2;
  }
  take_box(name, value, d);
  take_place(name, value, d);
  take_clip(name, value, d);
  take_colour(name, value, d);
}

std::optional<Hidden> summed_up(const Declared& d) {
  if (d.display_none) return Hidden::display;
  if (d.clear) return Hidden::clear;
  if (d.off_screen || (d.moved_by_its_width && d.cut)) return Hidden::off_screen;
  const bool no_room = (d.cut && (d.small_width || d.small_height)) || (d.scrolled && d.small_width && d.small_height) || (d.no_width && d.no_height);
  if (d.tiny || no_room) return Hidden::tiny;
  if (d.clipped) return Hidden::clipped;
  if (d.placed && d.below) return Hidden::behind;
  const bool same_name = !d.colour_named.empty() && d.colour_named == d.background_named;
  if (d.see_through || same_name || (d.colour && d.background && is_alike(*d.colour, *d.background))) return Hidden::colour;
  if (d.shown) return Hidden::no;
  return std::nullopt;
}

// In small letters.
std::string without_comments(std::string_view css) {
  std::string out;
  out.reserve(css.size());
  while (!css.empty()) {
    const auto begin = std::min(css.find("/*"), css.size());
    out += css.substr(0, begin);
    const auto end = css.find("*/", begin + 2);
    css.remove_prefix(begin == css.size() || end == css.npos ? css.size() : end + 2);
  }
  std::ranges::transform(out, out.begin(), lower_ascii);
  return out;
}

std::size_t matching_brace(std::string_view css, std::size_t open) {
  int depth = 0;
  for (std::size_t at = open; at < css.size(); ++at) {
    if (css[at] == '{') ++depth;
    if (css[at] == '}' && --depth == 0) return at;
  }
  return css.size();
}

bool is_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

bool equal_small(std::string_view text, std::string_view small) {
  return std::ranges::equal(text, small, {}, lower_ascii);
}

// Of a name, whatever its capitals.
std::uint64_t hash_of(std::string_view name) {
  std::uint64_t hash = 14695981039346656037u;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(lower_ascii(c))) * 1099511628211u;
  return hash;
}

std::uint64_t bit_of(std::string_view name) { return std::uint64_t{1} << (hash_of(name) >> 58); }

template <class Visit>
void each_name(const Element& element, Visit visit) {
  visit(element.tag);
  if (!element.id.empty()) visit(element.id);
  for (std::string_view rest = trimmed(element.classes); !rest.empty(); rest = trimmed(rest)) {
    const auto end = std::min(rest.find_first_of(" \t\r\n\f"), rest.size());
    visit(rest.substr(0, end));
    rest.remove_prefix(end);
  }
}

bool has_class(std::string_view classes, std::string_view wanted) {
  while (!classes.empty()) {
    classes = trimmed(classes);
    const auto end = std::min(classes.find_first_of(" \t\r\n\f"), classes.size());
    if (equal_small(classes.substr(0, end), wanted)) return true;
    classes.remove_prefix(end);
  }
  return false;
}

}  // namespace

bool is_alike(std::uint32_t one, std::uint32_t other) {
  constexpr int kSeen = 6;  // of 255, of each part
  for (const int shift : {0, 8, 16}) {
    if (std::abs(static_cast<int>(one >> shift & 255) - static_cast<int>(other >> shift & 255)) > kSeen) return false;
  }
  return true;
}

void Look::take(const Look& later) {
  const bool shows = later.hidden == Hidden::no;
  // What is shown as a block is where it was, and as clear and as large.
  const bool undone = hidden == Hidden::display || hidden == Hidden::no || !hidden;
  if (later.hidden && (!shows || undone)) hidden = later.hidden;
  if (later.invisible) invisible = later.invisible;
  if (later.colour) colour = later.colour;
  if (later.background) background = later.background;
}

std::optional<std::uint32_t> colour_of(std::string_view text) {
  const std::string small = lowered(trimmed(text));
  std::string_view word = small;
  if (const auto end = word.find('!'); end != word.npos) word = trimmed(word.substr(0, end));
  if (word.starts_with('#')) return hex_colour(word.substr(1));
  if (word.starts_with("rgb")) return rgb_colour(word.substr(std::min(word.find('('), word.size() - 1) + 1));
  if (word.starts_with("hsl")) return hsl_colour(word.substr(std::min(word.find('('), word.size() - 1) + 1));
  const auto* const named = std::ranges::find(kColours, word, &std::pair<std::string_view, std::uint32_t>::first);
  return named == kColours.end() ? std::nullopt : std::optional(named->second);
}

Look look_of(std::string_view declarations) {
  const std::string small = without_comments(declarations);
  std::string_view rest = small;
  Declared declared;
  while (!rest.empty()) {
    const auto end = std::min(rest.find(';'), rest.size());
    const std::string_view one = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    const auto colon = one.find(':');
    if (colon != one.npos) take_declaration(trimmed(one.substr(0, colon)), trimmed(one.substr(colon + 1)), declared);
  }
  return {summed_up(declared), declared.invisible, declared.colour, declared.background};
}

namespace {

// "var(--x)" as what "--x: …" says anywhere in the sheet, once over.
std::string with_names_undone(std::string css) {
  if (!css.contains("var(--")) return css;
  std::string out;
  std::string_view rest = css;
  while (!rest.empty()) {
    const auto at = std::min(rest.find("var(--"), rest.size());
    out += rest.substr(0, at);
    rest.remove_prefix(at);
    if (rest.empty()) break;
    const auto close = rest.find(')');
    const std::string_view name = rest.substr(4, close == rest.npos ? rest.npos : std::min(rest.find(','), close) - 4);
    const std::string said = std::string(trimmed(name)) + ":";
    const auto defined = out.size() + css.size() > kMaxSheetBytes ? css.npos : css.find(said);
    if (defined == css.npos || close == rest.npos) {
      out += rest.substr(0, 6);
      rest.remove_prefix(6);
      continue;
    }
    const std::string_view value = std::string_view(css).substr(defined + said.size());
    out += trimmed(value.substr(0, std::min({value.find(';'), value.find('}'), kMaxValueBytes})));
    rest.remove_prefix(close + 1);
  }
  return out;
}

}  // namespace

void StyleSheet::add(std::string_view css) {
  const std::string small = with_names_undone(without_comments(css.substr(0, kMaxSheetBytes)));
  std::string_view rest = small;
  while (rules_.size() < kMaxRules) {
    const auto open = rest.find('{');
    if (open == rest.npos) return;
    const auto close = matching_brace(rest, open);
    std::string_view selectors = trimmed(rest.substr(0, open));
    if (const auto import = selectors.rfind(';'); import != selectors.npos) selectors = trimmed(selectors.substr(import + 1));
    const std::string_view body = rest.substr(open + 1, close - open - 1);
    if (selectors.starts_with("@media")) {
      if (selectors.contains("screen") || selectors.contains("all")) {
        if (!selectors.contains('(')) add(body);
      }
    } else if (!selectors.starts_with('@')) {
      if (const Look look = watch::look_of(body); !look.says_nothing()) add_rule(selectors, look);
    }
    rest.remove_prefix(std::min(close + 1, rest.size()));
  }
}

bool has_name(const Element& element, std::string_view name) {
  if (name.size() < 2) return false;
  const std::string small = lowered(name.substr(1));
  return name.front() == '#' ? equal_small(element.id, small) : has_class(element.classes, small);
}

void StyleSheet::add_rule(std::string_view selectors, const Look& look) {
  while (!selectors.empty() && rules_.size() < kMaxRules) {
    const auto comma = std::min(selectors.find(','), selectors.size());
    std::string_view one = trimmed(selectors.substr(0, comma));
    selectors.remove_prefix(std::min(comma + 1, selectors.size()));
    Rule rule{.path = {}, .look = look};
    while (!one.empty()) {
      const auto end = std::min(one.find_first_of(" \t\r\n\f"), one.size());
      const std::string_view part = one.substr(0, end);
      one = trimmed(one.substr(end));
      if (part == ">" && !rule.path.empty()) continue;  // a child is below, too
      auto simple = simple_of(part);
      if (!simple) {
        rule.path.clear();
        break;
      }
      rule.path.push_back(*std::move(simple));
    }
    if (rule.path.empty()) continue;
    const Wanted wanted{wanted_of(rule.path.back()), static_cast<std::uint32_t>(rules_.size())};
    wanted_.insert(std::ranges::upper_bound(wanted_, wanted), wanted);
    rules_.push_back(std::move(rule));
  }
}

std::vector<std::string> attributes_asked(std::string_view html) {
  constexpr std::size_t kMost = 64, kMostNameBytes = 64;
  std::vector<std::string> names;
  for (auto at = html.find("<style"); at != html.npos && names.size() < kMost;) {
    const auto close = std::min(html.find("</style", at), html.size());
    const std::string_view css = html.substr(at, close - at);
    at = html.find("<style", close);
    for (auto open = css.find('['); open != css.npos && names.size() < kMost; open = css.find('[', open + 1)) {
      // A name is short: to look for its end through all of a sheet, for each bracket, would take for ever.
      const std::string_view near = css.substr(open + 1, kMostNameBytes);
      const auto end = near.find_first_of("]=^$*~| \t\r\n");
      if (end == near.npos) continue;
      std::string name = lowered(near.substr(0, end));
      if (!name.empty() && std::ranges::all_of(name, is_name) && std::ranges::find(names, name) == names.end()) names.push_back(std::move(name));
    }
  }
  return names;
}

bool AttributeTest::fits(std::string_view has) const {
  if (how == 0) return true;
  // Sixty-four tests of long values on one long attribute would cost minutes.
  constexpr std::size_t kMostTested = 2'048, kMostAsked = 128;
  if (value.size() > kMostAsked) return false;
  has = has.substr(0, kMostTested);
  if (value.empty()) return how == '=' && has.empty();
  const bool begins = has.size() >= value.size() && equal_small(has.substr(0, value.size()), value);
  switch (how) {
    case '=': return equal_small(has, value);
    case '^': return begins;
    case '$': return has.size() >= value.size() && equal_small(has.substr(has.size() - value.size()), value);
    case '*': return contains_small(has, value);
    case '~': return has_class(has, value);
    default: return begins && (has.size() == value.size() || has[value.size()] == '-');
  }
}

// The bit of what stands between "[" and "]"; none where there are too many, or it is not understood.
std::optional<std::uint64_t> StyleSheet::test_of(std::string_view text) {
  constexpr std::size_t kMaxTests = 64;
  AttributeTest test;
  std::size_t size = 0;
  while (size < text.size() && is_name(text[size])) ++size;
  test.name = text.substr(0, size);
  std::string_view rest = text.substr(size);
  if (test.name.empty()) return std::nullopt;
  if (!rest.empty()) {
    const bool of_two = std::string_view("^$*~|").contains(rest.front());
    test.how = rest.front();
    rest.remove_prefix(of_two && rest.substr(1).starts_with('=') ? 1 : 0);
    if (!rest.starts_with('=')) return std::nullopt;
    rest.remove_prefix(1);
    if (rest.size() >= 2 && (rest.front() == '"' || rest.front() == '\'')) rest = rest.substr(1, rest.size() - 2);
    test.value = rest;
  }
  const auto known = std::ranges::find(tests_, test);
  const auto place = static_cast<std::size_t>(known - tests_.begin());
  if (place >= kMaxTests) return std::nullopt;
  if (known == tests_.end()) tests_.push_back(std::move(test));
  return std::uint64_t{1} << place;
}

std::uint64_t StyleSheet::wanted_of(const Simple& simple) {
  if (simple.bits == 0) return kAnyName;
  if (!simple.id.empty()) return hash_of(simple.id);
  return hash_of(simple.classes.empty() ? simple.tag : simple.classes.front());
}

std::optional<StyleSheet::Simple> StyleSheet::simple_of(std::string_view text) {
  Simple simple;
  while (!text.empty()) {
    const char kind = text.front();
    if (kind == '[') {
      const auto close = text.find(']');
      const auto test = close == text.npos ? std::nullopt : test_of(text.substr(1, close - 1));
      if (!test) return std::nullopt;
      simple.tests |= *test;
      text.remove_prefix(close + 1);
      continue;
    }
    if (kind == '.' || kind == '#') text.remove_prefix(1);
    std::size_t size = 0;
    while (size < text.size() && is_name(text[size])) ++size;
    if (size == 0) return std::nullopt;
    const std::string name(text.substr(0, size));
    text.remove_prefix(size);
    simple.bits |= bit_of(name);
    if (kind == '.') {
      simple.classes.push_back(name);
    } else if (kind == '#') {
      simple.id = name;
    } else {
      simple.tag = name;
    }
  }
  return simple;
}

std::uint64_t StyleSheet::bits_of(const Element& element) {
  std::uint64_t bits = 0;
  each_name(element, [&](std::string_view name) { bits |= bit_of(name); });
  return bits;
}

bool StyleSheet::fits(const Simple& simple, const Element& element) {
  if ((element.bits & simple.bits) != simple.bits || (element.tests & simple.tests) != simple.tests) return false;
  if (!simple.tag.empty() && simple.tag != element.tag) return false;
  if (!simple.id.empty() && !equal_small(element.id, simple.id)) return false;
  return std::ranges::all_of(simple.classes, [&](const std::string& one) { return has_class(element.classes, one); });
}

bool StyleSheet::fits(const Rule& rule, std::span<const Element> path) {
  if (!fits(rule.path.back(), path.back())) return false;
  std::size_t wanted = rule.path.size() - 1;
  for (std::size_t at = path.size() - 1; wanted > 0 && at > 0; --at) {
    if (fits(rule.path[wanted - 1], path[at - 1])) --wanted;
  }
  return wanted == 0;
}

Look StyleSheet::look_of(std::span<const Element> path) const {
  std::vector<std::uint32_t> fitting;
  const auto take = [&](std::uint64_t hash) {
    for (auto at = std::ranges::lower_bound(wanted_, hash, {}, &Wanted::name); at != wanted_.end() && at->name == hash; ++at) {
      if (fits(rules_[at->rule], path)) fitting.push_back(at->rule);
    }
  };
  each_name(path.back(), [&](std::string_view name) { take(hash_of(name)); });
  if (path.back().tests != 0) take(kAnyName);
  std::ranges::sort(fitting);
  Look look;
  for (const std::uint32_t rule : fitting) look.take(rules_[rule].look);
  return look;
}

}  // namespace khien::watch

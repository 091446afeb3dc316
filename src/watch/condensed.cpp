#include "condensed.hpp"

#include <algorithm>
#include <array>

#include "khien/core/assert.hpp"
#include "letters.hpp"

namespace khien::watch {
namespace {

constexpr std::size_t kLongestName = 60;       // libxml2 cuts names of tags and attributes at 100 letters
constexpr std::size_t kLongestReference = 64;
constexpr std::size_t kNothing = 0;

// As libxml2 counts them.
constexpr bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
constexpr bool is_ascii_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
constexpr bool begins_name(char c) { return is_ascii_letter(c) || c == '_' || c == ':' || c == '.'; }
constexpr bool is_name(char c) { return begins_name(c) || (c >= '0' && c <= '9') || c == '-'; }

// Letters that libxml2 leaves out of texts and not of attributes, and our own one.
bool has_odd_letters(std::string_view source) {
  return source.contains(Condensed::kRun) || source.contains('\f') || source.contains("\xEF\xBF\xBE") || source.contains("\xEF\xBF\xBF");
}

bool equals_small(std::string_view text, std::string_view small) { return text.size() == small.size() && begins_small(text, 0, small); }

std::string_view read_attribute(std::string_view name) {
  constexpr std::array<std::string_view, 29> kNames{"id", "class", "href", "style", "rel", "hidden", "open", "name", "value", "type", "content", "alt", "src",
                                                    "http-equiv", "action", "role", "lang", "width", "height", "bgcolor", "color", "text", "property", "onload", "onerror",
                                                    "title", "data", "srcdoc", "xlink:href"};
  const auto* const found = std::ranges::find_if(kNames, [&](std::string_view one) { return equals_small(name, one); });
  return found == kNames.end() ? std::string_view() : *found;
}

bool is_read_of(std::string_view tag, std::string_view attribute) {
  if (equals_small(tag, "img")) return attribute == "alt" || attribute == "title" || attribute == "onerror";
  if (attribute == "title") return false;
  if (attribute == "data") return equals_small(tag, "object");
  if (attribute == "src") return equals_small(tag, "iframe") || equals_small(tag, "frame") || equals_small(tag, "script") || equals_small(tag, "embed");
  return !equals_small(tag, "link") || attribute == "rel" || attribute == "href";
}

bool is_raw(std::string_view tag) { return equals_small(tag, "script") || equals_small(tag, "style"); }

}  // namespace

// The attributes that a page is read by. Empty: none of them.
std::string_view Condensed::known_attribute(std::string_view name) const {
  const std::string_view known = read_attribute(name);
  if (!known.empty() || asked_.empty()) return known;
  const auto asked = std::ranges::find_if(asked_, [&](const std::string& one) { return equals_small(name, one); });
  return asked == asked_.end() ? std::string_view() : std::string_view(*asked);
}

Condensed::Condensed(std::string_view source, bool blanked, std::span<const std::string> asked) : source_(source), asked_(asked), blanked_(blanked) {
  text_.reserve(source.size() / 2);
  steps_.reserve(source.size() / 32);
  runs_.reserve(source.size() / 64);
  steps_.push_back({0, 0});
  if (has_odd_letters(source)) {
    rest(0);
  } else {
    condense();
  }
}

void Condensed::condense() {
  for (std::size_t at = 0; at < source_.size() && !must_be_blanked_;) {
    const char c = source_[at];
    at = c == '<' ? markup(at) : c == '&' ? reference(at) : text_run(at);
  }
}

// What is copied stays in step with the source.
std::size_t Condensed::copy(std::size_t from, std::size_t to) {
  text_ += source_.substr(from, to - from);
  return to;
}

// libxml2 reads it as it is, so it must not cost it more than it may.
std::size_t Condensed::rest(std::size_t from) {
  must_be_blanked_ = !blanked_;
  return copy(from, source_.size());
}

void Condensed::step(std::size_t source) {
  steps_.push_back({static_cast<std::uint32_t>(text_.size()), static_cast<std::uint32_t>(source)});
}

void Condensed::stand_for(std::size_t from, std::size_t to) {
  runs_.push_back({static_cast<std::uint32_t>(text_.size()), source_.substr(from, to - from)});
  text_ += kRun;
  step(to);
}

std::size_t Condensed::skip_blanks(std::size_t place) const {
  while (is_blank(at(place))) ++place;
  return place;
}

std::size_t Condensed::name_end(std::size_t place) const {
  while (is_name(at(place))) ++place;
  return place;
}

std::size_t Condensed::text_run(std::size_t from) {
  const std::size_t first = skip_blanks(from);
  std::size_t to = first;
  while (to < source_.size() && source_[to] != '<' && source_[to] != '&') ++to;
  if (to > first) {
    stand_for(from, to);
  } else if (to == from + 1) {
    copy(from, to);
  } else {
    text_ += ' ';
    step(to);
  }
  return to;
}

// "&amp;", and as much of anything else as libxml2 may look at.
std::size_t Condensed::reference(std::size_t from) {
  const std::size_t most = std::min(source_.size(), from + kLongestReference);
  std::size_t to = from + 1;
  while (to < most && source_[to] != '<' && source_[to] != '&' && source_[to] != ';' && !is_blank(source_[to])) ++to;
  while (to < source_.size() && (static_cast<unsigned char>(source_[to]) & 0xC0) == 0x80) ++to;
  return copy(from, at(to) == ';' ? to + 1 : to);
}

std::size_t Condensed::markup(std::size_t from) {
  const char next = at(from + 1);
  if (is_ascii_letter(next)) return start_tag(from);
  if (next == '/') return end_tag(from);
  if (next == '!') return source_.substr(from, 4) == "<!--" ? comment(from) : declaration(from);
  if (next == '?') {
    const char target = at(from + 2);
    if (is_ascii_letter(target)) return declaration(from);
    return static_cast<unsigned char>(target) < 0x80 && target != '_' && target != ':' ? copy(from, from + 2) : rest(from);
  }
  return next == '_' || next == ':' ? rest(from) : copy(from, from + 1);
}

std::size_t Condensed::comment(std::size_t from) {
  const std::string_view inner = source_.substr(from + 4);
  const auto close = inner.find("-->");
  if (close == inner.npos || inner.starts_with('>') || inner.starts_with("->") || inner.substr(0, close).contains("--!")) return rest(from);
  const std::size_t to = from + 4 + close;
  copy(from, from + 4);
  text_ += ' ';
  step(to);
  return copy(to, to + 3);
}

// A document type, or what begins like one, an instruction: to the first ">".
std::size_t Condensed::declaration(std::size_t from) {
  const auto close = source_.find('>', from);
  if (close == source_.npos) return rest(from);
  const std::string_view inner = source_.substr(from, close - from);
  const bool balanced = std::ranges::count(inner, '"') % 2 == 0 && std::ranges::count(inner, '\'') % 2 == 0;
  return begins_small(inner, 1, "!doctype") && !balanced ? rest(from) : copy(from, close + 1);
}

std::size_t Condensed::end_tag(std::size_t from) {
  if (!begins_name(at(from + 2))) return copy(from, from + 2);
  const auto close = source_.find('>', from);
  return close == source_.npos ? rest(from) : copy(from, close + 1);
}

std::size_t Condensed::start_tag(std::size_t from) {
  const std::size_t named = name_end(from + 1);
  const std::string_view name = source_.substr(from + 1, named - from - 1);
  if (name.size() > kLongestName) return rest(from);
  first_attribute_ = attributes_.size();
  attribute_count_ = 0;
  plain_tag_ = true;
  std::size_t place = skip_blanks(named);
  while (place < source_.size() && at(place) != '>' && !(at(place) == '/' && at(place + 1) == '>')) {
    const std::size_t next = attribute(place, name);
    if (must_be_blanked_) return source_.size();
    if (next == kNothing) return rest(from);
    place = skip_blanks(next);
  }
  if (place >= source_.size()) return rest(from);
  const bool has_content = at(place) == '>';
  const std::size_t to = close_tag(from, named, place);
  return has_content && is_raw(name) ? script(to, name) : to;
}

// Where an attribute ends, or what is none; kNothing where that cannot be told.
std::size_t Condensed::attribute(std::size_t from, std::string_view tag) {
  if (++attribute_count_ > kMostAttributes || at(from) == '/') must_be_blanked_ = !blanked_;
  if (!begins_name(at(from))) {
    plain_tag_ = false;
    while (from < source_.size() && !is_blank(at(from)) && at(from) != '>' && !(at(from) == '/' && at(from + 1) == '>')) ++from;
    return from;
  }
  const std::size_t named = name_end(from);
  if (named - from > kLongestName) return kNothing;
  std::string_view given;
  std::size_t to = skip_blanks(named);
  if (at(to) == '=') to = value(skip_blanks(to + 1), given);
  if (to == kNothing) return kNothing;
  const std::string_view name = known_attribute(source_.substr(from, named - from));
  const bool asked = std::ranges::find(asked_, name) != asked_.end();
  if (name.empty() || (!asked && !is_read_of(tag, name))) return to;
  plain_tag_ = plain_tag_ && !given.contains('&');
  const std::span own = std::span(attributes_).subspan(first_attribute_);
  if (std::ranges::find(own, name, &TagAttribute::name) == own.end()) attributes_.push_back({name, given});
  return to;
}

std::size_t Condensed::value(std::size_t from, std::string_view& value) const {
  const char quote = at(from);
  if (quote == '"' || quote == '\'') {
    const auto close = source_.find(quote, from + 1);
    if (close == source_.npos) return kNothing;
    value = source_.substr(from + 1, close - from - 1);
    return close + 1;
  }
  std::size_t to = from;
  while (to < source_.size() && !is_blank(source_[to]) && source_[to] != '>') ++to;
  value = source_.substr(from, to - from);
  return to;
}

// `place`: of the ">" or "/>". A tag that is not plain keeps its attributes.
std::size_t Condensed::close_tag(std::size_t begin, std::size_t named, std::size_t place) {
  const std::size_t to = place + (at(place) == '>' ? 1 : 2);
  const std::size_t count = attributes_.size() - first_attribute_;
  if (!plain_tag_) attributes_.resize(first_attribute_);
  if (!plain_tag_ || named == place) return copy(begin, to);
  copy(begin, named);
  text_ += ' ';
  step(place);
  if (count > 0) tags_.push_back({static_cast<std::uint32_t>(text_.size()), static_cast<std::uint32_t>(first_attribute_), static_cast<std::uint32_t>(count)});
  return copy(place, to);
}

// What stands between a script's tags. Where it begins with a tag, libxml2 may end it.
std::size_t Condensed::script(std::size_t from, std::string_view name) {
  const std::string_view small = name.size() == 5 ? "style" : "script";
  std::size_t to = source_.find("</", from);
  while (to != source_.npos && !begins_small(source_, to + 2, small)) to = source_.find("</", to + 2);
  if (to == source_.npos || is_name(at(to + 2 + name.size()))) return rest(from);
  if (to == from) return to;
  if (at(from) == '<' && (at(from + 1) == '/' || is_name(at(from + 1)))) return rest(from);
  stand_for(from, to);
  return to;
}

std::size_t Condensed::source_of(std::size_t at) {
  if (at < steps_[step_].at) step_ = 0;
  while (step_ + 1 < steps_.size() && steps_[step_ + 1].at <= at) ++step_;
  return std::min(source_.size(), steps_[step_].source + (at - steps_[step_].at));
}

std::optional<std::string_view> Condensed::run_at(std::size_t at) {
  if (run_ > 0 && runs_[run_ - 1].at >= at) run_ = 0;
  while (run_ < runs_.size() && runs_[run_].at < at) ++run_;
  return run_ < runs_.size() && runs_[run_].at == at ? std::optional(runs_[run_].bytes) : std::nullopt;
}

std::optional<std::span<const TagAttribute>> Condensed::attributes_at(std::size_t at) {
  if (tag_ > 0 && tags_[tag_ - 1].at >= at) tag_ = 0;
  while (tag_ < tags_.size() && tags_[tag_].at < at) ++tag_;
  if (tag_ == tags_.size() || tags_[tag_].at != at) return std::nullopt;
  return std::span(attributes_).subspan(tags_[tag_].first, tags_[tag_].count);
}

}  // namespace khien::watch

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace khien::watch {

struct TagAttribute {
  std::string_view name;   // in small letters
  std::string_view value;  // as libxml2 would give it: without a reference in it
};

// A page's source without what libxml2 would only copy from one place to another, letter by
// letter: a run of text is one letter, and so is a script; a comment is empty; a tag has no
// attributes. libxml2 still says which elements open and close, and where; what stands in them
// is looked up here. Whatever is not plainly written stays as it is, for libxml2 to make of it
// what it does, and what follows it then stays as it is too where its end is open to doubt.
//
// Places are asked for in the order in which a reader comes by them. Not thread-safe.
//
// Invariants
//  (1) source_of() never falls while its argument does not.
//  (2) Each kRun of text() that run_at() knows stands for bytes of the source that text() lacks.
class Condensed {
 public:
  static constexpr char kRun = '\x7f';
  // A tag with more attributes, or with a slash between them, must be blanked() before.
  static constexpr std::size_t kMostAttributes = 200;

  // The source outlives it, and so does `asked`: attributes that rules of its styles ask for, in small letters.
  // `blanked`: it was, and is taken as it is.
  Condensed(std::string_view source, bool blanked, std::span<const std::string> asked = {});

  // Nothing was made of it: the source must be blanked() first.
  bool must_be_blanked() const { return must_be_blanked_; }
  std::string_view text() const { return text_; }
  // Where a place in text() lies in the source.
  std::size_t source_of(std::size_t at);
  // What the kRun there stands for; none if it stands for nothing.
  std::optional<std::string_view> run_at(std::size_t at);
  // Of the tag whose ">" or "/>" is there; none if they stand in text().
  std::optional<std::span<const TagAttribute>> attributes_at(std::size_t at);

 private:
  struct Step {  // from `at` on, places in text() and source go together until the next one
    std::uint32_t at, source;
  };
  struct Run {
    std::uint32_t at;
    std::string_view bytes;
  };
  struct Tag {
    std::uint32_t at, first, count;
  };

  void condense();
  std::size_t text_run(std::size_t at);
  std::size_t reference(std::size_t at);
  std::size_t markup(std::size_t at);
  std::size_t comment(std::size_t at);
  std::size_t declaration(std::size_t at);
  std::size_t end_tag(std::size_t at);
  std::size_t start_tag(std::size_t at);
  std::size_t attribute(std::size_t at, std::string_view tag);
  std::size_t value(std::size_t at, std::string_view& value) const;
  std::size_t close_tag(std::size_t begin, std::size_t name_end, std::size_t at);
  std::size_t script(std::size_t at, std::string_view name);
  std::size_t rest(std::size_t at);
  std::size_t copy(std::size_t from, std::size_t to);
  void stand_for(std::size_t from, std::size_t to);
  void step(std::size_t source);
  char at(std::size_t place) const { return place < source_.size() ? source_[place] : '\0'; }
  std::size_t skip_blanks(std::size_t place) const;
  std::size_t name_end(std::size_t place) const;

  std::string_view known_attribute(std::string_view name) const;

  std::string_view source_;
  std::span<const std::string> asked_;
  std::string text_;
  bool blanked_;
  bool must_be_blanked_ = false;
  std::vector<Step> steps_;
  std::vector<Run> runs_;
  std::vector<Tag> tags_;
  std::vector<TagAttribute> attributes_;
  // Of the tag being read.
  std::size_t first_attribute_ = 0, attribute_count_ = 0;
  bool plain_tag_ = true;
  std::size_t step_ = 0, run_ = 0, tag_ = 0;  // where the reader is
};

}  // namespace khien::watch

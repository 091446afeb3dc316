#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "khien/watch/page.hpp"

namespace khien::watch {

// What declarations say about whether something is seen. A later one wins.
struct Look {
  std::optional<Hidden> hidden;             // `no`: shown by "display: block" and its like
  std::optional<bool> invisible;            // by "visibility", which no display undoes
  std::optional<std::uint32_t> colour;      // 0xRRGGBB
  std::optional<std::uint32_t> background;

  bool says_nothing() const { return !hidden && !invisible && !colour && !background; }
  bool hides() const { return invisible.value_or(false) || hidden.value_or(Hidden::no) != Hidden::no; }
  void take(const Look& later);
};

// "display:none; left:-9999px"
Look look_of(std::string_view declarations);
// "#fff", "white", "rgb(255,255,255)", "hsl(0,0%,100%)"; none if it is no plain colour.
std::optional<std::uint32_t> colour_of(std::string_view text);
// Nobody tells them apart.
bool is_alike(std::uint32_t one, std::uint32_t other);

// An element as a selector sees it.
struct Element {
  std::string_view tag;
  std::string_view id;
  std::string_view classes;  // as in the attribute
  std::uint64_t bits = ~std::uint64_t{0};  // StyleSheet::bits_of(), or all where nobody asked
  std::uint64_t tests = 0;                 // which of StyleSheet::tests() its attributes stand
};

// What a selector asks of an attribute: "[data-x]", "[class^=ad]".
struct AttributeTest {
  std::string name, value;
  char how = 0;  // 0: that it is there; else the letter before "=", or "=" where none is
  bool fits(std::string_view has) const;
  bool operator==(const AttributeTest&) const = default;
};

// Whether it has the name: "#id" or ".class".
bool has_name(const Element& element, std::string_view name);

// The names of attributes that rules in a page's <style> ask for, in small letters; 64 at most.
std::vector<std::string> attributes_asked(std::string_view html);

// The rules of <style> that hide or colour. Selectors of tags, classes, ids and attributes, one after
// another or as children ("#foot > .x a"); rules with anything else in them are left out, and so is what
// stands in @media other than screen and all.
class StyleSheet {
 public:
  void add(std::string_view css);
  bool empty() const { return rules_.empty(); }
  // 64 at most, a bit of Element::tests each.
  const std::vector<AttributeTest>& tests() const { return tests_; }
  // A bit for each name of an element, so that most rules are told not to fit at a glance.
  static std::uint64_t bits_of(const Element& element);
  // `path`: the element last, its parents before it.
  Look look_of(std::span<const Element> path) const;

 private:
  struct Simple {
    std::string tag, id;
    std::vector<std::string> classes;
    std::uint64_t bits = 0;  // of all of these
    std::uint64_t tests = 0;
  };
  struct Rule {
    std::vector<Simple> path;
    Look look;
  };
  // A name that the element of a rule must have, by its hash: most elements have none of any rule.
  struct Wanted {
    std::uint64_t name = 0;
    std::uint32_t rule = 0;
    auto operator<=>(const Wanted&) const = default;
  };
  static std::uint64_t wanted_of(const Simple& simple);
  std::optional<Simple> simple_of(std::string_view text);
  std::optional<std::uint64_t> test_of(std::string_view text);
  static bool fits(const Simple& simple, const Element& element);
  static bool fits(const Rule& rule, std::span<const Element> path);
  void add_rule(std::string_view selectors, const Look& look);

  std::vector<Rule> rules_;
  std::vector<Wanted> wanted_;  // sorted
  std::vector<AttributeTest> tests_;
};

}  // namespace khien::watch

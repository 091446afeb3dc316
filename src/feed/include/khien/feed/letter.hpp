#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "khien/advisory/record.hpp"
#include "khien/core/budget.hpp"
#include "khien/core/date.hpp"
#include "khien/core/result.hpp"

namespace khien::feed {

// Where a thing stands in LetterFacts::text: bytes [begin, end).
struct Place {
  std::size_t begin = 0, end = 0;

  bool operator==(const Place&) const = default;
};

// certain: written in the form that letters have. likely: one reading of several words.
// choice: several readings, none better; a person must say.
enum class Confidence : unsigned char { certain, likely, choice };
std::string_view to_string(Confidence confidence);

template <class Value>
struct Found {
  Value value;
  Place at;
  Confidence confidence = Confidence::certain;

  bool operator==(const Found&) const = default;
};

// A product the letter names, with what it says of versions.
struct LetterProduct {
  std::string name;                              // as written: "Microsoft Exchange Server 2016"
  std::optional<advisory::PackageKey> key;       // where it is a product that is known
  std::vector<advisory::VersionRange> affected;  // empty: no version is named
  std::string fixed;                             // "nâng cấp lên phiên bản 7.4.3"; empty: none named
  std::vector<std::string> cves;                 // those of its own paragraph

  bool operator==(const LetterProduct&) const = default;
};

// By when, and by which words. With `working_days` the day counts from the letter's date:
// a calendar of holidays is the caller's to ask.
struct LetterDeadline {
  std::optional<Date> day;
  std::optional<int> days;   // "trong vòng 05 ngày"
  bool working_days = false;
  bool is_report = false;    // to report, not to patch

  bool operator==(const LetterDeadline&) const = default;
};

// What an official warning says, each with its place, to be shown and confirmed: nothing
// of it is a fact before a person says so. Several numbers, dates or deadlines are all
// told, in the order of the text, the letter's own first.
struct LetterFacts {
  std::string text;  // in NFC, legacy fonts brought into Unicode: what places are of
  std::vector<Found<std::string>> numbers;  // "1234/CATTT-NCSC"
  std::vector<Found<Date>> dates;
  std::vector<Found<std::string>> issuers;  // "Cục An toàn thông tin"
  std::vector<Found<std::string>> subjects; // after "V/v"
  std::vector<Found<std::string>> cves;     // each once, in its normal form
  std::vector<Found<LetterProduct>> products;
  std::vector<Found<LetterDeadline>> deadlines;
  std::vector<Found<Severity>> severities;
  std::vector<Found<double>> scores;        // CVSS base
  std::vector<Found<std::string>> references; // https or http

  bool operator==(const LetterFacts&) const = default;
};

// `text`: what a person pasted or a document holds, UTF-8 in any normal form; TCVN3 and
// VNI are recognised. Pure; meant for the sandbox. Code::exhausted over the budget; a text
// without anything of a letter gives empty facts, which is no error.
Result<LetterFacts> read_letter(std::string_view text, Budget& budget);

// For the way out of the sandbox, and --json. What is written reads back equal;
// Code::corrupt for what to_json() could not have written.
std::string to_json(const LetterFacts& facts);
Result<LetterFacts> letter_from_json(std::string_view text, Budget& budget);

// The record that a confirmed letter becomes, Basis::letter: by its first number, with
// all its CVEs; products that are known and have versions become Affected.
advisory::Advisory advisory_of(const LetterFacts& facts);

}  // namespace khien::feed

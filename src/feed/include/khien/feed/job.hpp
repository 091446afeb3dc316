#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "khien/core/bytes.hpp"
#include "khien/core/clock.hpp"
#include "khien/core/result.hpp"

namespace khien::feed {

// What khien-worker is asked for, and what it does: the two ends of one line, so that the
// program that links both knows no form. Answers come as RecordLines and letter_from_json()
// read them.
inline constexpr std::string_view kFeedWanted = "feed\n";      // followed by the file's name; behind a line's end Wanted's text
inline constexpr std::string_view kLetterWanted = "\x01letter\n";  // followed by the letter's words

// `passed` as in ReadingOptions.
Result<void> run_feed_job(std::string_view ask, ByteView bytes, const Clock* clock,
                          const std::function<Result<void>(std::string_view)>& emit, const std::function<void(std::size_t)>& passed = {});
Result<std::string> run_letter_job(std::string_view words, const Clock* clock);

}  // namespace khien::feed

#pragma once

#include <string>
#include <string_view>

#include "khien/core/bytes.hpp"
#include "khien/core/clock.hpp"
#include "khien/core/result.hpp"
#include "khien/crawl/site_reader.hpp"

namespace khien::crawl {

// SiteReader's answers as a job for a process without rights: what `encode_*_job` makes
// is done by `run_reading_job` over there, and its answer read by `read_*_answer` here,
// which takes it for hostile: bounded, checked, and no more than references.
inline constexpr std::string_view kReadingWanted = "khien-read 1\n";

std::string encode_page_job(const PageView& view);
std::string encode_sitemap_job(std::string_view body);
// Code::invalid if the bytes are no job.
Result<std::string> run_reading_job(ByteView job, const Clock* clock);
// Code::corrupt unless run_reading_job() could have written it.
Result<PageReading> read_page_answer(std::string_view answer);
Result<Sitemap> read_sitemap_answer(std::string_view answer);

// The same in this process: for tests, and for one that is in a sandbox already.
Result<PageReading> read_page_here(const PageView& view, const Clock* clock);

inline constexpr std::size_t kMaxLinksRead = 20'000;
inline constexpr std::size_t kMaxSitemapEntries = 50'000;  // sitemaps.org

}  // namespace khien::crawl

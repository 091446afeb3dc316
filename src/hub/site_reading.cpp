#include "site_reading.hpp"

#include <utility>

#include "khien/crawl/page_reading.hpp"

namespace khien::hub {
namespace {

constexpr Duration kReadingTime = seconds(15);

}  // namespace

WorkerSiteReader::WorkerSiteReader(std::string worker, const Clock& clock)
    : worker_({.executable = std::move(worker), .time = kReadingTime}, {}, clock) {}

Result<crawl::PageReading> WorkerSiteReader::page(const PageView& view) {
  TRY(const auto answer, worker_.convert(crawl::encode_page_job(view)));
  return crawl::read_page_answer(answer);
}

Result<crawl::Robots> WorkerSiteReader::robots(std::string_view body) { return crawl::Robots::parse(body); }

Result<crawl::Sitemap> WorkerSiteReader::sitemap(std::string_view body) {
  TRY(const auto answer, worker_.convert(crawl::encode_sitemap_job(body)));
  return crawl::read_sitemap_answer(answer);
}

}  // namespace khien::hub

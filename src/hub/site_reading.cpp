#include "site_reading.hpp"

#include "khien/crawl/page_reading.hpp"
#include "khien/probe/conversion.hpp"

namespace khien::hub {
namespace {

constexpr Duration kReadingTime = seconds(15);

}  // namespace

Result<std::string> WorkerSiteReader::ask(const std::string& job) const {
  return probe::convert_in_worker({.executable = worker_, .time = kReadingTime}, job, clock_);
}

Result<crawl::PageReading> WorkerSiteReader::page(const PageView& view) {
  TRY(const auto answer, ask(crawl::encode_page_job(view)));
  return crawl::read_page_answer(answer);
}

Result<crawl::Robots> WorkerSiteReader::robots(std::string_view body) { return crawl::Robots::parse(body); }

Result<crawl::Sitemap> WorkerSiteReader::sitemap(std::string_view body) {
  TRY(const auto answer, ask(crawl::encode_sitemap_job(body)));
  return crawl::read_sitemap_answer(answer);
}

}  // namespace khien::hub

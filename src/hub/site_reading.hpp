#pragma once

#include <string>

#include "khien/core/clock.hpp"
#include "khien/crawl/site_reader.hpp"
#include "khien/probe/conversion.hpp"

namespace khien::hub {

// Reads what one site sends in khien-worker: a process without rights, which lasts for
// the look. What captures it lies about no other site.
class WorkerSiteReader final : public crawl::SiteReader {
 public:
  // `clock` is borrowed.
  WorkerSiteReader(std::string worker, const Clock& clock);

  Result<crawl::PageReading> page(const PageView& view) override;
  // Line by line, here.
  Result<crawl::Robots> robots(std::string_view body) override;
  Result<crawl::Sitemap> sitemap(std::string_view body) override;

 private:
  probe::ConversionWorker worker_;
};

}  // namespace khien::hub

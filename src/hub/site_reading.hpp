#pragma once

#include <string>

#include "khien/core/clock.hpp"
#include "khien/crawl/site_reader.hpp"

namespace khien::hub {

// Reads what sites send in khien-worker: a process without rights for each answer.
class WorkerSiteReader final : public crawl::SiteReader {
 public:
  // `clock` is borrowed.
  WorkerSiteReader(std::string worker, const Clock& clock) : worker_(std::move(worker)), clock_(clock) {}

  Result<crawl::PageReading> page(const PageView& view) override;
  // Line by line, here.
  Result<crawl::Robots> robots(std::string_view body) override;
  Result<crawl::Sitemap> sitemap(std::string_view body) override;

 private:
  Result<std::string> ask(const std::string& job) const;

  std::string worker_;
  const Clock& clock_;
};

}  // namespace khien::hub

#include "parts.hpp"

#include "khien/estate/sites.hpp"
#include "numbers.hpp"

namespace khien::hub::demo {
namespace {

constexpr std::string_view kLabel = "Tín nhiệm mạng";
constexpr std::uint64_t kWhen = 11;

struct PortalRow {
  std::string_view owner;
  std::string_view address;
  std::string_view title;
};
constexpr PortalRow kPortals[] = {
    {"vanphong", "https://lamgiang.gov.vn", "Cổng thông tin điện tử tỉnh Lam Giang"},
    {"vanphong", "https://congbao.lamgiang.gov.vn", "Công báo tỉnh Lam Giang"},
    {"hcc", "https://dichvucong.lamgiang.gov.vn", "Cổng dịch vụ công tỉnh Lam Giang"},
};

class SiteMaker {
 public:
  explicit SiteMaker(Ground& ground) : ground_(ground) {}

  Result<void> make(UnitId unit, std::string_view address, std::string_view title) {
    estate::SiteChange site{.unit = unit, .address = std::string(address), .title = std::string(title)};
    const std::size_t index = made_++;
    // Of eight sites five have a label that holds, one has one that ran out.
    const std::size_t of_eight = index % 8;
    if (of_eight < 6) {
      site.label = std::string(kLabel);
      const auto days = static_cast<std::int64_t>(20 + scattered(index, kWhen, 300));
      site.label_valid_to = of_eight < 5 ? ground_.today + days : ground_.today - days;
    }
    TRY_VOID(estate::create_site(ground_.connection, ground_.scope, site, ground_.now));
    return {};
  }

  // The site of a district that is no more: its address is what strangers take over.
  Result<void> make_ended() {
    TRY_VOID(estate::create_site(ground_.connection, ground_.scope,
                                 {.unit = ground_.root().id,
                                  .address = "https://anbinh.lamgiang.gov.vn",
                                  .title = "Trang thông tin điện tử huyện An Bình",
                                  .valid_to = day(2025, 12, 31)},
                                 ground_.now));
    return {};
  }

 private:
  Ground& ground_;
  std::size_t made_ = 0;
};

}  // namespace

Result<void> make_sites(Ground& ground) {
  SiteMaker maker(ground);
  for (const PortalRow& row : kPortals)
    TRY_VOID(maker.make(ground.unit(row.owner).id, row.address, row.title));
  for (const SampleUnit& unit : ground.units) {
    if (!unit.has_site || unit.id == ground.root().id) continue;
    TRY_VOID(maker.make(unit.id, "https://" + unit.slug + ".lamgiang.gov.vn",
                        "Trang thông tin điện tử " + unit.name));
  }
  return maker.make_ended();
}

}  // namespace khien::hub::demo

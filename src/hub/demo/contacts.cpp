#include "parts.hpp"

#include "khien/estate/contacts.hpp"
#include "numbers.hpp"
#include "people.hpp"

namespace khien::hub::demo {
namespace {

using estate::ContactPurpose;
using estate::UnitKind;

constexpr std::uint64_t kSince = 31;

std::string_view leader_title(UnitKind kind) {
  switch (kind) {
    case UnitKind::province:
      return "Phó Chủ tịch UBND tỉnh";
    case UnitKind::commune:
      return "Phó Chủ tịch UBND";
    case UnitKind::hospital:
      return "Phó Giám đốc bệnh viện";
    case UnitKind::school:
      return "Phó Hiệu trưởng";
    case UnitKind::media:
      return "Phó Tổng biên tập";
    case UnitKind::military:
      return "Phó Chỉ huy trưởng";
    default:
      return "Phó Giám đốc";
  }
}

std::string_view officer_title(UnitKind kind) {
  switch (kind) {
    case UnitKind::commune:
      return "Công chức Văn phòng, phụ trách công nghệ thông tin";
    case UnitKind::school:
      return "Giáo viên phụ trách công nghệ thông tin";
    default:
      return "Chuyên viên phụ trách công nghệ thông tin";
  }
}

// Who may be called at any hour.
struct WatchRow {
  std::string_view unit;
  ContactPurpose purpose;
  std::string_view title;
};
constexpr WatchRow kWatches[] = {
    {"soc", ContactPurpose::monitoring, "Trực ban giám sát"},
    {"congan", ContactPurpose::incident, "Trưởng Đội ứng cứu sự cố"},
    {"cds", ContactPurpose::monitoring, "Trực vận hành trung tâm dữ liệu"},
    {"vienthong", ContactPurpose::incident, "Trực điều hành mạng"},
    {"didong", ContactPurpose::incident, "Trực điều hành mạng"},
    {"vanphong", ContactPurpose::duty, "Trực ban UBND tỉnh"},
};

class ContactMaker {
 public:
  explicit ContactMaker(Ground& ground) : ground_(ground) {}

  Result<void> make(const SampleUnit& unit, ContactPurpose purpose, std::string_view title, Date from,
                    std::optional<Date> to, bool around_the_clock = false) {
    const std::size_t number = made_++;
    estate::ContactChange contact{.unit = unit.id,
                                  .purpose = purpose,
                                  .name = person_name(number),
                                  .title = std::string(title),
                                  .phone = phone_number(number),
                                  .around_the_clock = around_the_clock,
                                  .valid_from = from};
    if (number % 5 != 4) contact.email = "lienhe" + std::to_string(number) + "@lamgiang.gov.vn";
    if (to) contact.valid_to = to;
    TRY_VOID(estate::create_contact(ground_.connection, ground_.scope, contact, ground_.now));
    return {};
  }

  Date since(const SampleUnit& unit) const {
    return day(2025, 7, 1) +
           static_cast<std::int64_t>(scattered(static_cast<std::uint64_t>(unit.id.value), kSince, 250));
  }

  Result<void> make_officers(const SampleUnit& unit, std::size_t index) {
    const Date from = since(unit);
    const auto title = officer_title(unit.kind);
    // One that ran out and nobody followed; one that was followed; nobody at all.
    if (index % 17 == 9) return make(unit, ContactPurpose::security, title, from, ground_.today - 40);
    if (index % 23 == 14) return {};
    if (index % 11 == 5) {
      TRY_VOID(make(unit, ContactPurpose::security, title, from - 900, from - 1));
    }
    return make(unit, ContactPurpose::security, title, from, std::nullopt);
  }

 private:
  Ground& ground_;
  std::size_t made_ = 0;
};

}  // namespace

Result<void> make_contacts(Ground& ground) {
  ContactMaker maker(ground);
  for (std::size_t i = 0; i < ground.units.size(); ++i) {
    const SampleUnit& unit = ground.units[i];
    if (i % 19 != 13) {
      TRY_VOID(
          maker.make(unit, ContactPurpose::leader, leader_title(unit.kind), maker.since(unit), std::nullopt));
    }
    TRY_VOID(maker.make_officers(unit, i));
  }
  for (const WatchRow& row : kWatches) {
    TRY_VOID(maker.make(ground.unit(row.unit), row.purpose, row.title, day(2025, 7, 1), std::nullopt, true));
  }
  return {};
}

}  // namespace khien::hub::demo

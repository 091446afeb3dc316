#include <array>

#include "khien/core/text.hpp"
#include "khien/estate/succession.hpp"
#include "numbers.hpp"
#include "parts.hpp"

namespace khien::hub::demo {
namespace {

using estate::SuccessionKind;
using estate::UnitKind;

constexpr std::string_view kDecision = "01/NQ-UBTVQH ngày 16/6/2025 (dữ liệu mẫu)";

constexpr std::array<std::string_view, 9> kDistricts{
    "thành phố Lam Giang", "thị xã Phú Lộc", "huyện An Bình",   "huyện Mỹ Châu",    "huyện Tân Hưng",
    "huyện Hòa Giang",     "huyện Vĩnh Sơn", "huyện Đông Châu", "huyện đảo Hòn Lam"};

// A commune of today, the district it was in, and of which it was made on
// 2025-07-01; of none: it is the one it was.
struct Commune {
  std::string_view name;
  std::size_t district;
  std::array<std::string_view, 4> of;
};

constexpr Commune kCommunes[] = {
    {"phường Trần Phú", 0, {"phường Trần Phú", "xã Mỹ Sơn"}},
    {"phường Lê Lợi", 0, {"phường Tân Lâm", "xã Thanh Thuận"}},
    {"phường Nguyễn Huệ", 0, {"phường Nguyễn Huệ", "phường Ngọc Phong", "xã Bình Khánh"}},
    {"phường Quang Trung", 0, {}},
    {"phường Hùng Vương", 0, {"phường Hùng Vương", "xã Bình Lâm"}},
    {"phường Phan Bội Châu", 0, {"phường Phan Bội Châu", "phường Lộc Lâm", "xã Phú Thành"}},
    {"phường Trưng Vương", 0, {"phường Đông Hải", "xã Định Hưng"}},
    {"phường Cửa Sông", 0, {"phường Cửa Sông", "phường Bình Điền", "xã Lộc Thuận"}},
    {"phường Hòa Điền", 1, {"phường Hòa Điền", "phường An Đức", "xã Phú Khánh"}},
    {"phường Xuân Thuận", 1, {"phường Xuân Thuận", "xã Thanh Thủy"}},
    {"phường Bình Tiến", 1, {"phường Bình Tiến", "xã Vĩnh Phước"}},
    {"phường Phú Giang", 1, {"phường Cẩm Sơn", "phường Thanh Lâm", "xã Bình Châu"}},
    {"phường Cẩm Lạc", 1, {}},
    {"phường Tân Phước", 1, {"phường Tân Phước", "xã Hòa Thủy"}},
    {"xã An Lộc", 2, {"thị trấn An Lộc", "xã Ngọc Sơn", "xã Ngọc Khánh"}},
    {"xã Trường Châu", 2, {"xã Trường Châu", "xã Bình Xuân", "xã Cẩm Hiệp"}},
    {"xã Định Thuận", 2, {"xã Thanh Phước", "xã Bình Sơn"}},
    {"xã Hòa Trung", 2, {"xã Hòa Trung", "xã Bình Phước", "xã Cẩm Thành"}},
    {"xã Tân Thành", 2, {"xã Tân Thành", "xã Thạnh Thành"}},
    {"xã Trường Phước", 2, {"xã Trường Phước", "xã Tân Trung"}},
    {"xã Lộc Đức", 2, {"xã Lộc Đức", "xã Tân Lộc", "xã Cẩm Tiến"}},
    {"xã Thạnh Lâm", 2, {}},
    {"xã Cẩm Điền", 2, {"xã Cẩm Điền", "xã Quảng Lạc"}},
    {"xã Mỹ Châu", 3, {"thị trấn Mỹ Châu", "xã Long Lạc", "xã Phú Lạc", "xã Định Lộc"}},
    {"xã Quảng Phong", 3, {"xã Quảng Phong", "xã Ngọc Châu"}},
    {"xã Long Phong", 3, {"xã Long Phong", "xã Đông Châu"}},
    {"xã Phú Điền", 3, {"xã Cẩm Phước", "xã Bình Lạc", "xã Cẩm Xuân"}},
    {"xã Yên Lâm", 3, {"xã Yên Lâm", "xã Định Đức"}},
    {"xã Hòa Sơn", 3, {"xã Hòa Sơn", "xã Hưng Phong"}},
    {"xã Lộc Tiến", 3, {"xã Lộc Tiến", "xã Thanh Hiệp", "xã Mỹ Lộc"}},
    {"xã Xuân Đức", 3, {}},
    {"xã Yên Thành", 3, {"xã Xuân Trung", "xã Đông Sơn", "xã Thạnh Trung"}},
    {"xã Vĩnh Hải", 4, {"thị trấn Vĩnh Hải", "xã Quảng Trung", "xã Vĩnh Khánh"}},
    {"xã Phú Hưng", 4, {"xã Phú Hưng", "xã Cẩm Lâm"}},
    {"xã Quảng Thành", 4, {"xã Quảng Thành", "xã Lộc Xuân"}},
    {"xã Hưng Tiến", 4, {"xã Hưng Tiến", "xã Mỹ Tiến", "xã Xuân Điền"}},
    {"xã Thạnh Hải", 4, {"xã Định Thủy", "xã Trường Thủy"}},
    {"xã Quảng Lâm", 4, {"xã Quảng Lâm", "xã Lộc Sơn"}},
    {"xã Yên Lộc", 4, {"xã Yên Lộc", "xã Long Khánh", "xã Ngọc Hưng"}},
    {"xã Trường Hiệp", 4, {}},
    {"xã Hưng Lạc", 4, {"xã Hưng Lạc", "xã Thanh Tiến"}},
    {"xã Bình Lộc", 5, {"thị trấn Bình Lộc", "xã Yên Phước", "xã Cẩm Phong"}},
    {"xã Ngọc Tiến", 5, {"xã Ngọc Tiến", "xã Mỹ Thủy"}},
    {"xã Mỹ Đức", 5, {"xã Mỹ Đức", "xã Ngọc Hiệp"}},
    {"xã Cẩm Đức", 5, {"xã Cẩm Đức", "xã Xuân Thủy", "xã Trường Thuận"}},
    {"xã Phú Hải", 5, {"xã Phú Hải", "xã Vĩnh Hiệp"}},
    {"xã Hưng Khánh", 5, {"xã Bình Trung", "xã Yên Châu"}},
    {"xã Thạnh Hiệp", 5, {"xã Thạnh Hiệp", "xã Xuân Thành", "xã Thạnh Sơn", "xã Đông Lâm"}},
    {"xã Mỹ Lâm", 5, {}},
    {"xã An Xuân", 5, {"xã An Xuân", "xã Xuân Lâm"}},
    {"xã Đông Hưng", 6, {"thị trấn Đông Hưng", "xã Long Giang", "xã Phú Đức"}},
    {"xã Hưng Thủy", 6, {"xã Quảng Hưng", "xã Hòa Xuân"}},
    {"xã Quảng Lộc", 6, {"xã Quảng Lộc", "xã Tân Giang"}},
    {"xã Vĩnh Giang", 6, {"xã Vĩnh Giang", "xã Yên Hải", "xã Thanh Lộc"}},
    {"xã Yên Xuân", 6, {"xã Yên Xuân", "xã Ngọc Giang"}},
    {"xã Long Sơn", 6, {"xã Long Sơn", "xã Ngọc Lộc", "xã Thanh Sơn"}},
    {"xã Thạnh Thuận", 6, {"xã Tân Châu", "xã Xuân Lộc", "xã Lộc Điền"}},
    {"xã Thanh Lạc", 6, {}},
    {"xã Đông Phước", 7, {"thị trấn Đông Phước", "xã Đông Thủy"}},
    {"xã Hòa Hiệp", 7, {"xã Hòa Hiệp", "xã Định Xuân", "xã Phú Thuận"}},
    {"xã Long Châu", 7, {"xã Long Châu", "xã Lộc Hưng"}},
    {"xã Quảng Khánh", 7, {"xã Mỹ Thành", "xã Lộc Thủy"}},
    {"xã An Phước", 7, {"xã An Phước", "xã Ngọc Hải", "xã Định Tiến"}},
    {"xã Thạnh Châu", 7, {"xã Thạnh Châu", "xã Trường Lộc", "xã Tân Hải"}},
    {"xã Tân Lạc", 7, {"xã Tân Lạc", "xã An Hưng"}},
    {"xã Định Lâm", 7, {"xã Định Lâm", "xã Hòa Hải", "xã Vĩnh Phong"}},
    {"đặc khu Hòn Lam", 8, {"xã Hòn Lam"}},
};

Date two_tiers() { return day(2025, 7, 1); }

std::string committee(std::string_view of) { return "UBND " + std::string(of); }

// "xã An Lộc" → "anloc"
std::string slug_of(std::string_view commune) {
  std::string slug;
  const std::string folded = fold(commune.starts_with("đặc khu ") ? commune.substr(commune.find("khu ") + 4)
                                                                  : commune.substr(commune.find(' ') + 1));
  for (const char c : folded) {
    if (c >= 'a' && c <= 'z') slug += c;
  }
  return slug;
}

Result<UnitId> make_new(Ground& ground, const Commune& row, UnitId district, const std::string& code) {
  TRY(const auto id, estate::create_unit(ground.connection, ground.scope,
                                         {.name = committee(row.name),
                                          .kind = UnitKind::commune,
                                          .parent = ground.root().id,
                                          .code = code,
                                          .valid_from = two_tiers()},
                                         ground.now));
  for (const std::string_view old : row.of) {
    if (old.empty()) continue;
    TRY(const auto before, estate::create_unit(ground.connection, ground.scope, committee(old),
                                               UnitKind::commune, district, ground.now));
    TRY_VOID(estate::succeed_unit(
        ground.connection, ground.scope, before,
        {.kind = SuccessionKind::merge, .on = two_tiers(), .decision = std::string(kDecision), .into = {id}},
        ground.now));
  }
  return id;
}

Result<UnitId> make_unchanged(Ground& ground, const Commune& row, UnitId district, const std::string& code) {
  TRY(const auto id,
      estate::create_unit(
          ground.connection, ground.scope,
          {.name = committee(row.name), .kind = UnitKind::commune, .parent = district, .code = code},
          ground.now));
  TRY_VOID(estate::update_unit(ground.connection, ground.scope, id,
                               {.parent = ground.root().id, .from = two_tiers()}, ground.now));
  return id;
}

Result<void> end_district(Ground& ground, UnitId district, std::vector<UnitId> into) {
  return estate::succeed_unit(ground.connection, ground.scope, district,
                              {.kind = SuccessionKind::abolish,
                               .on = two_tiers(),
                               .decision = std::string(kDecision),
                               .into = std::move(into)},
                              ground.now);
}

}  // namespace

Result<void> make_communes(Ground& ground) {
  std::array<UnitId, kDistricts.size()> districts;
  for (std::size_t i = 0; i < districts.size(); ++i) {
    TRY(districts[i], estate::create_unit(ground.connection, ground.scope, committee(kDistricts[i]),
                                          UnitKind::district, ground.root().id, ground.now));
  }
  for (const Commune& row : kCommunes) {
    const UnitId district = districts.at(row.district);
    const std::size_t number = ground.units.size();
    const std::string code = "LG.X" + std::to_string(number);
    TRY(const auto id, row.of[0].empty() ? make_unchanged(ground, row, district, code)
                                         : make_new(ground, row, district, code));
    const bool is_ward = row.name.starts_with("phường");
    ground.units.push_back(
        {.id = id,
         .name = committee(row.name),
         .slug = slug_of(row.name),
         .kind = UnitKind::commune,
         .weight = static_cast<std::int64_t>((is_ward ? 62 : 44) + scattered(number, 1, 28)),
         .has_site = true});
  }
  for (std::size_t i = 0; i < districts.size(); ++i) {
    // The island was a district and is a special zone; the others are no more.
    const bool is_island = i + 1 == districts.size();
    TRY_VOID(end_district(ground, districts[i],
                          is_island ? std::vector<UnitId>{ground.units.back().id} : std::vector<UnitId>{}));
  }
  return {};
}

}  // namespace khien::hub::demo

#include <algorithm>
#include <map>

#include "khien/estate/succession.hpp"
#include "parts.hpp"

namespace khien::hub::demo {
namespace {

using estate::SuccessionKind;
using estate::UnitKind;

constexpr std::string_view kDecision = "02/NQ-HĐND ngày 25/02/2025 (dữ liệu mẫu)";
constexpr std::string_view kMediaDecision = "11/QĐ-UBND ngày 20/6/2025 (dữ liệu mẫu)";

struct Body {
  std::string_view slug;
  std::string_view name;
  UnitKind kind;
  std::string_view above;  // slug; empty: the province
  std::int64_t devices;
  bool has_site;
  std::string_view was = {};   // its name until 2025-03-01
  bool since_2025_03 = false;  // made by the joining of 2025-03-01
};

constexpr Body kBodies[] = {
    {"vanphong", "Văn phòng UBND tỉnh", UnitKind::department, "", 180, true},
    {"skhcn", "Sở Khoa học và Công nghệ", UnitKind::department, "", 210, true},
    {"stc", "Sở Tài chính", UnitKind::department, "", 260, true},
    {"snv", "Sở Nội vụ", UnitKind::department, "", 190, true},
    {"syt", "Sở Y tế", UnitKind::department, "", 170, true},
    {"sgddt", "Sở Giáo dục và Đào tạo", UnitKind::department, "", 160, true},
    {"sxd", "Sở Xây dựng", UnitKind::department, "", 220, true},
    {"snnmt", "Sở Nông nghiệp và Môi trường", UnitKind::department, "", 380, true,
     "Sở Nông nghiệp và Phát triển nông thôn"},
    {"sct", "Sở Công Thương", UnitKind::department, "", 140, true},
    {"stp", "Sở Tư pháp", UnitKind::department, "", 90, true},
    {"svhttdl", "Sở Văn hóa, Thể thao và Du lịch", UnitKind::department, "", 130, true},
    {"sdttg", "Sở Dân tộc và Tôn giáo", UnitKind::department, "", 60, true, "Ban Dân tộc"},
    {"thanhtra", "Thanh tra tỉnh", UnitKind::department, "", 110, true},
    {"bqlkcn", "Ban Quản lý các khu công nghiệp", UnitKind::department, "", 75, true},
    {"congan", "Công an tỉnh", UnitKind::police, "", 420, true},
    {"soc", "Trung tâm Giám sát an ninh mạng", UnitKind::other, "congan", 40, false, {}, true},
    {"quansu", "Bộ Chỉ huy Quân sự tỉnh", UnitKind::military, "", 150, false},
    {"vienthong", "Viễn thông Lam Giang", UnitKind::telecom, "", 240, false},
    {"didong", "Chi nhánh Di động Lam Giang", UnitKind::telecom, "", 110, false},
    {"hcc", "Trung tâm Phục vụ hành chính công", UnitKind::public_service, "vanphong", 70, false},
    {"cds", "Trung tâm Chuyển đổi số", UnitKind::public_service, "skhcn", 95, false, {}, true},
    {"cdc", "Trung tâm Kiểm soát bệnh tật", UnitKind::public_service, "syt", 85, false},
    {"bvdk", "Bệnh viện Đa khoa tỉnh", UnitKind::hospital, "syt", 430, true},
    {"bvsn", "Bệnh viện Sản – Nhi", UnitKind::hospital, "syt", 210, true},
    {"bvyhct", "Bệnh viện Y học cổ truyền", UnitKind::hospital, "syt", 110, true},
    {"thptchuyen", "Trường THPT chuyên Lam Giang", UnitKind::school, "sgddt", 120, true},
    {"thptnguyentrai", "Trường THPT Nguyễn Trãi", UnitKind::school, "sgddt", 80, true},
    {"dtnt", "Trường Phổ thông Dân tộc nội trú tỉnh", UnitKind::school, "sgddt", 70, true},
    {"cdyte", "Trường Cao đẳng Y tế", UnitKind::school, "syt", 130, true},
    {"cdlamgiang", "Trường Cao đẳng Lam Giang", UnitKind::school, "", 150, true},
    {"capnuoc", "Công ty Cấp nước Lam Giang", UnitKind::enterprise, "", 115, false},
};

// Bodies that ended on 2025-03-01, and into whom.
struct Ended {
  std::string_view name;
  std::string_view above;  // name of one that ended too; empty: the province
  SuccessionKind how;
  std::string_view into;
  std::string_view into_too = {};
};
// Those below others come first.
constexpr Ended kEnded[] = {
    {"Trung tâm Công nghệ thông tin và Truyền thông", "Sở Thông tin và Truyền thông", SuccessionKind::split,
     "cds", "soc"},
    {"Sở Thông tin và Truyền thông", "", SuccessionKind::merge, "skhcn"},
    {"Sở Kế hoạch và Đầu tư", "", SuccessionKind::merge, "stc"},
    {"Sở Lao động – Thương binh và Xã hội", "", SuccessionKind::abolish, "snv"},
    {"Sở Giao thông vận tải", "", SuccessionKind::merge, "sxd"},
    {"Sở Tài nguyên và Môi trường", "", SuccessionKind::merge, "snnmt"},
};

Date joining() { return day(2025, 3, 1); }
Date media_joining() { return day(2025, 7, 1); }

Result<void> make_body(Ground& ground, const Body& body) {
  const UnitId above = body.above.empty() ? ground.root().id : ground.unit(body.above).id;
  estate::NewUnit unit{.name = std::string(body.was.empty() ? body.name : body.was),
                       .kind = body.kind,
                       .parent = above,
                       .code = "LG.T" + std::to_string(ground.units.size())};
  if (body.since_2025_03) unit.valid_from = joining();
  TRY(const auto id, estate::create_unit(ground.connection, ground.scope, unit, ground.now));
  if (!body.was.empty()) {
    TRY_VOID(estate::succeed_unit(ground.connection, ground.scope, id,
                                  {.kind = SuccessionKind::rename,
                                   .on = joining(),
                                   .decision = std::string(kDecision),
                                   .into = {},
                                   .new_name = std::string(body.name)},
                                  ground.now));
  }
  ground.units.push_back({.id = id,
                          .name = std::string(body.name),
                          .slug = std::string(body.slug),
                          .kind = body.kind,
                          .weight = body.devices,
                          .has_site = body.has_site});
  return {};
}

Result<void> make_ended(Ground& ground) {
  std::map<std::string_view, UnitId> ended;
  for (auto row = std::rbegin(kEnded); row != std::rend(kEnded); ++row) {
    const UnitId above = row->above.empty() ? ground.root().id : ended.at(row->above);
    const auto kind = row->above.empty() ? UnitKind::department : UnitKind::public_service;
    TRY(ended[row->name],
        estate::create_unit(ground.connection, ground.scope, row->name, kind, above, ground.now));
  }
  return {};
}

Result<void> join_departments(Ground& ground) {
  TRY(const auto all, estate::list_units(ground.connection, ground.scope));
  for (const Ended& row : kEnded) {
    const auto it = std::ranges::find(all, row.name, &estate::Unit::name);
    std::vector<UnitId> into{ground.unit(row.into).id};
    if (!row.into_too.empty()) into.push_back(ground.unit(row.into_too).id);
    TRY_VOID(estate::succeed_unit(
        ground.connection, ground.scope, it->id,
        {.kind = row.how, .on = joining(), .decision = std::string(kDecision), .into = std::move(into)},
        ground.now));
  }
  return {};
}

// The newspaper and the broadcaster became one.
Result<void> join_media(Ground& ground) {
  const UnitId root = ground.root().id;
  constexpr std::string_view kName = "Báo và Phát thanh, Truyền hình Lam Giang";
  TRY(const auto joined, estate::create_unit(ground.connection, ground.scope,
                                             {.name = std::string(kName),
                                              .kind = UnitKind::media,
                                              .parent = root,
                                              .code = "LG.T" + std::to_string(ground.units.size()),
                                              .valid_from = media_joining()},
                                             ground.now));
  for (const std::string_view old : {"Báo Lam Giang", "Đài Phát thanh và Truyền hình Lam Giang"}) {
    TRY(const auto id,
        estate::create_unit(ground.connection, ground.scope, old, UnitKind::media, root, ground.now));
    TRY_VOID(estate::succeed_unit(ground.connection, ground.scope, id,
                                  {.kind = SuccessionKind::merge,
                                   .on = media_joining(),
                                   .decision = std::string(kMediaDecision),
                                   .into = {joined}},
                                  ground.now));
  }
  ground.units.push_back({.id = joined,
                          .name = std::string(kName),
                          .slug = "bao",
                          .kind = UnitKind::media,
                          .weight = 160,
                          .has_site = true});
  return {};
}

}  // namespace

Result<void> make_provincial_units(Ground& ground) {
  for (const Body& body : kBodies) TRY_VOID(make_body(ground, body));
  TRY_VOID(make_ended(ground));
  TRY_VOID(join_departments(ground));
  return join_media(ground);
}

}  // namespace khien::hub::demo

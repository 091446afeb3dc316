#include "parts.hpp"

#include "khien/estate/address_ranges.hpp"

namespace khien::hub::demo {
namespace {

struct RangeRow {
  std::string_view owner;
  std::string_view range;
  std::string_view purpose;
};
constexpr RangeRow kRanges[] = {
    {"skhcn", "203.0.113.0/27", "Trung tâm dữ liệu tỉnh"},
    {"skhcn", "2001:db8:1a::/48", "Trung tâm dữ liệu tỉnh (IPv6)"},
    {"skhcn", "203.0.113.32/28", "Mạng truyền số liệu chuyên dùng, cổng ra Internet"},
    {"soc", "203.0.113.48/29", "Hệ thống giám sát an ninh mạng"},
    {"vanphong", "203.0.113.56/29", "Văn phòng UBND tỉnh"},
    {"hcc", "203.0.113.64/29", "Trung tâm Phục vụ hành chính công"},
    {"stc", "203.0.113.72/29", "Trụ sở Sở Tài chính"},
    {"snv", "203.0.113.80/29", "Trụ sở Sở Nội vụ"},
    {"syt", "203.0.113.88/29", "Trụ sở Sở Y tế"},
    {"sgddt", "203.0.113.96/29", "Trụ sở Sở Giáo dục và Đào tạo"},
    {"sxd", "203.0.113.104/29", "Trụ sở Sở Xây dựng"},
    {"snnmt", "203.0.113.112/28", "Trụ sở Sở Nông nghiệp và Môi trường"},
    {"congan", "203.0.113.128/28", "Công an tỉnh, mạng Internet"},
    {"quansu", "203.0.113.144/29", "Bộ Chỉ huy Quân sự tỉnh, mạng Internet"},
    {"bao", "203.0.113.152/29", "Báo và Phát thanh, Truyền hình"},
    {"bvdk", "203.0.113.160/28", "Bệnh viện Đa khoa tỉnh"},
    {"bvsn", "203.0.113.176/29", "Bệnh viện Sản – Nhi"},
    {"cdyte", "203.0.113.184/29", "Trường Cao đẳng Y tế"},
    {"cdlamgiang", "203.0.113.192/29", "Trường Cao đẳng Lam Giang"},
    {"thptchuyen", "203.0.113.200/29", "Trường THPT chuyên Lam Giang"},
    {"capnuoc", "203.0.113.208/29", "Trạm điều khiển cấp nước"},
    {"vienthong", "198.51.100.0/25", "Dải cấp cho cơ quan nhà nước"},
    {"vienthong", "2001:db8:2b::/48", "Dải cấp cho cơ quan nhà nước (IPv6)"},
    {"didong", "198.51.100.128/26", "Kết nối di động của xã, phường"},
    {"anloc", "192.0.2.0/29", "Đường truyền Internet của xã"},
    {"mychau", "192.0.2.8/29", "Đường truyền Internet của xã"},
    {"tranphu", "192.0.2.16/29", "Đường truyền Internet của phường"},
    {"honlam", "192.0.2.24/29", "Đường truyền vệ tinh của đặc khu"},
};

}  // namespace

Result<void> make_address_ranges(Ground& ground) {
  for (const RangeRow& row : kRanges) {
    TRY_VOID(estate::create_address_range(ground.connection, ground.scope, ground.unit(row.owner).id,
                                          row.range, row.purpose, ground.now));
  }
  return {};
}

}  // namespace khien::hub::demo

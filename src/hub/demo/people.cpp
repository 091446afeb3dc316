#include "people.hpp"

#include <array>
#include <string_view>

#include "numbers.hpp"

namespace khien::hub::demo {
namespace {

constexpr std::array<std::string_view, 14> kFamily{"Nguyễn", "Trần", "Lê",  "Phạm", "Hoàng",
                                                   "Huỳnh",  "Phan", "Vũ",  "Đặng", "Bùi",
                                                   "Đỗ",     "Hồ",   "Ngô", "Dương"};
constexpr std::array<std::string_view, 10> kMiddleOfWomen{"Thị",  "Thu",    "Ngọc", "Minh", "Thanh",
                                                          "Bích", "Phương", "Kim",  "Mai",  "Thùy"};
constexpr std::array<std::string_view, 10> kMiddleOfMen{"Văn",  "Quốc", "Minh", "Đức",   "Hữu",
                                                        "Công", "Anh",  "Xuân", "Thành", "Đình"};
constexpr std::array<std::string_view, 12> kWomen{"Hạnh", "Trang", "Lan",  "Hương", "Nga",  "Yến",
                                                  "Thảo", "Vân",   "Dung", "Hiền",  "Linh", "Thủy"};
constexpr std::array<std::string_view, 12> kMen{"Bảo", "Dũng", "Hùng", "Tuấn", "Sơn",  "Phong",
                                                "Hải", "Long", "Kiên", "Nam",  "Toàn", "Khánh"};

template <std::size_t N>
std::string_view one_of(const std::array<std::string_view, N>& all, std::size_t number, std::uint64_t salt) {
  return all.at(scattered(number, salt, N));
}

}  // namespace

std::string person_name(std::size_t number) {
  const bool woman = scattered(number, 21, 2) == 0;
  std::string name(one_of(kFamily, number, 22));
  name += ' ';
  name += woman ? one_of(kMiddleOfWomen, number, 23) : one_of(kMiddleOfMen, number, 23);
  name += ' ';
  name += woman ? one_of(kWomen, number, 24) : one_of(kMen, number, 24);
  return name;
}

std::string phone_number(std::size_t number) {
  return "02003" + padded(static_cast<std::int64_t>(810'000 + number), 6);
}

}  // namespace khien::hub::demo

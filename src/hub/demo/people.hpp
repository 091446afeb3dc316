#pragma once

#include <string>

namespace khien::hub::demo {

// "Nguyễn Thị Hạnh": the made-up person with this number.
std::string person_name(std::size_t number);
// "02003 812 345" without the spaces: area code 0200 belongs to no province.
std::string phone_number(std::size_t number);

}  // namespace khien::hub::demo

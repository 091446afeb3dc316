#pragma once

#include <memory>

#include "khien/flow/book.hpp"
#include "khien/flow/judge.hpp"

namespace khien::flow {

// Known vulnerabilities of what is installed. A part of an inventory says nothing by
// itself: the road puts whole inventories before the book (packages_of_machine.cpp).
std::shared_ptr<const Judge> make_advisory_judge(std::shared_ptr<const BookInForce> book);

}  // namespace khien::flow

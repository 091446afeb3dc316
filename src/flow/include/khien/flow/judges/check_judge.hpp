#pragma once

#include <memory>

#include "khien/check/checks.hpp"
#include "khien/flow/judge.hpp"

namespace khien::flow {

// How machines are set up and protected, against the checks as they are today.
std::shared_ptr<const Judge> make_check_judge(std::shared_ptr<const check::CheckSet> checks);

}  // namespace khien::flow

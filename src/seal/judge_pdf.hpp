#pragma once

#include "khien/core/budget.hpp"
#include "trust.hpp"

namespace khien::seal {

// All signatures of a PDF, by where they end. Code::invalid if it is none that can be read.
Result<std::vector<SignatureFinding>> judge_pdf(ByteView pdf, const Grounds& grounds, Budget& budget);

}  // namespace khien::seal

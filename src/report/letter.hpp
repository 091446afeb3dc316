#pragma once

#include "khien/report/kind.hpp"

namespace khien::report {

// What stands above and below the body by Decree 30/2020/NĐ-CP, Appendix I. The subject
// still has its names in braces.
Letterhead letterhead_of(const Kind& kind, const Snapshot& snapshot, const Issue& issue, Language language);
SignatureBlock signature_of(const Kind& kind, const Snapshot& snapshot, Language language);

// "Báo cáo", "Công văn": the type of document inside a sentence.
std::string name_of_type(const Kind& kind, Language language);
// "(Kèm theo Báo cáo số 07/BC-CAT ngày 26 tháng 11 năm 2026 của Công an tỉnh)".
std::string attached_to(const Kind& kind, const Snapshot& snapshot, const Issue& issue, Language language);

// Who writes, as it stands in a sentence: the agency as the letterhead has it, the scope where
// it has none.
std::string issuer_in_sentence(const Snapshot& snapshot);
// "tỉnh Lam Giang": a common noun before a place's name is small inside a sentence.
std::string scope_in_sentence(const Snapshot& snapshot);
// "trên địa bàn tỉnh Lam Giang" of the whole, "của Sở Y tế" of a unit.
std::string area_of(const Snapshot& snapshot, Language language);

// A Vietnamese body ends with "./.".
void end_body(Document& document);

}  // namespace khien::report

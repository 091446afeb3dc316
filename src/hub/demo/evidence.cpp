#include "khien/duty/evidence.hpp"

#include "parts.hpp"

namespace khien::hub::demo {

Result<EvidenceId> make_evidence(Ground& ground, UnitId unit, std::string_view title, UserId by,
                                 Timestamp at) {
  const Date on = vietnam_day(at);
  const std::string text = "DỮ LIỆU MẪU\n\n" + std::string(title) + "\nNgày " + to_string(on) +
                           "\n\nTệp này do Khiên tạo ra cho tỉnh mẫu; không phải văn bản thật.\n";
  return duty::keep_evidence(ground.connection, ground.scope,
                             {.unit = unit,
                              .file_name = "bien-ban-" + to_string(on) + ".txt",
                              .bytes = as_bytes(text),
                              .effective_on = on,
                              .by = by},
                             at);
}

}  // namespace khien::hub::demo

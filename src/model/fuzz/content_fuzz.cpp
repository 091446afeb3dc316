// Input: what a machine says of its content, or what a hub in wrong hands answers.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "khien/model/content.hpp"
#include "khien/model/signed_envelope.hpp"

using namespace khien;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  // Beyond "no crash": within its bounds, and written and read as the same.
  if (const auto report = content_report_from_json(text)) {
    if (report->banned.size() > ContentReport::kMaxBanned || report->failures < 0) std::abort();
    const auto again = content_report_from_json(to_json(*report));
    if (!again || *again != *report) std::abort();
  }
  if (const auto offer = content_offer_from_json(text)) {
    if (offer->roots.size() > ContentOffer::kMaxRoots || offer->envelope.size() > kMaxEnvelopeBytes) std::abort();
    const auto again = content_offer_from_json(to_json(*offer));
    if (!again || *again != *offer) std::abort();
  }
  if (const auto piece = content_piece_from_json(text)) {
    const auto again = content_piece_from_json(to_json(*piece));
    if (!again || *again != *piece) std::abort();
  }
  return 0;
}

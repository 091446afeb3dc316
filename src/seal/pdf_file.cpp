#include "pdf_file.hpp"

#include "khien/core/text.hpp"

namespace khien::seal {
namespace {

constexpr std::size_t kMaxSignatures = 32;

// Asked before each object; remembers why not.
auto asking(Budget& budget, Result<void>& allowed) {
  return [&] {
    allowed = budget.take_entries();
    if (allowed) allowed = budget.check_time();
    return allowed.has_value();
  };
}

}  // namespace

Result<std::vector<QpdfSignature>> pdf_signatures(ByteView pdf, Budget& budget) {
  std::vector<QpdfSignature> found;
  Result<void> allowed;
  const std::string wrong = qpdf_signatures(reinterpret_cast<const char*>(pdf.data()), pdf.size(), kMaxSignatures, asking(budget, allowed), found);
  TRY_VOID(std::move(allowed));
  if (!wrong.empty()) return Error(Code::invalid, "PDF: " + printable(truncate(std::string_view(wrong), 200)));
  return found;
}

Result<Since> pdf_since(ByteView pdf, std::size_t earlier, Budget& budget) {
  if (earlier > pdf.size()) return Error(Code::invalid, "PDF: it is shorter than its first revision");
  if (earlier == pdf.size()) return Since::signatures;
  Result<void> allowed;
  const Since since = qpdf_since(reinterpret_cast<const char*>(pdf.data()), earlier, pdf.size(), asking(budget, allowed));
  TRY_VOID(std::move(allowed));
  return since;
}

}  // namespace khien::seal

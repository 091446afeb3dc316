#include <benchmark/benchmark.h>

#include <cstdlib>

#include "../test/sample_document.hpp"
#include "../test/sample_snapshot.hpp"
#include "khien/report/write.hpp"

namespace khien::report {
namespace {

// What the three formats must keep up with: a table of so many rows under the usual text.
Document with_rows(benchmark::State& state) { return sample_document(static_cast<std::size_t>(state.range(0))); }

Bytes taken(const Result<Bytes>& bytes) {
  if (!bytes) std::abort();
  return *bytes;
}

void pdf_rows(benchmark::State& state) {
  const Document document = with_rows(state);
  std::size_t size = 0;
  for (auto _ : state) size = taken(write_pdf(document, {})).size();
  state.SetItemsProcessed(state.iterations() * state.range(0));
  state.counters["bytes"] = static_cast<double>(size);
}
BENCHMARK(pdf_rows)->Arg(60)->Arg(2'000)->Unit(benchmark::kMillisecond);

// Pages of plain text: 30 paragraphs take about 4 of them.
void pdf_text(benchmark::State& state) {
  Document document = sample_document(0);
  document.blocks.assign(static_cast<std::size_t>(state.range(0)),
                         paragraph("Câu này dài hơn một dòng để đoạn văn có ba dòng khi in ra trên trang giấy, như mọi đoạn văn thật sự vẫn thế trong các văn bản hành chính của cơ quan nhà nước."));
  for (auto _ : state) taken(write_pdf(document, {}));
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(pdf_text)->Arg(30)->Arg(1'000)->Unit(benchmark::kMillisecond);

void docx_paragraphs(benchmark::State& state) {
  Document document = sample_document(0);
  document.blocks.assign(static_cast<std::size_t>(state.range(0)), paragraph("Câu này dài hơn một dòng để đoạn văn có ba dòng khi in ra trên trang giấy."));
  for (auto _ : state) taken(write_docx(document));
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(docx_paragraphs)->Arg(3'000)->Unit(benchmark::kMillisecond);

void xlsx_rows(benchmark::State& state) {
  Snapshot snapshot = sample_snapshot();
  snapshot.tables.resize(1);
  snapshot.tables[0].rows.resize(static_cast<std::size_t>(state.range(0)), snapshot.tables[0].rows[0]);
  const Document document = sample_document(0);
  for (auto _ : state) taken(write_xlsx(snapshot, document));
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(xlsx_rows)->Arg(1'000)->Arg(15'000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace khien::report

#include "table/xml_events.hpp"

#include <libxml/parser.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

namespace khien::ingest {
namespace {

struct Reading {
  XmlVisitor& visitor;
  Budget& budget;
  xmlParserCtxtPtr parser = nullptr;
  std::optional<Error> failure;

  void stop(Error error) {
    if (!failure) failure = std::move(error);
    xmlStopParser(parser);
  }
};

std::string_view view(const xmlChar* text) {
  return text == nullptr ? std::string_view() : std::string_view(reinterpret_cast<const char*>(text));
}

void on_begin(void* context, const xmlChar* name, const xmlChar*, const xmlChar*, int, const xmlChar**, int count, int,
              const xmlChar** values) {
  auto& reading = *static_cast<Reading*>(context);
  if (reading.failure) return;
  XmlVisitor::Attributes attributes;
  for (int i = 0; i < count; ++i) {
    // Each: local name, prefix, URI, begin and end of the value.
    const xmlChar** attribute = values + i * 5;
    attributes.emplace(view(attribute[0]), std::string(reinterpret_cast<const char*>(attribute[3]),
                                                       reinterpret_cast<const char*>(attribute[4])));
  }
  auto taken = reading.budget.take_entries();
  if (taken) taken = reading.budget.check_time();
  if (taken) taken = reading.visitor.begin(view(name), attributes);
  if (!taken) reading.stop(std::move(taken).error());
}

void on_end(void* context, const xmlChar* name, const xmlChar*, const xmlChar*) {
  auto& reading = *static_cast<Reading*>(context);
  if (reading.failure) return;
  if (auto ended = reading.visitor.end(view(name)); !ended) reading.stop(std::move(ended).error());
}

void on_text(void* context, const xmlChar* text, int size) {
  auto& reading = *static_cast<Reading*>(context);
  if (!reading.failure) {
    reading.visitor.text({reinterpret_cast<const char*>(text), static_cast<std::size_t>(size)});
  }
}

void on_dtd(void* context, const xmlChar*, const xmlChar*, const xmlChar*) {
  static_cast<Reading*>(context)->stop(Error(Code::invalid, "the workbook has a document type definition"));
}

struct ParserFree {
  void operator()(xmlParserCtxtPtr parser) const {
    if (parser->myDoc != nullptr) xmlFreeDoc(parser->myDoc);
    xmlFreeParserCtxt(parser);
  }
};

}  // namespace

Result<void> read_xml(std::string_view document, XmlVisitor& visitor, Budget& budget) {
  Reading reading{visitor, budget};
  xmlSAXHandler handler{};
  handler.initialized = XML_SAX2_MAGIC;
  handler.startElementNs = on_begin;
  handler.endElementNs = on_end;
  handler.characters = on_text;
  handler.cdataBlock = on_text;
  handler.internalSubset = on_dtd;
  const std::unique_ptr<xmlParserCtxt, ParserFree> parser(
      xmlCreatePushParserCtxt(&handler, &reading, nullptr, 0, nullptr));
  if (!parser) return Error(Code::exhausted, "no memory for XML");
  reading.parser = parser.get();
  xmlCtxtUseOptions(parser.get(), XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
  constexpr std::size_t kPiece = 1u << 20;
  int code = 0;
  while (!document.empty() && code == 0 && !reading.failure) {
    const auto piece = document.substr(0, std::min(kPiece, document.size()));
    code = xmlParseChunk(parser.get(), piece.data(), static_cast<int>(piece.size()), 0);
    document.remove_prefix(piece.size());
  }
  if (code == 0 && !reading.failure) code = xmlParseChunk(parser.get(), nullptr, 0, 1);
  if (reading.failure) return std::move(*reading.failure);
  if (code != 0) return Error(Code::invalid, "the workbook's XML is damaged");
  return {};
}

}  // namespace khien::ingest

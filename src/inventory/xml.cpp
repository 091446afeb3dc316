#include "xml.hpp"

#include <libxml/parser.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace khien::inventory {
namespace {

constexpr std::size_t kMostDepth = 64, kMostText = 64u << 10;

struct State {
  const XmlVisit& visit;
  Budget& budget;
  xmlParserCtxtPtr parser = nullptr;
  std::optional<Error> failure = std::nullopt;
  std::string path = {};
  std::vector<std::pair<std::size_t, std::string>> open = {};  // where the path ended before, and the text so far

  void stop(Error error) {
    if (!failure) failure = std::move(error);
    xmlStopParser(parser);
  }
  void handle(Result<void> done) {
    if (!done) stop(std::move(done).error());
  }
};

std::string_view view(const xmlChar* text) { return text == nullptr ? std::string_view() : reinterpret_cast<const char*>(text); }

void on_begin(void* context, const xmlChar* name, const xmlChar*, const xmlChar*, int, const xmlChar**, int count, int, const xmlChar** values) {
  auto& state = *static_cast<State*>(context);
  if (state.failure) return;
  if (state.open.size() >= kMostDepth) return state.stop(Error(Code::exhausted, "XML is nested deeper than 64"));
  state.open.emplace_back(state.path.size(), "");
  if (!state.path.empty()) state.path += '/';
  state.path += view(name);
  std::map<std::string, std::string, std::less<>> attributes;
  for (int i = 0; i < count; ++i) {
    // Each: local name, prefix, URI, begin and end of the value.
    const xmlChar** one = values + i * 5;
    attributes.emplace(view(one[0]), std::string(reinterpret_cast<const char*>(one[3]), reinterpret_cast<const char*>(one[4])));
  }
  state.handle(state.budget.take_entries());
  if (!state.failure) state.handle(state.visit({state.path, {}, &attributes}));
}

void on_end(void* context, const xmlChar*, const xmlChar*, const xmlChar*) {
  auto& state = *static_cast<State*>(context);
  if (state.failure || state.open.empty()) return;
  state.handle(state.visit({state.path, state.open.back().second, nullptr}));
  state.path.resize(state.open.back().first);
  state.open.pop_back();
}

void on_text(void* context, const xmlChar* text, int size) {
  auto& state = *static_cast<State*>(context);
  if (state.failure || state.open.empty()) return;
  std::string& into = state.open.back().second;
  const auto room = kMostText - std::min(kMostText, into.size());
  into.append(reinterpret_cast<const char*>(text), std::min(room, static_cast<std::size_t>(size)));
}

void on_definition(void* context, const xmlChar*, const xmlChar*, const xmlChar*) {
  static_cast<State*>(context)->stop(Error(Code::invalid, "XML has a document type definition"));
}

struct ParserFree {
  void operator()(xmlParserCtxtPtr parser) const {
    if (parser->myDoc != nullptr) xmlFreeDoc(parser->myDoc);
    xmlFreeParserCtxt(parser);
  }
};

}  // namespace

Result<void> read_xml(std::string_view document, const XmlVisit& visit, Budget& budget) {
  State state{visit, budget};
  xmlSAXHandler handler{};
  handler.initialized = XML_SAX2_MAGIC;
  handler.startElementNs = on_begin;
  handler.endElementNs = on_end;
  handler.characters = on_text;
  handler.cdataBlock = on_text;
  handler.internalSubset = on_definition;
  const std::unique_ptr<xmlParserCtxt, ParserFree> parser(xmlCreatePushParserCtxt(&handler, &state, nullptr, 0, nullptr));
  if (!parser) return Error(Code::exhausted, "no memory for XML");
  state.parser = parser.get();
  xmlCtxtUseOptions(parser.get(), XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
  constexpr std::size_t kPiece = 1u << 20;
  int code = 0;
  while (!document.empty() && code == 0 && !state.failure) {
    const auto piece = document.substr(0, kPiece);
    code = xmlParseChunk(parser.get(), piece.data(), static_cast<int>(piece.size()), 0);
    document.remove_prefix(piece.size());
  }
  if (code == 0 && !state.failure) code = xmlParseChunk(parser.get(), nullptr, 0, 1);
  if (state.failure) return *std::move(state.failure);
  if (code != 0) return Error(Code::invalid, "XML is damaged or cut off");
  return {};
}

}  // namespace khien::inventory

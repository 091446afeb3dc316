#include "xml_file.hpp"

#include <libxml/c14n.h>
#include <libxml/parser.h>
#include <libxml/xmlIO.h>

#include <climits>
#include <mutex>

namespace khien::seal {
namespace {

std::string_view text(const xmlChar* chars) {
  return chars == nullptr ? std::string_view() : std::string_view(reinterpret_cast<const char*>(chars));
}


bool is_utf8(const xmlDoc* document) {
  const std::string_view encoding = text(document->encoding);
  // In one spelling or the other, so that no letter of it can be changed unseen.
  return encoding.empty() || encoding == "UTF-8" || encoding == "utf-8";
}

// libxml2 tells of each error on standard error; ours is the Result.
void tell_nobody(void*, xmlError*) {}

class Quiet {
 public:
  Quiet() : function_(xmlStructuredError), context_(xmlStructuredErrorContext) { xmlSetStructuredErrorFunc(nullptr, tell_nobody); }
  Quiet(const Quiet&) = delete;
  Quiet& operator=(const Quiet&) = delete;
  ~Quiet() { xmlSetStructuredErrorFunc(context_, function_); }

 private:
  xmlStructuredErrorFunc function_;
  void* context_;
};

struct Sink {
  Budget& budget;
  const std::function<void(ByteView)>& take;
  Result<void> outcome = {};
};

int write_piece(void* context, const char* bytes, int size) {
  auto& sink = *static_cast<Sink*>(context);
  if (size <= 0) return size;
  sink.outcome = sink.budget.take_out(static_cast<std::uint64_t>(size));
  if (sink.outcome) sink.outcome = sink.budget.check_time();
  if (!sink.outcome) return -1;
  sink.take(as_bytes({bytes, static_cast<std::size_t>(size)}));
  return size;
}

int is_inside(void* only, xmlNode* node, xmlNode* parent) {
  // Of a namespace the parent is told, for its own is something else.
  const xmlNode* at = node != nullptr && node->type != XML_NAMESPACE_DECL && node->type != XML_ATTRIBUTE_NODE ? node : parent;
  for (; at != nullptr; at = at->parent) {
    if (at == only) return 1;
  }
  return 0;
}

// In document order, until one visit fails.
template <class Visit>
Result<void> each_node(xmlNode* root, Visit visit) {
  for (xmlNode* node = root; node != nullptr; node = node->next) {
    TRY_VOID(visit(node));
    while (node->type == XML_ELEMENT_NODE && node->children != nullptr) {
      node = node->children;
      TRY_VOID(visit(node));
    }
    while (node != root && node->next == nullptr) node = node->parent;
    if (node == root) return {};
  }
  return {};
}

}  // namespace

Result<XmlDocument> read_xml(std::string_view xml, Budget& budget) {
  static std::once_flag once;
  std::call_once(once, [] { xmlInitParser(); });
  TRY_VOID(budget.take_in(xml.size()));
  if (xml.size() > INT_MAX || xml.find('\0') != xml.npos) return Error(Code::invalid, "XML: not in UTF-8");
  if (xml.find("<!DOCTYPE") != xml.npos) return Error(Code::invalid, "XML: a DTD");
  const std::unique_ptr<xmlParserCtxt, void (*)(xmlParserCtxt*)> parser(xmlNewParserCtxt(), xmlFreeParserCtxt);
  if (!parser) return Error(Code::internal, "XML: no memory");
  constexpr int kOptions = XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_NOCDATA;
  XmlDocument document(xmlCtxtReadMemory(parser.get(), xml.data(), static_cast<int>(xml.size()), nullptr, nullptr, kOptions));
  if (!document || xmlDocGetRootElement(document.get()) == nullptr) return Error(Code::invalid, "XML: not well formed");
  if (document->intSubset != nullptr || document->extSubset != nullptr) return Error(Code::invalid, "XML: a DTD");
  if (parser->nsWellFormed == 0) return Error(Code::invalid, "XML: namespaces of no sense");
  if (!is_utf8(document.get()) || text(document->version) != "1.0") return Error(Code::invalid, "XML: not XML 1.0 in UTF-8");
  return document;
}

Result<void> canonical(xmlDoc* document, const xmlNode* only, Canonical form, Budget& budget,
                       const std::function<void(ByteView)>& take) {
  const Quiet quiet;
  Sink sink{.budget = budget, .take = take};
  xmlOutputBuffer* output = xmlOutputBufferCreateIO(write_piece, nullptr, &sink, nullptr);
  if (output == nullptr) return Error(Code::internal, "XML: no memory");
  const int mode = form == Canonical::exclusive ? XML_C14N_EXCLUSIVE_1_0 : XML_C14N_1_0;
  const auto visible = only == nullptr ? nullptr : is_inside;
  const int done = xmlC14NExecute(document, visible, const_cast<xmlNode*>(only), mode, nullptr, 0, output);
  const int closed = xmlOutputBufferClose(output);
  TRY_VOID(std::move(sink.outcome));
  if (done < 0 || closed < 0) return Error(Code::invalid, "XML: it has no canonical form");
  return {};
}

bool is_element(const xmlNode* node, std::string_view name_space, std::string_view name) {
  if (node == nullptr || node->type != XML_ELEMENT_NODE || text(node->name) != name) return false;
  return (node->ns == nullptr ? std::string_view() : text(node->ns->href)) == name_space;
}

Result<Found> elements(xmlDoc* document, std::string_view name_space, std::string_view name, Budget& budget) {
  Found found;
  for (const xmlNode* beside = document->children; beside != nullptr; beside = beside->next) {
    found.has_comments = found.has_comments || beside->type == XML_COMMENT_NODE;
  }
  TRY_VOID(each_node(xmlDocGetRootElement(document), [&](xmlNode* node) -> Result<void> {
    TRY_VOID(budget.take_entries());
    found.has_comments = found.has_comments || node->type == XML_COMMENT_NODE;
    if (is_element(node, name_space, name)) found.nodes.push_back(node);
    return {};
  }));
  return found;
}

}  // namespace khien::seal

#pragma once

#include <libxml/tree.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/budget.hpp"
#include "khien/core/bytes.hpp"
#include "khien/core/result.hpp"

namespace khien::seal {

inline constexpr std::string_view kDsigNamespace = "http://www.w3.org/2000/09/xmldsig#";

struct XmlDocFree {
  void operator()(xmlDoc* document) const { xmlFreeDoc(document); }
};
using XmlDocument = std::unique_ptr<xmlDoc, XmlDocFree>;

// UTF-8 without a DTD, so without entities, and nothing is fetched; at most 256 levels.
// Code::invalid else.
Result<XmlDocument> read_xml(std::string_view xml, Budget& budget);

enum class Canonical : unsigned char { exclusive, inclusive };

// The canonical octets, without comments, in pieces: of the whole document, or of one
// element and what is in it. They can be many times the document: taken from the budget.
Result<void> canonical(xmlDoc* document, const xmlNode* only, Canonical form, Budget& budget,
                       const std::function<void(ByteView)>& take);

bool is_element(const xmlNode* node, std::string_view name_space, std::string_view name);

// All elements of this name, and whether there is a comment anywhere.
struct Found {
  std::vector<xmlNode*> nodes;
  bool has_comments = false;
};
Result<Found> elements(xmlDoc* document, std::string_view name_space, std::string_view name, Budget& budget);

}  // namespace khien::seal

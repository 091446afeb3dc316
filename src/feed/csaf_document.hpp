#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/budget.hpp"
#include "khien/core/json.hpp"
#include "khien/core/result.hpp"

namespace khien::feed {

// A product of a CSAF product tree, with what its branches say of it.
struct CsafProduct {
  std::string name;
  std::string vendor, product, version, range;  // by category of the branches above it
  std::string cpe, purl;
  // Of a relationship: what it is made of ("openssl on Red Hat Enterprise Linux 7").
  std::string part, whole;
};

// What a document names: products by id, groups by id.
struct CsafTree {
  std::map<std::string, CsafProduct, std::less<>> products;
  std::map<std::string, std::set<std::string>, std::less<>> groups;

  // The products of a remediation, a flag, a threat: by id and by group, one perhaps twice.
  // Many may name one large group: each id is taken from the budget; Code::exhausted.
  Result<void> each_named(const Json& json, const std::function<Result<void>(std::string_view)>& visit) const;

  Budget* budget = nullptr;  // borrowed
};

// Code::invalid begins with the test of the standard that failed: "6.1.2: …", then the
// place. Ids are defined once, relationships make no circle.
// What the tree is asked for later is taken from the budget too, which must outlive it.
Result<CsafTree> read_csaf_tree(const Json& root, Budget& budget);

// The mandatory tests of CSAF 2.0 (6.1) on the rest of the document: all but 6.1.11 (CWE
// names) and 6.1.12 (registered languages), for nothing of it is used. 6.1.9 holds base
// scores of CVSS 2, 3.0 and 3.1 against their vectors.
Result<void> check_csaf(const Json& root, const CsafTree& tree);
Result<void> check_csaf_history(const Json& document);
Result<void> check_csaf_profile(const Json& root, const CsafTree& tree);
Result<void> check_csaf_scores(const Json& vulnerability, const std::string& path);

// An error of that test at that place.
Error csaf_fault(std::string_view test, const std::string& path, std::string_view why);

}  // namespace khien::feed

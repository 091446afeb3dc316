#include <algorithm>
#include <array>

#include "csaf_document.hpp"
#include "json_text.hpp"
#include "khien/advisory/package.hpp"

namespace khien::feed {
namespace {

constexpr std::size_t kMostBranches = 32;

// 6.1.31: what makes a range of what should be one version.
bool says_range(std::string_view name) {
  if (name.find_first_of("<>") != name.npos) return true;
  constexpr std::array<std::string_view, 7> kWords = {"after", "all", "before", "earlier", "later", "prior", "versions"};
  std::string word;
  for (std::size_t i = 0; i <= name.size(); ++i) {
    const char c = i < name.size() ? name[i] : ' ';
    const char small = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    // "after-eight" is a name.
    if (small != ' ' && small != '\t') {
      word += small;
      continue;
    }
    if (std::ranges::find(kWords, word) != kWords.end()) return true;
    word.clear();
  }
  return false;
}

class TreeReader {
 public:
  Result<CsafTree> read(const Json& root) {
    const auto tree = object_of(root, "product_tree");
    if (!tree) return std::move(tree_);
    TRY_VOID(read_branches(*tree, "product_tree", CsafProduct(), 0));
    const auto names = items_of(*tree, "full_product_names");
    for (std::size_t i = 0; i < names.size(); ++i) {
      TRY_VOID(define(names[i], "product_tree.full_product_names[" + std::to_string(i) + "]", CsafProduct()));
    }
    TRY_VOID(read_relationships(*tree));
    TRY_VOID(read_groups(*tree));
    TRY_VOID(check_circles());
    return std::move(tree_);
  }

 private:
  Result<void> define(const Json& json, const std::string& path, CsafProduct product) {
    const std::string id(text_of(json, "product_id"));
    if (id.empty()) return csaf_fault("schema", path, "product_id is missing");
    product.name = words_of(text_of(json, "name"), 1'000);
    if (const auto helper = object_of(json, "product_identification_helper")) {
      product.cpe = text_of(*helper, "cpe");
      product.purl = text_of(*helper, "purl");
      if (!product.purl.empty()) {
        if (const auto url = advisory::parse_package_url(product.purl); !url) return csaf_fault("6.1.13", path, "purl: " + url.error().what());
      }
      TRY_VOID(check_hashes(*helper, path));
    }
    if (!tree_.products.emplace(id, std::move(product)).second) return csaf_fault("6.1.2", path, "product_id '" + id + "' is defined twice");
    return {};
  }

  static Result<void> check_hashes(const Json& helper, const std::string& path) {
    for (const Json& file : items_of(helper, "hashes")) {
      std::set<std::string> algorithms;
      for (const Json& hash : items_of(file, "file_hashes")) {
        const std::string algorithm(text_of(hash, "algorithm"));
        if (!algorithms.insert(algorithm).second) return csaf_fault("6.1.25", path, "hash algorithm '" + algorithm + "' is used twice");
      }
    }
    return {};
  }

  Result<void> read_branches(const Json& parent, const std::string& path, const CsafProduct& above, std::size_t depth) {
    if (depth > kMostBranches) return csaf_fault("schema", path, "branches are nested deeper than 32");
    const auto branches = items_of(parent, "branches");
    for (std::size_t i = 0; i < branches.size(); ++i) {
      const std::string at = path + ".branches[" + std::to_string(i) + "]";
      const auto category = text_of(branches[i], "category"), name = text_of(branches[i], "name");
      CsafProduct here = above;
      if (category == "vendor") here.vendor = name;
      if (category == "product_name") here.product = name;
      if (category == "product_version") here.version = name;
      if (category == "product_version_range") here.range = name;
      if (category == "product_version" && says_range(name)) return csaf_fault("6.1.31", at, "'" + std::string(name) + "' is a range, not a version");
      if (const auto product = object_of(branches[i], "product")) TRY_VOID(define(*product, at + ".product", here));
      TRY_VOID(read_branches(branches[i], at, here, depth + 1));
    }
    return {};
  }

  Result<void> read_relationships(const Json& tree) {
    const auto items = items_of(tree, "relationships");
    for (std::size_t i = 0; i < items.size(); ++i) {
      const std::string at = "product_tree.relationships[" + std::to_string(i) + "]";
      const auto name = object_of(items[i], "full_product_name");
      if (!name) return csaf_fault("schema", at, "full_product_name is missing");
      CsafProduct product;
      product.part = text_of(items[i], "product_reference");
      product.whole = text_of(items[i], "relates_to_product_reference");
      references_.emplace_back(product.part, at + ".product_reference");
      references_.emplace_back(product.whole, at + ".relates_to_product_reference");
      TRY_VOID(define(*name, at, std::move(product)));
    }
    return {};
  }

  Result<void> read_groups(const Json& tree) {
    const auto items = items_of(tree, "product_groups");
    for (std::size_t i = 0; i < items.size(); ++i) {
      const std::string at = "product_tree.product_groups[" + std::to_string(i) + "]";
      const std::string id(text_of(items[i], "group_id"));
      std::set<std::string> members;
      for (const Json& one : items_of(items[i], "product_ids")) {
        TRY(const auto member, one.string());
        members.emplace(member);
        references_.emplace_back(std::string(member), at + ".product_ids");
      }
      if (!tree_.groups.emplace(id, std::move(members)).second) return csaf_fault("6.1.5", at, "group_id '" + id + "' is defined twice");
    }
    return {};
  }

  // A product that is made of itself, by whatever way. Each is walked once.
  Result<void> check_circles() {
    for (const auto& [id, product] : tree_.products) {
      std::vector<std::pair<std::string, bool>> way = {{id, false}};
      while (!way.empty()) {
        auto [at, left] = way.back();
        way.pop_back();
        if (left) {
          open_.erase(at);
          done_.insert(at);
          continue;
        }
        if (done_.contains(at)) continue;
        if (!open_.insert(at).second) return csaf_fault("6.1.3", "product_tree.relationships", "product_id '" + at + "' is made of itself");
        way.emplace_back(at, true);
        const auto found = tree_.products.find(at);
        if (found == tree_.products.end()) continue;
        for (const std::string& next : {found->second.part, found->second.whole}) {
          if (open_.contains(next)) return csaf_fault("6.1.3", "product_tree.relationships", "product_id '" + next + "' is made of itself");
          if (!next.empty()) way.emplace_back(next, false);
        }
      }
    }
    for (const auto& [id, path] : references_) {
      if (!tree_.products.contains(id)) return csaf_fault("6.1.1", path, "product_id '" + id + "' is not defined");
    }
    return {};
  }

  CsafTree tree_;
  std::vector<std::pair<std::string, std::string>> references_;
  std::set<std::string> open_, done_;
};

}  // namespace

Error csaf_fault(std::string_view test, const std::string& path, std::string_view why) {
  return Error(Code::invalid, std::string(test) + ": " + path + ": " + std::string(why));
}

Result<void> CsafTree::each_named(const Json& json, const std::function<Result<void>(std::string_view)>& visit) const {
  // To look an id up costs more than to parse it.
  constexpr std::uint64_t kEntriesOfId = 8;
  for (const Json& one : items_of(json, "product_ids")) {
    TRY_VOID(budget->take_entries(kEntriesOfId));
    if (const auto id = one.string()) TRY_VOID(visit(*id));
  }
  for (const Json& one : items_of(json, "group_ids")) {
    const auto id = one.string();
    const auto group = id ? groups.find(*id) : groups.end();
    if (group == groups.end()) continue;
    TRY_VOID(budget->take_entries(kEntriesOfId * (1 + group->second.size())));
    TRY_VOID(budget->check_time());
    for (const std::string& member : group->second) TRY_VOID(visit(member));
  }
  return {};
}

Result<CsafTree> read_csaf_tree(const Json& root, Budget& budget) {
  TRY(auto tree, TreeReader().read(root));
  tree.budget = &budget;
  return tree;
}

}  // namespace khien::feed

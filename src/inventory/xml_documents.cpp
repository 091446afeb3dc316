#include <map>

#include "collecting.hpp"
#include "xml.hpp"

namespace khien::inventory {
namespace {

bool ends_in(std::string_view path, std::string_view tail) {
  return path == tail || (path.ends_with(tail) && path[path.size() - tail.size() - 1] == '/');
}

// A CycloneDX component, as its elements come; components may stand in components.
class Bom {
 public:
  explicit Bom(Collecting& into) : into_(into) {}

  Result<void> take(const XmlElement& element) {
    if (!ends_in(element.path.substr(0, element.path.rfind('/')), "component") && !ends_in(element.path, "component")) return {};
    // What made it, and what it was made from, is not installed.
    if (element.path.starts_with("bom/metadata/") || element.path.find("/pedigree/") != element.path.npos) return {};
    if (ends_in(element.path, "component")) return element.attributes != nullptr ? begin(*element.attributes) : end();
    if (element.attributes != nullptr || open_.empty()) return {};
    const auto name = element.path.substr(element.path.rfind('/') + 1);
    if (name == "name" || name == "version" || name == "purl" || name == "cpe") open_.back()[std::string(name)] = trim(element.text);
    return {};
  }

 private:
  using Fields = std::map<std::string, std::string, std::less<>>;

  Result<void> begin(const Fields& attributes) {
    const auto type = attributes.find("type");
    open_.push_back({{"type", type == attributes.end() ? "" : type->second}, {"number", std::to_string(++count_)}});
    return {};
  }

  Result<void> end() {
    Fields fields = std::move(open_.back());
    open_.pop_back();
    const std::string where = "component " + fields["number"];
    if (fields["type"] == "operating-system") {
      into_.set_os(fields["name"], "", fields["version"]);
      return {};
    }
    advisory::Installed one;
    one.version = fields["version"];
    one.cpe = advisory::as_cpe23(fields["cpe"]);
    if (!fields["purl"].empty()) {
      auto url = advisory::parse_package_url(fields["purl"]);
      if (!url) {
        into_.pass_over(where, url.error().what());
        return {};
      }
      one.key = url->key;
      if (!url->version.empty()) one.version = url->version;
      take_upstream(url->upstream, one);
      lend_epoch(one);
    } else if (!one.cpe.empty()) {
      one.key = advisory::key_of_cpe(one.cpe);
    } else {
      into_.pass_over(where, "neither purl nor cpe: " + fields["name"]);
      return {};
    }
    return into_.add(where, std::move(one), fields["name"]);
  }

  Collecting& into_;
  std::vector<Fields> open_;
  std::size_t count_ = 0;
};

// Maven's project: dependencies with their versions written out, or as a property of
// this same file. What a parent or a profile decides is not guessed.
class Pom {
 public:
  explicit Pom(Collecting& into) : into_(into) {}

  Result<void> take(const XmlElement& element) {
    if (element.attributes != nullptr) {
      if (is_dependency(element.path)) fields_.clear();
      return {};
    }
    const auto parent = element.path.substr(0, element.path.rfind('/') == element.path.npos ? 0 : element.path.rfind('/'));
    const std::string name(element.path.substr(parent.empty() ? 0 : parent.size() + 1));
    if (parent == "project/properties") properties_[name] = trim(element.text);
    if (parent == "project" && name == "version") properties_["project.version"] = trim(element.text);
    if (is_dependency(parent)) fields_[name] = trim(element.text);
    if (is_dependency(element.path)) dependencies_.push_back(fields_);
    return {};
  }

  Result<void> finish() {
    std::size_t number = 0;
    for (auto& fields : dependencies_) {
      const std::string where = "dependency " + std::to_string(++number);
      std::string version = fields["version"];
      if (version.starts_with("${") && version.ends_with('}')) {
        const auto found = properties_.find(version.substr(2, version.size() - 3));
        version = found == properties_.end() ? "" : found->second;
      }
      if (version.find_first_of("${[(,") != version.npos) version.clear();
      if (fields["scope"] == "test") into_.pass_over(where, "for tests only");
      else TRY_VOID(into_.add(where, "maven", fields["groupId"] + ":" + fields["artifactId"], version));
    }
    return {};
  }

 private:
  static bool is_dependency(std::string_view path) {
    return path == "project/dependencies/dependency" || path == "project/dependencyManagement/dependencies/dependency";
  }

  Collecting& into_;
  std::map<std::string, std::string, std::less<>> fields_, properties_;
  std::vector<std::map<std::string, std::string, std::less<>>> dependencies_;
};

}  // namespace

Result<void> read_xml_document(std::string_view text, Collecting& into, std::string& format) {
  Bom bom(into);
  Pom pom(into);
  TRY_VOID(read_xml(text, [&](const XmlElement& element) -> Result<void> {
    if (format.empty()) {
      if (element.path == "bom") format = "cyclonedx-xml";
      else if (element.path == "project") format = "pom.xml";
      else return Error(Code::invalid, "XML that is neither CycloneDX nor a Maven project");
    }
    return format == "pom.xml" ? pom.take(element) : bom.take(element);
  }, into.budget()));
  return format == "pom.xml" ? pom.finish() : Result<void>();
}

Result<Inventory> read_inventory(ByteView bytes, const Hint& hint, Budget& budget) {
  return read_inventory_with(bytes, hint, budget, {.xml = read_xml_document, .table = read_csv_table});
}

}  // namespace khien::inventory

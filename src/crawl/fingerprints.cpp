#include "khien/crawl/fingerprints.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "khien/core/yaml.hpp"

namespace khien::crawl {
namespace {

constexpr std::size_t kMaxSearched = 1u << 20;
constexpr std::size_t kMaxVersion = 24;
constexpr std::array<std::string_view, 4> kWheres{"body", "header", "cookie", "generator"};

std::string small(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c | 0x20);
  }
  return out;
}

// The content of <meta name="generator">, by a plain search.
std::string generator_of(const std::string& body) {
  std::size_t at = 0;
  std::string all;
  while ((at = body.find("<meta", at)) != body.npos && all.size() < 1024) {
    const std::string tag = body.substr(at, std::min<std::size_t>(body.find('>', at), at + 512) - at);
    at += 5;
    if (tag.find("generator") == tag.npos) continue;
    const auto content = tag.find("content=");
    if (content == tag.npos) continue;
    const auto begin = tag.find_first_not_of("\"' ", content + 8);
    if (begin == tag.npos) continue;
    all += tag.substr(begin, std::min(tag.find_first_of("\"'", begin), tag.size()) - begin) + "\n";
  }
  return all;
}

Error wrong(const Yaml& at, const std::string& what) {
  return {Code::invalid, "line " + std::to_string(at.line) + ": " + what};
}

Result<std::string> text_field(const Yaml& map, std::string_view name) {
  const Yaml* field = map.find(name);
  if (field == nullptr || !field->is_scalar() || field->text.empty())
    return wrong(map, "'" + std::string(name) + "' is missing");
  return field->text;
}

bool is_version_byte(char c) { return (c >= '0' && c <= '9') || c == '.'; }

}  // namespace

struct Fingerprints::Prepared {
  explicit Prepared(const PageView& view) : body(small(std::string_view(view.body).substr(0, kMaxSearched))) {
    generator = generator_of(body);
    for (const HttpHeader& each : view.headers) {
      headers[each.name] += small(each.value) + "\n";
      if (each.name == "set-cookie") cookies += small(std::string_view(each.value).substr(0, each.value.find('='))) + "\n";
    }
  }
  std::string body;
  std::string generator;
  std::string cookies;
  std::map<std::string, std::string> headers;
};

struct FingerprintReader {
  using Mark = Fingerprints::Mark;
  using Product = Fingerprints::Product;

  // "body: /wp-content/", "generator: joomla!", "header: x-powered-by: asp.net".
  static Result<Mark> mark(const Yaml& yaml) {
    const std::string& text = yaml.text;
    const auto colon = text.find(": ");
    const auto where = std::ranges::find(kWheres, std::string_view(text).substr(0, colon));
    if (!yaml.is_scalar() || colon == text.npos || where == kWheres.end())
      return wrong(yaml, "a mark is body, header, cookie or generator, a colon, and what it holds");
    Mark mark{static_cast<Fingerprints::Where>(where - kWheres.begin()), {}, small(text.substr(colon + 2))};
    if (mark.where != Fingerprints::Where::header) return mark;
    const auto second = mark.holds.find(':');
    mark.name = mark.holds.substr(0, second);
    const auto begin = second == mark.holds.npos ? mark.holds.npos : mark.holds.find_first_not_of(' ', second + 1);
    mark.holds = begin == mark.holds.npos ? "" : mark.holds.substr(begin);
    return mark;
  }

  static Result<std::vector<Mark>> marks(const Yaml& product, std::string_view name) {
    std::vector<Mark> all;
    const Yaml* list = product.find(name);
    if (list == nullptr) return all;
    for (const Yaml& each : list->items) {
      TRY(Mark one, mark(each));
      all.push_back(std::move(one));
    }
    return all;
  }

  // An example: lines "name: value" as headers up to an empty line, then a body.
  static PageView example(const std::string& text) {
    PageView view;
    view.status = 200;
    std::size_t at = 0;
    while (at < text.size()) {
      const auto end = std::min(text.find('\n', at), text.size());
      const std::string line = text.substr(at, end - at);
      at = end + 1;
      if (line.empty()) break;
      const auto colon = line.find(": ");
      if (colon == line.npos) {
        at -= line.size() + 1;
        break;
      }
      view.headers.push_back({small(line.substr(0, colon)), line.substr(colon + 2)});
    }
    view.body = at < text.size() ? text.substr(at) : "";
    return view;
  }

  // Vendor and product as CPE 2.3 writes them, or nothing.
  static Result<std::string> cpe(const Yaml& yaml) {
    const Yaml* field = yaml.find("cpe");
    if (field == nullptr) return std::string();
    const auto fits = [](char ch) { return (ch >= 'a' && ch <= 'z') || (ch >= '0' && ch <= '9') || ch == '_' || ch == '-' || ch == '.' || ch == '!' || ch == '\\' || ch == ':'; };
    const bool pair = field->is_scalar() && std::ranges::count(field->text, ':') == 1 && !field->text.starts_with(':') && !field->text.ends_with(':');
    if (!pair || !std::ranges::all_of(field->text, fits)) return wrong(*field, "'cpe' is VENDOR:PRODUCT in small letters");
    return field->text;
  }

  static Result<Product> product(const Yaml& yaml) {
    Product product;
    TRY(product.name, text_field(yaml, "name"));
    TRY(product.title, text_field(yaml, "title"));
    TRY(product.cpe, cpe(yaml));
    TRY(product.marks, marks(yaml, "marks"));
    TRY(product.versions, marks(yaml, "versions"));
    if (product.marks.empty()) return wrong(yaml, "'marks' is missing");
    return product;
  }

  // Each product is told of its own example, with its version, and not of its other one.
  static Result<void> try_examples(const Yaml& yaml, const Fingerprints& all) {
    TRY(const std::string name, text_field(yaml, "name"));
    TRY(const std::string hit, text_field(yaml, "hit"));
    TRY(const std::string miss, text_field(yaml, "miss"));
    const auto find = [&](const std::string& text) {
      auto found = all.match(example(text));
      std::erase_if(found, [&](const SiteProduct& each) { return each.name != name; });
      return found;
    };
    const auto told = find(hit);
    if (told.empty()) return wrong(yaml, name + " is not told of its own example");
    const Yaml* version = yaml.find("version");
    if (version != nullptr && told.front().version != version->text)
      return wrong(yaml, name + " is told as version '" + told.front().version + "'");
    if (!find(miss).empty()) return wrong(yaml, name + " is told of an example that is not its own");
    return {};
  }
};

Result<Fingerprints> Fingerprints::parse(std::string_view yaml, Budget& budget) {
  TRY(const Yaml root, parse_yaml(yaml, budget));
  const Yaml* list = root.find("products");
  if (list == nullptr || list->kind != Yaml::Kind::list) return wrong(root, "'products' is missing");
  Fingerprints all;
  for (const Yaml& each : list->items) {
    TRY(Product product, FingerprintReader::product(each));
    all.products_.push_back(std::move(product));
  }
  for (const Yaml& each : list->items) TRY_VOID(FingerprintReader::try_examples(each, all));
  return all;
}

const std::string* Fingerprints::text_of(const Mark& mark, const Prepared& page) {
  if (mark.where == Where::body) return &page.body;
  if (mark.where == Where::generator) return &page.generator;
  if (mark.where == Where::cookie) return &page.cookies;
  const auto found = page.headers.find(mark.name);
  return found == page.headers.end() ? nullptr : &found->second;
}

std::string Fingerprints::version_in(const std::vector<Mark>& marks, const Prepared& page) {
  for (const Mark& mark : marks) {
    const std::string* text = text_of(mark, page);
    const auto at = text == nullptr ? std::string::npos : text->find(mark.holds);
    if (at == std::string::npos) continue;
    std::string version;
    for (std::size_t i = at + mark.holds.size(); i < text->size() && version.size() < kMaxVersion && is_version_byte((*text)[i]); ++i)
      version += (*text)[i];
    while (version.ends_with('.')) version.pop_back();
    if (!version.empty()) return version;
  }
  return {};
}

std::vector<SiteProduct> Fingerprints::match(const PageView& view) const {
  const Prepared page(view);
  std::vector<SiteProduct> found;
  for (const Product& product : products_) {
    const auto mark = std::ranges::find_if(product.marks, [&](const Mark& each) {
      const std::string* text = text_of(each, page);
      return text != nullptr && text->find(each.holds) != text->npos;
    });
    if (mark == product.marks.end()) continue;
    const std::string where(kWheres.at(static_cast<std::size_t>(mark->where)));
    const std::string name = mark->name.empty() ? "" : mark->name + ": ";
    const std::string version = version_in(product.versions, page);
    const bool named = !product.cpe.empty() && !version.empty();
    found.push_back({.name = product.name,
                     .title = product.title,
                     .version = version,
                     .mark = where + ": " + name + mark->holds,
                     .cpe = named ? "cpe:2.3:a:" + product.cpe + ":" + version + ":*:*:*:*:*:*:*" : ""});
  }
  return found;
}

}  // namespace khien::crawl

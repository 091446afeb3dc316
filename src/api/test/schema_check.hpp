#pragma once

#include <algorithm>
#include <fstream>
#include <iterator>
#include <memory>
#include <regex>
#include <string>
#include <string_view>

#include "khien/core/json.hpp"

namespace khien::api {

// Checks a JSON value against the part of JSON Schema that schema/openapi.yaml
// uses. An unknown keyword fails, so that the interface cannot ask for what
// nobody checks.
class SchemaCheck {
 public:
  SchemaCheck() {
    std::ifstream file(KHIEN_OPENAPI_JSON, std::ios::binary);
    text_ = {std::istreambuf_iterator<char>(file), {}};
    Budget budget({.bytes_in = 4u << 20, .depth = 64, .entries = 100'000});
    auto root = document_.parse(text_, budget);
    root_ = std::make_unique<Json>(std::move(root).value());
  }

  const Json& interface() const { return *root_; }

  // Empty if the body is what the interface says of this answer; else where not.
  std::string broken(std::string_view path, std::string_view method, int status, std::string_view body) const {
    auto operation = root_->field("paths").value().field(path).value().field(method).value();
    auto responses = operation.field("responses").value();
    auto response = responses.field(std::to_string(status));
    if (!response) response = responses.field("default");
    const Json described = resolve(response.value());
    const auto content = described.field("content");
    if (!content) return body.empty() ? "" : "a body where none is described";
    const auto schema = content->field("application/json");
    if (!schema) return "";
    JsonDocument document;
    Budget budget({});
    const auto value = document.parse(body, budget);
    if (!value) return "not JSON";
    return check(schema->field("schema").value(), *value, "$");
  }

  std::string check(Json schema, const Json& value, const std::string& at) const {
    schema = resolve(schema);
    std::string broken;
    const auto visited = schema.each_field([&](std::string_view keyword, Json rule) -> Result<void> {
      broken = keyword_broken(schema, keyword, rule, value, at);
      if (!broken.empty()) return Error(Code::invalid, "broken");
      return {};
    });
    return visited ? "" : broken;
  }

 private:
  Json resolve(Json node) const {
    while (const auto reference = node.string_at("$ref")) {
      std::string_view rest = reference->substr(2);
      node = *root_;
      while (!rest.empty()) {
        const auto slash = rest.find('/');
        node = node.field(rest.substr(0, slash)).value();
        rest = slash == rest.npos ? std::string_view() : rest.substr(slash + 1);
      }
    }
    return node;
  }

  static bool has_type(const Json& value, std::string_view type) {
    if (type == "string") return value.string().has_value();
    if (type == "integer") return value.integer().has_value();
    if (type == "number") return value.number().has_value();
    if (type == "boolean") return value.boolean().has_value();
    if (type == "array") return value.is_array();
    if (type == "object") return value.is_object();
    return type == "null" && value.is_null();
  }

  static std::string type_broken(const Json& rule, const Json& value, const std::string& at) {
    if (const auto type = rule.string()) return has_type(value, *type) ? "" : at + ": is no " + std::string(*type);
    bool any = false;
    (void)rule.each([&](Json type) -> Result<void> {
      any = any || has_type(value, type.string().value());
      return {};
    });
    return any ? "" : at + ": none of the types";
  }

  std::string members_broken(const Json& schema, const Json& value, const std::string& at) const {
    if (!value.is_object()) return "";
    std::string broken;
    const auto properties = schema.field("properties");
    (void)value.each_field([&](std::string_view name, Json member) -> Result<void> {
      const auto rule = properties ? properties->field(name) : properties;
      if (broken.empty()) {
        broken = rule ? check(*rule, member, at + "." + std::string(name)) : at + "." + std::string(name) + ": extra";
      }
      return {};
    });
    return broken;
  }

  std::string items_broken(const Json& rule, const Json& value, const std::string& at) const {
    std::string broken;
    std::size_t i = 0;
    (void)value.each([&](Json item) -> Result<void> {
      if (broken.empty()) broken = check(rule, item, at + "[" + std::to_string(i) + "]");
      ++i;
      return {};
    });
    return broken;
  }

  static std::string required_broken(const Json& rule, const Json& value, const std::string& at) {
    std::string broken;
    (void)rule.each([&](Json name) -> Result<void> {
      if (value.is_object() && !value.field(name.string().value())) {
        broken = at + "." + std::string(name.string().value()) + ": missing";
      }
      return {};
    });
    return broken;
  }

  static std::string choice_broken(const Json& rule, const Json& value, const std::string& at) {
    bool any = false;
    (void)rule.each([&](Json choice) -> Result<void> {
      const auto wanted = choice.string();
      const auto given = value.string();
      any = any || (wanted && given && *wanted == *given);
      return {};
    });
    return any ? "" : at + ": none of the choices";
  }

  std::string one_of_broken(const Json& rule, const Json& value, const std::string& at) const {
    int fitting = 0;
    (void)rule.each([&](Json choice) -> Result<void> {
      if (check(choice, value, at).empty()) ++fitting;
      return {};
    });
    return fitting == 1 ? "" : at + ": fits " + std::to_string(fitting) + " of oneOf";
  }

  static std::string format_broken(std::string_view format, const Json& value, const std::string& at) {
    if (!value.string()) return "";
    const std::string text(*value.string());
    if (format == "date-time") {
      static const std::regex time(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)");
      return std::regex_match(text, time) ? "" : at + ": no RFC 3339 UTC time with milliseconds";
    }
    if (format == "date") {
      static const std::regex date(R"(\d{4}-\d\d-\d\d)");
      return std::regex_match(text, date) ? "" : at + ": no date";
    }
    return at + ": unknown format " + std::string(format);
  }

  // Code points: what JSON Schema counts.
  static std::int64_t characters(const Json& value) {
    const std::string text(*value.string());
    return std::ranges::count_if(text, [](char byte) { return (static_cast<unsigned char>(byte) & 0xc0u) != 0x80u; });
  }

  std::string keyword_broken(const Json& schema, std::string_view keyword, const Json& rule, const Json& value,
                             const std::string& at) const {
    if (keyword == "type") return type_broken(rule, value, at);
    if (keyword == "properties" || keyword == "additionalProperties") return members_broken(schema, value, at);
    if (keyword == "required") return required_broken(rule, value, at);
    if (keyword == "items") return items_broken(rule, value, at);
    if (keyword == "enum") return choice_broken(rule, value, at);
    if (keyword == "oneOf") return one_of_broken(rule, value, at);
    if (keyword == "format") return *rule.string() == "int64" ? "" : format_broken(*rule.string(), value, at);
    if (keyword == "maxItems") return value.size() <= static_cast<std::size_t>(*rule.integer()) ? "" : at + ": too many";
    if (keyword == "minLength") return characters(value) >= *rule.integer() ? "" : at + ": too short";
    if (keyword == "maxLength") return characters(value) <= *rule.integer() ? "" : at + ": too long";
    // They bind numbers: null beside an integer is the type's matter.
    if ((keyword == "minimum" || keyword == "maximum") && !value.integer()) return "";
    if (keyword == "minimum") return *value.integer() >= *rule.integer() ? "" : at + ": too small";
    if (keyword == "maximum") return *value.integer() <= *rule.integer() ? "" : at + ": too large";
    if (keyword == "pattern") {
      const std::regex pattern{std::string(*rule.string())};
      return std::regex_match(std::string(*value.string()), pattern) ? "" : at + ": pattern";
    }
    return keyword == "description" ? "" : at + ": unknown keyword " + std::string(keyword);
  }

  std::string text_;
  JsonDocument document_;
  std::unique_ptr<Json> root_;
};

}  // namespace khien::api

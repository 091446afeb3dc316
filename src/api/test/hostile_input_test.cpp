// Every field of every body and query × every JSON type and a table of nasty
// values: refused with the field's name, and the database is as it was.
#include "matrix_world.hpp"
#include "rules.hpp"

namespace khien::api {
namespace {

using net::Method;

// The seven types of JSON, with an integer and a fraction apart.
constexpr const char* kTypes[] = {"null", "true", "false", "42", "-1", "1.5", "1e400", "\"text\"", "[]", "{}", "[1]", "[[]]"};

class Hostile {
 public:
  Hostile() : browser_(session(Role::province_admin)), officer_(session(Role::unit_officer)) {}

  net::Response ask(const Route& route, std::string body, std::string query = {}) {
    const auto target = target_of(route, world.own_id(route)) + query;
    auto& browser = route.allows(Role::province_admin) ? browser_ : officer_;
    auto request = browser.request(route.method, target, std::move(body));
    if (route.has_body && !request.headers.get("content-type")) request.headers.add("Content-Type", "application/json");
    // The limits of sign-in are not what is tried here.
    world.world.clock.advance(milliseconds(1));
    return answer_of(*world.world.api, std::move(request));
  }

  MatrixWorld world;

 private:
  Browser session(Role role) { return Browser(world.world.session(world.a.tenant, world.callers.at(role))); }

  Browser browser_;
  Browser officer_;  // for what is a unit's alone
};

bool type_could_fit(const ValueRule& rule, std::string_view json) {
  switch (rule.kind) {
    case ValueKind::string: return json == "\"text\"" && fits(rule, "text");
    case ValueKind::integer: return json == "42";
    case ValueKind::boolean: return json == "true" || (json == "false" && !rule.only_true);
    case ValueKind::integer_list: return json == "[1]" || (json == "[]" && rule.least_items == 0);
    case ValueKind::string_list:
    case ValueKind::object_list: return json == "[]" && rule.least_items == 0;
    case ValueKind::object: return json == "{}" && std::ranges::none_of(rule.fields, &ValueRule::required);
  }
  return false;
}

// A value as it was written.
std::string again(const Json& value) {
  JsonWriter json;
  if (const auto string = value.string()) {
    json.string(*string);
  } else if (const auto number = value.integer()) {
    json.integer(*number);
  } else if (const auto flag = value.boolean()) {
    json.boolean(*flag);
  } else {
    json.begin_array();
    (void)value.each([&](Json item) -> Result<void> {
      json.raw(again(item));
      return {};
    });
    json.end_array();
  }
  return json.take();
}

// The valid body with one field's value replaced by `json`.
std::string with_field(const Hostile& hostile, const Route& route, std::string_view name, std::string_view json) {
  const auto valid = with_unit(*body_for(route.operation), hostile.world.first.unit.value);
  JsonDocument document;
  Budget budget({});
  const auto root = document.parse(valid, budget).value();
  std::string text = "{";
  bool replaced = false;
  (void)root.each_field([&](std::string_view field, Json value) -> Result<void> {
    if (text.size() > 1) text += ",";
    text.append("\"").append(field).append("\":");
    if (field == name) {
      text += json;
      replaced = true;
    } else {
      text += again(value);
    }
    return {};
  });
  if (!replaced) text.append(text.size() > 1 ? "," : "").append("\"").append(name).append("\":").append(json);
  return text + "}";
}

TEST_CASE("a field of the wrong type is refused by name, for every field of every operation") {
  Hostile hostile;
  const auto before = hostile.world.world.database_hash();
  int refused = 0;
  for (const Route& route : routes()) {
    for (const ValueRule& rule : route.body) {
      for (const std::string_view json : kTypes) {
        if (type_could_fit(rule, json)) continue;
        const auto answer = hostile.ask(route, with_field(hostile, route, rule.name, json));
        CHECK_MESSAGE(answer.status == 422, route.name, ".", rule.name, " = ", json, ": ", answer.body);
        // 1e400 is no JSON number that anybody can hold: then no field is named.
        if (json != "1e400") CHECK_MESSAGE(field_of(answer.body, "field") == rule.name, route.name, ".", rule.name);
        ++refused;
      }
    }
  }
  CHECK(hostile.world.world.database_hash() == before);
  CHECK(refused > 200);
  MESSAGE(refused, " mistyped fields refused");
}

TEST_CASE("an unknown field, a missing one and one given twice are refused by name") {
  Hostile hostile;
  const auto before = hostile.world.world.database_hash();
  for (const Route& route : routes()) {
    if (!route.has_body) continue;
    for (const char* name : {"is_admin", "tenant_id", "id", "__proto__", "Username", ""}) {
      const auto answer = hostile.ask(route, with_field(hostile, route, name, "1"));
      CHECK_MESSAGE(answer.status == 422, route.name, ": ", name);
      if (*name != 0) CHECK(field_of(answer.body, "field") == name);
    }
    for (const ValueRule& rule : route.body) {
      const auto once = with_field(hostile, route, rule.name, "0");
      const auto twice = once.substr(0, once.size() - 1) + ",\"" + std::string(rule.name) + "\":0}";
      CHECK_MESSAGE(hostile.ask(route, twice).status == 422, route.name, ".", rule.name);
      if (!rule.required) continue;
      const auto missing = hostile.ask(route, "{}");
      CHECK(missing.status == 422);
      CHECK_FALSE(field_of(missing.body, "field").starts_with("?"));
    }
  }
  CHECK(hostile.world.world.database_hash() == before);
}

TEST_CASE("what is no JSON object, too deep, too large or of another type never reaches a handler") {
  Hostile hostile;
  const auto before = hostile.world.world.database_hash();
  const std::vector<std::string> bodies{"",
                                        " ",
                                        "null",
                                        "[]",
                                        "\"x\"",
                                        "{",
                                        "{}{}",
                                        "{\"a\":}",
                                        "\xef\xbb\xbf{}",
                                        "{\"username\":\"\xff\"}",
                                        "{\"a\":" + std::string(5'000, '[') + std::string(5'000, ']') + "}",
                                        std::string("{\"name\":\"a\0b\"}", 14),
                                        "{\"name\":\"a\\u0000b\",\"username\":\"u\",\"password\":\"p\"}",
                                        "{\"name\":\"a\\ud800b\"}"};
  for (const Route& route : routes()) {
    if (!route.has_body) continue;
    for (const auto& body : bodies) {
      CHECK_MESSAGE(hostile.ask(route, body).status == 422, route.name, ": ", body.substr(0, 40));
    }
    CHECK(hostile.ask(route, "{\"x\":\"" + std::string(route.most_body_bytes, 'x') + "\"}").status == 413);
  }
  for (const Route& route : routes()) {
    if (route.has_body || route.method == Method::get) continue;
    CHECK_MESSAGE(hostile.ask(route, "{}").status == 422, route.name);
  }
  CHECK(hostile.world.world.database_hash() == before);
}

TEST_CASE("a query parameter that is unknown, given twice or out of range is refused by name") {
  Hostile hostile;
  for (const Route& route : routes()) {
    if (route.method != Method::get) continue;
    CHECK(field_of(hostile.ask(route, "", "?nothing=1").body, "field") == "nothing");
    for (const ValueRule& rule : route.query) {
      const std::string name(rule.name);
      const auto refuse = [&](const std::string& value) {
        const auto answer = hostile.ask(route, "", "?" + name + "=" + value);
        CHECK_MESSAGE(answer.status == 422, route.name, "?", name, "=", value);
        CHECK(field_of(answer.body, "field") == name);
      };
      const auto twice = hostile.ask(route, "", "?" + name + "=1&" + name + "=1");
      CHECK_MESSAGE(twice.status == 422, route.name, "?", name);
      if (rule.kind == ValueKind::integer) {
        for (const char* value : {"", "0", "-1", "+1", "1.0", "0x10", "1e3", "%201", "99999999999999999999", "NaN"}) {
          if (!fits(rule, value)) refuse(value);
        }
      } else {
        refuse(std::string(201, 'x'));
        refuse("%00");
        refuse("%FF");
      }
      if (!rule.choices.empty()) refuse("%27%20OR%201=1");
    }
  }
}

TEST_CASE("a name is letters: controls are refused, marks are kept, and every spelling is one") {
  Hostile hostile;
  auto admin = hostile.world.world.session(hostile.world.a.tenant, hostile.world.callers.at(Role::province_admin));
  const auto make = [&](const std::string& name) {
    return admin.post("/api/v1/units", R"({"name":")" + name + R"(","kind":"school","parent":)" +
                                           std::to_string(hostile.world.first.unit.value) + "}");
  };
  CHECK(make("Trường \\u001b[31m đỏ").status == 422);
  CHECK(make("\\u0000").status == 422);
  CHECK(make("Trường M\\u1ef9 Châu").status == 201);
  // The same name, its mark as a character of its own.
  CHECK(make("Trường My\\u0303 Châu").status == 409);
}

// T21: text that would be a statement, a pattern or a path anywhere else.
const std::vector<std::string>& payloads() {
  static const std::vector<std::string> all = [] {
    const std::vector<std::string> seeds{"'",    "\"",      "' OR '1'='1", "'; DROP TABLE account;--", "\\",    "%",
                                         "_",    "*",       "\" OR \"\"=\"", "NEAR(a b)",              "a AND", "(",
                                         ")",    "{x}:y",   "../../etc/passwd", "${jndi:ldap://x}",    "{{7*7}}", "<script>",
                                         "$(id)", "`id`",   "| id",         "; id",                    "\xe2\x80\xae" "x", "ﷺ",
                                         "-1 UNION SELECT password FROM account", "x' || (SELECT token_sha256 FROM session) || '"};
    std::vector<std::string> made;
    for (const auto& seed : seeds) {
      for (const std::string_view form : {"@", "a@", "@b", "%@%", "@ @", "@--", "/*@*/", "(@)", "\"@\"", "'@'", "@;@", "*@*"}) {
        std::string text;
        for (const char c : form) c == '@' ? text += seed : text += c;
        made.push_back(text);
      }
    }
    return made;
  }();
  return all;
}

std::string percent(std::string_view text) {
  std::string out;
  for (const char c : text) out += "%" + to_hex(as_bytes(std::string_view(&c, 1)));
  return out;
}

TEST_CASE("300 injection strings as search words, cursors and filters find nothing and break nothing") {
  Hostile hostile;
  CHECK(payloads().size() >= 300);
  const auto before = hostile.world.world.database_hash();
  int asked = 0;
  for (const Route& route : routes()) {
    for (const ValueRule& rule : route.query) {
      if (rule.kind == ValueKind::integer) continue;
      for (const auto& payload : payloads()) {
        const auto answer = hostile.ask(route, "", "?" + std::string(rule.name) + "=" + percent(payload));
        // Words, and whole names that nothing has.
        const bool as_words = (rule.name == "q" || rule.name == "os" || rule.name == "rule") && answer.status == 200;
        // A name of something that is not there.
        const bool as_name = rule.required && rule.pattern.empty() && answer.status == 404;
        CHECK_MESSAGE((as_words || as_name || answer.status == 422), route.name, "?", rule.name, "=", payload, ": ", answer.status);
        CHECK(answer.body.find("argon2") == std::string::npos);
        ++asked;
      }
    }
  }
  CHECK(hostile.world.world.database_hash() == before);
  MESSAGE(asked, " requests with injection strings");
}

}  // namespace
}  // namespace khien::api

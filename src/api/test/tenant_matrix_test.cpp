// T4: every operation of the interface × every role × {own, sibling scope, other
// tenant, absent}, in the path, in the body, in the query and in cursors. What is
// foreign is answered byte for byte as what does not exist, and changes nothing.
#include "matrix_world.hpp"

namespace khien::api {
namespace {

using net::Method;

class Matrix {
 public:
  explicit Matrix(Role role)
      : role_(role), browser_(world.world.session(world.a.tenant, world.callers.at(role))) {}

  // Nothing of the places that the caller may not see, whatever was asked.
  net::Response ask(const Route& route, std::string_view target, const std::string& body) {
    auto response = answer_of(*world.world.api, browser_.request(route.method, target, body));
    for (const auto* place : {&world.sibling, &world.foreign}) {
      expect(fold(whole(response)).find(fold(place->canary)) == std::string::npos, route, "canary");
    }
    return response;
  }

  void expect(bool holds, const Route& route, std::string_view what) {
    ++assertions;
    CHECK_MESSAGE(holds, route.name, " as ", to_string(role_), ": ", what);
  }

  void check_foreign_paths(const Route& route, const std::string& body) {
    const auto own_body = with_unit(body, world.first.unit.value);
    const auto target_for = [&](std::int64_t id) { return with_query(route, target_of(route, id), world.first.unit.value); };
    const auto absent = ask(route, target_for(kAbsent), own_body);
    expect(absent.status == (route.allows(role_) ? 404 : 403), route, "absent is 404, or 403 by role");
    for (const auto* place : {&world.sibling, &world.foreign}) {
      const auto foreign = ask(route, target_for(world.id_of(*place, route.object)), own_body);
      expect(whole(foreign) == whole(absent), route, "a foreign object is as an absent one");
    }
    for (const char* odd : {"0", "-1", "01", "9007199254740992", "99999999999999999999", "1e3", "abc", "%00", "1.0"}) {
      auto target = std::string(route.path);
      const auto brace = target.find('{');
      target.replace(brace, target.find('}') - brace + 1, odd);
      expect(whole(ask(route, target, own_body)) == whole(absent), route, "an id that is none is as an absent one");
    }
  }

  // An own object, but a foreign unit in the body.
  void check_foreign_bodies(const Route& route, const std::string& body) {
    if (body.find("$unit") == body.npos) return;
    const auto target = target_of(route, world.own_id(route));
    const auto absent = ask(route, target, with_unit(body, kAbsent));
    expect(absent.status == (route.allows(role_) ? 404 : 403), route, "an absent unit in the body");
    for (const auto* place : {&world.sibling, &world.foreign}) {
      const auto foreign = ask(route, target, with_unit(body, place->unit.value));
      expect(whole(foreign) == whole(absent), route, "a foreign unit in the body is as an absent one");
      check_bulk(route, target, body, place->unit.value);
    }
  }

  // One foreign id among own ones.
  void check_bulk(const Route& route, const std::string& target, const std::string& body, std::int64_t foreign) {
    const auto list = body.find("[$unit]");
    if (list == body.npos) return;
    const auto mixed = [&](std::int64_t id) {
      auto text = body;
      text.replace(list, 7, "[" + std::to_string(world.first.unit.value) + "," + std::to_string(id) + "]");
      return whole(ask(route, target, text));
    };
    expect(mixed(foreign) == mixed(kAbsent), route, "one foreign unit of several is as an absent one");
  }

  void check_foreign_queries(const Route& route, const std::string& body) {
    const auto target = target_of(route, world.id_of(world.first, route.object));
    for (const auto& rule : route.query) {
      if (rule.name != "unit" && rule.name != "machine" && rule.name != "site" && rule.name != "other" && rule.name != "directive") continue;
      const auto asked = [&](std::int64_t id) {
        const auto pair = std::string(rule.name) + "=" + std::to_string(id);
        return whole(ask(route, with_query(route, target, world.first.unit.value, pair, rule.name), body));
      };
      const auto absent = asked(kAbsent);
      for (const auto* place : {&world.sibling, &world.foreign}) {
        const auto id = rule.name == "unit"      ? place->unit.value
                        : rule.name == "machine" ? place->machine
                        : rule.name == "site"    ? place->site
                        : rule.name == "other"   ? place->page_evidence
                                                 : world.id_of(*place, ObjectKind::directive);
        expect(asked(id) == absent, route, "a foreign id in the query");
      }
    }
  }

  // Words and cursors made elsewhere open nothing.
  void check_words_and_cursors(const Route& route) {
    const auto target = target_of(route, world.id_of(world.first, route.object));
    for (const auto& rule : route.query) {
      if (rule.name == "q") {
        for (const char* words : {"canary-b1", "canary-a2", "CANARY", "may", "%25", "_", "'"}) {
          const auto found = ask(route, with_query(route, target, world.first.unit.value, std::string("q=") + words), "");
          expect(found.status == (route.allows(role_) ? 200 : 403), route, "words");
        }
      }
      if (rule.name == "cursor") {
        for (const auto& cursor : foreign_cursors(route)) {
          const auto page = ask(route, with_query(route, target, world.first.unit.value, "cursor=" + cursor), "");
          expect(page.status < 500, route, "a foreign cursor");
        }
      }
    }
  }

  // Cursors that a person of the other tenant was given by the same operation.
  std::vector<std::string> foreign_cursors(const Route& route) {
    if (!foreign_cursors_.contains(route.name)) {
      auto other = world.world.session(world.b.tenant, other_admin());
      const auto target = target_of(route, world.id_of(world.foreign, route.object));
      const auto next = field_of(other.get(with_query(route, target, world.foreign.unit.value, "limit=1")).body, "next");
      foreign_cursors_[route.name] = {next, "0", "1", "99999999", "AAAA", "e30"};
    }
    return foreign_cursors_[route.name];
  }
  UserId other_admin() {
    if (!other_admin_) {
      other_admin_ = world.world.add_person(world.b.tenant, "other-admin", Role::province_admin, {world.b.root});
    }
    return other_admin_;
  }

  void check_without_session(const Route& route, const std::string& body) {
    if (route.is_public) return;
    Browser stranger(*world.world.api);
    const auto own = with_unit(body, world.first.unit.value);
    const auto absent = stranger.send(route.method, target_of(route, kAbsent), own);
    expect(absent.status == 401, route, "no session");
    for (const auto* place : {&world.first, &world.sibling, &world.foreign}) {
      const auto answer = stranger.send(route.method, target_of(route, world.id_of(*place, route.object)), own);
      expect(whole(answer) == whole(absent), route, "no session, whatever the object");
    }
  }

  // Last: this one may change things.
  void check_own(const Route& route, const std::string& body) {
    if (route.operation == Operation::sign_out) return;
    const auto mine = with_id(with_id(body, "$evidence", world.first.evidence), "$user", world.first.user.value);
    const auto own = with_unit(mine, world.first.unit.value);
    const auto target = with_query(route, target_of(route, world.own_id(route)), world.first.unit.value);
    auto response = ask(route, target, own);
    if (route.is_public || own_secret_is_wrong(route.operation)) {
      expect(response.status >= 400 && response.status < 500, route, "a wrong secret");
    } else if (is_for_the_whole_hub(route.operation)) {
      expect(response.status == 403 && field_of(response.body, "code") == "denied", route, "not with a part of the province");
    } else if (route.allows(role_)) {
      expect(response.status == route.success, route, "own is answered: " + response.body);
    } else {
      expect(response.status == 403 && field_of(response.body, "code") == "denied", route, "not this role");
    }
  }
  // What goes to everybody's machines, or binds every unit, is not for who answers for some.
  static bool is_for_the_whole_hub(Operation operation) {
    return operation == Operation::start_content_release || operation == Operation::act_on_content_release ||
           operation == Operation::set_advisory_settings || operation == Operation::confirm_letter ||
           operation == Operation::update_share_partner || operation == Operation::send_share_now || operation == Operation::get_share_message ||
           operation == Operation::preview_botnet_list || operation == Operation::get_botnet_list || operation == Operation::discard_botnet_list ||
           operation == Operation::confirm_botnet_list || operation == Operation::record_botnet_lookup;
  }
  static bool own_secret_is_wrong(Operation operation) {
    return operation == Operation::step_up || operation == Operation::change_password ||
           operation == Operation::confirm_totp;
  }

  MatrixWorld world;
  int assertions = 0;

 private:
  Role role_;
  Browser browser_;
  UserId other_admin_;
  std::map<std::string_view, std::vector<std::string>> foreign_cursors_;
};

int run(Role role) {
  Matrix matrix(role);
  matrix.other_admin();
  for (const Route& route : routes()) (void)matrix.foreign_cursors(route);
  const auto before = matrix.world.world.database_hash();
  for (const Route& route : routes()) {
    const auto body = body_for(route.operation);
    REQUIRE_MESSAGE(body.has_value(), route.name, ": give it data in matrix_world.hpp");
    REQUIRE_MESSAGE(body->empty() == !route.has_body, route.name, ": give it a body in matrix_world.hpp");
    matrix.check_without_session(route, *body);
    if (route.object != ObjectKind::none) matrix.check_foreign_paths(route, *body);
    matrix.check_foreign_bodies(route, *body);
    matrix.check_foreign_queries(route, *body);
    matrix.check_words_and_cursors(route);
  }
  // Everything so far was refused or read: not one row may have changed.
  CHECK(matrix.world.world.database_hash() == before);
  ++matrix.assertions;
  for (const Route& route : routes()) matrix.check_own(route, *body_for(route.operation));
  return matrix.assertions;
}

TEST_CASE("tenant matrix: no role sees or changes what is outside its scope, by any way in") {
  int assertions = 0;
  for (const auto role : {Role::province_admin, Role::soc_operator, Role::unit_officer, Role::leader, Role::inspector}) {
    assertions += run(role);
  }
  MESSAGE("tenant matrix: ", assertions, " assertions over ", routes().size(), " operations, 5 roles, 0 leaks");
  CHECK(assertions > 3'000);
}

}  // namespace
}  // namespace khien::api

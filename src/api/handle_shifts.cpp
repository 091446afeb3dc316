#include <utility>

#include "call.hpp"
#include "dto_roster.hpp"
#include "khien/core/text.hpp"
#include "problem.hpp"

namespace khien::api {
namespace {

constexpr Words kIsOver{"Không xếp người trực cho thời gian đã qua.", "Nobody is put on duty for a time that is over."};
constexpr Words kHasBegun{"Ca trực đã bắt đầu thì không sửa, không bỏ được; ca mới cũng không bắt đầu ở thời gian đã qua.",
                          "A shift that has begun is not changed and not taken away, and none is moved into a time that is over."};
constexpr Words kHandedOver{"Mỗi ca chỉ ghi bàn giao một lần, sau khi ca bắt đầu; ghi rồi thì không sửa.",
                            "A shift is handed over once, after it began; the note does not change."};

std::string shift_object(roster::ShiftId id) { return "shift:" + std::to_string(id.value); }

// The moment, nothing where the body has none, or an answer that it is wrong.
Result<std::optional<Timestamp>> moment_in(const Call& call, std::string_view name) {
  const auto text = call.text(name);
  if (!text) return std::optional<Timestamp>();
  const auto moment = from_rfc3339(*text);
  if (!moment) return Error(Code::invalid, std::string(name));
  return std::optional(*moment);
}

std::optional<UserId> user_in(const Call& call) {
  const auto user = call.integer("user");
  return user ? std::optional(UserId{*user}) : std::nullopt;
}

Result<roster::NewShift> new_shift(const Call& call) {
  roster::NewShift made{.unit = {call.integer("unit").value_or(0)}, .span = {}, .person = call.text("person").value_or(""),
                        .phone = call.text("phone").value_or(""), .user = user_in(call)};
  TRY(const auto from, moment_in(call, "from"));
  TRY(const auto to, moment_in(call, "to"));
  made.span = {.from = from.value_or(Timestamp()), .to = to.value_or(Timestamp())};
  TRY(made.part, roster::part_from_string(call.text("part").value_or("")));
  return made;
}

Result<roster::ShiftChange> shift_change(const Call& call) {
  roster::ShiftChange change{.person = call.text("person"), .phone = call.text("phone"), .user = user_in(call)};
  TRY(change.from, moment_in(call, "from"));
  TRY(change.to, moment_in(call, "to"));
  if (const auto part = call.text("part")) {
    TRY(change.part, roster::part_from_string(*part));
  }
  return change;
}

// What the room says of a wrong field is the field's name.
Reply refused(const Error& error, const Words& conflict) { return refusal(error, {.conflict = &conflict, .field = error.what()}); }

Result<Reply> one_shift(const Call& call, store::Connection& connection, roster::ShiftId id) {
  TRY(const auto shift, roster::get_shift(connection, call.scope(), id));
  TRY(const auto names, account_names(connection, call.who->tenant()));
  JsonWriter json;
  write_shift(json, call, shift, names);
  return call.json(json);
}

std::string when(const roster::Span& span) { return to_rfc3339(span.from) + " – " + to_rfc3339(span.to); }

}  // namespace

namespace route {

Reply add_shift(Call& call) {
  std::string what = "unit:" + std::to_string(call.integer("unit").value_or(0));
  auto reply = call.write([&](store::Connection& connection) -> Result<Reply> {
    const auto made = new_shift(call);
    if (!made) return refused(made.error(), kIsOver);
    const auto id = roster::add_shift(connection, call.scope(), *made, call.who->user, call.now);
    if (!id) return refused(id.error(), kIsOver);
    TRY_VOID(call.audit(connection, "shift.add", shift_object(*id), when(made->span)));
    return one_shift(call, connection, *id);
  });
  return told_if_refused(call, std::move(reply), "shift.refused", what, "add");
}

Reply update_shift(Call& call) {
  const roster::ShiftId id{call.object};
  auto reply = call.write([&](store::Connection& connection) -> Result<Reply> {
    const auto change = shift_change(call);
    if (!change) return refused(change.error(), kHasBegun);
    const auto done = roster::change_shift(connection, call.scope(), id, *change, call.who->user, call.now);
    if (!done) return refused(done.error(), kHasBegun);
    TRY(const auto now, roster::get_shift(connection, call.scope(), id));
    TRY_VOID(call.audit(connection, "shift.change", shift_object(id), when(now.span)));
    return one_shift(call, connection, id);
  });
  return told_if_refused(call, std::move(reply), "shift.refused", shift_object(id), "change");
}

Reply remove_shift(Call& call) {
  const roster::ShiftId id{call.object};
  auto reply = call.write([&](store::Connection& connection) -> Result<Reply> {
    const auto done = roster::remove_shift(connection, call.scope(), id, call.who->user, call.now);
    if (!done) return refused(done.error(), kHasBegun);
    TRY_VOID(call.audit(connection, "shift.remove", shift_object(id)));
    return call.done();
  });
  return told_if_refused(call, std::move(reply), "shift.refused", shift_object(id), "remove");
}

Reply hand_over_shift(Call& call) {
  const roster::ShiftId id{call.object};
  auto reply = call.write([&](store::Connection& connection) -> Result<Reply> {
    const auto done = roster::hand_over(connection, call.scope(), id, call.text("words").value_or(""), call.who->user, call.now);
    if (!done) return refused(done.error(), kHandedOver);
    TRY_VOID(call.audit(connection, "shift.hand_over", shift_object(id)));
    return one_shift(call, connection, id);
  });
  return told_if_refused(call, std::move(reply), "shift.refused", shift_object(id), "hand_over");
}

}  // namespace route
}  // namespace khien::api

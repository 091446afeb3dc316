#include "problem.hpp"

#include "khien/core/json.hpp"
#include "khien/core/log.hpp"
#include "khien/duty/refusal.hpp"
#include "khien/estate/refusal.hpp"
#include "khien/incident/refusal.hpp"

namespace khien::api {
namespace {

constexpr Words kNotFound{"Không tìm thấy, hoặc nằm ngoài phạm vi của bạn.", "Not found, or outside your scope."};
constexpr Words kUnauthenticated{"Bạn cần đăng nhập.", "You need to sign in."};
constexpr Words kDenied{"Vai trò của bạn không được làm việc này.", "Your role may not do this."};
constexpr Words kInvalid{"Dữ liệu gửi lên không hợp lệ.", "The request is not valid."};
constexpr Words kConflict{"Dữ liệu đã thay đổi hoặc đã tồn tại. Tải lại rồi thử lại.",
                          "It has changed or exists already. Reload and try again."};
constexpr Words kExhausted{"Quá nhiều yêu cầu. Hãy thử lại sau ít phút.", "Too many requests. Try again in a few minutes."};
constexpr Words kUnavailable{"Hệ thống tạm thời chưa phục vụ được. Hãy thử lại sau.",
                             "The system is not ready for a moment. Try again later."};
constexpr Words kInternal{"Hệ thống gặp lỗi. Sự việc đã được ghi lại.", "Something went wrong. It was recorded."};

}  // namespace

Reply problem(int status, std::string_view code, const Words& message, std::string_view field) {
  JsonWriter json;
  json.begin_object().field("code", code).key("message").begin_object();
  json.field("vi", message.vi).field("en", message.en).end_object();
  if (!field.empty()) json.field("field", field);
  json.end_object();
  return {.status = status, .body = json.take()};
}

Reply problem(int status, std::string_view code, const LocalText& message, std::string_view field) {
  return problem(status, code, Words{message.vi.c_str(), message.en.c_str()}, field);
}

Reply not_found() { return problem(404, "not_found", kNotFound); }
Reply unauthenticated() { return problem(401, "unauthenticated", kUnauthenticated); }
Reply denied() { return problem(403, "denied", kDenied); }
Reply invalid(std::string_view field) { return problem(422, "invalid", kInvalid, field); }
Reply unavailable() {
  auto reply = problem(503, "unavailable", kUnavailable);
  reply.retry_after = seconds(5);
  return reply;
}
Reply internal() { return problem(500, "internal", kInternal); }

Reply exhausted(Duration retry_after) {
  auto reply = problem(429, "exhausted", kExhausted);
  reply.retry_after = retry_after;
  return reply;
}

namespace {

int status_of(Code code) {
  switch (code) {
    case Code::not_found: return 404;
    case Code::conflict: return 409;
    case Code::denied: return 403;
    default: return 422;
  }
}

}  // namespace

Reply refusal(const Error& error, const Explained& explained) {
  if (const auto why = duty::refusal_of(error)) {
    return problem(status_of(why->code), to_string(why->code), why->message, why->field);
  }
  if (const auto* known = estate::refusal_of(error)) {
    const bool is_conflict = known->code == Code::conflict;
    return problem(is_conflict ? 409 : 422, is_conflict ? "conflict" : "invalid", Words{known->vi, known->en},
                   known->field);
  }
  if (const auto* known = incident::refusal_of(error)) {
    const bool is_conflict = known->code == Code::conflict;
    return problem(is_conflict ? 409 : 422, is_conflict ? "conflict" : "invalid", Words{known->vi, known->en}, known->field);
  }
  switch (error.code()) {
    case Code::invalid: return invalid(explained.field);
    case Code::not_found: return not_found();
    case Code::conflict: return problem(409, "conflict", explained.conflict != nullptr ? *explained.conflict : kConflict);
    case Code::denied: return denied();
    case Code::exhausted: return exhausted(seconds(5));
    case Code::unavailable: return unavailable();
    case Code::corrupt:
    case Code::internal: break;
  }
  // What went wrong is for the operator's log, never for the person who asked.
  log_error("api.internal", {{"error", error.what()}});
  return internal();
}

}  // namespace khien::api

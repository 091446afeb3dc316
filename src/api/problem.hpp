#pragma once

#include <string>
#include <string_view>

#include "khien/core/result.hpp"
#include "khien/model/local_text.hpp"
#include "call.hpp"

namespace khien::api {

// Fixed words only: text from outside is never part of a message.
struct Words {
  const char* vi;
  const char* en;
};

// An answer that says no: the body is schema Problem.
Reply problem(int status, std::string_view code, const Words& message, std::string_view field = {});

// With words that a lower floor chose, out of content and never out of the request.
Reply problem(int status, std::string_view code, const LocalText& message, std::string_view field);

// The usual ones. not_found() is the same bytes for what is absent and for what
// is foreign.
Reply not_found();
Reply unauthenticated();
Reply denied();
Reply invalid(std::string_view field);
Reply exhausted(Duration retry_after);
Reply unavailable();
Reply internal();

// What an error of a lower floor means to a person; `conflict` and `field` make
// Code::conflict and Code::invalid more exact.
struct Explained {
  const Words* conflict = nullptr;
  std::string_view field = {};
};
Reply refusal(const Error& error, const Explained& explained = {});

}  // namespace khien::api

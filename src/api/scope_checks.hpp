#pragma once

#include <optional>

#include "call.hpp"
#include "khien/model/ids.hpp"
#include "khien/store/connection.hpp"

namespace khien::api {

// The unit that the query names, if it names one: Code::not_found if it is
// foreign or absent, so that a filter tells no more than a path does.
Result<std::optional<UnitId>> unit_in_query(const Call& call, store::Connection& connection);

// The tenant's root is in scope: for what is everybody's.
Result<bool> answers_for_all(const Call& call, store::Connection& connection);

}  // namespace khien::api

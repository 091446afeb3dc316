#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "khien/model/ids.hpp"
#include "khien/store/connection.hpp"

namespace khien::store {

// What Store::rehearse() promises, on a connection of its own.
Result<void> rehearse(const Connection::Options& database, TenantId tenant, std::span<const std::string_view> tables,
                      const std::function<Result<void>(Connection&)>& work);

}  // namespace khien::store

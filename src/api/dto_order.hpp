#pragma once

#include "account_records.hpp"
#include "khien/core/json.hpp"
#include "khien/flow/orders.hpp"
#include "khien/flow/quarantine.hpp"
#include "khien/model/local_text.hpp"

namespace khien::api {

void write_quarantine_item(JsonWriter& json, const flow::QuarantineItem& item);
void write_order(JsonWriter& json, const flow::OrderRecord& order, const NameMap& names);

// Why an agent did not do what it was asked, for people.
LocalText refusal_text(Refusal refusal);

}  // namespace khien::api

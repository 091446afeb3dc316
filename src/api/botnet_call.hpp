#pragma once

#include <string>

#include "call.hpp"
#include "dto_botnet.hpp"
#include "khien/botnet/playbook.hpp"
#include "khien/model/table.hpp"

namespace khien::api {

// What handlers of botnet addresses share.

const botnet::Playbook& playbook_of(const Call& call);
Result<BotnetViewer> botnet_viewer(const Call& call, store::Connection& connection, const NameMap& names);

// A list, a log or pasted words as a table, read by who may: in the worker. Words that are no
// table become one cell a line.
Result<Table> table_in(const Call& call, ByteView bytes);
Reply unreadable_list(const Error& error);

// That somebody tried what is refused is told to the audit log, in a transaction of its own.
Reply with_refusal_told(const Call& call, Reply reply, std::string_view what, std::string_view tried);

// The look-up is a record of the register that a directive's duty is met by, too.
Result<void> put_into_register(const Call& call, store::Connection& connection, UnitId unit, Timestamp at, std::int64_t found,
                               std::string_view action);

}  // namespace khien::api

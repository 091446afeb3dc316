#pragma once

#include "account_records.hpp"
#include "khien/core/json.hpp"
#include "khien/request/help.hpp"
#include "khien/request/outside.hpp"
#include "khien/request/requests.hpp"

namespace khien::api {

// How requests, outside requests and the support desk look in the interface
// (components/schemas). Whatever people wrote is text in JSON, never markup.

void write_request(JsonWriter& json, const request::Request& request, const NameMap& names);
void write_request_detail(JsonWriter& json, const request::Request& request, const std::vector<request::Attachment>& attachments, const NameMap& names);
void write_asked(JsonWriter& json, const request::Asked& asked, const NameMap& names);
void write_asked_detail(JsonWriter& json, const request::Asked& asked, const std::vector<request::AskedEvent>& history, const NameMap& names);

void write_receiver(JsonWriter& json, const request::Receiver& receiver);
void write_outside_request(JsonWriter& json, const request::OutsideRequest& request, const NameMap& names);
// `me` may decide what somebody else chose.
void write_package(JsonWriter& json, const request::Package& package, UserId me, const NameMap& names);
void write_outside_history(JsonWriter& json, const std::vector<request::OutsideEvent>& history, const NameMap& names);

void write_help(JsonWriter& json, const request::Help& help, const NameMap& names);
void write_help_figures(JsonWriter& json, const request::HelpFigures& figures);
void write_help_lines(JsonWriter& json, const std::vector<request::HelpLine>& lines, const NameMap& names);

// For tables: the person's name, empty for nobody.
std::function<std::string(UserId)> names_of(const NameMap& names);

}  // namespace khien::api

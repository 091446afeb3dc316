#pragma once

#include "khien/core/id.hpp"

namespace khien::botnet {

using ListId = Id<struct ListTag>;      // a list that was brought in
using CaseId = Id<struct CaseTag>;      // an address of a list, until it left
using LookupId = Id<struct LookupTag>;  // somebody looked at the remote-monitoring system
using LogId = Id<struct LogTag>;        // a firewall's log that was read

}  // namespace khien::botnet

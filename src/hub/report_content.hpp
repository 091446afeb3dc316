#pragma once

#include <memory>
#include <string>

#include "khien/core/result.hpp"
#include "khien/incident/content.hpp"
#include "khien/reporting/kinds.hpp"

namespace khien::hub {

inline constexpr std::size_t kMostTrustBytes = 1u << 20;

// The kinds of document of a content folder. Code::invalid names the file and line.
Result<std::shared_ptr<const reporting::Kinds>> read_report_kinds(const std::string& content_folder);

// content/incidents. Code::invalid names the file and line.
Result<std::shared_ptr<const incident::Content>> read_incident_content(const std::string& content_folder);

}  // namespace khien::hub

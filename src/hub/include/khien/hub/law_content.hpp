#pragma once

#include <memory>
#include <string>
#include <vector>

#include "khien/duty/catalogues.hpp"
#include "khien/law/catalogue.hpp"

namespace khien::hub {

// The files of a content folder that the law is read from; paths relative to it, in
// order. Code::not_found if there is no such folder, exhausted if a file is too large.
Result<std::vector<law::SourceFile>> read_law_files(const std::string& content_folder);

// Those files as a catalogue, or their faults.
law::Loading load_law(const std::vector<law::SourceFile>& files);

// The catalogue of the content that is installed with this program. Code::corrupt
// names its first fault: what is shipped has none.
Result<std::shared_ptr<const law::Catalogue>> installed_law();

// The same as what tenants' own directives are added to.
Result<std::shared_ptr<const duty::Catalogues>> installed_catalogues();

}  // namespace khien::hub

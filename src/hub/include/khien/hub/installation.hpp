#pragma once

#include <string>

#include "khien/core/bytes.hpp"
#include "khien/core/result.hpp"

namespace khien::hub {

// Where the product's parts lie beside the running program: in a build tree or
// below a prefix such as /usr.
struct Installation {
  std::string worker;   // khien-worker
  std::string content;  // folder with a folder a rule pack
};

// The folder that holds all content: scan/, directives/, law/, calendars/ and more.
// Code::not_found names where it was looked for.
Result<std::string> find_content();

// khien-signer, which only those need who sign. Code::not_found as below.
Result<std::string> find_signer();

// khien-browser, for pages that are opened in a browser. Code::not_found as below.
Result<std::string> find_browser();

// Who reads the words of a document: khien-pdf-worker a PDF's, khien-worker any other's.
// Code::not_found as below.
Result<std::string> find_worker_for(ByteView document);

// Code::not_found names what is missing and where it was looked for.
Result<Installation> find_installation();

}  // namespace khien::hub

#pragma once

// qpdf 11.3's JSON.hh is no valid C++20 (a vector of an incomplete class in a defaulted
// destructor); the other headers need no more of it than its name.
#define JSON_HH
class JSON;
// std::shared_ptr only.
#define POINTERHOLDER_TRANSITION 4

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <qpdf/Buffer.hh>
#include <qpdf/Pl_String.hh>
#include <qpdf/QPDF.hh>
#include <qpdf/QPDFObjectHandle.hh>
#include <qpdf/QPDFTokenizer.hh>
#include <qpdf/QPDFWriter.hh>

#include "qpdf_door.hpp"

#define POINTERHOLDER_TRANSITION 4
#include <qpdf/Buffer.hh>
#include <qpdf/QPDF.hh>
#include <qpdf/QPDFObjectHandle.hh>
#include <qpdf/QPDFPageDocumentHelper.hh>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <map>
#include <memory>
#include <set>

namespace khien::seal {
namespace {

constexpr int kMaxRange = 16;
constexpr int kPrintAndLocked = 4 | 128;
constexpr long long kFlagsOfSignatures = 4 | 16 | 128 | 512;  // print, not turned, locked, its contents locked
// Of a page: one signature's picture at most, and all that came later together.
constexpr double kMostOfOne = 12, kMostOfAll = 6;

QpdfSignature read_signature(QPDFObjectHandle& dictionary) {
  QpdfSignature signature;
  if (auto filter = dictionary.getKey("/SubFilter"); filter.isName()) signature.sub_filter = filter.getName().substr(1);
  if (auto contents = dictionary.getKey("/Contents"); contents.isString()) signature.contents = contents.getStringValue();
  if (auto date = dictionary.getKey("/M"); date.isString()) signature.date = date.getStringValue();
  auto range = dictionary.getKey("/ByteRange");
  if (!range.isArray() || range.getArrayNItems() > kMaxRange) return signature;
  for (int i = 0; i < range.getArrayNItems(); ++i) {
    auto item = range.getArrayItem(i);
    signature.range.push_back(item.isInteger() ? item.getIntValue() : -1);
  }
  return signature;
}

bool is_signature(QPDFObjectHandle& object) {
  if (!object.isDictionary()) return false;
  auto type = object.getKey("/Type");
  const bool typed = type.isName() && (type.getName() == "/Sig" || type.getName() == "/DocTimeStamp");
  return typed || object.hasKey("/ByteRange");
}

// A signature may stand inside its field instead of being an object of its own.
void add_value(QPDFObjectHandle& object, std::vector<QPDFObjectHandle>& found) {
  if (!object.isDictionary() || !object.hasKey("/V")) return;
  auto value = object.getKey("/V");
  if (!value.isIndirect() && is_signature(value)) found.push_back(value);
}

void open(QPDF& file, const char* data, std::size_t size) {
  file.setSuppressWarnings(true);
  file.setAttemptRecovery(false);
  file.processMemoryFile("pdf", data, size);
}

std::string find_signatures(QPDF& file, std::size_t most, const std::function<bool()>& go_on, std::vector<QpdfSignature>& signatures) {
  if (file.isEncrypted()) return "encrypted";
  std::vector<QPDFObjectHandle> found;
  for (QPDFObjectHandle& object : file.getAllObjects()) {
    if (!go_on()) return "larger than the budget";
    if (is_signature(object)) found.push_back(object);
    add_value(object, found);
    if (found.size() > most) return "more signatures than anybody needs";
  }
  for (QPDFObjectHandle& one : found) signatures.push_back(read_signature(one));
  return {};
}

bool is_equal(QPDFObjectHandle a, QPDFObjectHandle b) {
  if (a.getTypeCode() != b.getTypeCode()) return false;
  if (!a.isStream()) return a.unparseResolved() == b.unparseResolved();
  if (a.getDict().unparseResolved() != b.getDict().unparseResolved()) return false;
  const auto before = a.getRawStreamData(), after = b.getRawStreamData();
  return before->getSize() == after->getSize() && std::memcmp(before->getBuffer(), after->getBuffer(), before->getSize()) == 0;
}

bool is_named(QPDFObjectHandle object, const std::string& name) { return object.isName() && object.getName() == name; }

bool is_plain_text(QPDFObjectHandle object) { return !object.isIndirect() && (object.isNull() || object.isString()); }

// Two readings of one file: as it was, and as it is.
class Difference {
 public:
  Difference(QPDF& before, QPDF& after) : before_(before), after_(after) {}

  Since judge(const std::function<bool()>& go_on) {
    if (before_.getRoot().getObjGen() != after_.getRoot().getObjGen()) return Since::more;
    for (QPDFObjectHandle& object : before_.getAllObjects()) {
      if (!go_on()) return Since::more;
      count_references(object, 0);
    }
    note_lists();
    for (QPDFObjectHandle& object : before_.getAllObjects()) {
      if (!go_on()) return Since::more;
      auto now = after_.getObjectByObjGen(object.getObjGen());
      if (!is_equal(object, now) && !may_change(object, now)) return Since::more;
    }
    return look_at_pages();
  }

 private:
  // How often an object is referred to by others: one that is a page's content as well as
  // metadata is referred to twice. Deeper than any honest file: then nothing may change.
  void count_references(QPDFObjectHandle object, int depth) {
    constexpr int kMostDepth = 64;
    if (depth > kMostDepth) too_deep_ = true;
    if (too_deep_) return;
    if (depth > 0 && object.isIndirect()) {
      ++references_[object.getObjGen()];
      return;
    }
    if (object.isArray()) {
      for (int i = 0; i < object.getArrayNItems(); ++i) count_references(object.getArrayItem(i), depth + 1);
    }
    auto dictionary = object.isStream() ? object.getDict() : object;
    if (!dictionary.isDictionary()) return;
    // A table of references is a trailer as well, and that refers to these two.
    const bool is_trailer = object.isStream() && is_named(dictionary.getKey("/Type"), "/XRef");
    for (const std::string& key : dictionary.getKeys()) {
      if (!is_trailer || (key != "/Root" && key != "/Info")) count_references(dictionary.getKey(key), depth + 1);
    }
  }

  // `most`: by those alone whose own it is.
  bool is_own(QPDFObjectHandle object, int most) const {
    const auto found = references_.find(object.getObjGen());
    return !too_deep_ && (found == references_.end() || found->second <= most);
  }

  // Lists that are objects of their own: what may grow at its end.
  void note_lists() {
    const auto note = [&](QPDFObjectHandle list) {
      if (list.isIndirect() && is_own(list, 1)) lists_.insert(list.getObjGen());
    };
    auto form = before_.getRoot().getKey("/AcroForm");
    if (form.isDictionary()) {
      note(form.getKey("/Fields"));
      note_items(form.getKey("/Fields"), fields_);
    }
    for (auto& page : QPDFPageDocumentHelper(before_).getAllPages()) {
      pages_.insert(page.getObjectHandle().getObjGen());
      note(page.getObjectHandle().getKey("/Annots"));
      note_items(page.getObjectHandle().getKey("/Annots"), widgets_);
    }
  }

  static void note_items(QPDFObjectHandle list, std::set<QPDFObjGen>& items) {
    for (int i = 0; list.isArray() && i < list.getArrayNItems(); ++i) {
      if (auto item = list.getArrayItem(i); item.isIndirect()) items.insert(item.getObjGen());
    }
  }

  bool may_change(QPDFObjectHandle object, QPDFObjectHandle now) {
    const auto id = object.getObjGen();
    if (lists_.count(id) != 0) return grew(object, now);
    auto root = before_.getRoot();
    if (id == root.getObjGen()) return is_own(object, 0) && differs_in(object, now, {"/AcroForm", "/DSS", "/Extensions", "/Metadata"});
    if (id == root.getKey("/Metadata").getObjGen()) return is_own(object, 1) && is_metadata(object) && is_metadata(now);
    if (id == root.getKey("/AcroForm").getObjGen()) return is_own(object, 1) && is_form_signed(object, now);
    if (id == before_.getTrailer().getKey("/Info").getObjGen()) return is_own(object, 0) && differs_in(object, now, {"/ModDate", "/Producer"});
    if (pages_.count(id) != 0) return differs_in(object, now, {"/Annots"});
    return fields_.count(id) != 0 && widgets_.count(id) != 0 && is_own(object, 2) && was_signed(object, now);
  }

  // A field that waited for its signature, and got one. What it shows is looked at below.
  bool was_signed(QPDFObjectHandle field, QPDFObjectHandle now) {
    static const std::set<std::string> kSigned = {"/V", "/AP", "/MK", "/M", "/F"};
    if (!field.isDictionary() || field.hasKey("/V") || !is_signature_field(now)) return false;
    auto keys = field.getKeys();
    keys.merge(now.getKeys());
    for (const std::string& key : keys) {
      if (kSigned.count(key) == 0 && field.getKey(key).unparse() != now.getKey(key).unparse()) return false;
    }
    return true;
  }

  bool is_new(QPDFObjectHandle object) { return object.isIndirect() && before_.getObjectByObjGen(object.getObjGen()).isNull(); }

  static bool is_metadata(QPDFObjectHandle object) {
    if (!object.isStream()) return false;
    return is_named(object.getDict().getKey("/Type"), "/Metadata") && is_named(object.getDict().getKey("/Subtype"), "/XML");
  }

  bool is_form_signed(QPDFObjectHandle form, QPDFObjectHandle now) { return differs_in(form, now, {"/SigFlags", "/Fields"}); }

  bool is_form_allowed(QPDFObjectHandle was, QPDFObjectHandle is) {
    if (was.isNull()) return (!is.isIndirect() || is_new(is)) && is_form_signed(QPDFObjectHandle::newDictionary(), is);
    return !was.isIndirect() && !is.isIndirect() && is_form_signed(was, is);
  }

  // What a key of these may become.
  bool is_allowed(const std::string& key, QPDFObjectHandle was, QPDFObjectHandle is) {
    if (key == "/AcroForm") return is_form_allowed(was, is);
    if (key == "/Fields" || key == "/Annots") return grew(was, is);
    if (key == "/DSS") return is_new(is) && is.isDictionary();
    if (key == "/Extensions") return is.isDictionary() && is.unparse().find(" R") == std::string::npos;
    if (key == "/Metadata") return is_new(is) && is_metadata(is);
    if (key == "/SigFlags") return !is.isIndirect() && is.isInteger();
    return is_plain_text(was) && is_plain_text(is);
  }

  bool differs_in(QPDFObjectHandle object, QPDFObjectHandle now, const std::set<std::string>& free) {
    if (!object.isDictionary() || !now.isDictionary()) return false;
    auto keys = object.getKeys();
    keys.merge(now.getKeys());
    for (const std::string& key : keys) {
      auto was = object.getKey(key), is = now.getKey(key);
      if (was.unparse() == is.unparse()) continue;
      if (free.count(key) == 0 || !is_allowed(key, was, is)) return false;
    }
    return true;
  }

  // The same items, and then new signature fields alone.
  bool grew(QPDFObjectHandle list, QPDFObjectHandle now) {
    if (!now.isArray() || !(list.isArray() || list.isNull())) return false;
    if (list.isNull() && now.isIndirect() && !is_new(now)) return false;
    if (list.isArray() && list.getObjGen() != now.getObjGen()) return false;
    const int had = list.isArray() ? list.getArrayNItems() : 0;
    if (now.getArrayNItems() < had) return false;
    for (int i = 0; i < now.getArrayNItems(); ++i) {
      auto item = now.getArrayItem(i);
      if (i < had && item.unparse() != list.getArrayItem(i).unparse()) return false;
      if (i >= had && !is_new_signature_field(item)) return false;
    }
    return true;
  }

  bool is_new_signature_field(QPDFObjectHandle field) { return is_new(field) && is_signature_field(field); }

  // Its value is a new signature, which is judged by itself as every other.
  bool is_signature_field(QPDFObjectHandle field) {
    if (!field.isDictionary()) return false;
    auto value = field.getKey("/V");
    return is_named(field.getKey("/FT"), "/Sig") && is_named(field.getKey("/Subtype"), "/Widget") && is_signature(value) && value.hasKey("/ByteRange") &&
           value.getKey("/Contents").isString() && (!value.isIndirect() || is_new(value));
  }

  // What the new signatures put onto the pages. Between a picture of a signature and a white
  // sheet with another sum nothing but their size tells.
  Since look_at_pages() {
    Since since = Since::signatures;
    for (auto& page : QPDFPageDocumentHelper(after_).getAllPages()) {
      auto box = page.getCropBox();
      const double room = box.isRectangle() ? area_of(box.getArrayAsRectangle()) : 0;
      double covered = 0;
      auto widgets = page.getObjectHandle().getKey("/Annots");
      for (int i = 0; widgets.isArray() && i < widgets.getArrayNItems(); ++i) {
        auto widget = widgets.getArrayItem(i);
        const bool is_touched = widget.isIndirect() && !is_equal(before_.getObjectByObjGen(widget.getObjGen()), widget);
        if (!is_touched || is_silent(widget)) continue;
        if (!is_picture(widget)) return Since::shown;
        const double area = area_of(widget.getKey("/Rect").getArrayAsRectangle());
        covered += area;
        if (area * kMostOfOne > room || covered * kMostOfAll > room) return Since::shown;
        since = Since::pictured;
      }
    }
    return since;
  }

  static double area_of(const QPDFObjectHandle::Rectangle& box) { return std::fabs(box.urx - box.llx) * std::fabs(box.ury - box.lly); }

  // An appearance, which readers keep within its rectangle, and nothing that happens. Flags that
  // let it grow when a page is looked at from afar are none of a signature's.
  static bool is_picture(QPDFObjectHandle field) {
    static const std::set<std::string> kKeys = {"/Type", "/Subtype", "/FT", "/T", "/TU", "/V", "/F", "/Ff", "/Rect", "/P", "/M", "/NM", "/Lock", "/MK", "/AP", "/DA", "/Q", "/AS"};
    for (const std::string& key : field.getKeys()) {
      if (kKeys.count(key) == 0 && !is_no_border(key, field.getKey(key))) return false;
    }
    auto flags = field.getKey("/F");
    if (!flags.isNull() && (!flags.isInteger() || (flags.getIntValue() & ~kFlagsOfSignatures) != 0)) return false;
    auto appearance = field.getKey("/AP");
    const bool plain = appearance.isNull() || (appearance.isDictionary() && appearance.getKeys().size() == 1 && appearance.getKey("/N").isStream());
    return plain && field.getKey("/Rect").isRectangle();
  }

  // Nothing to be seen and nothing that happens: of these keys alone, and of no size.
  static bool is_silent(QPDFObjectHandle field) {
    static const std::set<std::string> kPlain = {"/Type", "/Subtype", "/FT", "/T", "/TU", "/V", "/F", "/Ff", "/Rect", "/P", "/M", "/NM", "/Lock", "/DA", "/Q", "/AS"};
    for (const std::string& key : field.getKeys()) {
      auto value = field.getKey(key);
      const bool empty = (key == "/MK" && value.isDictionary() && value.getKeys().empty()) || (key == "/AP" && is_empty_appearance(value)) || is_no_border(key, value);
      if (kPlain.count(key) == 0 && !empty) return false;
    }
    return has_no_size(field.getKey("/Rect"));
  }

  static bool is_no_border(const std::string& key, QPDFObjectHandle value) {
    if (key != "/Border" || !value.isArray()) return false;
    for (int i = 0; i < value.getArrayNItems(); ++i) {
      if (!value.getArrayItem(i).isNumber() || value.getArrayItem(i).getNumericValue() != 0) return false;
    }
    return true;
  }

  static bool has_no_size(QPDFObjectHandle rectangle) {
    if (!rectangle.isRectangle()) return false;
    const auto corners = rectangle.getArrayAsRectangle();
    return corners.llx == corners.urx && corners.lly == corners.ury;
  }

  static bool is_empty_appearance(QPDFObjectHandle appearance) {
    if (!appearance.isDictionary() || appearance.getKeys().size() != 1) return false;
    auto normal = appearance.getKey("/N");
    return normal.isStream() && has_no_size(normal.getDict().getKey("/BBox"));
  }

  QPDF& before_;
  QPDF& after_;
  std::set<QPDFObjGen> lists_, pages_, fields_, widgets_;
  std::map<QPDFObjGen, int> references_;
  bool too_deep_ = false;
};

// All but /ByteRange and /Contents, which are written by hand.
QPDFObjectHandle signature_dictionary(const QpdfSigning& signing) {
  auto signature = QPDFObjectHandle::newDictionary();
  signature.replaceKey("/Type", QPDFObjectHandle::newName("/Sig"));
  signature.replaceKey("/Filter", QPDFObjectHandle::newName("/Adobe.PPKLite"));
  signature.replaceKey("/SubFilter", QPDFObjectHandle::newName("/ETSI.CAdES.detached"));
  signature.replaceKey("/M", QPDFObjectHandle::newString(signing.date));
  const auto text = [&](const char* key, const std::string& value) {
    if (!value.empty()) signature.replaceKey(key, QPDFObjectHandle::newUnicodeString(value));
  };
  text("/Name", signing.name);
  text("/Reason", signing.reason);
  text("/Location", signing.location);
  return signature;
}

// An update at the file's end (ISO 32000-1 §7.5.6): what was issued stays to the last byte,
// and signatures before this one hold.
class Update {
 public:
  Update(QPDF& file, const char* data, std::size_t size) : file_(file), size_(size), text_(size != 0 && data[size - 1] == '\n' ? "" : "\n") {
    next_ = static_cast<int>(file.getObjectCount()) + 1;
    auto known = file.getTrailer().getKey("/Size");
    if (known.isInteger() && known.getIntValue() > next_) next_ = static_cast<int>(known.getIntValue());
    find_table(data);
  }

  int take_number() { return next_++; }

  void put(QPDFObjGen id, const std::string& body) {
    offsets_[id] = size_ + text_.size();
    text_ += std::to_string(id.getObj()) + " " + std::to_string(id.getGen()) + " obj\n" + body + "\nendobj\n";
  }

  // Empty where the file's own table was not found.
  std::string finish() {
    if (table_ == 0) return {};
    const int own = stream_ ? take_number() : 0;
    const std::size_t at = size_ + text_.size();
    if (stream_) {
      offsets_[QPDFObjGen(own, 0)] = at;
      put_stream(own);
    } else {
      put_table();
    }
    return text_ + "startxref\n" + std::to_string(at) + "\n%%EOF\n";
  }

 private:
  // Of a file that says so with its own last words.
  void find_table(const char* data) {
    const std::string tail(data + (size_ > 1024 ? size_ - 1024 : 0), data + size_);
    const auto word = tail.rfind("startxref");
    if (word == std::string::npos) return;
    const unsigned long long at = std::strtoull(tail.c_str() + word + 9, nullptr, 10);
    if (at == 0 || at + 4 >= size_) return;
    table_ = static_cast<std::size_t>(at);
    stream_ = std::memcmp(data + table_, "xref", 4) != 0;
  }

  std::string trailer_keys() {
    std::string keys = "/Size " + std::to_string(next_) + " /Prev " + std::to_string(table_);
    for (const char* key : {"/Root", "/Info", "/ID"}) {
      auto value = file_.getTrailer().getKey(key);
      if (!value.isNull()) keys += std::string(" ") + key + " " + value.unparse();
    }
    return keys;
  }

  void put_table() {
    text_ += "xref\n";
    for (const auto& [id, offset] : offsets_) {
      char line[32];
      std::snprintf(line, sizeof line, "%010zu %05d n \n", offset, id.getGen());
      text_ += std::to_string(id.getObj()) + " 1\n" + line;
    }
    text_ += "trailer\n<< " + trailer_keys() + " >>\n";
  }

  void put_stream(int own) {
    std::string rows, index;
    for (const auto& [id, offset] : offsets_) {
      index += std::to_string(id.getObj()) + " 1 ";
      rows += '\x01';
      for (int shift = 24; shift >= 0; shift -= 8) rows += static_cast<char>(offset >> shift & 0xff);
      rows += static_cast<char>(id.getGen() >> 8 & 0xff);
      rows += static_cast<char>(id.getGen() & 0xff);
    }
    text_ += std::to_string(own) + " 0 obj\n<< /Type /XRef /W [ 1 4 2 ] /Index [ " + index + "] /Length " + std::to_string(rows.size()) + " " +
             trailer_keys() + " >>\nstream\n" + rows + "\nendstream\nendobj\n";
  }

  QPDF& file_;
  std::size_t size_;
  std::string text_;
  std::map<QPDFObjGen, std::size_t> offsets_;
  int next_ = 0;
  std::size_t table_ = 0;
  bool stream_ = false;
};

std::string reference(int number) { return std::to_string(number) + " 0 R"; }

// Its own field, without size: an annotation of no size needs no appearance (ISO 19005-2 §6.3.3).
std::string widget(int signature, const std::string& name, QPDFObjectHandle page) {
  return "<< /Type /Annot /Subtype /Widget /FT /Sig /T (" + name + ") /V " + reference(signature) + " /F " + std::to_string(kPrintAndLocked) +
         " /Rect [ 0 0 0 0 ] /P " + page.unparse() + " >>";
}

std::string with_item(QPDFObjectHandle list, const std::string& item) {
  std::string text = "[ ";
  for (int i = 0; list.isArray() && i < list.getArrayNItems(); ++i) text += list.getArrayItem(i).unparse() + " ";
  return text + item + " ]";
}

using Values = std::map<std::string, std::string>;

// The dictionary with other values for these keys.
std::string with_values(QPDFObjectHandle dictionary, const Values& values) {
  std::string text = "<< ";
  for (const std::string& one : dictionary.getKeys()) {
    if (values.count(one) == 0) text += QPDFObjectHandle::newName(one).unparse() + " " + dictionary.getKey(one).unparse() + " ";
  }
  for (const auto& [key, value] : values) text += key + " " + value + " ";
  return text + ">>";
}

// A list in a dictionary grows by one. Where it is an object of its own, that changes alone.
void grow(Update& update, QPDFObjectHandle dictionary, const char* key, const std::string& item, Values& values) {
  auto list = dictionary.getKey(key);
  if (list.isArray() && list.isIndirect()) {
    update.put(list.getObjGen(), with_item(list, item));
  } else {
    values[key] = with_item(list, item);
  }
}

void add_to_form(Update& update, QPDFObjectHandle root, const std::string& field) {
  auto form = root.getKey("/AcroForm");
  auto known = form.isDictionary() ? form : QPDFObjectHandle::newDictionary();
  Values values;
  grow(update, known, "/Fields", field, values);
  auto flags = known.getKey("/SigFlags");
  if (!flags.isInteger() || flags.getIntValue() != 3) values["/SigFlags"] = "3";
  if (values.empty()) return;
  const std::string text = with_values(known, values);
  if (known.isIndirect()) {
    update.put(form.getObjGen(), text);
  } else {
    update.put(root.getObjGen(), with_values(root, {{"/AcroForm", text}}));
  }
}

void add_to_page(Update& update, QPDFObjectHandle page, const std::string& field) {
  Values values;
  grow(update, page, "/Annots", field, values);
  if (!values.empty()) update.put(page.getObjGen(), with_values(page, values));
}

}  // namespace

std::string qpdf_signatures(const char* data, std::size_t size, std::size_t most, const std::function<bool()>& go_on,
                            std::vector<QpdfSignature>& found) {
  try {
    QPDF file;
    open(file, data, size);
    return find_signatures(file, most, go_on, found);
  } catch (const std::exception& error) {
    return error.what();
  }
}

Since qpdf_since(const char* data, std::size_t earlier, std::size_t size, const std::function<bool()>& go_on) {
  try {
    QPDF before, after;
    open(before, data, earlier);
    open(after, data, size);
    return Difference(before, after).judge(go_on);
  } catch (const std::exception&) {
    return Since::more;
  }
}

std::string qpdf_add_signature(const char* data, std::size_t size, const QpdfSigning& signing, std::string& update) {
  try {
    QPDF file;
    open(file, data, size);
    if (file.isEncrypted()) return "encrypted";
    auto pages = QPDFPageDocumentHelper(file).getAllPages();
    if (pages.empty()) return "without a page";
    auto page = pages.front().getObjectHandle();
    Update added(file, data, size);
    const int signature = added.take_number(), field = added.take_number();
    std::string body = signature_dictionary(signing).unparse();
    body.insert(2, " " + signing.range_and_contents);
    added.put(QPDFObjGen(signature, 0), body);
    added.put(QPDFObjGen(field, 0), widget(signature, "Signature" + std::to_string(field), page));
    add_to_page(added, page, reference(field));
    add_to_form(added, file.getRoot(), reference(field));
    update = added.finish();
    return update.empty() ? "without a table of references" : "";
  } catch (const std::exception& error) {
    return error.what();
  }
}

}  // namespace khien::seal

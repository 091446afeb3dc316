#include "pdf_canvas.hpp"

#include <cmath>
#include <utility>

#include <cairo-pdf.h>
#include <fontconfig/fontconfig.h>
#include <hb.h>
#include <pango/pangocairo.h>
#include <pango/pangofc-fontmap.h>

#include "khien/core/assert.hpp"

namespace khien::report {
namespace {

constexpr const char* kFamily = "Liberation Serif";
constexpr const char* kFaces[] = {"LiberationSerif-Regular.ttf", "LiberationSerif-Bold.ttf", "LiberationSerif-Italic.ttf",
                                  "LiberationSerif-BoldItalic.ttf"};
// Of Liberation Serif, as shares of its size: a line's height and where its baseline is.
// Constant, so that lines with raised numbers stand as far apart as the others.
constexpr double kLine = 1.149;
constexpr double kAscent = 0.891;
constexpr double kGrey = 0.91;

template <auto Free>
struct Freeing {
  template <class T>
  void operator()(T* what) const { Free(what); }
};
using Config = std::unique_ptr<FcConfig, Freeing<FcConfigDestroy>>;
using Charset = std::unique_ptr<FcCharSet, Freeing<FcCharSetDestroy>>;
using FontMap = std::unique_ptr<PangoFontMap, Freeing<g_object_unref>>;
using Context = std::unique_ptr<PangoContext, Freeing<g_object_unref>>;
using Surface = std::unique_ptr<cairo_surface_t, Freeing<cairo_surface_destroy>>;
using Cairo = std::unique_ptr<cairo_t, Freeing<cairo_destroy>>;
using Description = std::unique_ptr<PangoFontDescription, Freeing<pango_font_description_free>>;
using Attributes = std::unique_ptr<PangoAttrList, Freeing<pango_attr_list_unref>>;
using Iterator = std::unique_ptr<PangoLayoutIter, Freeing<pango_layout_iter_free>>;

int units(double points) { return static_cast<int>(std::lround(points * PANGO_SCALE)); }
double points(int pango_units) { return static_cast<double>(pango_units) / PANGO_SCALE; }

cairo_status_t append(void* bytes, const unsigned char* data, unsigned int length) {
  const auto* first = reinterpret_cast<const std::byte*>(data);
  static_cast<Bytes*>(bytes)->insert(static_cast<Bytes*>(bytes)->end(), first, first + length);
  return CAIRO_STATUS_SUCCESS;
}

Result<Config> only_these(const Faces& faces) {
  Config config(FcConfigCreate());
  khien_assert(config != nullptr);
  for (const char* face : kFaces) {
    const auto path = faces.folder / face;
    if (FcConfigAppFontAddFile(config.get(), reinterpret_cast<const FcChar8*>(path.c_str())) != FcTrue) {
      return Error(Code::unavailable, "no font " + path.string());
    }
  }
  return config;
}

// What all four faces have a shape for.
Charset common_characters(FcConfig* config) {
  Charset all;
  const FcFontSet* fonts = FcConfigGetFonts(config, FcSetApplication);
  for (int i = 0; fonts != nullptr && i < fonts->nfont; ++i) {
    FcCharSet* one = nullptr;
    if (FcPatternGetCharSet(fonts->fonts[i], FC_CHARSET, 0, &one) != FcResultMatch) continue;
    all.reset(all == nullptr ? FcCharSetCopy(one) : FcCharSetIntersect(all.get(), one));
  }
  return all;
}

void over(PangoAttrList* attributes, PangoAttribute* attribute, std::size_t from, std::size_t to) {
  attribute->start_index = static_cast<guint>(from);
  attribute->end_index = static_cast<guint>(to);
  pango_attr_list_insert(attributes, attribute);
}

Description description(const Look& look) {
  Description font(pango_font_description_new());
  pango_font_description_set_family_static(font.get(), kFamily);
  pango_font_description_set_absolute_size(font.get(), units(look.size));
  pango_font_description_set_weight(font.get(), look.bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
  pango_font_description_set_style(font.get(), look.italic ? PANGO_STYLE_ITALIC : PANGO_STYLE_NORMAL);
  return font;
}

void place(PangoLayout* layout, const Look& look, double width) {
  pango_layout_set_width(layout, units(width));
  pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
  pango_layout_set_auto_dir(layout, FALSE);
  pango_layout_set_indent(layout, units(look.first_line));
  pango_layout_set_justify(layout, look.align == Look::Align::justified);
  if (look.align == Look::Align::centre) pango_layout_set_alignment(layout, PANGO_ALIGN_CENTER);
  if (look.align == Look::Align::right) pango_layout_set_alignment(layout, PANGO_ALIGN_RIGHT);
}

}  // namespace

struct Canvas::Impl {
  Config config;
  Charset characters;
  FontMap fonts;
  Context context;
  std::unique_ptr<Bytes> bytes = std::make_unique<Bytes>();
  Surface surface;
  Cairo cairo;
  DrawnPages drawn;
  std::optional<DrawnPages::Mark> open_mark;

  // Text whose every character has a shape: a square for the others.
  std::string with_shapes(std::string_view text) const;
  std::shared_ptr<PangoLayout> layout(std::span<const Run> runs, const Look& look, double width) const;
  void mark(const DrawnPages::Mark& next);
  void end_mark();
};

namespace {

// Every mark is a P to cairo; archive() writes what it truly is.
constexpr const char* kTag = "P";

bool same(const DrawnPages::Mark& a, const DrawnPages::Mark& b) {
  return a.element == b.element && (a.element.has_value() || a.artifact == b.artifact);
}

void raise(PangoAttrList* attributes, const Look& look, std::size_t from, std::size_t to) {
  over(attributes, pango_attr_size_new_absolute(units(look.size * 0.62)), from, to);
  over(attributes, pango_attr_rise_new(units(look.size * 0.34)), from, to);
}

// Pango takes the shape from the space at which a line was broken; with it the words on
// both sides stay apart for who copies the text or hears it.
void keep_space(PangoLayoutLine* line, const char* text) {
  for (GSList* at = line->runs; at != nullptr; at = at->next) {
    auto* run = static_cast<PangoGlyphItem*>(at->data);
    for (int i = 0; i < run->glyphs->num_glyphs; ++i) {
      if (run->glyphs->glyphs[i].glyph != PANGO_GLYPH_EMPTY) continue;
      if (text[run->item->offset + run->glyphs->log_clusters[i]] != ' ') continue;
      hb_codepoint_t space = 0;
      if (hb_font_get_nominal_glyph(pango_font_get_hb_font(run->item->analysis.font), ' ', &space) != 0) run->glyphs->glyphs[i].glyph = space;
    }
  }
}

// Pango measures the rest of an item again for each line that it breaks off: a square of
// the text's length. So long text becomes items of a bounded length, between words where
// there are any. The attribute that divides them says nothing new.
void divide(PangoAttrList* attributes, std::string_view text) {
  constexpr std::size_t kItem = 1'000;
  constexpr std::size_t kWord = 100;
  PangoLanguage* const language = pango_language_from_string("vi-vn");
  std::size_t from = 0;
  std::size_t word = 0;
  bool is_odd = false;
  for (std::size_t at = 1; at < text.size(); ++at) {
    const bool is_boundary = (static_cast<unsigned char>(text[at]) & 0xc0) != 0x80;
    const bool begins_word = text[at - 1] == ' ';
    if (begins_word) word = at;
    if (!is_boundary || (at - word < kWord && !(begins_word && at - from >= kItem))) continue;
    if (is_odd) over(attributes, pango_attr_language_new(language), from, at);
    is_odd = !is_odd;
    from = word = at;
  }
}

}  // namespace

std::string Canvas::Impl::with_shapes(std::string_view text) const {
  std::string out;
  for (const char* at = text.data(); at < text.data() + text.size();) {
    const char* next = g_utf8_next_char(at);
    const gunichar c = g_utf8_get_char(at);
    if (FcCharSetHasChar(characters.get(), c) == FcTrue) {
      out.append(at, next);
    } else {
      out += "□";
    }
    at = next;
  }
  return out;
}

std::shared_ptr<PangoLayout> Canvas::Impl::layout(std::span<const Run> runs, const Look& look, double width) const {
  std::string text;
  const Attributes attributes(pango_attr_list_new());
  for (const Run& run : runs) {
    const std::size_t from = text.size();
    text += with_shapes(run.text);
    if (run.bold) over(attributes.get(), pango_attr_weight_new(PANGO_WEIGHT_BOLD), from, text.size());
    if (run.italic) over(attributes.get(), pango_attr_style_new(PANGO_STYLE_ITALIC), from, text.size());
    if (!run.note) continue;
    const std::size_t raised = text.size();
    text += "[" + std::to_string(*run.note + 1) + "]";
    raise(attributes.get(), look, raised, text.size());
  }
  divide(attributes.get(), text);
  over(attributes.get(), pango_attr_insert_hyphens_new(FALSE), 0, text.size());
  over(attributes.get(), pango_attr_font_features_new("liga=0"), 0, text.size());
  std::shared_ptr<PangoLayout> out(pango_layout_new(context.get()), g_object_unref);
  pango_layout_set_font_description(out.get(), description(look).get());
  place(out.get(), look, width);
  pango_layout_set_text(out.get(), text.data(), static_cast<int>(text.size()));
  pango_layout_set_attributes(out.get(), attributes.get());
  return out;
}

void Canvas::Impl::mark(const DrawnPages::Mark& next) {
  khien_assert(!drawn.pages.empty());
  if (open_mark && same(*open_mark, next)) return;
  end_mark();
  cairo_tag_begin(cairo.get(), kTag, nullptr);
  auto& page = drawn.pages.back();
  if (next.element) drawn.elements[*next.element].marks.push_back({drawn.pages.size() - 1, page.size()});
  page.push_back(next);
  open_mark = next;
}

void Canvas::Impl::end_mark() {
  if (open_mark) cairo_tag_end(cairo.get(), kTag);
  open_mark.reset();
}

Canvas::Canvas(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Canvas::Canvas(Canvas&&) noexcept = default;
Canvas& Canvas::operator=(Canvas&&) noexcept = default;
Canvas::~Canvas() = default;

Result<Canvas> Canvas::open(const Faces& faces) {
  auto impl = std::make_unique<Impl>();
  TRY(impl->config, only_these(faces));
  impl->characters = common_characters(impl->config.get());
  if (impl->characters == nullptr) return Error(Code::unavailable, "no characters in the fonts of " + faces.folder.string());
  impl->fonts.reset(pango_cairo_font_map_new_for_font_type(CAIRO_FONT_TYPE_FT));
  khien_assert(impl->fonts != nullptr);
  pango_fc_font_map_set_config(PANGO_FC_FONT_MAP(impl->fonts.get()), impl->config.get());
  impl->context.reset(pango_font_map_create_context(impl->fonts.get()));
  pango_context_set_round_glyph_positions(impl->context.get(), FALSE);
  pango_context_set_language(impl->context.get(), pango_language_from_string("vi"));
  cairo_font_options_t* options = cairo_font_options_create();
  cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
  pango_cairo_context_set_font_options(impl->context.get(), options);
  cairo_font_options_destroy(options);
  impl->surface.reset(cairo_pdf_surface_create_for_stream(append, impl->bytes.get(), kPageWidth, kPageHeight));
  impl->cairo.reset(cairo_create(impl->surface.get()));
  impl->drawn.elements.push_back({.type = "Document"});
  return Canvas(std::move(impl));
}

std::size_t Canvas::element(const char* type, std::size_t parent) {
  auto& elements = impl_->drawn.elements;
  khien_assert(parent < elements.size());
  elements.push_back({.type = type, .parent = parent});
  return elements.size() - 1;
}

void Canvas::heads_column(std::size_t element) { impl_->drawn.elements.at(element).heads_column = true; }

void Canvas::set(std::span<const Run> runs, const Look& look, double width, std::size_t element, std::vector<Line>& lines) {
  const auto layout = impl_->layout(runs, look, width);
  const double height = look.size * kLine * look.spacing;
  const Iterator at(pango_layout_get_iter(layout.get()));
  do {
    PangoRectangle extents;
    pango_layout_iter_get_line_extents(at.get(), nullptr, &extents);
    PangoLayoutLine* const line = pango_layout_iter_get_line(at.get());
    keep_space(line, pango_layout_get_text(layout.get()));
    lines.push_back({.layout = layout,
                     .line = line,
                     .left = points(extents.x),
                     .baseline = look.size * kAscent + (height - look.size * kLine) / 2,
                     .height = height,
                     .element = element});
  } while (pango_layout_iter_next_line(at.get()) != FALSE);
}

double Canvas::width_of(std::string_view text, const Look& look) {
  const Run run{.text = std::string(text)};
  const auto layout = impl_->layout({&run, 1}, look, kPageWidth * 4);
  PangoRectangle extents;
  pango_layout_get_extents(layout.get(), nullptr, &extents);
  return points(extents.width);
}

void Canvas::new_page() {
  impl_->end_mark();
  if (!impl_->drawn.pages.empty()) cairo_show_page(impl_->cairo.get());
  impl_->drawn.pages.emplace_back();
}

std::size_t Canvas::pages() const { return impl_->drawn.pages.size(); }

void Canvas::draw(const Line& line, double left, double top) {
  if (line.layout == nullptr) {
    const double y = top + line.baseline;
    return rule(left + line.left, y, left + line.left + line.width, y, 0.75);
  }
  auto* text = static_cast<PangoLayoutLine*>(line.line);
  if (text->length == 0) return;
  if (line.element == kNoElement) {
    impl_->mark({.artifact = Artifact::pagination});
  } else {
    impl_->mark({.element = line.element});
  }
  cairo_t* cairo = impl_->cairo.get();
  cairo_set_source_rgb(cairo, 0, 0, 0);
  cairo_move_to(cairo, left + line.left, top + line.baseline);
  pango_cairo_show_layout_line(cairo, text);
}

void Canvas::rule(double left, double top, double right, double bottom, double thickness) {
  impl_->mark({.artifact = Artifact::layout});
  cairo_t* cairo = impl_->cairo.get();
  cairo_set_source_rgb(cairo, 0, 0, 0);
  cairo_set_line_width(cairo, thickness);
  cairo_move_to(cairo, left, top);
  cairo_line_to(cairo, right, bottom);
  cairo_stroke(cairo);
}

void Canvas::page_number(std::size_t number, double top) {
  const Run run{.text = std::to_string(number)};
  const Look look{.size = 13, .align = Look::Align::centre};
  const auto layout = impl_->layout({&run, 1}, look, kPageWidth);
  impl_->mark({.artifact = Artifact::pagination});
  cairo_set_source_rgb(impl_->cairo.get(), 0, 0, 0);
  cairo_move_to(impl_->cairo.get(), 0, top);
  pango_cairo_show_layout(impl_->cairo.get(), layout.get());
}

// As shapes and not as text: who copies or reads aloud a page shall not find it between
// the lines.
void Canvas::watermark(std::string_view words) {
  const Run run{.text = std::string(words)};
  const Look look{.size = 112, .bold = true};
  const auto layout = impl_->layout({&run, 1}, look, kPageWidth * 4);
  PangoRectangle ink;
  pango_layout_get_extents(layout.get(), &ink, nullptr);
  impl_->mark({.artifact = Artifact::background});
  cairo_t* cairo = impl_->cairo.get();
  cairo_save(cairo);
  cairo_translate(cairo, kPageWidth / 2, kPageHeight / 2);
  cairo_rotate(cairo, -std::atan2(kPageHeight, kPageWidth));
  cairo_move_to(cairo, -points(ink.x + ink.width / 2), -points(ink.y + ink.height / 2));
  pango_cairo_layout_path(cairo, layout.get());
  cairo_set_source_rgb(cairo, kGrey, kGrey, kGrey);
  cairo_fill(cairo);
  cairo_restore(cairo);
}

Result<DrawnPages> Canvas::finish() {
  impl_->end_mark();
  if (!impl_->drawn.pages.empty()) cairo_show_page(impl_->cairo.get());
  cairo_surface_finish(impl_->surface.get());
  for (const cairo_status_t status : {cairo_status(impl_->cairo.get()), cairo_surface_status(impl_->surface.get())}) {
    if (status != CAIRO_STATUS_SUCCESS) return Error(Code::internal, std::string("cairo: ") + cairo_status_to_string(status));
  }
  impl_->drawn.pdf = std::move(*impl_->bytes);
  return std::move(impl_->drawn);
}

}  // namespace khien::report

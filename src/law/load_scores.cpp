#include <algorithm>
#include <cmath>

#include "load.hpp"

namespace khien::law {
namespace {

ScoreGrade grade(const Value& value) {
  Fields fields(value);
  ScoreGrade made{.grade = fields.text("grade", 20)};
  if (const auto least = fields.optional("at_least")) {
    made.at_least = least->number();
    if (*made.at_least < 0 || *made.at_least > 1) least->fault({"phải nằm trong 0–1", "must be within 0–1"});
  }
  made.title = fields.local_text("title", 200);
  fields.done();
  return made;
}

}  // namespace

void Loader::score(const Value& file) {
  Fields fields(file);
  ScoreDefinition made{.id = fields.id("id")};
  define(Names::score, made.id, file);
  made.title = fields.local_text("title", 200);
  made.year = fields.integer("year", 1900, 2199);
  made.publisher = fields.local_text("publisher", 200);
  if (const auto kinds = fields.optional("unit_kinds")) {
    made.unit_kinds = kinds->ids();
    for (const std::string& kind : made.unit_kinds) {
      if (std::ranges::find(unit_kinds(), kind) != unit_kinds().end()) continue;
      kinds->fault({"không có loại đơn vị '" + kind + "'", "there is no unit kind '" + kind + "'"});
    }
  }
  if (const auto indicators = fields.required("indicators")) {
    for (const Value& item : indicators->items(500)) {
      Fields of(item);
      ScoreIndicator one{.id = of.id("id"), .title = of.local_text("title", 300)};
      if (const auto points = of.optional("points")) {
        one.points = points->number();
        if (*one.points <= 0) points->fault({"phải lớn hơn 0", "must be above 0"});
      }
      if (const auto metric = of.optional("metric")) {
        one.metric = metric->id();
        refer(Names::metric, one.metric, *metric);
      }
      of.done();
      if (std::ranges::find(made.indicators, one.id, &ScoreIndicator::id) != made.indicators.end()) {
        item.fault({"'" + one.id + "' có hai lần", "'" + one.id + "' stands here twice"});
      }
      made.indicators.push_back(std::move(one));
    }
  }
  if (const auto grades = fields.optional("grades")) {
    for (const Value& item : grades->items(20)) made.grades.push_back(grade(item));
  }
  made.caution = fields.optional_local_text("caution");
  fields.done();
  made_->scores.push_back(std::move(made));
}

void Loader::index_definition(const Value& file) {
  Fields fields(file);
  IndexDefinition made{.id = fields.id("id"), .version = fields.integer("version", 1, 10'000)};
  define(Names::index, made.id + " (" + std::to_string(made.version) + ")", file);
  made.title = fields.local_text("title", 200);
  made.formula = fields.local_text("formula");
  fields.validity(made.valid_from, made.valid_to);
  claim_validity("index " + made.id, made.id + " " + std::to_string(made.version), made.valid_from,
                 made.valid_to, file);
  double sum = 0;
  if (const auto components = fields.required("components")) {
    for (const Value& item : components->items(100)) {
      Fields of(item);
      IndexComponent one{.metric = of.id("metric")};
      refer(Names::metric, one.metric, item);
      if (const auto weight = of.required("weight")) {
        one.weight = weight->number();
        if (one.weight <= 0 || one.weight > 1) weight->fault({"phải nằm trong 0–1", "must be within 0–1"});
      }
      one.title = of.local_text("title", 200);
      of.done();
      sum += one.weight;
      made.components.push_back(std::move(one));
    }
    if (std::abs(sum - 1) > 0.001) {
      components->fault({"tổng trọng số phải bằng 1", "the weights must sum to 1"});
    }
  }
  made.caution = fields.local_text("caution");
  fields.done();
  made_->indexes.push_back(std::move(made));
}

}  // namespace khien::law

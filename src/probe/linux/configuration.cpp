#include "khien/probe/configuration.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "khien/core/log.hpp"
#include "khien/core/text.hpp"
#include "linux/fact_list.hpp"
#include "linux/place.hpp"
#include "settings/lines.hpp"

namespace khien::probe {
namespace {

constexpr std::size_t kMostContentFiles = 200;

bool has_text(const std::string& file, std::string_view wanted) {
  std::string_view rest = file;
  while (!rest.empty()) {
    const auto line = trimmed(take_line(rest));
    if (!line.starts_with('#') && line.contains(wanted)) return true;
  }
  return false;
}

class LinuxConfigurationProbe final : public ConfigurationProbe {
 public:
  LinuxConfigurationProbe(Place place, check::Detectors detectors, const Clock& clock)
      : place_(std::move(place)), detectors_(std::move(detectors)), clock_(clock) {}

  ConfigurationSeen configuration() override {
    FactList facts;
    const auto units = enabled_units(place_);
    add_system_facts(place_, units, clock_.now(), facts);
    add_access_facts(place_, units, facts);
    add_web_facts(place_, units, facts);
    return std::move(facts).take();
  }

  Protection protection() override {
    units_ = enabled_units(place_);
    processes_ = running_processes();
    Protection found;
    for (const auto& product : detectors_.products) {
      if (std::ranges::any_of(product.present, [&](const auto& look) { return sees(look); })) {
        found.products.push_back(state_of(product));
      }
    }
    found.firewall = firewall();
    return found;
  }

 private:
  bool sees(const check::Look& look) const {
    switch (look.verb) {
      case check::Look::Verb::unit: return is_enabled(units_, look.what);
      case check::Look::Verb::process: return processes_.contains(look.what);
      case check::Look::Verb::path: return place_.exists(look.what);
      case check::Look::Verb::text: return has_text(place_.text(look.what), look.text);
    }
    return false;
  }

  bool sees_all(const std::vector<check::Look>& looks) const {
    return std::ranges::all_of(looks, [&](const check::Look& look) { return sees(look); });
  }

  ProductState state_of(const check::ProductDetector& product) const {
    ProductState state{.id = product.id, .name = product.name};
    state.on = sees_all(product.on) && std::ranges::none_of(product.off, [&](const auto& look) { return sees(look); });
    std::int64_t newest = 0;
    for (const std::string& path : product.content) newest = std::max(newest, newest_change(path));
    if (newest > 0) state.updated_at = Timestamp{newest / 1'000'000};
    return state;
  }

  // Of a file, or of the folder's files and folders: a folder changes with each file
  // that is put in its place.
  std::int64_t newest_change(const std::string& path) const {
    const auto status = place_.status(path);
    if (!status) return 0;
    std::int64_t newest = status->kind == FileStatus::Kind::regular ? status->mtime_ns : 0;
    std::size_t seen = 0;
    for (const Place::Name& name : place_.names(path)) {
      const auto inner = place_.status(path + "/" + name.name);
      if (inner && ++seen <= kMostContentFiles) newest = std::max(newest, inner->mtime_ns);
    }
    return newest;
  }

  FirewallState firewall() const {
    if (place_.names("/etc").empty()) return FirewallState::unknown;
    const bool on = std::ranges::any_of(detectors_.firewalls, [&](const auto& one) { return sees_all(one.on); });
    return on ? FirewallState::on : FirewallState::off;
  }

  std::set<std::string, std::less<>> running_processes() const {
    std::set<std::string, std::less<>> names;
    for (const Place::Name& entry : place_.names("/proc")) {
      if (entry.name.find_first_not_of("0123456789") != entry.name.npos) continue;
      std::string name = place_.text("/proc/" + entry.name + "/comm");
      names.insert(name.substr(0, name.find('\n')));
    }
    return names;
  }

  Place place_;
  check::Detectors detectors_;
  const Clock& clock_;
  std::vector<std::string> units_;
  std::set<std::string, std::less<>> processes_;
};

}  // namespace

Result<std::unique_ptr<ConfigurationProbe>> make_configuration_probe(check::Detectors detectors, const Clock& clock,
                                                                     const std::string& root) {
  TRY(auto place, Place::open(root));
  return std::unique_ptr<ConfigurationProbe>(
      std::make_unique<LinuxConfigurationProbe>(std::move(place), std::move(detectors), clock));
}

}  // namespace khien::probe

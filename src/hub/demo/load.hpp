#pragma once

#include <functional>
#include <string>
#include <vector>

#include "khien/core/env.hpp"
#include "khien/core/result.hpp"
#include "khien/core/secret.hpp"
#include "khien/duty/catalogues.hpp"
#include "khien/flow/book.hpp"
#include "khien/flow/flow.hpp"
#include "khien/model/ids.hpp"
#include "khien/model/local_text.hpp"
#include "khien/store/store.hpp"

namespace khien::hub::demo {

// The files of content/sample: what cannot be computed, and names registers; and what is
// shipped to be followed.
struct SampleTexts {
  std::string records;    // records.yaml
  std::string directive;  // directive.yaml
  flow::Following following;
};
Result<SampleTexts> read_texts(const std::string& content_folder, Files& files);

struct Options {
  SampleTexts texts;
  bool with_users = false;                          // else the people are made, and disabled
  std::function<void(const LocalText&)> tell = {};  // a line for each step done; called by another thread
};

struct SampleAccount {
  std::string username;
  Secret one_time_password;
};

// Makes the tenant the sample province: its lists in one transaction, then what
// its machines say, through `road`. The accounts one can sign in with. Whoever
// stops it in between has a marked sample that is not whole, and makes another hub.
//
// Code::conflict if the tenant has a unit below its topmost or a device of a list,
// so also where a sample is; invalid if the clock is before the days of which the
// sample tells. Nothing is written then.
Result<std::vector<SampleAccount>> load(store::Store& hub, flow::Flow& road, TenantId tenant,
                                        const duty::Catalogues& law, const Env& env, const Options& options);

}  // namespace khien::hub::demo

#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "khien/botnet/playbook.hpp"
#include "khien/check/checks.hpp"
#include "khien/core/env.hpp"
#include "khien/core/result.hpp"
#include "khien/core/secret.hpp"
#include "khien/duty/catalogues.hpp"
#include "khien/exchange/outbox.hpp"
#include "khien/exchange/sender.hpp"
#include "khien/hub/config.hpp"
#include "khien/incident/content.hpp"
#include "khien/notice/messages.hpp"
#include "khien/patch/settings.hpp"
#include "khien/reporting/kinds.hpp"
#include "khien/scan/rules.hpp"
#include "khien/site/watcher.hpp"

namespace khien::hub {

// A whole hub in this process: databases, road, listeners, control socket.
//
// Order of life: the folder is locked, keys are there, databases open and
// migrate, the road starts, listeners open last; it ends in the reverse order,
// so that nothing is ever acknowledged that the road could not follow.
class Hub {
 public:
  struct Options {
    Config config;
    std::vector<std::shared_ptr<const scan::RulePack>> packs;
    std::shared_ptr<const check::CheckSet> checks;  // none: machines are not checked
    std::shared_ptr<const duty::Catalogues> law;  // none: no directive binds anybody
    std::shared_ptr<site::SiteWatcher> watcher;   // none: no site is looked at
    patch::Settings advisories;  // what is followed where a province sets nothing
    std::shared_ptr<const botnet::Playbook> botnet_playbook;  // none: its defaults, without steps
    std::shared_ptr<const reporting::Kinds> report_kinds;  // none: no document is made
    std::shared_ptr<const incident::Content> incidents;    // none: no incident is kept
    std::string trusted_stampers_pem;             // besides, for time stamps alone
    std::string trusted_signers_pem;              // anchors of signatures; empty: none is trusted
    exchange::Sender::Options sharing;  // no partner: nothing is shared
    std::shared_ptr<const notice::Rules> notice_rules;  // none: nobody is told of anything
    std::shared_ptr<notice::Post> post;                 // as the rules
    Secret nvd_key;                    // empty: none
    exchange::Outbox::Options outbox;  // no carrier: no mail and no webhook leaves
    Duration ask_sites_every = seconds(5);        // which are due
  };
  static Result<std::unique_ptr<Hub>> start(Options options, const Env& env);
  ~Hub();

  std::uint16_t people_port() const;
  std::uint16_t agents_port() const;
  std::uint16_t monitor_port() const;

  // Of the very first start: the administrator who was made, and the password
  // to hand over once.
  struct FirstAdministrator {
    std::string username;
    Secret one_time_password;
  };
  const std::optional<FirstAdministrator>& first_administrator() const;

  // Call every second: checkpoints, certificate renewal, ended sessions.
  void tick();

  // A disk failed under the databases: end the process and recover (the
  // ledger's promise rests on it).
  bool failed() const;

 private:
  struct Impl;
  explicit Hub(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace khien::hub

#pragma once

#include <memory>
#include <optional>
#include <string>

#include "khien/core/env.hpp"
#include "khien/scan/engine.hpp"

namespace khien::probe {

// clamd over its local socket: zIDSESSION-free, one connection a file, the file
// as a descriptor (FILDES), so clamd needs no right to the path.
class ClamdClient final : public scan::ClamAv {
 public:
  explicit ClamdClient(std::string socket_path, Duration timeout = seconds(30));
  Result<std::string> scan(const Fd& file) override;

  struct Version {
    std::string engine;              // "ClamAV 1.4.3"
    std::int64_t database = 0;       // daily's number; 0 if none
    std::optional<Timestamp> built;  // of the database
  };
  Result<Version> version();

 private:
  std::string socket_path_;
  Duration timeout_;
};

// A clamd of our own: started with a configuration and a database folder that we
// write (our small database, for clamd refuses an empty one, plus freshclam's
// where it is there), watched, restarted with growing pauses, ended with us.
class ClamdProcess {
 public:
  struct Options {
    std::string executable = "/usr/sbin/clamd";
    std::string run_folder;        // configuration, database, socket, log; `user` must be able to pass to it
    std::string own_database;      // folder with our .ndb/.hdb
    std::string freshclam_folder = "/var/lib/clamav";
    std::string user = "clamav";   // if we are root and it exists
  };
  // Does not wait until it answers: with a whole database that takes many
  // seconds; check() tells. Code::not_found if clamd is not installed, denied if
  // its user may not pass to run_folder.
  //
  // clamd ends when the thread that started it ends (so that an agent that was
  // killed leaves no gigabyte behind): start and check from one that stays.
  static Result<std::unique_ptr<ClamdProcess>> start(Options options, const Env& env);
  ~ClamdProcess();

  const std::string& socket_path() const;  // run_folder + "/clamd/clamd.sock"
  // Restarts it if it died; call now and then. True while it answers.
  bool check();
  // Our own signatures changed: ends it, and starts it with those of now. It answers
  // once more when it has read them all. (RELOAD would answer at once, and judge by
  // the old ones for nobody knows how long.)
  void reload();
  std::int64_t signatures() const;

 private:
  struct Impl;
  explicit ClamdProcess(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace khien::probe

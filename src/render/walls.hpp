#pragma once

#include <sys/types.h>

#include <string>

namespace khien::render {

// What this process puts around itself before the browser is started from it. Each gives
// the word of a refusal (launcher.hpp), empty if it holds.

// No way to anywhere: a network of its own in which nothing but "lo" is up. Root makes one; who is
// not root has been put into one.
std::string leave_network();
// Root becomes `user`; whoever it is then is neither root nor `asker`.
std::string become_user(const std::string& user, uid_t asker);
// The kernel lets this user make what Chromium's sandbox is made of.
std::string has_sandbox();
// No new privileges, no core, few files and processes. Empty if it holds.
std::string bound_itself();

}  // namespace khien::render

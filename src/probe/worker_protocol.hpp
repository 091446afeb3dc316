#pragma once

#include <cstdint>
#include <string>

#include "khien/core/bytes.hpp"
#include "khien/core/result.hpp"
#include "khien/scan/engine.hpp"

namespace khien::probe {

// What agent and worker say to each other: one message a packet of a
// SOCK_SEQPACKET pair, numbers in the machine's own order, for both ends run on
// one machine. The agent is the more privileged end and takes every answer for
// hostile; the worker takes the agent's word.
//
//   worker → agent   Hello    once, when its rules are compiled and its doors shut
//   agent → worker   Job      with the file's descriptor beside it (SCM_RIGHTS)
//   worker → agent   Verdict  one for each job, with the job's number
inline constexpr std::size_t kMaxMessageBytes = 64u << 10;

struct WorkerHello {
  std::uint32_t rules = 0;
  std::uint32_t iocs = 0;
  std::string sandbox;  // what is in force
  std::string failure;  // why it cannot serve; empty if it can
  std::string build = {};  // of the program and its libraries
};

struct WorkerJob {
  std::uint64_t number = 0;
  std::uint64_t size = 0;     // as the agent saw it; the file may have changed since
  std::uint32_t time_ms = 0;
};

std::string encode(const WorkerHello& hello);
std::string encode(const WorkerJob& job);
std::string encode(std::uint64_t number, const scan::Verdict& verdict);

Result<WorkerHello> decode_hello(ByteView message);
Result<WorkerJob> decode_job(ByteView message);
// Code::corrupt unless the message answers `number` and is a verdict that an
// honest worker could give.
Result<scan::Verdict> decode_verdict(ByteView message, std::uint64_t number);

}  // namespace khien::probe

#include "clamd_settings.hpp"

namespace khien::probe {

std::string clamd_settings(const std::string& run_folder, std::uint64_t max_file_bytes) {
  const auto bytes = [](std::uint64_t count) { return std::to_string(count); };
  std::string text;
  text += "LocalSocket " + run_folder + "/clamd/clamd.sock\n";
  text += "LocalSocketMode 600\n";
  text += "FixStaleSocket yes\n";
  text += "DatabaseDirectory " + run_folder + "/database\n";
  text += "TemporaryDirectory " + run_folder + "/clamd/temporary\n";
  text += "LogFile " + run_folder + "/clamd/clamd.log\n";
  text += "LogFileMaxSize 1M\n";
  text += "LogTime yes\n";
  text += "Foreground yes\n";
  text += "ExitOnOOM yes\n";
  // A second copy of the database during a reload is 1 GB that nobody has.
  text += "ConcurrentDatabaseReload no\n";
  text += "SelfCheck 600\n";
  text += "MaxThreads 2\n";
  text += "MaxQueue 50\n";
  text += "ReadTimeout 30\n";
  text += "CommandReadTimeout 10\n";
  text += "MaxScanTime 20000\n";
  text += "MaxFileSize " + bytes(max_file_bytes) + "\n";
  text += "MaxScanSize " + bytes(4 * max_file_bytes) + "\n";
  text += "StreamMaxLength " + bytes(max_file_bytes) + "\n";
  text += "MaxRecursion 17\n";
  text += "MaxFiles 10000\n";
  text += "AlertExceedsMax yes\n";
  text += "DetectPUA no\n";
  text += "Bytecode yes\n";
  text += "BytecodeSecurity TrustSigned\n";
  return text;
}

}  // namespace khien::probe

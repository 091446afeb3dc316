#pragma once

#include <memory>
#include <string>
#include <vector>

#include "khien/core/result.hpp"
#include "khien/hub/arguments.hpp"
#include "khien/hub/config.hpp"
#include "khien/hub/console.hpp"
#include "khien/seal/signer_process.hpp"

namespace khien::hub {

// A token that a person signs with, by hand: a document, a message. It is named on the command line, or
// as khien.toml has it.
struct TokenChoice {
  std::string module, token, key;
  std::string program;                   // khien-signer
  std::string counts;                    // the folder of its wrong PINs
  std::vector<std::string> environment;  // that the maker's library wants

  bool is_named() const { return !module.empty() && !token.empty() && !key.empty(); }
};
Result<TokenChoice> token_of(const Arguments& arguments, const Config& config);

// Shows the job's title and digest, then asks for the PIN on the terminal: never an argument, a pipe or a
// file. The signer signs this job, once.
Result<std::unique_ptr<seal::SignerProcess>> approved_signer(const TokenChoice& choice, const seal::SigningJob& job, Console& console);

// The options that name a token.
std::vector<OptionSpec> with_token(std::vector<OptionSpec> options);

}  // namespace khien::hub

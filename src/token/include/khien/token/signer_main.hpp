#pragma once

namespace khien::token {

// khien-signer's whole main, on the socket that is descriptor 3 (see
// seal/signer_protocol.hpp): --module PATH --token LABEL --key LABEL --user NAME.
// Shuts itself in, greets, and serves until the socket ends. Never gets a PIN but by the socket.
int signer_main(int argc, char** argv);

}  // namespace khien::token

#include "khien/token/signer_main.hpp"

int main(int argc, char** argv) { return khien::token::signer_main(argc, argv); }

#include "khien/render/launcher.hpp"

int main(int argc, char** argv) { return khien::render::launcher_main(argc, argv); }

#include "khien/probe/worker.hpp"

int main(int argc, char** argv) { return khien::probe::worker_main(argc, argv); }

#pragma once

namespace khien::render {

// khien-browser: stands between one who asks and one Chromium, for one page. Descriptor 3
// is a stream socket on which DevTools' messages go to and fro, each ended by a NUL; the
// launcher passes them on and adds three of its own:
//
//   {"method":"Khien.started"}
//   {"method":"Khien.refused","params":{"why":W}}   nothing was started
//   {"method":"Khien.ended","params":{"why":W}}     the last that is said
//
// why refused: "own_user" (it would run as who asks, or as root), "no_user", "network"
// (there is a way out of here), "no_sandbox" (the kernel lets nobody make user
// namespaces), "no_browser", "no_folder". why ended: "closed", "memory", "time", "died".
//
// Invariants
//  (1) Chromium starts only where the kernel has no way to anywhere: a network namespace
//      in which nothing but "lo" is.
//  (2) Chromium's own sandbox is on; there is no way to ask for less.
//  (3) Chromium's user is neither root nor who asks.
//  (4) When this ends, every process of the browser has ended and its folder is gone.
//
//   khien-browser [--user NAME|NUMBER] [--chromium FILE] [--memory-mib N] [--seconds N]
int launcher_main(int argc, char** argv);

}  // namespace khien::render

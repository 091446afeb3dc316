#!/usr/bin/env python3
"""Runs a program and says how long it took and the memory that it and all processes it
started had at most: the sum of each process's own peak (VmHWM), so never too small; and at one
moment what is theirs with their part of what is shared (Pss), and what is theirs alone
(Private: no other process has it, nor will the system give it to one). Looked at each millisecond
of the first two seconds, then each fifth.

  peak_memory.py NAME STDOUT_FILE PROGRAM ARGUMENT...
"""
import os
import subprocess
import sys
import time


def children_of(pid):
    try:
        return [int(one) for one in open(f'/proc/{pid}/task/{pid}/children').read().split()]
    except OSError:
        return []


def number_in(path, *names):
    number = 0
    try:
        for line in open(path):
            if line.startswith(names):
                number += int(line.split()[1])
    except OSError:
        pass
    return number


def main():
    name, out = sys.argv[1:3]
    began = time.monotonic()
    peaks, together, alone = {}, 0, 0
    with open(out, 'w') as stdout:
        program = subprocess.Popen(sys.argv[3:], stdout=stdout)
        while program.poll() is None:
            waiting, now, private = [program.pid], 0, 0
            while waiting:
                pid = waiting.pop()
                waiting += children_of(pid)
                peaks[pid] = max(peaks.get(pid, 0), number_in(f'/proc/{pid}/status', 'VmHWM:'))
                now += number_in(f'/proc/{pid}/smaps_rollup', 'Pss:')
                private += number_in(f'/proc/{pid}/smaps_rollup', 'Private_Clean:', 'Private_Dirty:')
            together, alone = max(together, now), max(alone, private)
            time.sleep(0.001 if time.monotonic() - began < 2 else 0.005)
    took = time.monotonic() - began
    usage = os.times()
    each = ' + '.join(f'{peak / 1024:.1f}' for peak in peaks.values())
    print(f'{name}: {took:.2f} s ({usage.children_user + usage.children_system:.2f} s of processor), peaks {each} MiB, '
          f'{together / 1024:.1f} MiB (Pss) and {alone / 1024:.1f} MiB (private) together at most', flush=True)


main()

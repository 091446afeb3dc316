#!/usr/bin/env python3
"""Makes up one list of vulnerabilities of Debian packages in both forms that it is read in:
tracker.json as the security tracker publishes it, release/bookworm as debsecan fetches it.

  make_tracker.py PACKAGES.tsv FOLDER [CVES]

PACKAGES.tsv: dpkg-query's Package, Version, source, its version, architecture, status. Without
CVES the edges of each installed source (just mended, just not, another epoch, not at all);
with it, a list of that many in the tracker's own proportions: five releases, a tenth of all for the
kernel's source, most packages with a few, nearly all of them mended where they are installed.
"""
import json
import os
import random
import sys
import zlib

RELEASES = ('bullseye', 'bookworm', 'trixie', 'forky', 'sid')
SENTENCE = ('An issue was discovered in {p} before {v}: a {w} in the function that reads {t} allows a remote attacker '
            'to {d} by means of a crafted {t}, because the length that is told is used before it is held against what is there. ')
WEAKNESSES = ('use after free', 'heap overflow', 'missing check', 'race', 'path traversal', 'NULL dereference', 'integer overflow')
THINGS = ('header', 'packet', 'image', 'certificate', 'archive', 'request', 'table', 'font')
DAMAGES = ('stop the service', 'read memory', 'run code', 'write files', 'raise rights')


class Lists:
    def __init__(self):
        self.names, self.issues, self.tracker = [], [], {}

    def add(self, name, package, fixed, description, entry_of):
        self.names.append(f'{name},,{description[:70]}\n')
        self.issues.append(f'{package},{len(self.names) - 1},S   ,{fixed or ""},\n')
        self.tracker.setdefault(package, {})[name] = {'description': description, 'scope': 'remote', 'releases': entry_of}

    def write(self, folder):
        os.makedirs(os.path.join(folder, 'release'), exist_ok=True)
        text = 'VERSION 1\n' + ''.join(self.names) + '\n' + ''.join(self.issues) + '\n\n'
        with open(os.path.join(folder, 'release', 'bookworm'), 'wb') as out:
            out.write(zlib.compress(text.encode()))
        with open(os.path.join(folder, 'tracker.json'), 'w') as out:
            json.dump(self.tracker, out)


def entry(fixed, release, version):
    base = {'repositories': {release: version, release + '-security': version}}
    if fixed:
        return base | {'status': 'resolved', 'fixed_version': fixed, 'urgency': 'not yet assigned'}
    return base | {'status': 'open', 'urgency': 'low', 'nodsa': 'Minor issue', 'nodsa_reason': ''}


def edges(sources, lists):
    number = 10000
    for i, (package, version) in enumerate(sources):
        other_epoch = '9:' + version.split(':')[-1]
        last = None if i % 7 == 0 else version + '.1'
        for fixed in (version, version + '+k1', version + '~', '0~0', other_epoch, version.split('-')[0], last):
            lists.add(f'CVE-2026-{number}', package, fixed, 'made up', {'bookworm': entry(fixed, 'bookworm', version)})
            number += 1


def proportions(sources, lists, cves):
    luck = random.Random(6)
    sources = dict(sources)
    foreign = {f'{stem}-{n}': f'{luck.randint(0, 9)}.{luck.randint(0, 40)}-{luck.randint(1, 5)}'
               for n in range(900) for stem in ('libthing', 'python-other', 'gamekit')}
    installed = sorted(sources)
    others = sorted(foreign)
    heavy = [name for name in ('linux', 'chromium', 'firefox-esr', 'wireshark', 'imagemagick', 'binutils', 'openssl', 'php8.2') if name in sources or name != 'linux']
    for i in range(cves):
        pick = luck.random()
        if pick < 0.25: package = 'linux'
        elif pick < 0.40: package = luck.choice(heavy)
        elif pick < 0.60: package = installed[int(len(installed) * luck.random() ** 2)]
        else: package = others[int(len(others) * luck.random() ** 2)]
        version = sources.get(package) or foreign.get(package) or '1.0-1'
        state = luck.random()
        if state < 0.05: fixed = None
        elif state < 0.08: fixed = version + '+deb12u1'
        else: fixed = version.split('-')[0] + '~rc1-1' if luck.random() < 0.3 else '0~' + version
        words = SENTENCE.format(p=package, v=version, w=luck.choice(WEAKNESSES), t=luck.choice(THINGS), d=luck.choice(DAMAGES))
        releases = {release: entry(fixed, release, version) for release in RELEASES}
        lists.add(f'CVE-{2004 + i % 22}-{10000 + i // 22}', package, fixed, words.replace(',', ';') * luck.randint(1, 2), releases)


def main():
    rows = [line.rstrip('\n').split('\t') for line in open(sys.argv[1])]
    sources = sorted({(row[2], row[3]) for row in rows if row[5].startswith('ii')})
    lists = Lists()
    if len(sys.argv) > 3:
        proportions(sources, lists, int(sys.argv[3]))
    else:
        edges(sources, lists)
    lists.write(sys.argv[2])


main()

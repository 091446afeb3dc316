import { expect, test } from "vitest";

import { commandOf, commandsOf, shortName } from "./patch-command";

const fix = (name: string, fixed = "1.2") => ({ package: name, fixed, machines: 1, record: "DSA-1-1", rule: "" });

test("apt brings up every binary of the source", () => {
  const command = commandOf(fix("deb/debian/openssl"), "CVE-2026-31337");
  expect(command?.tool).toBe("apt");
  expect(command?.command).toContain(`awk '$1=="openssl"{print $2}'`);
  expect(command?.command).toContain("install --only-upgrade");
});

test("a kernel is a new package, which only a full upgrade brings", () => {
  expect(commandOf(fix("deb/debian/linux"), "CVE-2026-1000")?.command).toBe("sudo apt update && sudo apt full-upgrade");
});

test("dnf and zypper choose by the CVE, and by name where a letter is the advisory", () => {
  expect(commandOf(fix("rpm/redhat/openssl"), "CVE-2026-31337")?.command).toBe("sudo dnf upgrade --refresh --cve=CVE-2026-31337");
  expect(commandOf(fix("rpm/suse/openssl"), "CVE-2026-31337")?.command).toBe("sudo zypper patch --cve=CVE-2026-31337");
  expect(commandOf(fix("rpm/redhat/openssl"), "12/CATTT; reboot")?.command).toBe("sudo dnf upgrade --refresh 'openssl*'");
});

test("nothing from outside but a plain name goes into a command", () => {
  for (const name of ["deb/debian/a$(reboot)", 'deb/debian/x";reboot;"', "deb/debian/-y", "rpm/redhat/a';b", "rpm/redhat/a b", "deb/debian/a/b", "deb/debian/"]) {
    expect(commandOf(fix(name), "12/CATTT")).toBeNull();
  }
});

test("no fix and no package manager is no command", () => {
  expect(commandOf(fix("deb/debian/openssl", ""), "CVE-2026-31337")).toBeNull();
  expect(commandOf(fix("generic/fortios"), "CVE-2026-31337")).toBeNull();
});

test("the same command is named once", () => {
  expect(commandsOf([fix("rpm/redhat/openssl"), fix("rpm/redhat/openssl-libs"), fix("deb/debian/openssl")], "CVE-2026-31337")).toHaveLength(2);
  expect(shortName("deb/debian/openssl")).toBe("openssl");
});

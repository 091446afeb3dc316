import type { AdvisoryFix } from "@/lib/api-types";

export type Tool = "apt" | "dnf" | "zypper";

export interface PatchCommand {
  tool: Tool;
  command: string;
}

// A name from outside goes into a command only when it can be nothing but a name.
const DEB_NAME = /^[a-z0-9][a-z0-9+.-]+$/;
const RPM_NAME = /^[A-Za-z0-9][A-Za-z0-9+._-]*$/;
const CVE = /^CVE-\d{4}-\d{4,10}$/;
const KERNEL = /^(linux|linux-[a-z0-9.-]+|kernel|kernel-[a-z0-9.-]+)$/;
const SUSE = new Set(["suse", "opensuse", "sles", "sled"]);

/**
 * What an administrator types so that the distribution itself brings the fixed version. A fix names its source package:
 * with apt all binary packages made of it are brought up; dnf and zypper choose by the CVE where there is one.
 */
export function commandOf({ package: purl, fixed }: Pick<AdvisoryFix, "package" | "fixed">, advisory: string): PatchCommand | null {
  if (fixed === "") return null;
  const [type, distribution = "", name = "", ...rest] = purl.split("/");
  if (rest.length > 0) return null;
  if (type === "deb") return aptCommand(name);
  if (type !== "rpm" || !RPM_NAME.test(name)) return null;
  if (SUSE.has(distribution)) {
    return { tool: "zypper", command: CVE.test(advisory) ? `sudo zypper patch --cve=${advisory}` : `sudo zypper update '${name}*'` };
  }
  return { tool: "dnf", command: CVE.test(advisory) ? `sudo dnf upgrade --refresh --cve=${advisory}` : `sudo dnf upgrade --refresh '${name}*'` };
}

function aptCommand(name: string): PatchCommand | null {
  if (!DEB_NAME.test(name)) return null;
  // A new kernel is a new package: an upgrade of the old one would not bring it.
  if (KERNEL.test(name)) return { tool: "apt", command: "sudo apt update && sudo apt full-upgrade" };
  const binaries = `$(dpkg-query -W -f='\${source:Package} \${Package}\\n' | awk '$1=="${name}"{print $2}')`;
  return { tool: "apt", command: `sudo apt update && sudo apt install --only-upgrade ${binaries}` };
}

/** One command for each tool and text: dnf's is the same for all packages of one CVE. */
export function commandsOf(fixes: AdvisoryFix[], advisory: string): { key: string; fix: AdvisoryFix; command: PatchCommand }[] {
  const seen = new Set<string>();
  return fixes.flatMap((fix) => {
    const command = commandOf(fix, advisory);
    if (!command || seen.has(command.command)) return [];
    seen.add(command.command);
    return [{ key: command.command, fix, command }];
  });
}

/** «openssl» of «deb/debian/openssl»: the part a person knows. */
export function shortName(purl: string): string {
  return purl.split("/").at(-1) || purl;
}

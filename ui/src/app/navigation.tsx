import { Link } from "@tanstack/react-router";
import {
  Archive,
  BookOpenText,
  Building2,
  CalendarClock,
  CalendarDays,
  ClipboardCheck,
  FileInput,
  FileText,
  Globe,
  Inbox,
  LayoutDashboard,
  LifeBuoy,
  ListTodo,
  MonitorSmartphone,
  Network,
  PackageCheck,
  Radar,
  ScrollText,
  Server,
  Share2,
  ShieldAlert,
  ShieldCheck,
  Siren,
  SlidersHorizontal,
  Stamp,
  Users,
  type LucideIcon,
} from "lucide-react";

import type { Role } from "@/lib/api-types";
import { useWords } from "@/lib/i18n";
import { useSession } from "@/lib/queries";

import styles from "./navigation.module.css";

interface Entry {
  to:
    | "/hom-nay"
    | "/tong-quan"
    | "/phat-hien"
    | "/cach-ly"
    | "/may-tinh"
    | "/website"
    | "/botnet"
    | "/canh-bao"
    | "/do-phu"
    | "/chinh-sach"
    | "/cap-nhat-noi-dung"
    | "/su-co"
    | "/lich-truc"
    | "/yeu-cau"
    | "/ho-tro"
    | "/nghia-vu"
    | "/he-thong"
    | "/bao-cao"
    | "/chia-se"
    | "/so-dang-ky"
    | "/lich"
    | "/co-quan"
    | "/nguoi-dung"
    | "/van-ban"
    | "/nhap-du-lieu"
    | "/nhat-ky";
  word:
    | "today"
    | "overview"
    | "findings"
    | "quarantine"
    | "machines"
    | "sites"
    | "botnet"
    | "advisories"
    | "coverage"
    | "policies"
    | "content"
    | "incidents"
    | "roster"
    | "requests"
    | "help"
    | "duties"
    | "systems"
    | "reports"
    | "sharing"
    | "registers"
    | "calendar"
    | "units"
    | "users"
    | "directives"
    | "imports"
    | "audit";
  icon: LucideIcon;
  /** Whom the hub answers, or for whom it is made; everybody when absent. Others do not see the entry at all. */
  roles?: Role[];
}

const FIRST: Entry[] = [
  { to: "/hom-nay", word: "today", icon: ListTodo, roles: ["province_admin", "soc_operator", "unit_officer", "leader"] },
  { to: "/tong-quan", word: "overview", icon: LayoutDashboard },
];

const WATCH: Entry[] = [
  { to: "/phat-hien", word: "findings", icon: Radar },
  { to: "/cach-ly", word: "quarantine", icon: Archive },
  { to: "/may-tinh", word: "machines", icon: MonitorSmartphone },
  { to: "/website", word: "sites", icon: Globe },
  { to: "/canh-bao", word: "advisories", icon: ShieldAlert },
  { to: "/do-phu", word: "coverage", icon: ShieldCheck },
  { to: "/chinh-sach", word: "policies", icon: SlidersHorizontal },
  { to: "/cap-nhat-noi-dung", word: "content", icon: PackageCheck },
];

const HANDLE: Entry[] = [
  { to: "/su-co", word: "incidents", icon: Siren },
  { to: "/botnet", word: "botnet", icon: Network },
  { to: "/lich-truc", word: "roster", icon: CalendarClock },
  { to: "/yeu-cau", word: "requests", icon: Inbox },
  { to: "/ho-tro", word: "help", icon: LifeBuoy },
];

const COMPLY: Entry[] = [
  { to: "/nghia-vu", word: "duties", icon: ClipboardCheck },
  { to: "/he-thong", word: "systems", icon: Server },
  { to: "/bao-cao", word: "reports", icon: FileText },
  { to: "/chia-se", word: "sharing", icon: Share2, roles: ["province_admin", "soc_operator", "leader", "inspector"] },
  { to: "/so-dang-ky", word: "registers", icon: BookOpenText },
  { to: "/lich", word: "calendar", icon: CalendarDays },
];

const ADMINISTER: Entry[] = [
  { to: "/co-quan", word: "units", icon: Building2 },
  { to: "/nguoi-dung", word: "users", icon: Users, roles: ["province_admin", "inspector"] },
  { to: "/van-ban", word: "directives", icon: Stamp },
  { to: "/nhap-du-lieu", word: "imports", icon: FileInput, roles: ["province_admin", "soc_operator", "unit_officer"] },
  { to: "/nhat-ky", word: "audit", icon: ScrollText, roles: ["province_admin", "inspector"] },
];

export function Navigation() {
  const words = useWords().nav;
  return (
    <nav className={styles.nav} aria-label={words.main}>
      <Entries entries={FIRST} />
      <Entries entries={WATCH} heading="watch" />
      <Entries entries={HANDLE} heading="handle" />
      <Entries entries={COMPLY} heading="comply" />
      <div className={styles.foot}>
        <Entries entries={ADMINISTER} heading="administration" />
      </div>
    </nav>
  );
}

function Entries({ entries, heading }: { entries: Entry[]; heading?: "watch" | "handle" | "comply" | "administration" }) {
  const words = useWords().nav;
  const { role } = useSession();
  const visible = entries.filter((entry) => !entry.roles || entry.roles.includes(role));
  return (
    <>
      {heading && (
        <div className={styles.heading} id={`nav-${heading}`}>
          {words[heading]}
        </div>
      )}
      <ul aria-labelledby={heading && `nav-${heading}`}>
        {visible.map(({ to, word, icon: Icon }) => (
          <li key={to}>
            <Link
              to={to}
              className={styles.entry}
              activeProps={{ className: styles.active, "aria-current": "page" }}
              activeOptions={{ includeSearch: false }}
            >
              <Icon size={18} aria-hidden />
              <span>{words[word]}</span>
            </Link>
          </li>
        ))}
      </ul>
    </>
  );
}

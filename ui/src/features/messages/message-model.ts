import type { Message, MessageSettings, MessageSettingsNew } from "@/lib/api-types";

export function wantsAnswer(message: Message): boolean {
  return message.urgent && message.acknowledged_at === null;
}

const DAY = 1440;
const STEP = 30;
const NIGHT = { from: 22 * 60, to: 6 * 60 };

/** "22:00" of a minute of the day. */
export function clockText(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
}

/** Every half hour, and the one that is set. */
export function minutesToChoose(chosen: number): number[] {
  const all = Array.from({ length: DAY / STEP }, (_, index) => index * STEP);
  return all.includes(chosen) ? all : [...all, chosen].sort((a, b) => a - b);
}

export interface SettingsDraft {
  language: "vi" | "en";
  mail: string;
  byMail: boolean;
  quiet: boolean;
  from: number;
  to: number;
}

/** The same minute twice says that no hours are quiet; the night is offered then. */
export function draftOf(settings: MessageSettings): SettingsDraft {
  const quiet = settings.quiet_from !== settings.quiet_to;
  return {
    language: settings.language,
    mail: settings.mail,
    byMail: settings.by_mail,
    quiet,
    from: quiet ? settings.quiet_from : NIGHT.from,
    to: quiet ? settings.quiet_to : NIGHT.to,
  };
}

export function settingsOf(draft: SettingsDraft): MessageSettingsNew {
  return {
    language: draft.language,
    mail: draft.mail.trim(),
    by_mail: draft.byMail,
    quiet_from: draft.quiet ? draft.from : 0,
    quiet_to: draft.quiet ? draft.to : 0,
  };
}

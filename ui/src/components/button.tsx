import type { LucideIcon } from "lucide-react";
import type { MouseEventHandler, ReactNode, Ref } from "react";

import { classNames } from "./class-names";
import styles from "./button.module.css";

interface ButtonProps {
  children: ReactNode;
  kind?: "plain" | "primary" | "danger" | "ghost";
  size?: "normal" | "small";
  icon?: LucideIcon;
  submit?: boolean;
  busy?: boolean;
  disabled?: boolean;
  onClick?: MouseEventHandler<HTMLButtonElement>;
  ref?: Ref<HTMLButtonElement>;
}

export function Button({ children, kind = "plain", size = "normal", icon: Icon, submit, busy, disabled, onClick, ref }: ButtonProps) {
  return (
    <button
      ref={ref}
      type={submit ? "submit" : "button"}
      className={classNames(styles.button, styles[kind], size === "small" && styles.small)}
      disabled={disabled || busy}
      aria-busy={busy || undefined}
      onClick={onClick}
    >
      {Icon && <Icon size={size === "small" ? 15 : 16} aria-hidden />}
      {children}
    </button>
  );
}

/** The look of a button for a link: what goes to another page stays a link. */
export function buttonLook(kind: "plain" | "primary" | "ghost" = "plain", size: "normal" | "small" = "normal"): string {
  return classNames(styles.button, styles[kind], size === "small" && styles.small);
}

interface IconButtonProps {
  label: string;
  icon: LucideIcon;
  onClick: () => void;
  pressed?: boolean;
}

export function IconButton({ label, icon: Icon, onClick, pressed }: IconButtonProps) {
  return (
    <button type="button" className={styles.icon} aria-label={label} title={label} aria-pressed={pressed} onClick={onClick}>
      <Icon size={18} aria-hidden />
    </button>
  );
}

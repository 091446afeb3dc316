import { Menu as BaseMenu } from "@base-ui/react/menu";
import { Ellipsis, type LucideIcon } from "lucide-react";

import { classNames } from "./class-names";
import styles from "./menu.module.css";

export interface MenuAction {
  label: string;
  icon: LucideIcon;
  danger?: boolean;
  onSelect: () => void;
}

/** The «…» of a row. */
export function ActionMenu({ label, actions }: { label: string; actions: MenuAction[] }) {
  return (
    <BaseMenu.Root>
      <BaseMenu.Trigger className={styles.trigger} aria-label={label}>
        <Ellipsis size={18} aria-hidden />
      </BaseMenu.Trigger>
      <MenuPopup actions={actions} />
    </BaseMenu.Root>
  );
}

export function MenuPopup({ actions }: { actions: MenuAction[] }) {
  return (
    <BaseMenu.Portal>
      <BaseMenu.Positioner className={styles.position} sideOffset={6} align="end">
        <BaseMenu.Popup className={styles.popup}>
          {actions.map(({ label, icon: Icon, danger, onSelect }) => (
            <BaseMenu.Item key={label} className={classNames(styles.item, danger && styles.danger)} onClick={onSelect}>
              <Icon size={16} aria-hidden />
              {label}
            </BaseMenu.Item>
          ))}
        </BaseMenu.Popup>
      </BaseMenu.Positioner>
    </BaseMenu.Portal>
  );
}

import styles from "./tabs.module.css";

interface Tab<T extends string> {
  value: T;
  label: string;
  count?: string;
}

interface TabsProps<T extends string> {
  label: string;
  tabs: Tab<T>[];
  value: T;
  onChange: (value: T) => void;
}

/** Saved views of a list: a group of toggles, one of which is pressed. */
export function Tabs<T extends string>({ label, tabs, value, onChange }: TabsProps<T>) {
  return (
    <div className={styles.tabs} role="group" aria-label={label}>
      {tabs.map((tab) => (
        <button type="button" key={tab.value} aria-pressed={tab.value === value} onClick={() => onChange(tab.value)}>
          {tab.label} {tab.count !== undefined && <b className="num">{tab.count}</b>}
        </button>
      ))}
    </div>
  );
}

import { useNavigate, useRouterState } from "@tanstack/react-router";
import { MonitorSmartphone, Radar, Search } from "lucide-react";
import { useEffect, useId, useRef, useState, type KeyboardEvent } from "react";

import { typed } from "@/lib/fold";
import { useWords } from "@/lib/i18n";

import styles from "./quick-search.module.css";

/** One box for both lists; the list one is in comes first. */
export function QuickSearch() {
  const words = useWords().search;
  const navigate = useNavigate();
  const onFindings = useRouterState({ select: (state) => state.location.pathname.startsWith("/phat-hien") });
  const input = useRef<HTMLInputElement>(null);
  const listId = useId();
  const [text, setText] = useState("");
  const [open, setOpen] = useState(false);
  const [chosen, setChosen] = useState(0);
  const q = typed(text);

  useEffect(() => {
    const focus = (event: globalThis.KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "k") return;
      event.preventDefault();
      input.current?.focus();
      input.current?.select();
    };
    document.addEventListener("keydown", focus);
    return () => document.removeEventListener("keydown", focus);
  }, []);

  const inFindings = { label: words.inFindings(q), icon: Radar, go: () => navigate({ to: "/phat-hien", search: (old) => ({ unit: old.unit, q, view: "all" as const }) }) };
  const inMachines = { label: words.inMachines(q), icon: MonitorSmartphone, go: () => navigate({ to: "/may-tinh", search: (old) => ({ unit: old.unit, q }) }) };
  const choices = onFindings ? [inFindings, inMachines] : [inMachines, inFindings];
  const shown = open && q !== "";

  function choose(index: number) {
    setOpen(false);
    setText("");
    void choices[index]?.go();
  }

  function onKeyDown(event: KeyboardEvent) {
    if (event.nativeEvent.isComposing || !shown) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") setChosen(1 - chosen);
    else if (event.key === "Enter") choose(chosen);
    else if (event.key === "Escape") setOpen(false);
    else return;
    event.preventDefault();
  }

  return (
    <div className={styles.search} onBlur={() => setOpen(false)}>
      <Search size={16} aria-hidden />
      <input
        ref={input}
        type="search"
        role="combobox"
        aria-expanded={shown}
        aria-controls={listId}
        aria-activedescendant={shown ? `${listId}-${chosen}` : undefined}
        aria-label={words.label}
        placeholder={words.label}
        value={text}
        maxLength={200}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => {
          setText(event.target.value);
          setOpen(true);
          setChosen(0);
        }}
        onFocus={() => setOpen(true)}
        onKeyDown={onKeyDown}
      />
      <kbd aria-hidden>Ctrl K</kbd>
      <ul id={listId} role="listbox" aria-label={words.label} className={styles.list} hidden={!shown}>
        {choices.map(({ label, icon: Icon }, index) => (
          <li
            key={label}
            id={`${listId}-${index}`}
            role="option"
            aria-selected={index === chosen}
            // The press must not take the focus before the click lands.
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => choose(index)}
          >
            <Icon size={16} aria-hidden />
            <span>{label}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

import { createStore, useStore } from "./store";

export type Theme = "light" | "dark";

const theme = createStore<Theme>(document.documentElement.dataset.theme === "dark" ? "dark" : "light");

export function useTheme(): Theme {
  return useStore(theme);
}

export function toggleTheme(): void {
  const next = theme.get() === "dark" ? "light" : "dark";
  document.documentElement.dataset.theme = next;
  localStorage.setItem("khien.theme", next);
  theme.set(next);
}

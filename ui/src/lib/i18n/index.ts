import { createStore, useStore } from "../store";
import type { Text } from "../api-types";

import { vi, type Dict } from "./vi";

export type { Dict };
export type Language = "vi" | "en";

interface Spoken {
  language: Language;
  dict: Dict;
}

const spoken = createStore<Spoken>({ language: "vi", dict: vi });

export async function setLanguage(language: Language): Promise<void> {
  // English is a chunk of its own: most people never load it.
  const dict = language === "vi" ? vi : (await import("./en")).en;
  document.documentElement.lang = language;
  localStorage.setItem("khien.language", language);
  spoken.set({ language, dict });
}

/** Resolves when the words of the remembered language are there. */
export const languageReady = document.documentElement.lang === "en" ? setLanguage("en") : Promise.resolve();

export function currentLanguage(): Language {
  return spoken.get().language;
}

export function useLanguage(): Language {
  return useStore(spoken).language;
}

/** The interface's own words. */
export function useWords(): Dict {
  return useStore(spoken).dict;
}

/** The hub's words in the language of the reader. */
export function useHubText(): (text: Text) => string {
  const language = useLanguage();
  return (text) => text[language] || text.vi;
}

/** The words of one feature: both languages travel with its chunk, so that the first page stays small. */
export function wordsOf<T>(vietnamese: T, english: NoInfer<T>): () => T {
  return function useFeatureWords() {
    return useLanguage() === "vi" ? vietnamese : english;
  };
}

import { useCallback, useRef, useState } from "react";

import { uploadEvidence } from "@/lib/evidence";
import { sha256Of } from "@/lib/file";

export type Classification = "none" | "confidential" | "secret" | "top_secret";

export interface ChosenFile {
  key: number;
  file: File;
  /** Undefined while it is computed; null where the browser cannot. */
  sha256: string | null | undefined;
  effective: string;
}

/** The hub kept something else than what the person chose. */
export class ContentDiffers extends Error {}

export interface EvidenceDraft {
  classification: Classification | "";
  files: ChosenFile[];
  /** A classified document was declared: nothing leaves this browser. */
  refused: boolean;
  classify: (classification: Classification) => void;
  add: (files: File[]) => void;
  remove: (key: number) => void;
  date: (key: number, effective: string) => void;
  clear: () => void;
  /** Uploads what is not there yet; a second try sends only what failed. */
  upload: (unit: number) => Promise<number[]>;
}

export function useEvidenceDraft(): EvidenceDraft {
  const [classification, setClassification] = useState<Classification | "">("");
  const [files, setFiles] = useState<ChosenFile[]>([]);
  const next = useRef(1);
  const kept = useRef(new Map<number, number>());

  const change = useCallback((key: number, part: Partial<ChosenFile>) => {
    setFiles((all) => all.map((one) => (one.key === key ? { ...one, ...part } : one)));
  }, []);
  const clear = useCallback(() => {
    setClassification("");
    setFiles([]);
    kept.current.clear();
  }, []);

  function classify(chosen: Classification) {
    setClassification(chosen);
    if (chosen !== "none") setFiles([]);
  }
  function add(chosen: File[]) {
    const fresh = chosen.map((file) => ({ key: next.current++, file, sha256: undefined, effective: "" }));
    setFiles((all) => [...all, ...fresh]);
    for (const { key, file } of fresh) void sha256Of(file).then((sha256) => change(key, { sha256 }));
  }
  async function upload(unit: number): Promise<number[]> {
    for (const { key, file, sha256, effective } of files) {
      if (kept.current.has(key)) continue;
      const evidence = await uploadEvidence({ unit, file, effective });
      if (sha256 && sha256 !== evidence.sha256) throw new ContentDiffers();
      kept.current.set(key, evidence.id);
    }
    return files.map(({ key }) => kept.current.get(key)!);
  }

  return {
    classification,
    files,
    refused: classification !== "" && classification !== "none",
    classify,
    add,
    remove: (key) => setFiles((all) => all.filter((one) => one.key !== key)),
    date: (key, effective) => change(key, { effective }),
    clear,
    upload,
  };
}

import { FileUp } from "lucide-react";
import { useId, useRef, useState, type DragEvent } from "react";

import * as format from "@/lib/format";

import { Button } from "./button";
import styles from "./file-drop.module.css";
import { useFileWords } from "./file-words";

interface FileDropProps {
  label: string;
  /** What the file chooser offers: ".csv,.xlsx". */
  accept?: string;
  multiple?: boolean;
  most: number;
  onFiles: (files: File[]) => void;
}

/** Choose or drag: both do the same. Too large and empty files are named and left out. */
export function FileDrop({ label, accept, multiple, most, onFiles }: FileDropProps) {
  const words = useFileWords();
  const input = useRef<HTMLInputElement>(null);
  const id = useId();
  const [over, setOver] = useState(false);
  const [faults, setFaults] = useState<string[]>([]);

  function take(files: File[]) {
    const found = files.flatMap((file) =>
      file.size > most ? [words.tooLarge(file.name, format.size(most))] : file.size === 0 ? [words.empty(file.name)] : [],
    );
    setFaults(found);
    const good = files.filter((file) => file.size > 0 && file.size <= most);
    if (good.length > 0) onFiles(multiple ? good : good.slice(0, 1));
  }
  function drop(event: DragEvent) {
    event.preventDefault();
    setOver(false);
    take([...event.dataTransfer.files]);
  }

  return (
    <div
      className={styles.drop}
      data-over={over || undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <FileUp size={22} aria-hidden />
      <div className={styles.words}>
        <Button size="small" onClick={() => input.current?.click()}>
          {words.choose}
        </Button>
        <span className={styles.hint}>
          {words.drop} {words.most(format.size(most))}
        </span>
      </div>
      <label htmlFor={id} className="visually-hidden">
        {label}
      </label>
      <input
        ref={input}
        id={id}
        className="visually-hidden"
        tabIndex={-1}
        type="file"
        accept={accept}
        multiple={multiple}
        onChange={(event) => {
          take([...(event.target.files ?? [])]);
          // The same file may be chosen again after it was mended.
          event.target.value = "";
        }}
      />
      {faults.map((fault) => (
        <p key={fault} className={styles.fault} role="alert">
          {fault}
        </p>
      ))}
    </div>
  );
}

import { ChevronsUpDown, EyeOff } from "lucide-react";
import { useMemo, useState } from "react";

import { classNames } from "@/components/class-names";
import { OutsideText } from "@/components/outside-text";
import type { PageSource } from "@/lib/api-types";
import * as format from "@/lib/format";

import { badLinkFinder, stretchesOf, type BadLink, type Stretch } from "./bad-links";
import { defang } from "./defang";
import styles from "./page-paper.module.css";
import { readPage, type PageBlock, type PagePiece } from "./page-text";
import { useSiteWords } from "./words";

interface PagePaperProps {
  source: PageSource;
  finalUrl: string;
  links: BadLink[];
}

type IsBad = (piece: PagePiece) => boolean;

/** The words of what one visitor got, with what was injected in a box. Never its markup. */
export function PagePaper({ source, finalUrl, links }: PagePaperProps) {
  const words = useSiteWords();
  const page = useMemo(() => readPage(source.text, words.image), [source.text, words.image]);
  const isBad = useMemo(() => badLinkFinder(links, source.visitor, finalUrl), [links, source.visitor, finalUrl]);
  const stretches = useMemo(() => stretchesOf(page.blocks, (block) => block.pieces.some(isBad)), [page.blocks, isBad]);
  return (
    <div className={styles.paper}>
      {page.blocks.length === 0 && <p className={styles.note}>{words.noText}</p>}
      {stretches.map((stretch, index) => (
        <StretchView key={index} stretch={stretch} isBad={isBad} />
      ))}
      {(page.cut || source.cut) && <p className={styles.note}>{words.cut}</p>}
    </div>
  );
}

function StretchView({ stretch, isBad }: { stretch: Stretch; isBad: IsBad }) {
  const words = useSiteWords();
  const [open, setOpen] = useState(false);
  const { kind, blocks } = stretch;
  if (kind === "folded" && !open) {
    return (
      <button type="button" className={styles.fold} onClick={() => setOpen(true)}>
        <ChevronsUpDown size={14} aria-hidden />
        {words.folded(format.number(blocks.length))}
      </button>
    );
  }
  const shown = blocks.map((block, index) => <BlockView key={index} block={block} isBad={isBad} />);
  if (kind !== "bad") return <>{shown}</>;
  return (
    <section className={styles.bad} aria-label={words.injected}>
      <div className={styles.mark}>
        <b>{words.injected}</b>
        {blocks.some(({ hidden }) => hidden) && (
          <span>
            <EyeOff size={14} aria-hidden />
            {words.hidden}
          </span>
        )}
        {blocks.some(({ afterEnd }) => afterEnd) && <span>{words.afterEnd}</span>}
      </div>
      {shown}
    </section>
  );
}

function BlockView({ block, isBad }: { block: PageBlock; isBad: IsBad }) {
  return (
    <p className={classNames(styles.block, styles[block.kind])} data-hidden={block.hidden || undefined}>
      {block.pieces.map((piece, index) => (
        <PieceView key={index} piece={piece} bad={isBad(piece)} />
      ))}
    </p>
  );
}

function PieceView({ piece, bad }: { piece: PagePiece; bad: boolean }) {
  const words = useSiteWords();
  if (piece.href === undefined) return <OutsideText value={piece.text} />;
  if (!bad) {
    return (
      <span className={styles.link}>
        <OutsideText value={piece.text} />
      </span>
    );
  }
  return (
    <span className={styles.badLink}>
      <mark>{piece.text.trim() === "" ? words.linkNoText : <OutsideText value={piece.text} />}</mark>{" "}
      <small>
        <OutsideText value={defang(piece.href)} />
      </small>
    </span>
  );
}

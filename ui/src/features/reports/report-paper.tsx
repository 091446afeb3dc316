import { OutsideText } from "@/components/outside-text";
import type { ReportFigure, ReportPreview } from "@/lib/api-types";
import { useHubText } from "@/lib/i18n";

import { useDocumentWords } from "./document-words";
import styles from "./paper.module.css";

type Block = ReportPreview["blocks"][number];
type Run = Block["runs"][number];

interface PaperProps {
  preview: ReportPreview;
  figures: ReportFigure[];
  onFigure: (figure: string) => void;
}

/** The letter as the decree lays it out. It is paper: light in both themes, and always in Vietnamese. */
export function ReportPaper({ preview, figures, onFigure }: PaperProps) {
  const words = useDocumentWords();
  return (
    <article className={styles.paper} lang="vi" aria-label={words.paper} data-mark={preview.draft ? words.draftMark : undefined}>
      <PaperHead preview={preview} />
      <div className={styles.type}>
        <p>
          <OutsideText value={preview.type} />
        </p>
        <p>
          <OutsideText value={preview.subject} />
        </p>
      </div>
      {preview.to !== "" && (
        <p className={styles.to}>
          <OutsideText value={preview.to} />
        </p>
      )}
      {preview.blocks.map((block, index) => (
        <PaperBlock key={index} block={block} preview={preview} figures={figures} onFigure={onFigure} />
      ))}
      <PaperFoot preview={preview} />
      <PaperNotes preview={preview} figures={figures} onFigure={onFigure} />
    </article>
  );
}

function PaperHead({ preview }: { preview: ReportPreview }) {
  const words = useDocumentWords();
  return (
    <div className={styles.head}>
      <div className={styles.issuer}>
        {preview.parent_agency && (
          <p>
            <OutsideText value={preview.parent_agency} />
          </p>
        )}
        <p>
          <b>
            <OutsideText value={preview.agency} />
          </b>
        </p>
        <p className={styles.number}>
          <OutsideText value={words.numberOf(preview.number)} />
        </p>
      </div>
      <div className={styles.nation}>
        <p>
          <b>{words.nation}</b>
        </p>
        <p>
          <b className={styles.motto}>{words.motto}</b>
        </p>
        <p className={styles.place}>
          <OutsideText value={preview.place_and_day} />
        </p>
      </div>
    </div>
  );
}

function PaperBlock({ block, ...rest }: { block: Block } & PaperProps) {
  if (block.role === "table") return <PaperTable block={block} />;
  const runs = block.runs.map((run, index) => <PaperRun key={index} run={run} {...rest} />);
  return block.role === "heading" ? <h2 className={styles.heading}>{runs}</h2> : <p className={styles[block.role]}>{runs}</p>;
}

/** The raised number stays on the line of the word it belongs to. */
function PaperRun({ run, ...rest }: { run: Run } & PaperProps) {
  const cut = run.note === null ? run.text.length : run.text.trimEnd().lastIndexOf(" ") + 1;
  return (
    <>
      <Styled run={run} text={run.text.slice(0, cut)} />
      {run.note !== null && (
        <span className={styles.together}>
          <Styled run={run} text={run.text.slice(cut)} />
          <NoteMark index={run.note} {...rest} />
        </span>
      )}
    </>
  );
}

function Styled({ run, text }: { run: Run; text: string }) {
  const said = text === "" ? null : <OutsideText value={text} keepLines />;
  const strong = run.bold ? <b>{said}</b> : said;
  return run.italic ? <em>{strong}</em> : strong;
}

/** The raised number behind a figure: it opens where the figure comes from. */
function NoteMark({ index, preview, figures, onFigure }: { index: number } & PaperProps) {
  const words = useDocumentWords();
  const hubText = useHubText();
  const note = preview.notes[index];
  const figure = figures.find(({ id }) => id === note?.figure);
  if (!note || !figure) return note ? <sup>{index + 1}</sup> : null;
  return (
    <sup>
      <button type="button" className={styles.mark} aria-label={words.noteOf(index + 1, hubText(figure.label))} title={words.openSource} onClick={() => onFigure(figure.id)}>
        {index + 1}
      </button>
    </sup>
  );
}

function PaperTable({ block }: { block: Block }) {
  const words = useDocumentWords();
  // The hub sends at most two hundred rows to look at.
  const cut = block.rows.length >= 200;
  return (
    <div className={styles.tableBox} tabIndex={0} role="region" aria-label={block.title || words.paper}>
      <table className={styles.table}>
        {block.title && (
          <caption>
            <OutsideText value={block.title} />
          </caption>
        )}
        <thead>
          <tr>
            {block.head.map((cell, index) => (
              <th key={index} scope="col">
                <OutsideText value={cell} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {block.rows.map((row, index) => (
            <tr key={index}>
              {row.map((cell, column) => (
                <td key={column} data-number={/^[\d.,%–\s-]+$/.test(cell) || undefined}>
                  <OutsideText value={cell} keepLines />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {cut && <p className={styles.cut}>{words.rowsCut}</p>}
    </div>
  );
}

function PaperFoot({ preview }: { preview: ReportPreview }) {
  const words = useDocumentWords();
  const columns = preview.columns.length > 0;
  return (
    <div className={styles.foot}>
      {columns && <SideBySide columns={preview.columns} />}
      <div className={styles.recipients}>
        <p>
          <b>
            <em>{words.recipientsOf}</em>
          </b>
        </p>
        <ul>
          {preview.recipients.map((recipient, index) => (
            <li key={index}>
              <OutsideText value={recipient} />
            </li>
          ))}
        </ul>
      </div>
      {!columns && <OneSigner preview={preview} />}
    </div>
  );
}

/** Minutes: those who took part sign beside each other. */
function SideBySide({ columns }: { columns: ReportPreview["columns"] }) {
  return (
    <div className={styles.columns}>
      {columns.map(({ title, name }, index) => (
        <div key={index} className={styles.signature}>
          <p>
            <b>
              <OutsideText value={title} />
            </b>
          </p>
          <p className={styles.signer}>
            <b>
              <OutsideText value={name} />
            </b>
          </p>
        </div>
      ))}
    </div>
  );
}

function OneSigner({ preview }: { preview: ReportPreview }) {
  return (
    <div className={styles.signature}>
      {preview.titles.map((title, index) => (
        <p key={index}>
          <b>
            <OutsideText value={title} />
          </b>
        </p>
      ))}
      <p className={styles.signer}>
        <b>
          <OutsideText value={preview.signer} />
        </b>
      </p>
    </div>
  );
}

/** The notes below the page: in words where each figure comes from. */
function PaperNotes({ preview, figures, onFigure }: PaperProps) {
  const words = useDocumentWords();
  const hubText = useHubText();
  if (preview.notes.length === 0) return null;
  return (
    <section className={styles.notes} aria-label={words.notes}>
      <ol>
        {preview.notes.map((note, index) => {
          const figure = figures.find(({ id }) => id === note.figure);
          return (
            <li key={index}>
              <OutsideText value={note.text} keepLines />{" "}
              {figure && (
                <button type="button" onClick={() => onFigure(figure.id)}>
                  {words.openSource}
                  <span className="visually-hidden">: {hubText(figure.label)}</span>
                </button>
              )}
            </li>
          );
        })}
      </ol>
    </section>
  );
}

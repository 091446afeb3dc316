import { useState } from "react";

import { Button } from "@/components/button";
import { Card } from "@/components/card";
import type { PageEvidence } from "@/lib/api-types";
import { shortHash } from "@/lib/evidence";
import * as format from "@/lib/format";

import { defang } from "./defang";
import styles from "./page-picture.module.css";
import { pictureAddress } from "./use-sites";
import { known, useSiteWords } from "./words";

/** What a browser saw: a picture and nothing else, beside when it was taken and its hash. */
export function PagePicture({ evidence }: { evidence: PageEvidence }) {
  const words = useSiteWords();
  const { picture } = evidence;
  return <Card title={words.picture}>{picture ? <Taken evidence={evidence} picture={picture} /> : <p className={styles.soft}>{whyNone(evidence, words)}</p>}</Card>;
}

function whyNone({ views }: PageEvidence, words: ReturnType<typeof useSiteWords>): string {
  const rendered = views.find(({ visitor }) => visitor === "rendered");
  return rendered && rendered.limit !== "" ? words.pictureLimit(known(words.limits, rendered.limit)) : words.pictureNone;
}

function Taken({ evidence, picture }: { evidence: PageEvidence; picture: NonNullable<PageEvidence["picture"]> }) {
  const words = useSiteWords();
  const [full, setFull] = useState(false);
  const [failed, setFailed] = useState(false);
  if (failed) return <p className={styles.soft}>{words.pictureFailed}</p>;
  return (
    <figure className={styles.figure}>
      <div className={full ? styles.full : styles.fit} tabIndex={full ? 0 : undefined}>
        <img
          src={pictureAddress(evidence.id)}
          alt={words.pictureAlt(defang(evidence.url))}
          width={picture.width}
          height={picture.height}
          loading="lazy"
          onError={() => setFailed(true)}
        />
      </div>
      <figcaption className={styles.caption}>
        <span>{words.pictureTaken(format.dateTime(picture.taken_at))}</span>
        <span className="num">{format.size(picture.size)}</span>
        <span className="mono" title={`${words.pictureHash} ${picture.sha256}`}>
          {shortHash(picture.sha256)}
        </span>
        <Button size="small" onClick={() => setFull(!full)}>
          {full ? words.pictureFit : words.pictureZoom}
        </Button>
      </figcaption>
    </figure>
  );
}

import * as format from "@/lib/format";
import { useNow } from "@/lib/now";

/** A time as a person reads it; the whole of it on hover. */
export function Moment({ at }: { at: string }) {
  const now = useNow();
  return (
    <time className="num" dateTime={at} title={format.dateTimeSeconds(at)}>
      {format.recent(at, now)}
    </time>
  );
}

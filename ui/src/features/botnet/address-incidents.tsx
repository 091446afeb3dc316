import { Link } from "@tanstack/react-router";

import { Card } from "@/components/card";
import { OutsideText } from "@/components/outside-text";
import type { BotnetAddressDetail } from "@/lib/api-types";

import styles from "./botnet.module.css";
import { useBotnetWords } from "./words";

/** The incidents that the address became; where there is none, nothing. */
export function AddressIncidents({ detail: { incidents = [] } }: { detail: BotnetAddressDetail }) {
  const words = useBotnetWords();
  if (incidents.length === 0) return null;
  return (
    <Card title={words.incidents}>
      <ul className={styles.rows}>
        {incidents.map(({ id, title, state }) => (
          <li key={id}>
            <Link to="/su-co/$incidentId" params={{ incidentId: String(id) }} className="link">
              <OutsideText value={title} />
            </Link>
            <small>{words.incidentStates[state]}</small>
          </li>
        ))}
      </ul>
    </Card>
  );
}

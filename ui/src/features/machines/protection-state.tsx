import { Check, CircleDashed, Clock, Flame, Minus, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";

import { Moment } from "@/components/moment";
import { OutsideText } from "@/components/outside-text";
import { Tag } from "@/components/tag";
import type { Machine, Product } from "@/lib/api-types";

import styles from "./protection-list.module.css";
import { useMachineWords } from "./words";

const ON = { tone: "ok", icon: Check } as const;
const OFF = { tone: "med", icon: TriangleAlert } as const;
const UNKNOWN = { tone: "mute", icon: CircleDashed } as const;

/** What the national format asks of a machine, and who else protects it. */
export function ProtectionState({ machine, products }: { machine: Machine; products: Product[] }) {
  const words = useMachineWords();
  const { protection_on: on, firewall, content_updated_at: updatedAt, not_updated: old } = machine;
  const known = on !== null;
  return (
    <ul className={styles.engines}>
      <Line name={words.protectionOn} sub={known ? words.protectionOnSub : words.protectionNone}>
        <Tag {...(on === null ? UNKNOWN : on ? ON : OFF)} word={on === null ? words.unknown : on ? words.on : words.off} />
      </Line>
      <Line
        name={words.contentUpdated}
        sub={updatedAt ? <Moment at={updatedAt} /> : known ? words.contentNever : words.unknown}
      >
        {known && (old ? <Tag tone="med" icon={Clock} word={words.notUpdated} /> : <Tag {...ON} word={words.upToDate} />)}
      </Line>
      <Line name={words.firewall} sub={words.firewallSub}>
        <Tag
          {...(firewall === "on" ? ON : firewall === "off" ? { tone: "med", icon: Flame } : UNKNOWN)}
          word={firewall === "on" ? words.on : firewall === "off" ? words.off : words.unknown}
        />
      </Line>
      {products.map((product) => (
        <Line
          key={product.id}
          name={<OutsideText value={product.name} />}
          sub={
            <>
              {words.otherMaker}
              {product.updated_at && (
                <>
                  {" · "}
                  {words.updated("")}
                  <Moment at={product.updated_at} />
                </>
              )}
            </>
          }
        >
          <Tag {...(product.on ? ON : { tone: "med", icon: Minus })} word={product.on ? words.on : words.installedOff} />
        </Line>
      ))}
    </ul>
  );
}

function Line({ name, sub, children }: { name: ReactNode; sub: ReactNode; children: ReactNode }) {
  return (
    <li>
      <div className={styles.words}>
        <b>{name}</b>
        <small>{sub}</small>
      </div>
      {children}
    </li>
  );
}

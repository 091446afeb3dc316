import { Card } from "@/components/card";
import { DecisionBar } from "@/components/decision-bar";
import { Moment } from "@/components/moment";
import { OutsideText } from "@/components/outside-text";
import type { AgentOrder } from "@/lib/api-types";
import { useSession } from "@/lib/queries";

import { useDecideOrder, useWaitingOrders } from "./use-quarantine";
import { useQuarantineWords } from "./words";

/** Orders that one person gave and another must agree to. */
export function WaitingOrders({ unit }: { unit: number | undefined }) {
  const words = useQuarantineWords();
  const { data } = useWaitingOrders(unit);
  if (!data || data.items.length === 0) return null;
  return (
    <Card title={words.waiting}>
      {data.items.map((order) => (
        <WaitingOrder key={order.id} order={order} />
      ))}
    </Card>
  );
}

function WaitingOrder({ order }: { order: AgentOrder }) {
  const words = useQuarantineWords();
  const me = useSession().user.id;
  const decide = useDecideOrder(order.id);
  return (
    <div>
      <p>
        <b>{words.asks[order.verb]}</b> <OutsideText value={order.path} /> ({order.machine.name})
      </p>
      <p>
        {order.created_by?.name} · <Moment at={order.created_at} />: {order.reason}
      </p>
      {order.created_by?.id === me ? (
        <p>{words.notYourself}</p>
      ) : (
        <DecisionBar
          busy={decide.isPending}
          error={decide.error}
          onDecide={(decision, done) => decide.mutate(decision, { onSuccess: done })}
        />
      )}
    </div>
  );
}

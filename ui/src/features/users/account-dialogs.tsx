import { Confirm } from "@/components/confirm";
import type { User, UserCreated } from "@/lib/api-types";

import { useResetPassword, useUpdateUser } from "./use-users";
import { useUserWords } from "./words";

interface AccountDialogProps {
  user: User;
  onClose: () => void;
}

export function DisableUser({ user, onClose }: AccountDialogProps) {
  const words = useUserWords();
  const update = useUpdateUser(user.id);
  return (
    <Confirm
      open
      title={words.disableTitle(user.name)}
      effect={words.disableEffect}
      action={words.disable}
      busy={update.isPending}
      error={update.error}
      onConfirm={() => update.mutate({ disabled: true }, { onSuccess: onClose })}
      onClose={onClose}
    />
  );
}

export function EnableUser({ user, onClose }: AccountDialogProps) {
  const words = useUserWords();
  const update = useUpdateUser(user.id);
  return (
    <Confirm
      open
      title={`${words.enable}: ${user.name}`}
      effect={words.sub}
      action={words.enable}
      busy={update.isPending}
      error={update.error}
      onConfirm={() => update.mutate({ disabled: false }, { onSuccess: onClose })}
      onClose={onClose}
    />
  );
}

export function ResetPassword({ user, onClose, onReset }: AccountDialogProps & { onReset: (created: UserCreated) => void }) {
  const words = useUserWords();
  const reset = useResetPassword(user.id);
  return (
    <Confirm
      open
      title={words.resetTitle(user.name)}
      effect={words.resetEffect}
      action={words.reset}
      busy={reset.isPending}
      error={reset.error}
      onConfirm={() => reset.mutate(undefined, { onSuccess: onReset })}
      onClose={onClose}
    />
  );
}

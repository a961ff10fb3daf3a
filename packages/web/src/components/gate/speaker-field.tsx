import type { GateStatus } from "@greenlight/contract/gate";
import { useMe } from "../../lib/use-api.ts";
import { Field } from "../field.tsx";

/** An admin may decide in another's name; shown where the gate cares who decides. */
export function SpeakerField(props: { gate: GateStatus; value: string; onChange: (value: string) => void }) {
  const { gate, value, onChange } = props;
  const me = useMe();
  const cares = gate.approvers.length > 0 || gate.min_approvals > 1 || gate.no_self_approval;
  if (!me.may.speak_for_others.allowed || !cares) return null;
  return (
    <Field label="Decide as" hint={`Empty = ${me.name}. The audit tells both names.`}>
      {(id, hint) => (
        <>
          <input
            id={id}
            aria-describedby={hint}
            list={`${id}-names`}
            autoComplete="off"
            maxLength={100}
            className="field sm:max-w-xs"
            value={value}
            onChange={(event) => onChange(event.target.value)}
          />
          <datalist id={`${id}-names`}>
            {gate.approvers.map((name) => (
              <option key={name} value={name} />
            ))}
          </datalist>
        </>
      )}
    </Field>
  );
}

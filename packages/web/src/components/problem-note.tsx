import { ProblemError } from "@greenlight/contract/problem-error";

/** An error with its code and what to do about it. */
export function ProblemNote({ error }: { error: unknown }) {
  if (error === null || error === undefined) return null;
  const problem = error instanceof ProblemError ? error.problem : null;
  const message = error instanceof Error ? error.message : String(error);
  return (
    <Note
      code={problem?.code ?? "unavailable"}
      message={problem ? problem.detail : `The server could not be reached: ${message}`}
      remedy={problem?.remedy ?? "Check that the server runs, then try again."}
      fields={problem?.errors ?? []}
    />
  );
}

type NoteProps = {
  code: string;
  message: string;
  remedy: string | null;
  fields?: readonly { pointer: string; message: string; remedy: string }[];
};

export function Note({ code, message, remedy, fields = [] }: NoteProps) {
  return (
    <div role="alert" className="rounded-lg border border-danger bg-danger-soft p-4 text-sm">
      <p className="font-medium text-danger">
        <code>{code}</code>
      </p>
      <p className="mt-1 whitespace-pre-line wrap-anywhere">{message}</p>
      {fields.length > 0 && (
        <ul className="mt-2 list-disc space-y-1 pl-5">
          {fields.map((field) => (
            <li key={`${field.pointer} ${field.message}`} className="wrap-anywhere">
              <code>{field.pointer || "/"}</code>: {field.message} {field.remedy}
            </li>
          ))}
        </ul>
      )}
      {remedy && <p className="mt-2 text-muted">What to do: {remedy}</p>}
    </div>
  );
}

import { ACTIONS, type Action, type Me, ROLES, type Role } from "@greenlight/contract/access";
import { Rejection } from "./commands.ts";

/** The least role for each thing that can be asked for. Reading needs any role. */
const LEAST_ROLE: Readonly<Record<Action, Role>> = {
  submit: "operator",
  approve: "reviewer",
  reject: "reviewer",
  resume: "reviewer",
  apply_patch: "reviewer",
  upload: "reviewer",
  pause: "operator",
  cancel: "operator",
  retry: "operator",
  redeliver: "operator",
  test_webhook: "operator",
  /** To decide under a name that is not the token's. */
  speak_for_others: "admin",
};

export function mayDo(role: Role, action: Action): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(LEAST_ROLE[action]);
}

/** @throws Rejection role_not_allowed that names the role it takes. */
export function requireRole(role: Role, action: Action): void {
  if (mayDo(role, action)) return;
  throw new Rejection(
    "role_not_allowed",
    `To ${action.replaceAll("_", " ")} takes the role ${LEAST_ROLE[action]} or above; this token's is ${role}.`,
  );
}

/** Each thing that can be asked for: whether this role may, and which is the first that does. */
export function permissions(role: Role): Me["may"] {
  const entries = ACTIONS.map((action) => [
    action,
    { allowed: mayDo(role, action), least_role: LEAST_ROLE[action] },
  ]);
  return Object.fromEntries(entries) as Me["may"];
}

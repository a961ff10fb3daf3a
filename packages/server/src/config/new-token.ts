import { createHash, randomBytes } from "node:crypto";
import { ADMIN_NAME, type NamedToken, namedToken, personName, type Role } from "@greenlight/contract/access";
import { stringify } from "yaml";

export type NewToken = {
  /** 32 random bytes, base64url. It exists nowhere else. */
  readonly token: string;
  /** What conf/operator.yaml keeps of it. */
  readonly entry: NamedToken;
  /** `entry` as an item of `tokens:`, ready to paste. */
  readonly yaml: string;
};

/** Why nobody with a token may have this name; null if somebody may. */
export function nameFault(name: string): string | null {
  if (name === ADMIN_NAME) return `${ADMIN_NAME} is the name of ADMIN_TOKEN's holder`;
  return personName.safeParse(name).error?.issues[0]?.message ?? null;
}

export function newToken(name: string, role: Role): NewToken {
  const token = randomBytes(32).toString("base64url");
  const sha256 = createHash("sha256").update(token).digest("hex");
  const entry = namedToken.parse({ name, sha256, role });
  // Quoted: a name like `no`, or a hash of digits alone, would be read as something else than text.
  const item = stringify([entry], {
    defaultStringType: "QUOTE_DOUBLE",
    defaultKeyType: "PLAIN",
    lineWidth: 0,
  });
  return { token, entry, yaml: item.replace(/^/gm, "  ").trimEnd() };
}

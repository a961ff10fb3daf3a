import { z } from "zod";

const LABELS =
  /^(?=.{1,253}\.?$)[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*\.?$/i;

/** A name as a Host header writes it. One that ends in a number would be an address. */
function isName(text: string): boolean {
  return LABELS.test(text) && !/(^|\.)(\d+|0x[0-9a-f]*)\.?$/i.test(text);
}

function isAddress(text: string): boolean {
  return z.union([z.ipv4(), z.ipv6()]).safeParse(text).success;
}

/** Where a server listens: a name or an IP address, nothing around it. */
export const hostName = z.string().refine((text) => isName(text) || isAddress(text), {
  message: "it is neither a host name nor an IP address",
  params: { remedy: "Give a name or an address alone, e.g. 127.0.0.1, ::1 or studio.example.org." },
});

/** A name or IP address of a Host header; a port is not compared. */
export const allowedHost = z.string().superRefine((text, context) => {
  const bare = text.replace(/^\[(.*)\](:\d{1,5})?$/, "$1");
  if (isAddress(bare) || isName(text.replace(/:\d{1,5}$/, "")) || isAddress(text.replace(/:\d{1,5}$/, "")))
    return;
  const hostname = text.includes("://") ? URL.parse(text)?.hostname : undefined;
  context.addIssue({
    code: "custom",
    message: "it is neither a host name nor an IP address",
    params: { remedy: `Give the name alone, e.g. ${hostname || "studio.example.org"}.` },
  });
});

/** An origin as browsers send it: `https://name`, with a port unless it is the protocol's own. */
export const webOrigin = z.string().superRefine((text, context) => {
  const url = URL.parse(text);
  const web = url !== null && /^https?:$/.test(url.protocol);
  if (web && url.origin === text) return;
  context.addIssue({
    code: "custom",
    message: web ? "it is not an origin as browsers send it" : "it is no http or https address",
    params: { remedy: `Give ${web ? url.origin : "an origin, e.g. https://studio.example.org"}.` },
  });
});

import { z } from "zod";

/** A list of at least so many items in which nothing is twice; the later one is at fault. */
export function uniqueList<Item extends z.ZodType>(item: Item, least = 0) {
  const list = least > 0 ? z.array(item).min(least) : z.array(item);
  return list.superRefine((items, context) => {
    items.forEach((one, index) => {
      if (items.indexOf(one) === index) return;
      const message = `${String(one)} stands here twice`;
      context.addIssue({ code: "custom", path: [index], message, params: { remedy: "Take one out." } });
    });
  });
}

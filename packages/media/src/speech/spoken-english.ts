/**
 * How English words that are not plain words are said. Numbers stay digits (the synthesizer reads years, decimals
 * and ordinals well); units, signs, abbreviations and initialisms become words here.
 */

const UNITS: Record<string, string> = {
  mm: "millimetres",
  cm: "centimetres",
  m: "metres",
  km: "kilometres",
  "km/h": "kilometres per hour",
  kmh: "kilometres per hour",
  mph: "miles per hour",
  "m/s": "metres per second",
  mg: "milligrams",
  g: "grams",
  kg: "kilograms",
  t: "tonnes",
  ml: "millilitres",
  l: "litres",
  s: "seconds",
  ms: "milliseconds",
  min: "minutes",
  h: "hours",
  kW: "kilowatts",
  MW: "megawatts",
  GW: "gigawatts",
  TW: "terawatts",
  Wh: "watt hours",
  kWh: "kilowatt hours",
  MWh: "megawatt hours",
  GWh: "gigawatt hours",
  TWh: "terawatt hours",
  V: "volts",
  W: "watts",
  Hz: "hertz",
  kHz: "kilohertz",
  MHz: "megahertz",
  GHz: "gigahertz",
  KB: "kilobytes",
  MB: "megabytes",
  GB: "gigabytes",
  TB: "terabytes",
  "km²": "square kilometres",
  "m²": "square metres",
  "m³": "cubic metres",
  "°C": "degrees Celsius",
  "℃": "degrees Celsius",
  "°F": "degrees Fahrenheit",
  "°": "degrees",
  "%": "percent",
  "‰": "per thousand",
  k: "thousand",
  K: "thousand",
  M: "million",
  bn: "billion",
  tn: "trillion",
};
const CURRENCIES: Record<string, readonly [one: string, many: string]> = {
  $: ["dollar", "dollars"],
  "€": ["euro", "euros"],
  "£": ["pound", "pounds"],
  "¥": ["yen", "yen"],
};
const SCALES = /^(?:hundred|thousand|million|billion|trillion)s?$/i;
const ABBREVIATIONS: Record<string, string> = {
  "e.g": "for example",
  "i.e": "that is",
  etc: "et cetera",
  vs: "versus",
  approx: "approximately",
  ca: "around",
  cf: "compare",
  dr: "doctor",
  mr: "mister",
  mrs: "missus",
  prof: "professor",
  "co₂": "C O 2",
  co2: "C O 2",
  "h₂o": "H 2 O",
};
// Initialisms that a reading by letter-to-sound rules would pronounce as a word.
const SPELLED = new Set(
  "AI API AC DC EU UK US USA UN UI UX EV EVs ID IO IT IoT OS UV LED LEDs CEO CTO EPA IPO IEA IEEE ISO IPCC AR VR AD BC EUR".split(
    " ",
  ),
);
const FRACTIONS: Record<string, string> = { "½": "a half", "¼": "a quarter", "¾": "three quarters" };
const LONGEST = 40;

/** How the word at `index` is said; empty where it has no sound in English. */
export function spokenEnglish(words: readonly string[], index: number): string {
  const word = bare(words[index] ?? "");
  const previous = bare(words[index - 1] ?? "");
  const next = bare(words[index + 1] ?? "");
  if (/\d$/.test(previous) && Object.hasOwn(UNITS, word)) return unitAfter(previous, UNITS[word] ?? "");
  // "$5 million" is said "5 million dollars": the currency goes to the scale word.
  const owed = SCALES.test(word) ? currencyOf(previous) : undefined;
  const said = spokenParts(word, SCALES.test(next));
  return owed ? `${said} ${owed[1]}` : said;
}

function bare(word: string): string {
  return word
    .normalize("NFC")
    .replace(/^[^\p{L}\p{N}$€£¥%‰°℃#@&+~<>≈±−-]+/u, "")
    .replace(/[^\p{L}\p{N}%‰°℃$€£¥²³&+½¼¾₂]+$/u, "");
}

function currencyOf(word: string): readonly [string, string] | undefined {
  const sign = /^[^\p{L}\p{N}]*([$€£¥])[\d.,]+$/u.exec(word)?.[1];
  return sign === undefined ? undefined : CURRENCIES[sign];
}

function unitAfter(amount: string, unit: string): string {
  return amount === "1" ? unit.replace(/^([a-z]+?)s\b/, "$1") : unit;
}

function spokenParts(word: string, scaleFollows: boolean): string {
  const known = ABBREVIATIONS[word.toLowerCase().replace(/\.$/, "")];
  if (known !== undefined) return known;
  if (SPELLED.has(word)) return word.replace(/s$/, "").split("").join(" ") + (word.endsWith("s") ? "s" : "");
  const range = /^(\D?)([\d.,]+)[–—-](\D?)([\d.,]+)(.*)$/u.exec(word);
  if (range && (range[1] === range[3] || range[3] === "")) {
    const [, sign = "", from = "", , to = "", unit = ""] = range;
    return `${number(from)} to ${spokenParts(`${sign}${to}${unit}`, scaleFollows)}`;
  }
  const money = /^([$€£¥])([\d.,]+)([a-zA-Z]*)(.*)$/u.exec(word);
  if (money) {
    const [, sign = "", amount = "", scale = "", rest = ""] = money;
    const [one, many] = CURRENCIES[sign] ?? ["", ""];
    const unit = scaleFollows ? "" : amount === "1" && scale === "" ? one : many;
    return clean(`${number(amount)} ${UNITS[scale] ?? letters(scale)} ${unit} ${letters(rest)}`);
  }
  if (/^\d{3}0['’]?s$/.test(word)) return decade(word.slice(0, 4));
  const measured = /^([−+±≈~<>-]?)([\d.,]*\d)\s*(\D+)$/u.exec(word);
  if (measured) {
    const [, sign = "", amount = "", unit = ""] = measured;
    if (Object.hasOwn(UNITS, unit))
      return `${signWord(sign)}${number(amount)} ${unitAfter(amount, UNITS[unit] ?? "")}`;
    if (Object.hasOwn(FRACTIONS, unit)) return `${number(amount)} and ${FRACTIONS[unit] ?? ""}`;
  }
  const signed = /^([−+±≈~<>#-])(\d.*)$/u.exec(word);
  if (signed) return clean(`${signWord(signed[1] ?? "")} ${letters(signed[2] ?? "")}`);
  return letters(word);
}

function signWord(sign: string): string {
  const words: Record<string, string> = {
    "−": "minus ",
    "-": "minus ",
    "+": "plus ",
    "±": "plus or minus ",
    "≈": "about ",
    "~": "about ",
    "<": "less than ",
    ">": "more than ",
    "#": "number ",
  };
  return words[sign] ?? "";
}

function number(digits: string): string {
  return digits.replace(/[.,]+$/, "").replace(/(\d),(?=\d{3}(?:\D|$))/g, "$1");
}

function decade(year: string): string {
  const tens = [
    "thousands",
    "tens",
    "twenties",
    "thirties",
    "forties",
    "fifties",
    "sixties",
    "seventies",
    "eighties",
    "nineties",
  ];
  return year.endsWith("00")
    ? `${year.slice(0, 2)} hundreds`
    : `${year.slice(0, 2)} ${tens[Number(year[2])] ?? ""}`;
}

/** Anything else in letters the voice has: accents folded, signs as words or gone, absurd lengths cut. */
function letters(word: string): string {
  const folded = word
    .replace(/&/g, " and ")
    .replace(/\+/g, " plus ")
    .replace(/=/g, " equals ")
    .replace(/@/g, " at ")
    .replace(/%/g, " percent ")
    .replace(/(?<=\d),(?=\d{3}(?:\D|$))/g, "")
    .replace(/(?<=\p{L})\.(?=\p{L}{2,})/gu, " dot ")
    .replace(/(?<=[\p{L}\d])[/–—-](?=[\p{L}\d])/gu, " ")
    .replace(/[’‘]/g, "'")
    .replace(/ß/g, "ss")
    .replace(/[øØ]/g, "o")
    .replace(/[æÆ]/g, "ae")
    .replace(/[œŒ]/g, "oe")
    .replace(/ł/g, "l")
    .replace(/Ł/g, "L")
    .normalize("NFKD")
    .replace(/(?<!\d)\.|\.(?!\d)/g, " ")
    .replace(/[^A-Za-z0-9'. :]/g, "")
    .replace(/^'+|'+$|:+(?!\d)/g, "");
  return clean(folded)
    .split(" ")
    .map((part) => (part.length > LONGEST ? part.slice(0, LONGEST) : part))
    .join(" ");
}

function clean(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

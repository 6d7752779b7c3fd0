/** The number of decimals of a currency. */
export const digitsOf = (currency: string) =>
  new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;

/**
 * What somebody typed as an amount, in minor units: "12 500", "12,500.50", "12.500,5 €". Null when it is no amount.
 * The last separator is a decimal one unless exactly three digits follow it and it could separate thousands.
 */
export function parseAmount(text: string, currency: string): string | null {
  const digits = digitsOf(currency);
  const bare = text.replace(/[\s\u00a0\u202f'’\p{Sc}]|[A-Za-z]{3}/gu, "");
  if (!/^\d[\d.,]*$/.test(bare)) return null;
  const last = Math.max(bare.lastIndexOf("."), bare.lastIndexOf(","));
  const fraction = last < 0 ? "" : bare.slice(last + 1);
  const separator = bare[last] ?? "";
  const repeated = last >= 0 && bare.indexOf(separator) !== last;
  const mixed = /[.]/.test(bare) && /[,]/.test(bare);
  const thousands = last >= 0 && (repeated || (!mixed && fraction.length === 3 && digits !== 3));
  const grouped = thousands || last < 0 ? bare : bare.slice(0, last);
  if (!/^\d+$|^\d{1,3}(\.\d{2,3})*\.\d{3}$|^\d{1,3}(,\d{2,3})*,\d{3}$/.test(grouped)) return null;
  const whole = grouped.replace(/[.,]/g, "");
  const decimals = thousands ? "" : fraction;
  if (decimals.length > digits || whole.length > 15) return null;
  return (whole + decimals.padEnd(digits, "0")).replace(/^0+(?=\d)/, "");
}

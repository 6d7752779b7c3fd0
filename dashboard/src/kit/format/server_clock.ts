/** How far the browser's clock is off, learnt from the server's answers. */
let offset = 0;

/** The server's time now, in milliseconds. */
export const clock = () => Date.now() + offset;

/** `fetch` that reads the answer's `Date`. Its second is enough for "2 minutes ago". */
export const fetchAndLearnTime: typeof fetch = async (...request) => {
  const answer = await fetch(...request);
  const told = Date.parse(answer.headers.get("date") ?? "");
  if (Number.isFinite(told)) {
    const difference = told + 500 - Date.now();
    offset = Math.abs(difference) > 5_000 ? difference : 0;
  }
  return answer;
};

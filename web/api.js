// Calls of the admin's API. Paths are relative: the page works under any prefix.

export async function get(path) {
  return answerOf(await fetch(path, { headers: { Accept: "application/json" } }));
}

export async function send(method, path, body) {
  return answerOf(
    await fetch(path, { method, headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }),
  );
}

async function answerOf(response) {
  const text = await response.text();
  let answer;
  try {
    answer = JSON.parse(text);
  } catch {
    throw new Error(`The admin answered ${response.status} with something that is no JSON.`);
  }
  if (response.ok) return answer;
  throw new Error([answer.error, answer.hint].filter(Boolean).join(" "));
}

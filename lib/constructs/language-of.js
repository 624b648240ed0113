/**
 * The language of `Accept-Language` that weighs most, of those that there are. At the edge, before the code of either distribution's function:
 * ECMAScript 5.1 and a little more, as in viewer-request.js.
 */
// biome-ignore-all lint/correctness/noUnusedVariables: the code behind it calls it.
function languageOf(request, languages) {
  const header = request.headers['accept-language'];
  let best = { language: languages[0], weight: 0 };
  (header ? header.value : '')
    .slice(0, 200)
    .toLowerCase()
    .split(',')
    .forEach((range) => {
      const parts = range.split(';');
      const language = parts[0].trim().split('-')[0];
      const weight = parts.length > 1 ? Number(parts[1].trim().replace('q=', '')) : 1;
      if (weight > best.weight && languages.includes(language)) {
        best = { language: language, weight: weight };
      }
    });
  return best.language;
}

/**
 * Runs at the edge of the status page, for every request: the language of the page, and a plain answer for what is not there.
 * ECMAScript 5.1 and a little more, as in viewer-request.js. `status` and `languageOf` are put in front of it at synth, see status-request.ts.
 */
// biome-ignore-all lint/complexity/useOptionalChain: the runtime doesn't have it.
// biome-ignore-all lint/correctness/noUnusedVariables: CloudFront calls `handler` by its name.
function handler(event) {
  const request = event.request;
  const uri = request.uri;
  if (uri === '/' || uri === '/index.html') {
    request.uri = `/${languageOf(request, status.languages)}/index.html`;
    return request;
  }
  const language = status.languages.find((one) => uri === `/${one}/` || uri === `/${one}`);
  if (language) {
    request.uri = `/${language}/index.html`;
    return request;
  }
  if (uri === '/robots.txt' || uri.startsWith('/assets/') || status.files.includes(uri)) {
    return request;
  }
  return {
    statusCode: 404,
    statusDescription: 'Not Found',
    headers: Object.assign({}, status.headers, {
      'content-type': { value: 'text/plain; charset=utf-8' },
      'cache-control': { value: 'no-store' },
    }),
    body: { encoding: 'text', data: 'There is nothing here. The status page is at /\n' },
  };
}

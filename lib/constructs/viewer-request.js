/**
 * Runs at the edge before the cache, for every request. CloudFront's runtime (cloudfront-js-2.0) is ECMAScript 5.1 with
 * some of what came later: `const`, arrows and template literals, but no `for...of`, `?.`, `??`, spread or destructuring.
 * `portiere` and `languageOf` are put in front of it at synth, see viewer-request.ts.
 */
// biome-ignore-all lint/complexity/useOptionalChain: the runtime doesn't have it.
// biome-ignore-all lint/correctness/noUnusedVariables: CloudFront calls `handler` by its name.
function handler(event) {
  const request = event.request;
  // The site's address for links and origin checks where no domain is configured. Always overwritten: the API
  // believes it, because only the edge knows the origin secret.
  request.headers['x-viewer-origin'] = { value: `https://${event.context.distributionDomainName}` };

  const uri = request.uri;
  if (uri.startsWith('/v1/') || uri.startsWith('/assets/') || portiere.files.includes(uri)) {
    return request;
  }
  if (uri === '/.well-known/change-password') {
    return respond(302, 'Found', { location: { value: '/account' } });
  }
  const asked = request.querystring.lang;
  const language = asked && portiere.languages.includes(asked.value) ? asked.value : languageOf(request, portiere.languages);
  const page = uri === '/' ? 'index' : uri.slice(1);
  if (page !== 'not-found' && portiere.pages.includes(page)) {
    request.uri = `/${language}/${page}.html`;
    return request;
  }
  const headers = { 'content-type': { value: 'text/html; charset=utf-8' }, 'content-language': { value: language } };
  return respond(404, 'Not Found', headers, portiere.notFound[language]);
}

/** Answers made here may pass by the response headers policy, so they bring the security headers along. */
function respond(statusCode, statusDescription, headers, body) {
  const response = {
    statusCode: statusCode,
    statusDescription: statusDescription,
    headers: Object.assign({ 'cache-control': { value: 'no-store' } }, portiere.headers, headers),
  };
  if (body !== undefined) {
    response.body = { encoding: 'text', data: body };
  }
  return response;
}

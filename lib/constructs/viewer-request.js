/**
 * Runs at the edge before the cache, for every request (CloudFront Functions, cloudfront-js-2.0: no imports, no
 * timers, no network; 10 KB). `portiere` is put in front of it at synth, see viewer-request.ts.
 */
// biome-ignore lint/correctness/noUnusedVariables: CloudFront calls it by this name.
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
  const language = languageOf(request);
  const page = uri === '/' ? 'index' : uri.slice(1);
  if (page !== 'not-found' && portiere.pages.includes(page)) {
    request.uri = `/${language}/${page}.html`;
    return request;
  }
  const headers = { 'content-type': { value: 'text/html; charset=utf-8' }, 'content-language': { value: language } };
  return respond(404, 'Not Found', headers, portiere.notFound[language]);
}

/** By `?lang=`, else by the first language of `Accept-Language` that there is, by its weight. */
function languageOf(request) {
  const asked = request.querystring.lang?.value;
  if (portiere.languages.includes(asked)) {
    return asked;
  }
  let best = portiere.languages[0];
  let bestWeight = 0;
  for (const part of (request.headers['accept-language']?.value ?? '').slice(0, 200).split(',')) {
    const pieces = part.trim().toLowerCase().split(';');
    const language = pieces[0].split('-')[0];
    const quality = pieces.slice(1).find((piece) => piece.trim().startsWith('q='));
    const weight = quality === undefined ? 1 : Number(quality.trim().slice(2));
    if (weight > bestWeight && portiere.languages.includes(language)) {
      best = language;
      bestWeight = weight;
    }
  }
  return best;
}

/** Answers made here pass by the response headers policy, so they bring the security headers along. */
function respond(statusCode, statusDescription, headers, body) {
  const response = {
    statusCode,
    statusDescription,
    headers: Object.assign({ 'cache-control': { value: 'no-store' } }, portiere.headers, headers),
  };
  if (body !== undefined) {
    response.body = { encoding: 'text', data: body };
  }
  return response;
}

/**
 * Vectors of CVSS 4.0, by the grammar of the specification (first.org, section 7): every base metric once, then those of the other
 * groups that are given, all in the order of its table 23. What passes has no character that could mean anything elsewhere.
 */
const base = [
  ['AV', 'NALP'],
  ['AC', 'LH'],
  ['AT', 'NP'],
  ['PR', 'NLH'],
  ['UI', 'NPA'],
  ['VC', 'HLN'],
  ['VI', 'HLN'],
  ['VA', 'HLN'],
  ['SC', 'HLN'],
  ['SI', 'HLN'],
  ['SA', 'HLN'],
] as const;
const others = [
  ['E', 'XAPU'],
  ['CR', 'XHML'],
  ['IR', 'XHML'],
  ['AR', 'XHML'],
  ['MAV', 'XNALP'],
  ['MAC', 'XLH'],
  ['MAT', 'XNP'],
  ['MPR', 'XNLH'],
  ['MUI', 'XNPA'],
  ['MVC', 'XHLN'],
  ['MVI', 'XHLN'],
  ['MVA', 'XHLN'],
  ['MSC', 'XHLN'],
  ['MSI', 'XSHLN'],
  ['MSA', 'XSHLN'],
  ['S', 'XNP'],
  ['AU', 'XNY'],
  ['R', 'XAUI'],
  ['V', 'XDC'],
  ['RE', 'XLMH'],
] as const;

const metric = ([name, values]: readonly [string, string]) => `/${name}:[${values}]`;
/** Of words instead of letters: `U:Clear` to `U:Red`. */
const urgency = '(?:/U:(?:X|Clear|Green|Amber|Red))?';

export const cvssVector = new RegExp(
  `^CVSS:4\\.0${base.map(metric).join('')}${others.map((each) => `(?:${metric(each)})?`).join('')}${urgency}$`,
);
export const cvssExample = 'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:N/SC:N/SI:N/SA:N';

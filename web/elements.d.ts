/** Custom elements that the pages use, for the types of JSX. */
import type { JSX } from 'preact';

declare module 'preact' {
  namespace JSX {
    interface IntrinsicElements {
      'portiere-notices': JSX.HTMLAttributes<HTMLElement>;
    }
  }
}

/** Crashes on demand: between any two calls to the world, as if the function had been killed there. */
import { Unavailable } from '../../lambda/domain/ports.ts';

/** The same store, asking before each call whether it may happen. @param before throws, or lets it pass */
export function intercepted<T extends object>(store: T, before: (method: string) => void): T {
  return new Proxy(store, {
    get(target, name) {
      const member = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return async (...parameters: unknown[]) => {
        before(String(name));
        return member.apply(target, parameters);
      };
    },
  });
}

/** The same store without one of its methods. */
export function failing<T extends object>(store: T, method: keyof T, fault: Error = new Unavailable('store')): T {
  return intercepted(store, (called) => {
    if (called === method) throw fault;
  });
}

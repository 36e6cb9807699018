import type {
  ICodeRepository,
  ILocalClone,
  ISuggestedRepositories,
  RepositorySource
} from '../tokens';
import { repositoryKey, repositoryName } from './url';

/** Who suggests a repository, by which address. */
export interface IOrigin {
  source: RepositorySource;
  url: string;
}

/** A repository, whoever suggests it and however often it was cloned. */
export interface IRepository {
  key: string;
  name: string;
  url: string;
  /** The branch to work on, where one is set. */
  branch?: string;
  origins: IOrigin[];
  /** How it is registered in the account; maybe more than once, with other secrets. */
  registrations: ICodeRepository[];
  clones: ILocalClone[];
}

const SOURCES = ['space', 'profile', 'domain'] as const;

/** One entry a repository, sorted by name; addresses of the same repository are one. */
export function mergeRepositories(
  suggested: ISuggestedRepositories | null,
  clones: readonly ILocalClone[]
): { items: IRepository[]; others: ILocalClone[] } {
  const items = new Map<string, IRepository>();
  const add = (source: RepositorySource, url: string): IRepository => {
    const key = repositoryKey(url);
    let item = items.get(key);
    if (!item) {
      const name = repositoryName(url);
      item = { key, name, url, origins: [], registrations: [], clones: [] };
      items.set(key, item);
    }
    if (
      !item.origins.some(each => each.source === source && each.url === url)
    ) {
      item.origins.push({ source, url });
    }
    return item;
  };
  for (const source of SOURCES) {
    suggested?.[source]?.value?.forEach(url => add(source, url));
  }
  for (const registration of suggested?.account.value ?? []) {
    const item = add('account', registration.url);
    item.registrations.push(registration);
    item.branch ??= registration.branch;
  }
  const others: ILocalClone[] = [];
  for (const clone of clones) {
    const item =
      clone.url === null ? null : items.get(repositoryKey(clone.url));
    (item?.clones ?? others).push(clone);
  }
  const sorted = [...items.values()].sort(
    (a, b) => a.name.localeCompare(b.name) || a.key.localeCompare(b.key)
  );
  return { items: sorted, others };
}

import type { ListTagsOutput, Tag } from '@aws-sdk/client-sagemaker';

import type { JsonClient } from './json';

/** All tags of a resource. */
export async function listTags(
  client: JsonClient,
  ResourceArn: string,
  abortSignal?: AbortSignal
): Promise<Tag[]> {
  const tags: Tag[] = [];
  let NextToken: string | undefined;
  do {
    const page: ListTagsOutput = await client.call(
      'ListTags',
      { ResourceArn, NextToken },
      abortSignal
    );
    tags.push(...(page.Tags ?? []));
    NextToken = page.NextToken;
  } while (NextToken);
  return tags;
}

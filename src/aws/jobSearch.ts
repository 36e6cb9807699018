import type {
  Filter,
  SearchExpression,
  SearchRequest
} from '@aws-sdk/client-sagemaker';

import { field } from '../core/context';
import type { IContext, IJobListOptions, IJobQuery } from '../tokens';
import { ownerOf } from './studioSettings';
import { TAG } from './wire';

/**
 * The Search for notebook jobs: not archived, made by a scheduler or a pipeline, of this domain,
 * and whatever else is asked for. Without more it is the one AWS's scheduler makes.
 */
export function toSearch(
  context: IContext,
  options: IJobListOptions
): SearchRequest {
  const domainArn = domainArnOf(context);
  // A second `Contains` is an error of Search (API reference, "Filter").
  const name = domainArn !== undefined && options.nameContains;
  return {
    Resource: 'TrainingJob',
    MaxResults: Math.min(100, Math.max(1, options.pageSize ?? 100)),
    ...(options.nextToken && { NextToken: options.nextToken }),
    SortBy: 'CreationTime',
    SortOrder: 'Descending',
    SearchExpression: {
      Filters: [
        equals(TAG.isArchived, 'false'),
        ...(name
          ? [
              {
                Name: `Tags.${TAG.name}`,
                Operator: 'Contains' as const,
                Value: name
              }
            ]
          : []),
        ...(options.definitionId
          ? [equals(TAG.jobDefinitionId, options.definitionId)]
          : [])
      ],
      SubExpressions: [
        sourceOf(options.source),
        ...domainOf(context, domainArn, !!name),
        ...scopeOf(context, options.scope),
        ...statusOf(options.status)
      ]
    }
  };
}

function equals(tag: string, Value: string): Filter {
  return { Name: `Tags.${tag}`, Operator: 'Equals', Value };
}

function exists(tag: string, isThere = true): Filter {
  return { Name: `Tags.${tag}`, Operator: isThere ? 'Exists' : 'NotExists' };
}

function sourceOf(source: IJobQuery['source']): SearchExpression {
  const scheduler = equals(TAG.isSchedulingJob, 'true');
  const step = equals(TAG.origin, 'PIPELINE_STEP');
  switch (source) {
    case 'extension':
    case 'scheduler':
      return {
        Filters: [
          scheduler,
          exists(TAG.jobDefinitionId, false),
          exists(TAG.sweep, false),
          exists(TAG.notebookPath, source === 'extension')
        ]
      };
    case 'schedule':
      return { Filters: [scheduler, exists(TAG.jobDefinitionId)] };
    case 'sweep':
      return { Filters: [scheduler, exists(TAG.sweep)] };
    case 'pipeline-step':
      return { Filters: [step] };
    case undefined:
      return { Filters: [scheduler, step], Operator: 'Or' };
  }
}

/** By the tag Studio sets, or by the one a script sets outside of it. */
function domainOf(
  context: IContext,
  arn: string | undefined,
  isContainsTaken: boolean
): SearchExpression[] {
  const id = field(context, 'domainId');
  const byArn: Filter =
    arn !== undefined && isContainsTaken
      ? equals(TAG.domainArn, arn)
      : { Name: `Tags.${TAG.domainArn}`, Operator: 'Contains', Value: id };
  return id
    ? [{ Filters: [byArn, equals(TAG.domainName, id)], Operator: 'Or' }]
    : [];
}

function scopeOf(
  context: IContext,
  scope: IJobQuery['scope'] = 'mine'
): SearchExpression[] {
  const domainId = field(context, 'domainId');
  if (!domainId || scope === 'domain') {
    return [];
  }
  if (scope === 'space') {
    const space = field(context, 'spaceName');
    const arn = space && arnOf(context, `space/${domainId}/${space}`);
    return space
      ? [
          {
            Filters: [
              equals(TAG.spaceName, space),
              ...(arn ? [equals(TAG.spaceArn, arn)] : [])
            ],
            Operator: 'Or'
          }
        ]
      : [];
  }
  const owner = ownerOf(context);
  return owner
    ? [
        {
          SubExpressions: [
            {
              Filters: [
                exists(TAG.userProfileName, false),
                exists(TAG.spaceName, false)
              ]
            },
            { Filters: [equals(owner.tag, owner.name)] }
          ],
          Operator: 'Or'
        }
      ]
    : [];
}

function statusOf(status: IJobQuery['status']): SearchExpression[] {
  const has = (Value: string): Filter => ({
    Name: 'TrainingJobStatus',
    Operator: 'Equals',
    Value
  });
  switch (status) {
    case undefined:
      return [];
    case 'Failed':
      // One whose time was up is `Stopped`; the rest of those is sorted out by the reader.
      return [{ Filters: [has('Failed'), has('Stopped')], Operator: 'Or' }];
    case 'InProgress':
      return [
        { Filters: [has('InProgress'), has('Stopping')], Operator: 'Or' }
      ];
    default:
      return [{ Filters: [has(status)] }];
  }
}

function domainArnOf(context: IContext): string | undefined {
  const id = field(context, 'domainId');
  return id ? arnOf(context, `domain/${id}`) : undefined;
}

/** The ARN of something of SageMaker here, if enough is known to write it. */
function arnOf(context: IContext, resource: string): string | undefined {
  const partition = field(context, 'partition');
  const region = field(context, 'region');
  const account = field(context, 'accountId');
  return partition && region && account
    ? `arn:${partition}:sagemaker:${region}:${account}:${resource}`
    : undefined;
}

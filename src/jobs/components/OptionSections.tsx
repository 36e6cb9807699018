import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { FoldedSection } from '../../components/FoldedSection';
import { Checkbox, Field } from '../../components/fields';
import { valueOf } from '../../core/known';
import type { IJobSetting, Known } from '../../tokens';
import type { TimeUnit } from '../limits';
import { isNetworkOf, networkOf } from '../options';
import type { IOptionsForm } from '../options';
import { sourceWords } from '../settingSource';
import type { IProblems } from '../validation';
import {
  capacitySummary,
  imageSummary,
  networkSummary,
  storageSummary
} from '../summaries';
import { DurationControl } from './DurationControl';
import { IdPicker } from './IdPicker';
import type { IFormPartProps } from './ParametersField';
import {
  NotRead,
  TextOption,
  defaultText,
  settingSuggestions,
  suggestionsOf
} from './TextOption';

// How AWS writes ids, in every language.
const EXAMPLES = { subnets: 'subnet-…', groups: 'sg-…' };

/** Image and role. */
export function ImageSection(props: IFormPartProps): JSX.Element {
  const { model, trans } = props;
  const { choices } = model;
  const images = choices.get('images');
  const { role, image } = choices.surroundings ?? {};
  return (
    <FoldedSection
      title={trans.__('Image and role')}
      summary={imageSummary(model.form, trans)}
      hasProblem={hasProblem(model.problems, 'imageUri', 'roleArn')}
      onOpen={() => choices.load('images', 'roles')}
    >
      <TextOption
        {...props}
        name="imageUri"
        label={trans.__('Image')}
        placeholder={defaultText(
          image,
          trans.__('The image of this JupyterLab'),
          ({ value }) => value
        )}
        suggestions={
          images && !('reason' in images)
            ? images.value.map(({ uri, name }) => ({ value: uri, label: name }))
            : undefined
        }
        help={withSource(
          trans.__(
            'An image in Amazon ECR. It needs the kernel and the package sagemaker-headless-execution-driver, as SageMaker Distribution has them.'
          ),
          image,
          trans
        )}
        also={value => ({
          imageArn:
            (images && !('reason' in images) ? images.value : []).find(
              ({ uri }) => uri === value
            )?.arn ?? ''
        })}
      />
      <NotRead
        known={images}
        what={trans.__('the images attached to the domain')}
        trans={trans}
      />
      <TextOption
        {...props}
        name="roleArn"
        label={trans.__('Role')}
        placeholder={defaultText(
          role,
          trans.__('The execution role of this space'),
          ({ value }) => value
        )}
        suggestions={suggestionsOf(choices.get('roles'))}
        help={withSource(
          trans.__(
            'The job acts with the permissions of this role; SageMaker has to be allowed to assume it.'
          ),
          role,
          trans
        )}
      />
      <NotRead
        known={choices.get('roles')}
        what={trans.__('the roles')}
        trans={trans}
      />
    </FoldedSection>
  );
}

/** Places in S3, keys, the volume. */
export function StorageSection(props: IFormPartProps): JSX.Element {
  const { model, trans } = props;
  const { form, problems, choices } = model;
  const { surroundings } = choices;
  const place = defaultText(
    surroundings?.bucket,
    trans.__('The default bucket of notebook jobs'),
    bucket => `s3://${bucket}/`
  );
  const sharing = valueOf(surroundings?.sharing);
  const domainKey = valueOf(surroundings?.domainKey);
  // What administrators named for this comes first, also where KMS can't be asked.
  const keys = (named: ReadonlyArray<IJobSetting> | undefined) => [
    ...settingSuggestions(named, trans),
    ...(suggestionsOf(choices.get('keys')) ?? [])
  ];
  return (
    <FoldedSection
      onOpen={() => choices.load('keys')}
      title={trans.__('Storage and encryption')}
      summary={storageSummary(form, trans)}
      hasProblem={hasProblem(
        problems,
        'inputUri',
        'outputUri',
        'outputKmsKeyId',
        'volumeKmsKeyId',
        'volumeSize'
      )}
    >
      <TextOption
        {...props}
        name="inputUri"
        label={trans.__('Input location')}
        placeholder={place}
        help={trans.__(
          'The notebook and its files are copied into a folder of their own below this place in S3.'
        )}
      />
      <TextOption
        {...props}
        name="outputUri"
        label={trans.__('Output location')}
        placeholder={place}
        suggestions={settingSuggestions(sharing?.places, trans)}
        help={
          sharing?.places.length
            ? trans.__(
                'The list has the places that administrators set for sharing notebooks.'
              )
            : undefined
        }
      />
      <TextOption
        {...props}
        name="outputKmsKeyId"
        label={trans.__('Key for the output')}
        placeholder={trans.__('The key of the bucket')}
        suggestions={keys(sharing?.keys)}
        help={trans.__('A KMS key: its id, its ARN or alias/….')}
      />
      <TextOption
        {...props}
        name="volumeKmsKeyId"
        label={trans.__('Key for the volume')}
        placeholder={trans.__('None')}
        suggestions={keys(domainKey ? [domainKey] : undefined)}
        help={
          domainKey
            ? trans.__(
                'Without a key the job’s volume is not encrypted with one of yours; the domain encrypts its own with %1.',
                domainKey.value
              )
            : trans.__(
                'Without a key the job’s volume is not encrypted with one of yours.'
              )
        }
      />
      <NotRead
        known={choices.get('keys')}
        what={trans.__('the keys')}
        trans={trans}
      />
      <Field
        label={trans.__('Volume size (GB)')}
        problem={problems.options.volumeSize}
      >
        {attributes => (
          <input
            {...attributes}
            type="number"
            min={1}
            max={16384}
            step={1}
            value={form.volumeSize}
            onChange={event => model.update({ volumeSize: event.target.value })}
          />
        )}
      </Field>
    </FoldedSection>
  );
}

/** VPC and isolation. */
export function NetworkSection(props: IFormPartProps): JSX.Element {
  const { model, trans } = props;
  const { form, problems, choices } = model;
  const domain = valueOf(choices.surroundings?.network);
  const load = () => choices.load('subnets', 'securityGroups');
  return (
    <FoldedSection
      onOpen={() => form.usesVpc && load()}
      title={trans.__('Network')}
      summary={networkSummary(form, trans)}
      hasProblem={hasProblem(problems, 'subnets', 'securityGroupIds')}
    >
      <Checkbox
        label={trans.__('Run in a VPC')}
        isChecked={form.usesVpc}
        help={trans.__(
          'The job reaches what its subnets and security groups let it reach; it needs a way to Amazon S3.'
        )}
        onChange={isChecked => {
          load();
          model.update({
            usesVpc: isChecked,
            // Begins with the domain's network, unless something was typed before.
            ...(isChecked &&
              domain &&
              !form.subnets &&
              !form.securityGroupIds &&
              networkOf(domain))
          });
        }}
      />
      {form.usesVpc && (
        <>
          {domain && (
            <p className="jp-SageMakerStudio-Field-help">
              {domain.isVpcOnly
                ? trans.__(
                    'The domain reaches the internet by its VPC only, so jobs begin with its subnets and security groups.'
                  )
                : isNetworkOf(form, domain)
                  ? trans.__(
                      'These are the subnets of the domain, and the security groups set for domain and user profile.'
                    )
                  : trans.__('This is not the network of the domain.')}
            </p>
          )}
          <TextOption
            {...props}
            name="subnets"
            label={trans.__('Subnets')}
            placeholder={EXAMPLES.subnets}
            help={trans.__(
              'Ids of 1 to 16 private subnets, separated by commas.'
            )}
          />
          <IdPicker {...props} name="subnets" known={choices.get('subnets')} />
          <TextOption
            {...props}
            name="securityGroupIds"
            label={trans.__('Security groups')}
            placeholder={EXAMPLES.groups}
            help={trans.__(
              'Ids of 1 to 5 security groups, separated by commas.'
            )}
          />
          <IdPicker
            {...props}
            name="securityGroupIds"
            known={choices.get('securityGroups')}
          />
        </>
      )}
      <Checkbox
        label={trans.__('Network isolation')}
        isChecked={form.networkIsolation}
        help={trans.__(
          'The notebook reaches no network: no downloads, no pip, no other AWS services.'
        )}
        onChange={isChecked => model.update({ networkIsolation: isChecked })}
      />
    </FoldedSection>
  );
}

/** Spot capacity. */
export function CapacitySection(props: IFormPartProps): JSX.Element {
  const { model, trans } = props;
  const { form, problems } = model;
  return (
    <FoldedSection
      title={trans.__('Capacity')}
      summary={capacitySummary(form, trans)}
      hasProblem={hasProblem(problems, 'maxWait')}
    >
      <Checkbox
        label={trans.__('Use spot capacity')}
        isChecked={form.usesSpot}
        help={trans.__(
          'Cheaper, but the job may have to wait for capacity and can be interrupted; it then begins anew.'
        )}
        onChange={isChecked => model.update({ usesSpot: isChecked })}
      />
      {form.usesSpot && (
        <Field
          label={trans.__('Maximum wait')}
          problem={problems.options.maxWait}
          help={trans.__('Waiting and running together.')}
        >
          {attributes => (
            <DurationControl
              attributes={attributes}
              value={form.maxWait}
              unit={form.maxWaitUnit}
              unitLabel={trans.__('Unit of the maximum wait')}
              onValue={maxWait => model.update({ maxWait })}
              onUnit={(maxWaitUnit: TimeUnit) => model.update({ maxWaitUnit })}
              trans={trans}
            />
          )}
        </Field>
      )}
    </FoldedSection>
  );
}

/** Help for an option, with whose setting holds where nothing is typed. */
function withSource(
  help: string,
  known: Known<IJobSetting> | undefined,
  trans: TranslationBundle
): string {
  const setting = valueOf(known);
  return setting
    ? trans.__(
        '%1 Where none is typed it is that of %2.',
        help,
        sourceWords(setting.source, trans)
      )
    : help;
}

/** Whether something in a section has to be changed. */
export function hasProblem(
  problems: IProblems,
  ...names: (keyof IOptionsForm)[]
): boolean {
  return names.some(name => problems.options[name] !== undefined);
}

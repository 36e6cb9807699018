import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { Checkbox } from '../../../components/fields';
import { shortUrl } from '../../../core/codeRepositories';
import type { IPlan } from '../plan';
import type { Proposal } from '../proposal';
import { fileSystemWords, lastPart } from '../settingWords';
import { fileSystemKey } from '../settings';

/** What a control of a plan needs. */
export interface IControlProps {
  proposal: Proposal;
  plan: IPlan;
  /** Id of the words that name it. */
  labelId: string;
  /** Id of what is to be known of it. */
  describedBy: string | undefined;
  isInvalid: boolean;
  trans: TranslationBundle;
}

/** Versions of an image that are offered; the older ones stay what they are for those who run them. */
const MOST_VERSIONS = 8;

function attributesOf({ labelId, describedBy, isInvalid }: IControlProps) {
  return {
    className: 'jp-mod-styled',
    'aria-labelledby': labelId,
    'aria-describedby': describedBy,
    'aria-invalid': isInvalid
  };
}

/** The instance type: typed, with those SageMaker names to choose from. */
export function TypeControl(props: IControlProps): JSX.Element {
  const { proposal, plan } = props;
  const wanted = plan.after.spec.instanceType ?? '';
  const [text, setText] = React.useState(wanted);
  const id = React.useId();
  const { types } = proposal.choosable;
  const take = (instanceType: string) => {
    if (instanceType && instanceType !== wanted) {
      proposal.edit({ instanceType });
    }
  };
  return (
    <>
      <input
        {...attributesOf(props)}
        type="text"
        list={id}
        spellCheck={false}
        value={text}
        onChange={({ target }) => {
          setText(target.value);
          // Half a name is no type; what nobody knows is taken when the field is left.
          if (types.includes(target.value)) {
            take(target.value);
          }
        }}
        onBlur={() => take(text.trim())}
      />
      <datalist id={id}>
        {types.map(type => (
          <option key={type} value={type} />
        ))}
      </datalist>
    </>
  );
}

/** The image: its newest version, or a named one. */
export function ImageControl(props: IControlProps): JSX.Element {
  const { proposal, plan, trans } = props;
  const images = proposal.choosable.images.value ?? [];
  const { spec } = plan.after;
  const present = spec.imageArn ?? '';
  const isKnown = images.some(({ arn }) => arn === present);
  // The plan's, as a version may have been taken along to the image that goes with the type.
  const alias = plan.draft.image?.versionAlias ?? '';
  return (
    <select
      {...attributesOf(props)}
      value={`${present}|${isKnown ? alias : ''}`}
      onChange={({ target }) => {
        const [arn, versionAlias] = target.value.split('|');
        const image = versionAlias ? { arn, versionAlias } : { arn };
        proposal.edit({ image: arn ? image : undefined });
      }}
    >
      {!isKnown && (
        <option value={`${present}|`}>
          {present ? lastPart(present) : trans.__('SageMaker’s default')}
        </option>
      )}
      {images.map(({ arn, displayName, versions }) => (
        <optgroup key={arn} label={displayName}>
          <option value={`${arn}|`}>
            {arn === plan.before.spec.imageArn
              ? trans.__('%1, as it is', displayName)
              : trans.__('%1, newest', displayName)}
          </option>
          {versions
            .filter(version => version.alias)
            .sort((a, b) => b.version - a.version)
            .slice(0, MOST_VERSIONS)
            .map(version => (
              <option key={version.arn} value={`${arn}|${version.alias}`}>
                {trans.__('%1 %2', displayName, version.alias ?? '')}
              </option>
            ))}
          {arn === present &&
            alias &&
            versions.every(version => version.alias !== alias) && (
              <option value={`${arn}|${alias}`}>
                {trans.__('%1 %2', displayName, alias)}
              </option>
            )}
        </optgroup>
      ))}
    </select>
  );
}

/** The size of the volume. */
export function VolumeControl(props: IControlProps): JSX.Element {
  const { proposal, plan } = props;
  const { rules } = proposal.choosable;
  return (
    <NumberControl
      {...props}
      value={plan.after.volumeGb}
      least={plan.before.volumeGb ?? rules.value?.volume.defaultGb ?? 5}
      most={rules.value?.volume.maximumGb}
      onChange={volumeGb => proposal.edit({ volumeGb: volumeGb ?? undefined })}
    />
  );
}

/** The idle time-out in minutes; empty for the administrator's. */
export function IdleControl(props: IControlProps): JSX.Element {
  const { proposal, plan, trans } = props;
  const idle = proposal.choosable.rules.value?.idle;
  return (
    <NumberControl
      {...props}
      value={plan.after.idleMinutes}
      least={idle?.minMinutes}
      most={idle?.maxMinutes}
      placeholder={trans.__('minutes')}
      isDisabled={idle?.isEnabled === false}
      onChange={idleMinutes => proposal.edit({ idleMinutes })}
    />
  );
}

/** The script that runs at each start. */
export function LifecycleControl(props: IControlProps): JSX.Element {
  const { proposal, plan, trans } = props;
  const configs = proposal.choosable.rules.value?.lifecycleConfigs ?? [];
  const present = plan.after.spec.lifecycleConfigArn ?? '';
  const isKnown = !present || configs.some(({ arn }) => arn === present);
  return (
    <select
      {...attributesOf(props)}
      value={present}
      onChange={({ target }) =>
        proposal.edit({ lifecycleConfigArn: target.value || null })
      }
    >
      <option value="">{trans.__('none')}</option>
      {!isKnown && <option value={present}>{lastPart(present)}</option>}
      {configs.map(({ arn, name, isDefault }) => (
        <option key={arn} value={arn}>
          {isDefault ? trans.__('%1 (default)', name) : name}
        </option>
      ))}
    </select>
  );
}

/** Which of the authorised file systems are attached. */
export function FileSystemsControl(props: IControlProps): JSX.Element {
  const { proposal, plan, labelId, trans } = props;
  const { rules, fileSystemNames } = proposal.choosable;
  const allowed = rules.value?.fileSystems ?? [];
  const attached = plan.after.fileSystems;
  const all = [...plan.before.fileSystems, ...allowed].filter(
    (each, index, list) =>
      list.findIndex(other => fileSystemKey(other) === fileSystemKey(each)) ===
      index
  );
  if (all.length === 0) {
    return (
      <span className="jp-SageMakerStudio-Plan-quiet">
        {trans.__(
          'Your administrator has allowed none for your profile or domain.'
        )}
      </span>
    );
  }
  return (
    <div role="group" aria-labelledby={labelId}>
      {all.map(reference => {
        const key = fileSystemKey(reference);
        const isAttached = attached.some(each => fileSystemKey(each) === key);
        return (
          <Checkbox
            key={key}
            label={fileSystemWords(reference, fileSystemNames, trans)}
            isChecked={isAttached}
            onChange={isWanted =>
              proposal.edit({
                fileSystems: isWanted
                  ? [...attached, reference]
                  : attached.filter(each => fileSystemKey(each) !== key)
              })
            }
          />
        );
      })}
    </div>
  );
}

/** Which Git repositories are attached; another one is added by its address. */
export function RepositoriesControl(props: IControlProps): JSX.Element {
  const { proposal, plan, labelId, trans } = props;
  const [text, setText] = React.useState('');
  const attached = plan.after.repositories;
  const all = [...new Set([...plan.before.repositories, ...attached])];
  const edit = (repositories: string[]) => proposal.edit({ repositories });
  const add = () => {
    const url = text.trim();
    if (url) {
      setText('');
      edit([...new Set([...attached, url])]);
    }
  };
  return (
    <div role="group" aria-labelledby={labelId}>
      {all.map(url => (
        <Checkbox
          key={url}
          label={shortUrl(url)}
          isChecked={attached.includes(url)}
          onChange={isWanted =>
            edit(
              isWanted
                ? [...attached, url]
                : attached.filter(each => each !== url)
            )
          }
        />
      ))}
      <input
        {...attributesOf(props)}
        type="text"
        value={text}
        placeholder={trans.__('https://… to add')}
        spellCheck={false}
        onChange={({ target }) => setText(target.value)}
        onBlur={add}
        onKeyDown={event => {
          if (event.key === 'Enter') {
            add();
          }
        }}
      />
    </div>
  );
}

function NumberControl(
  props: IControlProps & {
    value: number | undefined;
    least?: number;
    most?: number;
    placeholder?: string;
    isDisabled?: boolean;
    onChange: (value: number | null) => void;
  }
): JSX.Element {
  const { value, least, most, placeholder, isDisabled, onChange } = props;
  return (
    <input
      {...attributesOf(props)}
      type="number"
      step={1}
      min={least}
      max={most}
      placeholder={placeholder}
      disabled={isDisabled}
      value={value ?? ''}
      onChange={({ target }) =>
        onChange(target.value === '' ? null : target.valueAsNumber)
      }
    />
  );
}

import type { TranslationBundle } from '@jupyterlab/translation';
import {
  addIcon,
  closeIcon,
  codeIcon,
  copyIcon,
  folderIcon,
  linkIcon,
  textEditorIcon,
  undoIcon
} from '@jupyterlab/ui-components';
import * as React from 'react';

import { IconButton } from '../../components/IconButton';
import { StatusChip } from '../../components/StatusChip';
import type { IFileSystemRow } from '../facts';
import type { FileSystemsModel } from '../model';
import { asCode, asString } from '../paths';
import {
  accessWords,
  allowedWords,
  findingWords,
  kindWords,
  nameOf,
  stateWords,
  throughputWords,
  usageOf
} from '../words';
import type { IFileSystemActions } from './actions';

/** From here on a volume counts as nearly full, as a share. */
const HIGH = 0.9;

/** What a {@link FileSystemItem} needs. */
export interface IFileSystemItemProps {
  row: IFileSystemRow;
  model: FileSystemsModel;
  actions: IFileSystemActions;
  trans: TranslationBundle;
  locale?: string;
}

/** One file system. */
export function FileSystemItem(props: IFileSystemItemProps): JSX.Element {
  const { row, trans } = props;
  const name = nameOf(row, trans);
  return (
    <li className="jp-SageMakerStudio-FileSystem">
      <div className="jp-SageMakerStudio-FileSystem-head">
        <span className="jp-SageMakerStudio-FileSystem-name">{name}</span>
        <StatusChip {...stateWords(row, trans)} />
      </div>
      <Facts {...props} name={name} />
      <Findings {...props} />
      <Actions {...props} name={name} />
    </li>
  );
}

function Facts(props: IFileSystemItemProps & { name: string }): JSX.Element {
  const { row, name, trans, locale } = props;
  const { kind, mount, id, details } = row;
  const usage = usageOf(row, trans, locale);
  const throughput = throughputWords(details, trans);
  const allowed = allowedWords(row, trans);
  const planned =
    row.planned === 'attach'
      ? trans.__('is attached with the next restart')
      : row.planned === 'detach'
        ? trans.__('is detached with the next restart')
        : null;
  return (
    <dl className="jp-SageMakerStudio-FileSystem-facts">
      <dt>{trans.__('Kind')}</dt>
      <dd>
        {kindWords(kind, trans)}
        {id && id !== name && (
          <div className="jp-SageMakerStudio-FileSystem-id">{id}</div>
        )}
      </dd>
      {mount && mount.state !== 'not-mounted' && (
        <>
          <dt>{trans.__('Path')}</dt>
          <dd>
            <DraggablePath path={mount.path} name={name} trans={trans} />
          </dd>
        </>
      )}
      {mount?.state === 'mounted' && (
        <>
          <dt>{trans.__('Access')}</dt>
          <dd>{accessWords(mount.access, trans)}</dd>
        </>
      )}
      {usage && (
        <>
          <dt>{trans.__('Size')}</dt>
          <dd>
            {usage.words}
            {usage.share !== undefined && (
              <meter
                min={0}
                max={1}
                high={HIGH}
                optimum={0}
                value={usage.share}
                aria-label={trans.__('Used of %1', name)}
              />
            )}
          </dd>
        </>
      )}
      {throughput && (
        <>
          <dt>{trans.__('Throughput')}</dt>
          <dd>{throughput}</dd>
        </>
      )}
      {allowed && (
        <>
          <dt>{trans.__('Allowed')}</dt>
          <dd>{allowed}</dd>
        </>
      )}
      {planned && (
        <>
          <dt>{trans.__('Plan')}</dt>
          <dd>{planned}</dd>
        </>
      )}
    </dl>
  );
}

/** A path that can be dragged into a cell, a field, another program. */
function DraggablePath(props: {
  path: string;
  name: string;
  trans: TranslationBundle;
}): JSX.Element {
  const { path, name, trans } = props;
  return (
    <code
      className="jp-SageMakerStudio-FileSystem-path"
      draggable
      title={trans.__(
        '%1\nDrag it into a cell as a string; hold Alt when you begin for code.',
        path
      )}
      onDragStart={event => {
        event.dataTransfer.setData(
          'text/plain',
          event.altKey ? asCode(path, name) : asString(path)
        );
        event.dataTransfer.effectAllowed = 'copyLink';
      }}
    >
      {path}
    </code>
  );
}

/** Why it is not as it should be. */
function Findings(props: IFileSystemItemProps): JSX.Element | null {
  const { row, model, trans } = props;
  if (row.findings.length === 0) {
    return null;
  }
  // One missing permission may keep several things from being checked.
  const words = new Set(
    row.findings.map(finding =>
      findingWords(finding, model.facts.domain, trans)
    )
  );
  const title =
    row.state === 'mounted' || row.state === 'not-answering'
      ? null
      : row.state === 'allowed' || row.state === 'attached'
        ? trans.__('Would not be mounted:')
        : trans.__('Why it is not mounted:');
  return (
    <div className="jp-SageMakerStudio-FileSystem-findings">
      {title && <strong>{title}</strong>}
      <ul>
        {[...words].map(each => (
          <li key={each}>{each}</li>
        ))}
      </ul>
    </div>
  );
}

function Actions(props: IFileSystemItemProps & { name: string }): JSX.Element {
  const { row, actions, name, trans } = props;
  const { mount, kind } = row;
  const isMounted = mount?.state === 'mounted';
  const canShortcut = isMounted && kind !== 'home';
  return (
    <span className="jp-SageMakerStudio-FileSystem-actions">
      <Attachment {...props} />
      {isMounted && (
        <>
          <IconButton
            icon={folderIcon}
            label={
              mount.browserPath === null
                ? trans.__(
                    'Open “%1” in the file browser: it needs a shortcut first',
                    name
                  )
                : trans.__('Open “%1” in the file browser', name)
            }
            isDisabled={mount.browserPath === null || mount.access === 'none'}
            onClick={() => void actions.browse(row)}
          />
          <IconButton
            icon={copyIcon}
            label={trans.__('Copy the path of “%1”', name)}
            onClick={() => void actions.copyPath(row)}
          />
          <IconButton
            icon={textEditorIcon}
            label={trans.__(
              'Insert the path of “%1” into the active cell as a string',
              name
            )}
            onClick={() => void actions.insert(row, 'string')}
          />
          <IconButton
            icon={codeIcon}
            label={trans.__(
              'Insert the path of “%1” into the active cell as code',
              name
            )}
            onClick={() => void actions.insert(row, 'code')}
          />
        </>
      )}
      {canShortcut && mount.shortcuts.length === 0 && (
        <IconButton
          icon={linkIcon}
          label={trans.__('Make a shortcut to “%1” in the home folder…', name)}
          onClick={() => void actions.addShortcut(row)}
        />
      )}
      {mount?.shortcuts.map(shortcut => (
        <button
          key={shortcut}
          type="button"
          className="jp-SageMakerStudio-linkButton"
          title={trans.__('The files stay as they are')}
          onClick={() => void actions.removeShortcut(shortcut)}
        >
          {trans.__('Remove the shortcut “%1”', shortcut)}
        </button>
      ))}
    </span>
  );
}

/** Attach, detach, or what has to come before. */
function Attachment(props: IFileSystemItemProps): JSX.Element | null {
  const { row, actions, trans } = props;
  const { reference, isAttached, planned, state } = row;
  const name = nameOf(row, trans);
  if (!reference) {
    return null;
  }
  if (planned) {
    return (
      <TextButton
        icon={undoIcon}
        label={trans.__('Take back…')}
        title={
          planned === 'attach'
            ? trans.__('Take “%1” out of the plan: do not attach it', name)
            : trans.__('Take “%1” out of the plan: do not detach it', name)
        }
        onClick={() =>
          void (planned === 'attach'
            ? actions.detach(row)
            : actions.attach(row))
        }
      />
    );
  }
  if (isAttached) {
    return (
      <TextButton
        icon={closeIcon}
        label={trans.__('Detach…')}
        title={trans.__('Detach “%1” from the space', name)}
        onClick={() => void actions.detach(row)}
      />
    );
  }
  if (state === 'not-allowed') {
    return (
      <TextButton
        label={trans.__('How to allow it…')}
        title={trans.__('What your administrator has to do for “%1”', name)}
        onClick={() => void actions.allow(row)}
      />
    );
  }
  // Without knowing what is attached, the list would take others off.
  return isAttached === undefined || reference.kind === 's3' ? null : (
    <TextButton
      icon={addIcon}
      label={trans.__('Attach…')}
      title={trans.__('Attach “%1” to the space', name)}
      onClick={() => void actions.attach(row)}
    />
  );
}

function TextButton(props: {
  icon?: typeof addIcon;
  label: string;
  title: string;
  onClick: () => void;
}): JSX.Element {
  const { icon: Icon, label, title, onClick } = props;
  return (
    <button
      type="button"
      className="jp-SageMakerStudio-linkButton"
      aria-label={title}
      title={title}
      onClick={onClick}
    >
      {Icon && <Icon.react tag="span" aria-hidden="true" />}
      {label}
    </button>
  );
}

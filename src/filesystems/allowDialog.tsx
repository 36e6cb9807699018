import { Dialog, ReactWidget, UseSignal } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { CopyButton } from '../components/CopyButton';
import { ErrorCard } from '../components/ErrorCard';
import { ProgressBar } from '../components/ProgressBar';
import { StatusChip } from '../components/StatusChip';
import { Field } from '../components/fields';
import { allowCommand, prerequisites } from './allow';
import type { Audience, IAllowFacts, IPrerequisite } from './allow';
import type { IFileSystemRow } from './facts';
import type { FileSystemsModel } from './model';
import { nameOf } from './words';

/** What the dialog is made from. */
export interface IAllowDialogOptions {
  row: IFileSystemRow;
  model: FileSystemsModel;
  region: string;
  trans: TranslationBundle;
}

/** Say what an administrator has to do, with the checks already made. */
export async function showAllowDialog(
  options: IAllowDialogOptions
): Promise<void> {
  const { row, model, trans } = options;
  const { id, kind } = row;
  const body = ReactWidget.create(
    <UseSignal signal={model.changed}>{() => <Body {...options} />}</UseSignal>
  );
  body.addClass('jp-SageMakerStudio-AllowDialog');
  if (kind === 'efs' && id) {
    void model.readNetwork(id);
  }
  const dialog = new Dialog({
    title: trans.__('Allow “%1”', nameOf(row, trans)),
    body,
    buttons: [Dialog.okButton({ label: trans.__('Close') })]
  });
  dialog.addClass('jp-SageMakerStudio-AllowDialog-window');
  await dialog.launch();
}

function Body(props: IAllowDialogOptions): JSX.Element {
  const { row, model, region, trans } = props;
  const { rules, networks, domain } = model.facts;
  const [chosen, choose] = React.useState<Audience>('profile');
  const [folder, setFolder] = React.useState('/');
  if (!rules || !row.reference) {
    return <ProgressBar label={trans.__('Reading what is allowed')} />;
  }
  if ('reason' in rules) {
    return rules.error ? (
      <ErrorCard error={rules.error} trans={trans} />
    ) : (
      <p>{rules.reason}</p>
    );
  }
  const { profileName, domainId } = rules.value;
  const audience: Audience = profileName ? chosen : 'domain';
  const facts: IAllowFacts = {
    reference: row.reference,
    region,
    rules: rules.value,
    network: row.id ? networks[row.id] : undefined,
    domain
  };
  const isReading = row.kind === 'efs' && !(facts.network && domain);
  const text = allowCommand(facts, audience, folder);
  return (
    <>
      <p>
        {trans.__(
          'A space can attach a file system only if an administrator has allowed it to your profile or to the domain. That is done once, with the AWS CLI or an SDK; the console can’t do it.'
        )}
      </p>
      <h4>{trans.__('What it needs')}</h4>
      {isReading ? (
        <ProgressBar label={trans.__('Checking what it needs')} />
      ) : (
        <ul aria-label={trans.__('What it needs')}>
          {prerequisites(facts, audience, trans).map(check => (
            <Prerequisite key={check.words} check={check} trans={trans} />
          ))}
        </ul>
      )}
      <h4>{trans.__('Command for your administrator')}</h4>
      <div className="jp-SageMakerStudio-Form">
        {profileName && (
          <Field label={trans.__('Allow it for')}>
            {attributes => (
              <select
                {...attributes}
                value={audience}
                onChange={({ target }) => choose(target.value as Audience)}
              >
                <option value="profile">
                  {trans.__('the profile %1', profileName)}
                </option>
                <option value="domain">
                  {trans.__('everybody in the domain %1', domainId)}
                </option>
              </select>
            )}
          </Field>
        )}
        <Field
          label={trans.__('Folder')}
          help={trans.__('Spaces see this folder and what is below.')}
        >
          {attributes => (
            <input
              {...attributes}
              value={folder}
              spellCheck={false}
              maxLength={256}
              onChange={({ target }) => setFolder(target.value)}
            />
          )}
        </Field>
      </div>
      <Command text={text} trans={trans} />
    </>
  );
}

function Prerequisite(props: {
  check: IPrerequisite;
  trans: TranslationBundle;
}): JSX.Element {
  const { check, trans } = props;
  const { isMet, words, commands } = check;
  const label =
    isMet === null
      ? trans.__('Not checked')
      : isMet
        ? trans.__('Met')
        : trans.__('Not met');
  return (
    <li>
      <StatusChip
        tone={isMet === null ? 'waiting' : isMet ? 'success' : 'failure'}
        label={label}
      />
      <span>{words}</span>
      {commands.map(text => (
        <Command key={text} text={text} trans={trans} />
      ))}
    </li>
  );
}

function Command(props: {
  text: string;
  trans: TranslationBundle;
}): JSX.Element {
  const { text, trans } = props;
  return (
    <div className="jp-SageMakerStudio-Command">
      <pre tabIndex={0}>{text}</pre>
      <CopyButton
        text={() => text}
        label={trans.__('Copy the command')}
        isLabelled
        trans={trans}
      />
    </div>
  );
}

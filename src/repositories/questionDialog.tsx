import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { FormDialog, FormState } from '../components/FormDialog';
import { Field } from '../components/fields';
import type { ITaskQuestion, TaskAnswer } from '../tokens';

type Keep = 'no' | 'session' | 'cache';

/** What the dialogs of all kinds of questions hold. */
interface IAnswerForm {
  username: string;
  password: string;
  keep: Keep;
}

/** A question of a task on the screen. */
export interface IQuestionDialog {
  /** The person's answer; null declines; undefined if the question was taken back. */
  readonly answer: Promise<TaskAnswer | undefined>;
  /** Take the question back: it was answered elsewhere, or the task has ended. */
  close(): void;
}

/** Put a task's question to the person. */
export function showQuestion(
  question: ITaskQuestion,
  taskTitle: string,
  trans: TranslationBundle
): IQuestionDialog {
  const state = new FormState<IAnswerForm>(
    {
      username:
        question.kind === 'credentials' ? (question.username ?? '') : '',
      password: '',
      keep: 'session'
    },
    form => checkAnswer(question, form, trans)
  );
  const dialog = new FormDialog<IAnswerForm>({
    ...wordsOf(question, trans),
    state,
    render: () => (
      <>
        <p>{taskTitle}</p>
        {question.problem && (
          <p
            role="alert"
            className="jp-SageMakerStudio-Field-problem jp-SageMakerStudio-Question-problem"
          >
            {question.problem}
          </p>
        )}
        <Fields question={question} state={state} trans={trans} />
      </>
    ),
    // Where the host is known to know the user, only the token is missing.
    focus: state.value.username ? 'input[type=password]' : undefined,
    // Escape would end the task.
    hasClose: false,
    trans
  });
  let isTakenBack = false;
  return {
    answer: dialog
      .launch()
      .then(({ button }) =>
        isTakenBack
          ? undefined
          : button.accept
            ? toAnswer(question, state.value)
            : null
      ),
    close: () => {
      isTakenBack = true;
      dialog.reject();
    }
  };
}

function wordsOf(
  question: ITaskQuestion,
  trans: TranslationBundle
): { title: string; verb: string; cancel: string } {
  switch (question.kind) {
    case 'credentials':
      return {
        title: trans.__('Sign in to %1', question.host),
        verb: trans.__('Sign in'),
        cancel: trans.__('Give up')
      };
    case 'host-key':
      return {
        title: trans.__('Is this really %1?', question.host),
        verb: trans.__('Trust this host'),
        cancel: trans.__('Don’t trust it')
      };
    case 'passphrase':
      return {
        title: trans.__('Unlock the key for %1', question.host),
        verb: trans.__('Unlock'),
        cancel: trans.__('Give up')
      };
  }
}

function checkAnswer(
  question: ITaskQuestion,
  form: IAnswerForm,
  trans: TranslationBundle
) {
  const isCredentials = question.kind === 'credentials';
  return {
    username:
      isCredentials && !form.username
        ? trans.__('Enter your user name at the host.')
        : undefined,
    password:
      question.kind !== 'host-key' && !form.password
        ? isCredentials
          ? trans.__('Enter a token.')
          : trans.__('Enter the passphrase.')
        : undefined
  };
}

function toAnswer(question: ITaskQuestion, form: IAnswerForm): TaskAnswer {
  const { username, password, keep } = form;
  switch (question.kind) {
    case 'credentials':
      return { username, password, keep };
    case 'host-key':
      return { accept: true };
    case 'passphrase':
      return { passphrase: password };
  }
}

function Fields(props: {
  question: ITaskQuestion;
  state: FormState<IAnswerForm>;
  trans: TranslationBundle;
}): JSX.Element {
  const { question, state, trans } = props;
  switch (question.kind) {
    case 'credentials':
      return <CredentialFields state={state} trans={trans} />;
    case 'host-key':
      return (
        <>
          <p>
            {trans.__(
              'This host is not known here yet. Compare the fingerprint with the one its operator publishes; it is remembered from then on.'
            )}
          </p>
          <dl className="jp-SageMakerStudio-Question-facts">
            <dt>{trans.__('Host')}</dt>
            <dd>{question.host}</dd>
            <dt>{trans.__('Kind of key')}</dt>
            <dd>{question.keyType}</dd>
            <dt>{trans.__('Fingerprint')}</dt>
            <dd>
              <code>{question.fingerprint}</code>
            </dd>
          </dl>
        </>
      );
    case 'passphrase':
      return (
        <SecretField
          label={trans.__('Passphrase of %1', question.keyPath)}
          state={state}
        />
      );
  }
}

function CredentialFields(props: {
  state: FormState<IAnswerForm>;
  trans: TranslationBundle;
}): JSX.Element {
  const { state, trans } = props;
  const { username, keep } = state.value;
  const choices: [Keep, string][] = [
    ['no', trans.__('For this time only')],
    ['session', trans.__('Until the Jupyter server stops, in its memory')],
    [
      'cache',
      trans.__('In git’s own cache, for 8 hours: terminals use it, too')
    ]
  ];
  return (
    <>
      <Field label={trans.__('User name')} problem={state.problem('username')}>
        {attributes => (
          <input
            {...attributes}
            value={username}
            autoComplete="off"
            spellCheck={false}
            onChange={({ target }) => state.set({ username: target.value })}
          />
        )}
      </Field>
      <SecretField
        label={trans.__('Token')}
        help={trans.__(
          'Most hosts want a personal access token here; they don’t take passwords.'
        )}
        state={state}
      />
      <Field label={trans.__('Keep it')}>
        {attributes => (
          <select
            {...attributes}
            value={keep}
            onChange={({ target }) => state.set({ keep: target.value as Keep })}
          >
            {choices.map(([value, words]) => (
              <option key={value} value={value}>
                {words}
              </option>
            ))}
          </select>
        )}
      </Field>
    </>
  );
}

function SecretField(props: {
  label: string;
  help?: string;
  state: FormState<IAnswerForm>;
}): JSX.Element {
  const { label, help, state } = props;
  return (
    <Field label={label} help={help} problem={state.problem('password')}>
      {attributes => (
        <input
          {...attributes}
          type="password"
          value={state.value.password}
          autoComplete="off"
          onChange={({ target }) => state.set({ password: target.value })}
        />
      )}
    </Field>
  );
}

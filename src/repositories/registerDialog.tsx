import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { FormState, askForm } from '../components/FormDialog';
import { Field } from '../components/fields';
import { isAttachable } from '../core/codeRepositories';
import type { ICodeRepository } from '../tokens';

/** What the form holds; empty for what is left out. */
type IRegisterForm = Required<ICodeRepository>;

/** CreateCodeRepository: CodeRepositoryName, Branch, SecretArn (botocore's model). */
const NAME = /^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/;
const BRANCH = /^[^ ~^:?*[]{1,1024}$/;
const SECRET =
  /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]*:\d{12}:secret:.{1,1900}$/;

/** What is wrong, in sentences. */
export function registerProblems(
  form: IRegisterForm,
  taken: readonly string[],
  trans: TranslationBundle
): { [Field in keyof IRegisterForm]?: string } {
  return {
    name: !NAME.test(form.name)
      ? trans.__(
          'A name has 1 to 63 letters, digits and hyphens, and begins and ends with a letter or digit.'
        )
      : taken.includes(form.name)
        ? trans.__('There is a repository with this name.')
        : undefined,
    url: isAttachable(form.url)
      ? undefined
      : trans.__(
          'SageMaker takes only https:// addresses without port, user name or special characters.'
        ),
    branch:
      form.branch && !BRANCH.test(form.branch)
        ? trans.__('That can’t be the name of a branch.')
        : undefined,
    secretArn:
      form.secretArn && !SECRET.test(form.secretArn)
        ? trans.__(
            'Enter the ARN of a secret: arn:aws:secretsmanager:region:account:secret:name'
          )
        : undefined
  };
}

/** Ask what is to be registered; null for nothing. */
export async function askRegister(
  proposed: Pick<ICodeRepository, 'name' | 'url'>,
  taken: readonly string[],
  trans: TranslationBundle
): Promise<ICodeRepository | null> {
  const state = new FormState<IRegisterForm>(
    { branch: '', secretArn: '', ...proposed },
    form => registerProblems(form, taken, trans)
  );
  const field = (
    name: keyof IRegisterForm,
    label: string,
    help?: string,
    placeholder?: string
  ) => (
    <Field label={label} help={help} problem={state.problem(name)}>
      {attributes => (
        <input
          {...attributes}
          value={state.value[name]}
          placeholder={placeholder}
          autoComplete="off"
          spellCheck={false}
          onChange={({ target }) => state.set({ [name]: target.value.trim() })}
        />
      )}
    </Field>
  );
  const form = await askForm<IRegisterForm>({
    title: trans.__('Register a repository in the account'),
    state,
    render: () => (
      <>
        <p>
          {trans.__(
            'All of the account can choose it then, here and for training jobs.'
          )}
        </p>
        {field('name', trans.__('Name'))}
        {field(
          'url',
          trans.__('Address of the repository'),
          undefined,
          'https://…'
        )}
        {field('branch', trans.__('Branch'), trans.__('May be left out.'))}
        {field(
          'secretArn',
          trans.__('ARN of its secret'),
          trans.__(
            'A secret of Secrets Manager with {"username": …, "password": …} and “sagemaker” in its name; leave it out for public repositories.'
          )
        )}
      </>
    ),
    verb: trans.__('Register'),
    trans
  });
  return (
    form && {
      name: form.name,
      url: form.url,
      ...(form.branch && { branch: form.branch }),
      ...(form.secretArn && { secretArn: form.secretArn })
    }
  );
}

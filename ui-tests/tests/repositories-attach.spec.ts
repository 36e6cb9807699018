import { expect } from '../helpers/fixtures';
import { SERVER_GONE, test } from '../helpers/ownStudio';
import { GIT_HOST, Repositories } from '../helpers/repositories';

/** A restart, at the speed of these tests. */
const BACK = { timeout: 120_000 };

test.use({ expectedConsole: SERVER_GONE });

test('a repository is attached to space and profile, with one restart', async ({
  page,
  space,
  studio
}) => {
  const repositories = new Repositories(page);
  const url = `https://${GIT_HOST}/research/image-archive`;
  await repositories.open();
  const row = repositories.row('image-archive');
  await expect(row).not.toContainText('Profile');
  await row
    .getByRole('button', { name: 'Attach or detach “image-archive”' })
    .click();
  await repositories.dialog.getByLabel('This space').check();
  await repositories.dialog.getByLabel('The owner’s profile').check();
  await repositories.answer('Apply');
  await space.dialog.button('Change and restart my-space').click();
  await expect(space.notification(/my-space/).first()).toBeVisible(BACK);

  const { SpaceSettings } = await studio.space();
  expect(
    SpaceSettings?.JupyterLabAppSettings?.CodeRepositories?.map(
      ({ RepositoryUrl }) => RepositoryUrl
    )
  ).toEqual([`https://${GIT_HOST}/analytics/machine-readings`, url]);
  // What else the space had is still there: sub-objects are replaced, not merged.
  expect(
    SpaceSettings?.JupyterLabAppSettings?.DefaultResourceSpec?.InstanceType
  ).toBe('ml.t3.medium');
  await repositories.open();
  await expect(row).toContainText('Space, Profile, Domain', BACK);
});

test('an eleventh repository is refused before anything is sent', async ({
  page,
  studio
}) => {
  const added = Array.from({ length: 9 }, (_, number) => ({
    RepositoryUrl: `https://${GIT_HOST}/team/repository-${number}`
  }));
  await studio.suggestInProfile('data-scientist', added);
  const repositories = new Repositories(page);
  await repositories.open();
  await repositories
    .row('image-archive')
    .getByRole('button', { name: 'Attach or detach “image-archive”' })
    .click();
  const profile = repositories.dialog.getByLabel('The owner’s profile');
  await expect(profile).toBeDisabled();
  await expect(repositories.dialog).toContainText(
    'There are 10 already, which is the most. Detach one of them first.'
  );
  await repositories.answer('Cancel');
});

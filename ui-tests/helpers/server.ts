/** Shut down all kernels of a JupyterLab server, as its *Shut Down All* would. */
export async function shutDownKernels(baseURL: string): Promise<void> {
  const page = await fetch(`${baseURL}/lab`).catch(() => null);
  if (!page) {
    // The test has stopped the server, and its kernels with it.
    return;
  }
  const cookies = page.headers
    .getSetCookie()
    .map(cookie => cookie.split(';')[0]);
  const xsrf = cookies.find(cookie => cookie.startsWith('_xsrf='));
  const headers = {
    cookie: cookies.join('; '),
    'x-xsrftoken': xsrf?.slice('_xsrf='.length) ?? ''
  };
  const answer = await fetch(`${baseURL}/api/kernels`, { headers });
  if (!answer.ok) {
    // It is just being restarted, and has no kernels.
    return;
  }
  for (const { id } of (await answer.json()) as { id: string }[]) {
    await fetch(`${baseURL}/api/kernels/${id}`, { method: 'DELETE', headers });
  }
}

/** What a person can do from a comparison; each one reports its own failure itself. */
export interface IComparisonActions {
  openJob: (name: string) => unknown;
  openOutput: (name: string) => unknown;
  /** Open the outputs of two jobs side by side. */
  openBeside: (one: string, other: string) => unknown;
  /** Let the browser save a text as a file. */
  download: (fileName: string, text: string) => unknown;
}

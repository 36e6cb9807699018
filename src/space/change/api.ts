/** The ways a change can be carried out. */
export type ExecutorKind =
  'direct' | 'state-machine' | 'scheduled' | 'hand-off' | 'none';

/** Settings of changes, from `schema/space.json`. */
export interface IChangeSettings {
  /** ARN of the administrator's state machine; empty: looked for by its name. */
  stateMachineArn: string;
  /** Role EventBridge Scheduler assumes; empty: nothing can be booked. */
  schedulerRoleArn: string;
  /** `auto` takes the first that can be used. */
  executor: 'auto' | Exclude<ExecutorKind, 'direct'>;
  /** Instance types to try in this order if the wanted one can't be had. */
  fallbacks: string[];
}

import * as React from 'react';

import type { IWindow } from './windowing';

/** Milliseconds without a move after which a list has come to rest. */
const REST = 120;
/** Who passes a page in less than this reads nothing of it, milliseconds. */
const PAGE = 150;

/** A row to build: which it is, and whose node it takes over. */
export interface ISlot {
  index: number;
  /** Stays the same for a node. */
  slot: number;
  /** Whether to build all cells, or only the first. */
  isWhole: boolean;
}

/**
 * The rows of a window in the order in which their nodes stand in the page.
 *
 * Making nodes, and clearing them away again, is what a list pays most for when it flies past: a
 * row that comes into view takes over the node of one that went out, and is built whole only where
 * it can be read. The nodes are put into the order of the rows, which screen readers follow, when
 * the list has come to rest.
 */
export function useSlots(view: IWindow): ISlot[] {
  const { start, end } = view;
  const { isMoving, isFlying } = useMotion(view);
  const size = React.useRef(0);
  const order = React.useRef<number[]>([]);
  const whole = React.useRef({ start, end });
  if (!isFlying) {
    whole.current = { start, end };
  }
  const isResized = end - start > size.current;
  size.current = Math.max(size.current, end - start);
  const indices = new Map<number, number>();
  for (let index = start; index < end; index++) {
    indices.set(index % size.current, index);
  }
  const kept = isMoving && !isResized ? order.current : [];
  order.current = [...new Set([...kept, ...indices.keys()])];
  return order.current.flatMap(slot => {
    const index = indices.get(slot);
    return index === undefined
      ? []
      : [
          {
            index,
            slot,
            isWhole: index >= whole.current.start && index < whole.current.end
          }
        ];
  });
}

/** Whether a window moves, and faster than anybody reads. */
function useMotion(view: IWindow): { isMoving: boolean; isFlying: boolean } {
  const { start, pageSize } = view;
  const [rested, setRested] = React.useState(start);
  const last = React.useRef({ start, at: -Infinity, isFlying: false });
  if (start !== last.current.start) {
    const at = performance.now();
    const rows = Math.abs(start - last.current.start);
    const isFlying = (at - last.current.at) / rows < PAGE / pageSize;
    last.current = { start, at, isFlying };
  }
  const isMoving = start !== rested;
  React.useEffect(() => {
    if (isMoving) {
      const timer = setTimeout(() => setRested(start), REST);
      return () => clearTimeout(timer);
    }
  }, [start, isMoving]);
  return { isMoving, isFlying: isMoving && last.current.isFlying };
}

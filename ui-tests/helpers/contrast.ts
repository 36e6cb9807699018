import type { Locator } from '@playwright/test';

/** How well the texts below a node can be read. */
export interface IContrast {
  /** How many texts were measured. */
  texts: number;
  /** Those below WCAG's level AA: 4.5 to 1, for large text 3 to 1. */
  low: string[];
}

/**
 * Measure every visible text and field value below a node against what lies behind it.
 * Disabled controls are left out, as WCAG does.
 */
export function measureContrast(node: Locator): Promise<IContrast> {
  return node.evaluate(root => {
    type Colour = [number, number, number, number];
    const canvas = document.createElement('canvas');
    canvas.width = canvas.height = 1;
    const context = canvas.getContext('2d', { willReadFrequently: true });
    if (!context) {
      throw new Error('This browser has no canvas to read colours with.');
    }

    /** Any CSS colour as red, green, blue (0 to 255) and alpha (0 to 1). */
    const read = (css: string): Colour => {
      context.clearRect(0, 0, 1, 1);
      context.fillStyle = css;
      context.fillRect(0, 0, 1, 1);
      const [red, green, blue, alpha] = context.getImageData(0, 0, 1, 1).data;
      return [red, green, blue, alpha / 255];
    };
    const over = (top: Colour, below: Colour, opacity: number): Colour => {
      const alpha = top[3] * opacity;
      const mix = (at: 0 | 1 | 2) => top[at] * alpha + below[at] * (1 - alpha);
      return [mix(0), mix(1), mix(2), 1];
    };
    const luminance = (colour: Colour): number => {
      const [red, green, blue] = colour.slice(0, 3).map(value => {
        const share = value / 255;
        return share <= 0.04045
          ? share / 12.92
          : ((share + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };

    const ratio = (element: Element): number => {
      const chain: Element[] = [];
      for (let at: Element | null = element; at; at = at.parentElement) {
        chain.unshift(at);
      }
      let opacity = 1;
      let behind: Colour = [255, 255, 255, 1];
      for (const each of chain) {
        const style = getComputedStyle(each);
        opacity *= Number(style.opacity);
        behind = over(read(style.backgroundColor), behind, opacity);
      }
      const text = over(read(getComputedStyle(element).color), behind, opacity);
      const [darker, lighter] = [luminance(text), luminance(behind)].sort(
        (a, b) => a - b
      );
      return (lighter + 0.05) / (darker + 0.05);
    };
    const needed = (element: Element): number => {
      const { fontSize, fontWeight } = getComputedStyle(element);
      const size = parseFloat(fontSize);
      const isLarge =
        size >= 24 || (size >= 18.66 && Number(fontWeight) >= 700);
      return isLarge ? 3 : 4.5;
    };

    const found = new Map<Element, string>();
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const text = walker.currentNode.textContent?.trim();
      const parent = walker.currentNode.parentElement;
      if (text && parent && !parent.closest('option, datalist, svg')) {
        found.set(parent, text);
      }
    }
    for (const field of Array.from(
      root.querySelectorAll('input, select, textarea')
    )) {
      found.set(field, (field as HTMLInputElement).value);
    }
    const shown = [...found].filter(([element]) => {
      const { width, height } = element.getBoundingClientRect();
      return (
        width > 1 &&
        height > 1 &&
        element.checkVisibility({ visibilityProperty: true }) &&
        !element.closest(':disabled')
      );
    });
    return {
      texts: shown.length,
      low: shown
        .filter(([element]) => ratio(element) < needed(element))
        .map(
          ([element, text]) =>
            `“${text.slice(0, 60)}” ${ratio(element).toFixed(2)} (${element.className || element.tagName})`
        )
    };
  });
}
